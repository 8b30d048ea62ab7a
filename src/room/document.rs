//! The shared document: the authoritative Yjs copy, and what every client's cursor is.
//!
//! Bytes of clients come in, frames to send and events to journal come out. What is relayed and
//! journalled is what the server's copy made of an update, so that all copies and the replay hold
//! the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use yrs::block::ClientID;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, Map, ReadTxn, StateVector, Text, Transact, Update, WriteTxn};

use super::awareness::{self, Awareness};
use super::inspection::{self, Names, inspect, inspect_state_vector};
use super::limits::MAX_DOCUMENT;
use super::outbox::ConnectionId;
use super::wire::{Frame, Malformed};
use crate::protocol::ids::ParticipantId;
use crate::protocol::timeline::Event;

const META: &str = "meta";
const LANGUAGE: &str = "language";
/// The document with all that it remembers of deleted text.
const MAX_STATE: usize = 8 * MAX_DOCUMENT;
/// Cursors are relayed at once but journalled at most this often for each client.
const CURSOR_INTERVAL: Duration = Duration::from_millis(100);

/// Why a frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the frame cannot be read: {0}")]
    Frame(#[from] Malformed),
    #[error(transparent)]
    Update(#[from] inspection::Refusal),
    #[error(transparent)]
    Awareness(#[from] awareness::Refusal),
    #[error("the document would grow beyond {} MiB", MAX_DOCUMENT / 1024 / 1024)]
    TooLarge,
}

/// What a stored update turned out to be.
#[derive(Debug, thiserror::Error)]
#[error("a journalled document update cannot be applied: {0}")]
pub struct Unreadable(String);

/// What follows from a frame.
#[derive(Debug, Default)]
pub struct Received {
    /// To the sender.
    pub reply: Option<Bytes>,
    /// To all others.
    pub relay: Option<Bytes>,
    pub journal: Option<Event>,
    /// It was a document update, even if it brought nothing new.
    pub is_update: bool,
}

/// A file of the document, and what it starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    pub file: String,
    pub code: String,
}

struct TextNames(BTreeSet<String>);

impl Names for TextNames {
    fn is_text(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    fn is_map(&self, name: &str) -> bool {
        name == META
    }
}

/// When a client's cursor was last journalled, and whether it has moved since.
struct Cursor {
    participant: ParticipantId,
    journalled: Instant,
    moved: bool,
}

pub struct Document {
    doc: Doc,
    names: TextNames,
    awareness: Awareness,
    cursors: BTreeMap<u64, Cursor>,
    /// At least the bytes of text in it; measured again only when the bound comes near.
    text_size: usize,
    /// At least the bytes of its encoded state; measured again likewise.
    state_size: usize,
}

fn text_name(file: &str) -> String {
    format!("file/{file}")
}

impl Document {
    /// An empty document that has these files.
    pub fn new<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            doc: Doc::new(),
            names: TextNames(files.into_iter().map(text_name).collect()),
            awareness: Awareness::default(),
            cursors: BTreeMap::new(),
            text_size: 0,
            state_size: 0,
        }
    }

    /// Applies an update from the journal.
    pub fn restore(&mut self, update: &str) -> Result<(), Unreadable> {
        let bytes = BASE64
            .decode(update)
            .map_err(|error| Unreadable(error.to_string()))?;
        let update = Update::decode_v1(&bytes).map_err(|error| Unreadable(error.to_string()))?;
        self.doc
            .transact_mut()
            .apply_update(update)
            .map_err(|error| Unreadable(error.to_string()))?;
        self.text_size += bytes.len();
        self.state_size += bytes.len();
        Ok(())
    }

    /// Writes the starter code and the language shown, and answers the event that does the same.
    pub fn seed(&mut self, starters: &[Starter], language: &str) -> Event {
        let update = {
            let mut transaction = self.doc.transact_mut();
            for starter in starters {
                let text = transaction.get_or_insert_text(text_name(&starter.file));
                text.insert(&mut transaction, 0, &starter.code);
            }
            let meta = transaction.get_or_insert_map(META);
            meta.insert(&mut transaction, LANGUAGE, language);
            transaction.encode_update_v1()
        };
        self.text_size += update.len();
        self.state_size += update.len();
        Event::Document {
            update: BASE64.encode(update),
        }
    }

    /// The text of a file; empty when nobody has written to it.
    pub fn text(&self, file: &str) -> String {
        let transaction = self.doc.transact();
        transaction
            .get_text(text_name(file))
            .map(|text| text.get_string(&transaction))
            .unwrap_or_default()
    }

    /// What a new connection is sent first.
    pub fn greeting(&self) -> Vec<Bytes> {
        let state_vector = self.doc.transact().state_vector().encode_v1();
        let mut frames = vec![Frame::SyncStep1(&state_vector).encode()];
        frames.extend(self.all_cursors());
        frames
    }

    /// Handles a frame of a connection.
    pub fn receive(
        &mut self,
        from: ConnectionId,
        participant: ParticipantId,
        frame: &[u8],
        now: Instant,
    ) -> Result<Received, Refusal> {
        match Frame::decode(frame)? {
            Frame::SyncStep1(state_vector) => Ok(Received {
                reply: Some(self.missing(state_vector)?),
                ..Received::default()
            }),
            Frame::SyncStep2(update) | Frame::Update(update) => self.update(update),
            Frame::Awareness(update) => self.awareness(from, participant, update, now),
            Frame::QueryAwareness => Ok(Received {
                reply: self.all_cursors(),
                ..Received::default()
            }),
        }
    }

    fn missing(&self, state_vector: &[u8]) -> Result<Bytes, Refusal> {
        inspect_state_vector(state_vector)?;
        let known = StateVector::decode_v1(state_vector)
            .map_err(|_| Malformed("the state vector is broken"))?;
        let update = self.doc.transact().encode_diff_v1(&known);
        Ok(Frame::SyncStep2(&update).encode())
    }

    fn update(&mut self, bytes: &[u8]) -> Result<Received, Refusal> {
        let known = self.doc.transact().state_vector();
        let inspected = inspect(bytes, &self.names, |client| {
            u64::from(known.get(&ClientID::new(client)))
        })?;
        self.make_room(inspected.inserted, bytes.len())?;
        let update = Update::decode_v1(bytes).map_err(|_| Malformed("the update is broken"))?;

        let mut transaction = self.doc.transact_mut();
        let applied = transaction.apply_update(update);
        // What waits for others' changes would be kept, and grow. The inspection leaves only
        // updates whose parts wait for each other.
        let waits = transaction.prune_pending().is_some();
        let produced = transaction
            .has_changes()
            .then(|| transaction.encode_update_v1());
        drop(transaction);

        if applied.is_err() || waits {
            return Err(inspection::Refusal::OutOfSync.into());
        }
        let Some(produced) = produced else {
            return Ok(Received {
                is_update: true,
                ..Received::default()
            });
        };
        self.text_size += inspected.inserted;
        self.state_size += produced.len();
        Ok(Received {
            relay: Some(Frame::Update(&produced).encode()),
            journal: Some(Event::Document {
                update: BASE64.encode(&produced),
            }),
            is_update: true,
            reply: None,
        })
    }

    fn make_room(&mut self, inserted: usize, bytes: usize) -> Result<(), Refusal> {
        // What only deletes must always get through: it is the way back below the bound.
        if inserted > 0 && self.text_size + inserted > MAX_DOCUMENT {
            let transaction = self.doc.transact();
            self.text_size = self
                .names
                .0
                .iter()
                .filter_map(|name| transaction.get_text(name.as_str()))
                .map(|text| text.get_string(&transaction).len())
                .sum();
            if self.text_size + inserted > MAX_DOCUMENT {
                return Err(Refusal::TooLarge);
            }
        }
        if self.state_size + bytes > MAX_STATE {
            self.state_size = self
                .doc
                .transact()
                .encode_diff_v1(&StateVector::default())
                .len();
            if self.state_size + bytes > MAX_STATE {
                return Err(Refusal::TooLarge);
            }
        }
        Ok(())
    }

    fn awareness(
        &mut self,
        from: ConnectionId,
        participant: ParticipantId,
        update: &[u8],
        now: Instant,
    ) -> Result<Received, Refusal> {
        let changed = self.awareness.receive(from, participant, update)?;
        if changed.is_empty() {
            return Ok(Received::default());
        }
        let relay = self.awareness.encode(&changed);
        let due: Vec<u64> = changed
            .iter()
            .copied()
            .filter(|client| self.is_cursor_due(*client, participant, now))
            .collect();
        let journal = (!due.is_empty()).then(|| self.cursor_event(&due));
        self.forget_gone(&changed);
        Ok(Received {
            relay: Some(Frame::Awareness(&relay).encode()),
            journal,
            ..Received::default()
        })
    }

    fn is_cursor_due(&mut self, client: u64, participant: ParticipantId, now: Instant) -> bool {
        let is_gone = !self.awareness.is_there(client);
        match self.cursors.get_mut(&client) {
            Some(cursor)
                if !is_gone
                    && now.saturating_duration_since(cursor.journalled) < CURSOR_INTERVAL =>
            {
                cursor.moved = true;
                false
            }
            _ => {
                self.cursors.insert(
                    client,
                    Cursor {
                        participant,
                        journalled: now,
                        moved: false,
                    },
                );
                true
            }
        }
    }

    /// When [`Self::due_cursors`] has something to say.
    pub fn next_cursor_due(&self) -> Option<Instant> {
        self.cursors
            .values()
            .filter(|cursor| cursor.moved)
            .map(|cursor| cursor.journalled + CURSOR_INTERVAL)
            .min()
    }

    /// Cursors that moved while they were not journalled, and now are.
    pub fn due_cursors(&mut self, now: Instant) -> Vec<(ParticipantId, Event)> {
        let due: Vec<(u64, ParticipantId)> = self
            .cursors
            .iter_mut()
            .filter(|(_, cursor)| cursor.moved && cursor.journalled + CURSOR_INTERVAL <= now)
            .map(|(client, cursor)| {
                cursor.moved = false;
                cursor.journalled = now;
                (*client, cursor.participant)
            })
            .collect();
        due.into_iter()
            .map(|(client, participant)| (participant, self.cursor_event(&[client])))
            .collect()
    }

    /// Ends the cursors of a connection that has gone: what to tell the others, and to journal.
    pub fn gone(&mut self, connection: ConnectionId) -> Option<(Bytes, Event)> {
        let clients = self.awareness.remove(connection);
        if clients.is_empty() {
            return None;
        }
        let event = self.cursor_event(&clients);
        let frame = Frame::Awareness(&self.awareness.encode(&clients)).encode();
        self.forget_gone(&clients);
        Some((frame, event))
    }

    fn forget_gone(&mut self, clients: &[u64]) {
        for client in clients {
            if !self.awareness.is_there(*client) {
                self.cursors.remove(client);
            }
        }
        self.awareness.forget_gone();
    }

    fn cursor_event(&self, clients: &[u64]) -> Event {
        Event::Awareness {
            update: BASE64.encode(self.awareness.encode(clients)),
        }
    }

    fn all_cursors(&self) -> Option<Bytes> {
        let clients = self.awareness.clients();
        (!clients.is_empty()).then(|| Frame::Awareness(&self.awareness.encode(&clients)).encode())
    }
}

#[cfg(test)]
mod tests;
