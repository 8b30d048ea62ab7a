//! Languages, statistics, health.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::MethodFilter;
use http::StatusCode;
use tokio::time::timeout;

use super::{Api, Error, Route, route};
use crate::auth::Principal;
use crate::clock::epoch_ms;
use crate::protocol::api::{Language, Statistics};

/// How long the database may take to answer a health check.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(MethodFilter::GET, "/api/languages", languages),
        route(MethodFilter::GET, "/api/statistics", statistics),
        route(MethodFilter::GET, "/healthz", alive),
        route(MethodFilter::GET, "/readyz", ready),
    ]
}

/// Whoever is in an interview needs them too, as a guest.
async fn languages(State(api): State<Api>, _: Principal) -> axum::Json<Vec<Language>> {
    axum::Json(api.execution.languages())
}

async fn statistics(
    State(api): State<Api>,
    principal: Principal,
) -> Result<axum::Json<Statistics>, Error> {
    let owner = principal.interviewer()?;
    let statistics = api.store.statistics(owner.user, epoch_ms()).await?;
    Ok(axum::Json(statistics))
}

async fn alive() -> &'static str {
    "ok"
}

async fn ready(State(api): State<Api>) -> impl IntoResponse {
    match timeout(PATIENCE, api.store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}
