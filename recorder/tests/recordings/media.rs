//! Recordings of real media, as a player sees them.

use std::fs;
use std::time::Duration;

use crate::support::{packets, pictures, play, record, seek, tone};
use porthole_recorder::{Codec, Finished, TrackRecorder, repair};

const START: Duration = Duration::from_millis(4321);
const CUES: [u8; 4] = [0x1c, 0x53, 0xbb, 0x6b];

fn assert_near(actual: f64, expected: f64, tolerance: f64) {
    let difference = (actual - expected).abs();
    assert!(difference <= tolerance, "{actual} instead of {expected}");
}

fn assert_pictures_are_recorded(codec: Codec, name: &str, mime_type: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut sent = packets(codec, &pictures(codec, 6, "320x240"), START);
    // Neighbours overtake each other on the way.
    for at in (1..sent.len() - 1).step_by(5) {
        let (a, b) = (sent[at].packet.clone(), sent[at + 1].packet.clone());
        (sent[at].packet, sent[at + 1].packet) = (b, a);
    }
    let mut recorder = TrackRecorder::create(&path, codec).unwrap();
    let said = record(&mut recorder, &sent);
    assert!(said.iter().any(|pushed| {
        pushed
            .started
            .as_ref()
            .is_some_and(|started| started.at == START && started.mime_type.starts_with(mime_type))
    }));
    let Finished {
        start,
        duration,
        mime_type: finished_type,
        width,
        height,
        size,
    } = recorder.finish().unwrap();
    assert_eq!(start, Some(START));
    assert!(finished_type.starts_with(mime_type), "{finished_type}");
    assert_eq!((width, height), (Some(320), Some(240)));
    assert_eq!(size, fs::metadata(&path).unwrap().len());

    let probe = play(&path);
    assert_eq!((probe.codec.as_str(), probe.frames), (name, 180));
    assert_eq!((probe.width, probe.height), (320, 240));
    assert_near(probe.duration, 6.0, 0.01);
    assert_near(duration.as_secs_f64(), 6.0, 0.01);
    for (index, time) in probe.times.iter().enumerate() {
        assert_near(*time, index as f64 / 30.0, 0.0011);
    }
    assert!(
        fs::read(&path)
            .unwrap()
            .windows(4)
            .any(|window| window == CUES)
    );
    assert_near(seek(&path, 5.0), 4.0, 0.01);
    assert_eq!(repair(&path).unwrap().duration, duration);
}

#[test]
fn vp8_is_recorded() {
    assert_pictures_are_recorded(Codec::Vp8, "vp8", "video/webm; codecs=\"vp8\"");
}

#[test]
fn vp9_is_recorded() {
    assert_pictures_are_recorded(Codec::Vp9, "vp9", "video/webm; codecs=\"vp09.00.10.08\"");
}

#[test]
fn av1_is_recorded() {
    assert_pictures_are_recorded(Codec::Av1, "av1", "video/webm; codecs=\"av01.0.");
}

#[test]
fn h264_is_recorded() {
    assert_pictures_are_recorded(Codec::H264, "h264", "video/x-matroska; codecs=\"avc1.42");
}

#[test]
fn opus_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Opus).unwrap();
    let sound = tone(12);
    let said = record(&mut recorder, &packets(Codec::Opus, &sound, START));
    assert!(said.iter().all(|pushed| !pushed.needs_keyframe));
    let finished = recorder.finish().unwrap();
    assert_eq!(finished.start, Some(START));
    assert_eq!(finished.mime_type, "audio/webm; codecs=\"opus\"");
    assert_eq!((finished.width, finished.height), (None, None));
    let probe = play(&path);
    assert_eq!((probe.codec.as_str(), probe.frames), ("opus", sound.len()));
    assert_near(probe.duration, 12.0, 0.05);
    assert_near(seek(&path, 11.0), 10.0, 1.0);
}

#[test]
fn a_pause_of_the_sender_stays_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Opus).unwrap();
    let mut sent = packets(Codec::Opus, &tone(10), START);
    // Muted from second 2 to 8: discontinuous transmission.
    sent.retain(|one| !(100..400).contains(&one.frame));
    for (sequence, one) in (0u16..).zip(&mut sent) {
        let mut bytes = one.packet.to_vec();
        bytes[2..4].copy_from_slice(&sequence.to_be_bytes());
        one.packet = bytes.into();
    }
    record(&mut recorder, &sent);
    recorder.finish().unwrap();
    let probe = play(&path);
    assert_near(probe.times[100] - probe.times[99], 6.02, 0.002);
    assert_near(probe.duration, 10.0, 0.05);
}

#[test]
fn after_a_loss_pictures_go_on_at_the_next_keyframe_which_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    let mut sent = packets(Codec::Vp8, &pictures(Codec::Vp8, 6, "320x240"), START);
    // One packet of frame 75 never comes; keyframes are 0, 60, 120.
    let lost = sent.iter().position(|one| one.frame == 75).unwrap();
    sent.remove(lost);
    let said = record(&mut recorder, &sent);
    assert_eq!(recorder.lost(), 1);
    let asked: Vec<usize> = said
        .iter()
        .zip(&sent)
        .filter(|(pushed, _)| pushed.needs_keyframe)
        .map(|(_, one)| one.frame)
        .collect();
    // At the very start, and when the packet had been waited for.
    assert!(
        asked.iter().any(|frame| (75..105).contains(frame)),
        "{asked:?}"
    );
    assert!(
        asked.iter().all(|frame| !(106..120).contains(frame)),
        "{asked:?}"
    );
    let finished = recorder.finish().unwrap();
    let probe = play(&path);
    assert_eq!(probe.frames, 75 + 60);
    assert_near(probe.times[75], 4.0, 0.0011);
    assert_near(finished.duration.as_secs_f64(), 6.0, 0.01);
}

#[test]
fn pictures_that_grow_are_played_and_the_file_says_the_largest_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut frames = pictures(Codec::Vp8, 2, "320x180");
    frames.extend(pictures(Codec::Vp8, 2, "640x360"));
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    record(&mut recorder, &packets(Codec::Vp8, &frames, START));
    let finished = recorder.finish().unwrap();
    assert_eq!((finished.width, finished.height), (Some(640), Some(360)));
    let probe = play(&path);
    assert_eq!((probe.width, probe.height, probe.frames), (640, 360, 120));
}

#[test]
fn a_file_that_was_never_finished_plays_and_repair_finishes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    let sent = packets(Codec::Vp8, &pictures(Codec::Vp8, 5, "320x240"), START);
    record(&mut recorder, &sent);
    drop(recorder);

    let unfinished = play(&path);
    assert!(unfinished.times.last().unwrap() > &4.2, "{unfinished:?}");
    let finished = repair(&path).unwrap();
    assert_eq!(finished.start, Some(START));
    assert_eq!(finished.mime_type, "video/webm; codecs=\"vp8\"");
    assert_eq!((finished.width, finished.height), (Some(320), Some(240)));
    let probe = play(&path);
    assert_eq!(probe.times, unfinished.times);
    assert_near(probe.duration, finished.duration.as_secs_f64(), 0.001);
    assert_near(seek(&path, 3.0), 2.0, 0.01);

    let bytes = fs::read(&path).unwrap();
    assert_eq!(finished.size, bytes.len() as u64);
    assert_eq!(repair(&path).unwrap(), finished);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_file_that_was_cut_anywhere_plays_after_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Vp9).unwrap();
    let sent = packets(Codec::Vp9, &pictures(Codec::Vp9, 4, "160x120"), START);
    record(&mut recorder, &sent);
    recorder.finish().unwrap();
    let whole = fs::read(&path).unwrap();
    for part in 1..10 {
        fs::write(&path, &whole[..whole.len() * part / 10]).unwrap();
        let finished = repair(&path).unwrap();
        let probe = play(&path);
        assert_near(probe.duration, finished.duration.as_secs_f64(), 0.001);
        assert_near(probe.duration, probe.frames as f64 / 30.0, 0.002);
    }
}

#[test]
fn a_track_without_a_keyframe_leaves_an_empty_file_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("track");
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    let mut sent = packets(Codec::Vp8, &pictures(Codec::Vp8, 1, "160x120"), START);
    sent.retain(|one| one.frame > 0);
    let said = record(&mut recorder, &sent);
    assert!(said.iter().any(|pushed| pushed.needs_keyframe));
    assert!(said.iter().all(|pushed| pushed.started.is_none()));
    assert_eq!(recorder.finish().unwrap().start, None);
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    assert_eq!(repair(&path).unwrap().start, None);
}
