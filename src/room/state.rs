//! What the room knows, apart from the document: a pure function of the journal.

use std::collections::{HashMap, HashSet};

use super::colors::color;
use crate::protocol::api::Role;
use crate::protocol::ids::{MessageId, ParticipantId, RunId, TrackId};
use crate::protocol::room::{
    ChatMessage, OutputChunk, Participant, Run, RunOutcome, RunState, RunWithOutput, Source, Track,
};
use crate::protocol::timeline::{Event, TimelineEvent};
use crate::store::ParticipantRow;

/// Bytes and pieces of one run's output that are journalled and shown.
const MAX_OUTPUT: usize = 1024 * 1024;
const MAX_CHUNKS: usize = 4000;
/// Bytes of output that are held ready for whoever joins; older runs lose theirs first. The
/// journal keeps all of it.
const MAX_HELD_OUTPUT: usize = 4 * 1024 * 1024;

/// Somebody who may be in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: ParticipantId,
    pub name: String,
    pub role: Role,
}

impl From<ParticipantRow> for Person {
    fn from(row: ParticipantRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
        }
    }
}

#[derive(Debug)]
struct HeldRun {
    run: Run,
    output: Vec<OutputChunk>,
    held: usize,
    /// What was accepted, held or not.
    bytes: usize,
    chunks: usize,
    truncated: bool,
}

/// The people, tracks, messages and runs of an interview.
#[derive(Debug, Default)]
pub struct RoomState {
    names: HashMap<ParticipantId, (String, Role)>,
    participants: Vec<Participant>,
    tracks: Vec<Track>,
    chat: Vec<ChatMessage>,
    messages: HashSet<MessageId>,
    runs: Vec<HeldRun>,
    is_recording: bool,
}

impl RoomState {
    /// What the events made of it. `people` gives their names.
    pub fn replay(people: impl IntoIterator<Item = Person>, events: &[TimelineEvent]) -> Self {
        let mut state = Self::default();
        for person in people {
            state.introduce(person);
        }
        for event in events {
            state.apply(event);
        }
        state
    }

    /// Learns, or learns again, somebody's name.
    pub fn introduce(&mut self, person: Person) {
        if let Some(participant) = self.participant_mut(person.id) {
            participant.name.clone_from(&person.name);
            participant.role = person.role;
        }
        self.names.insert(person.id, (person.name, person.role));
    }

    pub fn apply(&mut self, event: &TimelineEvent) {
        match (&event.event, event.participant_id) {
            (Event::Joined, Some(id)) => self.joined(id),
            (Event::Left, Some(id)) => {
                if let Some(participant) = self.participant_mut(id) {
                    participant.present = false;
                }
            }
            (Event::Muted { source, muted }, Some(id)) => {
                if let Some(participant) = self.participant_mut(id) {
                    match source {
                        Source::Microphone => participant.microphone_muted = *muted,
                        Source::Camera => participant.camera_muted = *muted,
                        Source::Screen => {}
                    }
                }
            }
            (Event::TrackStarted { track_id, source }, Some(participant_id)) => {
                self.tracks.retain(|track| track.id != *track_id);
                self.tracks.push(Track {
                    id: *track_id,
                    participant_id,
                    source: *source,
                });
            }
            (Event::TrackEnded { track_id }, _) => {
                self.tracks.retain(|track| track.id != *track_id);
            }
            (Event::Chat { id, text }, Some(participant_id)) => self.said(ChatMessage {
                id: *id,
                participant_id,
                text: text.clone(),
                at_ms: event.at_ms,
            }),
            (Event::RunStarted { id, language, .. }, Some(participant_id)) => {
                self.run_started(Run {
                    id: *id,
                    participant_id,
                    language: language.clone(),
                    started_at_ms: event.at_ms,
                    state: RunState::Queued { place: 0 },
                });
            }
            (Event::RunOutput { id, chunk }, _) => self.output(*id, chunk),
            (Event::RunFinished { id, state }, _) => {
                if let Some(run) = self.run_mut(*id) {
                    run.run.state = state.clone();
                }
            }
            (Event::RecordingStarted, _) => self.is_recording = true,
            (Event::RecordingStopped { .. }, _) => self.is_recording = false,
            _ => {}
        }
    }

    fn joined(&mut self, id: ParticipantId) {
        if let Some(participant) = self.participant_mut(id) {
            participant.present = true;
            participant.microphone_muted = false;
            participant.camera_muted = false;
            return;
        }
        let (name, role) = self
            .names
            .get(&id)
            .cloned()
            .unwrap_or_else(|| (String::new(), Role::Reviewer));
        self.participants.push(Participant {
            id,
            name,
            role,
            color: color(self.participants.len()).to_owned(),
            present: true,
            microphone_muted: false,
            camera_muted: false,
        });
    }

    fn said(&mut self, message: ChatMessage) {
        if self.messages.insert(message.id) {
            self.chat.push(message);
        }
    }

    fn run_started(&mut self, run: Run) {
        if self.run(run.id).is_none() {
            self.runs.push(HeldRun {
                run,
                output: Vec::new(),
                held: 0,
                bytes: 0,
                chunks: 0,
                truncated: false,
            });
        }
    }

    fn output(&mut self, id: RunId, chunk: &OutputChunk) {
        let Some(run) = self.run_mut(id) else { return };
        run.bytes += chunk.text.len();
        run.chunks += 1;
        run.held += chunk.text.len();
        match run.output.last_mut() {
            Some(last) if last.stream == chunk.stream => last.text.push_str(&chunk.text),
            _ => run.output.push(chunk.clone()),
        }
        let mut held: usize = self.runs.iter().map(|run| run.held).sum();
        for run in &mut self.runs {
            if held <= MAX_HELD_OUTPUT {
                break;
            }
            held -= run.held;
            run.held = 0;
            run.output.clear();
        }
    }

    /// What of a piece of output is still taken; the rest counts as cut off.
    pub fn admit_output(&mut self, id: RunId, mut chunk: OutputChunk) -> Option<OutputChunk> {
        let run = self.run_mut(id)?;
        let left = if run.chunks < MAX_CHUNKS {
            MAX_OUTPUT.saturating_sub(run.bytes)
        } else {
            0
        };
        if chunk.text.len() > left {
            run.truncated = true;
            let end = chunk.text.floor_char_boundary(left);
            chunk.text.truncate(end);
        }
        (!chunk.text.is_empty()).then_some(chunk)
    }

    /// A run's last state, which says when output was cut off here.
    pub fn final_state(&self, id: RunId, state: RunState) -> RunState {
        let cut = self
            .runs
            .iter()
            .any(|run| run.run.id == id && run.truncated);
        match state {
            RunState::Finished {
                outcome,
                wall_ms,
                peak_memory,
                truncated,
            } => RunState::Finished {
                outcome,
                wall_ms,
                peak_memory,
                truncated: truncated || cut,
            },
            other => other,
        }
    }

    /// Notes that a run waits or runs, which the journal does not keep.
    pub fn set_run_state(&mut self, id: RunId, state: RunState) -> Option<&Run> {
        let run = self.run_mut(id)?;
        if matches!(run.run.state, RunState::Finished { .. }) {
            return None;
        }
        run.run.state = state;
        Some(&run.run)
    }

    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    pub fn is_present(&self, id: ParticipantId) -> bool {
        self.participants
            .iter()
            .any(|participant| participant.id == id && participant.present)
    }

    /// The live tracks of everybody else.
    pub fn tracks_for(&self, id: ParticipantId) -> Vec<Track> {
        self.tracks
            .iter()
            .filter(|track| track.participant_id != id)
            .cloned()
            .collect()
    }

    pub fn tracks_of(&self, id: ParticipantId) -> Vec<Track> {
        self.tracks
            .iter()
            .filter(|track| track.participant_id == id)
            .cloned()
            .collect()
    }

    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    pub fn track(&self, id: TrackId) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }

    pub fn chat(&self) -> &[ChatMessage] {
        &self.chat
    }

    pub fn message(&self, id: MessageId) -> Option<&ChatMessage> {
        self.chat.iter().find(|message| message.id == id)
    }

    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs
            .iter()
            .map(|run| &run.run)
            .find(|run| run.id == id)
    }

    pub fn run_count(&self) -> usize {
        self.runs.len()
    }

    /// Every run with the output that is held of it, oldest first.
    pub fn runs(&self) -> Vec<RunWithOutput> {
        self.runs
            .iter()
            .map(|run| RunWithOutput {
                run: run.run.clone(),
                output: run.output.clone(),
            })
            .collect()
    }

    pub fn is_recording(&self) -> bool {
        self.is_recording
    }

    /// What has to happen so that nothing is left open: after a crash, at a restart, at the end.
    pub fn closing(&self, reason: &str) -> Vec<(Option<ParticipantId>, Event)> {
        let runs = self
            .runs
            .iter()
            .filter(|run| !matches!(run.run.state, RunState::Finished { .. }))
            .map(|run| {
                let state = RunState::Finished {
                    outcome: RunOutcome::Interrupted,
                    wall_ms: 0,
                    peak_memory: None,
                    truncated: run.truncated,
                };
                let id = run.run.id;
                (
                    Some(run.run.participant_id),
                    Event::RunFinished { id, state },
                )
            });
        let tracks = self.tracks.iter().map(|track| {
            (
                Some(track.participant_id),
                Event::TrackEnded { track_id: track.id },
            )
        });
        let recording = self.is_recording.then(|| {
            let reason = reason.to_owned();
            (None, Event::RecordingStopped { reason })
        });
        let left = self
            .participants
            .iter()
            .filter(|participant| participant.present)
            .map(|participant| (Some(participant.id), Event::Left));
        runs.chain(tracks).chain(recording).chain(left).collect()
    }

    fn participant_mut(&mut self, id: ParticipantId) -> Option<&mut Participant> {
        self.participants
            .iter_mut()
            .find(|participant| participant.id == id)
    }

    fn run_mut(&mut self, id: RunId) -> Option<&mut HeldRun> {
        self.runs.iter_mut().find(|run| run.run.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::OutputStream;

    #[derive(Default)]
    struct Journal(Vec<TimelineEvent>);

    impl Journal {
        fn add(&mut self, participant_id: Option<ParticipantId>, event: Event) {
            let seq = self.0.len() as i64;
            self.0.push(TimelineEvent {
                seq,
                at_ms: seq * 10,
                participant_id,
                event,
            });
        }
    }

    fn person(name: &str) -> Person {
        Person {
            id: ParticipantId::new(),
            name: name.into(),
            role: Role::Reviewer,
        }
    }

    fn chunk(text: &str) -> OutputChunk {
        OutputChunk {
            stream: OutputStream::Stdout,
            text: text.into(),
        }
    }

    fn finished() -> RunState {
        RunState::Finished {
            outcome: RunOutcome::Exited { code: 0 },
            wall_ms: 5,
            peak_memory: None,
            truncated: false,
        }
    }

    #[test]
    fn people_keep_their_colours_when_they_come_back() {
        let (ann, bob) = (person("Ann"), person("Bob"));
        let mut journal = Journal::default();
        for (who, event) in [
            (&ann, Event::Joined),
            (&bob, Event::Joined),
            (&ann, Event::Left),
            (&ann, Event::Joined),
            (&bob, Event::Left),
        ] {
            journal.add(Some(who.id), event);
        }
        let state = RoomState::replay([ann, bob], &journal.0);
        let seen: Vec<_> = state
            .participants()
            .iter()
            .map(|one| (one.name.as_str(), one.present, one.color.as_str()))
            .collect();
        assert_eq!(seen, [("Ann", true, color(0)), ("Bob", false, color(1))]);
    }

    #[test]
    fn coming_back_in_unmutes() {
        let ann = person("Ann");
        let mut journal = Journal::default();
        let muted = Event::Muted {
            source: Source::Camera,
            muted: true,
        };
        journal.add(Some(ann.id), Event::Joined);
        journal.add(Some(ann.id), muted);
        let state = RoomState::replay([ann.clone()], &journal.0);
        assert!(state.participants()[0].camera_muted);
        journal.add(Some(ann.id), Event::Left);
        journal.add(Some(ann.id), Event::Joined);
        let state = RoomState::replay([ann], &journal.0);
        assert!(!state.participants()[0].camera_muted);
    }

    #[test]
    fn tracks_are_shown_to_the_others_only() {
        let (ann, bob) = (person("Ann"), person("Bob"));
        let track_id = TrackId::new();
        let mut journal = Journal::default();
        let source = Source::Camera;
        journal.add(Some(ann.id), Event::TrackStarted { track_id, source });
        let state = RoomState::replay([], &journal.0);
        assert!(state.tracks_for(ann.id).is_empty());
        assert_eq!(state.tracks_for(bob.id).len(), 1);
        journal.add(Some(ann.id), Event::TrackEnded { track_id });
        assert!(
            RoomState::replay([], &journal.0)
                .tracks_for(bob.id)
                .is_empty()
        );
    }

    #[test]
    fn the_same_message_again_changes_nothing() {
        let ann = person("Ann");
        let id = MessageId::new();
        let mut journal = Journal::default();
        for text in ["first", "second"] {
            let text = text.to_owned();
            journal.add(Some(ann.id), Event::Chat { id, text });
        }
        let state = RoomState::replay([ann], &journal.0);
        assert_eq!(state.chat().len(), 1);
        assert_eq!(state.message(id).unwrap().text, "first");
    }

    #[test]
    fn what_a_crash_left_open_is_closed() {
        let ann = person("Ann");
        let (done, open) = (RunId::new(), RunId::new());
        let track_id = TrackId::new();
        let mut journal = Journal::default();
        let started = |id| Event::RunStarted {
            id,
            language: "go".into(),
            stdin: String::new(),
        };
        let source = Source::Microphone;
        journal.add(Some(ann.id), Event::Joined);
        journal.add(Some(ann.id), Event::TrackStarted { track_id, source });
        journal.add(None, Event::RecordingStarted);
        journal.add(Some(ann.id), started(done));
        journal.add(Some(ann.id), started(open));
        let state = finished();
        journal.add(Some(ann.id), Event::RunFinished { id: done, state });

        let state = RoomState::replay([ann.clone()], &journal.0);
        for (participant, event) in state.closing("crash") {
            journal.add(participant, event);
        }
        let state = RoomState::replay([ann.clone()], &journal.0);
        assert!(state.closing("crash").is_empty());
        assert!(!state.is_present(ann.id) && !state.is_recording());
        assert_eq!(state.run(done).unwrap().state, finished());
        assert!(matches!(
            state.run(open).unwrap().state,
            RunState::Finished {
                outcome: RunOutcome::Interrupted,
                ..
            }
        ));
    }

    #[test]
    fn endless_output_is_cut_off_and_the_run_says_so() {
        let ann = person("Ann");
        let id = RunId::new();
        let mut journal = Journal::default();
        let language = "go".to_owned();
        let stdin = String::new();
        journal.add(
            Some(ann.id),
            Event::RunStarted {
                id,
                language,
                stdin,
            },
        );
        let mut state = RoomState::replay([ann], &journal.0);
        let mut taken = 0;
        for _ in 0..30 {
            if let Some(chunk) = state.admit_output(id, chunk(&"é".repeat(30_000))) {
                taken += chunk.text.len();
                state.apply(&TimelineEvent {
                    seq: 0,
                    at_ms: 0,
                    participant_id: None,
                    event: Event::RunOutput { id, chunk },
                });
            }
        }
        assert_eq!(taken, MAX_OUTPUT);
        assert_eq!(state.runs()[0].output.len(), 1);
        assert!(matches!(
            state.final_state(id, finished()),
            RunState::Finished {
                truncated: true,
                ..
            }
        ));
    }

    #[test]
    fn output_of_old_runs_is_let_go() {
        let ann = person("Ann");
        let mut state = RoomState::default();
        let mut apply = |event| {
            state.apply(&TimelineEvent {
                seq: 0,
                at_ms: 0,
                participant_id: Some(ann.id),
                event,
            });
        };
        for _ in 0..6 {
            let id = RunId::new();
            let language = "go".to_owned();
            let stdin = String::new();
            apply(Event::RunStarted {
                id,
                language,
                stdin,
            });
            let chunk = chunk(&"x".repeat(MAX_OUTPUT));
            apply(Event::RunOutput { id, chunk });
        }
        let held: Vec<bool> = state
            .runs()
            .iter()
            .map(|run| !run.output.is_empty())
            .collect();
        assert_eq!(held, [false, false, true, true, true, true]);
    }
}
