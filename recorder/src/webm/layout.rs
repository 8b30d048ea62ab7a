//! What comes before the media. It is written with the first frame; what is known at the end only
//! has room reserved.

use std::time::Duration;

use super::ebml::{
    self, Elements, UNKNOWN_SIZE, find, put_bytes, put_float, put_id, put_master, put_uint,
    put_void,
};
use super::ids::*;
use crate::Codec;
use crate::bitstream::{DECODER_DELAY_NS, Description, SEEK_PREROLL_NS, Size};

/// Nothing before the media is larger than this.
pub(crate) const MAX_HEADER: usize = 64 << 10;
/// Room for a seek head with four entries, and a rest that can hold a void.
pub(crate) const SEEK_HEAD_ROOM: usize = 96;
/// Room for the duration element.
pub(crate) const DURATION_ROOM: usize = 11;

const APP: &str = "Porthole";
const START_TAG: &str = "PORTHOLE_START_MS";
const CODECS_TAG: &str = "PORTHOLE_CODECS";
/// Of the segment's id and its size in eight bytes.
const SEGMENT_HEAD: u64 = 12;

/// Where things are in the file, and what its header says. Positions count from the file's start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub codec: Codec,
    pub codecs: String,
    /// The file's time 0 on the interview's clock, in whole milliseconds.
    pub start: Duration,
    /// The segment's content; positions inside the file are relative to it.
    pub segment: u64,
    /// None until the file is finished.
    pub segment_size: Option<u64>,
    pub seek_head: u64,
    pub info: u64,
    /// The duration, or the room for it.
    pub duration: u64,
    pub tags: u64,
    pub tracks: u64,
    pub pixels: Option<Pixels>,
    /// The first cluster.
    pub clusters: u64,
}

/// The picture's size, and where it is: two bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub size: Size,
    pub width: u64,
    pub height: u64,
}

/// The header of a file whose first frame is described by this.
pub(crate) fn header(codec: Codec, start: Duration, description: &Description) -> Vec<u8> {
    let mut out = Vec::new();
    put_master(&mut out, EBML, |out| {
        put_uint(out, EBML_VERSION, 1);
        put_uint(out, EBML_READ_VERSION, 1);
        put_uint(out, EBML_MAX_ID_LENGTH, 4);
        put_uint(out, EBML_MAX_SIZE_LENGTH, 8);
        put_bytes(out, DOC_TYPE, codec.doc_type().as_bytes());
        put_uint(out, DOC_TYPE_VERSION, 4);
        put_uint(out, DOC_TYPE_READ_VERSION, 2);
    });
    put_id(&mut out, SEGMENT);
    out.extend(UNKNOWN_SIZE);
    put_void(&mut out, SEEK_HEAD_ROOM);
    put_master(&mut out, INFO, |out| {
        put_uint(out, TIMESTAMP_SCALE, 1_000_000);
        put_bytes(out, MUXING_APP, APP.as_bytes());
        put_bytes(out, WRITING_APP, APP.as_bytes());
        put_void(out, DURATION_ROOM);
    });
    put_master(&mut out, TAGS, |out| {
        put_tag(out, START_TAG, &start.as_millis().to_string());
        put_tag(out, CODECS_TAG, &description.codecs);
    });
    // The last element, so that a header without it was cut off.
    put_master(&mut out, TRACKS, |out| {
        put_master(out, TRACK_ENTRY, |out| put_track(out, codec, description));
    });
    out
}

fn put_tag(out: &mut Vec<u8>, name: &str, value: &str) {
    put_master(out, TAG, |out| {
        put_master(out, TARGETS, |_| {});
        put_master(out, SIMPLE_TAG, |out| {
            put_bytes(out, TAG_NAME, name.as_bytes());
            put_bytes(out, TAG_STRING, value.as_bytes());
        });
    });
}

fn put_track(out: &mut Vec<u8>, codec: Codec, description: &Description) {
    const VIDEO_TYPE: u64 = 1;
    const AUDIO_TYPE: u64 = 2;
    put_uint(out, TRACK_NUMBER, THE_TRACK.into());
    put_uint(out, TRACK_UID, THE_TRACK.into());
    put_uint(
        out,
        TRACK_TYPE,
        if codec.is_video() {
            VIDEO_TYPE
        } else {
            AUDIO_TYPE
        },
    );
    put_uint(out, FLAG_LACING, 0);
    put_bytes(out, LANGUAGE, b"und");
    put_bytes(out, CODEC_ID, codec.matroska_id().as_bytes());
    if let Some(private) = &description.private {
        put_bytes(out, CODEC_PRIVATE, private);
    }
    match description.size {
        Some(size) => put_master(out, VIDEO, |out| {
            put_bytes(out, PIXEL_WIDTH, &size.width.to_be_bytes());
            put_bytes(out, PIXEL_HEIGHT, &size.height.to_be_bytes());
        }),
        None => {
            put_uint(out, CODEC_DELAY, DECODER_DELAY_NS);
            put_uint(out, SEEK_PREROLL, SEEK_PREROLL_NS);
            put_master(out, AUDIO, |out| {
                put_float(out, SAMPLING_FREQUENCY, 48_000.0);
                put_uint(out, CHANNELS, 2);
            });
        }
    }
}

/// What the beginning of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    Whole(Box<Layout>),
    /// Ours as far as it goes.
    CutOff,
    Foreign,
}

/// Reads the header from the first [`MAX_HEADER`] bytes of a file, or all it has.
pub(crate) fn read(bytes: &[u8]) -> Beginning {
    let magic = EBML.to_be_bytes();
    if !bytes.starts_with(&magic) && !magic.starts_with(bytes) {
        return Beginning::Foreign;
    }
    match read_whole(bytes) {
        Some(layout) => Beginning::Whole(Box::new(layout)),
        None if bytes.len() < MAX_HEADER => Beginning::CutOff,
        None => Beginning::Foreign,
    }
}

fn read_whole(bytes: &[u8]) -> Option<Layout> {
    let mut elements = Elements::new(bytes);
    elements.next().filter(|element| element.id == EBML)?;
    let segment_at = elements.position();
    let mut rest = &bytes[segment_at..];
    let head = ebml::read_head(&mut rest).ok()??;
    if (head.id, head.length) != (SEGMENT, SEGMENT_HEAD) {
        return None;
    }
    let mut elements = Elements::at(bytes, segment_at + head.length as usize);
    let segment = elements.position() as u64;
    let (mut info, mut tags, mut tracks) = (None, None, None);
    while tracks.is_none() {
        let element = elements.next()?;
        match element.id {
            INFO => info = Some(element),
            TAGS => tags = Some(element),
            TRACKS => tracks = Some(element),
            SEEK_HEAD | VOID => {}
            _ => return None,
        }
    }
    let (info, tags, tracks) = (info?, tags?, tracks?);
    if find(info.content, MUXING_APP)? != APP.as_bytes() {
        return None;
    }
    let duration = Elements::at(&bytes[..info.end], info.content_at)
        .find(|element| matches!(element.id, VOID | DURATION))?;
    let start = tag(tags.content, START_TAG)?.parse().ok()?;
    let mut entry = Elements::at(&bytes[..tracks.end], tracks.content_at);
    let entry = entry.next().filter(|entry| entry.id == TRACK_ENTRY)?;
    let video = Elements::at(&bytes[..entry.end], entry.content_at)
        .find(|element| element.id == VIDEO)
        .and_then(|video| read_pixels(&bytes[..video.end], video.content_at));
    Some(Layout {
        codec: Codec::from_matroska_id(find(entry.content, CODEC_ID)?)?,
        codecs: tag(tags.content, CODECS_TAG)?.to_owned(),
        start: Duration::from_millis(start),
        segment,
        segment_size: head.size,
        seek_head: segment,
        info: info.at as u64,
        duration: duration.at as u64,
        tags: tags.at as u64,
        tracks: tracks.at as u64,
        pixels: video,
        clusters: tracks.end as u64,
    })
}

fn read_pixels(bytes: &[u8], at: usize) -> Option<Pixels> {
    let number = |id| {
        let element = Elements::at(bytes, at).find(|element| element.id == id)?;
        let value = u16::from_be_bytes(element.content.try_into().ok()?);
        Some((value, element.content_at as u64))
    };
    let (width, width_at) = number(PIXEL_WIDTH)?;
    let (height, height_at) = number(PIXEL_HEIGHT)?;
    Some(Pixels {
        size: Size { width, height },
        width: width_at,
        height: height_at,
    })
}

fn tag<'a>(tags: &'a [u8], name: &str) -> Option<&'a str> {
    let simple = Elements::new(tags)
        .filter_map(|tag| find(tag.content, SIMPLE_TAG))
        .find(|simple| find(simple, TAG_NAME) == Some(name.as_bytes()))?;
    std::str::from_utf8(find(simple, TAG_STRING)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description() -> Description {
        Description {
            size: Some(Size {
                width: 640,
                height: 360,
            }),
            codecs: "vp8".to_owned(),
            private: None,
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written_and_its_parts_are_where_it_says() {
        let start = Duration::from_millis(12_345);
        let bytes = header(Codec::Vp8, start, &description());
        let Beginning::Whole(layout) = read(&bytes) else {
            panic!("not whole");
        };
        assert_eq!(layout.codec, Codec::Vp8);
        assert_eq!(layout.codecs, "vp8");
        assert_eq!(layout.start, start);
        assert_eq!(layout.segment_size, None);
        assert_eq!(layout.clusters, bytes.len() as u64);
        let pixels = layout.pixels.unwrap();
        assert_eq!((pixels.size.width, pixels.size.height), (640, 360));
        assert_eq!(bytes[pixels.width as usize..][..2], 640u16.to_be_bytes());
        assert_eq!(bytes[layout.info as usize..][..4], INFO.to_be_bytes());
        assert_eq!(bytes[layout.duration as usize], 0xec);
    }

    #[test]
    fn any_part_of_a_header_is_one_that_was_cut_off() {
        let bytes = header(Codec::Vp8, Duration::ZERO, &description());
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length]), Beginning::CutOff, "{length} bytes");
        }
        assert_eq!(read(b"RIFF"), Beginning::Foreign);
    }
}
