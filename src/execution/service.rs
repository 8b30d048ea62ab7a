//! The face of code execution to the rest of the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::config::ExecutionConfig;
use super::engine::{Engine, Problem};
use super::health::Health;
use super::languages::Languages;
use super::leftovers::{self, Owner};
use super::run::Run;
use super::turns::Turns;
use crate::protocol::api::Language;
use crate::protocol::ids::{InterviewId, RunId};
use crate::protocol::room::{OutputChunk, RunState};

/// Events that wait for a slow reader; a full channel slows the program down.
const EVENTS: usize = 32;

/// Why code execution cannot be set up. A missing engine is none of these.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError {
    #[error("the table of languages is wrong: {0}")]
    Languages(String),
    #[error("the table of languages {path} cannot be read: {error}")]
    LanguagesFile {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error(
        "the Docker engine's address {0:?} is not understood: it must be a socket, unix:///path \
         (from execution.engine or DOCKER_HOST)"
    )]
    EngineAddress(String),
}

/// What is to be run, and for whom.
#[derive(Debug, Clone)]
pub struct RunRequest {
    pub id: RunId,
    pub room: InterviewId,
    /// The language's id.
    pub language: String,
    pub source: String,
    /// The program's standard input, all of it.
    pub stdin: String,
}

/// What happens to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// `Queued` at first and whenever the place changes, `Running`, and last of all `Finished`.
    /// Output that is ready at the end comes before `Finished`.
    State(RunState),
    Output(OutputChunk),
}

/// A run that was asked for. Dropping it, or closing `events`, stops the run.
pub struct RunHandle {
    /// Bounded: who reads slowly slows the program down.
    pub events: mpsc::Receiver<RunEvent>,
    stopper: RunStopper,
}

impl RunHandle {
    /// Ends the run as `Stopped`, wherever it stands; does nothing once it has finished.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    /// Stops the run from where the handle is not.
    pub fn stopper(&self) -> RunStopper {
        self.stopper.clone()
    }
}

/// Stops a run, see [`RunHandle::stop`].
#[derive(Debug, Clone)]
pub struct RunStopper(CancellationToken);

impl RunStopper {
    pub fn stop(&self) {
        self.0.cancel();
    }
}

/// Code execution; a handle that is cheap to clone.
#[derive(Clone)]
pub struct Execution(Arc<Shared>);

/// What all runs share.
pub(super) struct Shared {
    pub languages: Languages,
    pub engine: Engine,
    pub health: Health,
    pub turns: Turns,
    pub owner: Owner,
    pub runtime: Option<String>,
    pub tasks: TaskTracker,
    pub shutdown: CancellationToken,
}

impl Execution {
    /// Succeeds without an engine: then runs tell what is missing until it is there.
    pub async fn start(config: ExecutionConfig) -> Result<Self, ExecutionError> {
        let languages = match &config.languages_file {
            None => Languages::built_in()?,
            Some(path) => {
                let text = tokio::fs::read_to_string(path).await.map_err(|error| {
                    ExecutionError::LanguagesFile {
                        path: path.clone(),
                        error,
                    }
                })?;
                Languages::parse(&text)?
            }
        };
        let process = Uuid::now_v7().to_string();
        let shared = Arc::new(Shared {
            languages,
            engine: Engine::new(&config.engine_address())?,
            health: Health::default(),
            turns: Turns::new(config.slots(), config.waiting_per_room),
            owner: Owner {
                installation: config.installation.unwrap_or_else(|| process.clone()),
                process,
            },
            runtime: config.runtime,
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        });
        shared.health.look(&shared.engine, &shared.languages).await;
        shared.tasks.spawn(keep(shared.clone()));
        Ok(Self(shared))
    }

    /// The enabled languages, each with why it cannot run, if it cannot.
    pub fn languages(&self) -> Vec<Language> {
        let rows = self.0.languages.iter();
        rows.map(|row| Language {
            id: row.id.clone(),
            name: row.name.clone(),
            monaco: row.monaco.clone(),
            file: row.file.clone(),
            starter_code: row.starter_code.clone(),
            unavailable: self
                .0
                .health
                .problem(&row.id)
                .map(|Problem { message, hint }| format!("{message} {hint}")),
        })
        .collect()
    }

    /// Starts a run. Whatever goes wrong is told as its outcome.
    pub fn run(&self, request: RunRequest) -> RunHandle {
        let (sender, events) = mpsc::channel(EVENTS);
        let stop = CancellationToken::new();
        let run = Run {
            shared: self.0.clone(),
            request,
            events: sender,
            stop: stop.clone(),
            secret: format!("{:032x}", rand::random::<u128>()),
        };
        self.0.tasks.spawn(run.perform());
        RunHandle {
            events,
            stopper: RunStopper(stop),
        }
    }

    /// Ends all runs as `Interrupted` and returns when their containers are gone. Their events must
    /// still be read.
    pub async fn shutdown(&self) {
        self.0.shutdown.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

/// Keeps an eye on the engine, and on what others left there, until the server shuts down.
async fn keep(shared: Arc<Shared>) {
    let work = async {
        loop {
            if let Ok(docker) = shared.engine.docker().await {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                let now_ms = now.unwrap_or_default().as_millis() as u64;
                match leftovers::remove(&docker, &shared.owner, now_ms).await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "removed containers that were left over"),
                    Err(error) => tracing::debug!(%error, "leftovers could not be listed"),
                }
            }
            shared.health.wait().await;
            shared.health.look(&shared.engine, &shared.languages).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = shared.shutdown.cancelled() => {}
    }
}
