//! The live room over a real socket.
#![allow(clippy::unwrap_used)]

mod common;

use axum::http::StatusCode;
use common::house::{House, Page, cursor};
use futures_util::SinkExt;
use porthole::protocol::api::{InterviewStatus, Role};
use porthole::protocol::ids::{InterviewId, MessageId, ParticipantId, RunId};
use porthole::protocol::room::{
    ClientMessage, Participant, RecordingState, RunOutcome, RunState, ServerMessage, Source,
};
use porthole::protocol::timeline::Event;
use porthole::room::RoomsConfig;
use porthole::room::wire::Frame;
use porthole::store::sessions::SessionOwner;
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

/// An interview with its interviewer's and a guest's tokens.
struct Interview {
    _folder: TempDir,
    house: House,
    id: InterviewId,
    interviewer: String,
    guest: String,
}

impl Interview {
    async fn new() -> Self {
        Self::with(false, None).await
    }

    async fn with(record: bool, config: Option<RoomsConfig>) -> Self {
        let folder = TempDir::new().unwrap();
        let house = match config {
            Some(config) => House::open_with(folder.path(), &config).await,
            None => House::open(folder.path()).await,
        };
        let owner = house.account("Ida", Role::Interviewer).await;
        let id = house.interview(owner, record).await;
        let interviewer = house.token(SessionOwner::Account(owner)).await;
        let (_, guest) = house.guest(id, "Rae").await;
        Self {
            _folder: folder,
            house,
            id,
            interviewer,
            guest,
        }
    }

    async fn interviewer(&self) -> Page {
        self.house.enter(self.id, &self.interviewer).await
    }

    async fn guest(&self) -> Page {
        self.house.enter(self.id, &self.guest).await
    }

    async fn dial(&self, token: &str) -> Page {
        let origin = self.house.origin();
        self.house
            .dial(self.id, Some(token), &origin)
            .await
            .unwrap()
    }

    /// The server is killed and started again over the same data.
    async fn kill_and_restart(self) -> Self {
        self.house.kill();
        let house = House::open(self._folder.path()).await;
        Self { house, ..self }
    }

    async fn events(&self) -> Vec<Event> {
        let journal = self.house.store.journal(self.id).await.unwrap();
        journal.into_iter().map(|event| event.event).collect()
    }
}

async fn until_participant(
    page: &mut Page,
    id: ParticipantId,
    is_it: impl Fn(&Participant) -> bool,
) {
    page.until(|message| match message {
        ServerMessage::Participants { participants } => participants
            .into_iter()
            .find(|participant| participant.id == id && is_it(participant)),
        _ => None,
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn who_enters_is_welcomed_with_the_room_as_it_is() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let welcome = ida.welcome.clone().unwrap();
    assert_eq!(welcome.interview.id, interview.id);
    assert_eq!(welcome.interview.title, "Backend");
    assert_eq!(welcome.interview.status, InterviewStatus::Live);
    assert_eq!(welcome.recording, RecordingState::Off);
    assert_eq!(welcome.participants.len(), 1);
    let text = ida.until_text(|text| !text.is_empty()).await;
    let row = interview
        .house
        .store
        .interview(interview.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.started_at, Some(welcome.interview.started_at));

    let mut rae = interview.guest().await;
    let names: Vec<_> = rae
        .welcome
        .clone()
        .unwrap()
        .participants
        .into_iter()
        .map(|one| (one.name, one.role, one.present))
        .collect();
    assert_eq!(
        names,
        [
            ("Ida".to_owned(), Role::Interviewer, true),
            ("Rae".to_owned(), Role::Reviewer, true)
        ]
    );
    rae.until_text(|other| other == text).await;
    let id = rae.me();
    until_participant(&mut ida, id, |rae| rae.present).await;
}

#[tokio::test]
async fn a_message_reaches_everybody_once_it_is_stored_and_is_stored_once() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let id = MessageId::new();
    rae.chat(id, "hello").await;
    assert_eq!(ida.until_chat(id).await, "hello");
    assert_eq!(rae.until_chat(id).await, "hello");
    rae.chat(id, "something else").await;
    assert_eq!(rae.until_chat(id).await, "hello");
    let chats = interview.events().await;
    let chats = chats
        .iter()
        .filter(|event| matches!(event, Event::Chat { .. }));
    assert_eq!(chats.count(), 1);
    assert_eq!(interview.guest().await.welcome.unwrap().chat.len(), 1);
}

#[tokio::test]
async fn simultaneous_typing_converges() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let start = ida.until_text(|text| !text.is_empty()).await;
    rae.until_text(|text| text == start).await;
    for round in 0..40 {
        ida.type_text(round, "a").await;
        rae.type_text(0, "é").await;
    }
    let is_all =
        |text: &str| text.len() == start.len() + 40 + 80 && text.matches('é').count() == 40;
    let text = ida.until_text(is_all).await;
    assert_eq!(rae.until_text(is_all).await, text);
    // The one for the sync step, and the forty.
    ida.until_saved(41).await;
    let id = RunId::new();
    let language = "python".to_owned();
    let stdin = String::new();
    ida.say(&ClientMessage::Run {
        id,
        language,
        stdin,
    })
    .await;
    until_finished(&mut ida, id).await;
    let submissions = interview
        .house
        .store
        .submissions(interview.id)
        .await
        .unwrap();
    assert_eq!(submissions[0].source, text);
}

async fn until_finished(page: &mut Page, id: RunId) -> RunState {
    page.until(|message| match message {
        ServerMessage::Run { run }
            if run.id == id && matches!(run.state, RunState::Finished { .. }) =>
        {
            Some(run.state)
        }
        _ => None,
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_run_is_shown_to_everybody_and_stored_even_if_nothing_can_run() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let id = RunId::new();
    let run = ClientMessage::Run {
        id,
        language: "go".to_owned(),
        stdin: "in".to_owned(),
    };
    rae.say(&run).await;
    for page in [&mut ida, &mut rae] {
        let state = until_finished(page, id).await;
        assert!(matches!(
            state,
            RunState::Finished {
                outcome: RunOutcome::Unavailable { .. },
                ..
            }
        ));
    }
    rae.say(&run).await;
    until_finished(&mut rae, id).await;
    let started = interview.events().await;
    let started = started
        .iter()
        .filter(|event| matches!(event, Event::RunStarted { .. }));
    assert_eq!(started.count(), 1);

    let language = "cobol".to_owned();
    let other = RunId::new();
    let stdin = String::new();
    rae.say(&ClientMessage::Run {
        id: other,
        language,
        stdin,
    })
    .await;
    let error = rae.until_error().await;
    assert_eq!(error.code, "unknown_language");
    assert_eq!(error.in_reply_to, Some(other.to_string()));
    rae.say(&ClientMessage::StopRun { id: other }).await;
    assert_eq!(rae.until_error().await.code, "unknown_run");
}

#[tokio::test]
async fn a_killed_server_comes_back_with_text_chat_and_runs() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    ida.until_text(|text| !text.is_empty()).await;
    let (message, run) = (MessageId::new(), RunId::new());
    ida.type_text(0, "# kept\n").await;
    ida.until_saved(2).await;
    ida.chat(message, "kept too").await;
    ida.until_chat(message).await;
    let language = "python".to_owned();
    let stdin = String::new();
    ida.say(&ClientMessage::Run {
        id: run,
        language,
        stdin,
    })
    .await;
    until_finished(&mut ida, run).await;
    let text = ida.text();

    let interview = interview.kill_and_restart().await;
    let mut rae = interview.guest().await;
    let welcome = rae.welcome.clone().unwrap();
    assert_eq!(rae.until_text(|other| other == text).await, text);
    assert_eq!(welcome.chat[0].text, "kept too");
    assert_eq!(welcome.runs[0].run.id, run);
    let ida_now = welcome
        .participants
        .iter()
        .find(|one| one.name == "Ida")
        .unwrap();
    assert!(!ida_now.present);
    assert!(welcome.at_ms >= welcome.chat[0].at_ms);

    // The page that was there all the time has typed on meanwhile.
    let doc = ida.doc;
    let mut ida = interview.dial(&interview.interviewer).await;
    ida.doc = doc;
    ida.edit(0, 0, "# offline\n");
    ida.join().await;
    ida.until_saved(1).await;
    rae.until_text(|text| text.starts_with("# offline\n# kept\n"))
        .await;
}

#[tokio::test]
async fn a_second_connection_replaces_the_first() {
    let interview = Interview::new().await;
    let mut first = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let mut second = interview.interviewer().await;
    let error = first.until_error().await;
    assert_eq!((error.code.as_str(), error.fatal), ("replaced", true));
    first.until_closed().await;
    let id = MessageId::new();
    second.chat(id, "still here").await;
    rae.until_chat(id).await;
    let events = interview.events().await;
    assert!(!events.contains(&Event::Left));
}

#[tokio::test]
async fn a_recorded_interview_needs_consent() {
    let interview = Interview::with(true, None).await;
    let mut page = interview.dial(&interview.guest).await;
    page.say(&ClientMessage::Join { consent: false }).await;
    let error = page.until_error().await;
    assert_eq!(
        (error.code.as_str(), error.fatal),
        ("consent_required", true)
    );
    page.until_closed().await;
    let row = interview
        .house
        .store
        .interview(interview.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status(), InterviewStatus::Scheduled);
    let page = interview.guest().await;
    assert_eq!(page.welcome.unwrap().recording, RecordingState::On);
}

#[tokio::test]
async fn who_does_not_read_is_cut_off_and_holds_nobody_up() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    ida.until_text(|text| !text.is_empty()).await;
    let mut slow = interview.guest().await;
    let slow_id = slow.me();
    let block = "x".repeat(900_000);
    let mut saved = 1;
    // More than the room lets wait, and than the network holds.
    for _ in 0..36 {
        for update in [ida.edit(0, 0, &block), ida.edit(0, 900_000, "")] {
            ida.send_frame(Frame::Update(&update)).await;
            saved += 1;
        }
        ida.until_saved(saved).await;
    }
    let id = MessageId::new();
    ida.chat(id, "anybody there?").await;
    ida.until_chat(id).await;
    slow.until_closed().await;
    let mut back = interview.guest().await;
    assert_eq!(back.me(), slow_id);
    let text = ida.text();
    back.until_text(|other| other == text).await;
}

#[tokio::test]
async fn only_who_may_enter_gets_a_socket() {
    let interview = Interview::new().await;
    let house = &interview.house;
    let origin = house.origin();
    let owner = house.account("Other", Role::Interviewer).await;
    let other = house.interview(owner, false).await;
    let (_, guest_of_other) = house.guest(other, "Gus").await;
    let stranger = house.account("Stranger", Role::Reviewer).await;
    let stranger = house.token(SessionOwner::Account(stranger)).await;
    for (token, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some("nonsense"), StatusCode::UNAUTHORIZED),
        (Some(guest_of_other.as_str()), StatusCode::NOT_FOUND),
        (Some(stranger.as_str()), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(
            house.dial(interview.id, token, &origin).await.err(),
            Some(status)
        );
    }
    for foreign in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let refused = house
            .dial(interview.id, Some(&interview.guest), foreign)
            .await;
        assert_eq!(refused.err(), Some(StatusCode::FORBIDDEN));
    }
    let unknown = InterviewId::new();
    let refused = house
        .dial(unknown, Some(&interview.interviewer), &origin)
        .await;
    assert_eq!(refused.err(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn the_end_is_told_to_everybody_and_is_final() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    interview.house.rooms.end(interview.id).await.unwrap();
    for page in [&mut ida, &mut rae] {
        page.until(|message| matches!(message, ServerMessage::Ended).then_some(()))
            .await
            .unwrap();
        page.until_closed().await;
    }
    let row = interview
        .house
        .store
        .interview(interview.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status(), InterviewStatus::Ended);
    assert_eq!(interview.events().await.last(), Some(&Event::Ended));
    let origin = interview.house.origin();
    let refused = interview
        .house
        .dial(interview.id, Some(&interview.guest), &origin)
        .await;
    assert_eq!(refused.err(), Some(StatusCode::CONFLICT));
    interview.house.rooms.end(interview.id).await.unwrap();
}

#[tokio::test]
async fn an_interview_ends_without_anybody_in_it() {
    let interview = Interview::new().await;
    interview.house.rooms.end(interview.id).await.unwrap();
    let row = interview
        .house
        .store
        .interview(interview.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status(), InterviewStatus::Ended);

    let interview = Interview::new().await;
    interview.interviewer().await;
    let interview = interview.kill_and_restart().await;
    interview.house.rooms.end(interview.id).await.unwrap();
    assert_eq!(interview.events().await.last(), Some(&Event::Ended));
}

#[tokio::test]
async fn a_socket_that_was_opened_before_the_end_cannot_join_after_it() {
    let interview = Interview::new().await;
    let mut page = interview.dial(&interview.guest).await;
    interview.house.rooms.end(interview.id).await.unwrap();
    page.say(&ClientMessage::Join { consent: true }).await;
    let error = page.until_error().await;
    assert_eq!((error.code.as_str(), error.fatal), ("ended", true));
}

#[tokio::test]
async fn a_restart_is_announced_and_closes_what_is_open() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    interview.house.rooms.shutdown().await;
    ida.until(|message| matches!(message, ServerMessage::Restarting).then_some(()))
        .await
        .unwrap();
    ida.until_closed().await;
    assert_eq!(interview.events().await.last(), Some(&Event::Left));
    let mut late = interview.dial(&interview.guest).await;
    late.say(&ClientMessage::Join { consent: true }).await;
    let error = late.until_error().await;
    assert_eq!((error.code.as_str(), error.fatal), ("unavailable", false));
}

#[tokio::test]
async fn messages_that_make_no_sense_are_refused_and_the_connection_stays() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    for text in [
        r#"{"type":"destroy"}"#,
        r#"{"type":"chat","id":"x","text":"y"}"#,
        "{",
        "[]",
        "",
    ] {
        ida.say_text(text).await;
        let error = ida.until_error().await;
        assert_eq!(
            (error.code.as_str(), error.fatal),
            ("invalid_message", false)
        );
    }
    for frame in [&[][..], &[9], &[0, 2, 0xff], &[0, 2, 3, 1, 1, 7]] {
        ida.socket
            .send(Message::binary(frame.to_vec()))
            .await
            .unwrap();
        let error = ida.until_error().await;
        assert_eq!(
            (error.code.as_str(), error.fatal),
            ("invalid_update", false)
        );
    }
    ida.say(&ClientMessage::Ping { id: 7 }).await;
    ida.until(|message| matches!(message, ServerMessage::Pong { id: 7 }).then_some(()))
        .await
        .unwrap();
}

#[tokio::test]
async fn messages_that_are_too_large_get_a_clear_answer() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    ida.say_text(&"x".repeat(1024 * 1024 + 1)).await;
    let error = ida.until_error().await;
    assert_eq!((error.code.as_str(), error.fatal), ("too_large", false));
    let id = MessageId::new();
    ida.chat(id, &"x".repeat(4001)).await;
    let error = ida.until_error().await;
    assert_eq!(error.code, "too_large");
    assert_eq!(error.in_reply_to, Some(id.to_string()));
    ida.chat(MessageId::new(), " ").await;
    assert_eq!(ida.until_error().await.code, "invalid");

    let huge = vec![0; 1024 * 1024 + 1];
    ida.socket.send(Message::binary(huge)).await.unwrap();
    let error = ida.until_error().await;
    assert_eq!((error.code.as_str(), error.fatal), ("too_large", true));
    ida.until_closed().await;
}

#[tokio::test]
async fn the_first_message_must_be_join() {
    let interview = Interview::new().await;
    for text in [r#"{"type":"leave"}"#, "nonsense"] {
        let mut page = interview.dial(&interview.guest).await;
        page.say_text(text).await;
        assert!(page.until_error().await.fatal);
        page.until_closed().await;
    }
}

#[tokio::test]
async fn too_many_messages_at_once_are_refused() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let ids: Vec<_> = (0..60).map(|_| MessageId::new()).collect();
    for id in &ids {
        ida.chat(*id, "spam").await;
    }
    let error = ida.until_error().await;
    assert_eq!(error.code, "too_many_requests");
    assert!(
        ids.iter()
            .any(|id| error.in_reply_to == Some(id.to_string()))
    );
}

#[tokio::test]
async fn leaving_and_muting_are_seen_by_the_others() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let id = rae.me();
    let source = Source::Microphone;
    rae.say(&ClientMessage::Mute {
        source,
        muted: true,
    })
    .await;
    until_participant(&mut ida, id, |rae| {
        rae.microphone_muted && !rae.camera_muted
    })
    .await;
    rae.say(&ClientMessage::Leave).await;
    rae.until_closed().await;
    until_participant(&mut ida, id, |rae| !rae.present).await;
    let events = interview.events().await;
    assert!(events.contains(&Event::Muted {
        source,
        muted: true
    }));
}

#[tokio::test]
async fn a_reload_within_the_grace_is_no_leaving() {
    let config = RoomsConfig {
        grace_seconds: 3600,
        ..RoomsConfig::default()
    };
    let interview = Interview::with(false, Some(config)).await;
    let mut ida = interview.interviewer().await;
    let rae = interview.guest().await;
    let id = rae.me();
    drop(rae);
    let rae = interview.guest().await;
    assert_eq!(rae.me(), id);
    until_participant(&mut ida, id, |rae| rae.present).await;
    let message = MessageId::new();
    ida.chat(message, "welcome back").await;
    ida.until_chat(message).await;
    let events = interview.events().await;
    assert!(!events.contains(&Event::Left));
    let joined = events.iter().filter(|event| **event == Event::Joined);
    assert_eq!(joined.count(), 2);
}

#[tokio::test]
async fn cursors_are_seen_by_the_others_and_cannot_be_forged() {
    let interview = Interview::new().await;
    let mut ida = interview.interviewer().await;
    let mut rae = interview.guest().await;
    let state = format!("{{\"user\":{{\"participantId\":\"{}\"}}}}", ida.me());
    ida.send_frame(Frame::Awareness(&cursor(7, 1, &state)))
        .await;
    rae.until_cursors(1).await;
    assert_eq!(rae.cursors, [cursor(7, 1, &state)]);
    for forged in [cursor(7, 2, "null"), cursor(8, 1, &state)] {
        rae.send_frame(Frame::Awareness(&forged)).await;
        assert_eq!(rae.until_error().await.code, "forbidden");
    }
    drop(ida);
    rae.until_cursors(2).await;
    assert_eq!(rae.cursors[1], cursor(7, 2, "null"));
    let journalled = interview.events().await;
    assert!(
        journalled
            .iter()
            .any(|event| matches!(event, Event::Awareness { .. }))
    );
}

/// Nothing on the socket is for some roles only: to manage an interview there is the HTTP API.
#[tokio::test]
async fn every_role_may_say_everything_there_is_to_say() {
    let interview = Interview::new().await;
    let house = &interview.house;
    let member = house.account("Mia", Role::Reviewer).await;
    house
        .store
        .add_member(interview.id, member, 0)
        .await
        .unwrap();
    let member = house.token(SessionOwner::Account(member)).await;
    for token in [&interview.interviewer, &interview.guest, &member] {
        let mut page = house.enter(interview.id, token).await;
        let run = RunId::new();
        let source = Source::Camera;
        page.say(&ClientMessage::Mute {
            source,
            muted: true,
        })
        .await;
        page.say(&ClientMessage::Focus { focused: false }).await;
        let message = MessageId::new();
        page.chat(message, "hello").await;
        page.until_chat(message).await;
        let language = "python".to_owned();
        let stdin = String::new();
        page.say(&ClientMessage::Run {
            id: run,
            language,
            stdin,
        })
        .await;
        until_finished(&mut page, run).await;
        page.say(&ClientMessage::StopRun { id: run }).await;
        until_finished(&mut page, run).await;
        let offer = ClientMessage::Offer {
            id: 3,
            sdp: "no SDP at all".to_owned(),
            publish: Vec::new(),
            subscribe: Vec::new(),
        };
        page.say(&offer).await;
        let error = page.until_error().await;
        assert_eq!(error.code, "offer_failed");
        assert_eq!(error.in_reply_to.as_deref(), Some("3"));
        page.type_text(0, "x").await;
        page.until_saved(2).await;
        page.say(&ClientMessage::Leave).await;
        page.until_closed().await;
    }
}
