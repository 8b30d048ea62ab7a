//! Porthole: the code-interview server that companies host themselves.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod auth;
pub mod clock;
pub mod execution;
pub mod http;
pub mod protocol;
pub mod room;
pub mod store;
