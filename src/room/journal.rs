//! Writing down what happens, in order, in groups: while one group is being committed the next one
//! gathers.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::protocol::ids::{InterviewId, ParticipantId};
use crate::protocol::room::Millis;
use crate::protocol::timeline::{Event, TimelineEvent};
use crate::store::journal::RunSource;
use crate::store::{Store, StoreError};

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);
/// Events and bytes that may wait while the database does not answer.
const MAX_WAITING: usize = 20_000;
const MAX_WAITING_BYTES: usize = 32 * 1024 * 1024;

/// What became of a group of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every event up to this number survives a crash.
    Committed { through: i64 },
    /// The database failed; it is being tried again.
    Failing { error: String },
    /// The events can never be stored.
    Broken { error: String },
}

#[derive(Debug, Default)]
struct Batch {
    events: Vec<TimelineEvent>,
    sources: Vec<RunSource>,
    bytes: usize,
}

/// The room's end of its journal.
#[derive(Debug)]
pub struct Journal {
    next_seq: i64,
    last_at: Millis,
    committed: i64,
    gathering: Batch,
    is_writing: bool,
    writer: mpsc::Sender<Batch>,
}

/// What the writer works with.
pub struct Writer {
    pub store: Store,
    pub interview: InterviewId,
    batches: mpsc::Receiver<Batch>,
    pub outcomes: mpsc::Sender<Outcome>,
}

impl Journal {
    /// A journal that goes on after `last` (number and time), and its writer.
    pub fn open(
        store: Store,
        interview: InterviewId,
        last: Option<(i64, Millis)>,
        outcomes: mpsc::Sender<Outcome>,
    ) -> (Self, Writer) {
        let (sender, batches) = mpsc::channel(1);
        let (last_seq, last_at) = last.unwrap_or((0, 0));
        (
            Self {
                next_seq: last_seq + 1,
                last_at,
                committed: last_seq,
                gathering: Batch::default(),
                is_writing: false,
                writer: sender,
            },
            Writer {
                store,
                interview,
                batches,
                outcomes,
            },
        )
    }

    /// Takes an event down; it is stored once the outcome says so.
    pub fn record(
        &mut self,
        at_ms: Millis,
        participant_id: Option<ParticipantId>,
        event: Event,
    ) -> TimelineEvent {
        self.last_at = self.last_at.max(at_ms);
        let event = TimelineEvent {
            seq: self.next_seq,
            at_ms: self.last_at,
            participant_id,
            event,
        };
        self.next_seq += 1;
        self.gathering.bytes += size(&event.event);
        self.gathering.events.push(event.clone());
        event
    }

    /// The code of a run whose start was recorded.
    pub fn source(&mut self, source: RunSource) {
        self.gathering.bytes += source.text.len();
        self.gathering.sources.push(source);
    }

    /// Hands what has gathered to the writer, if it is free.
    pub fn write(&mut self) {
        if self.is_writing || self.gathering.events.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.gathering);
        match self.writer.try_send(batch) {
            Ok(()) => self.is_writing = true,
            Err(
                mpsc::error::TrySendError::Full(batch) | mpsc::error::TrySendError::Closed(batch),
            ) => {
                self.gathering = batch;
            }
        }
    }

    pub fn committed(&mut self, through: i64) {
        self.committed = self.committed.max(through);
        self.is_writing = false;
    }

    /// The number of the last event that was recorded.
    pub fn last_seq(&self) -> i64 {
        self.next_seq - 1
    }

    /// Whether everything up to this number is stored.
    pub fn is_committed(&self, seq: i64) -> bool {
        seq <= self.committed
    }

    pub fn last_at(&self) -> Millis {
        self.last_at
    }

    /// More waits than may: the database has been failing for long.
    pub fn is_overfull(&self) -> bool {
        self.gathering.events.len() > MAX_WAITING || self.gathering.bytes > MAX_WAITING_BYTES
    }
}

fn size(event: &Event) -> usize {
    match event {
        Event::Document { update } | Event::Awareness { update } => update.len(),
        Event::Chat { text, .. } => text.len(),
        Event::RunStarted { stdin, .. } => stdin.len(),
        Event::RunOutput { chunk, .. } => chunk.text.len(),
        _ => 64,
    }
}

impl Writer {
    /// Commits one group after the other until the journal is dropped.
    pub async fn run(mut self) {
        while let Some(batch) = self.batches.recv().await {
            let Some(outcome) = self.commit(&batch).await else {
                return;
            };
            let broken = matches!(outcome, Outcome::Broken { .. });
            if self.outcomes.send(outcome).await.is_err() || broken {
                return;
            }
        }
    }

    /// Tries until it is stored; `None` when nobody waits for it any more.
    async fn commit(&self, batch: &Batch) -> Option<Outcome> {
        let through = batch.events.last().map_or(0, |event| event.seq);
        let mut pause = FIRST_RETRY;
        let mut told = false;
        loop {
            let error = match self
                .store
                .commit(self.interview, &batch.events, &batch.sources)
                .await
            {
                Ok(()) => return Some(Outcome::Committed { through }),
                Err(error) => error,
            };
            if is_final(&error) {
                let error = error.to_string();
                return Some(Outcome::Broken { error });
            }
            tracing::warn!(interview = %self.interview, %error, "the journal could not be written");
            if !told {
                told = true;
                let error = error.to_string();
                self.outcomes.send(Outcome::Failing { error }).await.ok()?;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(LAST_RETRY),
                () = self.outcomes.closed() => return None,
            }
        }
    }
}

/// Trying again cannot help.
fn is_final(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::JournalConflict { .. }
            | StoreError::NotLive
            | StoreError::Missing
            | StoreError::Corrupt(_)
    )
}
