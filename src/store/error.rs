/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not be reached, or refused the statement.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The address of the database is of a kind that is not supported.
    #[error("the database address must begin with sqlite: or postgres:")]
    UnsupportedDatabase,
    /// Something of that name or address exists already.
    #[error("it exists already")]
    Exists,
    /// The row that the operation is about does not exist.
    #[error("it does not exist")]
    Missing,
    /// Events were committed for an interview that never went live.
    #[error("the interview is not live")]
    NotLive,
    /// Another event is stored under this number already.
    #[error("another event is stored as number {seq} already")]
    JournalConflict { seq: i64 },
    /// A stored value is not what this version writes.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
}

impl StoreError {
    /// Turns the violation of a unique key into [`StoreError::Exists`].
    pub(super) fn or_exists(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Exists,
            _ => Self::Database(error),
        }
    }

    /// Turns the violation of a foreign key into [`StoreError::Missing`].
    pub(super) fn or_missing(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => Self::Missing,
            _ => Self::Database(error),
        }
    }
}
