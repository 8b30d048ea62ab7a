//! Invite links. Only the hash of a token is kept.

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::protocol::api::Invite;
use crate::protocol::ids::{InterviewId, InviteId};

/// One invite to one interview.
#[derive(Debug, Clone, FromRow)]
pub struct InviteRow {
    pub id: InviteId,
    pub interview_id: InterviewId,
    pub token_hash: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
}

impl InviteRow {
    /// Whether it lets anybody in at this time.
    pub fn is_valid(&self, now: i64) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked: row.revoked_at.is_some(),
        }
    }
}

impl Store {
    pub async fn create_invite(&self, invite: &InviteRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO invites (id, interview_id, token_hash, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(invite.id)
        .bind(invite.interview_id)
        .bind(&invite.token_hash)
        .bind(invite.created_at)
        .bind(invite.expires_at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_missing)?;
        Ok(())
    }

    /// The interview's invites, newest first.
    pub async fn invites(&self, interview: InterviewId) -> Result<Vec<InviteRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM invites WHERE interview_id = $1 ORDER BY created_at DESC, id DESC",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The invite with this token, valid or not.
    pub async fn invite_by_token(&self, token_hash: &str) -> Result<Option<InviteRow>, StoreError> {
        Ok(
            sqlx::query_as("SELECT * FROM invites WHERE token_hash = $1")
                .bind(token_hash)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Lets nobody else in by this invite. Whether the interview has such an invite.
    pub async fn revoke_invite(
        &self,
        interview: InterviewId,
        id: InviteId,
        at: i64,
    ) -> Result<bool, StoreError> {
        let revoked = sqlx::query(
            "UPDATE invites SET revoked_at = COALESCE(revoked_at, $3)
             WHERE id = $1 AND interview_id = $2",
        )
        .bind(id)
        .bind(interview)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(revoked.rows_affected() == 1)
    }
}
