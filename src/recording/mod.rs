//! Records calls: what is published in a room goes into one file per track, first into the spool in
//! the data folder and, when it is complete, into the object store.
//!
//! - [`config`]: section `[recordings]` of the configuration
//! - [`files`]: the spool and the object store
//! - [`writers`]: a call's tracks and their files; everything in it blocks
//! - [`call`]: the task that records one call
//! - [`library`]: begins recordings, repairs those that a crash interrupted, and reads them

mod call;
mod config;
mod files;
mod library;
mod writers;

pub use config::RecordingConfig;
pub use files::FilesError;
pub use library::{Media, ReadError, Recordings};
