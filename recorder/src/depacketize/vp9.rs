//! RFC 9628.

use bytes::Bytes;

use super::{Format, Malformed};

/// More spatial layers than the descriptor can number.
const MAX_LAYERS: usize = 8;

#[derive(Default)]
pub(super) struct Vp9 {
    /// Where in the picture each layer's frame begins.
    layers: Vec<usize>,
}

impl Format for Vp9 {
    fn append(&mut self, payload: &Bytes, frame: &mut Vec<u8>) -> Result<(), Malformed> {
        let (is_start, data) = parse(payload).ok_or(Malformed)?;
        if is_start {
            if self.layers.len() == MAX_LAYERS {
                return Err(Malformed);
            }
            self.layers.push(frame.len());
        } else if frame.is_empty() {
            return Err(Malformed);
        }
        frame.extend(data);
        Ok(())
    }

    fn complete(&mut self, frame: &mut Vec<u8>) -> bool {
        put_superframe_index(frame, &self.layers);
        true
    }

    fn reset(&mut self) {
        self.layers.clear();
    }
}

/// Several frames in one block need an index (VP9 specification, annex B).
fn put_superframe_index(frame: &mut Vec<u8>, starts: &[usize]) {
    let Some(others) = starts.len().checked_sub(1).filter(|others| *others > 0) else {
        return;
    };
    const SIZE_BYTES: usize = 4;
    let marker = 0b1100_0000 | (SIZE_BYTES as u8 - 1) << 3 | others as u8;
    let end = frame.len();
    let ends = starts.iter().copied().skip(1).chain([end]);
    let sizes: Vec<u32> = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| (end - start) as u32)
        .collect();
    frame.push(marker);
    frame.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
    frame.push(marker);
}

/// Whether a layer's frame begins with this packet, and its part of the frame.
fn parse(payload: &[u8]) -> Option<(bool, &[u8])> {
    let mut rest = payload;
    let mut byte = || {
        let (&first, after) = rest.split_first()?;
        rest = after;
        Some(first)
    };
    let required = byte()?;
    let has = |bit: u8| required & bit != 0;
    let (has_picture_id, is_inter, has_layers, is_flexible) =
        (has(0x80), has(0x40), has(0x20), has(0x10));
    let (is_start, has_structure) = (has(0x08), has(0x02));
    if has_picture_id && byte()? & 0x80 != 0 {
        byte()?;
    }
    if has_layers {
        byte()?;
        if !is_flexible {
            byte()?;
        }
    }
    if is_flexible && is_inter {
        const MAX_REFERENCES: usize = 3;
        for _ in 0..MAX_REFERENCES {
            let has_more = byte()? & 1 != 0;
            if !has_more {
                break;
            }
        }
    }
    if has_structure {
        let structure = byte()?;
        let spatial_layers = usize::from(structure >> 5) + 1;
        if structure & 0x10 != 0 {
            for _ in 0..4 * spatial_layers {
                byte()?;
            }
        }
        if structure & 0x08 != 0 {
            for _ in 0..byte()? {
                let references = byte()? >> 2 & 3;
                for _ in 0..references {
                    byte()?;
                }
            }
        }
    }
    (!rest.is_empty()).then_some((is_start, rest))
}
