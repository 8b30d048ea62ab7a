//! RFC 6716 and its mapping into Matroska.

use super::Description;

/// What libopus, and so every browser, looks ahead: 6.5 ms at 48 kHz.
const LOOKAHEAD_SAMPLES: u16 = 312;
pub(crate) const DECODER_DELAY_NS: u64 = LOOKAHEAD_SAMPLES as u64 * 1_000_000_000 / 48_000;
/// What a decoder needs after a seek to sound right (RFC 7845 §4.6).
pub(crate) const SEEK_PREROLL_NS: u64 = 80_000_000;

pub fn describe() -> Description {
    // RFC 7845 §5.1: version 1, two channels, pre-skip, 48 kHz, no gain, mapping family 0.
    let mut head = b"OpusHead\x01\x02".to_vec();
    head.extend(LOOKAHEAD_SAMPLES.to_le_bytes());
    head.extend(48_000u32.to_le_bytes());
    head.extend([0, 0, 0]);
    Description {
        size: None,
        codecs: "opus".to_owned(),
        private: Some(head),
    }
}

/// How long a packet sounds, in microseconds (RFC 6716 §3.1); 20 ms when it does not tell.
pub(crate) fn duration_us(packet: &[u8]) -> u64 {
    let Some(&toc) = packet.first() else {
        return 20_000;
    };
    let configuration = usize::from(toc >> 3);
    let frame = match configuration {
        0..12 => [10_000, 20_000, 40_000, 60_000][configuration % 4],
        12..16 => [10_000, 20_000][configuration % 2],
        _ => [2_500, 5_000, 10_000, 20_000][configuration % 4],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => packet.get(1).map_or(1, |count| u64::from(count & 0x3f)),
    };
    // No packet may be longer than 120 ms.
    (frame * frames).clamp(2_500, 120_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_contents_tells_how_long_a_packet_sounds() {
        // 20 ms of full-band CELT in one frame, as browsers send it.
        assert_eq!(duration_us(&[0b1111_1000]), 20_000);
        // Two frames of 10 ms; three of 60 ms are cut off at the longest allowed.
        assert_eq!(duration_us(&[0b1111_0001]), 20_000);
        assert_eq!(duration_us(&[0b0001_1011, 3]), 120_000);
        assert_eq!(duration_us(&[]), 20_000);
    }
}
