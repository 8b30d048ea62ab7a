//! A subscribed track: a published one as this subscriber sees it, with numbers of its own.

use bytes::{Bytes, BytesMut};
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtp::header::Header;

use crate::api::TrackId;
use crate::media::{Extension, ExtensionIds};
use crate::packet::{Packet, marshal};
use crate::sdp::{Payload, Section};

pub(crate) struct Sender {
    pub(crate) mid: String,
    pub(crate) track: TrackId,
    pub(crate) payload: Payload,
    pub(crate) extensions: ExtensionIds,
    pub(crate) ssrc: u32,
    pub(crate) rtx_ssrc: u32,
    /// Added to the publisher's sequence numbers, so that none is missing that was not lost.
    sequence_offset: u16,
    rtx_sequence_number: u16,
    packets: u32,
    octets: u32,
}

/// A packet ready to be sealed.
pub(crate) struct Outgoing {
    pub(crate) header: Header,
    pub(crate) plain: BytesMut,
}

impl Sender {
    pub(crate) fn new(track: TrackId, section: &Section, payload: Payload) -> Self {
        Self {
            mid: section.mid.clone(),
            track,
            payload,
            extensions: section
                .extensions
                .only(&[Extension::Mid, Extension::AudioLevel]),
            ssrc: rand::random(),
            rtx_ssrc: rand::random(),
            sequence_offset: rand::random(),
            rtx_sequence_number: rand::random(),
            packets: 0,
            octets: 0,
        }
    }

    /// The packet as this subscriber is to receive it.
    pub(crate) fn forward(
        &mut self,
        packet: &Packet,
        audio_level: Option<Bytes>,
    ) -> Option<Outgoing> {
        let mut header = self.header(packet, audio_level);
        header.ssrc = self.ssrc;
        header.payload_type = self.payload.number;
        header.sequence_number = self.outgoing_sequence(packet);
        let plain = marshal(&header, &[&packet.payload]).ok()?;
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(packet.payload.len() as u32);
        Some(Outgoing { header, plain })
    }

    /// The publisher's sequence number of the packet that this subscriber knows by another.
    pub(crate) fn original_sequence(&self, sequence_number: u16) -> u16 {
        sequence_number.wrapping_sub(self.sequence_offset)
    }

    /// A repeat (RFC 4588), or the packet once more if the subscriber knows no such thing.
    pub(crate) fn repeat(&mut self, packet: &Packet) -> Option<Outgoing> {
        let Some(rtx) = self.payload.rtx else {
            return self.forward(packet, None);
        };
        let mut header = self.header(packet, None);
        header.ssrc = self.rtx_ssrc;
        header.payload_type = rtx;
        header.sequence_number = self.rtx_sequence_number;
        self.rtx_sequence_number = self.rtx_sequence_number.wrapping_add(1);
        let original = self.outgoing_sequence(packet).to_be_bytes();
        let plain = marshal(&header, &[&original, &packet.payload]).ok()?;
        Some(Outgoing { header, plain })
    }

    /// The publisher's report in this subscriber's numbers. Both clocks stay the publisher's, so
    /// that sound and picture of one person go together.
    pub(crate) fn report(&self, report: &SenderReport) -> SenderReport {
        SenderReport {
            ssrc: self.ssrc,
            ntp_time: report.ntp_time,
            rtp_time: report.rtp_time,
            packet_count: self.packets,
            octet_count: self.octets,
            ..Default::default()
        }
    }

    fn outgoing_sequence(&self, packet: &Packet) -> u16 {
        packet
            .header
            .sequence_number
            .wrapping_add(self.sequence_offset)
    }

    /// What stays of the publisher's header, with the extensions that the subscriber understands.
    fn header(&self, packet: &Packet, audio_level: Option<Bytes>) -> Header {
        let mut header = Header {
            version: 2,
            padding: packet.header.padding,
            marker: packet.header.marker,
            timestamp: packet.header.timestamp,
            ..Default::default()
        };
        let mid = Bytes::copy_from_slice(self.mid.as_bytes());
        for (extension, value) in [
            (Extension::Mid, Some(mid)),
            (Extension::AudioLevel, audio_level),
        ] {
            if let (Some(id), Some(value)) = (self.extensions.id(extension), value)
                && let Err(error) = header.set_extension(id, value)
            {
                tracing::debug!(%error, ?extension, "header extension left out");
            }
        }
        header
    }
}
