//! The uncompressed header of VP9 Bitstream & Decoding Process Specification §6.2.

use super::{Description, Size};
use crate::bits::BitReader;

const COLOR_SPACE_RGB: u32 = 7;

pub fn describe(frame: &[u8]) -> Option<Description> {
    let mut bits = BitReader::new(frame);
    if bits.bits(2)? != 2 {
        return None;
    }
    let profile = bits.bits(1)? | bits.bits(1)? << 1;
    if profile == 3 {
        bits.skip(1)?;
    }
    let shows_existing_frame = bits.bit()?;
    if shows_existing_frame {
        return None;
    }
    let is_inter_frame = bits.bit()?;
    if is_inter_frame {
        return None;
    }
    let _show_frame = bits.bit()?;
    let _error_resilient = bits.bit()?;
    if bits.bits(24)? != 0x49_83_42 {
        return None;
    }
    let bit_depth = match (profile >= 2).then(|| bits.bit()) {
        None => 8,
        Some(is_twelve) => [10, 12][usize::from(is_twelve?)],
    };
    if bits.bits(3)? == COLOR_SPACE_RGB {
        if profile % 2 == 1 {
            bits.skip(1)?;
        }
    } else {
        bits.skip(1)?;
        if profile % 2 == 1 {
            bits.skip(3)?;
        }
    }
    let width = bits.bits(16)? + 1;
    let height = bits.bits(16)? + 1;
    Some(Description {
        size: Some(Size::new(width, height)?),
        // The level is not in the stream; players take 1.0 for "unknown".
        codecs: format!("vp09.{profile:02}.10.{bit_depth:02}"),
        private: None,
    })
}
