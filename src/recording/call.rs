//! The task that records one call.

use std::collections::{HashMap, HashSet};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use porthole_recorder::{Finished, RecorderError, repair};
use porthole_sfu::{self as sfu, Tap};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};

use super::files::{Files, object_path};
use super::library::keep;
use super::writers::{Writers, Written};
use crate::protocol::ids::{InterviewId, TrackId};
use crate::protocol::room::{Millis, Track};
use crate::room::clock::Clock;
use crate::room::recorder::{CallRecording, RecordingEvent};
use crate::store::{RecordingRow, RecordingStatus, Store};

/// How many packets are written at a time.
const BATCH: usize = 256;

/// How many words of the room may wait. A room has few tracks.
const WORDS: usize = 256;

/// What is to be recorded, and what with.
pub struct Call {
    pub interview: InterviewId,
    pub clock: Clock,
    pub tap: mpsc::Receiver<Tap>,
    pub request_keyframe: Box<dyn Fn(sfu::TrackId) + Send + Sync>,
    /// Takes what becomes of it.
    pub events: mpsc::Sender<RecordingEvent>,
    pub files: Files,
    pub store: Store,
}

impl Call {
    /// Records until it is finished or the room closes. While the disk or the database fails, what
    /// can be kept is kept.
    pub fn record(self) -> Recording {
        let (words, receiver) = mpsc::channel(WORDS);
        let task = Task {
            writers: Some(Writers::new(self.files.clone(), self.clock)),
            tracks: HashMap::new(),
            troubles: HashSet::new(),
            has_told_of_trouble: false,
            keeping: JoinSet::new(),
            call: self,
        };
        Recording {
            words,
            task: tokio::spawn(task.run(receiver)),
        }
    }
}

/// The room's end of a recording.
pub struct Recording {
    words: mpsc::Sender<Word>,
    task: JoinHandle<()>,
}

enum Word {
    Track(Track),
    Finish,
}

impl CallRecording for Recording {
    fn track_started(&self, track: &Track) {
        if self.words.try_send(Word::Track(track.clone())).is_err() {
            tracing::warn!(track = %track.id, "the recording does not listen any more");
        }
    }

    fn finish(self: Box<Self>) -> BoxFuture<'static, ()> {
        async move {
            // If nobody listens, it has ended by itself.
            let _ = self.words.send(Word::Finish).await;
            if let Err(error) = self.task.await {
                tracing::error!(%error, "the recording broke down");
            }
        }
        .boxed()
    }
}

struct Task {
    call: Call,
    /// Absent while they are at work on another thread.
    writers: Option<Writers>,
    tracks: HashMap<TrackId, Known>,
    /// Those that cannot be written, or not be noted.
    troubles: HashSet<TrackId>,
    has_told_of_trouble: bool,
    /// Complete files on their way into the object store.
    keeping: JoinSet<()>,
}

/// What is known of a track, in the order in which it comes to be known.
#[derive(Default)]
struct Known {
    track: Option<Track>,
    began: Option<(Millis, String)>,
    row: Option<RecordingRow>,
    finished: Option<Finished>,
}

impl Task {
    async fn run(mut self, mut words: mpsc::Receiver<Word>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                // Whose a track is comes before its media if both are there.
                biased;
                word = words.recv() => match word {
                    Some(Word::Track(track)) => self.own(track).await,
                    // Without a word the room is gone as in a crash.
                    Some(Word::Finish) | None => break,
                },
                count = self.call.tap.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    let packets = std::mem::take(&mut batch);
                    let written = self.at_work(|writers| writers.write(packets)).await;
                    self.take(written).await;
                }
            }
        }
        while let Ok(Word::Track(track)) = words.try_recv() {
            self.own(track).await;
        }
        let mut rest = Vec::new();
        while let Ok(tap) = self.call.tap.try_recv() {
            rest.push(tap);
        }
        let finish = |writers: &mut Writers| {
            let mut written = writers.write(rest);
            written.extend(writers.finish());
            written
        };
        let written = self.at_work(finish).await;
        self.take(written).await;
        self.discard_the_unknown().await;
        while let Some(kept) = self.keeping.join_next().await {
            if let Err(error) = kept {
                tracing::error!(%error, "keeping a recording broke down");
            }
        }
    }

    async fn own(&mut self, track: Track) {
        let id = track.id;
        if let Some(writers) = &mut self.writers {
            writers.own(id, track.participant_id);
        }
        self.tracks.entry(id).or_default().track = Some(track);
        self.advance(id).await;
    }

    /// Lets the writers work where they may block.
    async fn at_work(
        &mut self,
        work: impl FnOnce(&mut Writers) -> Vec<Written> + Send + 'static,
    ) -> Vec<Written> {
        let Some(mut writers) = self.writers.take() else {
            return Vec::new();
        };
        match spawn_blocking(move || (work(&mut writers), writers)).await {
            Ok((written, writers)) => {
                self.writers = Some(writers);
                written
            }
            Err(error) => {
                tracing::error!(%error, "writing recordings broke down");
                Vec::new()
            }
        }
    }

    async fn take(&mut self, written: Vec<Written>) {
        for one in written {
            match one {
                Written::NeedsKeyframe(track) => {
                    (self.call.request_keyframe)(sfu::TrackId(track.0.as_u128()));
                }
                Written::Began {
                    track,
                    start,
                    mime_type,
                } => {
                    self.tracks.entry(track).or_default().began = Some((start, mime_type));
                    self.advance(track).await;
                }
                Written::Failed { track, reason } => self.trouble(track, reason),
                Written::Resumed(track) => self.relief(track),
                Written::Ended { track, result } => self.ended(track, result).await,
            }
        }
    }

    async fn ended(&mut self, track: TrackId, result: Result<Finished, RecorderError>) {
        let result = match result {
            Err(error) => {
                tracing::warn!(%track, %error, "a file needs repair");
                let path = self.call.files.spooled(track);
                spawn_blocking(move || repair(&path)).await
            }
            finished => Ok(finished),
        };
        match result {
            // Nothing of it has ever been seen or heard.
            Ok(Ok(finished)) if finished.start.is_none() => {
                self.tracks.remove(&track);
                self.call.files.discard(track).await;
                self.relief(track);
            }
            Ok(Ok(finished)) => {
                self.tracks.entry(track).or_default().finished = Some(finished);
                self.advance(track).await;
            }
            // If the disk does not allow even this, the next start tries again.
            Ok(Err(error)) => self.trouble(track, error.to_string()),
            Err(error) => self.trouble(track, error.to_string()),
        }
    }

    /// Does for a track what can be done by now.
    async fn advance(&mut self, id: TrackId) {
        let known = self.tracks.entry(id).or_default();
        if let (None, Some(track), Some((start_ms, mime_type))) =
            (&known.row, &known.track, &known.began)
        {
            let row = RecordingRow {
                id,
                interview_id: self.call.interview,
                participant_id: track.participant_id,
                source: track.source,
                mime_type: mime_type.clone(),
                start_ms: *start_ms,
                duration_ms: None,
                state: RecordingStatus::Writing,
                object_path: object_path(self.call.interview, id),
                size: None,
            };
            if let Err(error) = self.call.store.recording_started(&row).await {
                let reason = format!("the recording cannot be noted: {error}");
                return self.trouble(id, reason);
            }
            known.row = Some(row);
        }
        if known.row.is_some()
            && let Some(finished) = known.finished.take()
            && let Some(row) = self.tracks.remove(&id).and_then(|known| known.row)
        {
            self.relief(id);
            let (files, store) = (self.call.files.clone(), self.call.store.clone());
            self.keeping.spawn(async move {
                keep(&files, &store, &row, &finished).await;
            });
        }
    }

    fn trouble(&mut self, track: TrackId, reason: String) {
        tracing::error!(interview = %self.call.interview, %track, reason, "recording fails");
        self.troubles.insert(track);
        if !self.has_told_of_trouble {
            let failed = RecordingEvent::Failed { reason };
            self.has_told_of_trouble = self.call.events.try_send(failed).is_ok();
        }
    }

    fn relief(&mut self, track: TrackId) {
        self.troubles.remove(&track);
        if self.has_told_of_trouble && self.troubles.is_empty() {
            tracing::info!(interview = %self.call.interview, "recording works again");
            let resumed = self.call.events.try_send(RecordingEvent::Resumed);
            self.has_told_of_trouble = resumed.is_err();
        }
    }

    /// Removes the files of which nobody ever said whose they are.
    async fn discard_the_unknown(&mut self) {
        for (id, known) in self.tracks.drain() {
            if known.row.is_none() {
                tracing::warn!(track = %id, "a track that nobody knows is not kept");
                self.call.files.discard(id).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
