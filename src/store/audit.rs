//! Who did what, for the operator.

use std::net::IpAddr;

use sqlx::FromRow;
use uuid::Uuid;

use super::columns::storable;
use super::{Store, StoreError};
use crate::clock::epoch_ms;
use crate::protocol::ids::{InterviewId, ParticipantId, UserId};

/// Something worth keeping: a login, a join, a share, a replay, a new account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    /// Milliseconds since the epoch.
    pub at: i64,
    /// What was done, e.g. `login`, `login_failed`, `interview_shared`.
    pub action: String,
    /// Who did it, if by an account.
    pub user_id: Option<UserId>,
    /// Who did it, if by a guest.
    pub participant_id: Option<ParticipantId>,
    pub interview_id: Option<InterviewId>,
    /// From where.
    pub address: Option<String>,
    pub detail: String,
}

impl AuditRow {
    /// Something that is done now, from this address.
    pub fn now(action: &str, address: IpAddr) -> Self {
        Self {
            at: epoch_ms(),
            action: action.to_owned(),
            user_id: None,
            participant_id: None,
            interview_id: None,
            address: Some(address.to_string()),
            detail: String::new(),
        }
    }
}

impl Store {
    pub async fn record_audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit
                 (id, at, action, user_id, participant_id, interview_id, address, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(row.at)
        .bind(&row.action)
        .bind(row.user_id)
        .bind(row.participant_id)
        .bind(row.interview_id)
        .bind(&row.address)
        .bind(storable(&row.detail).into_owned())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The last entries, newest first.
    pub async fn audit(&self, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT at, action, user_id, participant_id, interview_id, address, detail
             FROM audit ORDER BY at DESC, id DESC LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }
}
