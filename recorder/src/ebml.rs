//! The binary format under WebM (RFC 8794): elements of an id, a size and data.

use std::io::{self, Read};

/// An id with its length marker, as it stands in the file.
pub type Id = u32;

/// The size of an element that ends where its parent's next child begins.
pub const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

pub fn id(id: Id) -> Vec<u8> {
    let zeros = (id.leading_zeros() / 8).min(3) as usize;
    id.to_be_bytes()[zeros..].to_vec()
}

/// A size in the fewest bytes.
pub fn size(size: u64) -> Vec<u8> {
    // A size of only ones would mean "unknown", so each length holds one value less.
    let length = (1..8)
        .find(|length| size < (1 << (7 * length)) - 1)
        .unwrap_or(8);
    let marked = size | 1 << (7 * length);
    marked.to_be_bytes()[8 - length..].to_vec()
}

/// A size in eight bytes, which can take the place of [`UNKNOWN_SIZE`].
pub fn wide_size(size: u64) -> [u8; 8] {
    (size | 1 << 56).to_be_bytes()
}

pub fn element(name: Id, data: &[u8]) -> Vec<u8> {
    [&id(name), &size(data.len() as u64), data].concat()
}

pub fn parent(name: Id, children: &[Vec<u8>]) -> Vec<u8> {
    element(name, &children.concat())
}

pub fn uint(name: Id, value: u64) -> Vec<u8> {
    let zeros = (value.leading_zeros() / 8).min(7) as usize;
    element(name, &value.to_be_bytes()[zeros..])
}

/// A number in eight bytes whatever its value.
pub fn wide_uint(name: Id, value: u64) -> Vec<u8> {
    element(name, &value.to_be_bytes())
}

pub fn float(name: Id, value: f64) -> Vec<u8> {
    element(name, &value.to_be_bytes())
}

pub fn text(name: Id, value: &str) -> Vec<u8> {
    element(name, value.as_bytes())
}

/// What stands before an element's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub id: Id,
    /// Of the data; absent if unknown.
    pub size: Option<u64>,
    /// Of the header itself.
    pub length: u64,
}

/// Reads an element's header; `None` if there is no valid one or the file ends in it.
pub fn read_header(reader: &mut impl Read) -> io::Result<Option<Header>> {
    let Some((id, id_length)) = read_number(reader, 4)? else {
        return Ok(None);
    };
    let Some((marked, size_length)) = read_number(reader, 8)? else {
        return Ok(None);
    };
    let mask = (1 << (7 * size_length)) - 1;
    let size = marked & mask;
    Ok(Some(Header {
        id: id as Id,
        size: (size != mask).then_some(size),
        length: id_length + size_length,
    }))
}

/// A number with its length marker, and how many bytes it has.
fn read_number(reader: &mut impl Read, longest: usize) -> io::Result<Option<(u64, u64)>> {
    let mut bytes = [0; 8];
    if !read_whole(reader, &mut bytes[..1])? {
        return Ok(None);
    }
    let length = bytes[0].leading_zeros() as usize + 1;
    if length > longest || !read_whole(reader, &mut bytes[1..length])? {
        return Ok(None);
    }
    let number = bytes[..length]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    Ok(Some((number, length as u64)))
}

/// Fills the buffer; false if the file ends before.
pub fn read_whole(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_element_is_id_size_and_data() {
        assert_eq!(uint(0x4286, 1), [0x42, 0x86, 0x81, 1]);
        assert_eq!(uint(0xe7, 0), [0xe7, 0x81, 0]);
        assert_eq!(
            uint(0x2ad7b1, 1_000_000),
            [0x2a, 0xd7, 0xb1, 0x83, 0x0f, 0x42, 0x40]
        );
        assert_eq!(size(126), [0xfe]);
        assert_eq!(size(127), [0x40, 127]);
    }

    #[test]
    fn an_unknown_size_is_read_as_such() {
        let bytes = [&id(0x1f43b675)[..], &UNKNOWN_SIZE].concat();
        let header = read_header(&mut &bytes[..]).unwrap().unwrap();
        assert_eq!(
            header,
            Header {
                id: 0x1f43b675,
                size: None,
                length: 12
            }
        );
    }

    proptest! {
        #[test]
        fn every_size_is_read_as_it_was_written(value in 0u64..(1 << 56) - 1) {
            for written in [size(value), wide_size(value).to_vec()] {
                let bytes = [&id(0xec)[..], &written].concat();
                let header = read_header(&mut &bytes[..]).unwrap().unwrap();
                prop_assert_eq!(header.size, Some(value));
                prop_assert_eq!(header.length, bytes.len() as u64);
            }
        }
    }
}
