//! The event loop that owns the UDP socket, the TCP connections and all rooms. It runs on a thread
//! of its own, so that nothing else the server does makes media wait.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;

use crate::api::{
    Config, Offer, ParticipantId, RoomEvent, SfuError, Tap, TrackId, TransportProtocol,
};
use crate::candidate::{advertised, candidate_lines};
use crate::dtls::Crypto;
use crate::packet::DatagramKind;
use crate::room::RoomState;
use crate::stun::BindingRequest;
use crate::tcp::{self, Inbound};

/// Reports, repeats and handshakes are due at most this late.
const TICK: Duration = Duration::from_millis(10);
const TIDY_INTERVAL: Duration = Duration::from_secs(1);
/// Datagrams read before anything else gets its turn.
const BATCH: usize = 64;
const MAX_DATAGRAM: usize = 2_048;
const INBOUND_FRAMES: usize = 1_024;
const MAX_TCP_CONNECTIONS: usize = 10_000;
/// Ways that one participant may be reached by; a browser uses a handful.
const MAX_PATHS: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RoomKey(pub(crate) u64);

/// Where datagrams of a participant come from and go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Path {
    Udp(SocketAddr),
    Tcp { connection: u64, remote: SocketAddr },
}

impl Path {
    pub(crate) fn protocol(self) -> TransportProtocol {
        match self {
            Self::Udp(_) => TransportProtocol::Udp,
            Self::Tcp { .. } => TransportProtocol::Tcp,
        }
    }

    /// As the other side knows itself, without the IPv6 clothes of a dual-stack socket.
    fn remote(self) -> SocketAddr {
        let remote = match self {
            Self::Udp(remote) | Self::Tcp { remote, .. } => remote,
        };
        SocketAddr::new(remote.ip().to_canonical(), remote.port())
    }
}

/// Datagrams that are ready to go.
pub(crate) type Outbox = Vec<(Path, Bytes)>;

pub(crate) enum Command {
    Open {
        room: RoomKey,
        events: mpsc::Sender<RoomEvent>,
    },
    Close {
        room: RoomKey,
    },
    Offer {
        room: RoomKey,
        participant: ParticipantId,
        offer: Offer,
        reply: oneshot::Sender<Result<String, SfuError>>,
    },
    Remove {
        room: RoomKey,
        participant: ParticipantId,
    },
    RequestKeyframe {
        room: RoomKey,
        track: TrackId,
    },
    Tap {
        room: RoomKey,
        tap: mpsc::Sender<Tap>,
    },
    AcceptTcp {
        stream: TcpStream,
        remote: SocketAddr,
    },
}

/// Binds the socket and starts the thread.
pub(crate) async fn start(
    config: Config,
) -> Result<(mpsc::UnboundedSender<Command>, SocketAddr), SfuError> {
    let bind_error = |source| SfuError::Bind {
        address: config.udp,
        source,
    };
    let socket = std::net::UdpSocket::bind(config.udp).map_err(bind_error)?;
    socket.set_nonblocking(true).map_err(bind_error)?;
    let local_addr = socket.local_addr().map_err(bind_error)?;
    let addresses = advertised(&config.advertised, local_addr);
    let candidates = candidate_lines(&addresses, local_addr.port(), config.tcp_port);
    let crypto = Crypto::new().map_err(|error| SfuError::Start(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| SfuError::Start(error.to_string()))?;

    let (commands, receiver) = mpsc::unbounded_channel();
    std::thread::Builder::new()
        .name("sfu".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                match UdpSocket::from_std(socket) {
                    Ok(socket) => Worker::new(socket, candidates, crypto).run(receiver).await,
                    Err(error) => tracing::error!(%error, "the media worker cannot start"),
                }
            });
        })
        .map_err(|error| SfuError::Start(error.to_string()))?;
    Ok((commands, local_addr))
}

/// Whose a datagram is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    room: RoomKey,
    participant: ParticipantId,
}

struct Worker {
    socket: UdpSocket,
    candidates: Vec<String>,
    crypto: Crypto,
    rooms: HashMap<RoomKey, RoomState>,
    by_ufrag: HashMap<String, Owner>,
    by_path: HashMap<Path, Owner>,
    connections: HashMap<u64, mpsc::Sender<Bytes>>,
    next_connection: u64,
    inbound: mpsc::Sender<Inbound>,
    inbound_receiver: mpsc::Receiver<Inbound>,
    outbox: Outbox,
    tidied_at: Instant,
}

impl Worker {
    fn new(socket: UdpSocket, candidates: Vec<String>, crypto: Crypto) -> Self {
        let (inbound, inbound_receiver) = mpsc::channel(INBOUND_FRAMES);
        Self {
            socket,
            candidates,
            crypto,
            rooms: HashMap::new(),
            by_ufrag: HashMap::new(),
            by_path: HashMap::new(),
            connections: HashMap::new(),
            next_connection: 0,
            inbound,
            inbound_receiver,
            outbox: Vec::new(),
            tidied_at: Instant::now(),
        }
    }

    /// Runs until the last handle is dropped.
    async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut buffer = [0; MAX_DATAGRAM];
        loop {
            tokio::select! {
                ready = self.socket.readable() => {
                    if let Err(error) = ready {
                        tracing::error!(%error, "the UDP socket failed");
                    }
                    self.read_batch(&mut buffer);
                }
                command = commands.recv() => match command {
                    Some(command) => self.handle_command(command),
                    None => return,
                },
                Some(inbound) = self.inbound_receiver.recv() => self.handle_inbound(inbound),
                _ = tick.tick() => self.handle_timeout(Instant::now()),
            }
            self.flush();
        }
    }

    fn read_batch(&mut self, buffer: &mut [u8]) {
        for _ in 0..BATCH {
            match self.socket.try_recv_from(buffer) {
                Ok((length, remote)) => {
                    self.handle_datagram(Instant::now(), Path::Udp(remote), &buffer[..length]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                // An ICMP error of an earlier datagram; the socket itself is well.
                Err(error) => tracing::trace!(%error, "UDP receive"),
            }
        }
    }

    fn handle_inbound(&mut self, inbound: Inbound) {
        match inbound {
            Inbound::Frame { path, datagram } => {
                self.handle_datagram(Instant::now(), path, &datagram);
            }
            Inbound::Closed { path } => {
                self.by_path.remove(&path);
                if let Path::Tcp { connection, .. } = path {
                    self.connections.remove(&connection);
                }
            }
        }
    }

    fn handle_command(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Open { room, events } => {
                self.rooms.insert(room, RoomState::new(events));
            }
            Command::Close { room } => {
                if let Some(mut state) = self.rooms.remove(&room) {
                    let participants: Vec<_> = state.peers.keys().copied().collect();
                    for participant in participants {
                        state.remove(now, participant, &mut self.outbox);
                    }
                    self.forget_routes(|owner| owner.room == room);
                }
            }
            Command::Offer {
                room,
                participant,
                offer,
                reply,
            } => {
                let answer = self.handle_offer(now, Owner { room, participant }, &offer);
                // Whoever asked may have left.
                let _ = reply.send(answer);
            }
            Command::Remove { room, participant } => {
                if let Some(state) = self.rooms.get_mut(&room) {
                    state.remove(now, participant, &mut self.outbox);
                }
                self.forget_routes(|owner| *owner == Owner { room, participant });
            }
            Command::RequestKeyframe { room, track } => {
                if let Some(state) = self.rooms.get_mut(&room) {
                    state.request_keyframe(track);
                }
            }
            Command::Tap { room, tap } => {
                if let Some(state) = self.rooms.get_mut(&room) {
                    state.add_tap(tap);
                }
            }
            Command::AcceptTcp { stream, remote } => self.accept_tcp(stream, remote),
        }
    }

    fn handle_offer(
        &mut self,
        now: Instant,
        owner: Owner,
        offer: &Offer,
    ) -> Result<String, SfuError> {
        let state = self.rooms.get_mut(&owner.room).ok_or(SfuError::Closed)?;
        let answer = state.offer(
            now,
            owner.participant,
            offer,
            &self.candidates,
            &self.crypto,
        )?;
        let ufrags: Vec<String> = state
            .peers
            .get(&owner.participant)
            .map(|peer| peer.transport.ufrags().map(str::to_owned).collect())
            .unwrap_or_default();
        // A new connection of the same participant must not get what the old one still sends.
        if !ufrags.iter().any(|ufrag| self.by_ufrag.contains_key(ufrag)) {
            self.forget_routes(|one| *one == owner);
        }
        // Credentials of restarts before the last.
        self.by_ufrag
            .retain(|ufrag, one| *one != owner || ufrags.contains(ufrag));
        for ufrag in ufrags {
            self.by_ufrag.insert(ufrag, owner);
        }
        Ok(answer)
    }

    fn forget_routes(&mut self, of: impl Fn(&Owner) -> bool) {
        self.by_ufrag.retain(|_, owner| !of(owner));
        self.by_path.retain(|_, owner| !of(owner));
    }

    fn accept_tcp(&mut self, stream: TcpStream, remote: SocketAddr) {
        if self.connections.len() >= MAX_TCP_CONNECTIONS {
            tracing::warn!("too many TCP media connections; one more was refused");
            return;
        }
        // The stream was accepted by another runtime.
        let stream = match stream.into_std().and_then(TcpStream::from_std) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::debug!(%error, "TCP connection lost on the way");
                return;
            }
        };
        let connection = self.next_connection;
        self.next_connection += 1;
        let (frames, outgoing) = mpsc::channel(tcp::OUTGOING_FRAMES);
        self.connections.insert(connection, frames);
        let path = Path::Tcp { connection, remote };
        tokio::spawn(tcp::serve(stream, path, self.inbound.clone(), outgoing));
    }

    fn handle_datagram(&mut self, now: Instant, path: Path, datagram: &[u8]) {
        let Some(kind) = DatagramKind::of(datagram) else {
            return;
        };
        if kind == DatagramKind::Stun {
            self.handle_check(now, path, datagram);
            return;
        }
        let Some(owner) = self.by_path.get(&path) else {
            return;
        };
        let Some(room) = self.rooms.get_mut(&owner.room) else {
            return;
        };
        let participant = owner.participant;
        let outbox = &mut self.outbox;
        match kind {
            DatagramKind::Dtls => {
                room.handle_dtls(now, participant, datagram, &self.crypto, outbox);
            }
            DatagramKind::Rtp => room.handle_rtp(now, participant, datagram, outbox),
            DatagramKind::Rtcp => room.handle_rtcp(now, participant, datagram, outbox),
            DatagramKind::Stun => {}
        }
    }

    /// Connectivity checks are routed by the user name fragment, so that a participant whose
    /// address changes is found again.
    fn handle_check(&mut self, now: Instant, path: Path, datagram: &[u8]) {
        let Some(check) = BindingRequest::parse(datagram) else {
            return;
        };
        let Some(&owner) = self.by_ufrag.get(&check.ufrag) else {
            return;
        };
        let Some(peer) = self
            .rooms
            .get_mut(&owner.room)
            .and_then(|room| room.peers.get_mut(&owner.participant))
        else {
            return;
        };
        let answer = peer
            .transport
            .handle_check(now, path, path.remote(), check, &self.crypto);
        if let Some(answer) = answer {
            self.outbox.push((path, answer));
            self.learn_path(path, owner);
        }
    }

    fn learn_path(&mut self, path: Path, owner: Owner) {
        if self.by_path.get(&path) == Some(&owner) {
            return;
        }
        let paths = self.by_path.values().filter(|one| **one == owner).count();
        if paths >= MAX_PATHS {
            let current = self
                .rooms
                .get(&owner.room)
                .and_then(|room| room.peers.get(&owner.participant))
                .and_then(|peer| peer.transport.path());
            self.by_path
                .retain(|path, one| *one != owner || Some(*path) == current);
        }
        self.by_path.insert(path, owner);
    }

    fn handle_timeout(&mut self, now: Instant) {
        for room in self.rooms.values_mut() {
            room.handle_timeout(now, &mut self.outbox);
        }
        if now.duration_since(self.tidied_at) >= TIDY_INTERVAL {
            self.tidied_at = now;
            self.forget_the_gone();
        }
    }

    /// Participants also leave by themselves, by a goodbye or by silence.
    fn forget_the_gone(&mut self) {
        let rooms = &self.rooms;
        let is_there = |owner: &Owner| {
            rooms
                .get(&owner.room)
                .is_some_and(|room| room.peers.contains_key(&owner.participant))
        };
        self.by_ufrag.retain(|_, owner| is_there(owner));
        self.by_path.retain(|_, owner| is_there(owner));
    }

    fn flush(&mut self) {
        for (path, datagram) in self.outbox.drain(..) {
            match path {
                Path::Udp(remote) => {
                    // A full socket buffer drops the datagram, as the network behind it would.
                    if let Err(error) = self.socket.try_send_to(&datagram, remote) {
                        tracing::trace!(%error, "UDP send");
                    }
                }
                Path::Tcp { connection, .. } => {
                    if let Some(frames) = self.connections.get(&connection) {
                        // A full queue drops the frame; see `tcp::OUTGOING_FRAMES`.
                        let _ = frames.try_send(datagram);
                    }
                }
            }
        }
    }
}
