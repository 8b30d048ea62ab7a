//! The database: SQLite in the data folder by default, PostgreSQL by address. One code for both,
//! in the part of SQL that they share.
//!
//! The journal is the truth about an interview; what else describes it (attendance, chat,
//! submissions, the end) is projected from it in the same transaction.
//!
//! - [`users`]: accounts and the first-run token
//! - [`sessions`]: sessions and their refresh tokens
//! - [`interviews`]: the record of an interview
//! - [`participants`]: who takes part, and who may
//! - [`invites`], [`shares`]: who else is let in, and who may replay
//! - [`journal`]: appending events and projecting them
//! - [`submissions`], [`chat`]: the stored projections
//! - [`problems`]: problem templates
//! - [`recordings`]: media files
//! - [`statistics`]: counts over interviews and runs
//! - [`audit`]: who did what

pub mod audit;
pub mod chat;
mod columns;
mod error;
pub mod interviews;
pub mod invites;
pub mod journal;
pub mod participants;
pub mod problems;
pub mod recordings;
pub mod sessions;
pub mod shares;
pub mod statistics;
pub mod submissions;
#[cfg(test)]
pub(crate) mod testing;
pub mod users;

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Executor, Transaction};

pub use error::StoreError;
pub use interviews::InterviewRow;
pub use participants::ParticipantRow;
pub use recordings::{RecordingRow, RecordingStatus};

/// How long a caller waits for a connection, and a writer for another writer.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 8;

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Sqlite,
    Postgres,
}

/// The address of a SQLite database in this file, which is created when it does not exist.
pub fn sqlite_url(file: &Path) -> String {
    let path = std::path::absolute(file)
        .unwrap_or_else(|_| file.to_owned())
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    format!("sqlite://{path}?mode=rwc")
}

impl Store {
    /// Opens the database at this address (`sqlite:…`, see [`sqlite_url`], or `postgres://…`) and
    /// brings its schema up to date.
    pub async fn open(database_url: &str) -> Result<Self, StoreError> {
        let backend = match database_url.split(':').next() {
            Some("sqlite") => Backend::Sqlite,
            Some("postgres" | "postgresql") => Backend::Postgres,
            _ => return Err(StoreError::UnsupportedDatabase),
        };
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions = database_url.parse()?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    let settings: &[&'static str] = match backend {
                        // An acknowledged event must survive the machine's power failing too.
                        Backend::Sqlite => &[
                            "PRAGMA busy_timeout = 10000",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA synchronous = FULL",
                            "PRAGMA foreign_keys = ON",
                        ],
                        Backend::Postgres => &["SET statement_timeout = '30s'"],
                    };
                    for setting in settings {
                        connection.execute(*setting).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self { pool, backend })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for what is running and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that will write. SQLite must take the write lock at once: a reader that turns
    /// into a writer is refused when another one was faster, without waiting.
    async fn begin(&self) -> Result<Transaction<'_, Any>, StoreError> {
        let statement = match self.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        Ok(self.pool.begin_with(statement).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_sqlite_connection_writes_durably_and_keeps_references() {
        let folder = tempfile::tempdir().unwrap();
        // Characters that mean something in an address.
        let file = folder.path().join("a b?c#d%41.db");
        let store = Store::open(&sqlite_url(&file)).await.unwrap();
        assert!(file.exists());
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(store.pool.acquire().await.unwrap());
        }
        for mut connection in connections {
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            assert_eq!(mode, "wal");
            for (pragma, expected) in [
                ("PRAGMA synchronous", 2),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 10_000),
            ] {
                let value: i64 = sqlx::query_scalar(pragma)
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                assert_eq!(value, expected, "{pragma}");
            }
        }
    }

    #[tokio::test]
    async fn other_databases_are_refused() {
        for url in ["mysql://localhost/x", "porthole.db", ""] {
            let refused = Store::open(url).await;
            assert!(
                matches!(refused, Err(StoreError::UnsupportedDatabase)),
                "{url}"
            );
        }
    }
}
