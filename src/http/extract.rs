//! What handlers take from requests, with refusals in the API's own form.

use std::net::IpAddr;

use axum::extract::{FromRequest, FromRequestParts};
use http::header::{HOST, ORIGIN};
use http::request::Parts;

use super::Error;
use crate::auth::principal::bearer;

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub struct Json<T>(pub T);

/// The identifiers in the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

/// How a request came in. The edge puts it into the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The client's address.
    pub peer: IpAddr,
    /// Whether the client's connection is encrypted.
    pub tls: bool,
}

impl Arrival {
    pub fn of(parts: &Parts) -> Result<Self, Error> {
        parts
            .extensions
            .get()
            .copied()
            .ok_or_else(|| Error::internal("a request came without the address of its client"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Arrival {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::of(parts)
    }
}

/// The request comes from a page of this very server, or from a program that names its token
/// itself: no other site's page can make a browser send it. Routes that change anything and the
/// WebSocket need it.
#[derive(Debug, Clone, Copy)]
pub struct SameOrigin;

impl SameOrigin {
    pub fn check(parts: &Parts) -> Result<Self, Error> {
        let arrival = Arrival::of(parts)?;
        let Some(origin) = parts.headers.get(ORIGIN) else {
            return match bearer(&parts.headers) {
                Some(_) => Ok(Self),
                None => Err(Error::forbidden(
                    "The request has no Origin header. Send one, or a bearer token.",
                )),
            };
        };
        // HTTP/2 has the host in the address, HTTP/1.1 in a header.
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        let header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let own = authority.or(header).map(|host| {
            let scheme = if arrival.tls { "https" } else { "http" };
            format!("{scheme}://{host}")
        });
        match (own, origin.to_str()) {
            (Some(own), Ok(origin)) if own.eq_ignore_ascii_case(origin) => Ok(Self),
            _ => Err(Error::forbidden(
                "The request comes from a page of another site.",
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::check(parts)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use http::Request;

    use super::*;

    fn accepted(tls: bool, uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().uri(uri).extension(Arrival {
            peer: Ipv4Addr::LOCALHOST.into(),
            tls,
        });
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        SameOrigin::check(&parts).is_ok()
    }

    #[test]
    fn origin_must_be_the_requests_own_scheme_host_and_port() {
        let from =
            |tls, origin| accepted(tls, "/", &[("host", "a.example:8443"), ("origin", origin)]);
        assert!(from(true, "https://a.example:8443"));
        assert!(from(false, "http://A.example:8443"));
        assert!(!from(true, "http://a.example:8443"));
        assert!(!from(false, "https://a.example:8443"));
        assert!(!from(true, "https://a.example"));
        assert!(!from(true, "https://b.example:8443"));
        assert!(!from(true, "null"));
    }

    #[test]
    fn authority_of_http2_counts_as_the_host() {
        let from = |origin| accepted(true, "https://a.example/", &[("origin", origin)]);
        assert!(from("https://a.example"));
        assert!(!from("https://b.example"));
    }

    #[test]
    fn only_a_bearer_needs_no_origin() {
        let host = ("host", "a.example");
        assert!(!accepted(true, "/", &[host]));
        assert!(accepted(true, "/", &[host, ("authorization", "Bearer x")]));
        let foreign = ("origin", "https://b.example");
        assert!(!accepted(
            true,
            "/",
            &[host, foreign, ("authorization", "Bearer x")]
        ));
    }
}
