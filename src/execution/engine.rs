//! The connection to the Docker engine, made when it is needed, and its errors in words that help.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};
use tokio::time::timeout;

use super::ExecutionError;
use super::languages::LanguageRow;
use crate::protocol::room::RunOutcome;

/// For one request to the engine; starting a container on a busy machine is the longest.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// For finding out whether it is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why nothing can run, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub message: String,
    pub hint: String,
}

impl Problem {
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl From<Problem> for RunOutcome {
    fn from(Problem { message, hint }: Problem) -> Self {
        Self::Unavailable { message, hint }
    }
}

pub(super) struct Engine {
    socket: String,
    /// Known to have answered once; holds no connection open.
    docker: Mutex<Option<Docker>>,
}

impl Engine {
    /// `address` is `unix:///path`. Nothing is connected yet.
    pub fn new(address: &str) -> Result<Self, ExecutionError> {
        let socket = address
            .strip_prefix("unix://")
            .filter(|path| path.starts_with('/'))
            .ok_or_else(|| ExecutionError::EngineAddress(address.into()))?;
        Ok(Self {
            socket: socket.into(),
            docker: Mutex::new(None),
        })
    }

    pub async fn docker(&self) -> Result<Docker, Problem> {
        let known = self.lock().clone();
        if let Some(docker) = known {
            return Ok(docker);
        }
        let connecting = async {
            Docker::connect_with_unix(&self.socket, REQUEST_TIMEOUT.as_secs(), API_DEFAULT_VERSION)?
                .negotiate_version()
                .await
        };
        match timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(docker)) => {
                *self.lock() = Some(docker.clone());
                Ok(docker)
            }
            Ok(Err(error)) => Err(self.problem(&error)),
            Err(_) => Err(self.silent()),
        }
    }

    /// Whether the engine answers.
    pub async fn check(&self) -> Result<Docker, Problem> {
        let docker = self.docker().await?;
        let answer = timeout(CONNECT_TIMEOUT, docker.ping()).await;
        match answer {
            Ok(Ok(_)) => Ok(docker),
            Ok(Err(error)) => Err(self.problem(&error)),
            Err(_) => Err(self.silent()),
        }
    }

    /// The error of a request, in words.
    pub fn problem(&self, error: &bollard::errors::Error) -> Problem {
        use bollard::errors::Error;
        if let Error::DockerResponseServerError { message, .. } = error {
            return Problem::new(
                format!("The Docker engine refused: {}", message.trim()),
                "See the engine's own log on the server.",
            );
        }
        // A restarted engine may be another version: ask again.
        *self.lock() = None;
        let socket = &self.socket;
        if std::os::unix::net::UnixStream::connect(socket)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
        {
            return Problem::new(
                format!("The server may not use the Docker engine at {socket}."),
                "Add the server's user to the group 'docker' and start the server again.",
            );
        }
        Problem::new(
            format!("No Docker engine answers at {socket}."),
            "On the server, start Docker or run scripts/docker-engine; nothing else needs a restart.",
        )
    }

    fn silent(&self) -> Problem {
        Problem::new(
            format!("The Docker engine at {} does not answer.", self.socket),
            "Look after Docker on the server; nothing else needs a restart.",
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Docker>> {
        self.docker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The language's image is not there.
pub(super) fn no_image(language: &LanguageRow) -> Problem {
    Problem::new(
        format!(
            "The image {} of {} is missing.",
            language.image, language.name
        ),
        "On the server, run 'make runner-images'; nothing needs a restart.",
    )
}

/// Whether the engine's answer was "there is no such thing".
pub(super) fn is_missing(error: &bollard::errors::Error) -> bool {
    matches!(
        error,
        bollard::errors::Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_no_socket_is_refused() {
        for address in ["", "tcp://10.0.0.1:2376", "unix://", "unix://relative"] {
            assert!(Engine::new(address).is_err(), "{address:?}");
        }
    }

    #[tokio::test]
    async fn a_missing_engine_is_told_with_what_to_do() {
        let engine = Engine::new("unix:///nowhere/docker.sock").unwrap();
        let problem = engine.check().await.unwrap_err();
        assert!(problem.message.contains("/nowhere/docker.sock"));
        assert!(problem.hint.contains("scripts/docker-engine"));
    }
}
