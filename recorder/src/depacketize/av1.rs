//! RTP Payload Format For AV1, v1.0.

use bytes::Bytes;

use super::{Format, MAX_FRAME, Malformed};
use crate::bitstream::{is_dropped_obu, leb128, put_obu};

#[derive(Default)]
pub(super) struct Av1 {
    /// The beginning of an OBU that goes on in the next packet.
    fragment: Option<Vec<u8>>,
}

impl Format for Av1 {
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

impl Av1 {
    /// §4.4: the aggregation header is Z (continues an OBU), Y (its last OBU is to be continued),
    /// W (number of elements, of which the last has no length; 0 if all have) and N.
    fn read(&mut self, payload: &[u8], frame: &mut Vec<u8>) -> Option<()> {
        let (&aggregation, mut rest) = payload.split_first()?;
        let (continues, is_continued) = (aggregation & 0x80 != 0, aggregation & 0x40 != 0);
        let count = usize::from(aggregation >> 4 & 3);
        if continues != self.fragment.is_some() {
            return None;
        }
        let mut index = 0;
        while !rest.is_empty() {
            index += 1;
            let element;
            if count != 0 && index == count {
                (element, rest) = (rest, &[][..]);
            } else {
                let (size, after) = leb128(rest)?;
                (element, rest) = after.split_at_checked(size)?;
            }
            let mut whole = self.fragment.take();
            if let Some(fragment) = &mut whole {
                fragment.extend(element);
            }
            if rest.is_empty() && is_continued {
                let fragment = whole.unwrap_or_else(|| element.to_vec());
                if fragment.len() > MAX_FRAME {
                    return None;
                }
                self.fragment = Some(fragment);
            } else {
                let obu = whole.as_deref().unwrap_or(element);
                if let Some(&header) = obu.first()
                    && !is_dropped_obu(header)
                {
                    put_obu(frame, obu)?;
                }
            }
        }
        (count == 0 || index == count).then_some(())
    }
}
