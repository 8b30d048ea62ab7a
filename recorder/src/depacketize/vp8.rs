//! VP8 (RFC 6386, RFC 7741).

use bytes::{Bytes, BytesMut};

use super::{Frame, LARGEST_FRAME};

/// Puts VP8 frames together and drops those that cannot be decoded.
#[derive(Default)]
pub struct Assembler {
    frame: Option<Unfinished>,
    /// The frames until here can be decoded.
    is_intact: bool,
    /// Packets are missing before the next one.
    has_gap: bool,
    /// Of the last whole frame.
    picture_id: Option<PictureId>,
}

struct Unfinished {
    timestamp: u32,
    picture_id: Option<PictureId>,
    data: BytesMut,
}

impl Assembler {
    pub fn lost(&mut self) {
        self.has_gap = true;
        if self.frame.take().is_some() {
            self.is_intact = false;
        }
    }

    pub fn needs_keyframe(&self) -> bool {
        !self.is_intact
    }

    pub fn push(&mut self, timestamp: u32, is_last: bool, payload: &Bytes) -> Option<Frame> {
        if payload.is_empty() {
            // Padding that probes the bandwidth carries no frame.
            return None;
        }
        let Some(descriptor) = Descriptor::parse(payload) else {
            self.damaged();
            return None;
        };
        let data = payload.slice(descriptor.length..);
        if descriptor.begins_frame {
            self.begin(timestamp, descriptor.picture_id);
        }
        match &mut self.frame {
            Some(frame)
                if frame.timestamp == timestamp
                    && frame.data.len() + data.len() <= LARGEST_FRAME =>
            {
                frame.data.extend_from_slice(&data);
            }
            _ => {
                self.damaged();
                return None;
            }
        }
        if is_last { self.complete() } else { None }
    }

    fn begin(&mut self, timestamp: u32, picture_id: Option<PictureId>) {
        if self.frame.is_some() {
            // The end of the frame before was never marked.
            self.is_intact = false;
        }
        if self.has_gap {
            // What is missing may have been padding between two frames, which is no harm.
            let follows = self.picture_id.zip(picture_id);
            if !follows.is_some_and(|(last, this)| last.is_followed_by(this)) {
                self.is_intact = false;
            }
            self.has_gap = false;
        }
        self.frame = Some(Unfinished {
            timestamp,
            picture_id,
            data: BytesMut::new(),
        });
    }

    fn complete(&mut self) -> Option<Frame> {
        let frame = self.frame.take()?;
        self.picture_id = frame.picture_id;
        let data = frame.data.freeze();
        let size = keyframe_size(&data);
        self.is_intact |= size.is_some();
        (self.is_intact && !data.is_empty()).then_some(Frame {
            data,
            keyframe: size.is_some(),
            size,
        })
    }

    fn damaged(&mut self) {
        self.frame = None;
        self.is_intact = false;
    }
}

#[derive(Clone, Copy)]
struct PictureId {
    number: u16,
    is_long: bool,
}

impl PictureId {
    fn is_followed_by(self, next: Self) -> bool {
        let mask = if self.is_long { 0x7fff } else { 0x7f };
        self.is_long == next.is_long && (self.number + 1) & mask == next.number
    }
}

/// The bytes before the data in each packet (RFC 7741 §4.2).
struct Descriptor {
    begins_frame: bool,
    picture_id: Option<PictureId>,
    length: usize,
}

impl Descriptor {
    fn parse(payload: &[u8]) -> Option<Self> {
        let mut bytes = payload.iter().copied();
        let first = bytes.next()?;
        let mut picture_id = None;
        if first & 0x80 != 0 {
            let extensions = bytes.next()?;
            if extensions & 0x80 != 0 {
                let high = bytes.next()?;
                let is_long = high & 0x80 != 0;
                let mut number = u16::from(high & 0x7f);
                if is_long {
                    number = number << 8 | u16::from(bytes.next()?);
                }
                picture_id = Some(PictureId { number, is_long });
            }
            if extensions & 0x40 != 0 {
                bytes.next()?;
            }
            if extensions & 0x30 != 0 {
                bytes.next()?;
            }
        }
        let length = payload.len() - bytes.len();
        (length < payload.len()).then_some(Self {
            begins_frame: first & 0x10 != 0 && first & 0x07 == 0,
            picture_id,
            length,
        })
    }
}

/// Width and height, if this is a keyframe (RFC 6386 §9.1).
fn keyframe_size(frame: &[u8]) -> Option<(u16, u16)> {
    match frame {
        [tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] if tag & 1 == 0 => {
            // The upper two bits say how to scale, which players ignore.
            let width = u16::from_le_bytes([*w0, *w1]) & 0x3fff;
            let height = u16::from_le_bytes([*h0, *h1]) & 0x3fff;
            (width > 0 && height > 0).then_some((width, height))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYFRAME: [u8; 11] = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 7];
    const DELTA: [u8; 3] = [0x11, 5, 6];

    fn packet(begins: bool, picture: Option<u8>, data: &[u8]) -> Bytes {
        let begins = u8::from(begins) << 4;
        let mut packet = match picture {
            Some(picture) => vec![0x80 | begins, 0x80, picture],
            None => vec![begins],
        };
        packet.extend_from_slice(data);
        packet.into()
    }

    #[test]
    fn a_frame_in_several_packets_is_put_together() {
        let mut assembler = Assembler::default();
        assert_eq!(
            assembler.push(1, false, &packet(true, None, &KEYFRAME[..4])),
            None
        );
        assert_eq!(
            assembler.push(1, false, &packet(false, None, &KEYFRAME[4..10])),
            None
        );
        let frame = assembler
            .push(1, true, &packet(false, None, &KEYFRAME[10..]))
            .unwrap();
        assert_eq!(frame.data, KEYFRAME[..]);
        assert_eq!(frame.size, Some((640, 360)));
    }

    #[test]
    fn nothing_comes_before_the_first_keyframe() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(1, true, &packet(true, None, &DELTA)), None);
        assert!(assembler.needs_keyframe());
        assert!(
            assembler
                .push(2, true, &packet(true, None, &KEYFRAME))
                .is_some()
        );
        assert!(!assembler.needs_keyframe());
        assert!(
            !assembler
                .push(3, true, &packet(true, None, &DELTA))
                .unwrap()
                .keyframe
        );
    }

    #[test]
    fn after_a_loss_frames_are_dropped_until_the_next_keyframe() {
        let mut assembler = Assembler::default();
        assembler.push(1, true, &packet(true, Some(1), &KEYFRAME));
        assembler.lost();
        assert_eq!(
            assembler.push(3, true, &packet(true, Some(3), &DELTA)),
            None
        );
        assert!(assembler.needs_keyframe());
        assert_eq!(
            assembler.push(4, true, &packet(true, Some(4), &DELTA)),
            None
        );
        assert!(
            assembler
                .push(5, true, &packet(true, Some(5), &KEYFRAME))
                .is_some()
        );
    }

    #[test]
    fn a_loss_inside_a_frame_needs_a_keyframe_at_once() {
        let mut assembler = Assembler::default();
        assembler.push(1, true, &packet(true, None, &KEYFRAME));
        assembler.push(2, false, &packet(true, None, &DELTA));
        assembler.lost();
        assert!(assembler.needs_keyframe());
        assert_eq!(assembler.push(2, true, &packet(false, None, &DELTA)), None);
    }

    #[test]
    fn lost_padding_between_two_frames_does_no_harm() {
        let mut assembler = Assembler::default();
        assembler.push(1, true, &packet(true, Some(127), &KEYFRAME));
        assembler.lost();
        assert!(
            assembler
                .push(2, true, &packet(true, Some(0), &DELTA))
                .is_some()
        );
    }

    #[test]
    fn padding_inside_a_stream_is_ignored() {
        let mut assembler = Assembler::default();
        assembler.push(1, true, &packet(true, None, &KEYFRAME));
        assert_eq!(assembler.push(1, true, &Bytes::new()), None);
        assert!(
            assembler
                .push(2, true, &packet(true, None, &DELTA))
                .is_some()
        );
    }
}
