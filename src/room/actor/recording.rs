//! Recording the call, where the interview asks for it. Whatever goes wrong with it, the call goes
//! on.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::{News, Room};
use crate::protocol::ids::TrackId;
use crate::protocol::room::{RecordingState, ServerMessage};
use crate::protocol::timeline::Event;
use crate::room::recorder::{Call, CallRecording, RecordingEvent};

/// How much the recording may have to say at a time.
const EVENTS: usize = 8;

/// How long a closing room waits for its files to be finished.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How far the recording is.
pub(super) enum Stage {
    /// Until the first track.
    Waiting,
    Starting,
    On(Box<dyn CallRecording>),
    /// It could not begin, or it tries to go on.
    Failed {
        reason: String,
        recording: Option<Box<dyn CallRecording>>,
    },
}

/// What comes back from the recording.
pub enum RecorderNews {
    Started(Result<Box<dyn CallRecording>, String>),
    Event(RecordingEvent),
}

impl Room {
    pub(super) fn recording_state(&self) -> RecordingState {
        match &self.recording {
            Stage::Failed { reason, .. } => RecordingState::Failed {
                reason: reason.clone(),
            },
            _ if self.parts.is_recorded => RecordingState::On,
            _ => RecordingState::Off,
        }
    }

    /// Records a track that has begun; the first one begins the recording.
    pub(super) fn record_track(&mut self, track: TrackId, now: Instant) {
        if !self.parts.is_recorded {
            return;
        }
        match &self.recording {
            Stage::Waiting => self.start_recording(now),
            Stage::On(recording)
            | Stage::Failed {
                recording: Some(recording),
                ..
            } => {
                if let Some(track) = self.parts.state.track(track) {
                    recording.track_started(track);
                }
            }
            // Once it has started, every track that is there is recorded.
            Stage::Starting | Stage::Failed { .. } => {}
        }
    }

    fn start_recording(&mut self, now: Instant) {
        let Some(recorder) = &self.parts.recorder else {
            let reason = "This server cannot record.".to_owned();
            return self.recorder_news(RecorderNews::Started(Err(reason)), now);
        };
        let (events, mut receiver) = mpsc::channel(EVENTS);
        let starting = recorder.start(Call {
            interview: self.parts.interview.id,
            media: self.parts.media.clone(),
            clock: self.parts.clock,
            events,
        });
        self.recording = Stage::Starting;
        let news = self.news.clone();
        tokio::spawn(async move {
            let started = News::Recorder(RecorderNews::Started(starting.await));
            if news.send(started).await.is_err() {
                return;
            }
            while let Some(event) = receiver.recv().await {
                let event = News::Recorder(RecorderNews::Event(event));
                // The room may be gone by now, and then nobody needs to know.
                if news.send(event).await.is_err() {
                    return;
                }
            }
        });
    }

    pub(super) fn recorder_news(&mut self, news: RecorderNews, now: Instant) {
        match news {
            RecorderNews::Started(Ok(recording)) => {
                for track in self.parts.state.tracks() {
                    recording.track_started(track);
                }
                self.recording_goes_on(recording, now);
            }
            RecorderNews::Started(Err(reason)) => self.recording_fails(reason, now),
            RecorderNews::Event(RecordingEvent::Failed { reason }) => {
                self.recording_fails(reason, now);
            }
            RecorderNews::Event(RecordingEvent::Resumed) => {
                match std::mem::replace(&mut self.recording, Stage::Waiting) {
                    Stage::Failed {
                        recording: Some(recording),
                        ..
                    } => self.recording_goes_on(recording, now),
                    other => self.recording = other,
                }
            }
        }
        let recording = self.recording_state();
        self.tell_all(&ServerMessage::Recording { recording });
    }

    fn recording_goes_on(&mut self, recording: Box<dyn CallRecording>, now: Instant) {
        self.recording = Stage::On(recording);
        if self.stop.is_none() {
            self.record(None, Event::RecordingStarted, now);
        }
    }

    fn recording_fails(&mut self, reason: String, now: Instant) {
        tracing::error!(interview = %self.parts.interview.id, reason, "recording failed");
        let recording = match std::mem::replace(&mut self.recording, Stage::Waiting) {
            Stage::On(recording) => Some(recording),
            Stage::Failed { recording, .. } => recording,
            Stage::Waiting | Stage::Starting => None,
        };
        self.recording = Stage::Failed {
            reason: reason.clone(),
            recording,
        };
        if self.parts.state.is_recording() {
            self.record(None, Event::RecordingStopped { reason }, now);
        }
    }

    pub(super) async fn finish_recording(&mut self) {
        let recording = match std::mem::replace(&mut self.recording, Stage::Waiting) {
            Stage::On(recording) => Some(recording),
            Stage::Failed { recording, .. } => recording,
            Stage::Waiting | Stage::Starting => None,
        };
        if let Some(recording) = recording
            && tokio::time::timeout(LAST_WORDS, recording.finish())
                .await
                .is_err()
        {
            tracing::warn!(
                interview = %self.parts.interview.id,
                "the recording is left to be repaired at the next start"
            );
        }
    }
}
