//! Media transport and forwarding.
#![cfg_attr(test, allow(clippy::unwrap_used))]
