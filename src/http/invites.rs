//! Invite links, and accepting them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use http::StatusCode;

use super::{Api, Arrival, Error, Json, Path, Route, route, valid};
use crate::auth::secret::{self, Secret};
use crate::auth::{Guest, Principal, access, session};
use crate::clock::epoch_ms;
use crate::protocol::api::{
    InterviewStatus, Invite, InvitePreview, InviteToken, JoinRequest, Me, NewInvite,
};
use crate::protocol::ids::{InterviewId, InviteId};
use crate::store::InterviewRow;
use crate::store::audit::AuditRow;
use crate::store::invites::InviteRow;
use crate::store::sessions::SessionOwner;

/// How long an invite is valid, from now or from the time of the interview.
const VALIDITY_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The most invites that one interview has.
const MOST: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(MethodFilter::GET, "/api/interviews/{id}/invites", list),
        route(MethodFilter::POST, "/api/interviews/{id}/invites", create),
        route(
            MethodFilter::DELETE,
            "/api/interviews/{id}/invites/{invite_id}",
            revoke,
        ),
        route(MethodFilter::POST, "/api/join/preview", preview),
        route(MethodFilter::POST, "/api/join", join),
    ]
}

async fn list(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
) -> Result<axum::Json<Vec<Invite>>, Error> {
    access::manage(&api.store, &principal, id).await?;
    let invites = api.store.invites(id).await?;
    Ok(axum::Json(invites.into_iter().map(Invite::from).collect()))
}

async fn create(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
) -> Result<impl IntoResponse, Error> {
    let (interview, _) = access::manage(&api.store, &principal, id).await?;
    if interview.status() == InterviewStatus::Ended {
        return Err(Error::ended());
    }
    if api.store.invites(id).await?.len() >= MOST {
        return Err(Error::conflict(
            "too_many_invites",
            "This interview has enough invites. Use one of them.",
        ));
    }
    let secret = Secret::generate();
    let now = epoch_ms();
    let invite = InviteRow {
        id: InviteId::new(),
        interview_id: id,
        token_hash: secret.hash,
        created_at: now,
        expires_at: interview.scheduled_at.unwrap_or(now).max(now) + VALIDITY_MS,
        revoked_at: None,
    };
    api.store.create_invite(&invite).await?;
    let answer = NewInvite {
        invite: invite.into(),
        path: format!("/join#{}", secret.token),
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

async fn revoke(
    State(api): State<Api>,
    principal: Principal,
    Path((id, invite)): Path<(InterviewId, InviteId)>,
) -> Result<StatusCode, Error> {
    access::manage(&api.store, &principal, id).await?;
    if !api.store.revoke_invite(id, invite, epoch_ms()).await? {
        return Err(Error::not_found());
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn preview(
    State(api): State<Api>,
    arrival: Arrival,
    Json(request): Json<InviteToken>,
) -> Result<axum::Json<InvitePreview>, Error> {
    api.limits.join(arrival.peer)?;
    let interview = invited_to(&api, &request.token).await?;
    Ok(axum::Json(InvitePreview {
        interview_id: interview.id,
        status: interview.status(),
        title: interview.title,
        interviewer_name: interview.owner_name,
        record: interview.record.0,
    }))
}

async fn join(
    State(api): State<Api>,
    arrival: Arrival,
    principal: Option<Principal>,
    Json(request): Json<JoinRequest>,
) -> Result<Response, Error> {
    api.limits.join(arrival.peer)?;
    let interview = invited_to(&api, &request.token).await?;
    if interview.status() == InterviewStatus::Ended {
        return Err(Error::ended());
    }
    if let Some(Principal::Account(account)) = principal {
        if account.user != interview.owner_id {
            api.store
                .add_member(interview.id, account.user, epoch_ms())
                .await?;
        }
        api.store
            .record_audit(&AuditRow {
                user_id: Some(account.user),
                interview_id: Some(interview.id),
                ..AuditRow::now("joined", arrival.peer)
            })
            .await?;
        return Ok(axum::Json(Me::from(Principal::Account(account))).into_response());
    }
    let name = valid::name("name", &request.name)?;
    if let Some(Principal::Guest(guest)) = principal
        && guest.interview == interview.id
        && guest.name == name
    {
        // They opened their link again, and are who they were.
        return Ok(axum::Json(Me::from(Principal::Guest(guest))).into_response());
    }
    let participant = api.store.add_guest(interview.id, &name).await?;
    let owner = SessionOwner::Guest(participant.id);
    let started = session::start(&api.store, &api.tokens, owner, epoch_ms(), arrival.tls).await?;
    api.store
        .record_audit(&AuditRow {
            participant_id: Some(participant.id),
            interview_id: Some(interview.id),
            detail: name.clone(),
            ..AuditRow::now("joined_as_guest", arrival.peer)
        })
        .await?;
    let me = Principal::Guest(Guest {
        participant: participant.id,
        interview: interview.id,
        name,
    });
    Ok((started.cookies, axum::Json(Me::from(me))).into_response())
}

/// The interview that this token lets somebody into, while it does.
async fn invited_to(api: &Api, token: &str) -> Result<InterviewRow, Error> {
    let unusable = || {
        Error::not_there(
            "This invite is not valid, or not any more. Ask the interviewer for another.",
        )
    };
    let invite = api.store.invite_by_token(&secret::hash(token)).await?;
    let invite = invite
        .filter(|invite| invite.is_valid(epoch_ms()))
        .ok_or_else(unusable)?;
    api.store
        .interview(invite.interview_id)
        .await?
        .ok_or_else(unusable)
}
