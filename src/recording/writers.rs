//! A call's tracks and their files. Everything here blocks on the disk.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use porthole_recorder::{Codec, Finished, Pushed, RecorderError, SenderClock, TrackRecorder};
use porthole_sfu::{self as sfu, Tap};
use uuid::Uuid;

use super::files::Files;
use crate::protocol::ids::{ParticipantId, TrackId};
use crate::protocol::room::Millis;
use crate::room::clock::Clock;

/// How long a file that cannot be created is not tried again.
const RETRY: Duration = Duration::from_secs(3);

/// What came of the packets.
#[derive(Debug)]
pub enum Written {
    /// The file has begun.
    Began {
        track: TrackId,
        /// Where its time 0 lies on the interview's clock.
        start: Millis,
        mime_type: String,
    },
    NeedsKeyframe(TrackId),
    /// The disk is full or failing. It is tried again.
    Failed {
        track: TrackId,
        reason: String,
    },
    /// Writing works again.
    Resumed(TrackId),
    /// The file is complete, or is to be repaired.
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
    /// Whose a track is. Its media may come before this is known.
    owners: HashMap<TrackId, ParticipantId>,
    clocks: HashMap<ParticipantId, SenderClock>,
}

enum Writer {
    Open {
        recorder: Box<TrackRecorder>,
        is_failing: bool,
    },
    /// The file could not be created.
    Missing {
        since: Instant,
    },
    Ended,
}

impl Writers {
    pub fn new(files: Files, clock: Clock) -> Self {
        Self {
            files,
            clock,
            tracks: HashMap::new(),
            owners: HashMap::new(),
            clocks: HashMap::new(),
        }
    }

    /// The tracks of one person are kept in step.
    pub fn own(&mut self, track: TrackId, participant: ParticipantId) {
        self.owners.insert(track, participant);
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
                } => self.packet(from_sfu(track), codec, arrived, packet, &mut written),
                Tap::Ended { track } => written.extend(self.end(from_sfu(track))),
                Tap::SenderReport {
                    track,
                    ntp_time,
                    rtp_time,
                    arrived,
                } => self.report(from_sfu(track), ntp_time, rtp_time, arrived),
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
        packet: Bytes,
        written: &mut Vec<Written>,
    ) {
        let arrival = self.arrival(arrived);
        let writer = match self.tracks.remove(&track) {
            None => self.create(track, codec, arrived, written),
            Some(Writer::Missing { since })
                if arrived.saturating_duration_since(since) >= RETRY =>
            {
                let writer = self.create(track, codec, arrived, written);
                if matches!(writer, Writer::Open { .. }) {
                    written.push(Written::Resumed(track));
                }
                writer
            }
            Some(writer) => writer,
        };
        let writer = self.tracks.entry(track).insert_entry(writer).into_mut();
        let Writer::Open {
            recorder,
            is_failing,
        } = writer
        else {
            return;
        };
        match recorder.push(arrival, packet) {
            Ok(pushed) => {
                let Pushed {
                    needs_keyframe,
                    started,
                } = pushed;
                written.extend(started.map(|started| Written::Began {
                    track,
                    start: millis(started.at),
                    mime_type: started.mime_type,
                }));
                if needs_keyframe {
                    written.push(Written::NeedsKeyframe(track));
                }
            }
            Err(error) => {
                *is_failing = true;
                let reason = error.to_string();
                written.push(Written::Failed { track, reason });
            }
        }
        if *is_failing && !recorder.is_failing() {
            *is_failing = false;
            written.push(Written::Resumed(track));
        }
    }

    fn create(
        &self,
        track: TrackId,
        codec: sfu::Codec,
        now: Instant,
        written: &mut Vec<Written>,
    ) -> Writer {
        match TrackRecorder::create(&self.files.spooled(track), recorded(codec)) {
            Ok(recorder) => Writer::Open {
                recorder: Box::new(recorder),
                is_failing: false,
            },
            Err(error) => {
                let reason = error.to_string();
                written.push(Written::Failed { track, reason });
                Writer::Missing { since: now }
            }
        }
    }

    fn report(&mut self, track: TrackId, ntp_time: u64, rtp_time: u32, arrived: Instant) {
        let arrival = self.arrival(arrived);
        let owner = self.owners.get(&track);
        if let (Some(owner), Some(Writer::Open { recorder, .. })) =
            (owner, self.tracks.get_mut(&track))
        {
            let clock = self.clocks.entry(*owner).or_default();
            recorder.sender_report(clock, ntp_time, rtp_time, arrival);
        }
    }

    fn end(&mut self, track: TrackId) -> Option<Written> {
        // Whatever of it still comes is not the beginning of another file.
        match self.tracks.insert(track, Writer::Ended) {
            Some(Writer::Open { recorder, .. }) => {
                let lost = recorder.lost();
                if lost > 0 {
                    tracing::info!(%track, lost, "packets never came");
                }
                Some(Written::Ended {
                    track,
                    result: recorder.finish(),
                })
            }
            Some(Writer::Missing { .. } | Writer::Ended) | None => None,
        }
    }

    fn arrival(&self, arrived: Instant) -> Duration {
        // The clock does not go back, and the room's clock is not older than its calls.
        Duration::from_millis(self.clock.at(arrived).unsigned_abs())
    }
}

/// As the database and the page count it.
pub fn millis(time: Duration) -> Millis {
    Millis::try_from(time.as_millis()).unwrap_or(Millis::MAX)
}

fn from_sfu(track: sfu::TrackId) -> TrackId {
    TrackId(Uuid::from_u128(track.0))
}

fn recorded(codec: sfu::Codec) -> Codec {
    match codec {
        sfu::Codec::Opus => Codec::Opus,
        sfu::Codec::Vp8 => Codec::Vp8,
        sfu::Codec::Vp9 => Codec::Vp9,
        sfu::Codec::Av1 => Codec::Av1,
        sfu::Codec::H264 => Codec::H264,
    }
}
