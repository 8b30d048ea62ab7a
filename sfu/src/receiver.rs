//! A published track: what arrives from its sender, and what we tell the sender about it.

use std::time::{Duration, Instant};

use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;

use crate::api::TrackId;
use crate::media::{Codec, Extension, ExtensionIds, Kind, Source};
use crate::nack::{LossDetector, unwrap};
use crate::packet::{Packet, unwrap_rtx};
use crate::sdp::{Payload, Section};

/// A power of two; a second or two of video, which is as long as a repeat is of use.
const CACHE_PACKETS: usize = 256;
/// Every subscriber that joins or loses a frame asks; one keyframe serves them all.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

pub(crate) struct Receiver {
    pub(crate) mid: String,
    pub(crate) track: TrackId,
    pub(crate) source: Source,
    pub(crate) payload: Payload,
    pub(crate) extensions: ExtensionIds,
    pub(crate) ssrc: Option<u32>,
    rtx_ssrc: Option<u32>,
    losses: LossDetector,
    cache: Vec<Option<Packet>>,
    reception: Reception,
    keyframe_wanted: bool,
    keyframe_requested_at: Option<Instant>,
}

impl Receiver {
    pub(crate) fn new(track: TrackId, source: Source, section: &Section, payload: Payload) -> Self {
        let cached = match source.kind() {
            Kind::Audio => 0,
            Kind::Video => CACHE_PACKETS,
        };
        Self {
            mid: section.mid.clone(),
            track,
            source,
            payload,
            extensions: section.extensions.clone(),
            ssrc: section.ssrc,
            rtx_ssrc: section.rtx_ssrc,
            losses: LossDetector::default(),
            cache: vec![None; cached],
            reception: Reception::default(),
            keyframe_wanted: false,
            keyframe_requested_at: None,
        }
    }

    pub(crate) fn codec(&self) -> Codec {
        self.payload.codec
    }

    pub(crate) fn sends(&self, ssrc: u32) -> bool {
        self.ssrc == Some(ssrc) || self.rtx_ssrc == Some(ssrc)
    }

    /// Learns an SSRC that the offer did not name, from a packet that names this section.
    pub(crate) fn learn(&mut self, packet: &Packet) {
        if packet.header.payload_type == self.payload.number {
            self.ssrc = Some(packet.header.ssrc);
        } else if Some(packet.header.payload_type) == self.payload.rtx {
            self.rtx_ssrc = Some(packet.header.ssrc);
        }
    }

    /// Takes a packet of this track and gives what is to be forwarded: repeats as what they repeat,
    /// nothing for duplicates and padding.
    pub(crate) fn accept(&mut self, now: Instant, packet: Packet) -> Option<Packet> {
        let packet = if packet.header.payload_type == self.payload.number {
            self.reception
                .arrived(now, &packet, self.payload.codec.clock_rate());
            packet
        } else if Some(packet.header.payload_type) == self.payload.rtx {
            unwrap_rtx(packet, self.ssrc?, self.payload.number)?
        } else {
            return None;
        };
        if self.payload.codec.kind() == Kind::Video {
            let sequence_number = packet.header.sequence_number;
            if self.cached(sequence_number).is_some() {
                return None;
            }
            self.losses.arrived(now, sequence_number);
            let slot = usize::from(sequence_number) % CACHE_PACKETS;
            self.cache[slot] = Some(packet.clone());
        }
        Some(packet)
    }

    /// A packet that was forwarded a moment ago.
    pub(crate) fn cached(&self, sequence_number: u16) -> Option<&Packet> {
        self.cache
            .get(usize::from(sequence_number) % CACHE_PACKETS)?
            .as_ref()
            .filter(|packet| packet.header.sequence_number == sequence_number)
    }

    pub(crate) fn audio_level(&self, packet: &Packet) -> Option<bytes::Bytes> {
        let id = self.extensions.id(Extension::AudioLevel)?;
        packet.header.get_extension(id)
    }

    pub(crate) fn want_keyframe(&mut self) {
        self.keyframe_wanted |= self.payload.codec.kind() == Kind::Video;
    }

    /// Whether to ask for a keyframe now; counts as asked.
    pub(crate) fn keyframe_due(&mut self, now: Instant) -> bool {
        let rested = self
            .keyframe_requested_at
            .is_none_or(|at| now.duration_since(at) >= KEYFRAME_INTERVAL);
        let due = self.keyframe_wanted && rested && self.ssrc.is_some();
        if due {
            self.keyframe_wanted = false;
            self.keyframe_requested_at = Some(now);
        }
        due
    }

    /// The sequence numbers to ask for again. What cannot be had any more makes a keyframe wanted.
    pub(crate) fn losses_due(&mut self, now: Instant) -> Vec<u16> {
        let (due, given_up) = self.losses.due(now);
        if given_up {
            self.want_keyframe();
        }
        due
    }

    pub(crate) fn sender_report(&mut self, now: Instant, report: &SenderReport) {
        self.reception.last_report = Some((((report.ntp_time >> 16) & 0xffff_ffff) as u32, now));
    }

    pub(crate) fn report(&mut self, now: Instant) -> Option<ReceptionReport> {
        self.reception.report(now, self.ssrc?)
    }
}

/// What a receiver report tells (RFC 3550 §6.4.1, appendix A.3 and A.8).
#[derive(Default)]
struct Reception {
    first: Option<u64>,
    highest: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    /// In units of the RTP clock, times 16.
    jitter: f64,
    last_transit: Option<f64>,
    started_at: Option<Instant>,
    /// The middle 32 bits of the last sender report's NTP time, and when it came.
    last_report: Option<(u32, Instant)>,
}

impl Reception {
    fn arrived(&mut self, now: Instant, packet: &Packet, clock_rate: u32) {
        let sequence = match self.first {
            None => {
                let first = 0x1_0000 + u64::from(packet.header.sequence_number);
                self.first = Some(first);
                self.highest = first;
                first
            }
            Some(_) => unwrap(self.highest, packet.header.sequence_number),
        };
        self.highest = self.highest.max(sequence);
        self.received += 1;

        let started_at = *self.started_at.get_or_insert(now);
        let arrival = now.duration_since(started_at).as_secs_f64() * f64::from(clock_rate);
        let transit = arrival - f64::from(packet.header.timestamp);
        if let Some(last) = self.last_transit {
            let difference = (transit - last).abs();
            // A wrapped or restarted timestamp is no jitter.
            if difference < f64::from(clock_rate) {
                self.jitter += (difference - self.jitter) / 16.0;
            }
        }
        self.last_transit = Some(transit);
    }

    fn report(&mut self, now: Instant, ssrc: u32) -> Option<ReceptionReport> {
        let expected = self.highest - self.first? + 1;
        let lost = expected.saturating_sub(self.received);
        let expected_interval = expected - self.expected_before;
        let received_interval = self.received - self.received_before;
        let lost_interval = expected_interval.saturating_sub(received_interval);
        self.expected_before = expected;
        self.received_before = self.received;
        let fraction_lost = (lost_interval * 256)
            .checked_div(expected_interval)
            .unwrap_or(0)
            .min(255);
        let (last_sender_report, delay) = self.last_report.map_or((0, 0), |(report, at)| {
            let delay = now.duration_since(at).as_secs_f64() * 65_536.0;
            (report, delay as u32)
        });
        Some(ReceptionReport {
            ssrc,
            fraction_lost: fraction_lost as u8,
            total_lost: lost.min(0x7f_ffff) as u32,
            // Truncated, as the field is: a sender that jumps may wrap even this.
            last_sequence_number: (self.highest - 0x1_0000) as u32,
            jitter: self.jitter as u32,
            last_sender_report,
            delay,
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rtc::rtp::header::Header;

    use super::*;

    fn receiver() -> Receiver {
        let offer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n\
a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
a=mid:0\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n\
a=ssrc-group:FID 1 2\r\n";
        let offer = crate::sdp::parse_offer(offer).unwrap();
        let payload = offer.sections[0].preferred().unwrap().clone();
        Receiver::new(TrackId(1), Source::Camera, &offer.sections[0], payload)
    }

    fn packet(payload_type: u8, ssrc: u32, sequence_number: u16, payload: &'static [u8]) -> Packet {
        Packet {
            header: Header {
                version: 2,
                payload_type,
                ssrc,
                sequence_number,
                ..Default::default()
            },
            payload: Bytes::from_static(payload),
        }
    }

    #[test]
    fn a_repeat_fills_the_gap_once() {
        let now = Instant::now();
        let mut receiver = receiver();
        assert!(receiver.accept(now, packet(96, 1, 10, b"a")).is_some());
        assert!(receiver.accept(now, packet(96, 1, 12, b"c")).is_some());
        let repeat = packet(97, 2, 500, &[0, 11, b'b']);
        let original = receiver.accept(now, repeat.clone()).unwrap();
        assert_eq!(original.header.sequence_number, 11);
        assert_eq!(original.payload.as_ref(), b"b");
        assert!(receiver.accept(now, repeat).is_none(), "a duplicate");
        assert!(
            receiver
                .losses_due(now + Duration::from_millis(50))
                .is_empty()
        );
    }

    #[test]
    fn keyframe_requests_are_throttled_but_not_forgotten() {
        let now = Instant::now();
        let mut receiver = receiver();
        receiver.want_keyframe();
        assert!(receiver.keyframe_due(now));
        receiver.want_keyframe();
        assert!(!receiver.keyframe_due(now + Duration::from_millis(100)));
        assert!(receiver.keyframe_due(now + KEYFRAME_INTERVAL));
        assert!(!receiver.keyframe_due(now + 2 * KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_report_tells_the_share_that_was_lost() {
        let now = Instant::now();
        let mut receiver = receiver();
        for sequence in [65_534, 65_535, 1, 2] {
            receiver.accept(now, packet(96, 1, sequence, b"x"));
        }
        let report = receiver.report(now).unwrap();
        assert_eq!(report.total_lost, 1);
        assert_eq!(report.fraction_lost, 51);
        assert_eq!(report.last_sequence_number, 0x1_0002);
        assert_eq!(receiver.report(now).unwrap().fraction_lost, 0);
    }

    #[test]
    fn a_sender_that_jumps_past_32_bits_is_still_reported() {
        let now = Instant::now();
        let mut reception = Reception::default();
        let mut sequence_number = 0_u16;
        for _ in 0..140_000 {
            sequence_number = sequence_number.wrapping_add(32_767);
            reception.arrived(now, &packet(96, 1, sequence_number, b"x"), 90_000);
        }
        let report = reception.report(now, 1).unwrap();
        assert_eq!(
            report.last_sequence_number & 0xffff,
            u32::from(sequence_number)
        );
        assert_eq!(report.total_lost, 0x7f_ffff);
    }

    #[test]
    fn packets_of_another_format_are_not_forwarded() {
        let mut receiver = receiver();
        assert!(
            receiver
                .accept(Instant::now(), packet(100, 1, 1, b"x"))
                .is_none()
        );
    }
}
