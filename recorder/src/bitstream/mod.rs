//! What is in a frame: whether it stands alone, how large its picture is, and what a player must
//! know before it (the track's private data and the codec's full name).

mod av1;
mod h264;
mod opus;
mod vp8;
mod vp9;

use crate::Codec;

pub(crate) use av1::{is_dropped_obu, leb128, put_obu};
pub(crate) use h264::is_dropped_nal;
pub(crate) use opus::{DECODER_DELAY_NS, SEEK_PREROLL_NS, duration_us as opus_duration_us};

/// Enough of a frame to tell everything this module tells.
pub(crate) const HEAD: usize = 2048;

/// What a keyframe says about the frames from it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Pixels; absent for sound.
    pub size: Option<Size>,
    /// The codecs parameter of the MIME type.
    pub codecs: String,
    /// Matroska's CodecPrivate.
    pub private: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u16,
    pub height: u16,
}

impl Size {
    fn new(width: u32, height: u32) -> Option<Self> {
        let width = u16::try_from(width).ok().filter(|pixels| *pixels > 0)?;
        let height = u16::try_from(height).ok().filter(|pixels| *pixels > 0)?;
        Some(Self { width, height })
    }

    pub fn area(self) -> u32 {
        u32::from(self.width) * u32::from(self.height)
    }
}

/// What the frame tells if it is a keyframe; [`HEAD`] bytes of it are enough.
pub(crate) fn describe(codec: Codec, frame: &[u8]) -> Option<Description> {
    match codec {
        Codec::Opus => Some(opus::describe()),
        Codec::Vp8 => vp8::describe(frame),
        Codec::Vp9 => vp9::describe(frame),
        Codec::Av1 => av1::describe(frame),
        Codec::H264 => h264::describe(frame),
    }
}
