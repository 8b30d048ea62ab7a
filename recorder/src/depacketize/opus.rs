//! Opus (RFC 6716, RFC 7587): a packet is a frame.

use std::time::Duration;

/// How long a packet sounds, by its first two bytes (RFC 6716 §3.1).
pub fn duration(packet: &[u8]) -> Duration {
    let Some(&first) = packet.first() else {
        return Duration::ZERO;
    };
    let config = first >> 3;
    let frame_us = match config {
        0..12 => [10_000, 20_000, 40_000, 60_000][usize::from(config % 4)],
        12..16 => [10_000, 20_000][usize::from(config % 2)],
        _ => [2_500, 5_000, 10_000, 20_000][usize::from(config % 4)],
    };
    let frames = match first & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => packet.get(1).map_or(0, |second| u64::from(second & 0x3f)),
    };
    // Anything longer is not allowed (RFC 6716 §3.2.5).
    Duration::from_micros(frame_us * frames).min(Duration::from_millis(120))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packets_length_is_read_from_its_first_bytes() {
        let ms = Duration::from_millis;
        assert_eq!(duration(&[0x78, 0xff]), ms(20), "what browsers send");
        assert_eq!(duration(&[0x18]), ms(60), "SILK, narrow band");
        assert_eq!(duration(&[0x79]), ms(40), "two frames");
        assert_eq!(duration(&[0x7b, 3]), ms(60), "three frames");
        assert_eq!(duration(&[0xe0]), Duration::from_micros(2500), "CELT");
        assert_eq!(duration(&[]), ms(0));
    }
}
