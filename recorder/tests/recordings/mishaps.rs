//! Disks that fill up, files that are cut, and clocks that differ.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::time::Duration;

use crate::support::{packets, pictures, play, rtp, times};
use bytes::Bytes;
use porthole_recorder::{
    Codec, RecorderError, SenderClock, Started, Storage, TrackRecorder, repair,
};
use proptest::prelude::*;

/// A disk of which only so much may be used.
#[derive(Clone)]
struct Disk(Rc<RefCell<(Cursor<Vec<u8>>, usize)>>);

impl Disk {
    fn new() -> Self {
        Self(Rc::new(RefCell::new((Cursor::default(), usize::MAX))))
    }

    fn content(&self) -> Vec<u8> {
        self.0.borrow().0.get_ref().clone()
    }

    fn allow(&self, bytes: usize) {
        self.0.borrow_mut().1 = bytes;
    }
}

impl Write for Disk {
    /// Takes what fits, as file systems do.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (content, limit) = &mut *self.0.borrow_mut();
        let room = limit.saturating_sub(content.position() as usize);
        if room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        content.write(&bytes[..bytes.len().min(room)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().0.seek(to)
    }
}

impl Storage for Disk {
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.0.borrow_mut().0.get_mut().truncate(length as usize);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_leaves_a_gap_and_recording_goes_on_when_there_is_room() {
    let disk = Disk::new();
    let mut recorder = TrackRecorder::onto(disk.clone(), Codec::Vp8);
    let (mut errors, mut asked) = (0, 0);
    for sent in packets(
        Codec::Vp8,
        &pictures(Codec::Vp8, 12, "320x240"),
        Duration::ZERO,
    ) {
        match sent.frame {
            // From second 3, when there is room for half a block more, to second 7.
            90 => disk.allow(disk.content().len() + 500),
            210 => disk.allow(usize::MAX),
            _ => {}
        }
        match recorder.push(sent.arrival, sent.packet) {
            Ok(pushed) => asked += usize::from(pushed.needs_keyframe && sent.frame > 90),
            Err(RecorderError::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::StorageFull);
                errors += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!((1..=3).contains(&errors), "{errors} errors");
    assert!((1..=4).contains(&asked), "{asked} keyframes asked for");
    let finished = recorder.finish().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    fs::write(&path, disk.content()).unwrap();
    let probe = play(&path);
    assert_eq!(finished.size, disk.content().len() as u64);
    assert!((probe.duration - 12.0).abs() < 0.01, "{}", probe.duration);
    // Up to some moments before second 3, and from the first keyframe after second 7 on.
    let (before, after): (Vec<f64>, Vec<f64>) = probe.times.iter().partition(|time| **time < 5.0);
    assert!((2.5..3.0).contains(before.last().unwrap()), "{before:?}");
    assert!((after[0] - 8.0).abs() < 0.01, "{after:?}");
    assert_eq!(after.len(), 120);
}

#[test]
fn a_disk_that_is_full_from_the_start_gets_a_file_when_there_is_room() {
    let disk = Disk::new();
    disk.allow(100);
    let mut recorder = TrackRecorder::onto(disk.clone(), Codec::Opus);
    let mut starts = Vec::new();
    for number in 0..500u16 {
        if number == 100 {
            disk.allow(usize::MAX);
        }
        let packet = rtp(number, u32::from(number) * 960, false, &[0xf8, 1, 2, 3]);
        let arrival = Duration::from_millis(u64::from(number) * 20);
        if let Ok(pushed) = recorder.push(arrival, packet) {
            starts.extend(pushed.started.map(|started| started.at));
        }
    }
    let finished = recorder.finish().unwrap();
    assert_eq!(starts.len(), 1);
    assert_eq!(finished.start, Some(starts[0]));
    assert!(starts[0] >= Duration::from_secs(2) && starts[0] < Duration::from_secs(6));
    assert_eq!(finished.duration, Duration::from_secs(10) - starts[0]);
}

/// What no ffmpeg is needed for: a picture's header and some bytes.
fn picture(is_key: bool, filling: u8) -> Vec<u8> {
    let mut payload = vec![0x10, if is_key { 0x10 } else { 0x11 }, 0, 0];
    if is_key {
        payload.extend([0x9d, 0x01, 0x2a, 64, 0, 48, 0]);
    }
    payload.extend([filling; 300]);
    payload
}

fn recorded(frames: u16, is_finished: bool) -> Vec<u8> {
    let disk = Disk::new();
    let mut recorder = TrackRecorder::onto(disk.clone(), Codec::Vp8);
    for number in 0..frames {
        let payload = picture(number.is_multiple_of(25), number as u8);
        let packet = rtp(number, u32::from(number) * 9000, true, &payload);
        let arrival = Duration::from_millis(1000 + u64::from(number) * 100);
        recorder.push(arrival, packet).unwrap();
    }
    if is_finished {
        recorder.finish().unwrap();
    }
    disk.content()
}

/// How many whole frames are in these bytes, by their filling.
fn frames_in(bytes: &[u8], frames: u16) -> usize {
    (0..frames)
        .filter(|number| {
            bytes
                .windows(300)
                .any(|window| window == [*number as u8; 300])
        })
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn repair_of_a_file_cut_at_any_byte_keeps_every_whole_frame_and_is_done_once(
        part in 0.0..1.0f64,
        is_finished: bool,
        tail in prop::collection::vec(prop_oneof![Just(0u8), any::<u8>()], 0..600),
    ) {
        const FRAMES: u16 = 60;
        let mut bytes = recorded(FRAMES, is_finished);
        let cut = (bytes.len() as f64 * part) as usize;
        bytes.truncate(cut);
        let whole = frames_in(&bytes, FRAMES);
        // What a power failure may leave behind the end.
        if cut > 1000 {
            bytes.extend(tail);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("track");
        fs::write(&path, &bytes).unwrap();
        let finished = repair(&path).unwrap();
        let mended = fs::read(&path).unwrap();
        prop_assert_eq!(finished.start.is_some(), whole > 0);
        prop_assert_eq!(frames_in(&mended, FRAMES), whole);
        if whole > 0 {
            prop_assert_eq!(finished.start, Some(Duration::from_secs(1)));
            prop_assert!(finished.duration >= Duration::from_millis(100 * (whole as u64 - 1)));
            prop_assert_eq!(finished.size, mended.len() as u64);
        }
        prop_assert_eq!(repair(&path).unwrap(), finished);
        prop_assert_eq!(fs::read(&path).unwrap(), mended);
    }

    #[test]
    fn repair_of_anything_returns(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 150usize..3000) {
        let mut file = recorded(10, true);
        let at = at.min(file.len());
        file.splice(at..(at + bytes.len()).min(file.len()), bytes);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("track");
        fs::write(&path, &file).unwrap();
        let _ = repair(&path);
    }
}

#[test]
fn another_file_is_not_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    fs::write(&path, vec![0; 1000]).unwrap();
    assert!(matches!(repair(&path), Err(RecorderError::NotARecording)));
    assert_eq!(fs::read(&path).unwrap(), vec![0; 1000]);
}

/// When a player shows each frame of a finished recording.
fn shown(content: &[u8]) -> Vec<f64> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    fs::write(&path, content).unwrap();
    times(&path)
}

#[test]
fn sound_and_picture_of_one_person_are_in_step_whatever_their_first_packets_took() {
    let mut sender = SenderClock::new();
    let (heard, seen) = (Disk::new(), Disk::new());
    let mut recorders = [
        TrackRecorder::onto(heard.clone(), Codec::Opus),
        TrackRecorder::onto(seen.clone(), Codec::Vp8),
    ];
    let video: Vec<Bytes> = (0..1800)
        .map(|number| picture(number % 60 == 0, 0).split_off(1).into())
        .collect();
    let speech: Vec<Bytes> = vec![Bytes::from_static(&[0xfc, 0xff, 0xfe]); 3000];
    let zero = Duration::from_secs(10);
    let mut sent: Vec<(usize, crate::support::Sent)> = Vec::new();
    sent.extend(
        packets(Codec::Opus, &speech, zero)
            .into_iter()
            .map(|one| (0, one)),
    );
    sent.extend(
        packets(Codec::Vp8, &video, zero)
            .into_iter()
            .map(|one| (1, one)),
    );
    for (track, one) in &mut sent {
        // The first pictures take 400 ms until their path has opened.
        let late = if *track == 1 && one.frame < 15 {
            400 - 20 * one.frame as u64
        } else {
            0
        };
        one.arrival += Duration::from_millis(20 + late);
    }
    sent.sort_by_key(|(_, one)| one.arrival);
    let mut starts = [const { None }; 2];
    for (track, one) in sent {
        let per_second = [50, 30][track];
        if one.frame % (5 * per_second) == 2 * per_second {
            let timestamp = u32::from_be_bytes(one.packet[4..8].try_into().unwrap());
            let sampled = one.frame as f64 / per_second as f64;
            let ntp = ((3_900_000_000.0 + sampled) * 4_294_967_296.0) as u64;
            recorders[track].sender_report(&mut sender, ntp, timestamp, one.arrival);
        }
        let pushed = recorders[track].push(one.arrival, one.packet).unwrap();
        starts[track] = starts[track].take().or(pushed.started);
    }
    for recorder in recorders {
        recorder.finish().unwrap();
    }
    let [sound_start, picture_start] =
        starts.map(|started: Option<Started>| started.unwrap().at.as_secs_f64());
    let sound = shown(&heard.content());
    let picture = shown(&seen.content());
    let apart = |second: usize| {
        let sound = sound_start + sound[second * 50];
        let picture = picture_start + picture[second * 30];
        (sound - picture).abs()
    };
    assert!(
        apart(0) > 0.2,
        "the test is of a case in which they begin apart: {}",
        apart(0)
    );
    for second in 25..60 {
        assert!(
            apart(second) < 0.04,
            "{} apart at {second} s",
            apart(second)
        );
    }
}
