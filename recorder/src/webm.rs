//! The file while it is written: a WebM file of one track.
//!
//! Every frame is written at once, into clusters of unknown size, so that a process that is killed
//! leaves a file that plays. Finishing it fills in what makes it seekable: the sizes, the duration,
//! the cues, and where to find them, for which room is kept at the front.

use std::io::{self, Seek, SeekFrom, Write};
use std::time::Duration;

use crate::depacketize::opus_duration;
use crate::ebml::{self, Id};
use crate::{Codec, Finished};

pub(crate) const EBML: Id = 0x1a45_dfa3;
pub(crate) const SEGMENT: Id = 0x1853_8067;
pub(crate) const SEEK_HEAD: Id = 0x114d_9b74;
pub(crate) const VOID: Id = 0xec;
pub(crate) const INFO: Id = 0x1549_a966;
pub(crate) const TRACKS: Id = 0x1654_ae6b;
pub(crate) const CLUSTER: Id = 0x1f43_b675;
pub(crate) const TIMESTAMP: Id = 0xe7;
pub(crate) const SIMPLE_BLOCK: Id = 0xa3;
const CUES: Id = 0x1c53_bb6b;
const DURATION: Id = 0x4489;

/// The one track's number, as a block tells it.
pub(crate) const TRACK: u8 = 0x81;

/// Of a block, before its frame: track, time, flags.
pub(crate) const BLOCK_HEADER: u64 = 4;

/// Id and size of a cluster.
pub(crate) const CLUSTER_HEADER: u64 = 12;

/// Kept free for the seek head: three entries of 21 bytes, its own header and that of the void
/// after it.
const RESERVE: u64 = 96;

/// Of the Duration element, or the void that keeps its place.
const DURATION_LENGTH: u64 = 11;

/// How long a cluster may be; a player that seeks reads from the beginning of one.
const LONGEST_CLUSTER: u64 = 2000;

/// How long the last frame of a video is shown at most: longer pauses are not its length.
const LONGEST_FRAME: Duration = Duration::from_secs(1);

/// How long the only frame of a video is shown.
const DEFAULT_FRAME: Duration = Duration::from_millis(33);

/// Where things are in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The segment's data, after its size of eight bytes; the reserve is the first in it.
    pub segment: u64,
    pub info: u64,
    pub tracks: u64,
    /// Of all before the first cluster.
    pub end: u64,
}

/// Writes one track.
#[derive(Debug)]
pub struct Writer<F> {
    file: F,
    codec: Codec,
    layout: Layout,
    /// Where the next element goes.
    end: u64,
    cluster: Option<Cluster>,
    cues: Vec<Cue>,
    /// When the last frame was taken and how long it is shown.
    last: Option<(Duration, Duration)>,
}

#[derive(Debug)]
struct Cluster {
    position: u64,
    /// Milliseconds.
    start: u64,
}

#[derive(Debug)]
struct Cue {
    /// Milliseconds.
    time: u64,
    position: u64,
}

impl<F: Write + Seek> Writer<F> {
    /// Begins a file. `size` is the width and height of a video.
    pub fn begin(mut file: F, codec: Codec, size: Option<(u16, u16)>) -> io::Result<Self> {
        let (header, layout) = header(codec, size);
        file.write_all(&header)?;
        Ok(Self::resume(file, codec, layout))
    }

    /// Takes over a file of which only the header is known as yet.
    pub(crate) fn resume(file: F, codec: Codec, layout: Layout) -> Self {
        Self {
            file,
            codec,
            layout,
            end: layout.end,
            cluster: None,
            cues: Vec::new(),
            last: None,
        }
    }

    /// Adds a frame that was taken at `time`, counted from the beginning of the file; times do not
    /// go back.
    pub fn write(&mut self, time: Duration, frame: &[u8], keyframe: bool) -> io::Result<()> {
        let at = milliseconds(time);
        let mut bytes = Vec::with_capacity(frame.len() + 48);
        let begins_cluster = match &self.cluster {
            None => true,
            Some(cluster) => {
                at - cluster.start.min(at) >= LONGEST_CLUSTER || (keyframe && self.codec.is_video())
            }
        };
        let start = match &self.cluster {
            Some(cluster) if !begins_cluster => cluster.start,
            _ => {
                self.close_cluster()?;
                bytes.extend(ebml::id(CLUSTER));
                bytes.extend(ebml::UNKNOWN_SIZE);
                bytes.extend(ebml::uint(TIMESTAMP, at));
                at
            }
        };
        bytes.extend(ebml::id(SIMPLE_BLOCK));
        bytes.extend(ebml::size(BLOCK_HEADER + frame.len() as u64));
        bytes.push(TRACK);
        // Less than the longest cluster, so it fits.
        bytes.extend(((at - start.min(at)) as i16).to_be_bytes());
        bytes.push(if keyframe { 0x80 } else { 0 });
        bytes.extend(frame);
        self.file.write_all(&bytes)?;
        if begins_cluster {
            self.begin_cluster(self.end, at, keyframe);
        }
        self.add_block(self.end + bytes.len() as u64, time, frame);
        Ok(())
    }

    /// A cluster is in the file from `position` on.
    pub(crate) fn begin_cluster(&mut self, position: u64, start: u64, keyframe: bool) {
        self.cluster = Some(Cluster { position, start });
        if keyframe {
            self.cues.push(Cue {
                time: start,
                position,
            });
        }
    }

    /// A block is in the file up to `end`; at least the first two bytes of its frame are given.
    pub(crate) fn add_block(&mut self, end: u64, time: Duration, frame: &[u8]) {
        self.end = end;
        let length = if self.codec.is_video() {
            self.last.map_or(DEFAULT_FRAME, |(last, length)| {
                let passed = time.saturating_sub(last);
                if passed.is_zero() {
                    length
                } else {
                    passed.min(LONGEST_FRAME)
                }
            })
        } else {
            opus_duration(frame)
        };
        self.last = Some((time, length));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Where the last block ends.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    pub(crate) fn file_mut(&mut self) -> &mut F {
        &mut self.file
    }

    /// Makes the file complete and seekable. The other end of `start` in what it returns is the
    /// caller's to know.
    pub fn finish(mut self) -> io::Result<Finished> {
        self.close_cluster()?;
        let cues_position = self.end;
        let cues = self.cues();
        self.file.seek(SeekFrom::Start(cues_position))?;
        self.file.write_all(&cues)?;
        let size = cues_position + cues.len() as u64;
        let duration = self
            .last
            .map_or(Duration::ZERO, |(time, length)| time + length);

        self.patch(self.layout.segment, &self.seek_head(cues_position))?;
        let duration_position = duration_position(self.layout.info);
        let exact = ebml::float(DURATION, duration.as_secs_f64() * 1000.0);
        self.patch(duration_position, &exact)?;
        let segment_size = ebml::wide_size(size - self.layout.segment);
        self.patch(self.layout.segment - 8, &segment_size)?;
        self.file.flush()?;
        Ok(Finished {
            start: None,
            duration,
            mime_type: self.codec.mime_type(),
            size,
        })
    }

    fn close_cluster(&mut self) -> io::Result<()> {
        let Some(cluster) = self.cluster.take() else {
            return Ok(());
        };
        let size = self.end - cluster.position - CLUSTER_HEADER;
        self.patch(cluster.position + 4, &ebml::wide_size(size))?;
        self.file.seek(SeekFrom::Start(self.end))?;
        Ok(())
    }

    fn patch(&mut self, position: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(position))?;
        self.file.write_all(bytes)
    }

    fn cues(&self) -> Vec<u8> {
        let points: Vec<_> = self
            .cues
            .iter()
            .map(|cue| {
                let position = cue.position - self.layout.segment;
                let track = [ebml::uint(0xf7, 1), ebml::uint(0xf1, position)];
                ebml::parent(
                    0xbb,
                    &[ebml::uint(0xb3, cue.time), ebml::parent(0xb7, &track)],
                )
            })
            .collect();
        ebml::parent(CUES, &points)
    }

    fn seek_head(&self, cues: u64) -> Vec<u8> {
        let entries: Vec<_> = [
            (INFO, self.layout.info),
            (TRACKS, self.layout.tracks),
            (CUES, cues),
        ]
        .map(|(name, position)| {
            let seek = [
                ebml::element(0x53ab, &ebml::id(name)),
                ebml::wide_uint(0x53ac, position - self.layout.segment),
            ];
            ebml::parent(0x4dbb, &seek)
        })
        .into();
        let mut bytes = ebml::parent(SEEK_HEAD, &entries);
        bytes.extend(void(RESERVE - bytes.len() as u64));
        bytes
    }
}

fn milliseconds(time: Duration) -> u64 {
    ((time.as_micros() + 500) / 1000) as u64
}

/// It is the first in the info.
pub(crate) fn duration_position(info: u64) -> u64 {
    info + 5
}

/// An element that means nothing and has `length` bytes in all: 2 to 127.
fn void(length: u64) -> Vec<u8> {
    ebml::element(VOID, &vec![0; length as usize - 2])
}

fn header(codec: Codec, size: Option<(u16, u16)>) -> (Vec<u8>, Layout) {
    let mut bytes = ebml::parent(
        EBML,
        &[
            ebml::uint(0x4286, 1),
            ebml::uint(0x42f7, 1),
            ebml::uint(0x42f2, 4),
            ebml::uint(0x42f3, 8),
            ebml::text(0x4282, "webm"),
            ebml::uint(0x4287, 4),
            ebml::uint(0x4285, 2),
        ],
    );
    bytes.extend(ebml::id(SEGMENT));
    bytes.extend(ebml::UNKNOWN_SIZE);
    let segment = bytes.len() as u64;
    bytes.extend(void(RESERVE));
    let info = bytes.len() as u64;
    bytes.extend(ebml::parent(
        INFO,
        &[
            void(DURATION_LENGTH),
            // Times are in milliseconds.
            ebml::uint(0x2ad7b1, 1_000_000),
            ebml::text(0x4d80, "Porthole"),
            ebml::text(0x5741, "Porthole"),
        ],
    ));
    let tracks = bytes.len() as u64;
    bytes.extend(ebml::parent(
        TRACKS,
        &[ebml::parent(0xae, &track(codec, size))],
    ));
    let end = bytes.len() as u64;
    let layout = Layout {
        segment,
        info,
        tracks,
        end,
    };
    (bytes, layout)
}

pub(crate) fn codec_id(codec: Codec) -> &'static str {
    match codec {
        Codec::Opus => "A_OPUS",
        Codec::Vp8 => "V_VP8",
    }
}

fn track(codec: Codec, size: Option<(u16, u16)>) -> Vec<Vec<u8>> {
    let kind = if codec.is_video() { 1 } else { 2 };
    let mut track = vec![
        ebml::uint(0xd7, 1),
        ebml::uint(0x73c5, 1),
        ebml::uint(0x83, kind),
        ebml::uint(0x9c, 0),
        ebml::text(0x22b59c, "und"),
        ebml::text(0x86, codec_id(codec)),
    ];
    match codec {
        Codec::Opus => track.extend([
            ebml::element(0x63a2, &OPUS_HEAD),
            ebml::uint(0x56aa, 0),
            // What a decoder needs before its output is right: 80 ms (RFC 7845 §4.6).
            ebml::uint(0x56bb, 80_000_000),
            ebml::parent(0xe1, &[ebml::float(0xb5, 48_000.0), ebml::uint(0x9f, 2)]),
        ]),
        Codec::Vp8 => {
            let (width, height) = size.unwrap_or_default();
            let size = [
                ebml::uint(0xb0, u64::from(width)),
                ebml::uint(0xba, u64::from(height)),
            ];
            track.push(ebml::parent(0xe0, &size));
        }
    }
    track
}

/// RFC 7845 §5.1: version 1, two channels, nothing to skip, 48 kHz, no gain, one stream.
const OPUS_HEAD: [u8; 19] = *b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00";

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn the_places_that_are_patched_are_where_they_are_thought_to_be() {
        let (bytes, layout) = header(Codec::Vp8, Some((640, 360)));
        assert_eq!(
            bytes[layout.segment as usize - 8..][..8],
            ebml::UNKNOWN_SIZE
        );
        assert_eq!(
            bytes[layout.segment as usize..][..RESERVE as usize],
            void(RESERVE)
        );
        let duration = duration_position(layout.info) as usize;
        assert_eq!(bytes[duration..][..11], void(DURATION_LENGTH));
        assert_eq!(ebml::float(DURATION, 1.0).len() as u64, DURATION_LENGTH);
    }

    #[test]
    fn the_duration_includes_the_last_frame() {
        let mut file = Cursor::new(Vec::new());
        let mut writer = Writer::begin(&mut file, Codec::Vp8, Some((2, 2))).unwrap();
        writer.write(Duration::ZERO, b"key", true).unwrap();
        writer
            .write(Duration::from_millis(40), b"delta", false)
            .unwrap();
        let finished = writer.finish().unwrap();
        assert_eq!(finished.duration, Duration::from_millis(80));
        assert_eq!(finished.size, file.get_ref().len() as u64);
    }

    #[test]
    fn a_cluster_ends_after_two_seconds_and_before_each_keyframe_of_a_video() {
        let mut file = Cursor::new(Vec::new());
        let mut writer = Writer::begin(&mut file, Codec::Vp8, Some((2, 2))).unwrap();
        for (ms, keyframe) in [(0, true), (1999, false), (2000, false), (2100, true)] {
            writer
                .write(Duration::from_millis(ms), b"frame", keyframe)
                .unwrap();
        }
        writer.finish().unwrap();
        let clusters = file
            .get_ref()
            .windows(4)
            .filter(|bytes| *bytes == CLUSTER.to_be_bytes())
            .count();
        assert_eq!(clusters, 3);
    }
}
