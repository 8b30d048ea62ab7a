//! Porthole: the code-interview server that companies host themselves.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod protocol;
pub mod store;
