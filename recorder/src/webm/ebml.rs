//! EBML (RFC 8794): elements of an id, a size and content.

use std::io::{self, Read};

/// The size of an element whose end is not known yet, in eight bytes.
pub(crate) const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

pub(crate) fn put_id(out: &mut Vec<u8>, id: u32) {
    let bytes = id.to_be_bytes();
    let zeros = (id.leading_zeros() / 8) as usize;
    out.extend(&bytes[zeros..]);
}

pub(crate) fn put_size(out: &mut Vec<u8>, size: usize) {
    let size = size as u64;
    // All ones means unknown, so a length cannot hold its largest value.
    let length = (1..8)
        .find(|length| size < (1 << (7 * length)) - 1)
        .unwrap_or(8);
    let bytes = (size | 1 << (7 * length)).to_be_bytes();
    out.extend(&bytes[8 - length..]);
}

/// A size that overwrites [`UNKNOWN_SIZE`].
pub(crate) fn long_size(size: u64) -> [u8; 8] {
    (size | 1 << 56).to_be_bytes()
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, id: u32, content: &[u8]) {
    put_id(out, id);
    put_size(out, content.len());
    out.extend(content);
}

pub(crate) fn put_uint(out: &mut Vec<u8>, id: u32, value: u64) {
    let bytes = value.to_be_bytes();
    let zeros = (value.leading_zeros() / 8).min(7) as usize;
    put_bytes(out, id, &bytes[zeros..]);
}

pub(crate) fn put_float(out: &mut Vec<u8>, id: u32, value: f64) {
    put_bytes(out, id, &value.to_be_bytes());
}

pub(crate) fn put_master(out: &mut Vec<u8>, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut content = Vec::new();
    fill(&mut content);
    put_bytes(out, id, &content);
}

/// Reserves so many bytes, at least two and less than 128.
pub(crate) fn put_void(out: &mut Vec<u8>, length: usize) {
    put_bytes(out, super::ids::VOID, &vec![0; length.saturating_sub(2)]);
}

/// The start of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub id: u32,
    /// Bytes of content; None if unknown.
    pub size: Option<u64>,
    /// Bytes of id and size.
    pub length: u64,
}

/// Reads an id and a size. None if what is there is none, or is cut off.
pub(crate) fn read_head(from: &mut impl Read) -> io::Result<Option<Head>> {
    let Some((id, id_length)) = read_vint(from)? else {
        return Ok(None);
    };
    let Some((size, size_length)) = read_vint(from)? else {
        return Ok(None);
    };
    if id_length > 4 {
        return Ok(None);
    }
    let marker = 1u64 << (7 * size_length);
    let size = size & !marker;
    Ok(Some(Head {
        id: id as u32,
        size: (size != marker - 1).then_some(size),
        length: u64::from(id_length + size_length),
    }))
}

/// A variable-length integer with its length marker, and its length.
fn read_vint(from: &mut impl Read) -> io::Result<Option<(u64, u32)>> {
    let mut byte = [0];
    if !read_whole(from, &mut byte)? || byte[0] == 0 {
        return Ok(None);
    }
    let length = byte[0].leading_zeros() + 1;
    let mut rest = [0; 7];
    let rest = &mut rest[..length as usize - 1];
    if !read_whole(from, rest)? {
        return Ok(None);
    }
    let value = rest.iter().fold(u64::from(byte[0]), |value, byte| {
        value << 8 | u64::from(*byte)
    });
    Ok(Some((value, length)))
}

/// False if there are fewer bytes.
pub(crate) fn read_whole(from: &mut impl Read, into: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(into) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// A whole element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub id: u32,
    /// Where it begins, where its content begins, and where it ends.
    pub at: usize,
    pub content_at: usize,
    pub end: usize,
    pub content: &'a [u8],
}

/// The elements that lie side by side in these bytes, as far as they are whole.
pub(crate) struct Elements<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Elements<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::at(bytes, 0)
    }

    /// Those from this position on; their positions count from the start of the bytes.
    pub fn at(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    /// Where the next element begins.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let at = self.position;
        let head = read_head(&mut self.bytes.get(at..)?).ok()??;
        let content_at = at + head.length as usize;
        let end = content_at.checked_add(usize::try_from(head.size?).ok()?)?;
        let content = self.bytes.get(content_at..end)?;
        self.position = end;
        Some(Element {
            id: head.id,
            at,
            content_at,
            end,
            content,
        })
    }
}

/// The content of the first element with this id.
pub(crate) fn find(bytes: &[u8], id: u32) -> Option<&[u8]> {
    Elements::new(bytes)
        .find(|element| element.id == id)
        .map(|element| element.content)
}

/// The value of an unsigned integer element.
pub(crate) fn uint(content: &[u8]) -> Option<u64> {
    (content.len() <= 8).then(|| {
        content
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_size_that_would_read_as_unknown_takes_another_byte() {
        let mut out = Vec::new();
        put_size(&mut out, 126);
        put_size(&mut out, 127);
        assert_eq!(out, [0xfe, 0x40, 0x7f]);
    }

    #[test]
    fn an_unknown_size_is_told_from_a_long_one() {
        let mut bytes = vec![0xa3];
        bytes.extend(UNKNOWN_SIZE);
        let head = read_head(&mut bytes.as_slice()).unwrap().unwrap();
        assert_eq!((head.id, head.size, head.length), (0xa3, None, 9));
        bytes.truncate(1);
        bytes.extend(long_size(77));
        let head = read_head(&mut bytes.as_slice()).unwrap().unwrap();
        assert_eq!(head.size, Some(77));
    }

    proptest! {
        #[test]
        fn elements_are_read_as_they_were_written(
            id in prop_oneof![Just(0xa3u32), Just(0x4489), Just(0x1f43_b675)],
            content in prop::collection::vec(any::<u8>(), 0..20_000),
            value: u64,
        ) {
            let mut out = Vec::new();
            put_bytes(&mut out, id, &content);
            put_uint(&mut out, id, value);
            let elements: Vec<_> = Elements::new(&out).collect();
            prop_assert_eq!(elements.len(), 2);
            prop_assert_eq!((elements[0].id, elements[0].content), (id, content.as_slice()));
            prop_assert_eq!(uint(elements[1].content), Some(value));
        }

        #[test]
        fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            Elements::new(&bytes).for_each(drop);
        }
    }
}
