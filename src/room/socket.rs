//! One connection's WebSocket: reads what the page says, sends what the room says, and notices
//! when the other side is gone.

use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::actor::Command;
use super::errors::{fatal, refused};
use super::limits::{Allowance, MAX_MESSAGE};
use super::outbox::{Outbox, Outgoing, Outlet, outbox};
use super::registry::{Rooms, Seat};
use super::state::Person;
use crate::protocol::ids::InterviewId;
use crate::protocol::room::{ClientMessage, RoomError, ServerMessage};

/// Until the page must have said who it is.
const TIME_TO_JOIN: Duration = Duration::from_secs(10);
const PING_EVERY: Duration = Duration::from_secs(5);
/// A connection that is silent for so long, pongs included, is dead.
const SILENCE: Duration = Duration::from_secs(15);
/// A message that cannot be sent for so long means the same.
const TIME_TO_SEND: Duration = Duration::from_secs(15);
/// For the other side to close after us.
const TIME_TO_CLOSE: Duration = Duration::from_secs(2);
/// Messages of one connection: at once, and per second from then on.
const BURST: u32 = 400;
const PER_SECOND: f64 = 100.0;

/// What the socket itself takes before it gives up. Between this and [`MAX_MESSAGE`] there is an
/// answer that says what was wrong.
pub const MAX_FRAME: usize = 4 * MAX_MESSAGE;

/// Serves a connection until it closes.
pub async fn serve(socket: WebSocket, rooms: Rooms, interview: InterviewId, person: Person) {
    let (sink, mut stream) = socket.split();
    let (outbox, outlet) = outbox();
    let writer = write(sink, outlet);
    tokio::pin!(writer);
    let mut is_writing = true;

    let last_word = match join(&mut stream, &rooms, interview, person, &outbox).await {
        Ok(seat) => {
            let last_word = tokio::select! {
                last_word = read(&mut stream, &seat, &outbox) => last_word,
                () = &mut writer => {
                    is_writing = false;
                    None
                }
            };
            let connection = seat.connection;
            // The room may have closed before the connection; then there is nobody to tell.
            let _ = seat.commands.send(Command::Gone { connection }).await;
            last_word
        }
        Err(last_word) => last_word,
    };
    if let Some(error) = last_word.filter(|_| is_writing) {
        outbox.tell(&ServerMessage::Error(error));
        outbox.send(Outgoing::Close("refused"));
        let _ = timeout(TIME_TO_CLOSE, &mut writer).await;
    }
    // Hanging up at once could make the network drop the last words before they arrive.
    let rest = async { while stream.next().await.is_some_and(|message| message.is_ok()) {} };
    let _ = timeout(TIME_TO_CLOSE, rest).await;
}

/// Waits for the first message and enters. An error without words means that nobody listens.
async fn join(
    stream: &mut SplitStream<WebSocket>,
    rooms: &Rooms,
    interview: InterviewId,
    person: Person,
    outbox: &Outbox,
) -> Result<Seat, Option<RoomError>> {
    let first = timeout(TIME_TO_JOIN, next(stream)).await.map_err(|_| {
        fatal(
            "join_first",
            "The first message, join, did not come in time.",
        )
    })??;
    let Incoming::Text(text) = first else {
        return Err(Some(fatal("join_first", "The first message must be join.")));
    };
    match parse(&text) {
        Ok(ClientMessage::Join { consent }) => rooms
            .join(interview, person, consent, outbox.clone())
            .await
            .map_err(Some),
        Ok(_) => Err(Some(fatal("join_first", "The first message must be join."))),
        Err(error) => Err(Some(RoomError {
            fatal: true,
            ..error
        })),
    }
}

/// Hands on what comes in until the connection ends, and answers what is to be said then.
async fn read(
    stream: &mut SplitStream<WebSocket>,
    seat: &Seat,
    outbox: &Outbox,
) -> Option<RoomError> {
    let connection = seat.connection;
    let mut allowance = Allowance::new(BURST, PER_SECOND, Instant::now());
    loop {
        let incoming = match next(stream).await {
            Ok(incoming) => incoming,
            Err(last_word) => return last_word,
        };
        let command = match incoming {
            Incoming::Text(text) => match parse(&text) {
                Ok(message) => Command::Message {
                    connection,
                    message,
                },
                Err(error) => {
                    outbox.tell(&ServerMessage::Error(error));
                    continue;
                }
            },
            Incoming::Binary(frame) => Command::Frame { connection, frame },
            Incoming::TooLarge { is_text: true } => {
                outbox.tell(&ServerMessage::Error(too_large()));
                continue;
            }
            // Without this update the page's copy of the document would part from the server's.
            Incoming::TooLarge { is_text: false } => {
                return Some(RoomError {
                    fatal: true,
                    ..too_large()
                });
            }
        };
        let pause = allowance.pace(Instant::now());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        if seat.commands.send(command).await.is_err() {
            return None;
        }
    }
}

enum Incoming {
    Text(Utf8Bytes),
    Binary(Bytes),
    TooLarge { is_text: bool },
}

/// The next message that is not the protocol's own; an error when there will be none.
async fn next(stream: &mut SplitStream<WebSocket>) -> Result<Incoming, Option<RoomError>> {
    loop {
        let message = match timeout(SILENCE, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => {
                let error = error.to_string();
                tracing::debug!(error, "a socket failed");
                return Err(error.contains("too long").then(|| RoomError {
                    fatal: true,
                    ..too_large()
                }));
            }
            Ok(None) | Err(_) => return Err(None),
        };
        match message {
            Message::Text(text) if text.len() > MAX_MESSAGE => {
                return Ok(Incoming::TooLarge { is_text: true });
            }
            Message::Binary(bytes) if bytes.len() > MAX_MESSAGE => {
                return Ok(Incoming::TooLarge { is_text: false });
            }
            Message::Text(text) => return Ok(Incoming::Text(text)),
            Message::Binary(bytes) => return Ok(Incoming::Binary(bytes)),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => {}
        }
    }
}

fn parse(text: &str) -> Result<ClientMessage, RoomError> {
    serde_json::from_str(text).map_err(|error| {
        refused(
            "invalid_message",
            format!("The message cannot be understood: {error}."),
        )
    })
}

fn too_large() -> RoomError {
    refused(
        "too_large",
        format!("A message has at most {} KiB.", MAX_MESSAGE / 1024),
    )
}

/// Sends what the room says, and pings, until there is nothing more to say, or nobody who hears.
async fn write(mut sink: SplitSink<WebSocket, Message>, mut outlet: Outlet) {
    let cut = outlet.cut();
    tokio::pin!(cut);
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            message = outlet.next() => match message {
                Some(message) => message.into(),
                None => return,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        let is_last = matches!(message, Message::Close(_));
        let sent = tokio::select! {
            sent = timeout(TIME_TO_SEND, sink.send(message)) => sent,
            () = &mut cut => return,
        };
        if is_last || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

impl From<Outgoing> for Message {
    fn from(outgoing: Outgoing) -> Self {
        match outgoing {
            Outgoing::Text(bytes) => match Utf8Bytes::try_from(bytes) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Close(None),
            },
            Outgoing::Binary(bytes) => Self::Binary(bytes),
            Outgoing::Close(reason) => Self::Close(Some(CloseFrame {
                code: close_code::NORMAL,
                reason: Utf8Bytes::from_static(reason),
            })),
        }
    }
}
