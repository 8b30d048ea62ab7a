//! Every room that is open. A room opens when somebody enters and closes when nobody is left.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use porthole_sfu::Sfu;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

use super::actor::{self, Command, Inputs, JoinRefused, Parts, Patience, Stop};
use super::clock::Clock;
use super::document::{Document, Starter};
use super::errors::{consent_required, ended, fatal, unavailable};
use super::journal::Journal;
use super::outbox::{ConnectionId, Outbox};
use super::recorder::Recorder;
use super::state::{Person, RoomState};
use crate::clock::epoch_ms;
use crate::execution::Execution;
use crate::protocol::api::{InterviewStatus, Language, Problem};
use crate::protocol::ids::InterviewId;
use crate::protocol::room::{RoomError, RoomInterview};
use crate::protocol::timeline::{Event, TimelineEvent};
use crate::store::{InterviewRow, Store, StoreError};

/// Requests of all of a room's connections that may wait.
const WAITING_COMMANDS: usize = 256;
/// A room that closes while somebody enters is opened again.
const ATTEMPTS: usize = 3;
/// How long an end, or the server's, waits for a room.
const PATIENCE: Duration = Duration::from_secs(8);

/// Section `[rooms]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoomsConfig {
    /// Seconds after which somebody whose connection broke counts as having left.
    pub grace_seconds: u64,
    /// Seconds after which an empty room closes. It opens again as it was when somebody enters.
    pub idle_seconds: u64,
}

impl Default for RoomsConfig {
    fn default() -> Self {
        Self {
            grace_seconds: 5,
            idle_seconds: 180,
        }
    }
}

/// Why an interview could not be ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its last events could not be stored in time.
    #[error("the room's journal could not be finished")]
    Unfinished,
    #[error("the server is restarting")]
    Restarting,
}

/// Every open room; clones share them.
#[derive(Clone)]
pub struct Rooms {
    shared: Arc<Shared>,
}

struct Shared {
    patience: Patience,
    store: Store,
    sfu: Sfu,
    execution: Execution,
    recorder: Recorder,
    is_closing: AtomicBool,
    open: Mutex<HashMap<InterviewId, Arc<Slot>>>,
}

/// A place for one room: whoever opens it holds the lock meanwhile.
type Slot = tokio::sync::Mutex<Option<Handle>>;

#[derive(Clone)]
struct Handle {
    commands: mpsc::Sender<Command>,
    /// Set once nothing of the room runs any more, its journal's writer included.
    finished: watch::Receiver<Option<Stop>>,
}

impl Handle {
    async fn finished(&self) -> Stop {
        let mut finished = self.finished.clone();
        match finished.wait_for(Option::is_some).await {
            Ok(stop) => stop.unwrap_or(Stop::Broken),
            Err(_) => Stop::Broken,
        }
    }
}

/// A place in a room.
pub struct Seat {
    pub connection: ConnectionId,
    pub commands: mpsc::Sender<Command>,
}

impl Rooms {
    pub fn new(
        config: &RoomsConfig,
        store: Store,
        sfu: Sfu,
        execution: Execution,
        recorder: Recorder,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                patience: Patience {
                    grace: Duration::from_secs(config.grace_seconds),
                    idle: Duration::from_secs(config.idle_seconds),
                },
                store,
                sfu,
                execution,
                recorder,
                is_closing: AtomicBool::new(false),
                open: Mutex::default(),
            }),
        }
    }

    /// Lets somebody in. What the room has to say goes to the outbox from now on.
    pub async fn join(
        &self,
        interview: InterviewId,
        person: Person,
        consent: bool,
        outbox: Outbox,
    ) -> Result<Seat, RoomError> {
        for _ in 0..ATTEMPTS {
            let row = self.enterable(interview).await?;
            if row.record.0 && !consent {
                return Err(consent_required());
            }
            let handle = self.handle(interview).await.map_err(|error| match error {
                EndError::Restarting => restarting(),
                error => internal(&error),
            })?;
            let (reply, answer) = oneshot::channel();
            let command = Command::Join {
                person: person.clone(),
                consent,
                outbox: outbox.clone(),
                reply,
            };
            if handle.commands.send(command).await.is_ok() {
                match answer.await {
                    Ok(Ok(connection)) => {
                        return Ok(Seat {
                            connection,
                            commands: handle.commands,
                        });
                    }
                    Ok(Err(JoinRefused::Refused(error))) => return Err(error),
                    Ok(Err(JoinRefused::Closing)) | Err(_) => {}
                }
            }
        }
        Err(restarting())
    }

    async fn enterable(&self, interview: InterviewId) -> Result<InterviewRow, RoomError> {
        let row = self
            .shared
            .store
            .interview(interview)
            .await
            .map_err(|error| internal(&error))?
            .ok_or_else(|| fatal("not_found", "There is no such interview."))?;
        if row.status() == InterviewStatus::Ended {
            return Err(ended());
        }
        Ok(row)
    }

    /// Ends an interview for good: everybody is told, the recording is finished, nobody enters any
    /// more. Ending it again changes nothing.
    pub async fn end(&self, interview: InterviewId) -> Result<(), EndError> {
        let ending = async {
            for _ in 0..ATTEMPTS {
                let store = &self.shared.store;
                store.cancel(interview, epoch_ms()).await?;
                let row = store
                    .interview(interview)
                    .await?
                    .ok_or(StoreError::Missing)?;
                if row.status() == InterviewStatus::Ended {
                    return Ok(());
                }
                let handle = self.handle(interview).await?;
                // A room that has closed meanwhile is opened again to be ended.
                let _ = handle.commands.send(Command::Stop(Stop::Ended)).await;
                if handle.finished().await == Stop::Ended {
                    return Ok(());
                }
            }
            Err(EndError::Unfinished)
        };
        tokio::time::timeout(PATIENCE, ending)
            .await
            .unwrap_or(Err(EndError::Unfinished))
    }

    /// Closes every room: whoever is in one is told that the server restarts, journals and
    /// recordings are finished. No room opens any more.
    pub async fn shutdown(&self) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        let slots: Vec<Arc<Slot>> = self.shared.slots().values().cloned().collect();
        let closing = slots.into_iter().map(|slot| async move {
            let handle = slot.lock().await.clone();
            if let Some(handle) = handle {
                let _ = handle.commands.send(Command::Stop(Stop::Restarting)).await;
                handle.finished().await;
            }
        });
        let all = futures_util::future::join_all(closing);
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::warn!("some rooms could not be closed in time");
        }
    }

    /// The interview's room, opened if need be.
    async fn handle(&self, interview: InterviewId) -> Result<Handle, EndError> {
        let slot = self.shared.slots().entry(interview).or_default().clone();
        let mut place = slot.lock().await;
        if let Some(handle) = place.as_ref() {
            if !handle.commands.is_closed() {
                return Ok(handle.clone());
            }
            handle.finished().await;
        }
        if self.shared.is_closing.load(Ordering::SeqCst) {
            return Err(EndError::Restarting);
        }
        *place = None;
        let opened = self.shared.open(interview).await;
        match opened {
            Ok((parts, inputs, handle_parts)) => {
                let handle = self.start(interview, parts, inputs, handle_parts);
                *place = Some(handle.clone());
                Ok(handle)
            }
            Err(error) => {
                drop(place);
                drop(slot);
                self.shared.tidy(interview);
                Err(error.into())
            }
        }
    }

    fn start(
        &self,
        interview: InterviewId,
        parts: Parts,
        inputs: Inputs,
        (commands, writer): (mpsc::Sender<Command>, super::journal::Writer),
    ) -> Handle {
        let (tell, finished) = watch::channel(None);
        let shared = self.shared.clone();
        tokio::spawn(async move {
            let writer = tokio::spawn(writer.run());
            // A room that panics takes only itself down: it opens again from its journal.
            let room = tokio::spawn(actor::run(parts, inputs)).await;
            if let Err(error) = &room {
                tracing::error!(%interview, %error, "the room broke down");
            }
            let _ = writer.await;
            let stop = room.unwrap_or(Stop::Broken);
            tracing::info!(%interview, ?stop, "the room is closed");
            tell.send_replace(Some(stop));
            shared.tidy(interview);
        });
        Handle { commands, finished }
    }
}

impl Shared {
    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<InterviewId, Arc<Slot>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a closed room, unless somebody is about to open it again.
    fn tidy(&self, interview: InterviewId) {
        let mut slots = self.slots();
        let unused = slots.get(&interview).is_some_and(|slot| {
            Arc::strong_count(slot) == 1
                && slot.try_lock().is_ok_and(|place| {
                    place
                        .as_ref()
                        .is_none_or(|handle| handle.commands.is_closed())
                })
        });
        if unused {
            slots.remove(&interview);
        }
    }

    /// Loads an interview, lets it go live and closes what a crash left open.
    async fn open(
        &self,
        interview: InterviewId,
    ) -> Result<
        (
            Parts,
            Inputs,
            (mpsc::Sender<Command>, super::journal::Writer),
        ),
        StoreError,
    > {
        self.store.go_live(interview, epoch_ms()).await?;
        let row = self
            .store
            .interview(interview)
            .await?
            .ok_or(StoreError::Missing)?;
        let started_at = row.started_at.ok_or(StoreError::NotLive)?;
        let events = self.store.journal(interview).await?;
        let people = self.store.participants(interview).await?;
        let problem = match row.problem_id {
            Some(id) => self.store.problem(id).await?,
            None => None,
        };
        let languages = self.execution.languages();

        let last = events.last().map(|event| (event.seq, event.at_ms));
        let clock = Clock::resume(
            started_at,
            last.map(|(_, at_ms)| at_ms),
            epoch_ms(),
            Instant::now(),
        );
        let people: Vec<Person> = people.into_iter().map(Person::from).collect();
        let files: Vec<String> = languages
            .iter()
            .map(|language| language.file.clone())
            .collect();
        let (state, document, is_new) = rebuild(interview, people, files, events).await;

        let (commands, commands_receiver) = mpsc::channel(WAITING_COMMANDS);
        let (outcomes, outcomes_receiver) = mpsc::channel(4);
        let (journal, writer) = Journal::open(self.store.clone(), interview, last, outcomes);
        let (media, media_events) = self.sfu.room();
        let mut parts = Parts {
            interview: RoomInterview {
                id: interview,
                title: row.title,
                status: InterviewStatus::Live,
                started_at,
                problem,
            },
            is_recorded: row.record.0,
            clock,
            state,
            document,
            journal,
            files: languages
                .iter()
                .map(|language| (language.id.clone(), language.file.clone()))
                .collect(),
            media,
            execution: self.execution.clone(),
            recorder: self.recorder.clone(),
            patience: self.patience,
        };
        parts.close_what_is_open();
        if is_new {
            let starters = starters(&languages, parts.interview.problem.as_ref());
            parts.seed(&starters, &row.language);
        }
        let inputs = Inputs {
            commands: commands_receiver,
            media: media_events,
            outcomes: outcomes_receiver,
        };
        Ok((parts, inputs, (commands, writer)))
    }
}

/// The state and the document as the journal has them, and whether it has no document yet. Hours of
/// typing take a while to go through, so it happens where it holds nobody up.
async fn rebuild(
    interview: InterviewId,
    people: Vec<Person>,
    files: Vec<String>,
    events: Vec<TimelineEvent>,
) -> (RoomState, Document, bool) {
    let work = move || {
        let state = RoomState::replay(people, &events);
        let mut document = Document::new(files.iter().map(String::as_str));
        let mut is_new = true;
        for event in &events {
            if let Event::Document { update } = &event.event {
                is_new = false;
                if let Err(error) = document.restore(update) {
                    tracing::error!(%interview, seq = event.seq, %error, "an update is lost");
                }
            }
        }
        (state, document, is_new)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(rebuilt) => rebuilt,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The problem's starter code, else the language's own.
fn starters(languages: &[Language], problem: Option<&Problem>) -> Vec<Starter> {
    languages
        .iter()
        .map(|language| {
            let of_problem = problem.and_then(|problem| problem.starter_code.get(&language.id));
            Starter {
                file: language.file.clone(),
                code: of_problem.unwrap_or(&language.starter_code).clone(),
            }
        })
        .collect()
}

fn restarting() -> RoomError {
    unavailable("The server is restarting. This page comes back by itself.")
}

fn internal(error: &dyn std::fmt::Display) -> RoomError {
    tracing::error!(%error, "a room could not be opened");
    unavailable("The room could not be opened. This page tries again by itself.")
}
