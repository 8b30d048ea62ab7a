//! What can be said on the command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;
use figment::value::Value;

use super::sources::Setting;
use super::{LogFormat, PublicUrl};

/// The code-interview server that companies host themselves.
///
/// What is said here wins over the environment (PORTHOLE_LISTEN, PORTHOLE_TLS__CERTIFICATE, …),
/// which wins over porthole.toml. Every key is explained in config/porthole.toml.
#[derive(Debug, Default, Parser)]
#[command(version, about)]
pub struct Flags {
    /// The configuration file [default: porthole.toml, if there is one]
    #[arg(long, env = "PORTHOLE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port for TCP and UDP [default: [::]:8443]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Folder for the database, recordings and secrets [default: ./data]
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// The address that people type, e.g. https://interviews.example.com
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// An address that media is sent to, when it is not this machine's own; may be repeated
    #[arg(long = "public-address", value_name = "ADDRESS")]
    pub public_addresses: Vec<IpAddr>,
    /// How log lines look
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

impl Flags {
    pub(super) fn settings(&self) -> Vec<Setting> {
        let addresses = &self.public_addresses;
        [
            ("--listen", "listen", self.listen.map(text)),
            (
                "--data",
                "data",
                self.data.as_ref().map(|p| text(p.display())),
            ),
            (
                "--public-url",
                "public_url",
                self.public_url.as_ref().map(text),
            ),
            (
                "--public-address",
                "public_addresses",
                (!addresses.is_empty())
                    .then(|| Value::from(addresses.iter().map(text).collect::<Vec<_>>())),
            ),
            (
                "--log-format",
                "log.format",
                self.log_format.map(|format| match format {
                    LogFormat::Text => text("text"),
                    LogFormat::Json => text("json"),
                }),
            ),
        ]
        .into_iter()
        .filter_map(|(flag, key, value)| {
            Some(Setting {
                origin: format!("flag {flag}"),
                key: key.to_owned(),
                value: value?,
            })
        })
        .collect()
    }
}

fn text(value: impl ToString) -> Value {
    Value::from(value.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn flags_are_well_formed() {
        Flags::command().debug_assert();
    }
}
