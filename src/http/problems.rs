//! Problem templates, shared among interviewers.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::MethodFilter;
use http::StatusCode;

use super::{Api, Error, Json, Path, Route, route, valid};
use crate::auth::Principal;
use crate::clock::epoch_ms;
use crate::protocol::api::{Problem, ProblemDraft};
use crate::protocol::ids::ProblemId;

/// The most problems that a list shows.
const LISTED: i64 = 500;
/// The most languages that a problem has starter code in.
const LANGUAGES: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(MethodFilter::GET, "/api/problems", list),
        route(MethodFilter::POST, "/api/problems", create),
        route(MethodFilter::GET, "/api/problems/{id}", show),
        route(MethodFilter::PUT, "/api/problems/{id}", replace),
        route(MethodFilter::DELETE, "/api/problems/{id}", delete),
    ]
}

async fn list(
    State(api): State<Api>,
    principal: Principal,
) -> Result<axum::Json<Vec<Problem>>, Error> {
    principal.interviewer()?;
    Ok(axum::Json(api.store.problems(LISTED).await?))
}

async fn create(
    State(api): State<Api>,
    principal: Principal,
    Json(draft): Json<ProblemDraft>,
) -> Result<impl IntoResponse, Error> {
    principal.interviewer()?;
    let problem = checked(ProblemId::new(), draft)?;
    api.store.save_problem(&problem).await?;
    Ok((StatusCode::CREATED, axum::Json(problem)))
}

async fn show(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<ProblemId>,
) -> Result<axum::Json<Problem>, Error> {
    principal.interviewer()?;
    let problem = api.store.problem(id).await?;
    Ok(axum::Json(problem.ok_or_else(Error::not_found)?))
}

async fn replace(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<ProblemId>,
    Json(draft): Json<ProblemDraft>,
) -> Result<axum::Json<Problem>, Error> {
    principal.interviewer()?;
    if api.store.problem(id).await?.is_none() {
        return Err(Error::not_found());
    }
    let problem = checked(id, draft)?;
    api.store.save_problem(&problem).await?;
    Ok(axum::Json(problem))
}

async fn delete(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<ProblemId>,
) -> Result<StatusCode, Error> {
    principal.interviewer()?;
    if !api.store.delete_problem(id).await? {
        return Err(Error::not_found());
    }
    Ok(StatusCode::NO_CONTENT)
}

fn checked(id: ProblemId, draft: ProblemDraft) -> Result<Problem, Error> {
    valid::long_text("statement", &draft.statement)?;
    if draft.starter_code.len() > LANGUAGES {
        return Err(Error::invalid(
            "starterCode",
            "That is code in too many languages.",
        ));
    }
    for (language, code) in &draft.starter_code {
        valid::line("starterCode", language, 1..=40)?;
        valid::long_text("starterCode", code)?;
    }
    Ok(Problem {
        id,
        title: valid::title("title", &draft.title)?,
        statement: draft.statement,
        starter_code: draft.starter_code,
        updated_at: epoch_ms(),
    })
}
