//! Problem templates, shared among interviewers.

use sqlx::FromRow;

use super::columns::storable;
use super::{Store, StoreError};
use crate::protocol::api::Problem;
use crate::protocol::ids::ProblemId;

#[derive(FromRow)]
struct ProblemRow {
    id: ProblemId,
    title: String,
    statement: String,
    starter_code: String,
    updated_at: i64,
}

impl TryFrom<ProblemRow> for Problem {
    type Error = StoreError;

    fn try_from(row: ProblemRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            title: row.title,
            statement: row.statement,
            starter_code: serde_json::from_str(&row.starter_code)?,
            updated_at: row.updated_at,
        })
    }
}

impl Store {
    /// Every problem, by title; at most `limit`.
    pub async fn problems(&self, limit: i64) -> Result<Vec<Problem>, StoreError> {
        let rows: Vec<ProblemRow> =
            sqlx::query_as("SELECT * FROM problems ORDER BY title, id LIMIT $1")
                .bind(limit)
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter().map(Problem::try_from).collect()
    }

    pub async fn problem(&self, id: ProblemId) -> Result<Option<Problem>, StoreError> {
        let row: Option<ProblemRow> = sqlx::query_as("SELECT * FROM problems WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(Problem::try_from).transpose()
    }

    /// Adds the problem, or replaces the one with its id.
    pub async fn save_problem(&self, problem: &Problem) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO problems (id, title, statement, starter_code, updated_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, statement = excluded.statement,
                 starter_code = excluded.starter_code, updated_at = excluded.updated_at",
        )
        .bind(problem.id)
        .bind(storable(&problem.title).into_owned())
        .bind(storable(&problem.statement).into_owned())
        .bind(serde_json::to_string(&problem.starter_code)?)
        .bind(problem.updated_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether there was one. Interviews that used it go on without.
    pub async fn delete_problem(&self, id: ProblemId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM problems WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() == 1)
    }
}
