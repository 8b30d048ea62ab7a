//! Accounts, and the one-time token that creates the first of them.

use sqlx::{Any, FromRow, Transaction};

use super::{Store, StoreError};
use crate::protocol::api::{Role, User};
use crate::protocol::ids::UserId;

/// An account.
#[derive(Debug, Clone, FromRow)]
pub struct UserRow {
    pub id: UserId,
    pub name: String,
    /// In lower case.
    pub email: String,
    /// In PHC format.
    pub password_hash: String,
    pub role: Role,
    pub created_at: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            created_at: row.created_at,
        }
    }
}

impl Store {
    /// Adds an account. [`StoreError::Exists`] when its e-mail address is taken.
    pub async fn create_user(&self, user: &UserRow) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        insert_user(&mut transaction, user).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Every account, by name.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM users ORDER BY name, id")
            .fetch_all(&self.pool)
            .await?)
    }

    /// The account with this e-mail address, however it is typed.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM users WHERE email = $1")
            .bind(email.to_lowercase())
            .fetch_optional(&self.pool)
            .await?)
    }

    /// The account with this id.
    pub async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM users WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Whether any account exists.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT created_at FROM users LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    /// Makes this the only valid setup token.
    pub async fn replace_setup_token(&self, token_hash: &str, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM setup_tokens")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO setup_tokens (token_hash, created_at) VALUES ($1, $2)")
            .bind(token_hash)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether this is the valid setup token.
    pub async fn is_setup_token(&self, token_hash: &str) -> Result<bool, StoreError> {
        let found: Option<i64> =
            sqlx::query_scalar("SELECT created_at FROM setup_tokens WHERE token_hash = $1")
                .bind(token_hash)
                .fetch_optional(&self.pool)
                .await?;
        Ok(found.is_some())
    }

    /// Adds the first account and uses the setup token up. [`StoreError::Missing`] when the token
    /// is not the valid one.
    pub async fn create_first_user(
        &self,
        token_hash: &str,
        user: &UserRow,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Of two requests at the same moment only one deletes the row.
        let used = sqlx::query("DELETE FROM setup_tokens WHERE token_hash = $1")
            .bind(token_hash)
            .execute(&mut *transaction)
            .await?;
        if used.rows_affected() != 1 {
            return Err(StoreError::Missing);
        }
        insert_user(&mut transaction, user).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn insert_user(
    transaction: &mut Transaction<'_, Any>,
    user: &UserRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO users (id, name, email, password_hash, role, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id)
    .bind(&user.name)
    .bind(user.email.to_lowercase())
    .bind(&user.password_hash)
    .bind(user.role)
    .bind(user.created_at)
    .execute(&mut **transaction)
    .await
    .map_err(StoreError::or_exists)?;
    Ok(())
}
