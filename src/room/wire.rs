//! The Yjs sync and awareness protocol on the wire: lib0 numbers, strings and buffers, and the
//! frames made of them. Reading never allocates more than what was received.

use bytes::Bytes;

/// Client ids and lengths are JavaScript numbers: 53 bits.
const MAX_NUMBER: u64 = (1 << 53) - 1;

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const QUERY_AWARENESS: u64 = 3;

const STEP_1: u64 = 0;
const STEP_2: u64 = 1;
const UPDATE: u64 = 2;

/// The bytes are not what the protocol allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

/// Reads lib0's encoding.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self
            .rest
            .split_first()
            .ok_or(Malformed("it is cut short"))?;
        self.rest = rest;
        Ok(*first)
    }

    /// A number of at most 53 bits.
    pub fn number(&mut self) -> Result<u64, Malformed> {
        let mut value = 0_u64;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if value <= MAX_NUMBER {
                    Ok(value)
                } else {
                    Err(Malformed("a number is too large"))
                };
            }
        }
        Err(Malformed("a number is too long"))
    }

    pub fn number_u32(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.number()?).map_err(|_| Malformed("a number is too large"))
    }

    pub fn buffer(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.number()?;
        let length = usize::try_from(length).map_err(|_| Malformed("a length is too large"))?;
        if length > self.rest.len() {
            return Err(Malformed("it is cut short"));
        }
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(taken)
    }

    pub fn string(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.buffer()?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    pub fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed("there is something after its end"))
        }
    }
}

pub fn write_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        // The mask keeps it within a byte.
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn write_buffer(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A binary message of the room's socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    /// The sender's state vector; asks for what it lacks.
    SyncStep1(&'a [u8]),
    /// What the sender has beyond the state vector it was sent.
    SyncStep2(&'a [u8]),
    Update(&'a [u8]),
    Awareness(&'a [u8]),
    QueryAwareness,
}

impl<'a> Frame<'a> {
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let frame = match reader.number()? {
            SYNC => match reader.number()? {
                STEP_1 => Self::SyncStep1(reader.buffer()?),
                STEP_2 => Self::SyncStep2(reader.buffer()?),
                UPDATE => Self::Update(reader.buffer()?),
                _ => return Err(Malformed("its kind of synchronisation is unknown")),
            },
            AWARENESS => Self::Awareness(reader.buffer()?),
            QUERY_AWARENESS => Self::QueryAwareness,
            _ => return Err(Malformed("its kind is unknown")),
        };
        reader.end()?;
        Ok(frame)
    }

    pub fn encode(self) -> Bytes {
        let (kinds, body): (&[u64], &[u8]) = match self {
            Self::SyncStep1(body) => (&[SYNC, STEP_1], body),
            Self::SyncStep2(body) => (&[SYNC, STEP_2], body),
            Self::Update(body) => (&[SYNC, UPDATE], body),
            Self::Awareness(body) => (&[AWARENESS], body),
            Self::QueryAwareness => return Bytes::from_static(&[QUERY_AWARENESS as u8]),
        };
        let mut out = Vec::with_capacity(body.len() + 12);
        for kind in kinds {
            write_number(&mut out, *kind);
        }
        write_buffer(&mut out, body);
        out.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_come_back_as_they_were() {
        for frame in [
            Frame::SyncStep1(b"a"),
            Frame::SyncStep2(b""),
            Frame::Update(&[7; 300]),
            Frame::Awareness(b"state"),
            Frame::QueryAwareness,
        ] {
            assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        let mut bytes = vec![1];
        write_number(&mut bytes, MAX_NUMBER);
        assert!(Frame::decode(&bytes).is_err());
    }

    #[test]
    fn a_number_without_end_is_refused() {
        assert!(Reader::new(&[0xff; 20]).number().is_err());
    }

    #[test]
    fn bytes_after_the_frame_are_refused() {
        assert!(Frame::decode(&[3, 0]).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Frame::decode(&bytes);
        }

        #[test]
        fn numbers_come_back_as_they_were(value in 0..=MAX_NUMBER) {
            let mut out = Vec::new();
            write_number(&mut out, value);
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.number(), Ok(value));
            prop_assert!(reader.is_empty());
        }
    }
}
