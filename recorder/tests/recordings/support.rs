//! Real media, made by ffmpeg, as packets; and what ffmpeg says of a recording.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use porthole_recorder::{Codec, Pushed, TrackRecorder};
use rtc_rtp::codec::av1::Av1Payloader;
use rtc_rtp::codec::h264::H264Payloader;
use rtc_rtp::codec::vp8::Vp8Payloader;
use rtc_rtp::codec::vp9::Vp9Payloader;
use rtc_rtp::packetizer::Payloader;

pub const FRAMES_PER_SECOND: u32 = 30;

/// Runs a program of ffmpeg's and returns what it printed, and what it complained of.
fn run(program: &str, arguments: &[&str]) -> (Vec<u8>, String) {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} cannot be run ({error}): install ffmpeg, as scripts/setup does")
        });
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {complaints}"
    );
    (output.stdout, complaints)
}

/// The encoded frames of a moving picture with a keyframe every two seconds.
pub fn pictures(codec: Codec, seconds: u32, size: &str) -> Vec<Bytes> {
    let source = format!("testsrc2=size={size}:rate={FRAMES_PER_SECOND}:duration={seconds}");
    let encoder: &[&str] = match codec {
        Codec::Vp8 => &[
            "-c:v",
            "libvpx",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-f",
            "ivf",
        ],
        Codec::Vp9 => &[
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-f",
            "ivf",
        ],
        Codec::Av1 => &[
            "-c:v",
            "libaom-av1",
            "-usage",
            "realtime",
            "-cpu-used",
            "8",
            "-f",
            "ivf",
        ],
        Codec::H264 => &[
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
            "-pix_fmt",
            "yuv420p",
            "-x264-params",
            "aud=1:scenecut=0:sliced-threads=0",
            "-f",
            "h264",
        ],
        Codec::Opus => panic!("not a picture"),
    };
    let mut arguments = vec![
        "-v", "error", "-f", "lavfi", "-i", &source, "-g", "60", "-b:v", "600k",
    ];
    arguments.extend(encoder);
    arguments.push("-");
    let (bytes, _) = run("ffmpeg", &arguments);
    let frames = if codec == Codec::H264 {
        access_units(&bytes)
    } else {
        ivf_frames(&bytes)
    };
    assert_eq!(frames.len(), (seconds * FRAMES_PER_SECOND) as usize);
    frames
}

/// Opus packets of 20 ms, all of one size so that they can be told apart.
pub fn tone(seconds: u32) -> Vec<Bytes> {
    let source = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
    let (bytes, _) = run(
        "ffmpeg",
        &[
            "-v", "error", "-f", "lavfi", "-i", &source, "-map", "0:a", "-c:a", "libopus", "-b:a",
            "64k", "-vbr", "off", "-f", "data", "-",
        ],
    );
    const PACKET: usize = 160;
    assert_eq!(bytes.len() % PACKET, 0);
    let bytes = Bytes::from(bytes);
    (0..bytes.len())
        .step_by(PACKET)
        .map(|at| bytes.slice(at..at + PACKET))
        .collect()
}

fn ivf_frames(bytes: &[u8]) -> Vec<Bytes> {
    let (_, mut rest) = bytes.split_at(32);
    let mut frames = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<12>() {
        let size = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let (frame, after) = after.split_at(size as usize);
        frames.push(Bytes::copy_from_slice(frame));
        rest = after;
    }
    frames
}

/// Each begins with an access unit delimiter.
fn access_units(bytes: &[u8]) -> Vec<Bytes> {
    const DELIMITER: [u8; 5] = [0, 0, 0, 1, 9];
    let starts: Vec<usize> = bytes
        .windows(DELIMITER.len())
        .enumerate()
        .filter(|(_, window)| **window == DELIMITER)
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Bytes::copy_from_slice(&bytes[*start..end]))
        .collect()
}

/// A packet on its way.
#[derive(Clone)]
pub struct Sent {
    pub arrival: Duration,
    pub frame: usize,
    pub packet: Bytes,
}

pub fn rtp(sequence: u16, timestamp: u32, marker: bool, payload: &[u8]) -> Bytes {
    let mut packet = vec![0x80, u8::from(marker) << 7 | 96];
    packet.extend(sequence.to_be_bytes());
    packet.extend(timestamp.to_be_bytes());
    packet.extend(7u32.to_be_bytes());
    packet.extend(payload);
    packet.into()
}

/// Sends the frames from `start` on, with numbers and times that wrap on the way.
pub fn packets(codec: Codec, frames: &[Bytes], start: Duration) -> Vec<Sent> {
    let mut payloader: Option<Box<dyn Payloader>> = match codec {
        Codec::Opus => None,
        Codec::Vp8 => Some(Box::<Vp8Payloader>::default()),
        Codec::Vp9 => Some(Box::<Vp9Payloader>::default()),
        Codec::Av1 => Some(Box::<Av1Payloader>::default()),
        Codec::H264 => Some(Box::<H264Payloader>::default()),
    };
    let (rate, step) = match codec {
        Codec::Opus => (48_000, 960),
        _ => (90_000, 90_000 / FRAMES_PER_SECOND),
    };
    let mut sequence = 65_500u16;
    let mut sent = Vec::new();
    for (index, frame) in frames.iter().enumerate() {
        let elapsed = index as u32 * step;
        let timestamp = (u32::MAX - rate).wrapping_add(elapsed);
        let arrival = start + Duration::from_secs_f64(f64::from(elapsed) / f64::from(rate));
        let payloads = match &mut payloader {
            Some(payloader) => payloader.payload(1200, frame).unwrap(),
            None => vec![frame.clone()],
        };
        let last = payloads.len() - 1;
        for (part, payload) in payloads.iter().enumerate() {
            sent.push(Sent {
                arrival,
                frame: index,
                packet: rtp(sequence, timestamp, part == last, payload),
            });
            sequence = sequence.wrapping_add(1);
        }
    }
    sent
}

/// Records all of them and returns what was said on the way.
pub fn record(recorder: &mut TrackRecorder, packets: &[Sent]) -> Vec<Pushed> {
    packets
        .iter()
        .map(|sent| recorder.push(sent.arrival, sent.packet.clone()).unwrap())
        .collect()
}

/// What ffprobe says of a file.
#[derive(Debug)]
pub struct Probe {
    pub codec: String,
    pub width: u32,
    pub height: u32,
    pub frames: usize,
    /// Seconds, as the header says; 0 if it says nothing.
    pub duration: f64,
    /// Seconds, of each packet.
    pub times: Vec<f64>,
}

/// Plays the file to its end, which must not bring up any complaint, and describes it.
pub fn play(path: &Path) -> Probe {
    let name = path.to_str().unwrap();
    let (_, complaints) = run("ffmpeg", &["-v", "error", "-i", name, "-f", "null", "-"]);
    assert_eq!(complaints, "", "while playing {name}");
    let said = ask(path, "stream=codec_name,width,height:format=duration");
    let value = |name: &str| {
        let mut lines = said.lines().filter_map(|line| line.split_once('='));
        let found = lines.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let times = times(path);
    Probe {
        codec: value("codec_name"),
        width: value("width").parse().unwrap_or(0),
        height: value("height").parse().unwrap_or(0),
        duration: value("duration").parse().unwrap_or(0.0),
        frames: times.len(),
        times,
    }
}

/// The time of each packet, in seconds.
pub fn times(path: &Path) -> Vec<f64> {
    ask(path, "packet=pts_time")
        .lines()
        .map(|line| line.split_once('=').unwrap().1.parse().unwrap())
        .collect()
}

fn ask(path: &Path, entries: &str) -> String {
    let path = path.to_str().unwrap();
    let (bytes, complaints) = run(
        "ffprobe",
        &[
            "-v",
            "error",
            "-show_entries",
            entries,
            "-of",
            "default=nk=0:nw=1",
            path,
        ],
    );
    assert_eq!(complaints, "", "while reading {path}");
    String::from_utf8(bytes).unwrap()
}

/// The first picture that a player shows after a jump to this second.
pub fn seek(path: &Path, second: f64) -> f64 {
    let interval = format!("{second}%+#1");
    let (bytes, _) = run(
        "ffprobe",
        &[
            "-v",
            "error",
            "-read_intervals",
            &interval,
            "-show_entries",
            "packet=pts_time",
            "-of",
            "default=nk=1:nw=1",
            path.to_str().unwrap(),
        ],
    );
    String::from_utf8(bytes)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}
