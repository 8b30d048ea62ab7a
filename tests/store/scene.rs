//! What most tests begin with.

use porthole::protocol::api::Role;
use porthole::protocol::ids::{InterviewId, ParticipantId, UserId};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::Store;
use porthole::store::interviews::NewInterviewRow;
use porthole::store::users::UserRow;

pub const START: i64 = 1_700_000_000_000;

pub async fn account(store: &Store, email: &str, role: Role) -> UserId {
    let id = UserId::new();
    store
        .create_user(&UserRow {
            id,
            name: email.split('@').next().unwrap().to_owned(),
            email: email.to_owned(),
            password_hash: "$".to_owned(),
            role,
            created_at: START,
        })
        .await
        .unwrap();
    id
}

pub async fn scheduled(store: &Store, owner: UserId) -> InterviewId {
    let id = InterviewId::new();
    store
        .create_interview(&NewInterviewRow {
            id,
            owner_id: owner,
            title: "Backend".to_owned(),
            problem_id: None,
            language: "python".to_owned(),
            record: true,
            created_at: START,
            scheduled_at: None,
        })
        .await
        .unwrap();
    id
}

/// A live interview and its owner's place in it.
pub async fn live(store: &Store) -> (InterviewId, ParticipantId) {
    let owner = account(store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(store, owner).await;
    let participant = store.participant_for(interview, owner).await.unwrap();
    store.go_live(interview, START).await.unwrap();
    (interview, participant.id)
}

pub fn event(seq: i64, at_ms: i64, participant: ParticipantId, event: Event) -> TimelineEvent {
    TimelineEvent {
        seq,
        at_ms,
        participant_id: Some(participant),
        event,
    }
}
