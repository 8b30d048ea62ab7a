//! Chat messages as projected from the journal.

use super::{Store, StoreError};
use crate::protocol::ids::{InterviewId, MessageId, ParticipantId};
use crate::protocol::room::{ChatMessage, Millis};

impl Store {
    /// The interview's messages, oldest first.
    pub async fn chat(&self, interview: InterviewId) -> Result<Vec<ChatMessage>, StoreError> {
        let rows: Vec<(MessageId, ParticipantId, String, Millis)> = sqlx::query_as(
            "SELECT id, participant_id, text, at_ms FROM chat
             WHERE interview_id = $1 ORDER BY at_ms, id",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, participant_id, text, at_ms)| ChatMessage {
                id,
                participant_id,
                text,
                at_ms,
            })
            .collect())
    }
}
