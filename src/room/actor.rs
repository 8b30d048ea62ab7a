//! The task that owns a room. Everything that happens comes to it through bounded queues, one
//! after the other; nothing it does waits for anybody.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;
use porthole_sfu as sfu;
use tokio::sync::{mpsc, oneshot};

use super::clock::Clock;
use super::document::{Document, Starter};
use super::errors;
use super::journal::{Journal, Outcome};
use super::limits::Allowances;
use super::media::{self, Offer};
use super::outbox::{ConnectionId, Outbox, Outgoing};
use super::recorder::Recorder;
use super::state::{Person, RoomState};
use crate::execution::{Execution, RunEvent, RunStopper};
use crate::protocol::ids::{MessageId, ParticipantId, RunId};
use crate::protocol::room::{
    ClientMessage, RoomError, RoomInterview, RunOutcome, RunState, ServerMessage, Welcome,
};
use crate::protocol::timeline::{Event, TimelineEvent};

mod effects;
mod recording;
mod requests;

/// People in a room at the same time.
const MAX_PRESENT: usize = 50;
/// How long a room that stops waits for its journal.
const LAST_COMMIT: Duration = Duration::from_secs(5);

/// What connections and the registry ask of a room.
#[derive(Debug)]
pub enum Command {
    Join {
        person: Person,
        consent: bool,
        outbox: Outbox,
        reply: oneshot::Sender<Result<ConnectionId, JoinRefused>>,
    },
    Message {
        connection: ConnectionId,
        message: ClientMessage,
    },
    Frame {
        connection: ConnectionId,
        frame: Bytes,
    },
    Gone {
        connection: ConnectionId,
    },
    Stop(Stop),
}

/// Why nobody could join.
#[derive(Debug)]
pub enum JoinRefused {
    /// The room is closing; another one will open.
    Closing,
    Refused(RoomError),
}

/// Why a room stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The interview is over.
    Ended,
    /// The server is.
    Restarting,
    /// Nobody is there.
    Idle,
    /// The journal cannot be written any more. Whoever comes back finds what was stored.
    Broken,
}

/// What the room's own tasks tell it.
pub enum News {
    Run {
        id: RunId,
        event: RunEvent,
    },
    /// The run said its last word, which should have been that it has finished.
    RunOver {
        id: RunId,
    },
    Recorder(recording::RecorderNews),
}

/// How long a room waits for people.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From a closed socket to having left.
    pub grace: Duration,
    /// From being empty to closing.
    pub idle: Duration,
}

/// Everything that a room is made of.
pub struct Parts {
    pub interview: RoomInterview,
    pub is_recorded: bool,
    pub clock: Clock,
    pub state: RoomState,
    pub document: Document,
    pub journal: Journal,
    /// Language ids and their files.
    pub files: HashMap<String, String>,
    pub media: sfu::Room,
    pub execution: Execution,
    pub recorder: Recorder,
    pub patience: Patience,
}

impl Parts {
    /// Ends what a crash, or a database that failed, left open, as of the last journalled moment.
    pub fn close_what_is_open(&mut self) {
        let at = self.journal.last_at();
        for (participant, event) in self.state.closing("the server stopped unexpectedly") {
            let event = self.journal.record(at, participant, event);
            self.state.apply(&event);
        }
    }

    /// Writes the starter code of a document that is new.
    pub fn seed(&mut self, starters: &[Starter], language: &str) {
        let at = self.clock.at(Instant::now());
        let event = self.document.seed(starters, language);
        self.journal.record(at, None, event);
    }
}

/// What a room listens to.
pub struct Inputs {
    pub commands: mpsc::Receiver<Command>,
    pub media: mpsc::Receiver<sfu::RoomEvent>,
    pub outcomes: mpsc::Receiver<Outcome>,
}

struct Connection {
    participant: ParticipantId,
    outbox: Outbox,
    allowances: Allowances,
    offers: mpsc::Sender<Offer>,
    /// Document updates that were taken from it, and how many of them it knows to be stored.
    updates: u64,
    saved: u64,
}

/// What happens once an event is stored.
enum Effect {
    /// It becomes part of the state and everybody is told.
    Reveal(TimelineEvent),
    StartRun(crate::execution::RunRequest),
    Saved {
        connection: ConnectionId,
        updates: u64,
    },
}

/// The live room.
pub struct Room {
    parts: Parts,
    connections: BTreeMap<ConnectionId, Connection>,
    next_connection: u64,
    /// When people whose socket closed count as having left.
    departures: BTreeMap<ParticipantId, Instant>,
    empty_since: Option<Instant>,
    effects: VecDeque<(i64, Effect)>,
    /// Asked for, but not stored yet.
    unstored_messages: HashSet<MessageId>,
    unstored_runs: HashSet<RunId>,
    stoppers: BTreeMap<RunId, RunStopper>,
    news: mpsc::Sender<News>,
    recording: recording::Stage,
    stop: Option<(Stop, Instant)>,
}

/// Runs a room until it stops, and answers why it did.
pub async fn run(parts: Parts, mut inputs: Inputs) -> Stop {
    let (news, mut own_news) = mpsc::channel(256);
    let mut room = Room::new(parts, news, Instant::now());
    room.parts.journal.write();
    loop {
        if let Some(stop) = room.stopped(Instant::now()) {
            inputs.commands.close();
            room.close(stop).await;
            return stop;
        }
        let timer = room.next_timer();
        let sleep = async {
            match timer {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(command) = inputs.commands.recv() => room.command(command, Instant::now()),
            Some(event) = inputs.media.recv() => room.media(event, Instant::now()),
            Some(outcome) = inputs.outcomes.recv() => room.outcome(outcome, Instant::now()),
            Some(news) = own_news.recv() => room.news(news, Instant::now()),
            () = sleep => {}
        }
        room.timers(Instant::now());
        room.parts.journal.write();
    }
}

impl Room {
    fn new(parts: Parts, news: mpsc::Sender<News>, now: Instant) -> Self {
        Self {
            parts,
            connections: BTreeMap::new(),
            next_connection: 0,
            departures: BTreeMap::new(),
            empty_since: Some(now),
            effects: VecDeque::new(),
            unstored_messages: HashSet::new(),
            unstored_runs: HashSet::new(),
            stoppers: BTreeMap::new(),
            news,
            recording: recording::Stage::Waiting,
            stop: None,
        }
    }

    fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Join {
                person,
                consent,
                outbox,
                reply,
            } => {
                let joined = self.join(person, consent, outbox, now);
                let connection = joined.as_ref().ok().copied();
                if let (Err(_), Some(connection)) = (reply.send(joined), connection) {
                    self.gone(connection, now);
                }
            }
            Command::Message {
                connection,
                message,
            } => self.message(connection, message, now),
            Command::Frame { connection, frame } => self.frame(connection, &frame, now),
            Command::Gone { connection } => self.gone(connection, now),
            Command::Stop(stop) => self.stop(stop, now),
        }
    }

    fn join(
        &mut self,
        person: Person,
        consent: bool,
        outbox: Outbox,
        now: Instant,
    ) -> Result<ConnectionId, JoinRefused> {
        match self.stop {
            Some((Stop::Ended, _)) => return Err(JoinRefused::Refused(errors::ended())),
            Some(_) => return Err(JoinRefused::Closing),
            None => {}
        }
        if self.parts.is_recorded && !consent {
            return Err(JoinRefused::Refused(errors::consent_required()));
        }
        let participant = person.id;
        self.replace(participant, now);
        if self.connections.len() >= MAX_PRESENT {
            let error = errors::refused("room_full", "The room is full.");
            return Err(JoinRefused::Refused(error));
        }
        self.departures.remove(&participant);
        self.empty_since = None;
        self.parts.state.introduce(person);
        if !self.parts.state.is_present(participant) {
            self.record(Some(participant), Event::Joined, now);
        }

        let connection = ConnectionId(self.next_connection);
        self.next_connection += 1;
        outbox.tell(&ServerMessage::Welcome(Box::new(
            self.welcome(participant, now),
        )));
        for frame in self.parts.document.greeting() {
            outbox.send(Outgoing::Binary(frame));
        }
        let offers = media::negotiate(self.parts.media.clone(), participant, outbox.clone());
        self.connections.insert(
            connection,
            Connection {
                participant,
                outbox,
                allowances: Allowances::new(now),
                offers,
                updates: 0,
                saved: 0,
            },
        );
        self.tell_participants();
        Ok(connection)
    }

    /// The same person's earlier connection makes way.
    fn replace(&mut self, participant: ParticipantId, now: Instant) {
        let earlier: Vec<ConnectionId> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.participant == participant)
            .map(|(id, _)| *id)
            .collect();
        for id in earlier {
            if let Some(connection) = self.connections.get(&id) {
                connection
                    .outbox
                    .tell(&ServerMessage::Error(errors::replaced()));
                connection.outbox.send(Outgoing::Close("replaced"));
            }
            self.gone(id, now);
        }
    }

    fn welcome(&self, you: ParticipantId, now: Instant) -> Welcome {
        let Parts {
            interview,
            clock,
            state,
            ..
        } = &self.parts;
        Welcome {
            you,
            interview: interview.clone(),
            at_ms: clock.at(now),
            participants: state.participants().to_vec(),
            tracks: state.tracks_for(you),
            chat: state.chat().to_vec(),
            runs: state.runs(),
            recording: self.recording_state(),
        }
    }

    /// A connection is closed; its owner may come back.
    fn gone(&mut self, id: ConnectionId, now: Instant) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        let participant = connection.participant;
        if let Some((frame, event)) = self.parts.document.gone(id) {
            self.record(Some(participant), event, now);
            self.broadcast(&Outgoing::Binary(frame), None);
        }
        self.departures
            .insert(participant, now + self.parts.patience.grace);
    }

    /// Somebody has left, for the time being at least.
    fn left(&mut self, participant: ParticipantId, now: Instant) {
        self.departures.remove(&participant);
        self.parts
            .media
            .remove(media::participant_to_sfu(participant));
        self.end_tracks_of(participant, now);
        if self.parts.state.is_present(participant) {
            self.record(Some(participant), Event::Left, now);
            self.tell_participants();
        }
    }

    fn frame(&mut self, id: ConnectionId, frame: &[u8], now: Instant) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let participant = connection.participant;
        let received = match self.parts.document.receive(id, participant, frame, now) {
            Ok(received) => received,
            Err(refusal) => {
                let refused = errors::FrameRefused::from(refusal);
                connection.outbox.tell(&ServerMessage::Error(refused.error));
                if refused.closes {
                    connection.outbox.send(Outgoing::Close("out of sync"));
                    self.gone(id, now);
                }
                return;
            }
        };
        if let Some(reply) = received.reply {
            connection.outbox.send(Outgoing::Binary(reply));
        }
        if received.is_update {
            connection.updates += 1;
        }
        let updates = connection.updates;
        if let Some(relay) = received.relay {
            self.broadcast(&Outgoing::Binary(relay), Some(id));
        }
        if let Some(event) = received.journal {
            self.record(Some(participant), event, now);
        }
        if received.is_update {
            self.after_commit(Effect::Saved {
                connection: id,
                updates,
            });
        }
    }

    fn media(&mut self, event: sfu::RoomEvent, now: Instant) {
        match event {
            sfu::RoomEvent::TrackStarted {
                participant,
                track,
                source,
                ..
            } => {
                let id = media::participant_from_sfu(participant);
                if !self.parts.state.is_present(id) {
                    self.parts.media.remove(participant);
                    return;
                }
                let track_id = media::track_from_sfu(track);
                let source = media::source_from_sfu(source);
                self.record(Some(id), Event::TrackStarted { track_id, source }, now);
                self.record_track(track_id, now);
                self.tell_tracks();
            }
            sfu::RoomEvent::TrackEnded { participant, track } => {
                let track_id = media::track_from_sfu(track);
                if self.parts.state.track(track_id).is_some() {
                    let id = media::participant_from_sfu(participant);
                    self.record(Some(id), Event::TrackEnded { track_id }, now);
                    self.tell_tracks();
                }
            }
            sfu::RoomEvent::Connected { participant, .. } => {
                tracing::debug!(participant = %participant.0, "media is connected");
            }
            // Their tracks end when they do not come back, or leave the room.
            sfu::RoomEvent::Disconnected { participant } => {
                tracing::debug!(participant = %participant.0, "media is disconnected");
            }
        }
    }

    fn end_tracks_of(&mut self, participant: ParticipantId, now: Instant) {
        let tracks = self.parts.state.tracks_of(participant);
        for track in &tracks {
            let track_id = track.id;
            self.record(Some(participant), Event::TrackEnded { track_id }, now);
        }
        if !tracks.is_empty() {
            self.tell_tracks();
        }
    }

    fn next_timer(&self) -> Option<Instant> {
        let idle = self
            .empty_since
            .filter(|_| self.stop.is_none())
            .map(|since| since + self.parts.patience.idle);
        let stop = self.stop.map(|(_, since)| since + LAST_COMMIT);
        self.departures
            .values()
            .copied()
            .chain(self.parts.document.next_cursor_due())
            .chain(idle)
            .chain(stop)
            .min()
    }

    fn timers(&mut self, now: Instant) {
        let due: BTreeSet<ParticipantId> = self
            .departures
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(participant, _)| *participant)
            .collect();
        for participant in due {
            self.left(participant, now);
        }
        for (participant, event) in self.parts.document.due_cursors(now) {
            self.record(Some(participant), event, now);
        }
        if !self.connections.is_empty() || !self.departures.is_empty() {
            self.empty_since = None;
        } else if self
            .empty_since
            .get_or_insert(now)
            .checked_add(self.parts.patience.idle)
            .is_some_and(|at| at <= now)
        {
            self.stop(Stop::Idle, now);
        }
        if self.parts.journal.is_overfull() {
            self.stop(Stop::Broken, now);
        }
    }

    /// Begins to stop: nothing new is taken, what is open is closed, the journal is finished.
    fn stop(&mut self, stop: Stop, now: Instant) {
        match self.stop {
            // An end must not get lost in a restart that comes first.
            Some((Stop::Idle | Stop::Restarting, _)) if stop == Stop::Ended => {}
            Some(_) => return,
            None => {}
        }
        self.stop = Some((stop, now));
        if stop == Stop::Broken {
            return;
        }
        if stop == Stop::Restarting {
            self.tell_all(&ServerMessage::Restarting);
        }
        let reason = match stop {
            Stop::Ended => "the interview ended",
            Stop::Restarting => "the server was restarted",
            Stop::Idle | Stop::Broken => "everybody left",
        };
        for (participant, event) in self.parts.state.closing(reason) {
            self.record(participant, event, now);
        }
        for id in std::mem::take(&mut self.unstored_runs) {
            let state = interrupted();
            self.record(None, Event::RunFinished { id, state }, now);
        }
        self.departures.clear();
        if stop == Stop::Ended {
            self.record(None, Event::Ended, now);
        }
    }

    /// Whether there is nothing left to wait for.
    fn stopped(&self, now: Instant) -> Option<Stop> {
        let (stop, since) = self.stop?;
        let stored = self
            .parts
            .journal
            .is_committed(self.parts.journal.last_seq());
        let gave_up = now.saturating_duration_since(since) >= LAST_COMMIT;
        match stop {
            Stop::Broken => Some(stop),
            _ if stored => Some(stop),
            // Without its last events the interview has not ended.
            _ if gave_up => Some(Stop::Broken),
            _ => None,
        }
    }

    /// Says good-bye and finishes the recording.
    async fn close(&mut self, stop: Stop) {
        if stop == Stop::Ended {
            self.tell_all(&ServerMessage::Ended);
        }
        let reason = match stop {
            Stop::Ended => "ended",
            Stop::Restarting => "restarting",
            Stop::Idle => "closed",
            Stop::Broken => "not saved",
        };
        self.broadcast(&Outgoing::Close(reason), None);
        self.connections.clear();
        self.finish_recording().await;
    }

    /// Journals what is part of the state at once.
    fn record(&mut self, participant: Option<ParticipantId>, event: Event, now: Instant) {
        let at = self.parts.clock.at(now);
        let event = self.parts.journal.record(at, participant, event);
        self.parts.state.apply(&event);
    }

    /// Journals what nobody may see before it is stored.
    fn record_first(&mut self, participant: Option<ParticipantId>, event: Event, now: Instant) {
        let at = self.parts.clock.at(now);
        let event = self.parts.journal.record(at, participant, event);
        self.after_commit(Effect::Reveal(event));
    }

    fn tell(&self, connection: ConnectionId, message: &ServerMessage) {
        if let Some(connection) = self.connections.get(&connection) {
            connection.outbox.tell(message);
        }
    }

    fn tell_all(&self, message: &ServerMessage) {
        self.broadcast(&message.into(), None);
    }

    fn broadcast(&self, message: &Outgoing, except: Option<ConnectionId>) {
        for (id, connection) in &self.connections {
            if Some(*id) != except {
                connection.outbox.send(message.clone());
            }
        }
    }

    fn tell_participants(&self) {
        let participants = self.parts.state.participants().to_vec();
        self.tell_all(&ServerMessage::Participants { participants });
    }

    fn tell_tracks(&self) {
        for connection in self.connections.values() {
            let tracks = self.parts.state.tracks_for(connection.participant);
            connection.outbox.tell(&ServerMessage::Tracks { tracks });
        }
    }
}

/// How a run ends that the server did not see the end of.
fn interrupted() -> RunState {
    RunState::Finished {
        outcome: RunOutcome::Interrupted,
        wall_ms: 0,
        peak_memory: None,
        truncated: false,
    }
}

#[cfg(test)]
mod tests;
