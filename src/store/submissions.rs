//! Stored runs as projected from the journal.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::protocol::api::Submission;
use crate::protocol::ids::{InterviewId, ParticipantId, RunId};
use crate::protocol::room::{Millis, OutputChunk};
use crate::protocol::timeline::Event;

#[derive(FromRow)]
struct SubmissionRow {
    id: RunId,
    participant_id: ParticipantId,
    language: String,
    source: String,
    stdin: String,
    started_at_ms: Millis,
    state: String,
}

impl Store {
    /// The interview's runs with their output, oldest first.
    pub async fn submissions(&self, interview: InterviewId) -> Result<Vec<Submission>, StoreError> {
        let rows: Vec<SubmissionRow> = sqlx::query_as(
            "SELECT id, participant_id, language, source, stdin, started_at_ms, state
             FROM submissions WHERE interview_id = $1 ORDER BY started_at_ms, id",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?;
        let mut outputs = self.run_outputs(interview).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Submission {
                    id: row.id,
                    participant_id: row.participant_id,
                    language: row.language,
                    source: row.source,
                    stdin: row.stdin,
                    started_at_ms: row.started_at_ms,
                    state: serde_json::from_str(&row.state)?,
                    output: outputs.remove(&row.id).unwrap_or_default(),
                })
            })
            .collect()
    }

    async fn run_outputs(
        &self,
        interview: InterviewId,
    ) -> Result<HashMap<RunId, Vec<OutputChunk>>, StoreError> {
        let payloads: Vec<String> = sqlx::query_scalar(
            "SELECT payload FROM journal
             WHERE interview_id = $1 AND kind = 'runOutput' ORDER BY seq",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?;
        let mut outputs: HashMap<RunId, Vec<OutputChunk>> = HashMap::new();
        for payload in payloads {
            if let Event::RunOutput { id, chunk } = serde_json::from_str(&payload)? {
                outputs.entry(id).or_default().push(chunk);
            }
        }
        Ok(outputs)
    }
}
