//! A fresh database for every test: a SQLite file, or a database in a PostgreSQL server that the
//! test process starts for itself and that goes away with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use porthole::store::{Store, sqlite_url};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty database; a SQLite one is deleted when this is dropped.
pub struct TestDatabase {
    pub url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    pub fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            url: sqlite_url(&folder.path().join("porthole.db")),
            _folder: Some(folder),
        }
    }

    pub async fn postgres() -> Self {
        static SERVER: OnceLock<PostgresServer> = OnceLock::new();
        let server = SERVER.get_or_init(PostgresServer::start);
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect(&server.url("postgres"))
            .await
            .unwrap();
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .unwrap();
        connection.close().await.unwrap();
        Self {
            url: server.url(&name),
            _folder: None,
        }
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }
}

struct PostgresServer {
    folder: PathBuf,
    /// A shell that stops the server when its input closes, which it does when this process ends,
    /// however it ends.
    _keeper: Child,
}

/// Makes and starts a server in the folder $1, with the programs in $2; says so; waits until its
/// input closes; stops the server and deletes the folder.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd "$1" || exit 1
"$2/initdb" -D data -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >init.log 2>&1 || {
    cat init.log; exit 1; }
"$2/pg_ctl" -D data -w -l server.log -o "-k $1 -c listen_addresses='' -c fsync=off" start \
    >start.log 2>&1 || { cat start.log server.log; exit 1; }
echo ready
read -r _
"$2/pg_ctl" -D data -m immediate stop >stop.log 2>&1
cd / && rm -rf "$1"
"#;

impl PostgresServer {
    fn start() -> Self {
        let programs = programs();
        let folder = std::env::temp_dir().join(format!("porthole-pg-{}", Uuid::now_v7().simple()));
        fs::create_dir(&folder).unwrap();
        // PostgreSQL refuses to run as root.
        let mut command = if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut keeper = command
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(keeper.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if line == "ready" {
                return Self {
                    folder,
                    _keeper: keeper,
                };
            }
            said.push(line);
        }
        let status = keeper.wait();
        panic!(
            "PostgreSQL did not start ({status:?}):\n{}",
            said.join("\n")
        );
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost/{database}?host={}",
            self.folder.display()
        )
    }
}

/// The folder with `initdb` and `pg_ctl`: Debian keeps them out of the path, by version.
fn programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let by_version = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    by_version
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists())
        .expect("PostgreSQL must be installed to test with it: apt-get install postgresql")
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?} failed");
}
