//! Reading and merging the sources, and refusing what is not understood.

use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::{Config, Flags};

const DEFAULT_FILE: &str = "porthole.toml";
const PREFIX: &str = "PORTHOLE_";
/// Variables with the prefix that are read elsewhere: by the flags, and by the scripts.
const NO_SETTINGS: [&str; 3] = ["PORTHOLE_CONFIG", "PORTHOLE_ENGINE_DIR", "PORTHOLE_URL"];

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {0} does not exist")]
    NoFile(PathBuf),
    #[error("unknown key `{key}` ({origin}); known here: {known}")]
    UnknownKey {
        key: String,
        origin: String,
        known: String,
    },
    #[error("wrong value for `{key}` ({origin}): {reason}")]
    WrongValue {
        key: String,
        origin: String,
        reason: String,
    },
    #[error("{origin} cannot be read: {reason}")]
    Unreadable { origin: String, reason: String },
    #[error("tls.certificate and tls.key belong together: set both, or none")]
    HalfOfTls,
}

impl Config {
    /// Merges all sources; `environment` is the process's.
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        match &flags.config {
            Some(file) if !file.is_file() => return Err(ConfigError::NoFile(file.clone())),
            Some(file) => figment = figment.merge(Toml::file_exact(file)),
            None if Path::new(DEFAULT_FILE).is_file() => {
                figment = figment.merge(Toml::file_exact(DEFAULT_FILE));
            }
            None => {}
        }
        let settings = from_environment(environment);
        for setting in settings.into_iter().chain(flags.settings()) {
            figment = figment.merge(setting);
        }
        let config: Self = figment.extract().map_err(refusal)?;
        if config.tls.certificate.is_some() != config.tls.key.is_some() {
            return Err(ConfigError::HalfOfTls);
        }
        Ok(config)
    }
}

/// One key's value, and where it comes from.
pub(super) struct Setting {
    pub origin: String,
    /// With dots between section and key.
    pub key: String,
    pub value: Value,
}

impl Provider for Setting {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone()).interpolater(|_, path| path.join("."))
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        let values = nested.into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(values))
    }
}

/// `PORTHOLE_TLS__CERTIFICATE` is `tls.certificate`; `DATABASE_URL` is `database.url`, unless that
/// is set by its own name.
fn from_environment(environment: impl IntoIterator<Item = (String, String)>) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (name, value) in environment {
        let key = match name.strip_prefix(PREFIX) {
            Some(key) if !NO_SETTINGS.contains(&name.as_str()) => {
                key.replace("__", ".").to_lowercase()
            }
            None if name == "DATABASE_URL" && !value.is_empty() => "database.url".to_owned(),
            _ => continue,
        };
        settings.push(Setting {
            origin: format!("environment variable {name}"),
            key,
            value: guess(&value),
        });
    }
    // Later ones win, whatever the order of the environment.
    settings.sort_by_key(|setting| setting.origin.contains(PREFIX));
    settings
}

/// Numbers, booleans and lists as TOML would read them, everything else as text.
fn guess(value: &str) -> Value {
    value
        .parse()
        .unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn refusal(error: figment::Error) -> ConfigError {
    let origin = match &error.metadata {
        Some(metadata) => match &metadata.source {
            Some(source) => source.to_string(),
            None => metadata.name.to_string(),
        },
        None => "configuration".to_owned(),
    };
    let mut path = error.path.clone();
    match &error.kind {
        Kind::UnknownField(field, known) => {
            if path.last() != Some(field) {
                path.push(field.clone());
            }
            ConfigError::UnknownKey {
                key: path.join("."),
                origin,
                known: known.join(", "),
            }
        }
        kind if path.is_empty() => ConfigError::Unreadable {
            origin,
            reason: kind.to_string(),
        },
        kind => ConfigError::WrongValue {
            key: path.join("."),
            origin,
            reason: kind.to_string(),
        },
    }
}
