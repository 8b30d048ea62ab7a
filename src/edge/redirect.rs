//! Plain HTTP is for this machine only, where browsers allow camera and microphone without
//! encryption; everybody else is sent to HTTPS at the same place.

use std::net::IpAddr;

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

/// What to do with a request that came unencrypted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PlainHttp {
    Serve,
    RedirectTo(HeaderValue),
    /// It does not say which host it wants.
    Refuse,
}

pub(super) fn decide(peer: IpAddr, uri: &Uri, headers: &HeaderMap) -> PlainHttp {
    if peer.to_canonical().is_loopback() {
        return PlainHttp::Serve;
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| Authority::try_from(host.as_bytes()).ok())
        .or_else(|| uri.authority().cloned())
        .filter(|host| !host.as_str().contains('@'));
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    host.and_then(|host| HeaderValue::try_from(format!("https://{host}{path}")).ok())
        .map_or(PlainHttp::Refuse, PlainHttp::RedirectTo)
}

impl PlainHttp {
    /// The answer, unless the request is to be served.
    pub fn answer(self) -> Option<(StatusCode, HeaderMap)> {
        let mut headers = HeaderMap::new();
        match self {
            Self::Serve => None,
            Self::RedirectTo(location) => {
                headers.insert(header::LOCATION, location);
                Some((StatusCode::PERMANENT_REDIRECT, headers))
            }
            Self::Refuse => Some((StatusCode::BAD_REQUEST, headers)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(peer: &str, uri: &str, host: Option<&str>) -> PlainHttp {
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert(header::HOST, host.parse().unwrap());
        }
        decide(peer.parse().unwrap(), &uri.parse().unwrap(), &headers)
    }

    fn redirect(to: &str) -> PlainHttp {
        PlainHttp::RedirectTo(to.parse().unwrap())
    }

    #[test]
    fn this_machine_is_served() {
        for peer in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(decision(peer, "/", Some("a.example")), PlainHttp::Serve);
        }
    }

    #[test]
    fn others_are_sent_to_the_same_place_by_https() {
        for peer in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"] {
            assert_eq!(
                decision(peer, "/login?next=%2F", Some("a.example:8443")),
                redirect("https://a.example:8443/login?next=%2F")
            );
        }
        assert_eq!(
            decision("192.0.2.1", "/", Some("[2001:db8::2]:8443")),
            redirect("https://[2001:db8::2]:8443/")
        );
        assert_eq!(
            decision("192.0.2.1", "http://a.example/b", None),
            redirect("https://a.example/b")
        );
    }

    #[test]
    fn nobody_is_sent_to_a_place_that_is_no_host() {
        for host in [
            None,
            Some(""),
            Some("a b"),
            Some("a.example/x"),
            Some("me@a.example"),
        ] {
            assert_eq!(
                decision("192.0.2.1", "/", host),
                PlainHttp::Refuse,
                "{host:?}"
            );
        }
    }
}
