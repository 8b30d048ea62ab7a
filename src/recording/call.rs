//! The task that records one call.

use std::collections::HashMap;

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
use crate::room::recorder::CallRecording;
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
    /// Takes the reason when nothing can be recorded any more.
    pub failed: mpsc::Sender<String>,
    pub files: Files,
    pub store: Store,
}

impl Call {
    /// Records until it is finished, the room closes, or the disk fails.
    pub fn record(self) -> Recording {
        let (words, receiver) = mpsc::channel(WORDS);
        let task = Task {
            writers: Some(Writers::new(self.files.clone(), self.clock)),
            tracks: HashMap::new(),
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
    /// Complete files on their way into the object store.
    keeping: JoinSet<()>,
}

/// What is known of a track, in the order in which it comes to be known.
#[derive(Default)]
struct Known {
    track: Option<Track>,
    began: Option<(Millis, &'static str)>,
    row: Option<RecordingRow>,
    finished: Option<Finished>,
}

impl Task {
    async fn run(mut self, mut words: mpsc::Receiver<Word>) {
        if let Err(reason) = self.record(&mut words).await {
            tracing::error!(interview = %self.call.interview, reason, "recording fails");
            let _ = self.call.failed.try_send(reason);
            // What the other files have so far may still be kept.
            let written = self.at_work(Writers::finish).await;
            if let Err(reason) = self.take(written).await {
                tracing::error!(interview = %self.call.interview, reason, "a file is left for later");
            }
        }
        self.discard_the_unknown().await;
        while let Some(kept) = self.keeping.join_next().await {
            if let Err(error) = kept {
                tracing::error!(%error, "keeping a recording broke down");
            }
        }
    }

    async fn record(&mut self, words: &mut mpsc::Receiver<Word>) -> Result<(), String> {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let is_over = tokio::select! {
                // Whose a track is comes before its media if both are there.
                biased;
                word = words.recv() => match word {
                    Some(Word::Track(track)) => {
                        let id = track.id;
                        self.tracks.entry(id).or_default().track = Some(track);
                        self.advance(id).await?;
                        false
                    }
                    // A room that is gone without a word has nothing more to record either.
                    Some(Word::Finish) | None => true,
                },
                count = self.call.tap.recv_many(&mut batch, BATCH) => {
                    let packets = std::mem::take(&mut batch);
                    let written = self.at_work(|writers| writers.write(packets)).await;
                    self.take(written).await?;
                    count == 0
                }
            };
            if is_over {
                break;
            }
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
        self.take(written).await
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

    async fn take(&mut self, written: Vec<Written>) -> Result<(), String> {
        let mut outcome = Ok(());
        for one in written {
            let taken = match one {
                Written::NeedsKeyframe(track) => {
                    (self.call.request_keyframe)(sfu::TrackId(track.0.as_u128()));
                    Ok(())
                }
                Written::Began {
                    track,
                    start,
                    mime_type,
                } => {
                    self.tracks.entry(track).or_default().began = Some((start, mime_type));
                    self.advance(track).await
                }
                Written::Ended { track, result } => self.ended(track, result).await,
            };
            outcome = outcome.and(taken);
        }
        outcome
    }

    async fn ended(
        &mut self,
        track: TrackId,
        result: Result<Finished, RecorderError>,
    ) -> Result<(), String> {
        match result {
            Ok(finished) => {
                self.tracks.entry(track).or_default().finished = Some(finished);
                self.advance(track).await
            }
            // Nothing of it has ever been seen or heard.
            Err(RecorderError::Empty) => {
                self.tracks.remove(&track);
                self.call.files.discard(track).await;
                Ok(())
            }
            Err(error) => {
                let path = self.call.files.spooled(track);
                // If the disk does not allow even this, the next start tries again.
                if let Ok(Ok(finished)) = spawn_blocking(move || repair(&path)).await {
                    self.tracks.entry(track).or_default().finished = Some(finished);
                    self.advance(track).await?;
                }
                Err(error.to_string())
            }
        }
    }

    /// Does for a track what can be done by now.
    async fn advance(&mut self, id: TrackId) -> Result<(), String> {
        let known = self.tracks.entry(id).or_default();
        if let (None, Some(track), Some((start_ms, mime_type))) =
            (&known.row, &known.track, &known.began)
        {
            let row = RecordingRow {
                id,
                interview_id: self.call.interview,
                participant_id: track.participant_id,
                source: track.source,
                mime_type: (*mime_type).to_owned(),
                start_ms: *start_ms,
                duration_ms: None,
                state: RecordingStatus::Writing,
                object_path: object_path(self.call.interview, id),
                size: None,
            };
            let stored = self.call.store.recording_started(&row).await;
            stored.map_err(|error| format!("the recording cannot be noted: {error}"))?;
            known.row = Some(row);
        }
        if known.row.is_some()
            && let Some(finished) = known.finished.take()
            && let Some(row) = self.tracks.remove(&id).and_then(|known| known.row)
        {
            let (files, store) = (self.call.files.clone(), self.call.store.clone());
            self.keeping.spawn(async move {
                keep(&files, &store, &row, &finished).await;
            });
        }
        Ok(())
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
