//! Cursors and selections: the last state of every Yjs client, and which connection it belongs to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::outbox::ConnectionId;
use super::wire::{Malformed, Reader, write_buffer, write_number};
use crate::protocol::ids::ParticipantId;

const MAX_STATE: usize = 8 * 1024;
/// A page is one Yjs client; a second one is left for a page that replaces its document.
const MAX_CLIENTS: usize = 2;
/// Room for the clocks to go on after the server has had its say.
const MAX_CLOCK: u64 = 1 << 31;
/// Clients that are gone and whose clocks are remembered.
const MAX_GONE: usize = 64;

/// Why a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the cursor cannot be read: {0}")]
    Malformed(#[from] Malformed),
    /// It speaks for somebody else.
    #[error("a cursor of somebody else cannot be set")]
    Foreign,
}

#[derive(Debug, Clone)]
struct Entry {
    /// As the client counts.
    said: u64,
    /// As the others are told. It is ahead once the server ended the client: the client does not
    /// know, and the others would take what it says when it comes back for old.
    clock: u64,
    /// JSON; `None` once it is gone.
    state: Option<Arc<str>>,
    owner: Option<ConnectionId>,
}

/// Every client's last state.
#[derive(Debug, Default)]
pub struct Awareness {
    entries: BTreeMap<u64, Entry>,
}

impl Awareness {
    /// Takes over what a connection says about its own clients, and answers which of them changed.
    /// Nothing is taken over when anything is refused.
    pub fn receive(
        &mut self,
        from: ConnectionId,
        participant: ParticipantId,
        update: &[u8],
    ) -> Result<Vec<u64>, Refusal> {
        let said = decode(update)?;
        for (client, _, state) in &said {
            if let Some(state) = state {
                check_speaker(state, participant)?;
            }
            let foreign = self
                .entries
                .get(client)
                .and_then(|entry| entry.owner)
                .is_some_and(|owner| owner != from);
            if foreign {
                return Err(Refusal::Foreign);
            }
        }
        let mut owned = self.owned_by(from);
        owned.extend(
            said.iter()
                .filter(|(_, _, state)| state.is_some())
                .map(|(client, ..)| *client),
        );
        owned.sort_unstable();
        owned.dedup();
        if owned.len() > MAX_CLIENTS {
            return Err(Malformed("it speaks for too many clients").into());
        }

        let mut changed = Vec::new();
        for (client, clock, state) in said {
            if self.take_over(from, client, clock, state) {
                changed.push(client);
            }
        }
        Ok(changed)
    }

    /// Whether it was news.
    fn take_over(
        &mut self,
        from: ConnectionId,
        client: u64,
        said: u64,
        state: Option<Arc<str>>,
    ) -> bool {
        let Some(entry) = self.entries.get_mut(&client) else {
            // The end of a client that nobody has heard of is none.
            if state.is_none() {
                return false;
            }
            let entry = Entry {
                said,
                clock: said,
                state,
                owner: Some(from),
            };
            self.entries.insert(client, entry);
            return true;
        };
        let ends = said == entry.said && state.is_none() && entry.state.is_some();
        let comes_back = entry.owner.is_none() && state.is_some();
        if said <= entry.said && !ends && !comes_back {
            return false;
        }
        entry.owner = state.is_some().then_some(from);
        entry.clock = said.max(entry.clock + 1);
        entry.said = said;
        entry.state = state;
        true
    }

    /// Ends the clients of a connection that has gone, and answers which they were.
    pub fn remove(&mut self, connection: ConnectionId) -> Vec<u64> {
        let clients = self.owned_by(connection);
        for client in &clients {
            if let Some(entry) = self.entries.get_mut(client) {
                entry.clock += 1;
                entry.state = None;
                entry.owner = None;
            }
        }
        clients
    }

    /// Forgets clients that are gone, if there are many.
    pub fn forget_gone(&mut self) {
        let gone: Vec<u64> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.state.is_none())
            .map(|(client, _)| *client)
            .collect();
        if gone.len() > MAX_GONE {
            for client in gone {
                self.entries.remove(&client);
            }
        }
    }

    pub fn is_there(&self, client: u64) -> bool {
        self.entries
            .get(&client)
            .is_some_and(|entry| entry.state.is_some())
    }

    /// The states of these clients as an awareness update.
    pub fn encode(&self, clients: &[u64]) -> Vec<u8> {
        let known: Vec<_> = clients
            .iter()
            .filter_map(|client| Some((client, self.entries.get(client)?)))
            .collect();
        let mut out = Vec::new();
        write_number(&mut out, known.len() as u64);
        for (client, entry) in known {
            write_number(&mut out, *client);
            write_number(&mut out, entry.clock);
            write_buffer(
                &mut out,
                entry.state.as_deref().unwrap_or("null").as_bytes(),
            );
        }
        out
    }

    /// The clients that are there.
    pub fn clients(&self) -> Vec<u64> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.state.is_some())
            .map(|(client, _)| *client)
            .collect()
    }

    fn owned_by(&self, connection: ConnectionId) -> Vec<u64> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.owner == Some(connection))
            .map(|(client, _)| *client)
            .collect()
    }
}

type Said = (u64, u64, Option<Arc<str>>);

fn decode(update: &[u8]) -> Result<Vec<Said>, Malformed> {
    let mut reader = Reader::new(update);
    let mut said = Vec::new();
    for _ in 0..reader.number()? {
        let client = reader.number()?;
        let clock = reader.number()?;
        if clock > MAX_CLOCK {
            return Err(Malformed("a clock is too large"));
        }
        let state = reader.string()?;
        if state.len() > MAX_STATE {
            return Err(Malformed("a state is too large"));
        }
        said.push((client, clock, (state != "null").then(|| state.into())));
    }
    reader.end()?;
    Ok(said)
}

/// A cursor carries its owner's id, by which the others find name and colour.
fn check_speaker(state: &str, participant: ParticipantId) -> Result<(), Refusal> {
    let value: Value = serde_json::from_str(state).map_err(|_| Malformed("a state is not JSON"))?;
    if !value.is_object() {
        return Err(Malformed("a state is not an object").into());
    }
    match value.pointer("/user/participantId").map(Value::as_str) {
        None => Ok(()),
        Some(Some(id)) if id.parse() == Ok(participant) => Ok(()),
        Some(_) => Err(Refusal::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: ConnectionId = ConnectionId(1);
    const BOB: ConnectionId = ConnectionId(2);

    fn update(said: &[(u64, u64, &str)]) -> Vec<u8> {
        let mut out = Vec::new();
        write_number(&mut out, said.len() as u64);
        for (client, clock, state) in said {
            write_number(&mut out, *client);
            write_number(&mut out, *clock);
            write_buffer(&mut out, state.as_bytes());
        }
        out
    }

    fn someone() -> ParticipantId {
        ParticipantId::new()
    }

    #[test]
    fn a_newer_state_replaces_an_older_one_and_not_the_other_way_round() {
        let mut awareness = Awareness::default();
        let ann = someone();
        assert_eq!(
            awareness.receive(ANN, ann, &update(&[(7, 2, "{}")])),
            Ok(vec![7])
        );
        assert_eq!(
            awareness.receive(ANN, ann, &update(&[(7, 1, "{}")])),
            Ok(vec![])
        );
        assert_eq!(
            awareness.receive(ANN, ann, &update(&[(7, 3, "{\"a\":1}")])),
            Ok(vec![7])
        );
        assert_eq!(awareness.encode(&[7]), update(&[(7, 3, "{\"a\":1}")]));
    }

    #[test]
    fn a_client_of_another_connection_is_refused() {
        let mut awareness = Awareness::default();
        awareness
            .receive(ANN, someone(), &update(&[(7, 1, "{}")]))
            .unwrap();
        assert_eq!(
            awareness.receive(BOB, someone(), &update(&[(8, 1, "{}"), (7, 2, "null")])),
            Err(Refusal::Foreign)
        );
        assert_eq!(awareness.clients(), [7]);
    }

    #[test]
    fn the_name_of_another_participant_is_refused() {
        let mut awareness = Awareness::default();
        let (ann, bob) = (someone(), someone());
        let state = |id| format!("{{\"user\":{{\"participantId\":\"{id}\"}}}}");
        assert_eq!(
            awareness.receive(ANN, ann, &update(&[(7, 1, &state(bob))])),
            Err(Refusal::Foreign)
        );
        assert_eq!(
            awareness.receive(ANN, ann, &update(&[(7, 1, &state(ann))])),
            Ok(vec![7])
        );
    }

    #[test]
    fn the_clients_of_a_closed_connection_end_and_may_come_back() {
        let mut awareness = Awareness::default();
        awareness
            .receive(ANN, someone(), &update(&[(7, 4, "{}")]))
            .unwrap();
        let gone = awareness.remove(ANN);
        assert_eq!(awareness.encode(&gone), update(&[(7, 5, "null")]));
        assert!(awareness.clients().is_empty());
        let back = awareness.receive(BOB, someone(), &update(&[(7, 4, "{}")]));
        assert_eq!(back, Ok(vec![7]));
        // The others have heard of 5 already.
        assert_eq!(awareness.encode(&[7]), update(&[(7, 6, "{}")]));
        let moved = awareness.receive(BOB, someone(), &update(&[(7, 5, "{}")]));
        assert_eq!(moved, Ok(vec![7]));
        assert_eq!(awareness.encode(&[7]), update(&[(7, 7, "{}")]));
    }

    #[test]
    fn clients_that_come_and_go_are_not_remembered_for_ever() {
        let mut awareness = Awareness::default();
        for client in 0..1000 {
            for (clock, state) in [(1, "{}"), (2, "null")] {
                awareness
                    .receive(ANN, someone(), &update(&[(client, clock, state)]))
                    .unwrap();
                awareness.forget_gone();
            }
        }
        assert!(awareness.entries.len() <= MAX_GONE);
    }

    #[test]
    fn nobody_speaks_for_many_clients() {
        let mut awareness = Awareness::default();
        let many: Vec<_> = (0..100).map(|client| (client, 1, "{}")).collect();
        assert!(awareness.receive(ANN, someone(), &update(&many)).is_err());
        assert!(awareness.clients().is_empty());
    }

    #[test]
    fn broken_states_are_refused() {
        let mut awareness = Awareness::default();
        let deep = "[".repeat(4000);
        for state in ["nul", "[]", "7", "{", deep.as_str()] {
            assert!(
                awareness
                    .receive(ANN, someone(), &update(&[(7, 1, state)]))
                    .is_err()
            );
        }
        assert!(
            awareness
                .receive(ANN, someone(), &[0xff, 0xff, 0xff, 0x7f])
                .is_err()
        );
    }
}
