//! The store keeps its promises on SQLite and on PostgreSQL alike.
#![allow(clippy::unwrap_used)]

mod common;

use common::database::TestDatabase;
use porthole::protocol::api::{InterviewStatus, Problem, Role};
use porthole::protocol::ids::{
    InterviewId, MessageId, ParticipantId, ProblemId, RunId, TrackId, UserId,
};
use porthole::protocol::room::{OutputChunk, OutputStream, RunOutcome, RunState, Source};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::interviews::{InterviewSettings, NewInterviewRow};
use porthole::store::invites::InviteRow;
use porthole::store::journal::RunSource;
use porthole::store::sessions::{Rotation, SessionOwner};
use porthole::store::users::UserRow;
use porthole::store::{RecordingRow, RecordingStatus, Store, StoreError};
use uuid::Uuid;

on_both_databases!(
    journal_is_read_back_in_order_after_reopening,
    committing_the_same_events_again_changes_nothing,
    other_events_under_stored_numbers_are_refused_and_nothing_of_the_commit_stays,
    events_before_going_live_are_refused,
    first_go_live_sets_the_clock_for_good,
    attendance_follows_the_journal,
    end_closes_the_interview_and_everybodys_attendance,
    runs_become_submissions_with_code_output_and_outcome,
    chat_is_projected_once_per_message,
    text_with_nul_is_stored,
    account_gets_one_place_in_an_interview,
    place_of_an_unknown_account_is_missing,
    email_is_unique_however_it_is_typed,
    setup_token_creates_one_account_only,
    refresh_token_rotates_and_late_reuse_revokes_the_session,
    expired_and_revoked_sessions_are_gone,
    interviews_are_listed_for_owner_member_and_share,
    settings_freeze_when_the_interview_goes_live,
    deleting_a_problem_leaves_the_interview,
    problem_is_saved_and_replaced,
    invite_is_found_by_token_and_revoked,
    recordings_go_from_writing_to_finished,
    two_writers_at_once_both_succeed,
);

const START: i64 = 1_700_000_000_000;

async fn account(store: &Store, email: &str, role: Role) -> UserId {
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

async fn scheduled(store: &Store, owner: UserId) -> InterviewId {
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
async fn live(store: &Store) -> (InterviewId, ParticipantId) {
    let owner = account(store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(store, owner).await;
    let participant = store.participant_for(interview, owner).await.unwrap();
    store.go_live(interview, START).await.unwrap();
    (interview, participant.id)
}

fn event(seq: i64, at_ms: i64, participant: ParticipantId, event: Event) -> TimelineEvent {
    TimelineEvent {
        seq,
        at_ms,
        participant_id: Some(participant),
        event,
    }
}

fn json(events: &[TimelineEvent]) -> String {
    serde_json::to_string(events).unwrap()
}

async fn journal_is_read_back_in_order_after_reopening(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let document = |text: &str| Event::Document {
        update: text.to_owned(),
    };
    let first = [
        event(1, 0, ada, Event::Joined),
        event(2, 5, ada, document("AAA=")),
    ];
    let second = [
        event(3, 5, ada, Event::Focus { focused: false }),
        event(10, 9, ada, document("BBB=")),
    ];
    store.commit(interview, &first, &[]).await.unwrap();
    store.commit(interview, &second, &[]).await.unwrap();
    store.close().await;

    let store = database.open().await;
    let expected: Vec<_> = first.into_iter().chain(second).collect();
    assert_eq!(
        json(&store.journal(interview).await.unwrap()),
        json(&expected)
    );
}

async fn committing_the_same_events_again_changes_nothing(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let events = [
        event(1, 0, ada, Event::Joined),
        event(2, 10, ada, Event::Left),
        event(3, 20, ada, Event::Joined),
    ];
    store.commit(interview, &events, &[]).await.unwrap();
    store.commit(interview, &events[..2], &[]).await.unwrap();

    assert_eq!(
        json(&store.journal(interview).await.unwrap()),
        json(&events)
    );
    let ada = store.participant(ada).await.unwrap().unwrap();
    assert_eq!((ada.joined_at, ada.left_at), (Some(START), None));
}

async fn other_events_under_stored_numbers_are_refused_and_nothing_of_the_commit_stays(
    database: TestDatabase,
) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let stored = [event(2, 0, ada, Event::Joined)];
    store.commit(interview, &stored, &[]).await.unwrap();

    let other = [
        event(1, 0, ada, Event::Focus { focused: true }),
        event(2, 0, ada, Event::Left),
    ];
    let refused = store.commit(interview, &other, &[]).await;
    assert!(matches!(
        refused,
        Err(StoreError::JournalConflict { seq: 2 })
    ));
    assert_eq!(
        json(&store.journal(interview).await.unwrap()),
        json(&stored)
    );
}

async fn events_before_going_live_are_refused(database: TestDatabase) {
    let store = database.open().await;
    let owner = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, owner).await;
    let ada = store.participant_for(interview, owner).await.unwrap().id;
    let refused = store
        .commit(interview, &[event(1, 0, ada, Event::Joined)], &[])
        .await;
    assert!(matches!(refused, Err(StoreError::NotLive)));
}

async fn first_go_live_sets_the_clock_for_good(database: TestDatabase) {
    let store = database.open().await;
    let (interview, _) = live(&store).await;
    store.go_live(interview, START + 5000).await.unwrap();
    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!(row.started_at, Some(START));
    assert_eq!(row.status(), InterviewStatus::Live);
}

async fn attendance_follows_the_journal(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let guest = store.add_guest(interview, "Grace").await.unwrap();
    let events = [
        event(1, 0, ada, Event::Joined),
        event(2, 100, guest.id, Event::Joined),
        event(3, 200, guest.id, Event::Left),
        event(4, 300, guest.id, Event::Joined),
        event(5, 400, ada, Event::Left),
    ];
    store.commit(interview, &events, &[]).await.unwrap();
    let attendance: Vec<_> = store
        .participants(interview)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.name, row.joined_at, row.left_at))
        .collect();
    assert_eq!(
        attendance,
        [
            ("ada".to_owned(), Some(START), Some(START + 400)),
            ("Grace".to_owned(), Some(START + 100), None),
        ]
    );
}

async fn end_closes_the_interview_and_everybodys_attendance(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let absent = store.add_guest(interview, "Grace").await.unwrap();
    let end = TimelineEvent {
        participant_id: None,
        ..event(2, 60_000, ada, Event::Ended)
    };
    store
        .commit(interview, &[event(1, 0, ada, Event::Joined), end], &[])
        .await
        .unwrap();

    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!(row.ended_at, Some(START + 60_000));
    assert_eq!(row.status(), InterviewStatus::Ended);
    let ada = store.participant(ada).await.unwrap().unwrap();
    assert_eq!(ada.left_at, Some(START + 60_000));
    let absent = store.participant(absent.id).await.unwrap().unwrap();
    assert_eq!((absent.joined_at, absent.left_at), (None, None));
}

async fn runs_become_submissions_with_code_output_and_outcome(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let (first, second) = (RunId::new(), RunId::new());
    let started = |id| Event::RunStarted {
        id,
        language: "python".to_owned(),
        stdin: "in".to_owned(),
    };
    let chunk = |text: &str| OutputChunk {
        stream: OutputStream::Stdout,
        text: text.to_owned(),
    };
    let output = |id, text| Event::RunOutput {
        id,
        chunk: chunk(text),
    };
    let finished = RunState::Finished {
        outcome: RunOutcome::Exited { code: 0 },
        wall_ms: 12,
        peak_memory: Some(4096),
        truncated: false,
    };
    let events = [
        event(1, 10, ada, started(first)),
        event(2, 20, ada, started(second)),
        event(3, 30, ada, output(first, "a")),
        event(4, 31, ada, output(second, "x")),
        event(5, 32, ada, output(first, "b")),
        event(
            6,
            40,
            ada,
            Event::RunFinished {
                id: first,
                state: finished.clone(),
            },
        ),
    ];
    let source = |run, text: &str| RunSource {
        run,
        text: text.to_owned(),
    };
    let sources = [source(second, "print(2)"), source(first, "print(1)")];
    store.commit(interview, &events, &sources).await.unwrap();

    let submissions = store.submissions(interview).await.unwrap();
    assert_eq!(submissions.len(), 2);
    assert_eq!(submissions[0].id, first);
    assert_eq!(submissions[0].source, "print(1)");
    assert_eq!(submissions[0].stdin, "in");
    assert_eq!(submissions[0].state, finished);
    assert_eq!(submissions[0].output, [chunk("a"), chunk("b")]);
    assert_eq!(submissions[1].source, "print(2)");
    assert_eq!(submissions[1].state, RunState::Running);
    assert_eq!(submissions[1].output, [chunk("x")]);
    let row = store.interview(interview).await.unwrap().unwrap();
    assert_eq!(row.run_count, 2);
}

async fn chat_is_projected_once_per_message(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let id = MessageId::new();
    let said = |text: &str| Event::Chat {
        id,
        text: text.to_owned(),
    };
    let events = [
        event(1, 10, ada, said("hello")),
        event(2, 20, ada, said("again")),
    ];
    store.commit(interview, &events, &[]).await.unwrap();
    let chat = store.chat(interview).await.unwrap();
    assert_eq!(chat.len(), 1);
    assert_eq!((chat[0].text.as_str(), chat[0].at_ms), ("hello", 10));
}

async fn text_with_nul_is_stored(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let run = RunId::new();
    let events = [
        event(
            1,
            0,
            ada,
            Event::Chat {
                id: MessageId::new(),
                text: "a\0b".to_owned(),
            },
        ),
        event(
            2,
            0,
            ada,
            Event::RunStarted {
                id: run,
                language: "go".to_owned(),
                stdin: "\0".to_owned(),
            },
        ),
    ];
    let sources = [RunSource {
        run,
        text: "x\0y".to_owned(),
    }];
    store.commit(interview, &events, &sources).await.unwrap();
    assert_eq!(store.chat(interview).await.unwrap()[0].text, "a\u{fffd}b");
    assert_eq!(
        store.submissions(interview).await.unwrap()[0].source,
        "x\u{fffd}y"
    );
    assert_eq!(
        json(&store.journal(interview).await.unwrap()),
        json(&events)
    );
}

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

async fn email_is_unique_however_it_is_typed(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "Ada@Example.org", Role::Reviewer).await;
    let found = store
        .user_by_email("ADA@example.ORG")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.id, ada);
    let again = store
        .create_user(&UserRow {
            id: UserId::new(),
            email: "adA@example.org".to_owned(),
            ..found
        })
        .await;
    assert!(matches!(again, Err(StoreError::Exists)));
}

async fn setup_token_creates_one_account_only(database: TestDatabase) {
    let store = database.open().await;
    let user = |email: &str| UserRow {
        id: UserId::new(),
        name: "Ada".to_owned(),
        email: email.to_owned(),
        password_hash: "$".to_owned(),
        role: Role::Interviewer,
        created_at: START,
    };
    store.replace_setup_token("old", START).await.unwrap();
    store.replace_setup_token("new", START).await.unwrap();
    let stale = store.create_first_user("old", &user("a@b")).await;
    assert!(matches!(stale, Err(StoreError::Missing)));
    assert!(!store.has_users().await.unwrap());

    let (one, other) = (user("a@b"), user("c@d"));
    let (one, other) = tokio::join!(
        store.create_first_user("new", &one),
        store.create_first_user("new", &other)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(store.users().await.unwrap().len(), 1);
}

async fn refresh_token_rotates_and_late_reuse_revokes_the_session(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let session = Uuid::now_v7();
    let expires_at = START + 1_000_000;
    store
        .create_session(
            session,
            SessionOwner::Account(ada),
            "one",
            START,
            expires_at,
        )
        .await
        .unwrap();
    let rotate = async |token, successor, at| {
        store
            .rotate_refresh_token(token, successor, at, 30_000)
            .await
            .unwrap()
    };
    let rotated = Rotation::Rotated {
        session,
        expires_at,
    };
    assert_eq!(rotate("unknown", "x", START).await, Rotation::Refused);
    assert_eq!(rotate("one", "two", START + 1000).await, rotated);
    assert_eq!(rotate("one", "three", START + 31_000).await, rotated);
    assert_eq!(rotate("two", "four", START + 31_000).await, rotated);
    assert_eq!(
        rotate("one", "five", START + 31_001).await,
        Rotation::Reused { session }
    );
    assert_eq!(
        rotate("four", "six", START + 31_002).await,
        Rotation::Refused
    );
    assert!(
        store
            .session(session, START + 31_002)
            .await
            .unwrap()
            .is_none()
    );
}

async fn expired_and_revoked_sessions_are_gone(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, ada).await;
    let guest = store.add_guest(interview, "Grace").await.unwrap();
    let (account, visitor) = (Uuid::now_v7(), Uuid::now_v7());
    for (id, owner, token) in [
        (account, SessionOwner::Account(ada), "one"),
        (visitor, SessionOwner::Guest(guest.id), "two"),
    ] {
        store
            .create_session(id, owner, token, START, START + 100)
            .await
            .unwrap();
    }
    let row = store.session(account, START + 99).await.unwrap().unwrap();
    assert_eq!(
        (row.user_id, row.role),
        (Some(ada), Some(Role::Interviewer))
    );
    assert_eq!(row.participant_id, None);
    let row = store.session(visitor, START + 99).await.unwrap().unwrap();
    assert_eq!(row.participant_id, Some(guest.id));
    assert_eq!(row.interview_id, Some(interview));
    assert_eq!((row.user_id, row.email), (None, None));

    assert!(store.session(account, START + 100).await.unwrap().is_none());
    store
        .revoke_session_of_token("two", START + 50)
        .await
        .unwrap();
    assert!(store.session(visitor, START + 51).await.unwrap().is_none());
    assert!(store.session(account, START + 51).await.unwrap().is_some());
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
        id: porthole::protocol::ids::InviteId::new(),
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

async fn two_writers_at_once_both_succeed(database: TestDatabase) {
    let store = database.open().await;
    let (interview, ada) = live(&store).await;
    let other_owner = account(&store, "grace@example.org", Role::Interviewer).await;
    let other = scheduled(&store, other_owner).await;
    let grace = store.participant_for(other, other_owner).await.unwrap().id;
    store.go_live(other, START).await.unwrap();
    let write = async |interview, participant| {
        for seq in 0..50 {
            let events = [event(seq, seq, participant, Event::Focus { focused: true })];
            store.commit(interview, &events, &[]).await.unwrap();
        }
    };
    tokio::join!(write(interview, ada), write(other, grace));
    assert_eq!(store.journal(interview).await.unwrap().len(), 50);
    assert_eq!(store.journal(other).await.unwrap().len(), 50);
}
