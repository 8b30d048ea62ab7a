//! The HTTP API as its callers see it, on SQLite and on PostgreSQL.
//!
//! - [`access`]: who may do what
//! - [`accounts`]: setting up, logging in and out
//! - [`interviews`]: interviews, invites and shares
//! - [`replay`]: what is left of an interview
//! - [`requests`]: problems, and requests that make no sense
#![allow(clippy::unwrap_used)]

mod access;
mod accounts;
#[path = "../common/mod.rs"]
mod common;
mod interviews;
mod replay;
mod requests;
