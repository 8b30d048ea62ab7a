//! What follows once events are stored, and what comes back from runs.

use std::collections::BTreeMap;
use std::time::Instant;

use super::{Effect, News, Room, Stop, interrupted};
use crate::execution::{RunEvent, RunRequest};
use crate::protocol::ids::{ParticipantId, RunId};
use crate::protocol::room::{OutputChunk, RunState, ServerMessage};
use crate::protocol::timeline::{Event, TimelineEvent};
use crate::room::errors::refused;
use crate::room::journal::Outcome;
use crate::room::outbox::ConnectionId;

impl Room {
    pub(super) fn outcome(&mut self, outcome: Outcome, now: Instant) {
        match outcome {
            Outcome::Committed { through } => {
                self.parts.journal.committed(through);
                self.take_effect();
            }
            Outcome::Failing { error } => {
                tracing::error!(interview = %self.parts.interview.id, error, "nothing is saved");
                self.tell_all(&ServerMessage::Error(refused(
                    "not_saved",
                    "The server cannot save at the moment and keeps trying. What you write stays \
                     in this page until then.",
                )));
            }
            Outcome::Broken { error } => {
                tracing::error!(interview = %self.parts.interview.id, error, "the room is closed");
                self.stop = Some((Stop::Broken, now));
            }
        }
    }

    /// Lets something happen when all that was recorded so far is stored.
    pub(super) fn after_commit(&mut self, effect: Effect) {
        let seq = self.parts.journal.last_seq();
        self.effects.push_back((seq, effect));
        self.take_effect();
    }

    fn take_effect(&mut self) {
        let mut saved: BTreeMap<ConnectionId, u64> = BTreeMap::new();
        while let Some((seq, _)) = self.effects.front() {
            if !self.parts.journal.is_committed(*seq) {
                break;
            }
            match self.effects.pop_front() {
                Some((_, Effect::Reveal(event))) => self.reveal(event),
                Some((_, Effect::StartRun(request))) => self.run(request),
                Some((
                    _,
                    Effect::Saved {
                        connection,
                        updates,
                    },
                )) => {
                    saved.insert(connection, updates);
                }
                None => break,
            }
        }
        for (id, updates) in saved {
            if let Some(connection) = self.connections.get_mut(&id)
                && connection.saved < updates
            {
                connection.saved = updates;
                connection.outbox.tell(&ServerMessage::Saved { updates });
            }
        }
    }

    fn reveal(&mut self, event: TimelineEvent) {
        self.parts.state.apply(&event);
        match event.event {
            Event::Chat { id, .. } => {
                self.unstored_messages.remove(&id);
                if let Some(message) = self.parts.state.message(id) {
                    let message = message.clone();
                    self.tell_all(&ServerMessage::Chat { message });
                }
            }
            Event::RunStarted { id, .. } => {
                self.unstored_runs.remove(&id);
                self.tell_run(id);
            }
            Event::RunFinished { id, .. } => self.tell_run(id),
            _ => {}
        }
    }

    fn tell_run(&self, id: RunId) {
        if let Some(run) = self.parts.state.run(id) {
            let run = run.clone();
            self.tell_all(&ServerMessage::Run { run });
        }
    }

    fn run(&mut self, request: RunRequest) {
        if self.stop.is_some() {
            return;
        }
        let id = request.id;
        let mut handle = self.parts.execution.run(request);
        self.stoppers.insert(id, handle.stopper());
        let news = self.news.clone();
        tokio::spawn(async move {
            while let Some(event) = handle.events.recv().await {
                if news.send(News::Run { id, event }).await.is_err() {
                    return;
                }
            }
            // The room may be gone by now, and then nobody needs to know.
            let _ = news.send(News::RunOver { id }).await;
        });
    }

    pub(super) fn news(&mut self, news: News, now: Instant) {
        match news {
            News::Run { id, event } => match event {
                RunEvent::Output(chunk) => self.output(id, chunk, now),
                RunEvent::State(state @ RunState::Finished { .. }) => {
                    self.finished(id, state, now);
                }
                RunEvent::State(state) => {
                    if let Some(run) = self.parts.state.set_run_state(id, state) {
                        let run = run.clone();
                        self.tell_all(&ServerMessage::Run { run });
                    }
                }
            },
            News::RunOver { id } => self.finished(id, interrupted(), now),
            News::Recorder(news) => self.recorder_news(news, now),
        }
    }

    fn output(&mut self, id: RunId, chunk: OutputChunk, now: Instant) {
        if self.stop.is_some() {
            return;
        }
        let Some(chunk) = self.parts.state.admit_output(id, chunk) else {
            return;
        };
        let owner = self.owner_of(id);
        let event = Event::RunOutput {
            id,
            chunk: chunk.clone(),
        };
        self.record(owner, event, now);
        self.tell_all(&ServerMessage::RunOutput { id, chunk });
    }

    fn finished(&mut self, id: RunId, state: RunState, now: Instant) {
        // The first word of its end counts, and a stopping room has said it already.
        if self.stoppers.remove(&id).is_none() || self.stop.is_some() {
            return;
        }
        let state = self.parts.state.final_state(id, state);
        let owner = self.owner_of(id);
        self.record_first(owner, Event::RunFinished { id, state }, now);
    }

    fn owner_of(&self, id: RunId) -> Option<ParticipantId> {
        self.parts.state.run(id).map(|run| run.participant_id)
    }
}
