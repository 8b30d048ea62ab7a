//! The store keeps its promises on SQLite and on PostgreSQL alike.
//!
//! - [`journal`]: the journal and what is projected from it
//! - [`interviews`]: interviews and what belongs to them
//! - [`accounts`]: accounts and their sessions
//! - [`scene`]: what most tests begin with
#![allow(clippy::unwrap_used)]

mod accounts;
#[path = "../common/mod.rs"]
mod common;
mod interviews;
mod journal;
mod scene;
