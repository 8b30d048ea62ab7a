//! The JSON messages of the room's WebSocket (`GET /api/interviews/{id}/ws`).
//!
//! The first message of a connection is [`ClientMessage::Join`]; the answer is
//! [`ServerMessage::Welcome`] with the whole state. After that both sides speak freely. State that
//! is small is always sent whole (participants, tracks, recording), so nothing can drift.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::api::{InterviewStatus, Problem, Role};
use super::ids::{InterviewId, MessageId, ParticipantId, RunId, TrackId};

/// Milliseconds on the interview's own clock: since it went live, monotonic.
pub type Millis = i64;

/// What a track shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Source {
    Microphone,
    Camera,
    Screen,
}

/// From the page to the server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ClientMessage {
    /// Enter the room. Must be the first message. `consent` is to being recorded; an interview that
    /// is to be recorded refuses entry without it.
    Join { consent: bool },
    /// An SDP offer. The client always offers. `publish` names its sendonly sections, `subscribe`
    /// the track wanted in each recvonly section (every one of them, at every offer).
    Offer {
        id: u32,
        sdp: String,
        publish: Vec<PublishedSection>,
        subscribe: Vec<SubscribedSection>,
    },
    /// The microphone or camera was muted or unmuted (the track stays).
    Mute { source: Source, muted: bool },
    /// A chat message. Answered by [`ServerMessage::Chat`] once it is stored; sending the same id
    /// again changes nothing.
    Chat { id: MessageId, text: String },
    /// Run the document's file of this language. The server takes the text from its own copy of
    /// the document, which already holds every update sent before this message.
    Run {
        id: RunId,
        language: String,
        #[serde(default)]
        stdin: String,
    },
    /// Stop a run; either person may.
    StopRun { id: RunId },
    /// The page was left or returned to (the tab's visibility), for the timeline.
    Focus { focused: bool },
    /// Answered by [`ServerMessage::Pong`] with the same number: the page's liveness check and
    /// round-trip time.
    Ping { id: u32 },
    /// Leave for good (closing the socket alone means "may come back").
    Leave,
}

/// One sendonly section of an offer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PublishedSection {
    pub mid: String,
    pub source: Source,
}

/// One recvonly section of an offer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SubscribedSection {
    pub mid: String,
    pub track_id: TrackId,
}

/// From the server to the page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ServerMessage {
    /// The room as it is, the answer to `join`.
    Welcome(Box<Welcome>),
    /// Everybody who is or was in the room. Sent whole at every change.
    Participants {
        participants: Vec<Participant>,
    },
    /// Every live track of the *others* that this participant may subscribe to. Sent whole at
    /// every change; a difference from what is subscribed calls for a new offer.
    Tracks {
        tracks: Vec<Track>,
    },
    /// The answer to the offer with this id.
    Answer {
        id: u32,
        sdp: String,
    },
    Chat {
        message: ChatMessage,
    },
    /// A run was started, changed state or finished. Sent whole, without its output.
    Run {
        run: Run,
    },
    RunOutput {
        id: RunId,
        chunk: OutputChunk,
    },
    Recording {
        recording: RecordingState,
    },
    /// So many of the document updates that this connection sent are stored for good.
    Saved {
        #[ts(type = "number")]
        updates: u64,
    },
    Pong {
        id: u32,
    },
    /// The interview has ended; the socket closes after this.
    Ended,
    /// The server is about to restart; the page reconnects by itself.
    Restarting,
    /// Something the page asked for was refused. The connection stays unless `fatal`.
    Error(RoomError),
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Welcome {
    /// Who the receiver is.
    pub you: ParticipantId,
    pub interview: RoomInterview,
    #[ts(type = "number")]
    pub at_ms: Millis,
    pub participants: Vec<Participant>,
    pub tracks: Vec<Track>,
    pub chat: Vec<ChatMessage>,
    /// Oldest first, with their output.
    pub runs: Vec<RunWithOutput>,
    pub recording: RecordingState,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoomInterview {
    pub id: InterviewId,
    pub title: String,
    pub status: InterviewStatus,
    /// Milliseconds since the epoch.
    #[ts(type = "number")]
    pub started_at: i64,
    pub problem: Option<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Participant {
    pub id: ParticipantId,
    pub name: String,
    pub role: Role,
    /// A CSS colour, the same for everybody, for this person's cursor and name.
    pub color: String,
    pub present: bool,
    pub microphone_muted: bool,
    pub camera_muted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Track {
    pub id: TrackId,
    pub participant_id: ParticipantId,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChatMessage {
    pub id: MessageId,
    pub participant_id: ParticipantId,
    pub text: String,
    #[ts(type = "number")]
    pub at_ms: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum OutputStream {
    Stdout,
    Stderr,
}

/// A piece of output. Always whole UTF-8; what was not valid is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OutputChunk {
    pub stream: OutputStream,
    pub text: String,
}

/// One execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Run {
    pub id: RunId,
    pub participant_id: ParticipantId,
    pub language: String,
    #[ts(type = "number")]
    pub started_at_ms: Millis,
    pub state: RunState,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunWithOutput {
    pub run: Run,
    pub output: Vec<OutputChunk>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum RunState {
    /// `place` 0 is next.
    Queued {
        place: u32,
    },
    Running,
    Finished {
        outcome: RunOutcome,
        /// Wall-clock milliseconds inside the container, compile step included.
        #[ts(type = "number")]
        wall_ms: u64,
        /// Bytes; absent where the kernel does not tell.
        #[ts(type = "number | null")]
        peak_memory: Option<u64>,
        /// Output beyond the limit was dropped.
        truncated: bool,
    },
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum RunOutcome {
    /// The program ended by itself; success is exit code 0.
    Exited {
        #[ts(type = "number")]
        code: i64,
    },
    /// The compile step failed; the output holds the compiler's messages.
    CompileFailed {
        #[ts(type = "number")]
        code: i64,
    },
    /// Longer than the wall-clock limit.
    TimedOut {
        #[ts(type = "number")]
        limit_ms: u64,
    },
    OutOfMemory {
        /// Bytes.
        #[ts(type = "number")]
        limit: u64,
    },
    /// Someone pressed stop.
    Stopped,
    /// It could not run: no engine, no image. `hint` says what to do.
    Unavailable { message: String, hint: String },
    /// The server stopped while it ran.
    Interrupted,
}

/// Whether the call is being recorded, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum RecordingState {
    On,
    /// The interviewer chose not to record this interview.
    Off,
    /// It should record but cannot; the call goes on.
    Failed {
        reason: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoomError {
    /// Stable, for programs.
    pub code: String,
    /// A sentence for people, with what to do.
    pub message: String,
    /// The connection closes and must not be tried again unchanged.
    pub fatal: bool,
    /// The offer, chat message or run this answers.
    pub in_reply_to: Option<String>,
}
