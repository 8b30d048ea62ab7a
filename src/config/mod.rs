//! The server's configuration: defaults, then `porthole.toml`, then the environment, then flags.
//! Every key is explained in `config/porthole.toml`.
//!
//! - [`flags`]: what can be said on the command line
//! - [`sources`]: reading and merging the sources, and refusing what is not understood
//! - [`public_url`]: the address that people type

mod flags;
mod public_url;
mod sources;

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use flags::Flags;
pub use public_url::PublicUrl;
pub use sources::ConfigError;

use crate::execution::ExecutionConfig;
use crate::recording::RecordingConfig;
use crate::room::RoomsConfig;
use crate::store::sqlite_url;

/// TCP and UDP port when nothing else is configured.
pub const DEFAULT_PORT: u16 = 8443;

/// Everything that can be configured. Each part's section is its own type.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port for TCP and UDP. `[::]` is IPv4 as well.
    pub listen: SocketAddr,
    /// Folder for the database, recordings, secrets and the self-signed certificate.
    pub data: PathBuf,
    /// The address that people type. Absent: the machine's own addresses are printed at start.
    pub public_url: Option<PublicUrl>,
    /// Addresses that media is sent to, when they are not this machine's own (1:1 NAT).
    pub public_addresses: Vec<IpAddr>,
    pub tls: TlsConfig,
    pub database: DatabaseConfig,
    pub log: LogConfig,
    pub rooms: RoomsConfig,
    pub execution: ExecutionConfig,
    pub recordings: RecordingConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv6Addr::UNSPECIFIED, DEFAULT_PORT)),
            data: PathBuf::from("./data"),
            public_url: None,
            public_addresses: Vec::new(),
            tls: TlsConfig::default(),
            database: DatabaseConfig::default(),
            log: LogConfig::default(),
            rooms: RoomsConfig::default(),
            execution: ExecutionConfig::default(),
            recordings: RecordingConfig::default(),
        }
    }
}

impl Config {
    /// The database's address: the configured one, else SQLite in the data folder.
    pub fn database_url(&self) -> String {
        self.database
            .url
            .clone()
            .unwrap_or_else(|| sqlite_url(&self.data.join("porthole.db")))
    }
}

/// Section `[tls]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsConfig {
    /// PEM file with the certificate and its chain. Absent: a self-signed one is made.
    pub certificate: Option<PathBuf>,
    /// PEM file with the certificate's private key.
    pub key: Option<PathBuf>,
}

/// Section `[database]`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host/name`. Absent: SQLite in the data folder.
    pub url: Option<String>,
}

impl std::fmt::Debug for DatabaseConfig {
    /// The address holds a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DatabaseConfig")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .finish()
    }
}

/// Section `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    pub format: LogFormat,
    /// What is logged: a level, or levels by module as `tracing` writes them.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,rtc_dtls=error".to_owned(),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}
