//! Makes a finished file of one whose media is complete: cues after it, and before it the places
//! of everything, the duration, the picture's size and the segment's. In an order in which a crash
//! leaves a file that can be repaired.

use std::io::{self, SeekFrom};
use std::time::Duration;

use super::ebml::{long_size, put_bytes, put_float, put_master, put_uint, put_void};
use super::ids::*;
use super::layout::{Layout, SEEK_HEAD_ROOM};
use super::tally::Tally;
use crate::Storage;
use crate::bitstream::Size;

/// What a finished file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub start: Duration,
    pub duration: Duration,
    pub mime_type: String,
    pub picture: Option<Size>,
    /// Bytes.
    pub size: u64,
}

/// Finishes the file, whose last cluster ends at `end`.
pub(crate) fn finish(
    file: &mut impl Storage,
    layout: &Layout,
    tally: &Tally,
    end: u64,
) -> io::Result<Ending> {
    let cues = cues(layout, tally);
    file.set_len(end)?;
    write_at(file, end, &cues)?;
    let size = end + cues.len() as u64;
    file.sync()?;

    write_at(file, layout.seek_head, &seek_head(layout, end))?;
    let mut duration = Vec::new();
    let milliseconds = tally.duration().as_secs_f64() * 1000.0;
    put_float(&mut duration, DURATION, milliseconds);
    write_at(file, layout.duration, &duration)?;
    if let (Some(pixels), Some(size)) = (layout.pixels, tally.progress.size) {
        write_at(file, pixels.width, &size.width.to_be_bytes())?;
        write_at(file, pixels.height, &size.height.to_be_bytes())?;
    }
    const SIZE_LENGTH: u64 = 8;
    let segment_size = long_size(size - layout.segment);
    write_at(file, layout.segment - SIZE_LENGTH, &segment_size)?;
    file.sync()?;
    Ok(describe(layout, tally, size))
}

/// What a finished file of this size is.
pub(crate) fn describe(layout: &Layout, tally: &Tally, size: u64) -> Ending {
    Ending {
        start: layout.start,
        duration: tally.duration(),
        mime_type: mime_type(layout),
        picture: tally.progress.size,
        size,
    }
}

/// With the codecs parameter.
pub(crate) fn mime_type(layout: &Layout) -> String {
    let container = layout.codec.container_type();
    format!("{container}; codecs=\"{}\"", layout.codecs)
}

fn cues(layout: &Layout, tally: &Tally) -> Vec<u8> {
    let mut out = Vec::new();
    put_master(&mut out, CUES, |out| {
        for cue in &tally.cues {
            put_master(out, CUE_POINT, |out| {
                put_uint(out, CUE_TIME, cue.time);
                put_master(out, CUE_TRACK_POSITIONS, |out| {
                    put_uint(out, CUE_TRACK, THE_TRACK.into());
                    put_uint(out, CUE_CLUSTER_POSITION, cue.cluster - layout.segment);
                });
            });
        }
    });
    out
}

fn seek_head(layout: &Layout, cues: u64) -> Vec<u8> {
    let places = [
        (INFO, layout.info),
        (TAGS, layout.tags),
        (TRACKS, layout.tracks),
        (CUES, cues),
    ];
    let mut out = Vec::new();
    put_master(&mut out, SEEK_HEAD, |out| {
        for (id, position) in places {
            put_master(out, SEEK, |out| {
                put_bytes(out, SEEK_ID, &id.to_be_bytes());
                let position = position - layout.segment;
                put_bytes(out, SEEK_POSITION, &position.to_be_bytes());
            });
        }
    });
    let rest = SEEK_HEAD_ROOM - out.len();
    put_void(&mut out, rest);
    out
}

fn write_at(file: &mut impl Storage, position: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(position))?;
    file.write_all(bytes)
}
