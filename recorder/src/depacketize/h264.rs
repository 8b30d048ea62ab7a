//! RFC 6184, packetization modes 0 and 1.

use bytes::Bytes;

use super::{Format, MAX_FRAME, Malformed};
use crate::bitstream::is_dropped_nal;

const STAP_A: u8 = 24;
const FU_A: u8 = 28;

#[derive(Default)]
pub(super) struct H264 {
    /// The beginning of a NAL unit that goes on in the next packet.
    fragment: Option<Vec<u8>>,
}

impl Format for H264 {
    fn append(&mut self, payload: &Bytes, frame: &mut Vec<u8>) -> Result<(), Malformed> {
        self.read(payload, frame).ok_or(Malformed)
    }

    fn complete(&mut self, _: &mut Vec<u8>) -> bool {
        self.fragment.is_none()
    }

    fn reset(&mut self) {
        self.fragment = None;
    }
}

impl H264 {
    fn read(&mut self, payload: &[u8], frame: &mut Vec<u8>) -> Option<()> {
        let (&indicator, rest) = payload.split_first()?;
        let kind = indicator & 0x1f;
        if kind != FU_A && self.fragment.is_some() {
            return None;
        }
        match kind {
            1..STAP_A => put_nal(frame, payload),
            STAP_A => {
                let mut rest = rest;
                while let Some((size, after)) = rest.split_first_chunk::<2>() {
                    let size = usize::from(u16::from_be_bytes(*size));
                    let (nal, after) = after.split_at_checked(size)?;
                    put_nal(frame, nal)?;
                    rest = after;
                }
                rest.is_empty().then_some(())
            }
            FU_A => self.read_fragment(indicator, rest, frame),
            _ => None,
        }
    }

    fn read_fragment(&mut self, indicator: u8, rest: &[u8], frame: &mut Vec<u8>) -> Option<()> {
        let (&header, data) = rest.split_first()?;
        let (is_start, is_end) = (header & 0x80 != 0, header & 0x40 != 0);
        if is_start {
            if self.fragment.is_some() {
                return None;
            }
            self.fragment = Some(vec![indicator & 0xe0 | header & 0x1f]);
        }
        let fragment = self.fragment.as_mut()?;
        fragment.extend(data);
        if fragment.len() > MAX_FRAME {
            return None;
        }
        if is_end {
            let nal = self.fragment.take()?;
            put_nal(frame, &nal)?;
        }
        Some(())
    }
}

/// In the form of ISO/IEC 14496-15: after its length.
fn put_nal(frame: &mut Vec<u8>, nal: &[u8]) -> Option<()> {
    if is_dropped_nal(*nal.first()?) {
        return Some(());
    }
    frame.extend(u32::try_from(nal.len()).ok()?.to_be_bytes());
    frame.extend(nal);
    Some(())
}
