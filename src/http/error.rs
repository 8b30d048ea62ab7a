//! The one error of the API, which turns into an [`ApiError`].

use std::time::Duration;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use crate::auth::limits::TooOften;
use crate::auth::password::PasswordError;
use crate::protocol::api::ApiError;
use crate::room::EndError;
use crate::store::StoreError;

/// A refusal, or what went wrong.
#[derive(Debug, Clone)]
pub struct Error {
    status: StatusCode,
    body: ApiError,
    retry_after: Option<Duration>,
}

impl Error {
    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            body: ApiError {
                code: code.to_owned(),
                message: message.into(),
                field: None,
            },
            retry_after: None,
        }
    }

    /// The request makes no sense.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    /// One field of the request is not acceptable.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        let mut error = Self::malformed(message);
        error.body.field = Some(field.to_owned());
        error
    }

    pub fn unauthenticated() -> Self {
        Self::not_logged_in(
            "You are not logged in, or no longer. Log in, or open your invite again.",
        )
    }

    /// The same, for another reason.
    pub fn not_logged_in(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", message)
    }

    pub fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// There is none, or none that the asker may know of.
    pub fn not_found() -> Self {
        Self::not_there("There is nothing here, or nothing that you have access to.")
    }

    /// The same, in better words.
    pub fn not_there(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// It cannot be done as things stand; `code` says which things.
    pub fn conflict(code: &str, message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// The interview is over.
    pub fn ended() -> Self {
        Self::conflict("ended", "This interview has ended.")
    }

    fn too_many(retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many attempts. Wait a little and try again.",
            )
        }
    }

    /// Something failed that the asker cannot mend; what it was goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server. Try again; the operator finds the cause in the log.",
        )
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Stable, for programs.
    pub fn code(&self) -> &str {
        &self.body.code
    }

    /// For people.
    pub fn message(&self) -> &str {
        &self.body.message
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs().saturating_add(1);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::not_found(),
            StoreError::Exists => Self::conflict("exists", "It exists already."),
            other => Self::internal(other),
        }
    }
}

impl From<EndError> for Error {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Store(error) => error.into(),
            EndError::Restarting => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "restarting",
                "The server is restarting. Try again in a moment.",
            ),
            EndError::Unfinished => Self::internal(error),
        }
    }
}

impl From<TooOften> for Error {
    fn from(error: TooOften) -> Self {
        Self::too_many(error.retry_after)
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::too_many(Duration::from_secs(5)),
            other => Self::internal(other),
        }
    }
}

impl From<jsonwebtoken::errors::Error> for Error {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self::internal(error)
    }
}

impl From<JsonRejection> for Error {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "The request is too large.",
            );
        }
        Self::malformed(rejection.body_text())
    }
}

impl From<PathRejection> for Error {
    /// What is not even an identifier names nothing.
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}
