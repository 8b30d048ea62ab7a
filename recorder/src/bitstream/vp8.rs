//! RFC 6386.

use super::{Description, Size};

pub fn describe(frame: &[u8]) -> Option<Description> {
    // §9.1: the lowest bit of the frame tag is 0 for a keyframe, which has a start code and its
    // size (14 bits each, the upper two are scaling hints).
    let head = frame.first_chunk::<10>()?;
    if head[0] & 1 != 0 || head[3..6] != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let pixels = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
    Some(Description {
        size: Some(Size::new(pixels(6), pixels(8))?),
        codecs: "vp8".to_owned(),
        private: None,
    })
}
