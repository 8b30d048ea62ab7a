//! Setting up, logging in, who am I, accounts.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::MethodFilter;
use axum_extra::extract::CookieJar;
use http::StatusCode;

use super::{Api, Arrival, Error, Json, Route, route, valid};
use crate::auth::principal::of_session;
use crate::auth::{Principal, secret, session};
use crate::clock::epoch_ms;
use crate::protocol::api::{LoginRequest, Me, NewUser, Role, SetupRequest, SetupStatus, User};
use crate::protocol::ids::UserId;
use crate::store::StoreError;
use crate::store::audit::AuditRow;
use crate::store::sessions::SessionOwner;
use crate::store::users::UserRow;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(MethodFilter::GET, "/api/setup", setup_status),
        route(MethodFilter::POST, "/api/setup", set_up),
        route(MethodFilter::POST, "/api/auth/login", log_in),
        route(MethodFilter::POST, "/api/auth/refresh", refresh),
        route(MethodFilter::POST, "/api/auth/logout", log_out),
        route(MethodFilter::GET, "/api/me", me),
        route(MethodFilter::GET, "/api/users", list),
        route(MethodFilter::POST, "/api/users", create),
    ]
}

async fn setup_status(State(api): State<Api>) -> Result<axum::Json<SetupStatus>, Error> {
    let needed = !api.store.has_users().await?;
    Ok(axum::Json(SetupStatus { needed }))
}

async fn set_up(
    State(api): State<Api>,
    arrival: Arrival,
    Json(request): Json<SetupRequest>,
) -> Result<impl IntoResponse, Error> {
    api.limits.setup(arrival.peer)?;
    let token_hash = secret::hash(&request.token);
    if api.store.has_users().await? {
        return Err(Error::conflict(
            "setup_done",
            "This server is set up already. Log in instead.",
        ));
    }
    if !api.store.is_setup_token(&token_hash).await? {
        return Err(stale_link());
    }
    let user = new_user(
        &api,
        NewUser {
            name: request.name,
            email: request.email,
            password: request.password,
            role: Role::Interviewer,
        },
    )
    .await?;
    match api.store.create_first_user(&token_hash, &user).await {
        Err(StoreError::Missing) => return Err(stale_link()),
        created => created?,
    }
    audit(&api, "setup", &user, arrival).await?;
    start(&api, user, arrival).await
}

fn stale_link() -> Error {
    Error::forbidden("This link is not valid. Use the one that the server printed last.")
}

async fn log_in(
    State(api): State<Api>,
    arrival: Arrival,
    Json(request): Json<LoginRequest>,
) -> Result<impl IntoResponse, Error> {
    let email = valid::email("email", &request.email)?;
    api.limits.login(arrival.peer, &email)?;
    let user = api.store.user_by_email(&email).await?;
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let matches = api.passwords.verify(request.password, stored).await?;
    match user {
        Some(user) if matches => {
            audit(&api, "login", &user, arrival).await?;
            start(&api, user, arrival).await
        }
        _ => {
            api.store
                .record_audit(&AuditRow {
                    detail: email,
                    ..AuditRow::now("login_failed", arrival.peer)
                })
                .await?;
            Err(Error::not_logged_in(
                "The e-mail address or the password is wrong.",
            ))
        }
    }
}

async fn refresh(
    State(api): State<Api>,
    arrival: Arrival,
    jar: CookieJar,
) -> Result<impl IntoResponse, Error> {
    let now = epoch_ms();
    let renewed = session::refresh(&api.store, &api.tokens, &jar, now, arrival.tls).await?;
    let principal = of_session(&api.store, renewed.id, now).await?;
    Ok((renewed.cookies, axum::Json(Me::from(principal))))
}

async fn log_out(
    State(api): State<Api>,
    arrival: Arrival,
    jar: CookieJar,
) -> Result<impl IntoResponse, Error> {
    let cookies = session::end(&api.store, &api.tokens, &jar, epoch_ms(), arrival.tls).await?;
    Ok((StatusCode::NO_CONTENT, cookies))
}

async fn me(principal: Principal) -> axum::Json<Me> {
    axum::Json(principal.into())
}

async fn list(
    State(api): State<Api>,
    principal: Principal,
) -> Result<axum::Json<Vec<User>>, Error> {
    principal.interviewer()?;
    let users = api.store.users().await?;
    Ok(axum::Json(users.into_iter().map(User::from).collect()))
}

async fn create(
    State(api): State<Api>,
    principal: Principal,
    arrival: Arrival,
    Json(request): Json<NewUser>,
) -> Result<impl IntoResponse, Error> {
    let asker = principal.interviewer()?;
    let user = new_user(&api, request).await?;
    match api.store.create_user(&user).await {
        Err(StoreError::Exists) => {
            return Err(Error::conflict(
                "email_taken",
                "An account with this e-mail address exists already.",
            ));
        }
        created => created?,
    }
    api.store
        .record_audit(&AuditRow {
            user_id: Some(asker.user),
            detail: user.email.clone(),
            ..AuditRow::now("user_created", arrival.peer)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(User::from(user))))
}

async fn new_user(api: &Api, request: NewUser) -> Result<UserRow, Error> {
    let name = valid::name("name", &request.name)?;
    let email = valid::email("email", &request.email)?;
    valid::password("password", &request.password)?;
    Ok(UserRow {
        id: UserId::new(),
        name,
        email,
        password_hash: api.passwords.hash(request.password).await?,
        role: request.role,
        created_at: epoch_ms(),
    })
}

/// A session for this account, and who that is.
async fn start(
    api: &Api,
    user: UserRow,
    arrival: Arrival,
) -> Result<impl IntoResponse + use<>, Error> {
    let owner = SessionOwner::Account(user.id);
    let started = session::start(&api.store, &api.tokens, owner, epoch_ms(), arrival.tls).await?;
    let me = Me::Account {
        id: user.id,
        name: user.name,
        email: user.email,
        role: user.role,
    };
    Ok((started.cookies, axum::Json(me)))
}

async fn audit(api: &Api, action: &str, user: &UserRow, arrival: Arrival) -> Result<(), Error> {
    api.store
        .record_audit(&AuditRow {
            user_id: Some(user.id),
            ..AuditRow::now(action, arrival.peer)
        })
        .await?;
    Ok(())
}
