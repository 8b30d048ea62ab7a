//! One container on the engine: started, listened to, and removed when it is dropped.

use std::pin::Pin;
use std::time::Duration;

use bollard::Docker;
use bollard::container::{AttachContainerResults, LogOutput};
use bollard::errors::Error;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, InspectContainerOptions,
    RemoveContainerOptionsBuilder, WaitContainerOptions,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::AsyncWrite;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::protocol::room::OutputStream;

/// From the end of a container's output to its exit.
const EXIT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) type Input = Pin<Box<dyn AsyncWrite + Send>>;
pub(super) type Listening = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;

/// The streams of a container. Let go of them before the container: an engine that cannot get rid
/// of output takes seconds to kill the process that writes it.
pub(super) struct Streams {
    pub input: Input,
    pub output: Listening,
}

/// How a container ended that made no report.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exit {
    pub code: i64,
    pub out_of_memory: bool,
}

/// A container that exists until this is dropped.
pub(super) struct Container {
    docker: Docker,
    name: String,
    /// Removing it takes a while, and a shutting down server waits for it.
    tasks: TaskTracker,
}

impl Container {
    /// Creates it and starts it with its streams attached.
    pub async fn start(
        docker: Docker,
        name: String,
        body: ContainerCreateBody,
        tasks: TaskTracker,
    ) -> Result<(Self, Streams), Error> {
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await?;
        let container = Self {
            docker,
            name,
            tasks,
        };
        let options = AttachContainerOptionsBuilder::new()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .stderr(true)
            .build();
        let AttachContainerResults { input, output } = container
            .docker
            .attach_container(&container.name, Some(options))
            .await?;
        container
            .docker
            .start_container(&container.name, None)
            .await?;
        Ok((container, Streams { input, output }))
    }

    /// Its end, when its output has ended already.
    pub async fn exit(&self) -> Result<Exit, Error> {
        let mut waiting = Box::pin(
            self.docker
                .wait_container(&self.name, None::<WaitContainerOptions>),
        );
        // Whatever it tells, the inspection tells more.
        if timeout(EXIT_TIMEOUT, waiting.next()).await.is_err() {
            return Err(Error::RequestTimeoutError);
        }
        let state = self
            .docker
            .inspect_container(&self.name, None::<InspectContainerOptions>)
            .await?
            .state
            .unwrap_or_default();
        Ok(Exit {
            code: state.exit_code.unwrap_or(-1),
            out_of_memory: state.oom_killed.unwrap_or(false),
        })
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let (docker, name) = (self.docker.clone(), std::mem::take(&mut self.name));
        let removal = async move {
            let options = RemoveContainerOptionsBuilder::new()
                .force(true)
                .v(true)
                .build();
            if let Err(error) = docker.remove_container(&name, Some(options)).await {
                // It ends by itself and is removed as a leftover later.
                tracing::warn!(%error, container = name, "a container was not removed");
            }
        };
        if let Ok(runtime) = Handle::try_current() {
            self.tasks.spawn_on(removal, &runtime);
        }
    }
}

/// What a frame of the attached stream holds.
pub(super) fn frame(log: LogOutput) -> Option<(OutputStream, Bytes)> {
    match log {
        LogOutput::StdOut { message } => Some((OutputStream::Stdout, message)),
        LogOutput::StdErr { message } => Some((OutputStream::Stderr, message)),
        LogOutput::StdIn { .. } | LogOutput::Console { .. } => None,
    }
}
