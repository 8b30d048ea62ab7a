//! What is left of an interview: its timeline and its counts.

use crate::common::database::TestDatabase;
use crate::common::server::Server;
use axum::http::Method;
use porthole::clock::epoch_ms;
use porthole::protocol::api::Role;
use porthole::protocol::ids::{InterviewId, MessageId, RunId, TrackId};
use porthole::protocol::room::{RunOutcome, RunState, Source};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::{RecordingRow, RecordingStatus};
use serde_json::json;

crate::on_both_databases!(
    replay_holds_the_journal_the_people_and_the_finished_tracks,
    media_is_served_in_the_parts_that_players_ask_for,
    statistics_count_own_interviews_only,
);

fn event(seq: i64, at_ms: i64, event: Event) -> TimelineEvent {
    TimelineEvent {
        seq,
        at_ms,
        participant_id: None,
        event,
    }
}

async fn replay_holds_the_journal_the_people_and_the_finished_tracks(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    let place = server
        .store
        .participant_for(interview, ada)
        .await
        .unwrap()
        .id;
    server
        .store
        .add_guest(interview, "Never came")
        .await
        .unwrap();
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let (grace, _) = server.guest(interview, "Grace").await;
    let by = |participant, seq, at_ms, happened| TimelineEvent {
        participant_id: Some(participant),
        ..event(seq, at_ms, happened)
    };
    let said = Event::Chat {
        id: MessageId::new(),
        text: "hello".to_owned(),
    };
    let events = [
        by(grace, 1, 0, Event::Joined),
        by(place, 2, 5, Event::Joined),
        by(place, 3, 10, said),
        by(grace, 4, 20, Event::Left),
        by(grace, 5, 30, Event::Joined),
        event(6, 90_000, Event::Ended),
    ];
    server.store.commit(interview, &events, &[]).await.unwrap();
    let row = |source| RecordingRow {
        id: TrackId::new(),
        interview_id: interview,
        participant_id: place,
        source,
        mime_type: "audio/webm; codecs=\"opus\"".to_owned(),
        start_ms: 5,
        duration_ms: None,
        state: RecordingStatus::Writing,
        object_path: "x".to_owned(),
        size: None,
    };
    let (finished, lost) = (row(Source::Microphone), row(Source::Camera));
    for row in [&finished, &lost] {
        server.store.recording_started(row).await.unwrap();
    }
    server
        .store
        .recording_finished(finished.id, 80_000, 7)
        .await
        .unwrap();

    let path = format!("/api/interviews/{interview}/replay");
    let timeline = server.get(&path).bearer(&token).send().await.expect(200);
    assert_eq!(timeline["durationMs"], 90_000);
    assert_eq!(timeline["events"], serde_json::to_value(&events).unwrap());
    let people = timeline["participants"].as_array().unwrap();
    let names: Vec<_> = people.iter().map(|person| &person["name"]).collect();
    assert_eq!(names, ["Grace", "ada"]);
    assert_ne!(people[0]["color"], people[1]["color"]);
    assert_eq!(
        timeline["interview"]["participants"][0]["leftAt"],
        timeline["interview"]["endedAt"]
    );
    assert_eq!(timeline["interview"]["may"]["replay"], true);
    let tracks = timeline["tracks"].as_array().unwrap();
    assert_eq!(tracks.len(), 1);
    assert_eq!(tracks[0]["id"], finished.id.to_string());
    assert_eq!(tracks[0]["durationMs"], 80_000);
}

async fn statistics_count_own_interviews_only(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (_, colleague) = server.logged_in("dan@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    server.interview(ada).await;
    let place = server
        .store
        .participant_for(interview, ada)
        .await
        .unwrap()
        .id;
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let outcomes = [
        RunOutcome::Exited { code: 0 },
        RunOutcome::Exited { code: 3 },
        RunOutcome::CompileFailed { code: 1 },
        RunOutcome::TimedOut { limit_ms: 1 },
        RunOutcome::OutOfMemory { limit: 1 },
        RunOutcome::Stopped,
        RunOutcome::Interrupted,
    ];
    let mut events = Vec::new();
    for outcome in outcomes {
        let id = RunId::new();
        let started = Event::RunStarted {
            id,
            language: "go".to_owned(),
            stdin: String::new(),
        };
        let state = RunState::Finished {
            outcome,
            wall_ms: 1,
            peak_memory: None,
            truncated: false,
        };
        for happened in [started, Event::RunFinished { id, state }] {
            let seq = events.len() as i64;
            events.push(TimelineEvent {
                participant_id: Some(place),
                ..event(seq, seq, happened)
            });
        }
    }
    events.push(event(100, 30 * 60_000, Event::Ended));
    server.store.commit(interview, &events, &[]).await.unwrap();

    let statistics = server
        .get("/api/statistics")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    assert_eq!(statistics["interviews"], 1);
    assert_eq!(statistics["runs"], 7);
    assert_eq!(statistics["runsSucceeded"], 1);
    assert_eq!(statistics["runsFailed"], 4);
    assert_eq!(statistics["medianLengthMinutes"], 30.0);
    assert_eq!(statistics["byWeek"][11]["interviews"], 1);
    assert_eq!(
        statistics["byLanguage"],
        json!([{ "language": "go", "interviews": 1, "runs": 7 }])
    );
    let others = server
        .get("/api/statistics")
        .bearer(&colleague)
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&others["interviews"], &others["runs"]),
        (&json!(0), &json!(0))
    );
}

async fn media_is_served_in_the_parts_that_players_ask_for(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (owner, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let interview = server.interview(owner).await;
    let other = server.interview(owner).await;
    let (guest, _) = server.guest(interview, "Grace").await;
    let track = server.recording(interview, guest, b"0123456789").await;
    for ended in [interview, other] {
        server.store.go_live(ended, epoch_ms()).await.unwrap();
        let end = event(1, 1_000, Event::Ended);
        server.store.commit(ended, &[end], &[]).await.unwrap();
    }
    let ask = async |interview: InterviewId, range: Option<&str>| {
        let path = format!("/api/interviews/{interview}/tracks/{track}/media");
        let call = server.call(Method::GET, &path).bearer(&token);
        match range {
            Some(range) => call.header("range", range).send().await,
            None => call.send().await,
        }
    };

    let whole = ask(interview, None).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.text, "0123456789");
    assert_eq!(whole.headers["content-type"], "video/webm; codecs=\"vp8\"");
    assert_eq!(whole.headers["accept-ranges"], "bytes");

    let part = ask(interview, Some("bytes=4-6")).await;
    assert_eq!(part.status, 206);
    assert_eq!(part.text, "456");
    assert_eq!(part.headers["content-range"], "bytes 4-6/10");
    assert_eq!(part.headers["content-length"], "3");

    let beyond = ask(interview, Some("bytes=10-")).await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.headers["content-range"], "bytes */10");

    let elsewhere = ask(other, None).await;
    assert_eq!(elsewhere.refusal(404), "not_found");
}
