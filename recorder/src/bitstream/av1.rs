//! AV1 Bitstream & Decoding Process Specification §5, and its mapping into Matroska.

use super::{Description, Size};
use crate::bits::BitReader;

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;
const TILE_LIST: u8 = 8;
const PADDING: u8 = 15;

const HAS_EXTENSION: u8 = 0b100;
const HAS_SIZE: u8 = 0b10;

fn kind(header: u8) -> u8 {
    header >> 3 & 0xf
}

/// What neither Matroska nor a decoder of one frame wants.
pub(crate) fn is_dropped_obu(header: u8) -> bool {
    matches!(kind(header), TEMPORAL_DELIMITER | TILE_LIST | PADDING)
}

/// Appends an OBU in the form with a size field. `obu` may have one already. None when it is
/// shorter than it says.
pub(crate) fn put_obu(frame: &mut Vec<u8>, obu: &[u8]) -> Option<()> {
    let (&header, mut rest) = obu.split_first()?;
    let mut extension = None;
    if header & HAS_EXTENSION != 0 {
        let (&byte, after) = rest.split_first()?;
        extension = Some(byte);
        rest = after;
    }
    if header & HAS_SIZE != 0 {
        let (size, after) = leb128(rest)?;
        rest = after.get(..size)?;
    }
    frame.push(header | HAS_SIZE);
    frame.extend(extension);
    put_leb128(frame, rest.len());
    frame.extend(rest);
    Some(())
}

/// The size at the front and what follows it (§4.10.5, at most 32 bits).
pub(crate) fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(8).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).ok()?;
            return Some((usize::try_from(value).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

fn put_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The OBUs of a frame in which all have a size. The last one's payload may be cut off.
struct Obus<'a>(pub &'a [u8]);

struct Obu<'a> {
    kind: u8,
    /// Header and size included.
    whole: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Iterator for Obus<'a> {
    type Item = Obu<'a>;

    fn next(&mut self) -> Option<Obu<'a>> {
        let header = *self.0.first()?;
        let prefix = if header & HAS_EXTENSION != 0 { 2 } else { 1 };
        let (size, after) = leb128(self.0.get(prefix..)?)?;
        let start = self.0.len() - after.len();
        let (whole, rest) = self.0.split_at((start + size).min(self.0.len()));
        self.0 = rest;
        Some(Obu {
            kind: kind(header),
            whole,
            payload: &whole[start..],
        })
    }
}

/// A keyframe is one that a decoder can begin with: a key frame after its sequence header.
pub fn describe(frame: &[u8]) -> Option<Description> {
    let mut sequence = None;
    for obu in Obus(frame) {
        match obu.kind {
            SEQUENCE_HEADER => sequence = Some((Sequence::read(obu.payload)?, obu.whole)),
            FRAME_HEADER | FRAME => {
                let (sequence, whole) = sequence?;
                return is_key_frame(obu.payload)?.then(|| sequence.describe(whole))?;
            }
            _ => {}
        }
    }
    None
}

/// §5.9.2; the reduced header of still pictures is not for calls.
fn is_key_frame(payload: &[u8]) -> Option<bool> {
    let mut bits = BitReader::new(payload);
    let shows_existing_frame = bits.bit()?;
    Some(!shows_existing_frame && bits.bits(2)? == 0)
}

/// §5.5.1, as far as we need it.
#[derive(Default)]
struct Sequence {
    profile: u32,
    level: u32,
    tier: u32,
    width: u32,
    height: u32,
    is_high_bit_depth: bool,
    is_twelve_bit: bool,
    is_monochrome: bool,
    subsampling_x: bool,
    subsampling_y: bool,
    chroma_position: u32,
}

impl Sequence {
    fn read(payload: &[u8]) -> Option<Self> {
        let bits = &mut BitReader::new(payload);
        let mut sequence = Self {
            profile: bits.bits(3)?,
            ..Self::default()
        };
        bits.skip(1)?;
        let is_reduced = bits.bit()?;
        if is_reduced {
            return None;
        }
        sequence.read_operating_points(bits)?;
        let width_bits = bits.bits(4)? + 1;
        let height_bits = bits.bits(4)? + 1;
        sequence.width = bits.bits(width_bits)? + 1;
        sequence.height = bits.bits(height_bits)? + 1;
        let has_frame_ids = bits.bit()?;
        if has_frame_ids {
            bits.skip(7)?;
        }
        skip_tools(bits)?;
        sequence.read_color(bits)?;
        Some(sequence)
    }

    fn read_operating_points(&mut self, bits: &mut BitReader) -> Option<()> {
        let mut delay_bits = None;
        let has_timing = bits.bit()?;
        if has_timing {
            bits.skip(64)?;
            let has_equal_intervals = bits.bit()?;
            if has_equal_intervals {
                bits.exp_golomb()?;
            }
            let has_decoder_model = bits.bit()?;
            if has_decoder_model {
                delay_bits = Some(bits.bits(5)? + 1);
                bits.skip(42)?;
            }
        }
        let has_initial_delay = bits.bit()?;
        for point in 0..=bits.bits(5)? {
            bits.skip(12)?;
            let level = bits.bits(5)?;
            let tier = if level > 7 { bits.bits(1)? } else { 0 };
            if point == 0 {
                (self.level, self.tier) = (level, tier);
            }
            if let Some(delay_bits) = delay_bits
                && bits.bit()?
            {
                bits.skip(2 * delay_bits + 1)?;
            }
            if has_initial_delay && bits.bit()? {
                bits.skip(4)?;
            }
        }
        Some(())
    }

    /// §5.5.2.
    fn read_color(&mut self, bits: &mut BitReader) -> Option<()> {
        self.is_high_bit_depth = bits.bit()?;
        if self.profile == 2 && self.is_high_bit_depth {
            self.is_twelve_bit = bits.bit()?;
        }
        self.is_monochrome = self.profile != 1 && bits.bit()?;
        let has_description = bits.bit()?;
        let description = if has_description {
            (bits.bits(8)?, bits.bits(8)?, bits.bits(8)?)
        } else {
            (2, 2, 2)
        };
        (self.subsampling_x, self.subsampling_y) = (true, true);
        if self.is_monochrome {
            return Some(());
        }
        const SRGB: (u32, u32, u32) = (1, 13, 0);
        if description == SRGB {
            (self.subsampling_x, self.subsampling_y) = (false, false);
            return Some(());
        }
        bits.skip(1)?;
        (self.subsampling_x, self.subsampling_y) = match self.profile {
            0 => (true, true),
            1 => (false, false),
            _ if self.is_twelve_bit => {
                let x = bits.bit()?;
                (x, x && bits.bit()?)
            }
            _ => (true, false),
        };
        if self.subsampling_x && self.subsampling_y {
            self.chroma_position = bits.bits(2)?;
        }
        Some(())
    }

    fn describe(self, sequence_header: &[u8]) -> Option<Description> {
        let bit_depth = match (self.is_high_bit_depth, self.is_twelve_bit) {
            (false, _) => 8,
            (true, false) => 10,
            (true, true) => 12,
        };
        let tier = if self.tier == 0 { 'M' } else { 'H' };
        // AV1CodecConfigurationRecord, AV1-ISOBMFF §2.3.3.
        let mut private = vec![
            0x81,
            (self.profile << 5 | self.level) as u8,
            (self.tier << 7) as u8
                | u8::from(self.is_high_bit_depth) << 6
                | u8::from(self.is_twelve_bit) << 5
                | u8::from(self.is_monochrome) << 4
                | u8::from(self.subsampling_x) << 3
                | u8::from(self.subsampling_y) << 2
                | self.chroma_position as u8,
            0,
        ];
        private.extend(sequence_header);
        Some(Description {
            size: Some(Size::new(self.width, self.height)?),
            codecs: format!(
                "av01.{}.{:02}{tier}.{bit_depth:02}",
                self.profile, self.level
            ),
            private: Some(private),
        })
    }
}

/// The coding tools between the frame ids and the colours.
fn skip_tools(bits: &mut BitReader) -> Option<()> {
    bits.skip(3)?;
    bits.skip(4)?;
    let has_order_hint = bits.bit()?;
    if has_order_hint {
        bits.skip(2)?;
    }
    let chooses_screen_content_tools = bits.bit()?;
    let screen_content_tools = if chooses_screen_content_tools {
        2
    } else {
        bits.bits(1)?
    };
    if screen_content_tools > 0 {
        let chooses_integer_mv = bits.bit()?;
        if !chooses_integer_mv {
            bits.skip(1)?;
        }
    }
    if has_order_hint {
        bits.skip(3)?;
    }
    bits.skip(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_little_endian_base_128() {
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26, 9]), Some((624_485, &[9][..])));
        assert_eq!(leb128(&[0x80; 9]), None);
        let mut bytes = Vec::new();
        put_leb128(&mut bytes, 624_485);
        assert_eq!(bytes, [0xe5, 0x8e, 0x26]);
    }

    #[test]
    fn an_obu_gets_a_size_and_keeps_its_extension() {
        let mut frame = Vec::new();
        put_obu(&mut frame, &[0b0011_0100, 0x08, 1, 2, 3]).unwrap();
        assert_eq!(frame, [0b0011_0110, 0x08, 3, 1, 2, 3]);
        let mut again = Vec::new();
        put_obu(&mut again, &frame).unwrap();
        assert_eq!(again, frame);
        assert_eq!(put_obu(&mut frame, &[0b0011_0110]), None);
        assert_eq!(put_obu(&mut frame, &[0b0011_0010, 9, 1]), None);
    }
}
