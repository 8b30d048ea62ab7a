//! Who takes part in an interview, and which accounts may.

use std::collections::HashSet;

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::protocol::api::Role;
use crate::protocol::ids::{InterviewId, ParticipantId, UserId};

/// One person in one interview.
#[derive(Debug, Clone, FromRow)]
pub struct ParticipantRow {
    pub id: ParticipantId,
    pub interview_id: InterviewId,
    /// Absent for a guest.
    pub user_id: Option<UserId>,
    pub name: String,
    pub role: Role,
    pub created_at: i64,
    /// When they first entered the room.
    pub joined_at: Option<i64>,
    /// Absent while in the room.
    pub left_at: Option<i64>,
}

impl Store {
    pub async fn participant(
        &self,
        id: ParticipantId,
    ) -> Result<Option<ParticipantRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM participants WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Everybody who takes part, in the order in which they were let in.
    pub async fn participants(
        &self,
        interview: InterviewId,
    ) -> Result<Vec<ParticipantRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM participants WHERE interview_id = $1 ORDER BY created_at, id",
        )
        .bind(interview)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Everybody who takes part in one of the interviews that [`Store::interviews_of`] lists.
    pub async fn participants_of_interviews_of(
        &self,
        user: UserId,
    ) -> Result<Vec<ParticipantRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT participants.* FROM participants
             JOIN interviews ON interviews.id = participants.interview_id
             WHERE participants.joined_at IS NOT NULL
               AND (interviews.owner_id = $1
                 OR interviews.id IN (SELECT interview_id FROM members WHERE user_id = $1)
                 OR interviews.id IN (SELECT interview_id FROM shares WHERE user_id = $1))
             ORDER BY participants.created_at, participants.id",
        )
        .bind(user)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The account's place in the interview, which is made when it has none yet.
    /// [`StoreError::Missing`] when the account or the interview does not exist.
    pub async fn participant_for(
        &self,
        interview: InterviewId,
        user: UserId,
    ) -> Result<ParticipantRow, StoreError> {
        let id = ParticipantId::new();
        sqlx::query(
            "INSERT INTO participants (id, interview_id, user_id, name, role, created_at)
             SELECT $1, $2, id, name, role, $4 FROM users WHERE id = $3
             ON CONFLICT (interview_id, user_id) DO NOTHING",
        )
        .bind(id)
        .bind(interview)
        .bind(user)
        .bind(created_at(id))
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_missing)?;
        sqlx::query_as("SELECT * FROM participants WHERE interview_id = $1 AND user_id = $2")
            .bind(interview)
            .bind(user)
            .fetch_optional(&self.pool)
            .await?
            .ok_or(StoreError::Missing)
    }

    /// A place in the interview for somebody without an account.
    pub async fn add_guest(
        &self,
        interview: InterviewId,
        name: &str,
    ) -> Result<ParticipantRow, StoreError> {
        let id = ParticipantId::new();
        let guest = ParticipantRow {
            id,
            interview_id: interview,
            user_id: None,
            name: name.to_owned(),
            role: Role::Reviewer,
            created_at: created_at(id),
            joined_at: None,
            left_at: None,
        };
        sqlx::query(
            "INSERT INTO participants (id, interview_id, name, role, created_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(guest.id)
        .bind(guest.interview_id)
        .bind(&guest.name)
        .bind(guest.role)
        .bind(guest.created_at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_missing)?;
        Ok(guest)
    }

    /// Lets an account enter the interview from now on.
    pub async fn add_member(
        &self,
        interview: InterviewId,
        user: UserId,
        at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO members (interview_id, user_id, added_at) VALUES ($1, $2, $3)
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

    /// The interviews that this account was let into.
    pub async fn memberships(&self, user: UserId) -> Result<HashSet<InterviewId>, StoreError> {
        let rows: Vec<InterviewId> =
            sqlx::query_scalar("SELECT interview_id FROM members WHERE user_id = $1")
                .bind(user)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().collect())
    }

    pub async fn is_member(
        &self,
        interview: InterviewId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT added_at FROM members WHERE interview_id = $1 AND user_id = $2",
        )
        .bind(interview)
        .bind(user)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.is_some())
    }
}

/// UUIDv7 carries the time at which it was made.
fn created_at(id: ParticipantId) -> i64 {
    id.0.get_timestamp().map_or(0, |time| {
        let (seconds, nanos) = time.to_unix();
        i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos / 1_000_000)
    })
}
