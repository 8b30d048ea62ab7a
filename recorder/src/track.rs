//! One track's recording, from packets to the file.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use crate::depacketize::{Depacketizer, Frame, Packet};
use crate::error::RecorderError;
use crate::reorder::{Released, Reorder};
use crate::rtp;
use crate::timestamps::{MediaClock, SenderClock};
use crate::webm::ending::{self, Ending};
use crate::webm::writer::Writer;
use crate::{Codec, Storage};

/// A keyframe that was asked for and did not come is asked for again after this.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// After a failure, nothing is written for so long.
const RETRY: Duration = Duration::from_secs(3);

/// What taking a packet led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pushed {
    /// The sender should be asked for a keyframe now; said again while none comes.
    pub needs_keyframe: bool,
    /// The file has its first frame.
    pub started: Option<Started>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Where the file's time 0 lies on the interview's clock, in whole milliseconds.
    pub at: Duration,
    /// With its codecs parameter.
    pub mime_type: String,
}

/// A file that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Where the file's time 0 lies on the interview's clock. None if there is not a single frame:
    /// the file is of no use.
    pub start: Option<Duration>,
    /// To the end of the last frame.
    pub duration: Duration,
    /// With its codecs parameter.
    pub mime_type: String,
    /// Pixels of the largest picture; None for sound.
    pub width: Option<u16>,
    pub height: Option<u16>,
    /// Bytes.
    pub size: u64,
}

impl Finished {
    pub(crate) fn empty(size: u64) -> Self {
        Self {
            start: None,
            duration: Duration::ZERO,
            mime_type: String::new(),
            width: None,
            height: None,
            size,
        }
    }
}

impl From<Ending> for Finished {
    fn from(ending: Ending) -> Self {
        Self {
            start: Some(ending.start),
            duration: ending.duration,
            mime_type: ending.mime_type,
            width: ending.picture.map(|size| size.width),
            height: ending.picture.map(|size| size.height),
            size: ending.size,
        }
    }
}

/// Records one track. Dropped without [`finish`](Self::finish), it leaves a file for
/// [`repair`](crate::repair()) that lacks half a second at most.
pub struct TrackRecorder<S = File> {
    codec: Codec,
    ssrc: Option<u32>,
    reorder: Reorder<Packet>,
    depacketizer: Depacketizer,
    clock: MediaClock,
    writer: Writer<S>,
    lost: u64,
    asked: Option<Duration>,
    failed: Option<Duration>,
    is_start_told: bool,
}

impl TrackRecorder {
    /// Creates the file, which must not exist. Nothing is written before the first keyframe.
    pub fn create(path: &Path, codec: Codec) -> Result<Self, RecorderError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        Ok(Self::onto(file, codec))
    }
}

impl<S: Storage> TrackRecorder<S> {
    /// Records onto empty storage.
    pub fn onto(storage: S, codec: Codec) -> Self {
        Self {
            codec,
            ssrc: None,
            reorder: Reorder::new(),
            depacketizer: Depacketizer::new(codec),
            clock: MediaClock::new(codec.clock_rate()),
            writer: Writer::new(storage, codec),
            lost: 0,
            asked: None,
            failed: None,
            is_start_told: false,
        }
    }

    /// Takes an RTP packet that arrived at this time of the interview's clock; arrival times never
    /// decrease. What is no RTP packet is ignored.
    ///
    /// # Errors
    ///
    /// [`RecorderError::Io`] when writing failed. The recorder goes on by itself: it tries again
    /// at the next keyframe after some seconds.
    pub fn push(&mut self, arrival: Duration, packet: Bytes) -> Result<Pushed, RecorderError> {
        let size = packet.len();
        let Some(packet) = rtp::read(&packet) else {
            return Ok(Pushed::default());
        };
        let mut result = Ok(());
        let last = self.ssrc.replace(packet.ssrc);
        if last.is_some_and(|last| last != packet.ssrc) {
            result = self.begin_stream();
        }
        let item = Packet {
            arrival,
            timestamp: packet.timestamp,
            marker: packet.marker,
            payload: packet.payload,
        };
        self.reorder.push(packet.sequence, arrival, size, item);
        while let Some(released) = self.reorder.pop(arrival) {
            result = result.and(self.take(released));
        }
        result?;
        Ok(Pushed {
            needs_keyframe: self.asks_for_keyframe(arrival),
            started: self.tell_start(),
        })
    }

    /// Takes an RTCP sender report's times: NTP in 32.32 fixed-point seconds, and RTP. `sender` is
    /// shared by all tracks of the person, which is what brings sound and picture together.
    pub fn sender_report(
        &mut self,
        sender: &mut SenderClock,
        ntp_time: u64,
        rtp_time: u32,
        arrival: Duration,
    ) {
        self.clock.report(sender, ntp_time, rtp_time, arrival);
    }

    /// Writing has failed and has not worked since.
    pub fn is_failing(&self) -> bool {
        self.failed.is_some()
    }

    /// How many packets never came.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Writes what is left and completes the file.
    ///
    /// # Errors
    ///
    /// [`RecorderError::Io`]; the file can then be repaired later.
    pub fn finish(mut self) -> Result<Finished, RecorderError> {
        self.drain()?;
        Ok(self
            .writer
            .finish()?
            .map_or_else(|| Finished::empty(0), Finished::from))
    }

    /// Another stream of the same track: its numbers and times have nothing to do with the last's.
    fn begin_stream(&mut self) -> Result<(), RecorderError> {
        let drained = self.drain();
        self.reorder = Reorder::new();
        self.depacketizer.lost();
        self.clock.restart();
        drained
    }

    fn drain(&mut self) -> Result<(), RecorderError> {
        let mut result = Ok(());
        while let Some(released) = self.reorder.drain() {
            result = result.and(self.take(released));
        }
        result
    }

    fn take(&mut self, released: Released<Packet>) -> Result<(), RecorderError> {
        match released {
            Released::Lost(count) => {
                self.lost += count;
                self.depacketizer.lost();
                Ok(())
            }
            Released::Packet(packet) => {
                let mut result = Ok(());
                for frame in self.depacketizer.push(&packet) {
                    result = result.and(self.write(&frame));
                }
                result
            }
        }
    }

    fn write(&mut self, frame: &Frame) -> Result<(), RecorderError> {
        let time = self.clock.time(frame.timestamp, frame.arrival);
        let pauses = |failed: Duration| frame.arrival.saturating_sub(failed) < RETRY;
        if self.failed.is_some_and(pauses) {
            self.depacketizer.lost();
            return Ok(());
        }
        match self.writer.write(time, frame.key.as_ref(), &frame.data) {
            Ok(()) => {
                self.failed = None;
                Ok(())
            }
            Err(error) => {
                self.failed = Some(frame.arrival);
                self.depacketizer.lost();
                Err(error.into())
            }
        }
    }

    fn asks_for_keyframe(&mut self, now: Duration) -> bool {
        if !self.depacketizer.awaits_keyframe() {
            self.asked = None;
            return false;
        }
        let pause = if self.failed.is_some() {
            RETRY
        } else {
            ASK_AGAIN
        };
        let is_due = self
            .asked
            .or(self.failed)
            .is_none_or(|asked| now.saturating_sub(asked) >= pause);
        if is_due {
            self.asked = Some(now);
        }
        is_due
    }

    fn tell_start(&mut self) -> Option<Started> {
        if self.is_start_told {
            return None;
        }
        let layout = self.writer.layout()?;
        self.is_start_told = true;
        Some(Started {
            at: layout.start,
            mime_type: ending::mime_type(layout),
        })
    }
}

impl<S> std::fmt::Debug for TrackRecorder<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrackRecorder")
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}
