//! Real media through the recorder: encoded and judged by ffmpeg.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use porthole_recorder::{Codec, Finished, TrackRecorder, repair};
use rtc_rtp::codec::opus::OpusPayloader;
use rtc_rtp::codec::vp8::Vp8Payloader;
use rtc_rtp::packetizer::Payloader;
use rtc_rtp::{Header, Packet};
use rtc_shared::marshal::Marshal;

/// Runs a tool of ffmpeg and returns what it prints; a file that it does not like fails the test.
fn ffmpeg(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool)
        .args(["-v", "error"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{tool} does not run ({error}): scripts/setup installs it"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{tool} {arguments:?}: {errors}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Eight seconds of a moving picture, as VP8 frames at 30 per second with a keyframe each second.
fn video(folder: &Path) -> Vec<Bytes> {
    let file = folder.join("video.ivf");
    let options = "-f lavfi -i testsrc=size=320x240:rate=30:duration=8 -c:v libvpx -g 30 \
                   -deadline realtime -cpu-used 8 -b:v 500k -y";
    encode(options, &file);
    let bytes = Bytes::from(std::fs::read(file).unwrap());
    let mut rest = bytes.slice(32..);
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let size = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        frames.push(rest.slice(12..12 + size));
        rest = rest.slice(12 + size..);
    }
    frames
}

/// Eight seconds of a tone, as Opus packets of 20 ms.
fn audio(folder: &Path) -> Vec<Bytes> {
    let file = folder.join("audio.ogg");
    let options = "-f lavfi -i sine=frequency=440:duration=8:sample_rate=48000 -c:a libopus \
                   -frame_duration 20 -y";
    encode(options, &file);
    let bytes = Bytes::from(std::fs::read(file).unwrap());
    let mut packets = Vec::new();
    let mut packet = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let segments = usize::from(rest[26]);
        let sizes = rest.slice(27..27 + segments);
        rest = rest.slice(27 + segments..);
        for size in sizes {
            packet.extend_from_slice(&rest[..usize::from(size)]);
            rest = rest.slice(usize::from(size)..);
            if size < 255 {
                packets.push(Bytes::from(std::mem::take(&mut packet)));
            }
        }
    }
    // The first two are OpusHead and OpusTags.
    packets.split_off(2)
}

fn encode(options: &str, file: &Path) {
    let mut arguments: Vec<&str> = options.split_whitespace().collect();
    arguments.push(file.to_str().unwrap());
    ffmpeg("ffmpeg", &arguments);
}

/// RTP packets with their arrivals, 700 ms after the frames' times.
fn packets(codec: Codec, frames: &[Bytes], interval: Duration) -> Vec<(Duration, Vec<u8>)> {
    let mut payloader: Box<dyn Payloader> = match codec {
        Codec::Opus => Box::new(OpusPayloader),
        Codec::Vp8 => {
            let mut payloader = Vp8Payloader::default();
            payloader.enable_picture_id = true;
            Box::new(payloader)
        }
    };
    let mut sequence = 65_500u16;
    let mut packets = Vec::new();
    for (frame, number) in frames.iter().zip(0u32..) {
        let payloads = payloader.payload(1100, frame).unwrap();
        let last = payloads.len() - 1;
        for (part, payload) in payloads.into_iter().enumerate() {
            let ticks = interval.as_secs_f64() * f64::from(codec.clock_rate()) * f64::from(number);
            let header = Header {
                version: 2,
                marker: part == last,
                sequence_number: sequence,
                timestamp: 4_294_900_000u32.wrapping_add(ticks.round() as u32),
                ssrc: 7,
                ..Header::default()
            };
            sequence = sequence.wrapping_add(1);
            let packet = Packet { header, payload }.marshal().unwrap();
            packets.push((
                Duration::from_millis(700) + interval * number,
                packet.to_vec(),
            ));
        }
    }
    packets
}

fn video_packets(folder: &Path) -> Vec<(Duration, Vec<u8>)> {
    packets(Codec::Vp8, &video(folder), Duration::from_secs(1) / 30)
}

fn record(path: &Path, codec: Codec, packets: &[(Duration, Vec<u8>)]) -> Finished {
    let mut recorder = TrackRecorder::create(path, codec).unwrap();
    for (arrival, packet) in packets {
        recorder.push(*arrival, packet).unwrap();
    }
    recorder.finish().unwrap()
}

/// Checks that the file decodes without a complaint and returns its codec and duration.
fn probe(path: &Path) -> (String, f64) {
    let path = path.to_str().unwrap();
    ffmpeg("ffmpeg", &["-i", path, "-f", "null", "-"]);
    let entries = "stream=codec_name:format=duration";
    let options = ["-show_entries", entries, "-of", "default=nw=1:nk=1", path];
    let printed = ffmpeg("ffprobe", &options);
    let (codec, duration) = printed.trim().split_once('\n').unwrap();
    (codec.to_owned(), duration.parse().unwrap())
}

fn assert_lasts(path: &Path, codec: &str, seconds: f64) {
    let (found, duration) = probe(path);
    assert_eq!(found, codec);
    assert!(
        (duration / seconds - 1.0).abs() < 0.02,
        "it lasts {duration} s instead of {seconds} s"
    );
}

#[test]
fn a_recorded_camera_plays_and_seeks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("camera.webm");
    let finished = record(&path, Codec::Vp8, &video_packets(folder.path()));
    assert_eq!(finished.start, Some(Duration::from_millis(700)));
    assert_eq!(finished.size, std::fs::metadata(&path).unwrap().len());
    assert_lasts(&path, "vp8", 8.0);
    let options = ["-ss", "5.5", "-i", path.to_str().unwrap(), "-frames:v", "1"];
    ffmpeg("ffmpeg", &[&options[..], &["-f", "null", "-"]].concat());
}

#[test]
fn a_recorded_microphone_plays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("microphone.webm");
    let sound = packets(
        Codec::Opus,
        &audio(folder.path()),
        Duration::from_millis(20),
    );
    let finished = record(&path, Codec::Opus, &sound);
    assert_eq!(finished.start, Some(Duration::from_millis(700)));
    assert_lasts(&path, "opus", 8.0);
}

#[test]
fn packets_out_of_order_make_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut packets = video_packets(folder.path());
    let straight = folder.path().join("straight.webm");
    record(&straight, Codec::Vp8, &packets);
    // The first one tells where the recording begins.
    for pair in packets[1..].chunks_exact_mut(2) {
        let (one, other) = pair.split_at_mut(1);
        std::mem::swap(&mut one[0].1, &mut other[0].1);
    }
    let shuffled = folder.path().join("shuffled.webm");
    record(&shuffled, Codec::Vp8, &packets);
    assert!(std::fs::read(straight).unwrap() == std::fs::read(shuffled).unwrap());
}

#[test]
fn after_a_loss_the_recording_asks_for_a_keyframe_and_still_decodes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lossy.webm");
    let mut packets = video_packets(folder.path());
    // Soon after a keyframe, so that it is given up before the next one.
    let lost = Duration::from_millis(700 + 4150);
    let lost = packets.iter().position(|(arrival, _)| *arrival > lost);
    packets.remove(lost.unwrap());
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    let asked = packets
        .iter()
        .map(|(arrival, packet)| recorder.push(*arrival, packet).unwrap())
        .skip(20)
        .filter(|pushed| pushed.needs_keyframe)
        .count();
    recorder.finish().unwrap();
    assert!(asked > 0);
    assert_lasts(&path, "vp8", 8.0);
}

#[test]
fn a_recording_that_was_never_finished_is_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.webm");
    let mut recorder = TrackRecorder::create(&path, Codec::Vp8).unwrap();
    for (arrival, packet) in video_packets(folder.path()) {
        recorder.push(arrival, &packet).unwrap();
    }
    drop(recorder);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    let finished = repair(&path).unwrap();
    assert_eq!(finished.mime_type, Codec::Vp8.mime_type());
    assert_lasts(&path, "vp8", 8.0);
}
