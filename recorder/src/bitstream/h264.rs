//! NAL units of H.264 in the form that Matroska keeps them (ISO/IEC 14496-15): each after its
//! length in four bytes.

use super::{Description, Size};
use crate::bits::BitReader;

const LENGTH_SIZE: usize = 4;

const IDR_SLICE: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const ACCESS_UNIT_DELIMITER: u8 = 9;
const FILLER: u8 = 12;

/// Matroska wants frames without these.
pub(crate) fn is_dropped_nal(header: u8) -> bool {
    matches!(header & 0x1f, ACCESS_UNIT_DELIMITER | FILLER)
}

/// A keyframe is one that a decoder can begin with: an IDR picture with its parameter sets.
pub fn describe(frame: &[u8]) -> Option<Description> {
    let (mut sps, mut pps, mut has_idr) = (None, None, false);
    let mut rest = frame;
    while let Some((length, after)) = rest.split_first_chunk::<LENGTH_SIZE>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        // What is longer than the head of the frame that we were given is a slice.
        let nal = &after[..length.min(after.len())];
        match nal.first()? & 0x1f {
            IDR_SLICE => has_idr = true,
            SPS if nal.len() == length => sps = sps.or(Some(nal)),
            PPS if nal.len() == length => pps = pps.or(Some(nal)),
            _ => {}
        }
        rest = &after[nal.len()..];
    }
    if !has_idr {
        return None;
    }
    let (sps, pps) = (sps?, pps?);
    let [_, profile, compatibility, level] = *sps.first_chunk::<4>()?;
    Some(Description {
        size: Some(size(sps)?),
        codecs: format!("avc1.{profile:02x}{compatibility:02x}{level:02x}"),
        private: Some(configuration(sps, pps)?),
    })
}

/// AVCDecoderConfigurationRecord, ISO/IEC 14496-15 §5.3.3.1.
fn configuration(sps: &[u8], pps: &[u8]) -> Option<Vec<u8>> {
    let mut record = vec![1, sps[1], sps[2], sps[3], 0xfc | (LENGTH_SIZE as u8 - 1)];
    record.push(0xe0 | 1);
    record.extend(u16::try_from(sps.len()).ok()?.to_be_bytes());
    record.extend(sps);
    record.push(1);
    record.extend(u16::try_from(pps.len()).ok()?.to_be_bytes());
    record.extend(pps);
    Some(record)
}

/// H.264 §7.3.2.1.1, up to the cropping.
fn size(sps: &[u8]) -> Option<Size> {
    let payload = without_emulation_prevention(sps);
    let mut bits = BitReader::new(&payload);
    bits.skip(8)?;
    let profile = bits.bits(8)?;
    bits.skip(16)?;
    bits.exp_golomb()?;
    let mut chroma_format = 1;
    let mut has_separate_planes = false;
    let has_chroma_format = matches!(
        profile,
        44 | 83 | 86 | 100 | 110 | 118 | 122 | 128 | 134 | 135 | 138 | 139 | 244
    );
    if has_chroma_format {
        chroma_format = bits.exp_golomb()?;
        if chroma_format == 3 {
            has_separate_planes = bits.bit()?;
        }
        bits.exp_golomb()?;
        bits.exp_golomb()?;
        bits.skip(1)?;
        if bits.bit()? {
            skip_scaling_matrix(&mut bits, if chroma_format == 3 { 12 } else { 8 })?;
        }
    }
    bits.exp_golomb()?;
    match bits.exp_golomb()? {
        0 => {
            bits.exp_golomb()?;
        }
        1 => {
            bits.skip(1)?;
            bits.signed_exp_golomb()?;
            bits.signed_exp_golomb()?;
            for _ in 0..bits.exp_golomb()?.min(255) {
                bits.signed_exp_golomb()?;
            }
        }
        _ => {}
    }
    bits.exp_golomb()?;
    bits.skip(1)?;
    let width = bits.exp_golomb()?.checked_add(1)?.checked_mul(16)?;
    let map_units = bits.exp_golomb()?.checked_add(1)?;
    let has_only_frames = bits.bit()?;
    let fields = if has_only_frames { 1 } else { 2 };
    let height = map_units.checked_mul(16 * fields)?;
    if !has_only_frames {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    if !bits.bit()? {
        return Size::new(width, height);
    }
    let (unit_x, unit_y) = match chroma_format {
        1 if !has_separate_planes => (2, 2),
        2 if !has_separate_planes => (2, 1),
        _ => (1, 1),
    };
    let mut crop = |unit: u32| -> Option<u32> {
        let before = bits.exp_golomb()?;
        before.checked_add(bits.exp_golomb()?)?.checked_mul(unit)
    };
    let cropped_width = crop(unit_x)?;
    let cropped_height = crop(unit_y * fields)?;
    Size::new(
        width.checked_sub(cropped_width)?,
        height.checked_sub(cropped_height)?,
    )
}

fn skip_scaling_matrix(bits: &mut BitReader, lists: u32) -> Option<()> {
    for list in 0..lists {
        if !bits.bit()? {
            continue;
        }
        let (mut last, mut next) = (8i64, 8i64);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                next = (last + bits.signed_exp_golomb()?).rem_euclid(256);
            }
            if next != 0 {
                last = next;
            }
        }
    }
    Some(())
}

/// H.264 §7.4.1: 00 00 03 stands for 00 00.
fn without_emulation_prevention(nal: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let mut payload = Vec::with_capacity(nal.len());
    for &byte in nal {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        payload.push(byte);
    }
    payload
}
