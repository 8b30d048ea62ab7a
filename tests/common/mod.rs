//! What the integration tests share.
//!
//! - [`database`]: a fresh database for every test, of either kind
//! - [`house`]: the room on a real socket, and pages
//! - [`server`]: the API over such a database

// No test binary uses all of it.
#![allow(dead_code)]

pub mod database;
pub mod house;
pub mod server;

/// Declares every named test twice: once with a SQLite database, once with a PostgreSQL one. A
/// test is an async function that takes a [`database::TestDatabase`].
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::common::database::TestDatabase::sqlite()).await;
                }
            )*
        }

        mod on_postgres {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::common::database::TestDatabase::postgres().await).await;
                }
            )*
        }
    };
}
