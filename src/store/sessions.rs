//! Sessions and the refresh tokens that prolong them. Only hashes of tokens are kept.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::protocol::api::Role;
use crate::protocol::ids::{InterviewId, ParticipantId, UserId};

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOwner {
    Account(UserId),
    Guest(ParticipantId),
}

/// A session that is valid, with what there is to know about the one who holds it: either the
/// account's columns are set or the guest's.
#[derive(Debug, Clone, FromRow)]
pub struct SessionRow {
    pub user_id: Option<UserId>,
    pub user_name: Option<String>,
    pub email: Option<String>,
    pub role: Option<Role>,
    pub participant_id: Option<ParticipantId>,
    pub participant_name: Option<String>,
    pub interview_id: Option<InterviewId>,
}

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Its successor is stored and valid.
    Rotated { session: Uuid, expires_at: i64 },
    /// It is unknown, or its session has expired or was revoked.
    Refused,
    /// It had been used long before: somebody has a copy. Its session is revoked now.
    Reused { session: Uuid },
}

#[derive(FromRow)]
struct RefreshRow {
    session_id: String,
    used_at: Option<i64>,
    expires_at: i64,
    revoked_at: Option<i64>,
}

impl Store {
    /// Starts a session with its first refresh token.
    pub async fn create_session(
        &self,
        id: Uuid,
        owner: SessionOwner,
        token_hash: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let (user, participant) = match owner {
            SessionOwner::Account(user) => (Some(user), None),
            SessionOwner::Guest(participant) => (None, Some(participant)),
        };
        let mut transaction = self.begin().await?;
        // Every new session clears away some of what has had its time.
        sqlx::query("DELETE FROM sessions WHERE expires_at < $1")
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO sessions (id, user_id, participant_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id.to_string())
        .bind(user)
        .bind(participant)
        .bind(now)
        .bind(expires_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::or_missing)?;
        insert_token(&mut transaction, id, token_hash, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The session, if it is neither revoked nor expired.
    pub async fn session(&self, id: Uuid, now: i64) -> Result<Option<SessionRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT sessions.user_id, users.name AS user_name, users.email, users.role,
                    sessions.participant_id, participants.name AS participant_name,
                    participants.interview_id
             FROM sessions
             LEFT JOIN users ON users.id = sessions.user_id
             LEFT JOIN participants ON participants.id = sessions.participant_id
             WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > $2",
        )
        .bind(id.to_string())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Exchanges a refresh token for its successor. A used token is honoured for `grace_ms` more
    /// (two tabs refresh at once, or the answer got lost).
    pub async fn rotate_refresh_token(
        &self,
        token_hash: &str,
        successor_hash: &str,
        now: i64,
        grace_ms: i64,
    ) -> Result<Rotation, StoreError> {
        let mut transaction = self.begin().await?;
        let row: Option<RefreshRow> = sqlx::query_as(
            "SELECT refresh_tokens.session_id, refresh_tokens.used_at,
                    sessions.expires_at, sessions.revoked_at
             FROM refresh_tokens JOIN sessions ON sessions.id = refresh_tokens.session_id
             WHERE refresh_tokens.token_hash = $1",
        )
        .bind(token_hash)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else {
            return Ok(Rotation::Refused);
        };
        if row.revoked_at.is_some() || row.expires_at <= now {
            return Ok(Rotation::Refused);
        }
        let session = row
            .session_id
            .parse()
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        if row.used_at.is_some_and(|used_at| now - used_at > grace_ms) {
            sqlx::query("UPDATE sessions SET revoked_at = $2 WHERE id = $1")
                .bind(&row.session_id)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            return Ok(Rotation::Reused { session });
        }
        sqlx::query(
            "UPDATE refresh_tokens SET used_at = COALESCE(used_at, $2) WHERE token_hash = $1",
        )
        .bind(token_hash)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        insert_token(&mut transaction, session, successor_hash, now).await?;
        transaction.commit().await?;
        Ok(Rotation::Rotated {
            session,
            expires_at: row.expires_at,
        })
    }

    /// Ends the session that this refresh token belongs to.
    pub async fn revoke_session_of_token(
        &self,
        token_hash: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE sessions SET revoked_at = COALESCE(revoked_at, $2)
             WHERE id IN (SELECT session_id FROM refresh_tokens WHERE token_hash = $1)",
        )
        .bind(token_hash)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a session.
    pub async fn revoke_session(&self, id: Uuid, now: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1")
            .bind(id.to_string())
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn insert_token(
    transaction: &mut sqlx::Transaction<'_, sqlx::Any>,
    session: Uuid,
    token_hash: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)",
    )
    .bind(token_hash)
    .bind(session.to_string())
    .bind(now)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
