//! What tests of other parts need in the database.

use super::Store;
use super::interviews::NewInterviewRow;
use super::users::UserRow;
use crate::protocol::api::Role;
use crate::protocol::ids::{InterviewId, UserId};

/// An interview that has begun and is to be recorded.
pub(crate) async fn live_interview(store: &Store) -> InterviewId {
    let owner_id = UserId::new();
    let owner = UserRow {
        id: owner_id,
        name: "Ida".to_owned(),
        email: "ida@example.org".to_owned(),
        password_hash: "no password".to_owned(),
        role: Role::Interviewer,
        created_at: 0,
    };
    store.create_user(&owner).await.unwrap();
    let id = InterviewId::new();
    let interview = NewInterviewRow {
        id,
        owner_id,
        title: "Backend".to_owned(),
        problem_id: None,
        language: "python".to_owned(),
        record: true,
        created_at: 0,
        scheduled_at: None,
    };
    store.create_interview(&interview).await.unwrap();
    store.go_live(id, 1000).await.unwrap();
    id
}
