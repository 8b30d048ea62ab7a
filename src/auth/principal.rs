//! Who is asking, from a request's bearer token or cookie.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum_extra::extract::CookieJar;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::session::ACCESS_COOKIE;
use super::tokens::Tokens;
use crate::clock::epoch_ms;
use crate::http::Error;
use crate::protocol::api::{Me, Role};
use crate::protocol::ids::{InterviewId, ParticipantId, UserId};
use crate::store::Store;
use crate::store::sessions::SessionRow;

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    Account(Account),
    Guest(Guest),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// Somebody without an account, let in by an invite for one interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub participant: ParticipantId,
    pub interview: InterviewId,
    pub name: String,
}

impl Principal {
    /// The account that is asking; guests are refused.
    pub fn account(&self) -> Result<&Account, Error> {
        match self {
            Self::Account(account) => Ok(account),
            Self::Guest(_) => Err(Error::forbidden("This needs an account. Log in first.")),
        }
    }

    /// The account that is asking, if it is an interviewer's; others are refused.
    pub fn interviewer(&self) -> Result<&Account, Error> {
        let account = self.account()?;
        match account.role {
            Role::Interviewer => Ok(account),
            Role::Reviewer => Err(Error::forbidden("Only interviewers may do this.")),
        }
    }
}

impl From<Principal> for Me {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::Account(account) => Self::Account {
                id: account.user,
                name: account.name,
                email: account.email,
                role: account.role,
            },
            Principal::Guest(guest) => Self::Guest {
                participant_id: guest.participant,
                interview_id: guest.interview,
                name: guest.name,
            },
        }
    }
}

/// Who holds this session, while it is valid.
pub async fn of_session(store: &Store, session: Uuid, now: i64) -> Result<Principal, Error> {
    let row = store.session(session, now).await?;
    row.and_then(from_row).ok_or_else(Error::unauthenticated)
}

fn from_row(row: SessionRow) -> Option<Principal> {
    if let (Some(user), Some(name), Some(email), Some(role)) =
        (row.user_id, row.user_name, row.email, row.role)
    {
        return Some(Principal::Account(Account {
            user,
            name,
            email,
            role,
        }));
    }
    Some(Principal::Guest(Guest {
        participant: row.participant_id?,
        interview: row.interview_id?,
        name: row.participant_name?,
    }))
}

/// The token of the `Authorization` header, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

impl<S: Send + Sync> FromRequestParts<S> for Principal
where
    Store: FromRef<S>,
    Tokens: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let tokens = Tokens::from_ref(state);
        let now = epoch_ms();
        let cookies = CookieJar::from_headers(&parts.headers);
        let session = match bearer(&parts.headers) {
            Some(token) => tokens.verify(token, now),
            None => cookies
                .get(ACCESS_COOKIE)
                .and_then(|cookie| tokens.verify(cookie.value(), now)),
        };
        let session = session.ok_or_else(Error::unauthenticated)?;
        of_session(&Store::from_ref(state), session, now).await
    }
}

/// Nobody is somebody too, where a route serves both.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Principal
where
    Store: FromRef<S>,
    Tokens: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Error> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(principal) => Ok(Some(principal)),
            Err(error) if error.status() == StatusCode::UNAUTHORIZED => Ok(None),
            Err(error) => Err(error),
        }
    }
}
