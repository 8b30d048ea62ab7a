use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::execution::ExecutionConfig;
use crate::protocol::api::InterviewStatus;
use crate::protocol::ids::{InterviewId, TrackId};
use crate::protocol::room::{RecordingState, Source, Track};
use crate::room::outbox::{Outlet, outbox};
use crate::room::recorder::{Call, CallRecording, RecordCalls, Recorder, RecordingEvent};
use crate::store::testing::live_interview;
use crate::store::{Store, sqlite_url};

/// A room with what it listens to in the test's hand.
struct Bench {
    _folder: TempDir,
    store: Store,
    interview: InterviewId,
    commands: mpsc::Sender<Command>,
    media: mpsc::Sender<sfu::RoomEvent>,
}

impl Bench {
    async fn new(recorder: Recorder) -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&sqlite_url(&folder.path().join("porthole.db")))
            .await
            .unwrap();
        let interview = live_interview(&store).await;
        let sfu = sfu::Sfu::bind(sfu::Config::on("127.0.0.1:0".parse().unwrap()))
            .await
            .unwrap();
        let execution = Execution::start(ExecutionConfig {
            engine: Some("unix:///nonexistent/docker.sock".to_owned()),
            ..ExecutionConfig::default()
        })
        .await
        .unwrap();
        let (commands, commands_receiver) = mpsc::channel(16);
        let (outcomes, outcomes_receiver) = mpsc::channel(4);
        let (media, media_receiver) = mpsc::channel(16);
        let (journal, writer) = Journal::open(store.clone(), interview, None, outcomes);
        tokio::spawn(writer.run());
        let parts = Parts {
            interview: RoomInterview {
                id: interview,
                title: "Backend".to_owned(),
                status: InterviewStatus::Live,
                started_at: 1000,
                problem: None,
            },
            is_recorded: true,
            clock: Clock::resume(1000, None, 1000, Instant::now()),
            state: RoomState::default(),
            document: Document::new([]),
            journal,
            files: HashMap::new(),
            media: sfu.room().0,
            execution,
            recorder,
            patience: Patience {
                grace: Duration::ZERO,
                idle: Duration::from_secs(60),
            },
        };
        let inputs = Inputs {
            commands: commands_receiver,
            media: media_receiver,
            outcomes: outcomes_receiver,
        };
        tokio::spawn(run(parts, inputs));
        Self {
            _folder: folder,
            store,
            interview,
            commands,
            media,
        }
    }

    async fn enter(&self, name: &str) -> Member {
        let guest = self.store.add_guest(self.interview, name).await.unwrap();
        let id = guest.id;
        let (outbox, outlet) = outbox();
        let (reply, answer) = oneshot::channel();
        let command = Command::Join {
            person: Person::from(guest),
            consent: true,
            outbox,
            reply,
        };
        self.commands.send(command).await.unwrap();
        let connection = answer.await.unwrap().unwrap();
        Member {
            id,
            connection,
            outlet,
        }
    }

    async fn start_track(&self, member: &Member, source: sfu::Source) -> TrackId {
        let track = TrackId(Uuid::now_v7());
        let started = sfu::RoomEvent::TrackStarted {
            participant: media::participant_to_sfu(member.id),
            track: sfu::TrackId(track.0.as_u128()),
            source,
            codec: sfu::Codec::Opus,
        };
        self.media.send(started).await.unwrap();
        track
    }
}

struct Member {
    id: ParticipantId,
    connection: ConnectionId,
    outlet: Outlet,
}

impl Member {
    async fn until<T>(&mut self, pick: impl Fn(ServerMessage) -> Option<T>) -> T {
        let work = async {
            loop {
                let message = self.outlet.next().await.expect("the room closes");
                if let Outgoing::Text(json) = message
                    && let Some(picked) = pick(serde_json::from_slice(&json).unwrap())
                {
                    return picked;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), work)
            .await
            .expect("what the test waits for does not come")
    }

    async fn until_recording(&mut self, state: RecordingState) {
        self.until(|message| match message {
            ServerMessage::Recording { recording } if recording == state => Some(()),
            _ => None,
        })
        .await;
    }

    async fn until_tracks(&mut self, count: usize) -> Vec<Track> {
        self.until(|message| match message {
            ServerMessage::Tracks { tracks } if tracks.len() == count => Some(tracks),
            _ => None,
        })
        .await
    }
}

/// Notes what it is asked to record.
#[derive(Clone, Default)]
struct Notes {
    tracks: Arc<Mutex<Vec<TrackId>>>,
    events: Arc<Mutex<Option<mpsc::Sender<RecordingEvent>>>>,
    refuses: bool,
}

impl RecordCalls for Notes {
    fn start(&self, call: Call) -> BoxFuture<'static, Result<Box<dyn CallRecording>, String>> {
        *self.events.lock().unwrap() = Some(call.events);
        let notes = self.clone();
        async move {
            if notes.refuses {
                return Err("the disk is full".to_owned());
            }
            Ok(Box::new(notes) as Box<dyn CallRecording>)
        }
        .boxed()
    }
}

impl CallRecording for Notes {
    fn track_started(&self, track: &Track) {
        self.tracks.lock().unwrap().push(track.id);
    }

    fn finish(self: Box<Self>) -> BoxFuture<'static, ()> {
        async {}.boxed()
    }
}

#[tokio::test]
async fn the_others_are_told_of_a_track_and_of_its_end() {
    let bench = Bench::new(None).await;
    let mut ann = bench.enter("Ann").await;
    let mut bob = bench.enter("Bob").await;
    let id = bench.start_track(&ann, sfu::Source::Camera).await;
    let track = Track {
        id,
        participant_id: ann.id,
        source: Source::Camera,
    };
    assert_eq!(bob.until_tracks(1).await, [track]);
    assert!(ann.until_tracks(0).await.is_empty());
    let connection = ann.connection;
    bench
        .commands
        .send(Command::Gone { connection })
        .await
        .unwrap();
    bob.until_tracks(0).await;
}

#[tokio::test]
async fn recording_begins_with_the_first_track_and_its_failing_and_going_on_are_told() {
    let notes = Notes::default();
    let bench = Bench::new(Some(Arc::new(notes.clone()))).await;
    let mut ann = bench.enter("Ann").await;
    let first = bench.start_track(&ann, sfu::Source::Microphone).await;
    ann.until_recording(RecordingState::On).await;
    let second = bench.start_track(&ann, sfu::Source::Camera).await;
    ann.until_tracks(0).await;
    assert_eq!(*notes.tracks.lock().unwrap(), [first, second]);

    let events = notes.events.lock().unwrap().clone().unwrap();
    let reason = "the disk is full".to_owned();
    let failed = RecordingEvent::Failed {
        reason: reason.clone(),
    };
    events.send(failed).await.unwrap();
    ann.until_recording(RecordingState::Failed { reason }).await;
    // Tracks that begin meanwhile are part of it when it goes on.
    let third = bench.start_track(&ann, sfu::Source::Screen).await;
    ann.until_tracks(0).await;
    assert_eq!(notes.tracks.lock().unwrap().last(), Some(&third));
    events.send(RecordingEvent::Resumed).await.unwrap();
    ann.until_recording(RecordingState::On).await;
}

#[tokio::test]
async fn recording_that_cannot_begin_leaves_the_call_alone() {
    let notes = Notes {
        refuses: true,
        ..Notes::default()
    };
    let bench = Bench::new(Some(Arc::new(notes))).await;
    let mut ann = bench.enter("Ann").await;
    let mut bob = bench.enter("Bob").await;
    bench.start_track(&ann, sfu::Source::Microphone).await;
    let reason = "the disk is full".to_owned();
    ann.until_recording(RecordingState::Failed { reason }).await;
    bob.until_tracks(1).await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged_and_everybody_is_told() {
    let bench = Bench::new(None).await;
    let mut ann = bench.enter("Ann").await;
    let connection = ann.connection;
    let chat = |id: MessageId| Command::Message {
        connection,
        message: ClientMessage::Chat {
            id,
            text: "hello".to_owned(),
        },
    };
    let (stored, lost) = (MessageId::new(), MessageId::new());
    bench.commands.send(chat(stored)).await.unwrap();
    ann.until(|message| matches!(message, ServerMessage::Chat { .. }).then_some(()))
        .await;
    bench.store.close().await;
    bench.commands.send(chat(lost)).await.unwrap();
    let error = ann
        .until(|message| match message {
            ServerMessage::Error(error) => Some(error),
            ServerMessage::Chat { message } => panic!("{message:?} is not stored"),
            _ => None,
        })
        .await;
    assert_eq!((error.code.as_str(), error.fatal), ("not_saved", false));
}
