//! What waits to be sent to one connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use crate::protocol::room::ServerMessage;

/// One socket, as long as it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

const MAX_WAITING: usize = 1024;
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;

/// A message in the form in which it is sent; cheap to send to many.
#[derive(Debug, Clone)]
pub enum Outgoing {
    Text(Bytes),
    Binary(Bytes),
    /// The last one.
    Close(&'static str),
}

impl Outgoing {
    fn len(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Binary(bytes) => bytes.len(),
            Self::Close(_) => 0,
        }
    }
}

impl From<&ServerMessage> for Outgoing {
    fn from(message: &ServerMessage) -> Self {
        match serde_json::to_vec(message) {
            Ok(json) => Self::Text(json.into()),
            // The messages hold nothing that JSON lacks; a broken one must not take the room down.
            Err(_) => Self::Close("internal error"),
        }
    }
}

/// The room's end. Sending never waits: who does not keep up is cut off, and resynchronises by
/// connecting again.
#[derive(Debug, Clone)]
pub struct Outbox {
    queue: mpsc::Sender<Outgoing>,
    waiting: Arc<AtomicUsize>,
    cut: Arc<watch::Sender<bool>>,
}

/// The socket's end.
#[derive(Debug)]
pub struct Outlet {
    queue: mpsc::Receiver<Outgoing>,
    waiting: Arc<AtomicUsize>,
    cut: watch::Receiver<bool>,
}

pub fn outbox() -> (Outbox, Outlet) {
    let (sender, receiver) = mpsc::channel(MAX_WAITING);
    let waiting = Arc::new(AtomicUsize::new(0));
    let (cut, was_cut) = watch::channel(false);
    (
        Outbox {
            queue: sender,
            waiting: waiting.clone(),
            cut: Arc::new(cut),
        },
        Outlet {
            queue: receiver,
            waiting,
            cut: was_cut,
        },
    )
}

impl Outbox {
    pub fn send(&self, message: Outgoing) {
        let length = message.len();
        let waiting = self.waiting.fetch_add(length, Ordering::Relaxed);
        // One message may be larger than the bound, as the welcome of a long interview is.
        let full = waiting > 0 && waiting + length > MAX_WAITING_BYTES;
        if full || self.queue.try_send(message).is_err() {
            self.cut();
        }
    }

    pub fn tell(&self, message: &ServerMessage) {
        self.send(message.into());
    }

    /// Ends the connection without sending what waits.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }
}

impl Outlet {
    /// The next message to send; `None` when the room has no more to say or has cut this
    /// connection off.
    pub async fn next(&mut self) -> Option<Outgoing> {
        let mut cut = self.cut.clone();
        let message = tokio::select! {
            biased;
            Ok(_) = cut.wait_for(|cut| *cut) => return None,
            message = self.queue.recv() => message?,
        };
        self.waiting.fetch_sub(message.len(), Ordering::Relaxed);
        Some(message)
    }

    /// Resolves when the connection is cut off, and never otherwise.
    pub fn cut(&self) -> impl Future<Output = ()> + use<> {
        let mut cut = self.cut.clone();
        async move {
            if cut.wait_for(|cut| *cut).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: usize) -> Outgoing {
        Outgoing::Text(vec![b'x'; length].into())
    }

    #[tokio::test]
    async fn messages_come_out_in_order() {
        let (outbox, mut outlet) = outbox();
        outbox.send(text(1));
        outbox.send(text(2));
        drop(outbox);
        let mut lengths = Vec::new();
        while let Some(message) = outlet.next().await {
            lengths.push(message.len());
        }
        assert_eq!(lengths, [1, 2]);
    }

    #[tokio::test]
    async fn too_many_messages_cut_the_connection_off() {
        let (outbox, mut outlet) = outbox();
        for _ in 0..=MAX_WAITING {
            outbox.send(text(1));
        }
        outlet.cut().await;
        assert!(outlet.next().await.is_none());
    }

    #[tokio::test]
    async fn too_many_bytes_cut_the_connection_off() {
        let (outbox, outlet) = outbox();
        for _ in 0..17 {
            outbox.send(text(1024 * 1024));
        }
        outlet.cut().await;
    }

    #[tokio::test]
    async fn one_large_message_is_sent() {
        let (outbox, mut outlet) = outbox();
        outbox.send(text(MAX_WAITING_BYTES + 1));
        assert!(outlet.next().await.is_some());
    }
}
