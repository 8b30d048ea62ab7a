//! RTP in, WebM out.
#![cfg_attr(test, allow(clippy::unwrap_used))]
