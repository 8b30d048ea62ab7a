//! The HTTP API. Each resource's file holds its routes and the handlers behind them.
//!
//! - [`account`]: setting up, logging in, who am I, accounts
//! - [`interviews`]: interviews, their end, who may replay them
//! - [`invites`]: invite links, and accepting them
//! - [`replay`]: what happened, with media
//! - [`media`], [`range`]: recorded tracks, whole and in parts
//! - [`problems`]: problem templates
//! - [`overview`]: languages, statistics, health
//! - [`error`], [`extract`], [`valid`]: what they share

mod account;
mod error;
mod extract;
mod interviews;
mod invites;
mod media;
mod overview;
mod problems;
mod range;
mod replay;
mod valid;

use axum::Router;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRef, Request};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, any, on};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method};
use tokio::time::timeout;

pub use error::Error;
pub use extract::{Arrival, Json, Path, SameOrigin};

use crate::auth::Tokens;
use crate::auth::limits::Limits;
use crate::auth::password::Passwords;
use crate::execution::Execution;
use crate::recording::Recordings;
use crate::room::Rooms;
use crate::store::Store;

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a request's body.
const BODY_LIMIT: usize = 256 * 1024;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct Api {
    pub store: Store,
    pub tokens: Tokens,
    pub execution: Execution,
    pub rooms: Rooms,
    pub recordings: Recordings,
    pub passwords: Passwords,
    pub limits: Limits,
}

impl Api {
    pub fn new(
        store: Store,
        tokens: Tokens,
        execution: Execution,
        rooms: Rooms,
        recordings: Recordings,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            store,
            tokens,
            execution,
            rooms,
            recordings,
            passwords: Passwords::new(cores),
            limits: Limits::default(),
        }
    }
}

/// One route of the API.
pub struct Route {
    pub method: Method,
    /// Relative to the root, with `{parameters}`.
    pub path: &'static str,
    handler: MethodRouter<Api>,
}

/// A route for one of the methods that the API uses.
fn route<T: 'static>(
    filter: MethodFilter,
    path: &'static str,
    handler: impl Handler<T, Api>,
) -> Route {
    let method = match filter {
        MethodFilter::POST => Method::POST,
        MethodFilter::PUT => Method::PUT,
        MethodFilter::PATCH => Method::PATCH,
        MethodFilter::DELETE => Method::DELETE,
        _ => Method::GET,
    };
    Route {
        method,
        path,
        handler: on(filter, handler),
    }
}

/// Every route there is.
pub fn routes() -> Vec<Route> {
    [
        account::routes(),
        interviews::routes(),
        invites::routes(),
        replay::routes(),
        media::routes(),
        problems::routes(),
        overview::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The API and the health checks. Whoever serves it puts an [`Arrival`] into every request's
/// extensions and adds the page for all other paths.
pub fn router(api: Api) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    router
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(guard))
        .with_state(api)
}

async fn unknown() -> Error {
    Error::not_there("The API has no such route.")
}

/// What holds for every route: nothing is cached, nothing is changed for another
/// site's page, and nobody waits for ever.
async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let refusal = if safe {
        None
    } else {
        SameOrigin::check(&parts).err()
    };
    let mut response = match refusal {
        Some(error) => error.into_response(),
        None => timeout(PATIENCE, next.run(Request::from_parts(parts, body)))
            .await
            .unwrap_or_else(|_| Error::internal("a request took too long").into_response()),
    };
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
