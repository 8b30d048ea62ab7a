//! One run from its place in the queue to its end.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::cage::cage;
use super::container::{Container, Input, Streams, frame};
use super::engine::{Problem, is_missing, no_image};
use super::languages::LanguageRow;
use super::output::Output;
use super::report::Report;
use super::script::delivery;
use super::turns::{RoomIsFull, Ticket, Turn};
use super::{RunEvent, RunRequest, Shared, outcome};
use crate::protocol::room::{RunOutcome, RunState};

/// The container ends itself at its limits; so much later the server does it.
const GRACE: Duration = Duration::from_secs(5);
/// After that nobody looks for the container any more.
const EXPIRY: Duration = Duration::from_secs(60);
/// Between two reads of output that is dropped anyway: a program that goes a little over the limit
/// still ends by itself, and one that never stops costs little until its time is over.
const DROPPED_READ_PAUSE: Duration = Duration::from_millis(2);

pub(super) struct Run {
    pub shared: Arc<Shared>,
    pub request: RunRequest,
    pub events: mpsc::Sender<RunEvent>,
    pub stop: CancellationToken,
    /// Marks the report of the script in this run's container.
    pub secret: String,
}

/// Everything but the output that people are told about a run that is over.
struct Finished {
    outcome: RunOutcome,
    wall: Duration,
    peak_memory: Option<u64>,
    output: Option<Output>,
}

/// How the time in the container ended.
enum End {
    Reported(Report),
    /// The output ended without a report.
    Silent,
    /// Beyond every limit; the container did not end itself.
    Overdue,
    Halted(RunOutcome),
}

impl Run {
    /// Runs it and tells all about it, ending with [`RunState::Finished`].
    pub async fn perform(self) {
        let finished = match self.conduct().await {
            Ok(finished) => finished,
            Err(outcome) => Finished {
                outcome,
                wall: Duration::ZERO,
                peak_memory: None,
                output: None,
            },
        };
        let mut truncated = false;
        if let Some(mut output) = finished.output {
            output.finish();
            truncated = output.truncated();
            while let Some(chunk) = output.take(Instant::now()) {
                self.tell(RunEvent::Output(chunk)).await;
            }
        }
        tracing::debug!(run = %self.request.id, outcome = ?finished.outcome, "run finished");
        self.tell(RunEvent::State(RunState::Finished {
            outcome: finished.outcome,
            wall_ms: finished.wall.as_millis() as u64,
            peak_memory: finished.peak_memory,
            truncated,
        }))
        .await;
    }

    /// An error is the outcome of a run that never began.
    async fn conduct(&self) -> Result<Finished, RunOutcome> {
        let language = self
            .shared
            .languages
            .get(&self.request.language)
            .ok_or_else(|| self.no_such_language())?;
        let _slot = self.turn().await?;
        let (container, streams) = self.start(language).await?;
        let mut output = Output::new(language.limits.output_bytes(), &self.secret);
        let begun = Instant::now();
        self.tell(RunEvent::State(RunState::Running)).await;
        // The streams end here, before the container is removed.
        let end = self
            .accompany(language, streams, &mut output, begun)
            .await?;
        let (outcome, wall, peak_memory) = match end {
            End::Reported(report) => (
                outcome::of_report(&report, &language.limits),
                report.whole,
                report.peak_memory,
            ),
            End::Silent => {
                let wall = begun.elapsed();
                let exit = container
                    .exit()
                    .await
                    .map_err(|error| self.failed(&error))?;
                (outcome::of_exit(&exit, &language.limits), wall, None)
            }
            End::Overdue => {
                let limit_ms = language.limits.run_ms;
                (RunOutcome::TimedOut { limit_ms }, begun.elapsed(), None)
            }
            End::Halted(outcome) => (outcome, begun.elapsed(), None),
        };
        Ok(Finished {
            outcome,
            wall,
            peak_memory,
            output: Some(output),
        })
    }

    /// Waits for a slot to run in, telling the place in the queue whenever it changes.
    async fn turn(&self) -> Result<Ticket, RunOutcome> {
        let entered = self.shared.turns.enter(self.request.room);
        let mut ticket = entered.map_err(|RoomIsFull| {
            Problem::new(
                "Too many runs of this interview are waiting already.",
                "Wait for one of them or stop it, then run again.",
            )
        })?;
        let mut told = None;
        loop {
            let turn = ticket.turn();
            let place = match turn {
                Turn::Waiting(place) => place,
                Turn::Granted => 0,
            };
            if told != Some(place) {
                self.tell(RunEvent::State(RunState::Queued { place })).await;
                told = Some(place);
            }
            if turn == Turn::Granted {
                return Ok(ticket);
            }
            tokio::select! {
                outcome = self.halted() => return Err(outcome),
                () = ticket.changed() => {}
            }
        }
    }

    async fn start(&self, language: &LanguageRow) -> Result<(Container, Streams), RunOutcome> {
        let shared = &self.shared;
        let docker = shared
            .engine
            .docker()
            .await
            .inspect_err(|_| shared.health.doubt())?;
        let lifetime = language.limits.whole(language.compile.is_some()) + GRACE + EXPIRY;
        let id = self.request.id.to_string();
        let labels = shared
            .owner
            .labels(&id, unix_ms() + lifetime.as_millis() as u64);
        let body = cage(language, shared.runtime.as_deref(), labels);
        let name = format!("porthole-run-{}", uuid::Uuid::now_v7());
        let starting = Container::start(docker, name, body, shared.tasks.clone());
        let (sender, started) = oneshot::channel();
        // A task of its own: when the run is halted meanwhile, the container still comes to be, and
        // is dropped, and so removed, here.
        shared.tasks.spawn(async move {
            let _ = sender.send(starting.await);
        });
        let started = tokio::select! {
            outcome = self.halted() => return Err(outcome),
            started = started => started,
        };
        match started {
            Ok(Ok(started)) => Ok(started),
            Ok(Err(error)) if is_missing(&error) => {
                shared.health.doubt();
                Err(no_image(language).into())
            }
            Ok(Err(error)) => Err(self.failed(&error)),
            // The runtime is going away.
            Err(_) => Err(RunOutcome::Interrupted),
        }
    }

    /// Feeds the program and passes its output on until it ends.
    async fn accompany(
        &self,
        language: &LanguageRow,
        streams: Streams,
        output: &mut Output,
        begun: Instant,
    ) -> Result<End, RunOutcome> {
        let delivery = delivery(&self.secret, &language.file, &self.request.source)
            .map_err(|error| Problem::new(format!("The code could not be packed: {error}."), ""))?;
        let deadline = begun + language.limits.whole(language.compile.is_some()) + GRACE;
        let Streams {
            input,
            output: mut frames,
        } = streams;
        let mut feeding = pin!(feed(input, &delivery, self.request.stdin.as_bytes()));
        let mut fed = false;
        let mut halted = pin!(self.halted());
        loop {
            let due = output.due(Instant::now());
            let may_read = !output.is_full();
            let dropped = output.truncated();
            let next_frame = async {
                if dropped {
                    sleep(DROPPED_READ_PAUSE).await;
                }
                frames.next().await
            };
            tokio::select! {
                biased;
                outcome = &mut halted => return Ok(End::Halted(outcome)),
                () = sleep_until(deadline.into()) => {
                    return Ok(output.report().cloned().map_or(End::Overdue, End::Reported));
                }
                () = &mut feeding, if !fed => fed = true,
                Ok(permit) = reserve(&self.events, due), if due.is_some() => {
                    if let Some(chunk) = output.take(Instant::now()) {
                        permit.send(RunEvent::Output(chunk));
                    }
                }
                read = next_frame, if may_read => {
                    let Some(Ok(log)) = read else {
                        return Ok(output.report().cloned().map_or(End::Silent, End::Reported));
                    };
                    if let Some((stream, bytes)) = frame(log) {
                        output.push(stream, &bytes);
                    }
                    if output.is_complete() && let Some(report) = output.report() {
                        return Ok(End::Reported(report.clone()));
                    }
                }
            }
        }
    }

    /// Resolves when the run is not wanted any more.
    async fn halted(&self) -> RunOutcome {
        tokio::select! {
            () = self.stop.cancelled() => RunOutcome::Stopped,
            () = self.shared.shutdown.cancelled() => RunOutcome::Interrupted,
            () = self.events.closed() => RunOutcome::Stopped,
        }
    }

    async fn tell(&self, event: RunEvent) {
        // Nobody listens: then `halted` ends the run.
        let _ = self.events.send(event).await;
    }

    fn failed(&self, error: &bollard::errors::Error) -> RunOutcome {
        tracing::warn!(%error, run = %self.request.id, "a run failed on the engine");
        self.shared.health.doubt();
        self.shared.engine.problem(error).into()
    }

    fn no_such_language(&self) -> RunOutcome {
        let ids: Vec<_> = self
            .shared
            .languages
            .iter()
            .map(|row| row.id.as_str())
            .collect();
        Problem::new(
            format!("This server has no language '{}'.", self.request.language),
            format!("Choose one of: {}.", ids.join(", ")),
        )
        .into()
    }
}

/// A place in the events' channel, once it is `due`.
async fn reserve(
    events: &mpsc::Sender<RunEvent>,
    due: Option<Instant>,
) -> Result<mpsc::Permit<'_, RunEvent>, mpsc::error::SendError<()>> {
    if let Some(due) = due {
        sleep_until(due.into()).await;
    }
    events.reserve().await
}

/// Sends the code, then the program's input, then its end. A program that does not read, or has
/// ended, makes this fail or hang; both are its own business.
async fn feed(mut input: Input, delivery: &[u8], stdin: &[u8]) {
    let fed = async {
        input.write_all(delivery).await?;
        input.write_all(stdin).await?;
        input.shutdown().await
    };
    if let Err(error) = fed.await {
        tracing::debug!(%error, "a program's input was not taken");
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_millis() as u64
}
