//! RTP packets on their way through the server (RFC 3550 §5.1).

use bytes::{Buf, Bytes, BytesMut};
use rtc::rtp::header::Header;
use rtc::shared::error::Error;
use rtc::shared::marshal::{Marshal, MarshalSize, Unmarshal};

/// What the first bytes of a datagram say it is (RFC 7983 §7, RFC 5761 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatagramKind {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
}

impl DatagramKind {
    pub(crate) fn of(datagram: &[u8]) -> Option<Self> {
        match (*datagram.first()?, datagram.get(1)) {
            (0..=3, _) => Some(Self::Stun),
            (20..=63, _) => Some(Self::Dtls),
            (128..=191, Some(192..=223)) => Some(Self::Rtcp),
            (128..=191, Some(_)) => Some(Self::Rtp),
            _ => None,
        }
    }
}

/// A decrypted packet. The payload is shared by all who receive it.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub(crate) header: Header,
    /// With its padding, if the header says that there is any.
    pub(crate) payload: Bytes,
}

impl Packet {
    pub(crate) fn parse(plain: BytesMut) -> Result<Self, Error> {
        let mut rest = plain.freeze();
        let header = Header::unmarshal(&mut rest)?;
        Ok(Self {
            header,
            payload: rest,
        })
    }

    /// The packet as bytes, header included.
    pub(crate) fn to_bytes(&self) -> Result<BytesMut, Error> {
        marshal(&self.header, &[&self.payload])
    }

    /// Without its padding, as RFC 3550 §5.1 defines it; empty if the packet was all padding.
    pub(crate) fn unpadded(&self) -> Bytes {
        if !self.header.padding {
            return self.payload.clone();
        }
        let padding = self.payload.last().map_or(0, |last| usize::from(*last));
        self.payload
            .slice(..self.payload.len().saturating_sub(padding))
    }
}

/// A header and the parts of its payload, one after the other.
pub(crate) fn marshal(header: &Header, payload: &[&[u8]]) -> Result<BytesMut, Error> {
    let header_size = header.marshal_size();
    let payload_size: usize = payload.iter().map(|part| part.len()).sum();
    let mut bytes = BytesMut::with_capacity(header_size + payload_size);
    bytes.resize(header_size, 0);
    let written = header.marshal_to(&mut bytes)?;
    bytes.truncate(written);
    for part in payload {
        bytes.extend_from_slice(part);
    }
    Ok(bytes)
}

/// The packet inside a retransmission (RFC 4588 §4): its payload starts with the original sequence
/// number. `None` for the padding that browsers send to probe for bandwidth.
pub(crate) fn unwrap_rtx(rtx: Packet, ssrc: u32, payload_type: u8) -> Option<Packet> {
    let mut payload = rtx.unpadded();
    if payload.len() <= 2 {
        return None;
    }
    let sequence_number = payload.get_u16();
    let mut header = rtx.header;
    header.padding = false;
    header.ssrc = ssrc;
    header.payload_type = payload_type;
    header.sequence_number = sequence_number;
    Some(Packet { header, payload })
}

/// How far `to` lies ahead of `from`, wrapping (RFC 1982); negative if it lies behind.
pub(crate) fn sequence_distance(from: u16, to: u16) -> i32 {
    i32::from(to.wrapping_sub(from) as i16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet(sequence_number: u16, payload: &'static [u8], padding: bool) -> Packet {
        Packet {
            header: Header {
                version: 2,
                padding,
                sequence_number,
                timestamp: 1_000,
                ssrc: 5,
                payload_type: 97,
                ..Default::default()
            },
            payload: Bytes::from_static(payload),
        }
    }

    #[test]
    fn datagrams_are_told_apart_by_their_first_bytes() {
        assert_eq!(DatagramKind::of(&[0, 1]), Some(DatagramKind::Stun));
        assert_eq!(DatagramKind::of(&[22]), Some(DatagramKind::Dtls));
        assert_eq!(DatagramKind::of(&[0x80, 96]), Some(DatagramKind::Rtp));
        assert_eq!(DatagramKind::of(&[0x80, 0xe0]), Some(DatagramKind::Rtp));
        assert_eq!(DatagramKind::of(&[0x81, 200]), Some(DatagramKind::Rtcp));
        assert_eq!(DatagramKind::of(b"GET /"), None);
        assert_eq!(DatagramKind::of(&[]), None);
    }

    #[test]
    fn a_retransmission_yields_the_packet_that_was_lost() {
        let original = unwrap_rtx(packet(9, &[0x12, 0x34, 7, 8], false), 77, 96).unwrap();
        assert_eq!(original.header.sequence_number, 0x1234);
        assert_eq!(original.header.ssrc, 77);
        assert_eq!(original.header.payload_type, 96);
        assert_eq!(original.payload.as_ref(), &[7, 8]);
    }

    #[test]
    fn a_probe_of_padding_yields_nothing() {
        assert!(unwrap_rtx(packet(9, &[0, 0, 3], true), 77, 96).is_none());
        assert!(unwrap_rtx(packet(9, &[], false), 77, 96).is_none());
    }

    #[test]
    fn sequence_numbers_wrap() {
        assert_eq!(sequence_distance(65_535, 2), 3);
        assert_eq!(sequence_distance(2, 65_535), -3);
    }

    proptest! {
        #[test]
        fn no_datagram_makes_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..128)) {
            if let Ok(packet) = Packet::parse(BytesMut::from(bytes.as_slice())) {
                let _ = packet.unpadded();
                let _ = unwrap_rtx(packet, 1, 2);
            }
        }
    }
}
