//! Appending to an interview's journal, and what follows from each event.

use sqlx::{Any, Transaction};

use super::columns::storable;
use super::{Store, StoreError};
use crate::protocol::ids::{InterviewId, ParticipantId, RunId};
use crate::protocol::room::{Millis, RunOutcome, RunState};
use crate::protocol::timeline::{Event, TimelineEvent};

/// The code of a run that starts among the events of one commit.
#[derive(Debug, Clone)]
pub struct RunSource {
    pub run: RunId,
    pub text: String,
}

impl Store {
    /// Appends events and projects them, in one transaction: when this returns they survive a
    /// crash. `sources` holds the code of each run that starts among them. Committing events
    /// again changes nothing; different events under the same numbers are refused with
    /// [`StoreError::JournalConflict`].
    pub async fn commit(
        &self,
        interview: InterviewId,
        events: &[TimelineEvent],
        sources: &[RunSource],
    ) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        let started_at: Option<i64> =
            sqlx::query_scalar("SELECT started_at FROM interviews WHERE id = $1")
                .bind(interview)
                .fetch_optional(&mut *transaction)
                .await?
                .ok_or(StoreError::Missing)?;
        let started_at = started_at.ok_or(StoreError::NotLive)?;
        for event in events {
            if append(&mut transaction, interview, event).await? {
                let projection = Projection {
                    interview,
                    started_at,
                    at_ms: event.at_ms,
                    sources,
                };
                projection.apply(&mut transaction, event).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Everything that happened, in order.
    pub async fn journal(&self, interview: InterviewId) -> Result<Vec<TimelineEvent>, StoreError> {
        let rows: Vec<(i64, Millis, Option<ParticipantId>, String)> = sqlx::query_as(
            "SELECT seq, at_ms, participant_id, payload FROM journal
             WHERE interview_id = $1 ORDER BY seq",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(seq, at_ms, participant_id, payload)| {
                Ok(TimelineEvent {
                    seq,
                    at_ms,
                    participant_id,
                    event: serde_json::from_str(&payload)?,
                })
            })
            .collect()
    }
}

/// Whether the event was new.
async fn append(
    transaction: &mut Transaction<'_, Any>,
    interview: InterviewId,
    event: &TimelineEvent,
) -> Result<bool, StoreError> {
    let payload = serde_json::to_string(&event.event)?;
    let appended = sqlx::query(
        "INSERT INTO journal (interview_id, seq, at_ms, participant_id, kind, payload)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (interview_id, seq) DO NOTHING",
    )
    .bind(interview)
    .bind(event.seq)
    .bind(event.at_ms)
    .bind(event.participant_id)
    .bind(kind(&event.event))
    .bind(&payload)
    .execute(&mut **transaction)
    .await?;
    if appended.rows_affected() == 1 {
        return Ok(true);
    }
    let stored: String =
        sqlx::query_scalar("SELECT payload FROM journal WHERE interview_id = $1 AND seq = $2")
            .bind(interview)
            .bind(event.seq)
            .fetch_one(&mut **transaction)
            .await?;
    if stored == payload {
        Ok(false)
    } else {
        Err(StoreError::JournalConflict { seq: event.seq })
    }
}

/// The event's tag in JSON, as a column to look events up by.
pub(super) fn kind(event: &Event) -> &'static str {
    match event {
        Event::Document { .. } => "document",
        Event::Awareness { .. } => "awareness",
        Event::Joined => "joined",
        Event::Left => "left",
        Event::Muted { .. } => "muted",
        Event::Focus { .. } => "focus",
        Event::TrackStarted { .. } => "trackStarted",
        Event::TrackEnded { .. } => "trackEnded",
        Event::Chat { .. } => "chat",
        Event::RunStarted { .. } => "runStarted",
        Event::RunOutput { .. } => "runOutput",
        Event::RunFinished { .. } => "runFinished",
        Event::RecordingStarted => "recordingStarted",
        Event::RecordingStopped { .. } => "recordingStopped",
        Event::Ended => "ended",
    }
}

/// Where and when an event happened, and what it is written down with.
struct Projection<'a> {
    interview: InterviewId,
    started_at: i64,
    at_ms: Millis,
    sources: &'a [RunSource],
}

impl Projection<'_> {
    async fn apply(
        &self,
        transaction: &mut Transaction<'_, Any>,
        event: &TimelineEvent,
    ) -> Result<(), StoreError> {
        let now = self.started_at + self.at_ms;
        let query = match &event.event {
            Event::Joined => sqlx::query(
                "UPDATE participants SET joined_at = COALESCE(joined_at, $2), left_at = NULL
                 WHERE id = $1",
            )
            .bind(event.participant_id)
            .bind(now),
            Event::Left => sqlx::query("UPDATE participants SET left_at = $2 WHERE id = $1")
                .bind(event.participant_id)
                .bind(now),
            Event::Chat { id, text } => sqlx::query(
                "INSERT INTO chat (id, interview_id, participant_id, at_ms, text)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
            )
            .bind(*id)
            .bind(self.interview)
            .bind(event.participant_id)
            .bind(self.at_ms)
            .bind(storable(text).into_owned()),
            Event::RunStarted {
                id,
                language,
                stdin,
            } => sqlx::query(
                "INSERT INTO submissions
                     (id, interview_id, participant_id, language, source, stdin, started_at_ms, state)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
            )
            .bind(*id)
            .bind(self.interview)
            .bind(event.participant_id)
            .bind(language)
            .bind(storable(self.source(*id)).into_owned())
            .bind(storable(stdin).into_owned())
            .bind(self.at_ms)
            .bind(serde_json::to_string(&RunState::Running)?),
            Event::RunFinished { id, state } => {
                let (outcome, exit_code) = outcome(state);
                sqlx::query(
                    "UPDATE submissions SET state = $3, outcome = $4, exit_code = $5
                     WHERE id = $1 AND interview_id = $2",
                )
                .bind(*id)
                .bind(self.interview)
                .bind(serde_json::to_string(state)?)
                .bind(outcome)
                .bind(exit_code)
            }
            Event::Ended => {
                sqlx::query("UPDATE participants SET left_at = $2 WHERE interview_id = $1
                             AND joined_at IS NOT NULL AND left_at IS NULL")
                    .bind(self.interview)
                    .bind(now)
                    .execute(&mut **transaction)
                    .await?;
                sqlx::query("UPDATE interviews SET ended_at = COALESCE(ended_at, $2) WHERE id = $1")
                    .bind(self.interview)
                    .bind(now)
            }
            Event::Document { .. }
            | Event::Awareness { .. }
            | Event::Muted { .. }
            | Event::Focus { .. }
            | Event::TrackStarted { .. }
            | Event::TrackEnded { .. }
            | Event::RunOutput { .. }
            | Event::RecordingStarted
            | Event::RecordingStopped { .. } => return Ok(()),
        };
        query.execute(&mut **transaction).await?;
        Ok(())
    }

    fn source(&self, run: RunId) -> &str {
        self.sources
            .iter()
            .find(|source| source.run == run)
            .map_or("", |source| &source.text)
    }
}

/// The name of a finished run's outcome, and its exit code.
fn outcome(state: &RunState) -> (Option<&'static str>, Option<i64>) {
    let RunState::Finished { outcome, .. } = state else {
        return (None, None);
    };
    let (name, code) = match outcome {
        RunOutcome::Exited { code } => ("exited", Some(*code)),
        RunOutcome::CompileFailed { code } => ("compileFailed", Some(*code)),
        RunOutcome::TimedOut { .. } => ("timedOut", None),
        RunOutcome::OutOfMemory { .. } => ("outOfMemory", None),
        RunOutcome::Stopped => ("stopped", None),
        RunOutcome::Unavailable { .. } => ("unavailable", None),
        RunOutcome::Interrupted => ("interrupted", None),
    };
    (Some(name), code)
}
