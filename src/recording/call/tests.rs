use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::TryStreamExt;
use porthole_sfu::Codec;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::*;
use crate::protocol::ids::ParticipantId;
use crate::protocol::room::Source;
use crate::recording::{RecordingConfig, Recordings};
use crate::store::sqlite_url;
use crate::store::testing::live_interview;

const CAPACITY: usize = 1024;

/// A room's end of a recording, with packets to record.
struct Bench {
    store: Store,
    library: Recordings,
    interview: InterviewId,
    participant: ParticipantId,
    /// When the interview went live.
    origin: Instant,
    tap: mpsc::Sender<Tap>,
    recording: Box<Recording>,
    events: mpsc::Receiver<RecordingEvent>,
    asked: Arc<Mutex<Vec<sfu::TrackId>>>,
}

impl Bench {
    async fn new(data: &Path) -> Self {
        let store = open(data).await;
        let interview = live_interview(&store).await;
        let participant = store.add_guest(interview, "Ann").await.unwrap().id;
        let config = RecordingConfig::default();
        let files = Files::open(&config, data).unwrap();
        let library = Recordings::open(&config, data, store.clone()).unwrap();
        let origin = Instant::now();
        let (tap, receiver) = mpsc::channel(CAPACITY);
        let (sender, events) = mpsc::channel(8);
        let asked = Arc::<Mutex<Vec<_>>>::default();
        let request = asked.clone();
        let call = Call {
            interview,
            clock: Clock::resume(0, None, 0, origin),
            tap: receiver,
            request_keyframe: Box::new(move |track| request.lock().unwrap().push(track)),
            events: sender,
            files,
            store: store.clone(),
        };
        Self {
            store,
            library,
            interview,
            participant,
            origin,
            tap,
            recording: Box::new(call.record()),
            events,
            asked,
        }
    }

    fn describe(&self, id: TrackId, source: Source) {
        self.recording.track_started(&Track {
            id,
            participant_id: self.participant,
            source,
        });
    }

    /// Sends a packet that arrives 500 ms after the interview went live, and 20 ms after the one
    /// before.
    async fn packet(&self, track: TrackId, codec: Codec, number: u16, payload: &[u8]) {
        let mut packet = vec![0x80, 0x80 | 111];
        packet.extend(number.to_be_bytes());
        packet.extend((u32::from(number) * 960).to_be_bytes());
        packet.extend([0, 0, 0, 9]);
        packet.extend(payload);
        let tap = Tap::Rtp {
            track: sfu::TrackId(track.0.as_u128()),
            codec,
            arrived: self.origin + Duration::from_millis(500 + 20 * u64::from(number)),
            packet: Bytes::from(packet),
        };
        self.tap.send(tap).await.unwrap();
    }

    /// Two seconds of sound.
    async fn sound(&self, track: TrackId) {
        self.sounds(track, 0..100).await;
    }

    async fn sounds(&self, track: TrackId, numbers: std::ops::Range<u16>) {
        for number in numbers {
            let payload = [0x78, 1, 2, 3];
            self.packet(track, Codec::Opus, number, &payload).await;
        }
    }

    async fn end(&self, track: TrackId) {
        let track = sfu::TrackId(track.0.as_u128());
        self.tap.send(Tap::Ended { track }).await.unwrap();
    }

    /// Waits until all that was sent is written.
    async fn written(&self) {
        // The second is taken only when the first, and all before it, has been worked through.
        for _ in 0..2 {
            self.end(TrackId::new()).await;
            drop(self.tap.reserve_many(CAPACITY).await.unwrap());
        }
    }

    async fn row(&self, track: TrackId) -> RecordingRow {
        self.store.recording(track).await.unwrap().unwrap()
    }
}

async fn open(data: &Path) -> Store {
    let url = sqlite_url(&data.join("porthole.db"));
    Store::open(&url).await.unwrap()
}

fn spooled(data: &Path) -> usize {
    std::fs::read_dir(data.join("spool")).unwrap().count()
}

async fn read(library: &Recordings, interview: InterviewId, track: TrackId) -> Vec<u8> {
    let media = library.media(interview, track).await.unwrap().unwrap();
    let bytes = media.read(0..media.size).await.unwrap();
    bytes.try_collect::<Vec<_>>().await.unwrap().concat()
}

#[tokio::test]
async fn a_track_becomes_a_file_that_is_read_in_ranges() {
    let data = TempDir::new().unwrap();
    let bench = Bench::new(data.path()).await;
    let track = TrackId::new();
    bench.describe(track, Source::Microphone);
    bench.sound(track).await;
    bench.end(track).await;
    bench.written().await;
    let (store, library, interview) = (bench.store, bench.library, bench.interview);
    bench.recording.finish().await;

    let row = store.recording(track).await.unwrap().unwrap();
    assert_eq!(row.state, RecordingStatus::Finished);
    assert_eq!((row.start_ms, row.duration_ms), (500, Some(2000)));
    assert_eq!(row.mime_type, "audio/webm; codecs=\"opus\"");
    assert_eq!(row.participant_id, bench.participant);
    let whole = read(&library, interview, track).await;
    assert_eq!(row.size, Some(whole.len() as i64));
    let media = library.media(interview, track).await.unwrap().unwrap();
    let part = media.read(100..110).await.unwrap();
    assert_eq!(
        part.try_collect::<Vec<_>>().await.unwrap().concat(),
        whole[100..110]
    );
    assert_eq!(spooled(data.path()), 0);
    let other = library.media(InterviewId::new(), track).await.unwrap();
    assert!(other.is_none(), "a track of another interview");
}

#[tokio::test]
async fn media_that_comes_before_its_owner_is_known_is_kept() {
    let data = TempDir::new().unwrap();
    let bench = Bench::new(data.path()).await;
    let (known, unknown) = (TrackId::new(), TrackId::new());
    bench.sound(known).await;
    bench.sound(unknown).await;
    bench.end(known).await;
    bench.written().await;
    assert!(bench.store.recording(known).await.unwrap().is_none());
    bench.describe(known, Source::Microphone);
    let store = bench.store;
    bench.recording.finish().await;
    let row = store.recording(known).await.unwrap().unwrap();
    assert_eq!(row.state, RecordingStatus::Finished);
    assert!(store.recording(unknown).await.unwrap().is_none());
    assert_eq!(spooled(data.path()), 0);
}

#[tokio::test]
async fn a_camera_is_asked_for_the_keyframe_that_is_missing() {
    let data = TempDir::new().unwrap();
    let bench = Bench::new(data.path()).await;
    let track = TrackId::new();
    bench.describe(track, Source::Camera);
    for number in 0..100 {
        // Not a keyframe.
        bench
            .packet(track, Codec::Vp8, number, &[0x10, 0x11, 5, 6])
            .await;
    }
    bench.written().await;
    let sent = sfu::TrackId(track.0.as_u128());
    assert_eq!(
        *bench.asked.lock().unwrap(),
        [sent, sent],
        "at once, and after a second"
    );
    let store = bench.store;
    bench.recording.finish().await;
    assert!(
        store.recording(track).await.unwrap().is_none(),
        "nothing was seen"
    );
    assert_eq!(spooled(data.path()), 0);
}

#[tokio::test]
async fn a_disk_that_fails_is_told_and_the_rest_is_kept() {
    let data = TempDir::new().unwrap();
    let mut bench = Bench::new(data.path()).await;
    let (first, second) = (TrackId::new(), TrackId::new());
    bench.describe(first, Source::Microphone);
    bench.describe(second, Source::Microphone);
    bench.sound(first).await;
    bench.written().await;
    // A folder in its place: the second file cannot be created.
    std::fs::create_dir(data.path().join(format!("spool/{second}.webm"))).unwrap();
    bench.sound(second).await;
    let Some(RecordingEvent::Failed { reason }) = bench.events.recv().await else {
        panic!("no word of it");
    };
    assert!(reason.contains("cannot be written"), "{reason}");
    let store = bench.store;
    bench.recording.finish().await;
    let row = store.recording(first).await.unwrap().unwrap();
    assert_eq!(row.state, RecordingStatus::Finished);
}

#[tokio::test]
async fn recording_goes_on_when_the_disk_works_again() {
    let data = TempDir::new().unwrap();
    let mut bench = Bench::new(data.path()).await;
    let spool = data.path().join("spool");
    let track = TrackId::new();
    bench.describe(track, Source::Microphone);
    std::fs::remove_dir(&spool).unwrap();
    bench.sounds(track, 0..100).await;
    let failed = bench.events.recv().await;
    assert!(matches!(failed, Some(RecordingEvent::Failed { .. })));
    bench.written().await;
    std::fs::create_dir(&spool).unwrap();
    // Seconds 2 to 8 of the track; after 3 s it is tried again.
    bench.sounds(track, 100..400).await;
    assert_eq!(bench.events.recv().await, Some(RecordingEvent::Resumed));
    let store = bench.store;
    bench.recording.finish().await;
    let row = store.recording(track).await.unwrap().unwrap();
    assert_eq!(row.state, RecordingStatus::Finished);
    assert_eq!((row.start_ms, row.duration_ms), (3500, Some(5000)));
}

#[test]
fn what_a_crash_leaves_is_repaired_at_the_next_start() {
    let data = TempDir::new().unwrap();
    let track = TrackId::new();
    let process = Runtime::new().unwrap();
    let interview = process.block_on(async {
        let bench = Bench::new(data.path()).await;
        bench.describe(track, Source::Microphone);
        bench.sound(track).await;
        bench.written().await;
        assert_eq!(bench.row(track).await.state, RecordingStatus::Writing);
        // The process dies before the room can say anything.
        bench.recording.task.abort();
        bench.interview
    });
    drop(process);
    let path = data.path().join(format!("spool/{track}.webm"));
    let left = std::fs::read(&path).unwrap();
    std::fs::write(&path, &left[..left.len() - 3]).unwrap();
    let stray = data.path().join(format!("spool/{}.webm", TrackId::new()));
    std::fs::write(&stray, "begun, but not noted").unwrap();

    Runtime::new().unwrap().block_on(async {
        let store = open(data.path()).await;
        let config = RecordingConfig::default();
        let library = Recordings::open(&config, data.path(), store.clone()).unwrap();
        library.recover().await.unwrap();
        let row = store.recording(track).await.unwrap().unwrap();
        assert_eq!(row.state, RecordingStatus::Finished);
        assert_eq!(row.start_ms, 500);
        let duration = row.duration_ms.unwrap();
        assert!((1700..2000).contains(&duration), "{duration} of 2000 ms");
        let whole = read(&library, interview, track).await;
        assert_eq!(row.size, Some(whole.len() as i64));
        assert_eq!(spooled(data.path()), 0);
    });
}

#[tokio::test]
async fn a_recording_whose_file_is_gone_is_lost_and_said_to_be() {
    let data = TempDir::new().unwrap();
    let bench = Bench::new(data.path()).await;
    let track = TrackId::new();
    bench.describe(track, Source::Microphone);
    bench.sound(track).await;
    bench.written().await;
    std::fs::remove_file(data.path().join(format!("spool/{track}.webm"))).unwrap();
    bench.library.recover().await.unwrap();
    assert_eq!(bench.row(track).await.state, RecordingStatus::Failed);
}
