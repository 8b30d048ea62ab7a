//! The record of an interview.

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::protocol::api::InterviewStatus;
use crate::protocol::ids::{InterviewId, ProblemId, UserId};

/// One interview, with what is worth knowing about its owner and problem.
#[derive(Debug, Clone, FromRow)]
pub struct InterviewRow {
    pub id: InterviewId,
    pub owner_id: UserId,
    pub owner_name: String,
    pub title: String,
    pub problem_id: Option<ProblemId>,
    pub problem_title: Option<String>,
    pub language: String,
    #[sqlx(try_from = "i64")]
    pub record: Flag,
    pub created_at: i64,
    pub scheduled_at: Option<i64>,
    /// When it went live: the zero of its own clock.
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub run_count: i64,
}

/// A truth value as both databases keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl From<i64> for Flag {
    fn from(value: i64) -> Self {
        Self(value != 0)
    }
}

impl InterviewRow {
    pub fn status(&self) -> InterviewStatus {
        match (self.started_at, self.ended_at) {
            (_, Some(_)) => InterviewStatus::Ended,
            (Some(_), None) => InterviewStatus::Live,
            (None, None) => InterviewStatus::Scheduled,
        }
    }
}

/// What an interview is made with.
#[derive(Debug, Clone)]
pub struct NewInterviewRow {
    pub id: InterviewId,
    pub owner_id: UserId,
    pub title: String,
    pub problem_id: Option<ProblemId>,
    pub language: String,
    pub record: bool,
    pub created_at: i64,
    pub scheduled_at: Option<i64>,
}

/// What can change about an interview; all of it is written.
#[derive(Debug, Clone)]
pub struct InterviewSettings {
    pub title: String,
    pub problem_id: Option<ProblemId>,
    pub language: String,
    pub record: bool,
    pub scheduled_at: Option<i64>,
}

/// Every column of [`InterviewRow`], to be continued with a condition on `interviews`.
macro_rules! select_interviews {
    ($rest:literal) => {
        concat!(
            "SELECT interviews.*, users.name AS owner_name, problems.title AS problem_title,
                    (SELECT COUNT(*) FROM submissions
                     WHERE submissions.interview_id = interviews.id) AS run_count
             FROM interviews
             JOIN users ON users.id = interviews.owner_id
             LEFT JOIN problems ON problems.id = interviews.problem_id ",
            $rest
        )
    };
}

impl Store {
    /// Adds an interview. [`StoreError::Missing`] when its problem does not exist.
    pub async fn create_interview(&self, interview: &NewInterviewRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO interviews
                 (id, owner_id, title, problem_id, language, record, created_at, scheduled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(interview.id)
        .bind(interview.owner_id)
        .bind(&interview.title)
        .bind(interview.problem_id)
        .bind(&interview.language)
        .bind(i64::from(interview.record))
        .bind(interview.created_at)
        .bind(interview.scheduled_at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::or_missing)?;
        Ok(())
    }

    pub async fn interview(&self, id: InterviewId) -> Result<Option<InterviewRow>, StoreError> {
        Ok(
            sqlx::query_as(select_interviews!("WHERE interviews.id = $1"))
                .bind(id)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// The interviews that this account owns, takes part in or may replay: newest first, at most
    /// `limit`.
    pub async fn interviews_of(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<InterviewRow>, StoreError> {
        Ok(sqlx::query_as(select_interviews!(
            "WHERE interviews.owner_id = $1
                OR interviews.id IN (SELECT interview_id FROM members WHERE user_id = $1)
                OR interviews.id IN (SELECT interview_id FROM shares WHERE user_id = $1)
             ORDER BY interviews.created_at DESC, interviews.id DESC
             LIMIT $2"
        ))
        .bind(user)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Changes an interview. When it is not scheduled any more (it may have gone live this very
    /// moment), only the title is written and the answer is `false`.
    pub async fn change_interview(
        &self,
        id: InterviewId,
        settings: &InterviewSettings,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE interviews
             SET title = $2, problem_id = $3, language = $4, record = $5, scheduled_at = $6
             WHERE id = $1 AND started_at IS NULL AND ended_at IS NULL",
        )
        .bind(id)
        .bind(&settings.title)
        .bind(settings.problem_id)
        .bind(&settings.language)
        .bind(i64::from(settings.record))
        .bind(settings.scheduled_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::or_missing)?;
        let all = changed.rows_affected() == 1;
        if !all {
            sqlx::query("UPDATE interviews SET title = $2 WHERE id = $1")
                .bind(id)
                .bind(&settings.title)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(all)
    }

    /// Sets the zero of the interview's clock, the first time it is called.
    pub async fn go_live(&self, id: InterviewId, at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE interviews SET started_at = $2
             WHERE id = $1 AND started_at IS NULL AND ended_at IS NULL",
        )
        .bind(id)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends an interview that nobody ever entered. A live one ends by the event `Ended` in its
    /// journal.
    pub async fn cancel(&self, id: InterviewId, at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE interviews SET ended_at = $2
             WHERE id = $1 AND started_at IS NULL AND ended_at IS NULL",
        )
        .bind(id)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
