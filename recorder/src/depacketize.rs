//! Packets to frames.

use bytes::Bytes;

use crate::Codec;

mod opus;
mod vp8;

pub use opus::duration as opus_duration;

/// No camera makes frames larger than this, in bytes.
const LARGEST_FRAME: usize = 8 << 20;

/// A whole encoded frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub data: Bytes,
    /// It can be decoded without those before it.
    pub keyframe: bool,
    /// Width and height, which keyframes of a video tell.
    pub size: Option<(u16, u16)>,
}

/// Puts the frames of one track together. Packets come in order; a gap is told by [`Self::lost`].
pub enum Depacketizer {
    Opus,
    Vp8(vp8::Assembler),
}

impl Depacketizer {
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Opus => Self::Opus,
            Codec::Vp8 => Self::Vp8(vp8::Assembler::default()),
        }
    }

    /// Takes a packet's payload and returns the frame that it completes.
    pub fn push(&mut self, timestamp: u32, is_last: bool, payload: &Bytes) -> Option<Frame> {
        match self {
            Self::Opus => (!payload.is_empty()).then(|| Frame {
                data: payload.clone(),
                keyframe: true,
                size: None,
            }),
            Self::Vp8(assembler) => assembler.push(timestamp, is_last, payload),
        }
    }

    /// Packets are missing before the next one.
    pub fn lost(&mut self) {
        if let Self::Vp8(assembler) = self {
            assembler.lost();
        }
    }

    /// Nothing comes out before the sender makes a keyframe.
    pub fn needs_keyframe(&self) -> bool {
        match self {
            Self::Opus => false,
            Self::Vp8(assembler) => assembler.needs_keyframe(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_payload_makes_it_panic(
            packets in prop::collection::vec(
                (0u32..3, any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)),
                0..40,
            ),
        ) {
            for codec in [Codec::Opus, Codec::Vp8] {
                let mut depacketizer = Depacketizer::new(codec);
                for (timestamp, is_last, is_lost, payload) in &packets {
                    if *is_lost {
                        depacketizer.lost();
                    }
                    let payload = Bytes::copy_from_slice(payload);
                    if let Some(frame) = depacketizer.push(*timestamp, *is_last, &payload) {
                        prop_assert!(!frame.data.is_empty());
                        opus_duration(&frame.data);
                    }
                }
            }
        }
    }
}
