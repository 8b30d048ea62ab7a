//! One track: packets in, a file out.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use rtc_rtp::packet::Packet;
use rtc_shared::marshal::Unmarshal;

use crate::depacketize::Depacketizer;
use crate::reorder::{Released, Reorder};
use crate::timestamps::Timestamps;
use crate::webm::Writer;
use crate::{Codec, Finished, RecorderError};

/// What a packet led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// Where the file's time 0 lies on the arrivals' clock, once there is a frame in it.
    pub start: Option<Duration>,
    /// Nothing more is written before the sender makes a keyframe.
    pub needs_keyframe: bool,
}

/// Records one track into one file. After an error the file can still be repaired.
pub struct TrackRecorder {
    codec: Codec,
    ssrc: Option<u32>,
    reorder: Reorder<(Duration, Packet)>,
    depacketizer: Depacketizer,
    timestamps: Timestamps,
    stage: Stage,
}

enum Stage {
    /// A video's header needs its size, which the first keyframe tells.
    Waiting(File),
    Writing {
        start: Duration,
        writer: Writer<File>,
    },
    /// An error came between.
    Broken,
}

impl TrackRecorder {
    /// Creates the file, which must not exist.
    pub fn create(path: &Path, codec: Codec) -> Result<Self, RecorderError> {
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(Self {
            codec,
            ssrc: None,
            reorder: Reorder::default(),
            depacketizer: Depacketizer::new(codec),
            timestamps: Timestamps::new(codec.clock_rate()),
            stage: Stage::Waiting(file),
        })
    }

    /// Takes an RTP packet that arrived at `arrival`. What is not one is ignored.
    pub fn push(&mut self, arrival: Duration, packet: &[u8]) -> Result<Pushed, RecorderError> {
        if let Ok(packet) = Packet::unmarshal(&mut Bytes::copy_from_slice(packet)) {
            let ssrc = packet.header.ssrc;
            if self.ssrc.is_some_and(|known| known != ssrc) {
                self.restart()?;
            }
            self.ssrc = Some(ssrc);
            let sequence = packet.header.sequence_number;
            let released = self.reorder.push(arrival, sequence, (arrival, packet));
            self.take(released)?;
        }
        Ok(Pushed {
            start: match &self.stage {
                Stage::Writing { start, .. } => Some(*start),
                Stage::Waiting(_) | Stage::Broken => None,
            },
            needs_keyframe: self.depacketizer.needs_keyframe(),
        })
    }

    /// Makes the file complete. [`RecorderError::Empty`] if no frame came.
    pub fn finish(mut self) -> Result<Finished, RecorderError> {
        let rest = self.reorder.flush();
        self.take(rest)?;
        match self.stage {
            Stage::Waiting(_) | Stage::Broken => Err(RecorderError::Empty),
            Stage::Writing { start, writer } => Ok(Finished {
                start: Some(start),
                ..writer.finish()?
            }),
        }
    }

    /// Another stream has taken over, with its own numbers and clock.
    fn restart(&mut self) -> Result<(), RecorderError> {
        let rest = std::mem::take(&mut self.reorder).flush();
        self.take(rest)?;
        self.timestamps.restart();
        self.depacketizer.lost();
        Ok(())
    }

    fn take(&mut self, released: Vec<Released<(Duration, Packet)>>) -> Result<(), RecorderError> {
        for one in released {
            match one {
                Released::Lost => self.depacketizer.lost(),
                Released::Packet((arrival, packet)) => self.frame(arrival, &packet)?,
            }
        }
        Ok(())
    }

    fn frame(&mut self, arrival: Duration, packet: &Packet) -> Result<(), RecorderError> {
        if packet.payload.is_empty() {
            return Ok(());
        }
        let header = &packet.header;
        let time = self.timestamps.time(header.timestamp, arrival);
        let Some(frame) = self
            .depacketizer
            .push(header.timestamp, header.marker, &packet.payload)
        else {
            return Ok(());
        };
        self.stage = match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Waiting(file) => Stage::Writing {
                start: time,
                writer: Writer::begin(file, self.codec, frame.size)?,
            },
            other => other,
        };
        if let Stage::Writing { start, writer } = &mut self.stage {
            writer.write(time.saturating_sub(*start), &frame.data, frame.keyframe)?;
        }
        Ok(())
    }
}
