//! What a replay is made of: `GET /api/interviews/{id}/replay`. Replay is a pure function of the
//! journal and the media.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::api::{Interview, Problem};
use super::ids::{MessageId, ParticipantId, RunId, TrackId};
use super::room::{Millis, OutputChunk, Participant, RunState, Source};

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Timeline {
    pub interview: Interview,
    pub problem: Option<Problem>,
    /// Length of the interview on its own clock.
    #[ts(type = "number")]
    pub duration_ms: Millis,
    /// Everybody who was there.
    pub participants: Vec<Participant>,
    pub tracks: Vec<RecordedTrack>,
    /// In order of `seq`.
    pub events: Vec<TimelineEvent>,
}

/// One media file; `GET /api/interviews/{id}/tracks/{trackId}/media`, with HTTP ranges.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordedTrack {
    pub id: TrackId,
    pub participant_id: ParticipantId,
    pub source: Source,
    /// MIME type with codecs, e.g. `video/webm; codecs="vp8"`.
    pub mime_type: String,
    /// Where the file's time 0 lies on the interview's clock.
    #[ts(type = "number")]
    pub start_ms: Millis,
    #[ts(type = "number")]
    pub duration_ms: Millis,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TimelineEvent {
    #[ts(type = "number")]
    pub seq: i64,
    #[ts(type = "number")]
    pub at_ms: Millis,
    pub participant_id: Option<ParticipantId>,
    #[serde(flatten)]
    #[ts(flatten)]
    pub event: Event,
}

/// Everything that can happen in an interview. Stored in the journal in this very form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Event {
    /// A Yjs update (v1), base64.
    Document {
        update: String,
    },
    /// A Yjs awareness update, base64: cursors and selections.
    Awareness {
        update: String,
    },
    Joined,
    Left,
    Muted {
        source: Source,
        muted: bool,
    },
    Focus {
        focused: bool,
    },
    TrackStarted {
        track_id: TrackId,
        source: Source,
    },
    TrackEnded {
        track_id: TrackId,
    },
    Chat {
        id: MessageId,
        text: String,
    },
    RunStarted {
        id: RunId,
        language: String,
        stdin: String,
    },
    RunOutput {
        id: RunId,
        chunk: OutputChunk,
    },
    RunFinished {
        id: RunId,
        state: RunState,
    },
    RecordingStarted,
    RecordingStopped {
        reason: String,
    },
    Ended,
}
