//! The journal and what is projected from it.

use crate::common::database::TestDatabase;
use crate::scene::{START, account, event, live, scheduled};
use porthole::protocol::api::{InterviewStatus, Role};
use porthole::protocol::ids::{MessageId, RunId};
use porthole::protocol::room::{OutputChunk, OutputStream, RunOutcome, RunState};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::StoreError;
use porthole::store::journal::RunSource;

crate::on_both_databases!(
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
    two_writers_at_once_both_succeed,
);

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
