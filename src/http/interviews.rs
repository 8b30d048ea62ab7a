//! Interviews, and who may replay them.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::MethodFilter;
use http::StatusCode;

use super::{Api, Arrival, Error, Json, Path, Route, route, valid};
use crate::auth::access::{self, Relation};
use crate::auth::{Account, Principal};
use crate::clock::epoch_ms;
use crate::protocol::api::{
    Attendance, Interview, InterviewChanges, InterviewStatus, NewInterview, Share,
};
use crate::protocol::ids::{InterviewId, UserId};
use crate::room::route::enter;
use crate::store::audit::AuditRow;
use crate::store::interviews::{InterviewSettings, NewInterviewRow};
use crate::store::{InterviewRow, ParticipantRow, StoreError};

/// The most interviews that a list shows.
const LISTED: i64 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(MethodFilter::GET, "/api/interviews", list),
        route(MethodFilter::POST, "/api/interviews", create),
        route(MethodFilter::GET, "/api/interviews/{id}", show),
        route(MethodFilter::PATCH, "/api/interviews/{id}", change),
        route(MethodFilter::POST, "/api/interviews/{id}/end", end),
        route(MethodFilter::GET, "/api/interviews/{id}/ws", enter),
        route(MethodFilter::GET, "/api/interviews/{id}/shares", shares),
        route(
            MethodFilter::PUT,
            "/api/interviews/{id}/shares/{user_id}",
            share,
        ),
        route(
            MethodFilter::DELETE,
            "/api/interviews/{id}/shares/{user_id}",
            unshare,
        ),
    ]
}

async fn list(
    State(api): State<Api>,
    principal: Principal,
) -> Result<axum::Json<Vec<Interview>>, Error> {
    let account = principal.account()?;
    let rows = api.store.interviews_of(account.user, LISTED).await?;
    let invited = api.store.memberships(account.user).await?;
    let shared = api.store.shared_with(account.user).await?;
    let mut attendance: HashMap<InterviewId, Vec<ParticipantRow>> = HashMap::new();
    for row in api
        .store
        .participants_of_interviews_of(account.user)
        .await?
    {
        attendance.entry(row.interview_id).or_default().push(row);
    }
    let interviews = rows.into_iter().map(|row| {
        let relation = Relation {
            owner: row.owner_id == account.user,
            invited: invited.contains(&row.id),
            shared_with: shared.contains(&row.id),
        };
        let participants = attendance.remove(&row.id).unwrap_or_default();
        described(row, participants, relation)
    });
    Ok(axum::Json(interviews.collect()))
}

async fn create(
    State(api): State<Api>,
    principal: Principal,
    Json(request): Json<NewInterview>,
) -> Result<impl IntoResponse, Error> {
    let owner = principal.interviewer()?;
    let row = NewInterviewRow {
        id: InterviewId::new(),
        owner_id: owner.user,
        title: valid::title("title", &request.title)?,
        problem_id: request.problem_id,
        language: language(&api, request.language)?,
        record: request.record,
        created_at: epoch_ms(),
        scheduled_at: scheduled_at(request.scheduled_at)?,
    };
    api.store
        .create_interview(&row)
        .await
        .map_err(missing_problem)?;
    let interview = reread(&api, &principal, row.id).await?;
    Ok((StatusCode::CREATED, axum::Json(interview)))
}

async fn show(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
) -> Result<axum::Json<Interview>, Error> {
    Ok(axum::Json(reread(&api, &principal, id).await?))
}

async fn change(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
    Json(changes): Json<InterviewChanges>,
) -> Result<axum::Json<Interview>, Error> {
    let (row, _) = access::manage(&api.store, &principal, id).await?;
    let settings = changed(&api, &row, changes)?;
    let all = api
        .store
        .change_interview(id, &settings)
        .await
        .map_err(missing_problem)?;
    if !all && differs_in_frozen_fields(&row, &settings) {
        return Err(Error::conflict(
            "frozen",
            "Problem, language, time and recording cannot change once the interview has begun.",
        ));
    }
    Ok(axum::Json(reread(&api, &principal, id).await?))
}

fn changed(
    api: &Api,
    row: &InterviewRow,
    changes: InterviewChanges,
) -> Result<InterviewSettings, Error> {
    Ok(InterviewSettings {
        title: match changes.title {
            Some(title) => valid::title("title", &title)?,
            None => row.title.clone(),
        },
        problem_id: changes.problem_id.unwrap_or(row.problem_id),
        language: match changes.language {
            Some(language) => self::language(api, Some(language))?,
            None => row.language.clone(),
        },
        record: changes.record.unwrap_or(row.record.0),
        scheduled_at: match changes.scheduled_at {
            Some(time) => scheduled_at(time)?,
            None => row.scheduled_at,
        },
    })
}

fn differs_in_frozen_fields(row: &InterviewRow, settings: &InterviewSettings) -> bool {
    row.problem_id != settings.problem_id
        || row.language != settings.language
        || row.record.0 != settings.record
        || row.scheduled_at != settings.scheduled_at
}

/// A language that can be chosen: the first one unless another is asked for.
fn language(api: &Api, asked: Option<String>) -> Result<String, Error> {
    let mut languages = api.execution.languages().into_iter();
    let chosen = match asked {
        Some(asked) => languages.find(|language| language.id == asked),
        None => languages.next(),
    };
    chosen
        .map(|language| language.id)
        .ok_or_else(|| Error::invalid("language", "Choose one of the languages of this server."))
}

fn scheduled_at(time: Option<i64>) -> Result<Option<i64>, Error> {
    time.map(|time| valid::time("scheduledAt", time))
        .transpose()
}

fn missing_problem(error: StoreError) -> Error {
    match error {
        StoreError::Missing => Error::invalid("problemId", "There is no such problem any more."),
        other => other.into(),
    }
}

/// Ending it again changes nothing.
async fn end(
    State(api): State<Api>,
    principal: Principal,
    arrival: Arrival,
    Path(id): Path<InterviewId>,
) -> Result<StatusCode, Error> {
    let (row, owner) = access::manage(&api.store, &principal, id).await?;
    if row.status() != InterviewStatus::Ended {
        api.rooms.end(id).await?;
        api.store
            .record_audit(&AuditRow {
                user_id: Some(owner.user),
                interview_id: Some(id),
                ..AuditRow::now("interview_ended", arrival.peer)
            })
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn shares(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
) -> Result<axum::Json<Vec<Share>>, Error> {
    access::manage(&api.store, &principal, id).await?;
    Ok(axum::Json(api.store.shares(id).await?))
}

async fn share(
    State(api): State<Api>,
    principal: Principal,
    arrival: Arrival,
    Path((id, user)): Path<(InterviewId, UserId)>,
) -> Result<StatusCode, Error> {
    let (row, owner) = access::manage(&api.store, &principal, id).await?;
    if user == row.owner_id {
        return Err(Error::conflict(
            "own_interview",
            "The interview is yours already.",
        ));
    }
    api.store.share(id, user, epoch_ms()).await?;
    audit_share(&api, "interview_shared", (id, user), owner, arrival).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unshare(
    State(api): State<Api>,
    principal: Principal,
    arrival: Arrival,
    Path((id, user)): Path<(InterviewId, UserId)>,
) -> Result<StatusCode, Error> {
    let (_, owner) = access::manage(&api.store, &principal, id).await?;
    if api.store.unshare(id, user).await? {
        audit_share(&api, "interview_unshared", (id, user), owner, arrival).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn audit_share(
    api: &Api,
    action: &str,
    (interview, user): (InterviewId, UserId),
    owner: &Account,
    arrival: Arrival,
) -> Result<(), Error> {
    api.store
        .record_audit(&AuditRow {
            user_id: Some(owner.user),
            interview_id: Some(interview),
            detail: user.to_string(),
            ..AuditRow::now(action, arrival.peer)
        })
        .await?;
    Ok(())
}

async fn reread(api: &Api, principal: &Principal, id: InterviewId) -> Result<Interview, Error> {
    let (row, relation) = access::view(&api.store, principal, id).await?;
    let participants = api.store.participants(id).await?;
    Ok(described(row, participants, relation))
}

/// The interview as somebody with this relation sees it.
pub(super) fn described(
    row: InterviewRow,
    participants: Vec<ParticipantRow>,
    relation: Relation,
) -> Interview {
    let status: InterviewStatus = row.status();
    Interview {
        id: row.id,
        title: row.title,
        status,
        owner_id: row.owner_id,
        owner_name: row.owner_name,
        problem_id: row.problem_id,
        problem_title: row.problem_title,
        language: row.language,
        record: row.record.0,
        created_at: row.created_at,
        scheduled_at: row.scheduled_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        participants: participants.into_iter().filter_map(attendance).collect(),
        run_count: u32::try_from(row.run_count).unwrap_or(u32::MAX),
        may: relation.rights(status),
    }
}

/// Somebody's attendance, if they ever came.
fn attendance(row: ParticipantRow) -> Option<Attendance> {
    Some(Attendance {
        participant_id: row.id,
        name: row.name,
        role: row.role,
        guest: row.user_id.is_none(),
        joined_at: row.joined_at?,
        left_at: row.left_at,
    })
}
