//! Makes frames of packets that come in order. After a loss, pictures go on at the next keyframe:
//! what was predicted from a missing frame is never written.

mod av1;
mod h264;
mod vp8;
mod vp9;

use std::time::Duration;

use bytes::Bytes;

use crate::Codec;
use crate::bitstream::{self, Description};

/// No camera or screen makes frames larger than this, in bytes.
const MAX_FRAME: usize = 8 << 20;

/// What the depacketizers need of an RTP packet.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub arrival: Duration,
    pub timestamp: u32,
    /// The last packet of its frame.
    pub marker: bool,
    pub payload: Bytes,
}

/// A whole encoded frame, in the form in which the file keeps it.
#[derive(Debug)]
pub(crate) struct Frame {
    pub timestamp: u32,
    /// When its first packet came.
    pub arrival: Duration,
    /// Present if it is a keyframe.
    pub key: Option<Description>,
    pub data: Vec<u8>,
}

/// The packet cannot be part of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// One codec's RTP payload format.
trait Format: Send {
    /// Appends what the packet carries to the frame.
    fn append(&mut self, payload: &Bytes, frame: &mut Vec<u8>) -> Result<(), Malformed>;

    /// Completes the frame; false if something of it is missing.
    fn complete(&mut self, _frame: &mut Vec<u8>) -> bool {
        true
    }

    /// Forgets what it knows of an unfinished frame.
    fn reset(&mut self) {}
}

pub(crate) struct Depacketizer {
    codec: Codec,
    /// None for codecs whose packets are frames.
    format: Option<Box<dyn Format>>,
    partial: Option<Partial>,
    awaits_keyframe: bool,
}

struct Partial {
    timestamp: u32,
    arrival: Duration,
    data: Vec<u8>,
    is_damaged: bool,
}

impl Depacketizer {
    pub fn new(codec: Codec) -> Self {
        let format: Option<Box<dyn Format>> = match codec {
            Codec::Opus => None,
            Codec::Vp8 => Some(Box::new(vp8::Vp8)),
            Codec::Vp9 => Some(Box::<vp9::Vp9>::default()),
            Codec::Av1 => Some(Box::<av1::Av1>::default()),
            Codec::H264 => Some(Box::<h264::H264>::default()),
        };
        Self {
            codec,
            format,
            partial: None,
            awaits_keyframe: codec.is_video(),
        }
    }

    /// Takes the next packet and returns the frames that it completes: the one before if its last
    /// packet was not marked, and its own.
    pub fn push(&mut self, packet: &Packet) -> Vec<Frame> {
        // Padding only, which keeps a sender's probing in the same numbering.
        if packet.payload.is_empty() {
            return Vec::new();
        }
        let mut frames = Vec::new();
        let is_next = |partial: &Partial| partial.timestamp != packet.timestamp;
        if self.partial.as_ref().is_some_and(is_next) {
            frames.extend(self.complete());
        }
        let Some(format) = &mut self.format else {
            frames.push(Frame {
                timestamp: packet.timestamp,
                arrival: packet.arrival,
                key: bitstream::describe(self.codec, &packet.payload),
                data: packet.payload.to_vec(),
            });
            return frames;
        };
        let partial = self.partial.get_or_insert_with(|| {
            format.reset();
            Partial {
                timestamp: packet.timestamp,
                arrival: packet.arrival,
                data: Vec::new(),
                is_damaged: false,
            }
        });
        if !partial.is_damaged {
            let appended = format.append(&packet.payload, &mut partial.data);
            partial.is_damaged = appended.is_err() || partial.data.len() > MAX_FRAME;
        }
        if packet.marker {
            frames.extend(self.complete());
        }
        frames
    }

    /// Packets before the next one are missing.
    pub fn lost(&mut self) {
        self.partial = None;
        self.awaits_keyframe = self.codec.is_video();
    }

    /// What comes is dropped until the sender makes a keyframe.
    pub fn awaits_keyframe(&self) -> bool {
        self.awaits_keyframe
    }

    fn complete(&mut self) -> Option<Frame> {
        let mut partial = self.partial.take()?;
        let format = self.format.as_mut()?;
        if partial.is_damaged || partial.data.is_empty() || !format.complete(&mut partial.data) {
            self.awaits_keyframe = true;
            return None;
        }
        let key = bitstream::describe(self.codec, &partial.data);
        if self.awaits_keyframe && key.is_none() {
            return None;
        }
        self.awaits_keyframe = false;
        Some(Frame {
            timestamp: partial.timestamp,
            arrival: partial.arrival,
            key,
            data: partial.data,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &[u8] = &[0x10, 0x9d, 0x01, 0x2a, 64, 0, 48, 0];

    fn vp8(timestamp: u32, is_start: bool, marker: bool, data: &[u8]) -> Packet {
        let mut payload = vec![if is_start { 0x10 } else { 0 }];
        payload.extend(data);
        Packet {
            arrival: Duration::ZERO,
            timestamp,
            marker,
            payload: payload.into(),
        }
    }

    /// The frame tag has the keyframe bit in its first byte, and two more bytes.
    fn keyframe() -> Vec<u8> {
        [&KEY[..1], &[0, 0], &KEY[1..]].concat()
    }

    const INTER: &[u8] = &[0x11, 1, 2, 3];

    #[test]
    fn a_frame_is_whole_with_its_marked_packet() {
        let mut depacketizer = Depacketizer::new(Codec::Vp8);
        let key = keyframe();
        assert!(depacketizer.push(&vp8(1, true, false, &key)).is_empty());
        let frames = depacketizer.push(&vp8(1, false, true, b"rest"));
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].data, [&key, &b"rest"[..]].concat());
        let size = frames[0].key.as_ref().unwrap().size.unwrap();
        assert_eq!((size.width, size.height), (64, 48));
    }

    #[test]
    fn a_frame_without_a_mark_is_whole_when_the_next_one_begins() {
        let mut depacketizer = Depacketizer::new(Codec::Vp8);
        assert!(
            depacketizer
                .push(&vp8(1, true, false, &keyframe()))
                .is_empty()
        );
        let frames = depacketizer.push(&vp8(2, true, true, INTER));
        let times: Vec<u32> = frames.iter().map(|frame| frame.timestamp).collect();
        assert_eq!(times, [1, 2]);
        assert!(frames[1].key.is_none());
    }

    #[test]
    fn pictures_wait_for_a_keyframe_at_the_start_and_after_a_loss() {
        let mut depacketizer = Depacketizer::new(Codec::Vp8);
        assert!(depacketizer.awaits_keyframe());
        assert!(depacketizer.push(&vp8(1, true, true, INTER)).is_empty());
        assert_eq!(depacketizer.push(&vp8(2, true, true, &keyframe())).len(), 1);
        assert!(!depacketizer.awaits_keyframe());
        depacketizer.lost();
        assert!(depacketizer.awaits_keyframe());
        assert!(depacketizer.push(&vp8(3, true, true, INTER)).is_empty());
        assert_eq!(depacketizer.push(&vp8(4, true, true, &keyframe())).len(), 1);
    }

    #[test]
    fn a_frame_whose_beginning_or_middle_is_missing_is_dropped_with_those_after_it() {
        for damaged in [vp8(2, false, true, INTER), vp8(2, true, true, &[])] {
            let mut depacketizer = Depacketizer::new(Codec::Vp8);
            depacketizer.push(&vp8(1, true, true, &keyframe()));
            assert!(depacketizer.push(&damaged).is_empty());
            assert!(depacketizer.awaits_keyframe());
        }
    }

    #[test]
    fn packets_of_padding_only_change_nothing() {
        let mut depacketizer = Depacketizer::new(Codec::Vp8);
        depacketizer.push(&vp8(1, true, true, &keyframe()));
        let mut padding = vp8(1, false, false, &[]);
        padding.payload = Bytes::new();
        assert!(depacketizer.push(&padding).is_empty());
        assert_eq!(depacketizer.push(&vp8(2, true, true, INTER)).len(), 1);
    }

    #[test]
    fn the_layers_of_a_vp9_picture_get_an_index() {
        let mut depacketizer = Depacketizer::new(Codec::Vp9);
        depacketizer.awaits_keyframe = false;
        let mut packet = vp8(1, true, false, &[]);
        packet.payload = Bytes::from_static(&[0x0c, 1, 2, 3]);
        depacketizer.push(&packet);
        packet.payload = Bytes::from_static(&[0x0c, 4, 5]);
        packet.marker = true;
        let frames = depacketizer.push(&packet);
        let index = [0b1101_1001, 3, 0, 0, 0, 2, 0, 0, 0, 0b1101_1001];
        assert_eq!(frames[0].data, [&[1, 2, 3, 4, 5][..], &index].concat());
    }

    #[test]
    fn an_h264_fragment_without_its_end_damages_the_frame() {
        let mut depacketizer = Depacketizer::new(Codec::H264);
        depacketizer.awaits_keyframe = false;
        let mut packet = vp8(1, true, true, &[]);
        packet.payload = Bytes::from_static(&[0x7c, 0x81, 9, 9]);
        assert!(depacketizer.push(&packet).is_empty());
        assert!(depacketizer.awaits_keyframe());
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_taken(
            packets in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..60), 0u32..3, any::<bool>()),
                0..30,
            ),
        ) {
            for codec in [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::Av1, Codec::H264] {
                let mut depacketizer = Depacketizer::new(codec);
                for (payload, timestamp, marker) in &packets {
                    depacketizer.push(&Packet {
                        arrival: Duration::ZERO,
                        timestamp: *timestamp,
                        marker: *marker,
                        payload: payload.clone().into(),
                    });
                }
            }
        }

        #[test]
        fn any_bytes_can_be_described(
            kind in prop::sample::select(vec![0x0au8, 0x32, 0x82, 0x67, 0, 0x10]),
            mut frame in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            frame.insert(0, kind);
            for codec in [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::Av1, Codec::H264] {
                let _ = bitstream::describe(codec, &frame);
                // As one NAL unit.
                let mut nal = vec![0, 0, 0, frame.len() as u8];
                nal.extend(&frame);
                nal.extend([0, 0, 0, 2, 0x65, 1, 0, 0, 0, 2, 0x68, 1]);
                let _ = bitstream::describe(codec, &nal);
            }
        }
    }
}
