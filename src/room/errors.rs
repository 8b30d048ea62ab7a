//! What the room says when it refuses something.

use super::document::Refusal;
use super::{awareness, inspection};
use crate::protocol::room::{RoomError, ServerMessage};

/// Something that was asked for is refused; the connection stays.
pub fn refused(code: &str, message: impl Into<String>) -> RoomError {
    RoomError {
        code: code.to_owned(),
        message: message.into(),
        fatal: false,
        in_reply_to: None,
    }
}

/// The connection closes, and trying again unchanged cannot help.
pub fn fatal(code: &str, message: impl Into<String>) -> RoomError {
    RoomError {
        fatal: true,
        ..refused(code, message)
    }
}

pub fn too_many_requests(what: &str) -> RoomError {
    refused(
        "too_many_requests",
        format!("Too many {what} at once. Wait a little and try again."),
    )
}

pub fn ended() -> RoomError {
    fatal("ended", "This interview has ended.")
}

pub fn consent_required() -> RoomError {
    fatal(
        "consent_required",
        "This interview is recorded. Agree to the recording to enter.",
    )
}

pub fn replaced() -> RoomError {
    fatal(
        "replaced",
        "You entered this room again elsewhere. Reload to continue here.",
    )
}

/// The server failed, or is about to restart; trying again helps.
pub fn unavailable(message: &str) -> RoomError {
    refused("unavailable", message)
}

/// What follows for a connection whose frame was refused.
#[derive(Debug)]
pub struct FrameRefused {
    pub error: RoomError,
    /// Its copy of the document and the server's have parted: it has to synchronise anew.
    pub closes: bool,
}

impl From<Refusal> for FrameRefused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let (error, closes) = match refusal {
            Refusal::Update(inspection::Refusal::OutOfSync) => {
                (refused("out_of_sync", message), true)
            }
            Refusal::Frame(_) | Refusal::Update(inspection::Refusal::Malformed(_)) => {
                (refused("invalid_update", message), false)
            }
            Refusal::TooLarge => (
                fatal(
                    "document_too_large",
                    format!("{message}. Take out what you added last, then reload."),
                ),
                true,
            ),
            Refusal::Awareness(awareness::Refusal::Foreign) => {
                (refused("forbidden", message), false)
            }
            Refusal::Awareness(awareness::Refusal::Malformed(_)) => {
                (refused("invalid_cursor", message), false)
            }
        };
        Self { error, closes }
    }
}

/// The error as an answer to what has this id.
pub fn answer(error: RoomError, in_reply_to: impl ToString) -> ServerMessage {
    ServerMessage::Error(RoomError {
        in_reply_to: Some(in_reply_to.to_string()),
        ..error
    })
}
