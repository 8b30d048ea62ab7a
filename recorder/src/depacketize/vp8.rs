//! RFC 7741.

use bytes::Bytes;

use super::{Format, Malformed};

pub(super) struct Vp8;

impl Format for Vp8 {
    fn append(&mut self, payload: &Bytes, frame: &mut Vec<u8>) -> Result<(), Malformed> {
        let (is_start, data) = parse(payload).ok_or(Malformed)?;
        if is_start != frame.is_empty() {
            return Err(Malformed);
        }
        frame.extend(data);
        Ok(())
    }
}

/// Whether a frame begins with this packet, and its part of the frame.
fn parse(payload: &[u8]) -> Option<(bool, &[u8])> {
    let (&required, mut rest) = payload.split_first()?;
    let is_extended = required & 0x80 != 0;
    let begins_partition = required & 0x10 != 0;
    let is_first_partition = required & 0x07 == 0;
    if is_extended {
        let (&extension, after) = rest.split_first()?;
        rest = after;
        if extension & 0x80 != 0 {
            let is_long = rest.first()? & 0x80 != 0;
            rest = rest.get(if is_long { 2 } else { 1 }..)?;
        }
        if extension & 0x40 != 0 {
            rest = rest.get(1..)?;
        }
        if extension & 0x30 != 0 {
            rest = rest.get(1..)?;
        }
    }
    (!rest.is_empty()).then_some((begins_partition && is_first_partition, rest))
}
