//! What a room asks of whoever records calls. The recording knows how; the room knows when.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use porthole_sfu as sfu;
use tokio::sync::mpsc;

use super::clock::Clock;
use crate::protocol::ids::InterviewId;
use crate::protocol::room::Track;

/// A call that is to be recorded.
pub struct Call {
    pub interview: InterviewId,
    /// Where its media is to be had.
    pub media: sfu::Room,
    /// The interview's clock, on which the recording's time is told.
    pub clock: Clock,
    /// Takes what becomes of the recording.
    pub events: mpsc::Sender<RecordingEvent>,
}

/// What becomes of a recording while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingEvent {
    /// Something cannot be written. It is tried again.
    Failed {
        /// For people.
        reason: String,
    },
    /// Everything can be written again.
    Resumed,
}

/// Records calls.
pub trait RecordCalls: Send + Sync {
    /// Begins to record; the error is the reason, for people, why it cannot be done.
    fn start(&self, call: Call) -> BoxFuture<'static, Result<Box<dyn CallRecording>, String>>;
}

/// A call that is being recorded. Dropping it without finishing leaves files to be repaired.
pub trait CallRecording: Send {
    /// Whose a track is and what it shows. Its media may have begun to arrive before, and ends with
    /// the tap's word for it.
    fn track_started(&self, track: &Track);

    /// Completes every file.
    fn finish(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// Whoever records calls, if this server can.
pub type Recorder = Option<Arc<dyn RecordCalls>>;
