//! Interviews and what belongs to them.

use crate::common::database::TestDatabase;
use crate::scene::{START, account, live, scheduled};
use porthole::protocol::api::{Problem, Role};
use porthole::protocol::ids::{InterviewId, InviteId, ProblemId, TrackId, UserId};
use porthole::protocol::room::Source;
use porthole::store::interviews::InterviewSettings;
use porthole::store::invites::InviteRow;
use porthole::store::{RecordingRow, RecordingStatus, StoreError};

crate::on_both_databases!(
    account_gets_one_place_in_an_interview,
    place_of_an_unknown_account_is_missing,
    interviews_are_listed_for_owner_member_and_share,
    settings_freeze_when_the_interview_goes_live,
    deleting_a_problem_leaves_the_interview,
    problem_is_saved_and_replaced,
    invite_is_found_by_token_and_revoked,
    recordings_go_from_writing_to_finished,
);

async fn account_gets_one_place_in_an_interview(database: TestDatabase) {
    let store = database.open().await;
    let owner = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, owner).await;
    let first = store.participant_for(interview, owner).await.unwrap();
    let again = store.participant_for(interview, owner).await.unwrap();
    assert_eq!(first.id, again.id);
    assert_eq!(
        (first.user_id, first.role),
        (Some(owner), Role::Interviewer)
    );
    let one = store.add_guest(interview, "Grace").await.unwrap();
    let other = store.add_guest(interview, "Grace").await.unwrap();
    assert_ne!(one.id, other.id);
    assert_eq!(store.participants(interview).await.unwrap().len(), 3);
}

async fn place_of_an_unknown_account_is_missing(database: TestDatabase) {
    let store = database.open().await;
    let owner = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, owner).await;
    let unknown_user = store.participant_for(interview, UserId::new()).await;
    assert!(matches!(unknown_user, Err(StoreError::Missing)));
    let unknown_interview = store.participant_for(InterviewId::new(), owner).await;
    assert!(matches!(unknown_interview, Err(StoreError::Missing)));
}

async fn interviews_are_listed_for_owner_member_and_share(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let grace = account(&store, "grace@example.org", Role::Reviewer).await;
    let (member, shared, other) = (
        scheduled(&store, ada).await,
        scheduled(&store, ada).await,
        scheduled(&store, ada).await,
    );
    store.add_member(member, grace, START).await.unwrap();
    store.add_member(member, grace, START).await.unwrap();
    store.share(shared, grace, START).await.unwrap();
    store.share(member, grace, START).await.unwrap();
    assert!(store.unshare(member, grace).await.unwrap());
    assert!(!store.unshare(member, grace).await.unwrap());

    let ids = async |user| -> Vec<_> {
        let rows = store.interviews_of(user, 100).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(ada).await, [other, shared, member]);
    assert_eq!(ids(grace).await, [shared, member]);
    assert!(store.is_member(member, grace).await.unwrap());
    assert!(!store.is_member(shared, grace).await.unwrap());
    assert!(store.is_shared_with(shared, grace).await.unwrap());
    assert!(!store.is_shared_with(member, grace).await.unwrap());
    assert_eq!(
        store.shares(shared).await.unwrap()[0].email,
        "grace@example.org"
    );
}

async fn settings_freeze_when_the_interview_goes_live(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, ada).await;
    let mut settings = InterviewSettings {
        title: "Frontend".to_owned(),
        problem_id: None,
        language: "go".to_owned(),
        record: false,
        scheduled_at: Some(START),
    };
    assert!(store.change_interview(interview, &settings).await.unwrap());
    store.go_live(interview, START).await.unwrap();
    settings.title = "Other".to_owned();
    settings.language = "java".to_owned();
    settings.record = true;
    assert!(!store.change_interview(interview, &settings).await.unwrap());
    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!((row.title.as_str(), row.language.as_str()), ("Other", "go"));
    assert!(!row.record.0);
}

fn problem(title: &str) -> Problem {
    Problem {
        id: ProblemId::new(),
        title: title.to_owned(),
        statement: "# Sum".to_owned(),
        starter_code: [("go".to_owned(), "package main".to_owned())].into(),
        updated_at: START,
    }
}

async fn deleting_a_problem_leaves_the_interview(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, ada).await;
    let problem = problem("Sum");
    store.save_problem(&problem).await.unwrap();
    let mut settings = InterviewSettings {
        title: "Backend".to_owned(),
        problem_id: Some(problem.id),
        language: "go".to_owned(),
        record: false,
        scheduled_at: None,
    };
    store.change_interview(interview, &settings).await.unwrap();
    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!(row.problem_title.as_deref(), Some("Sum"));
    assert!(store.delete_problem(problem.id).await.unwrap());
    assert!(!store.delete_problem(problem.id).await.unwrap());
    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!(row.problem_id, None);
    settings.problem_id = Some(problem.id);
    let gone = store.change_interview(interview, &settings).await;
    assert!(matches!(gone, Err(StoreError::Missing)));
}

async fn problem_is_saved_and_replaced(database: TestDatabase) {
    let store = database.open().await;
    let (mut sum, abs) = (problem("Sum"), problem("Abs"));
    store.save_problem(&sum).await.unwrap();
    store.save_problem(&abs).await.unwrap();
    sum.statement = "# Better".to_owned();
    sum.starter_code.clear();
    store.save_problem(&sum).await.unwrap();
    assert_eq!(store.problem(sum.id).await.unwrap(), Some(sum.clone()));
    assert_eq!(store.problems(10).await.unwrap(), [abs, sum]);
}

async fn invite_is_found_by_token_and_revoked(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let (interview, other) = (scheduled(&store, ada).await, scheduled(&store, ada).await);
    let invite = InviteRow {
        id: InviteId::new(),
        interview_id: interview,
        token_hash: "hash".to_owned(),
        created_at: START,
        expires_at: START + 100,
        revoked_at: None,
    };
    store.create_invite(&invite).await.unwrap();
    let found = store.invite_by_token("hash").await.unwrap().unwrap();
    assert_eq!(found.interview_id, interview);
    assert!(found.is_valid(START + 99));
    assert!(!found.is_valid(START + 100));
    assert!(store.invite_by_token("other").await.unwrap().is_none());
    assert!(
        !store
            .revoke_invite(other, invite.id, START + 1)
            .await
            .unwrap()
    );
    assert!(
        store
            .revoke_invite(interview, invite.id, START + 1)
            .await
            .unwrap()
    );
    let found = store.invite_by_token("hash").await.unwrap().unwrap();
    assert!(!found.is_valid(START + 2));
    assert_eq!(store.invites(interview).await.unwrap().len(), 1);
}

async fn recordings_go_from_writing_to_finished(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let row = |start_ms| RecordingRow {
        id: TrackId::new(),
        interview_id: interview,
        participant_id: ada,
        source: Source::Camera,
        mime_type: "video/webm; codecs=\"vp8\"".to_owned(),
        start_ms,
        duration_ms: None,
        state: RecordingStatus::Writing,
        object_path: "recordings/x.webm".to_owned(),
        size: None,
    };
    let (late, early) = (row(500), row(20));
    store.recording_started(&late).await.unwrap();
    store.recording_started(&early).await.unwrap();
    let again = store.recording_started(&early).await;
    assert!(matches!(again, Err(StoreError::Exists)));
    assert_eq!(
        store.recordings(interview).await.unwrap(),
        [early.clone(), late.clone()]
    );
    assert_eq!(store.recordings_unfinished().await.unwrap().len(), 2);

    store.recording_finished(early.id, 1234, 99).await.unwrap();
    store.recording_failed(late.id).await.unwrap();
    assert_eq!(store.recordings_unfinished().await.unwrap(), []);
    let finished = store.recording(early.id).await.unwrap().unwrap();
    assert_eq!(finished.state, RecordingStatus::Finished);
    assert_eq!(
        (finished.duration_ms, finished.size),
        (Some(1234), Some(99))
    );
}
