//! The address that people type.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Authority;
use serde::{Deserialize, Serialize};

/// Scheme, host and perhaps a port; no path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl {
    is_encrypted: bool,
    authority: Authority,
}

/// An address that people could not type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no public address: it must look like https://interviews.example.com")]
pub struct NoPublicUrl(String);

impl PublicUrl {
    /// The host's name or address, without the port.
    pub fn host(&self) -> &str {
        let host = self.authority.host();
        host.strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host)
    }
}

impl FromStr for PublicUrl {
    type Err = NoPublicUrl;

    fn from_str(text: &str) -> Result<Self, NoPublicUrl> {
        let wrong = || NoPublicUrl(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().ok_or_else(wrong)?;
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(wrong());
        }
        Ok(Self {
            is_encrypted,
            authority: authority.clone(),
        })
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NoPublicUrl;

    fn try_from(text: String) -> Result<Self, NoPublicUrl> {
        text.parse()
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.to_string()
    }
}

impl fmt::Display for PublicUrl {
    /// Without a slash at the end.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slash_at_the_end_is_dropped() {
        let url: PublicUrl = "https://interviews.example:444/".parse().unwrap();
        assert_eq!(url.to_string(), "https://interviews.example:444");
        assert_eq!(url.host(), "interviews.example");
    }

    #[test]
    fn host_of_an_ipv6_address_has_no_brackets() {
        let url: PublicUrl = "https://[2001:db8::1]:8443".parse().unwrap();
        assert_eq!(url.host(), "2001:db8::1");
    }

    #[test]
    fn what_is_no_bare_web_address_is_refused() {
        for text in [
            "",
            "interviews.example",
            "ftp://interviews.example",
            "https://",
            "https://interviews.example/porthole",
            "https://interviews.example/?a",
            "https://user@interviews.example",
        ] {
            assert_eq!(
                PublicUrl::from_str(text),
                Err(NoPublicUrl(text.to_owned())),
                "{text}"
            );
        }
    }
}
