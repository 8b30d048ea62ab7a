//! Transport-wide congestion control feedback
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3): when each packet arrived, so that the
//! sending browser can estimate how much the path carries.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
    PacketStatusChunk, RecvDelta, StatusChunkTypeTcc, StatusVectorChunk, SymbolSizeTypeTcc,
    SymbolTypeTcc, TransportLayerCc,
};

use crate::nack::unwrap;

/// The unit of the reference time (§3.1).
const REFERENCE_UNIT: Duration = Duration::from_millis(64);
/// The unit of a delta, microseconds.
const DELTA_UNIT_US: i64 = 250;
/// Two-bit symbols in one status vector chunk (§3.1.4).
const SYMBOLS_PER_CHUNK: usize = 7;
/// Bounds one feedback packet; browsers send far less in the 50 ms between two.
const MAX_PACKETS: usize = 500;

pub(crate) struct ArrivalLog {
    origin: Instant,
    highest: Option<u64>,
    /// The first sequence number that the next feedback reports.
    next: u64,
    arrivals: BTreeMap<u64, Instant>,
    feedback_count: u8,
}

impl ArrivalLog {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            origin: now,
            highest: None,
            next: 0,
            arrivals: BTreeMap::new(),
            feedback_count: 0,
        }
    }

    pub(crate) fn arrived(&mut self, now: Instant, sequence_number: u16) {
        let sequence = match self.highest {
            Some(highest) => unwrap(highest, sequence_number),
            None => {
                let first = 0x1_0000 + u64::from(sequence_number);
                self.next = first;
                first
            }
        };
        self.highest = Some(
            self.highest
                .map_or(sequence, |highest| highest.max(sequence)),
        );
        if sequence >= self.next && self.arrivals.len() < MAX_PACKETS {
            self.arrivals.insert(sequence, now);
        }
    }

    /// The feedback on everything since the last one; `None` if nothing came.
    pub(crate) fn feedback(
        &mut self,
        sender_ssrc: u32,
        media_ssrc: u32,
    ) -> Option<TransportLayerCc> {
        let (&last, _) = self.arrivals.last_key_value()?;
        let (&first_arrived, &first_at) = self.arrivals.first_key_value()?;
        // A hole larger than one feedback can tell of is left out.
        let first = if last - self.next < MAX_PACKETS as u64 {
            self.next
        } else {
            first_arrived
        };
        let count = (last - first + 1).min(MAX_PACKETS as u64);

        let reference = first_at.duration_since(self.origin).as_micros() as i64
            / REFERENCE_UNIT.as_micros() as i64;
        let mut previous_us = reference * REFERENCE_UNIT.as_micros() as i64;
        let mut symbols = Vec::with_capacity(count as usize);
        let mut deltas = Vec::new();
        for sequence in first..first + count {
            let Some(at) = self.arrivals.get(&sequence) else {
                symbols.push(SymbolTypeTcc::PacketNotReceived);
                continue;
            };
            let at_us = at.duration_since(self.origin).as_micros() as i64;
            let ticks = (at_us - previous_us).div_euclid(DELTA_UNIT_US);
            let (ticks, symbol) = match ticks {
                0..=255 => (ticks, SymbolTypeTcc::PacketReceivedSmallDelta),
                _ => (
                    ticks.clamp(i64::from(i16::MIN), i64::from(i16::MAX)),
                    SymbolTypeTcc::PacketReceivedLargeDelta,
                ),
            };
            previous_us += ticks * DELTA_UNIT_US;
            symbols.push(symbol);
            deltas.push(RecvDelta {
                type_tcc_packet: symbol,
                delta: ticks * DELTA_UNIT_US,
            });
        }
        self.arrivals.clear();
        self.next = last + 1;
        let feedback_count = self.feedback_count;
        self.feedback_count = feedback_count.wrapping_add(1);
        Some(TransportLayerCc {
            sender_ssrc,
            media_ssrc,
            base_sequence_number: (first & 0xffff) as u16,
            packet_status_count: count as u16,
            reference_time: (reference & 0x00ff_ffff) as u32,
            fb_pkt_count: feedback_count,
            packet_chunks: symbols.chunks(SYMBOLS_PER_CHUNK).map(chunk).collect(),
            recv_deltas: deltas,
        })
    }
}

fn chunk(symbols: &[SymbolTypeTcc]) -> PacketStatusChunk {
    let mut symbol_list = symbols.to_vec();
    symbol_list.resize(SYMBOLS_PER_CHUNK, SymbolTypeTcc::PacketNotReceived);
    PacketStatusChunk::StatusVectorChunk(StatusVectorChunk {
        type_tcc: StatusChunkTypeTcc::StatusVectorChunk,
        symbol_size: SymbolSizeTypeTcc::TwoBit,
        symbol_list,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rtc::shared::marshal::{Marshal, Unmarshal};

    use super::*;

    #[test]
    fn feedback_tells_what_came_when_and_what_did_not() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        log.arrived(start + Duration::from_millis(70), 65_535);
        log.arrived(start + Duration::from_millis(75), 1);
        let feedback = log.feedback(1, 2).unwrap();
        assert_eq!(feedback.base_sequence_number, 65_535);
        assert_eq!(feedback.packet_status_count, 3);
        assert_eq!(feedback.reference_time, 1);
        let deltas: Vec<i64> = feedback.recv_deltas.iter().map(|one| one.delta).collect();
        assert_eq!(deltas, [6_000, 5_000]);
    }

    #[test]
    fn feedback_survives_the_wire() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        for index in 0..40_u16 {
            if index % 5 != 3 {
                log.arrived(start + Duration::from_millis(u64::from(index) * 9), index);
            }
        }
        let feedback = log.feedback(1, 2).unwrap();
        let mut wire: Bytes = feedback.marshal().unwrap().freeze();
        assert_eq!(TransportLayerCc::unmarshal(&mut wire).unwrap(), feedback);
    }

    #[test]
    fn nothing_is_told_twice() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        log.arrived(start, 7);
        assert!(log.feedback(1, 2).is_some());
        assert!(log.feedback(1, 2).is_none());
        log.arrived(start, 10);
        let feedback = log.feedback(1, 2).unwrap();
        assert_eq!(feedback.base_sequence_number, 8);
        assert_eq!(feedback.packet_status_count, 3);
        assert_eq!(feedback.fb_pkt_count, 1);
    }

    #[test]
    fn a_clock_that_seems_to_go_back_is_told_as_a_negative_delta() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        log.arrived(start + Duration::from_millis(50), 2);
        log.arrived(start + Duration::from_millis(60), 1);
        log.arrived(start + Duration::from_millis(70), 3);
        let feedback = log.feedback(1, 2).unwrap();
        assert_eq!(feedback.base_sequence_number, 2);
    }
}
