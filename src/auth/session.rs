//! Logging in, staying in, logging out. The browser holds two cookies: the access token for every
//! request, and the refresh token that only the routes under `/api/auth` see.

use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use http::HeaderName;
use http::header::SET_COOKIE;
use uuid::Uuid;

use super::secret::{self, Secret};
use super::tokens::{ACCESS_SECONDS, Tokens};
use crate::http::Error;
use crate::store::Store;
use crate::store::sessions::{Rotation, SessionOwner};

pub const ACCESS_COOKIE: &str = "porthole_access";
pub const REFRESH_COOKIE: &str = "porthole_refresh";

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a session lasts, however often it is refreshed.
const ACCOUNT_SESSION_MS: i64 = 30 * DAY_MS;
/// A guest may accept an invite as soon as they have it, days before the interview.
const GUEST_SESSION_MS: i64 = 14 * DAY_MS;
/// How long a used refresh token is honoured: two tabs refresh at once, or an answer got lost.
const REUSE_GRACE_MS: i64 = 30_000;

/// The headers that set or clear both cookies.
pub type Cookies = AppendHeaders<[(HeaderName, String); 2]>;

/// A session as its holder gets it.
pub struct Started {
    pub id: Uuid,
    pub cookies: Cookies,
}

/// Starts a session. `tls` tells whether the request came encrypted.
pub async fn start(
    store: &Store,
    tokens: &Tokens,
    owner: SessionOwner,
    now: i64,
    tls: bool,
) -> Result<Started, Error> {
    let id = Uuid::now_v7();
    let refresh = Secret::generate();
    let expires_at = now
        + match owner {
            SessionOwner::Account(_) => ACCOUNT_SESSION_MS,
            SessionOwner::Guest(_) => GUEST_SESSION_MS,
        };
    store
        .create_session(id, owner, &refresh.hash, now, expires_at)
        .await?;
    let access = tokens.issue(id, now)?;
    Ok(Started {
        id,
        cookies: cookies(&access, &refresh.token, (expires_at - now) / 1000, tls),
    })
}

/// Exchanges the refresh token for a new pair.
pub async fn refresh(
    store: &Store,
    tokens: &Tokens,
    jar: &CookieJar,
    now: i64,
    tls: bool,
) -> Result<Started, Error> {
    let presented = jar.get(REFRESH_COOKIE).ok_or_else(Error::unauthenticated)?;
    let hash = secret::hash(presented.value());
    let successor = Secret::generate();
    match store
        .rotate_refresh_token(&hash, &successor.hash, now, REUSE_GRACE_MS)
        .await?
    {
        Rotation::Rotated {
            session,
            expires_at,
        } => {
            let access = tokens.issue(session, now)?;
            let seconds = (expires_at - now) / 1000;
            Ok(Started {
                id: session,
                cookies: cookies(&access, &successor.token, seconds, tls),
            })
        }
        Rotation::Refused => Err(Error::unauthenticated()),
        Rotation::Reused { session } => {
            tracing::warn!(%session, "a refresh token was used twice; its session is revoked");
            Err(Error::unauthenticated())
        }
    }
}

/// Ends the session of these cookies, if there is one.
pub async fn end(
    store: &Store,
    tokens: &Tokens,
    jar: &CookieJar,
    now: i64,
    tls: bool,
) -> Result<Cookies, Error> {
    if let Some(refresh) = jar.get(REFRESH_COOKIE) {
        let hash = secret::hash(refresh.value());
        store.revoke_session_of_token(&hash, now).await?;
    }
    let access = jar.get(ACCESS_COOKIE);
    if let Some(session) = access.and_then(|cookie| tokens.verify(cookie.value(), now)) {
        store.revoke_session(session, now).await?;
    }
    Ok(AppendHeaders([
        (SET_COOKIE, cookie(ACCESS_COOKIE, "", "/", 0, tls)),
        (SET_COOKIE, cookie(REFRESH_COOKIE, "", "/api/auth", 0, tls)),
    ]))
}

fn cookies(access: &str, refresh: &str, refresh_seconds: i64, tls: bool) -> Cookies {
    AppendHeaders([
        (
            SET_COOKIE,
            cookie(ACCESS_COOKIE, access, "/", ACCESS_SECONDS, tls),
        ),
        (
            SET_COOKIE,
            cookie(REFRESH_COOKIE, refresh, "/api/auth", refresh_seconds, tls),
        ),
    ])
}

/// Values are base64 with dots, which a cookie carries as they are.
fn cookie(name: &str, value: &str, path: &str, seconds: i64, tls: bool) -> String {
    let secure = if tls { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}
