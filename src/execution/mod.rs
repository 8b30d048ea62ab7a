//! Runs people's code: one fresh, caged container per run on a Docker engine.
//!
//! What happens to a run: it waits in [`turns`] for its turn in the fair [`queue`]; [`run`] makes a
//! [`container`] by the rules of [`cage`] and [`limits`], feeds the [`script`] inside it, and passes
//! its [`output`] on, as [`text`], until the script's [`report`] comes; [`outcome`] says what that
//! means.
//!
//! - [`config`]: section `[execution]` of the configuration
//! - [`languages`]: what can be run, `config/languages.toml`
//! - [`engine`]: the connection to the engine, and its errors in words
//! - [`health`]: what can run right now
//! - [`leftovers`]: containers of servers that are gone

mod cage;
mod config;
mod container;
mod engine;
mod health;
mod languages;
mod leftovers;
mod limits;
mod outcome;
mod output;
mod queue;
mod report;
mod run;
mod script;
mod service;
mod text;
mod turns;

pub use config::ExecutionConfig;
use service::Shared;
pub use service::{Execution, ExecutionError, RunEvent, RunHandle, RunRequest, RunStopper};
