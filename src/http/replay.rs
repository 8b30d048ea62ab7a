//! What happened in an interview: its runs, and all of it in order.

use axum::extract::State;
use axum::routing::MethodFilter;

use super::interviews::described;
use super::{Api, Arrival, Error, Path, Route, route};
use crate::auth::{Principal, access};
use crate::protocol::api::Submission;
use crate::protocol::ids::InterviewId;
use crate::protocol::room::Participant;
use crate::protocol::timeline::{Event, RecordedTrack, Timeline, TimelineEvent};
use crate::room::colors::color;
use crate::store::audit::AuditRow;
use crate::store::{ParticipantRow, RecordingRow, RecordingStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(
            MethodFilter::GET,
            "/api/interviews/{id}/submissions",
            submissions,
        ),
        route(MethodFilter::GET, "/api/interviews/{id}/replay", replay),
    ]
}

/// The owner may look at the runs while the interview goes on.
async fn submissions(
    State(api): State<Api>,
    principal: Principal,
    Path(id): Path<InterviewId>,
) -> Result<axum::Json<Vec<Submission>>, Error> {
    let (_, relation) = access::view(&api.store, &principal, id).await?;
    if !relation.owner {
        access::replay(&api.store, &principal, id).await?;
    }
    Ok(axum::Json(api.store.submissions(id).await?))
}

async fn replay(
    State(api): State<Api>,
    principal: Principal,
    arrival: Arrival,
    Path(id): Path<InterviewId>,
) -> Result<axum::Json<Timeline>, Error> {
    let (row, relation) = access::replay(&api.store, &principal, id).await?;
    api.store
        .record_audit(&AuditRow {
            user_id: Some(principal.account()?.user),
            interview_id: Some(id),
            ..AuditRow::now("replayed", arrival.peer)
        })
        .await?;
    let problem = match row.problem_id {
        Some(problem) => api.store.problem(problem).await?,
        None => None,
    };
    let duration_ms = match (row.started_at, row.ended_at) {
        (Some(started), Some(ended)) => (ended - started).max(0),
        _ => 0,
    };
    let participants = api.store.participants(id).await?;
    let recordings = api.store.recordings(id).await?;
    let events = api.store.journal(id).await?;
    Ok(axum::Json(Timeline {
        problem,
        duration_ms,
        participants: people(&participants, &events),
        tracks: recordings.into_iter().filter_map(track).collect(),
        events,
        interview: described(row, participants, relation),
    }))
}

/// Everybody who was there, in the order in which they came, as the room coloured them.
fn people(rows: &[ParticipantRow], events: &[TimelineEvent]) -> Vec<Participant> {
    let mut people: Vec<Participant> = Vec::new();
    let joined = events.iter().filter(|event| event.event == Event::Joined);
    for id in joined.filter_map(|event| event.participant_id) {
        if people.iter().any(|person| person.id == id) {
            continue;
        }
        if let Some(row) = rows.iter().find(|row| row.id == id) {
            people.push(Participant {
                id,
                name: row.name.clone(),
                role: row.role,
                color: color(people.len()).to_owned(),
                present: false,
                microphone_muted: false,
                camera_muted: false,
            });
        }
    }
    people
}

/// A media file that can be played.
fn track(row: RecordingRow) -> Option<RecordedTrack> {
    if row.state != RecordingStatus::Finished {
        return None;
    }
    Some(RecordedTrack {
        id: row.id,
        participant_id: row.participant_id,
        source: row.source,
        mime_type: row.mime_type,
        start_ms: row.start_ms,
        duration_ms: row.duration_ms?,
    })
}
