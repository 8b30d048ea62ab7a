//! RTP in, WebM out, without transcoding: one file per track.
//!
//! [`TrackRecorder`] takes a track's RTP packets and sender reports and writes its file as they
//! come; what a crash leaves behind is playable, and [`repair`] makes a finished file of it. There
//! are no sockets, tasks or clocks in here: arrival times are passed in.
//!
//! A packet's way: [`rtp`] reads its header, [`reorder`] puts packets in order and declares losses, [`depacketize`] makes
//! frames of them, [`bitstream`] tells what is in a frame, [`timestamps`] puts it on the
//! interview's clock, [`webm`] writes it; [`repair`](mod@repair) mends a file that was not finished.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bits;
mod bitstream;
mod codec;
mod depacketize;
mod error;
mod reorder;
mod repair;
mod rtp;
mod storage;
mod timestamps;
mod track;
mod webm;

pub use codec::Codec;
pub use error::RecorderError;
pub use repair::repair;
pub use storage::Storage;
pub use timestamps::SenderClock;
pub use track::{Finished, Pushed, Started, TrackRecorder};
