//! What people ask for in JSON.

use std::time::Instant;

use super::{Effect, Room};
use crate::execution::RunRequest;
use crate::protocol::ids::{MessageId, ParticipantId, RunId};
use crate::protocol::room::{ClientMessage, RoomError, ServerMessage};
use crate::protocol::timeline::Event;
use crate::room::errors::{answer, refused, too_many_requests};
use crate::room::limits::{MAX_CHAT, MAX_CHAT_MESSAGES, MAX_RUNS, MAX_STDIN};
use crate::room::media::Offer;
use crate::room::outbox::{ConnectionId, Outgoing};
use crate::store::journal::RunSource;

impl Room {
    pub(super) fn message(&mut self, id: ConnectionId, message: ClientMessage, now: Instant) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if self.stop.is_some() {
            return;
        }
        let participant = connection.participant;
        let allowances = &mut connection.allowances;
        let (allowed, what) = match &message {
            ClientMessage::Chat { .. } => (allowances.chat.take(now), "messages"),
            ClientMessage::Run { .. } => (allowances.runs.take(now), "runs"),
            ClientMessage::Offer { .. } => (allowances.offers.take(now), "offers"),
            ClientMessage::Leave => (true, ""),
            _ => (allowances.other.take(now), "requests"),
        };
        let in_reply_to = match &message {
            ClientMessage::Chat { id, .. } => Some(id.to_string()),
            ClientMessage::Run { id, .. } | ClientMessage::StopRun { id } => Some(id.to_string()),
            ClientMessage::Offer { id, .. } => Some(id.to_string()),
            _ => None,
        };
        let done = if allowed {
            self.request(id, participant, message, now)
        } else {
            Err(too_many_requests(what))
        };
        match (done, in_reply_to) {
            (Ok(()), _) => {}
            (Err(error), Some(in_reply_to)) => self.tell(id, &answer(error, in_reply_to)),
            (Err(error), None) => self.tell(id, &ServerMessage::Error(error)),
        }
    }

    fn request(
        &mut self,
        connection: ConnectionId,
        participant: ParticipantId,
        message: ClientMessage,
        now: Instant,
    ) -> Result<(), RoomError> {
        match message {
            ClientMessage::Join { .. } => {
                Err(refused("joined_already", "You are in the room already."))
            }
            ClientMessage::Offer {
                id,
                sdp,
                publish,
                subscribe,
            } => self.offer(
                connection,
                Offer {
                    id,
                    sdp,
                    publish,
                    subscribe,
                },
            ),
            ClientMessage::Mute { source, muted } => {
                self.record(Some(participant), Event::Muted { source, muted }, now);
                self.tell_participants();
                Ok(())
            }
            ClientMessage::Chat { id, text } => self.chat(connection, participant, id, text, now),
            ClientMessage::Run {
                id,
                language,
                stdin,
            } => self.start(connection, participant, id, language, stdin, now),
            ClientMessage::StopRun { id } => self.stop_run(connection, id),
            ClientMessage::Focus { focused } => {
                self.record(Some(participant), Event::Focus { focused }, now);
                Ok(())
            }
            ClientMessage::Ping { id } => {
                self.tell(connection, &ServerMessage::Pong { id });
                Ok(())
            }
            ClientMessage::Leave => {
                if let Some(leaving) = self.connections.get(&connection) {
                    leaving.outbox.send(Outgoing::Close("left"));
                }
                self.gone(connection, now);
                self.left(participant, now);
                Ok(())
            }
        }
    }

    fn offer(&mut self, connection: ConnectionId, offer: Offer) -> Result<(), RoomError> {
        offer.check()?;
        let Some(connection) = self.connections.get(&connection) else {
            return Ok(());
        };
        connection
            .offers
            .try_send(offer)
            .map_err(|_| too_many_requests("offers"))
    }

    fn chat(
        &mut self,
        connection: ConnectionId,
        participant: ParticipantId,
        id: MessageId,
        text: String,
        now: Instant,
    ) -> Result<(), RoomError> {
        if let Some(message) = self.parts.state.message(id) {
            let message = message.clone();
            self.tell(connection, &ServerMessage::Chat { message });
            return Ok(());
        }
        if self.unstored_messages.contains(&id) {
            return Ok(());
        }
        if text.trim().is_empty() {
            return Err(refused("invalid", "A message needs a text."));
        }
        if text.chars().count() > MAX_CHAT {
            let message = format!("A message has at most {MAX_CHAT} characters.");
            return Err(refused("too_large", message));
        }
        if self.parts.state.chat().len() + self.unstored_messages.len() >= MAX_CHAT_MESSAGES {
            return Err(refused(
                "limit_reached",
                "This interview has no room for more messages.",
            ));
        }
        self.unstored_messages.insert(id);
        self.record_first(Some(participant), Event::Chat { id, text }, now);
        Ok(())
    }

    fn start(
        &mut self,
        connection: ConnectionId,
        participant: ParticipantId,
        id: RunId,
        language: String,
        stdin: String,
        now: Instant,
    ) -> Result<(), RoomError> {
        if let Some(run) = self.parts.state.run(id) {
            let run = run.clone();
            self.tell(connection, &ServerMessage::Run { run });
            return Ok(());
        }
        if self.unstored_runs.contains(&id) {
            return Ok(());
        }
        let Some(file) = self.parts.files.get(&language) else {
            return Err(refused(
                "unknown_language",
                "The server has no such language.",
            ));
        };
        if stdin.len() > MAX_STDIN {
            let message = format!("The input has at most {} KiB.", MAX_STDIN / 1024);
            return Err(refused("too_large", message));
        }
        if self.parts.state.run_count() + self.unstored_runs.len() >= MAX_RUNS {
            return Err(refused(
                "limit_reached",
                "This interview has no room for more runs.",
            ));
        }
        let source = self.parts.document.text(file);
        self.unstored_runs.insert(id);
        self.parts.journal.source(RunSource {
            run: id,
            text: source.clone(),
        });
        let started = Event::RunStarted {
            id,
            language: language.clone(),
            stdin: stdin.clone(),
        };
        self.record_first(Some(participant), started, now);
        self.after_commit(Effect::StartRun(RunRequest {
            id,
            room: self.parts.interview.id,
            language,
            source,
            stdin,
        }));
        Ok(())
    }

    fn stop_run(&mut self, connection: ConnectionId, id: RunId) -> Result<(), RoomError> {
        let Some(run) = self.parts.state.run(id) else {
            return Err(refused("unknown_run", "There is no such run."));
        };
        match self.stoppers.get(&id) {
            Some(stopper) => stopper.stop(),
            None => {
                let run = run.clone();
                self.tell(connection, &ServerMessage::Run { run });
            }
        }
        Ok(())
    }
}
