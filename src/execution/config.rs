//! Section `[execution]` of the configuration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How code is run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExecutionConfig {
    /// The Docker engine's socket, `unix:///path`. Absent: `DOCKER_HOST`, else
    /// `unix:///var/run/docker.sock`.
    pub engine: Option<String>,
    /// Runs at the same time; 0 means one per processor. The others wait, fairly between rooms.
    pub concurrent_runs: usize,
    /// Runs of one room that may wait; more are refused.
    pub waiting_per_room: usize,
    /// A table of languages to use instead of the one built in (`config/languages.toml`).
    pub languages_file: Option<PathBuf>,
    /// The container runtime, e.g. `runsc`. Absent: the engine's default.
    pub runtime: Option<String>,
    /// Names this installation on an engine that several share. Containers that an earlier process
    /// of the same installation left behind are removed at start; those of others only once their
    /// time is over. Absent: every start counts as an installation of its own.
    pub installation: Option<String>,
}

impl Default for ExecutionConfig {
    fn default() -> Self {
        Self {
            engine: None,
            concurrent_runs: 0,
            waiting_per_room: 8,
            languages_file: None,
            runtime: None,
            installation: None,
        }
    }
}

impl ExecutionConfig {
    pub(super) fn engine_address(&self) -> String {
        self.engine
            .clone()
            .or_else(|| std::env::var("DOCKER_HOST").ok())
            .filter(|address| !address.is_empty())
            .unwrap_or_else(|| "unix:///var/run/docker.sock".into())
    }

    pub(super) fn slots(&self) -> usize {
        match self.concurrent_runs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            runs => runs,
        }
    }
}
