//! Who may replay an interview besides its owner.

use std::collections::HashSet;

use super::{Store, StoreError};
use crate::protocol::api::Share;
use crate::protocol::ids::{InterviewId, UserId};

impl Store {
    /// Lets an account replay the interview. [`StoreError::Missing`] when it does not exist.
    pub async fn share(
        &self,
        interview: InterviewId,
        user: UserId,
        at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO shares (interview_id, user_id, shared_at) VALUES ($1, $2, $3)
             ON CONFLICT (interview_id, user_id) DO NOTHING",
        )
        .bind(interview)
        .bind(user)
        .bind(at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_missing)?;
        Ok(())
    }

    /// Takes it back. Whether it was shared.
    pub async fn unshare(&self, interview: InterviewId, user: UserId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM shares WHERE interview_id = $1 AND user_id = $2")
            .bind(interview)
            .bind(user)
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() == 1)
    }

    /// The interviews that this account may replay.
    pub async fn shared_with(&self, user: UserId) -> Result<HashSet<InterviewId>, StoreError> {
        let rows: Vec<InterviewId> =
            sqlx::query_scalar("SELECT interview_id FROM shares WHERE user_id = $1")
                .bind(user)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().collect())
    }

    pub async fn is_shared_with(
        &self,
        interview: InterviewId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT shared_at FROM shares WHERE interview_id = $1 AND user_id = $2",
        )
        .bind(interview)
        .bind(user)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.is_some())
    }

    /// Everybody it is shared with, by name.
    pub async fn shares(&self, interview: InterviewId) -> Result<Vec<Share>, StoreError> {
        let rows: Vec<(UserId, String, String, i64)> = sqlx::query_as(
            "SELECT users.id, users.name, users.email, shares.shared_at FROM shares
             JOIN users ON users.id = shares.user_id
             WHERE shares.interview_id = $1 ORDER BY users.name, users.id",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(user_id, name, email, shared_at)| Share {
                user_id,
                name,
                email,
                shared_at,
            })
            .collect())
    }
}
