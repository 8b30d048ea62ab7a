//! RTP in, seekable WebM out: one file per track, nothing transcoded.
//!
//! - [`reorder`]: packets back into the order in which they were sent
//! - [`depacketize`]: packets to frames
//! - [`timestamps`]: RTP time to time on the interview's clock
//! - [`ebml`]: the binary format under WebM
//! - [`webm`]: the file while it is written
//! - [`repair`]: the file that a crash left
//! - [`track`]: all of it together, for one track
//!
//! Nothing here knows sockets, tasks or the time of day: packets come with their time of arrival.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod depacketize;
mod ebml;
pub mod reorder;
pub mod repair;
pub mod timestamps;
pub mod track;
pub mod webm;

use std::time::Duration;

pub use repair::repair;
pub use track::{Pushed, TrackRecorder};

/// What a track is encoded with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Opus,
    Vp8,
}

impl Codec {
    /// How fast its RTP timestamps run, per second.
    pub fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 => 90_000,
        }
    }

    /// The type of a file that holds it.
    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Opus => "audio/webm; codecs=\"opus\"",
            Self::Vp8 => "video/webm; codecs=\"vp8\"",
        }
    }

    pub fn is_video(self) -> bool {
        self != Self::Opus
    }
}

/// Why a track cannot be recorded or repaired.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    #[error("the recording cannot be written: {0}")]
    Disk(#[from] std::io::Error),
    /// It ended before its first whole frame.
    #[error("the recording is empty")]
    Empty,
    #[error("the file is not one of this recorder's")]
    Foreign,
}

/// A complete file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Where the file's time 0 lies on the clock that the packets' arrivals were read from. A
    /// repaired file does not know.
    pub start: Option<Duration>,
    /// Up to the end of the last frame.
    pub duration: Duration,
    pub mime_type: &'static str,
    /// Bytes.
    pub size: u64,
}
