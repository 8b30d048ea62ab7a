//! The media files of an interview.

use sqlx::FromRow;

use super::columns::text_column;
use super::{Store, StoreError};
use crate::protocol::ids::{InterviewId, ParticipantId, TrackId};
use crate::protocol::room::{Millis, Source};

/// One media file: one track of one participant.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RecordingRow {
    /// The track's id.
    pub id: TrackId,
    pub interview_id: InterviewId,
    pub participant_id: ParticipantId,
    pub source: Source,
    pub mime_type: String,
    /// Where the file's time 0 lies on the interview's clock.
    pub start_ms: Millis,
    /// Absent while it is being written.
    pub duration_ms: Option<Millis>,
    pub state: RecordingStatus,
    /// Where the finished file lies in the object store.
    pub object_path: String,
    /// Bytes; absent while it is being written.
    pub size: Option<i64>,
}

/// How far a media file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingStatus {
    Writing,
    Finished,
    Failed,
}

text_column!(
    RecordingStatus,
    |status| match status {
        RecordingStatus::Writing => "writing",
        RecordingStatus::Finished => "finished",
        RecordingStatus::Failed => "failed",
    }
    .to_owned(),
    |text| match text {
        "writing" => Ok(RecordingStatus::Writing),
        "finished" => Ok(RecordingStatus::Finished),
        "failed" => Ok(RecordingStatus::Failed),
        other => Err(format!("no state of a recording is called {other:?}").into()),
    }
);

impl Store {
    /// Notes that a file is being written. [`StoreError::Exists`] when it is known already.
    pub async fn recording_started(&self, recording: &RecordingRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO recordings (id, interview_id, participant_id, source, mime_type, start_ms,
                                     duration_ms, state, object_path, size)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(recording.id)
        .bind(recording.interview_id)
        .bind(recording.participant_id)
        .bind(recording.source)
        .bind(&recording.mime_type)
        .bind(recording.start_ms)
        .bind(recording.duration_ms)
        .bind(recording.state)
        .bind(&recording.object_path)
        .bind(recording.size)
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_exists)?;
        Ok(())
    }

    /// Notes that a file is complete and in the object store.
    pub async fn recording_finished(
        &self,
        id: TrackId,
        duration_ms: Millis,
        size: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE recordings SET state = $2, duration_ms = $3, size = $4 WHERE id = $1")
            .bind(id)
            .bind(RecordingStatus::Finished)
            .bind(duration_ms)
            .bind(size)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that a file could not be kept.
    pub async fn recording_failed(&self, id: TrackId) -> Result<(), StoreError> {
        sqlx::query("UPDATE recordings SET state = $2 WHERE id = $1")
            .bind(id)
            .bind(RecordingStatus::Failed)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn recording(&self, id: TrackId) -> Result<Option<RecordingRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM recordings WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Every file of the interview, by the time at which it begins.
    pub async fn recordings(
        &self,
        interview: InterviewId,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        Ok(
            sqlx::query_as(
                "SELECT * FROM recordings WHERE interview_id = $1 ORDER BY start_ms, id",
            )
            .bind(interview)
            .fetch_all(&self.pool)
            .await?,
        )
    }

    /// Every file that was being written when it was last heard of.
    pub async fn recordings_unfinished(&self) -> Result<Vec<RecordingRow>, StoreError> {
        Ok(
            sqlx::query_as("SELECT * FROM recordings WHERE state = $1 ORDER BY id")
                .bind(RecordingStatus::Writing)
                .fetch_all(&self.pool)
                .await?,
        )
    }
}
