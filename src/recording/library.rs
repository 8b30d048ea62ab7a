//! Begins recordings, repairs those that a crash interrupted, and reads them.

use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use porthole_recorder::{Finished, RecorderError, repair};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::RecordingConfig;
use super::call::Call;
use super::files::{Files, FilesError};
use super::writers::millis;
use crate::protocol::ids::{InterviewId, TrackId};
use crate::room::recorder::{self as room, CallRecording, RecordCalls};
use crate::store::{RecordingRow, RecordingStatus, Store, StoreError};

/// How many packets of a room may wait for the disk: some seconds of a call. More are lost to the
/// recording, not to the call.
const TAP: usize = 4096;

/// How long the start waits for repairs. A bucket that is slow to answer delays no server.
const REPAIR: Duration = Duration::from_secs(20);

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// All recordings. Clones are handles to the same ones.
#[derive(Clone)]
pub struct Recordings {
    files: Files,
    store: Store,
}

impl Recordings {
    /// Keeps recordings in the data folder, or where the configuration says.
    pub fn open(config: &RecordingConfig, data: &Path, store: Store) -> Result<Self, FilesError> {
        Ok(Self {
            files: Files::open(config, data)?,
            store,
        })
    }

    /// Completes what an earlier process left unfinished. To be called before rooms open; what
    /// takes long goes on by itself.
    pub async fn recover(&self) -> Result<(), ReadError> {
        let unfinished = self.store.recordings_unfinished().await?;
        let wanted: HashSet<TrackId> = unfinished.iter().map(|row| row.id).collect();
        for track in self.files.all_spooled().await? {
            // Either it is in the object store already, or it had not begun.
            if !wanted.contains(&track) {
                self.files.discard(track).await;
            }
        }
        let recordings = self.clone();
        let repairs = tokio::spawn(async move {
            for row in unfinished {
                recordings.complete(&row).await;
            }
        });
        match timeout(REPAIR, repairs).await {
            Ok(Err(error)) => tracing::error!(%error, "repairing recordings broke down"),
            Ok(Ok(())) => {}
            Err(_) => tracing::warn!("recordings are still being repaired"),
        }
        Ok(())
    }

    async fn complete(&self, row: &RecordingRow) {
        let path = self.files.spooled(row.id);
        let reason = match spawn_blocking(move || repair(&path)).await {
            Ok(Ok(finished)) if finished.start.is_some() => {
                return keep(&self.files, &self.store, row, &finished).await;
            }
            Ok(Ok(_)) => "it is empty".to_owned(),
            Ok(Err(RecorderError::Io(error))) if error.kind() != io::ErrorKind::NotFound => {
                // The disk may be better at the next start.
                tracing::error!(track = %row.id, %error, "a recording cannot be repaired now");
                return;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(track = %row.id, reason, "a recording is lost");
        match self.store.recording_failed(row.id).await {
            Ok(()) => self.files.discard(row.id).await,
            Err(error) => tracing::error!(track = %row.id, %error, "that cannot be noted"),
        }
    }

    /// A track that can be played, if this is one of the interview's.
    pub async fn media(
        &self,
        interview: InterviewId,
        track: TrackId,
    ) -> Result<Option<Media>, StoreError> {
        let row = self.store.recording(track).await?;
        Ok(row
            .filter(|row| row.interview_id == interview)
            .filter(|row| row.state == RecordingStatus::Finished)
            .and_then(|row| {
                Some(Media {
                    size: u64::try_from(row.size?).ok()?,
                    mime_type: row.mime_type,
                    object_path: row.object_path,
                    files: self.files.clone(),
                })
            }))
    }
}

impl RecordCalls for Recordings {
    fn start(
        &self,
        call: room::Call,
    ) -> BoxFuture<'static, Result<Box<dyn CallRecording>, String>> {
        let tap = call.media.tap(TAP);
        let media = call.media;
        let call = Call {
            interview: call.interview,
            clock: call.clock,
            tap,
            request_keyframe: Box::new(move |track| media.request_keyframe(track)),
            events: call.events,
            files: self.files.clone(),
            store: self.store.clone(),
        };
        async move { Ok(Box::new(call.record()) as Box<dyn CallRecording>) }.boxed()
    }
}

/// A complete file.
pub struct Media {
    /// Bytes.
    pub size: u64,
    pub mime_type: String,
    object_path: String,
    files: Files,
}

impl Media {
    /// The bytes in `range`, which must not be empty nor go beyond the file.
    pub async fn read(
        &self,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, FilesError> {
        self.files.read(&self.object_path, range).await
    }
}

/// Puts a complete file into the object store. If that fails it stays in the spool, and the next
/// start tries again.
pub(super) async fn keep(files: &Files, store: &Store, row: &RecordingRow, finished: &Finished) {
    if let Err(error) = files.keep(row.id, &row.object_path).await {
        tracing::error!(track = %row.id, %error, "a recording stays in the spool");
        return;
    }
    let duration = millis(finished.duration);
    let size = i64::try_from(finished.size).unwrap_or(i64::MAX);
    match store.recording_finished(row.id, duration, size).await {
        Ok(()) => files.discard(row.id).await,
        Err(error) => tracing::error!(track = %row.id, %error, "a recording cannot be noted"),
    }
}
