//! What must be remembered of the media for the end of the file.

use std::time::Duration;

use crate::Codec;
use crate::bitstream::{Size, opus_duration_us};

/// What a picture is shown for when there is no second one to tell.
const USUAL_STEP_US: u64 = 33_000;
/// A longer way to the next picture is a pause.
const MAX_STEP_US: u64 = 200_000;

/// A place to begin playing at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cue {
    /// Milliseconds since the file's start.
    pub time: u64,
    /// Of the cluster, which begins with this block.
    pub cluster: u64,
}

/// One block of a file.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// Milliseconds since the file's start.
    pub time: u64,
    pub is_key: bool,
    /// Of the cluster, if the block is its first.
    pub opens_cluster: Option<u64>,
    /// Of the picture, if the block is a keyframe.
    pub size: Option<Size>,
    /// The frame, or the first bytes of it.
    pub frame: &'a [u8],
}

#[derive(Debug)]
pub(crate) struct Tally {
    codec: Codec,
    pub cues: Vec<Cue>,
    pub progress: Progress,
}

/// The part that each block changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    last: Option<u64>,
    end_us: u64,
    step_us: u64,
    /// The largest picture.
    pub size: Option<Size>,
}

impl Tally {
    pub fn new(codec: Codec) -> Self {
        Self {
            codec,
            cues: Vec::new(),
            progress: Progress {
                last: None,
                end_us: 0,
                step_us: USUAL_STEP_US,
                size: None,
            },
        }
    }

    pub fn add(&mut self, block: &Block) {
        let progress = &mut self.progress;
        let time_us = block.time * 1000;
        let step_us = if self.codec.is_video() {
            let since_last = progress
                .last
                .map(|last| time_us.saturating_sub(last * 1000));
            progress.step_us = since_last
                .filter(|step| (1..=MAX_STEP_US).contains(step))
                .unwrap_or(progress.step_us);
            progress.step_us
        } else {
            opus_duration_us(block.frame)
        };
        progress.end_us = progress.end_us.max(time_us + step_us);
        progress.last = Some(block.time);
        if block.size.map(Size::area) > progress.size.map(Size::area) {
            progress.size = block.size;
        }
        if let Some(cluster) = block.opens_cluster
            && block.is_key
        {
            self.cues.push(Cue {
                time: block.time,
                cluster,
            });
        }
    }

    /// Goes back to a former progress, when the file was so long.
    pub fn return_to(&mut self, progress: Progress, length: u64) {
        self.progress = progress;
        self.cues.retain(|cue| cue.cluster < length);
    }

    /// The time of the last block, in milliseconds.
    pub fn last(&self) -> Option<u64> {
        self.progress.last
    }

    /// To the end of the last frame.
    pub fn duration(&self) -> Duration {
        Duration::from_micros(self.progress.end_us)
    }
}
