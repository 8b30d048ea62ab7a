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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::LogFormat;

    const EXAMPLE: &str = include_str!("../../config/porthole.toml");

    fn file(content: &str) -> (tempfile::TempDir, Flags) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("porthole.toml");
        std::fs::write(&file, content).unwrap();
        let flags = Flags {
            config: Some(file),
            ..Flags::default()
        };
        (folder, flags)
    }

    fn from_file(content: &str) -> Result<Config, ConfigError> {
        let (_folder, flags) = file(content);
        Config::load(&flags, [])
    }

    fn from_variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let (_folder, flags) = file("");
        Config::load(&flags, owned(variables))
    }

    fn owned(variables: &[(&str, &str)]) -> Vec<(String, String)> {
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// Every key with its value, by its full name.
    fn keys(config: &serde_json::Value) -> BTreeMap<String, serde_json::Value> {
        let mut all = BTreeMap::new();
        for (name, value) in config.as_object().unwrap() {
            match value {
                serde_json::Value::Object(_) => {
                    let section = keys(value).into_iter();
                    all.extend(section.map(|(key, value)| (format!("{name}.{key}"), value)));
                }
                value => {
                    all.insert(name.clone(), value.clone());
                }
            }
        }
        all
    }

    #[test]
    fn example_lists_every_key_with_its_default() {
        let defaults = keys(&serde_json::to_value(Config::default()).unwrap());
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let listed: toml::Value = toml::from_str(&uncommented).unwrap();
        let listed = keys(&serde_json::to_value(listed).unwrap());
        let names: Vec<_> = listed.keys().collect();
        assert_eq!(names, defaults.keys().collect::<Vec<_>>());
        for (key, default) in &defaults {
            assert!(
                default.is_null() || *default == listed[key],
                "{key}: {default} is the default, {} is in the example",
                listed[key]
            );
        }
        from_file(&uncommented).unwrap();
    }

    #[test]
    fn example_changes_nothing_as_it_is() {
        let config = serde_json::to_value(from_file(EXAMPLE).unwrap()).unwrap();
        assert_eq!(config, serde_json::to_value(Config::default()).unwrap());
    }

    #[test]
    fn flags_win_over_the_environment_which_wins_over_the_file() {
        let (_folder, mut flags) = file("data = 'a'\nlisten = '[::]:1'\n[log]\nfilter = 'warn'\n");
        flags.data = Some("c".into());
        flags.log_format = Some(LogFormat::Json);
        let environment = owned(&[
            ("PORTHOLE_DATA", "b"),
            ("PORTHOLE_LISTEN", "127.0.0.1:2"),
            ("PORTHOLE_LOG__FORMAT", "text"),
            ("PORTHOLE_PUBLIC_ADDRESSES", "[192.0.2.1, 2001:db8::1]"),
        ]);
        let config = Config::load(&flags, environment).unwrap();
        assert_eq!(config.data, PathBuf::from("c"));
        assert_eq!(config.listen.to_string(), "127.0.0.1:2");
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!(config.log.filter, "warn");
        let addresses: Vec<_> = config
            .public_addresses
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(addresses, ["192.0.2.1", "2001:db8::1"]);
    }

    #[test]
    fn database_is_known_by_its_common_name_too() {
        let common = ("DATABASE_URL", "postgres://common/a");
        let own = ("PORTHOLE_DATABASE__URL", "postgres://own/a");
        let url = |variables: &[_]| from_variables(variables).unwrap().database_url();
        assert_eq!(url(&[common]), "postgres://common/a");
        assert_eq!(url(&[own, common]), "postgres://own/a");
        assert_eq!(url(&[common, own]), "postgres://own/a");
        let sqlite = url(&[("DATABASE_URL", "")]);
        assert!(sqlite.starts_with("sqlite:"), "{sqlite}");
        assert!(sqlite.contains("/data/porthole.db"), "{sqlite}");
    }

    #[test]
    fn database_password_is_not_shown() {
        let config = from_variables(&[("DATABASE_URL", "postgres://a:hidden@b/c")]).unwrap();
        assert!(!format!("{config:?}").contains("hidden"));
    }

    #[test]
    fn unknown_key_is_refused_by_its_name_and_place() {
        let (folder, flags) = file("[log]\nformt = 'json'\n");
        let error = Config::load(&flags, []).unwrap_err().to_string();
        assert!(error.contains("unknown key `log.formt`"), "{error}");
        assert!(error.contains("known here: format, filter"), "{error}");
        let path = folder.path().join("porthole.toml").display().to_string();
        assert!(error.contains(&path), "{error}");

        let error = from_variables(&[("PORTHOLE_LISTN", "x")]).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("unknown key `listn`"), "{error}");
        assert!(
            error.contains("environment variable PORTHOLE_LISTN"),
            "{error}"
        );
    }

    #[test]
    fn wrong_value_is_refused_by_its_name_and_place() {
        let error = from_variables(&[("PORTHOLE_LISTEN", "8443")]).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("wrong value for `listen`"), "{error}");
        assert!(
            error.contains("environment variable PORTHOLE_LISTEN"),
            "{error}"
        );
        let error = from_file("public_url = 'interviews'")
            .unwrap_err()
            .to_string();
        assert!(error.contains("wrong value for `public_url`"), "{error}");
        assert!(error.contains("https://interviews.example.com"), "{error}");
    }

    #[test]
    fn file_that_is_no_toml_is_refused() {
        let error = from_file("listen = ").unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    }

    #[test]
    fn file_that_was_named_must_exist() {
        let flags = Flags {
            config: Some("/nonexistent/porthole.toml".into()),
            ..Flags::default()
        };
        let error = Config::load(&flags, []).unwrap_err();
        assert!(matches!(error, ConfigError::NoFile(_)), "{error}");
    }

    #[test]
    fn certificate_without_its_key_is_refused() {
        let error = from_file("[tls]\ncertificate = 'a.pem'").unwrap_err();
        assert!(matches!(error, ConfigError::HalfOfTls), "{error}");
    }

    #[test]
    fn variables_of_the_scripts_are_no_keys() {
        from_variables(&[("PORTHOLE_ENGINE_DIR", "/a"), ("PORTHOLE_CONFIG", "b")]).unwrap();
    }
}
