//! What a client's document update may hold, checked on its bytes before the CRDT sees them.
//!
//! The room's document is a few texts and a small map, so most of what the format can express
//! (nested types, sub-documents, embedded objects) has no business in it. Letting nothing else
//! through keeps hostile updates away from code that trusts its input: lengths that overflow
//! clocks, recursion without end, structures that others could not read.

use std::collections::HashMap;

use super::wire::{Malformed, Reader};

/// A clock near the end of its range can only be an attack: at ten keystrokes a second it is
/// reached after years.
const MAX_CLOCK: u64 = 1 << 30;
const MAX_META_VALUE: usize = 64;
const MAX_META_KEY: usize = 32;

const GC: u8 = 0;
const DELETED: u8 = 1;
const STRING: u8 = 4;
const ANY: u8 = 8;
const SKIP: u8 = 10;
const ANY_STRING: u8 = 119;

const HAS_ORIGIN: u8 = 0b1000_0000;
const HAS_RIGHT_ORIGIN: u8 = 0b0100_0000;
const HAS_PARENT_SUB: u8 = 0b0010_0000;
const CONTENT: u8 = 0b0000_1111;

/// Why an update is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is broken, or holds what a room's document does not.
    #[error("the update cannot be read: {0}")]
    Malformed(#[from] Malformed),
    /// It builds on something that has not arrived.
    #[error("the update builds on changes that the server does not have")]
    OutOfSync,
}

/// What an update that may be applied brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    /// Bytes of text and values that it inserts.
    pub inserted: usize,
}

/// The names that a document has.
pub trait Names {
    fn is_text(&self, name: &str) -> bool;
    fn is_map(&self, name: &str) -> bool;
}

struct Id {
    client: u64,
    clock: u64,
}

/// Checks an update (v1). `clock_of` tells how much of each client's the document has.
pub fn inspect(
    update: &[u8],
    names: &impl Names,
    clock_of: impl Fn(u64) -> u64,
) -> Result<Inspected, Refusal> {
    let mut reader = Reader::new(update);
    let mut inserted = 0;
    let mut ends: HashMap<u64, u64> = HashMap::new();
    let mut references = Vec::new();

    for _ in 0..reader.number()? {
        let structs = reader.number()?;
        let client = reader.number()?;
        let mut clock = reader.number()?;
        if clock > clock_of(client) {
            return Err(Refusal::OutOfSync);
        }
        for _ in 0..structs {
            let (length, bytes) =
                inspect_struct(&mut reader, names, &Id { client, clock }, &mut references)?;
            inserted += bytes;
            clock += length;
            if clock > MAX_CLOCK {
                return Err(Malformed("a clock is too large").into());
            }
        }
        if ends.insert(client, clock).is_some() {
            return Err(Malformed("a client occurs twice").into());
        }
    }

    let end_of = |client: u64| clock_of(client).max(ends.get(&client).copied().unwrap_or(0));
    for _ in 0..reader.number()? {
        let client = reader.number()?;
        for _ in 0..reader.number()? {
            let end = reader.number()?.saturating_add(reader.number()?);
            if end > end_of(client) {
                return Err(Refusal::OutOfSync);
            }
        }
    }
    reader.end()?;
    if references
        .iter()
        .any(|id: &Id| id.clock >= end_of(id.client))
    {
        return Err(Refusal::OutOfSync);
    }
    Ok(Inspected { inserted })
}

/// Answers how many clock ticks the structure takes and how many bytes it inserts.
fn inspect_struct(
    reader: &mut Reader<'_>,
    names: &impl Names,
    own: &Id,
    references: &mut Vec<Id>,
) -> Result<(u64, usize), Refusal> {
    let info = reader.byte()?;
    match info {
        GC => return Ok((length(reader)?, 0)),
        SKIP => return Err(Refusal::OutOfSync),
        _ => {}
    }
    let mut has_neighbour = false;
    for flag in [HAS_ORIGIN, HAS_RIGHT_ORIGIN] {
        if info & flag != 0 {
            let id = Id {
                client: reader.number()?,
                clock: reader.number()?,
            };
            if id.client == own.client && id.clock >= own.clock {
                return Err(Malformed("it refers to itself").into());
            }
            references.push(id);
            has_neighbour = true;
        }
    }
    // What is placed by its neighbours takes the parent and key from them.
    let in_map = if has_neighbour {
        None
    } else {
        if reader.number()? != 1 {
            return Err(Malformed("nested types are not part of this document").into());
        }
        let name = reader.string()?;
        let keyed = info & HAS_PARENT_SUB != 0;
        if keyed && reader.string()?.len() > MAX_META_KEY {
            return Err(Malformed("a key is too long").into());
        }
        if !(if keyed {
            names.is_map(name)
        } else {
            names.is_text(name)
        }) {
            return Err(Malformed("this document has nothing of that name").into());
        }
        Some(keyed)
    };
    match info & CONTENT {
        DELETED => Ok((length(reader)?, 0)),
        STRING if in_map != Some(true) => {
            let text = reader.string()?;
            Ok((text.encode_utf16().count() as u64, text.len()))
        }
        ANY if in_map != Some(false) => {
            if reader.number()? != 1 || reader.byte()? != ANY_STRING {
                return Err(Malformed("a value is not one text").into());
            }
            let value = reader.string()?;
            if value.len() > MAX_META_VALUE {
                return Err(Malformed("a value is too long").into());
            }
            Ok((1, value.len()))
        }
        _ => Err(Malformed("it holds content that is not part of this document").into()),
    }
}

fn length(reader: &mut Reader<'_>) -> Result<u64, Refusal> {
    match reader.number()? {
        0 => Err(Malformed("a length is zero").into()),
        length => Ok(length),
    }
}

/// Checks a state vector (v1).
pub fn inspect_state_vector(bytes: &[u8]) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    for _ in 0..reader.number()? {
        reader.number()?;
        reader.number_u32()?;
    }
    reader.end()
}
