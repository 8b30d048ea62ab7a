//! A call's tracks and their files. Everything here blocks on the disk.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use porthole_recorder::{Codec, Finished, RecorderError, TrackRecorder};
use porthole_sfu::{self as sfu, Tap};
use uuid::Uuid;

use super::files::Files;
use crate::protocol::ids::TrackId;
use crate::protocol::room::Millis;
use crate::room::clock::Clock;

/// How often a sender is asked for the same keyframe: one takes a round trip to come.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// What came of the packets.
#[derive(Debug)]
pub enum Written {
    /// The file has begun.
    Began {
        track: TrackId,
        /// Where its time 0 lies on the interview's clock.
        start: Millis,
        mime_type: &'static str,
    },
    NeedsKeyframe(TrackId),
    /// The file is complete, or it is not and why.
    Ended {
        track: TrackId,
        result: Result<Finished, RecorderError>,
    },
}

/// The files of one call.
pub struct Writers {
    files: Files,
    clock: Clock,
    tracks: HashMap<TrackId, Writer>,
}

enum Writer {
    Open {
        recorder: TrackRecorder,
        codec: Codec,
        has_begun: bool,
        asked: Option<Instant>,
    },
    /// It has ended, or cannot be recorded.
    Closed,
}

impl Writers {
    pub fn new(files: Files, clock: Clock) -> Self {
        Self {
            files,
            clock,
            tracks: HashMap::new(),
        }
    }

    /// Writes what came in, in order.
    pub fn write(&mut self, batch: Vec<Tap>) -> Vec<Written> {
        let mut written = Vec::new();
        for tap in batch {
            match tap {
                Tap::Rtp {
                    track,
                    codec,
                    arrived,
                    packet,
                } => self.packet(from_sfu(track), codec, arrived, &packet, &mut written),
                Tap::Ended { track } => written.extend(self.end(from_sfu(track))),
                Tap::SenderReport { .. } => {}
            }
        }
        written
    }

    /// Completes every file.
    pub fn finish(&mut self) -> Vec<Written> {
        let tracks: Vec<_> = self.tracks.keys().copied().collect();
        tracks
            .into_iter()
            .filter_map(|track| self.end(track))
            .collect()
    }

    fn packet(
        &mut self,
        track: TrackId,
        codec: sfu::Codec,
        arrived: Instant,
        packet: &[u8],
        written: &mut Vec<Written>,
    ) {
        let files = &self.files;
        let writer = self.tracks.entry(track).or_insert_with(|| {
            let Some(codec) = recordable(codec) else {
                tracing::warn!(%track, ?codec, "this encoding cannot be recorded");
                return Writer::Closed;
            };
            match TrackRecorder::create(&files.spooled(track), codec) {
                Ok(recorder) => Writer::Open {
                    recorder,
                    codec,
                    has_begun: false,
                    asked: None,
                },
                Err(error) => {
                    let result = Err(error);
                    written.push(Written::Ended { track, result });
                    Writer::Closed
                }
            }
        });
        let Writer::Open {
            recorder,
            codec,
            has_begun,
            asked,
        } = writer
        else {
            return;
        };
        // The clock does not go back, and the room's clock is not older than its calls.
        let arrival = Duration::from_millis(self.clock.at(arrived).unsigned_abs());
        match recorder.push(arrival, packet) {
            Ok(pushed) => {
                if let Some(start) = pushed.start
                    && !std::mem::replace(has_begun, true)
                {
                    written.push(Written::Began {
                        track,
                        start: millis(start),
                        mime_type: codec.mime_type(),
                    });
                }
                let asked_lately =
                    asked.is_some_and(|asked| arrived.saturating_duration_since(asked) < ASK_AGAIN);
                if pushed.needs_keyframe && !asked_lately {
                    *asked = Some(arrived);
                    written.push(Written::NeedsKeyframe(track));
                }
            }
            Err(error) => {
                *writer = Writer::Closed;
                let result = Err(error);
                written.push(Written::Ended { track, result });
            }
        }
    }

    fn end(&mut self, track: TrackId) -> Option<Written> {
        // Whatever of it still comes is not the beginning of another file.
        match self.tracks.insert(track, Writer::Closed) {
            Some(Writer::Open { recorder, .. }) => Some(Written::Ended {
                track,
                result: recorder.finish(),
            }),
            Some(Writer::Closed) | None => None,
        }
    }
}

/// As the database and the page count it.
pub fn millis(time: Duration) -> Millis {
    Millis::try_from(time.as_millis()).unwrap_or(Millis::MAX)
}

fn from_sfu(track: sfu::TrackId) -> TrackId {
    TrackId(Uuid::from_u128(track.0))
}

fn recordable(codec: sfu::Codec) -> Option<Codec> {
    match codec {
        sfu::Codec::Opus => Some(Codec::Opus),
        sfu::Codec::Vp8 => Some(Codec::Vp8),
        sfu::Codec::Vp9 | sfu::Codec::Av1 | sfu::Codec::H264 => None,
    }
}
