//! The RTP header (RFC 3550 §5.1), as far as a recorder needs it.

use bytes::Bytes;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RtpPacket {
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    /// Without padding.
    pub payload: Bytes,
}

const FIXED: usize = 12;
const WORD: usize = 4;

/// None for what is no RTP packet.
pub(crate) fn read(packet: &Bytes) -> Option<RtpPacket> {
    let head = packet.first_chunk::<FIXED>()?;
    let (version, has_padding, has_extension) =
        (head[0] >> 6, head[0] & 0x20 != 0, head[0] & 0x10 != 0);
    if version != 2 {
        return None;
    }
    let sources = usize::from(head[0] & 0x0f);
    let mut start = FIXED + WORD * sources;
    if has_extension {
        let extension = packet.get(start..)?.first_chunk::<WORD>()?;
        let words = u16::from_be_bytes([extension[2], extension[3]]);
        start += WORD + WORD * usize::from(words);
    }
    let padding = if has_padding { *packet.last()? } else { 0 };
    let end = packet.len().checked_sub(padding.into())?;
    Some(RtpPacket {
        ssrc: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
        sequence: u16::from_be_bytes([head[2], head[3]]),
        timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        marker: head[1] & 0x80 != 0,
        payload: (start <= end).then(|| packet.slice(start..end))?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn extensions_sources_and_padding_are_left_out() {
        let mut bytes = vec![0x80 | 0x20 | 0x10 | 1, 0x80 | 96, 0x12, 0x34];
        bytes.extend(7u32.to_be_bytes());
        bytes.extend(9u32.to_be_bytes());
        bytes.extend([0xaa; 4]);
        bytes.extend([0xbe, 0xde, 0, 1, 0xbb, 0xbb, 0xbb, 0xbb]);
        bytes.extend(b"media");
        bytes.extend([0, 0, 3]);
        let packet = read(&bytes.into()).unwrap();
        assert_eq!(
            (packet.sequence, packet.timestamp, packet.ssrc),
            (0x1234, 7, 9)
        );
        assert!(packet.marker);
        assert_eq!(&packet.payload[..], b"media");
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(mut bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(first) = bytes.first_mut() {
                *first = *first & 0x3f | 0x80;
            }
            let _ = read(&bytes.into());
        }
    }
}
