//! The crate's face: handles whose commands go to the worker, and the events that come back.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

use crate::media::{Codec, Source};
use crate::sdp::SdpError;
use crate::worker::{self, Command, RoomKey};

/// How many events of a room may wait for its owner. Only joins, leaves and tracks make events.
const EVENT_CAPACITY: usize = 256;

/// One person, as the caller numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParticipantId(pub u128);

/// One published track, as the caller numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackId(pub u128);

/// Where the server listens and what it says about that.
#[derive(Debug, Clone)]
pub struct Config {
    /// The UDP socket's address.
    pub udp: SocketAddr,
    /// The addresses to put into candidates; empty for those of this machine. Behind a 1:1 NAT
    /// these are the public ones.
    pub advertised: Vec<IpAddr>,
    /// Also advertise ICE-TCP (RFC 6544, passive) on this port; connections come in through
    /// [`Sfu::accept_tcp`].
    pub tcp_port: Option<u16>,
}

impl Config {
    /// UDP on this address only, everything else by default.
    pub fn on(udp: SocketAddr) -> Self {
        Self {
            udp,
            advertised: Vec::new(),
            tcp_port: None,
        }
    }
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SfuError {
    #[error("cannot use UDP port {address}: {source}")]
    Bind {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("cannot start the media worker: {0}")]
    Start(String),
    /// The page sent an offer that cannot be answered.
    #[error(transparent)]
    Offer(#[from] SdpError),
    #[error("the transport could not be set up: {0}")]
    Transport(String),
    /// The room or the whole SFU has been closed.
    #[error("the room is closed")]
    Closed,
}

/// An offer and what its sections mean.
#[derive(Debug, Clone)]
pub struct Offer {
    pub sdp: String,
    pub publish: Vec<Publish>,
    pub subscribe: Vec<Subscribe>,
}

/// A section in which the client sends.
#[derive(Debug, Clone)]
pub struct Publish {
    pub mid: String,
    pub source: Source,
    /// The id of the track if this section is new; one that is known keeps its id.
    pub track: TrackId,
}

/// A section in which the client receives.
#[derive(Debug, Clone)]
pub struct Subscribe {
    pub mid: String,
    /// A track that has ended or is unknown is answered with an inactive section.
    pub track: TrackId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportProtocol {
    Udp,
    Tcp,
}

/// What happened in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomEvent {
    /// The participant's media can flow; again after each recovery.
    Connected {
        participant: ParticipantId,
        protocol: TransportProtocol,
    },
    /// Nothing was heard for 5 seconds, or they said goodbye. Their tracks stay for a while, in
    /// case they come back.
    Disconnected { participant: ParticipantId },
    TrackStarted {
        participant: ParticipantId,
        track: TrackId,
        source: Source,
        codec: Codec,
    },
    TrackEnded {
        participant: ParticipantId,
        track: TrackId,
    },
}

/// What a tap of a room receives: everything published in it.
#[derive(Debug, Clone)]
pub enum Tap {
    Rtp {
        track: TrackId,
        codec: Codec,
        arrived: Instant,
        /// A whole RTP packet; retransmissions are already what they repeat.
        packet: Bytes,
    },
    /// The sender's own clocks (RFC 3550 §6.4.1).
    SenderReport {
        track: TrackId,
        /// 32.32 fixed-point seconds since 1900.
        ntp_time: u64,
        rtp_time: u32,
        arrived: Instant,
    },
    Ended {
        track: TrackId,
    },
}

/// The media server. Clones are handles to the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Sfu {
    // Unbounded because handles must be droppable anywhere; what is in it is bounded by what the
    // rooms' owners do, who wait for each offer's answer.
    commands: mpsc::UnboundedSender<Command>,
    local_addr: SocketAddr,
    next_room: Arc<AtomicU64>,
}

impl Sfu {
    /// Binds the UDP socket and starts the worker on a thread of its own.
    pub async fn bind(config: Config) -> Result<Self, SfuError> {
        let (commands, local_addr) = worker::start(config).await?;
        Ok(Self {
            commands,
            local_addr,
            next_room: Arc::default(),
        })
    }

    /// The UDP socket's address, its port real even if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Takes over a TCP connection whose first bytes are a framed STUN request (RFC 4571, RFC 6544).
    /// Nothing of it may have been read.
    pub fn accept_tcp(&self, stream: TcpStream, remote: SocketAddr) {
        self.send(Command::AcceptTcp { stream, remote });
    }

    /// Opens a room. It closes when all handles to it are dropped.
    pub fn room(&self) -> (Room, mpsc::Receiver<RoomEvent>) {
        let key = RoomKey(self.next_room.fetch_add(1, Ordering::Relaxed));
        let (events, receiver) = mpsc::channel(EVENT_CAPACITY);
        self.send(Command::Open { room: key, events });
        let room = Room(Arc::new(OpenRoom {
            key,
            sfu: self.clone(),
        }));
        (room, receiver)
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::error!("the media worker has stopped");
        }
    }
}

struct OpenRoom {
    key: RoomKey,
    sfu: Sfu,
}

impl Drop for OpenRoom {
    fn drop(&mut self) {
        self.sfu.send(Command::Close { room: self.key });
    }
}

/// A room's handle.
#[derive(Clone)]
pub struct Room(Arc<OpenRoom>);

impl Room {
    /// Answers a participant's offer. The first one makes them part of the call. Another
    /// certificate than before means a new peer connection, which replaces the old one; other ICE
    /// credentials mean an ICE restart.
    pub async fn offer(
        &self,
        participant: ParticipantId,
        offer: Offer,
    ) -> Result<String, SfuError> {
        let (reply, answer) = oneshot::channel();
        self.0.sfu.send(Command::Offer {
            room: self.0.key,
            participant,
            offer,
            reply,
        });
        answer.await.map_err(|_| SfuError::Closed)?
    }

    /// Ends a participant's call and tracks; does nothing for one who is not there.
    pub fn remove(&self, participant: ParticipantId) {
        self.0.sfu.send(Command::Remove {
            room: self.0.key,
            participant,
        });
    }

    /// Asks the publisher of a video track for a keyframe, soon.
    pub fn request_keyframe(&self, track: TrackId) {
        self.0.sfu.send(Command::RequestKeyframe {
            room: self.0.key,
            track,
        });
    }

    /// One more receiver of everything published in the room. What does not fit into its capacity
    /// is dropped: a slow recorder never slows the call. Drop the receiver to stop.
    pub fn tap(&self, capacity: usize) -> mpsc::Receiver<Tap> {
        let (tap, receiver) = mpsc::channel(capacity.max(1));
        self.0.sfu.send(Command::Tap {
            room: self.0.key,
            tap,
        });
        receiver
    }
}
