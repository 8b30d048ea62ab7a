//! Porthole: the code-interview server that companies host themselves.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod assets;
pub mod auth;
pub mod clock;
pub mod config;
pub mod data;
pub mod edge;
pub mod execution;
pub mod http;
pub mod protocol;
pub mod recording;
pub mod room;
pub mod store;
pub mod telemetry;
