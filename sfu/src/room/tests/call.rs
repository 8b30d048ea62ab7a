//! Two clients, a room and the time between them, all in memory.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rtc::rtcp::Packet as RtcpPacket;
use rtc::rtp::header::Header;
use tokio::sync::mpsc;

use super::client::{Client, Incoming, Section as Offered};
use super::{ALICE, BOB, CAMERA, MEDIA_SSRC, RTX_SSRC};
use crate::api::{Offer, ParticipantId, Publish, RoomEvent, Subscribe};
use crate::dtls::Crypto;
use crate::media::Source;
use crate::packet::DatagramKind;
use crate::room::RoomState;
use crate::stun::BindingRequest;
use crate::worker::{Outbox, Path};

pub(super) struct Call {
    pub(super) now: Instant,
    pub(super) crypto: Crypto,
    pub(super) room: RoomState,
    pub(super) events: mpsc::Receiver<RoomEvent>,
    pub(super) clients: HashMap<ParticipantId, Client>,
    /// Where each client is at the moment.
    pub(super) paths: HashMap<ParticipantId, Path>,
}

impl Call {
    pub(super) fn new() -> Self {
        let (events, receiver) = mpsc::channel(64);
        Self {
            now: Instant::now(),
            crypto: Crypto::new().unwrap(),
            room: RoomState::new(events),
            events: receiver,
            clients: HashMap::new(),
            paths: HashMap::new(),
        }
    }

    /// Alice shows her camera to Bob, and both are connected.
    pub(super) fn with_a_camera() -> Self {
        let mut call = Self::new();
        call.enter(ALICE, Client::new());
        call.enter(BOB, Client::new());
        call.show_camera();
        call.watch_camera();
        call.connect(ALICE);
        call.connect(BOB);
        call
    }

    pub(super) fn enter(&mut self, participant: ParticipantId, client: Client) {
        let port = 5_000 + participant.0 as u16;
        let path = Path::Udp(SocketAddr::from(([127, 0, 0, 1], port)));
        self.clients.insert(participant, client);
        self.paths.insert(participant, path);
    }

    pub(super) fn show_camera(&mut self) {
        let section = Offered::SendVideo {
            mid: "0",
            ssrc: MEDIA_SSRC,
            rtx: RTX_SSRC,
        };
        let publish = Publish {
            mid: "0".into(),
            source: Source::Camera,
            track: CAMERA,
        };
        self.offer(ALICE, &[section], vec![publish], vec![]);
    }

    pub(super) fn watch_camera(&mut self) -> String {
        let subscribe = Subscribe {
            mid: "v".into(),
            track: CAMERA,
        };
        let section = Offered::ReceiveVideo { mid: "v" };
        self.offer(BOB, &[section], vec![], vec![subscribe])
    }

    pub(super) fn offer(
        &mut self,
        participant: ParticipantId,
        sections: &[Offered],
        publish: Vec<Publish>,
        subscribe: Vec<Subscribe>,
    ) -> String {
        let client = self.clients.get_mut(&participant).unwrap();
        let offer = Offer {
            sdp: client.offer(sections),
            publish,
            subscribe,
        };
        let answer = self
            .room
            .offer(self.now, participant, &offer, &[], &self.crypto)
            .unwrap();
        client.accept(&answer);
        answer
    }

    pub(super) fn connect(&mut self, participant: ParticipantId) {
        self.check(participant, true);
        let client = self.clients.get_mut(&participant).unwrap();
        client.shake_hands(self.now);
        self.exchange_handshakes();
        assert!(self.clients[&participant].is_connected());
    }

    pub(super) fn check(&mut self, participant: ParticipantId, nominate: bool) {
        let check = self.clients[&participant].check(nominate);
        self.deliver(participant, &check);
    }

    pub(super) fn exchange_handshakes(&mut self) {
        loop {
            let mut flight = Vec::new();
            for (participant, client) in &mut self.clients {
                while let Some(datagram) = client.poll_transmit() {
                    flight.push((*participant, datagram));
                }
            }
            if flight.is_empty() {
                return;
            }
            for (participant, datagram) in flight {
                self.deliver(participant, &datagram);
            }
        }
    }

    /// A datagram from a client's path to the room, and what it leads to back.
    pub(super) fn deliver(&mut self, participant: ParticipantId, datagram: &[u8]) {
        let (now, path) = (self.now, self.paths[&participant]);
        let (room, crypto) = (&mut self.room, &self.crypto);
        let mut outbox = Outbox::new();
        match DatagramKind::of(datagram).unwrap() {
            DatagramKind::Stun => {
                let check = BindingRequest::parse(datagram).unwrap();
                let peer = room.peers.get_mut(&participant).unwrap();
                let remote = SocketAddr::from(([127, 0, 0, 1], 1));
                let answer = peer
                    .transport
                    .handle_check(now, path, remote, check, crypto);
                outbox.extend(answer.map(|answer| (path, answer)));
            }
            DatagramKind::Dtls => room.handle_dtls(now, participant, datagram, crypto, &mut outbox),
            DatagramKind::Rtp => room.handle_rtp(now, participant, datagram, &mut outbox),
            DatagramKind::Rtcp => room.handle_rtcp(now, participant, datagram, &mut outbox),
        }
        self.distribute(outbox);
    }

    pub(super) fn distribute(&mut self, outbox: Outbox) {
        for (path, datagram) in outbox {
            let at_path = self.paths.iter().find(|(_, one)| **one == path);
            if let Some(client) = at_path.and_then(|(who, _)| self.clients.get_mut(who)) {
                client.handle(self.now, &datagram);
            }
        }
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
        let mut outbox = Outbox::new();
        self.room.handle_timeout(self.now, &mut outbox);
        self.distribute(outbox);
    }

    pub(super) fn send(&mut self, participant: ParticipantId, header: &Header, payload: &[u8]) {
        let client = self.clients.get_mut(&participant).unwrap();
        let datagram = client.rtp(header, payload);
        self.deliver(participant, &datagram);
    }

    pub(super) fn send_rtcp(
        &mut self,
        participant: ParticipantId,
        packet: impl RtcpPacket + 'static,
    ) {
        let client = self.clients.get_mut(&participant).unwrap();
        let datagram = client.rtcp(packet);
        self.deliver(participant, &datagram);
    }

    /// The media that a client has received since the last time.
    pub(super) fn media(&mut self, participant: ParticipantId) -> Vec<(Header, bytes::Bytes)> {
        let received = &mut self.clients.get_mut(&participant).unwrap().received;
        received
            .drain(..)
            .filter_map(|one| match one {
                Incoming::Rtp(header, payload) => Some((header, payload)),
                Incoming::Rtcp(_) => None,
            })
            .collect()
    }

    /// The feedback and reports of one kind that a client has received since the last time.
    pub(super) fn control<T: Clone + 'static>(&mut self, participant: ParticipantId) -> Vec<T> {
        let received = &mut self.clients.get_mut(&participant).unwrap().received;
        received
            .drain(..)
            .filter_map(|one| match one {
                Incoming::Rtcp(packet) => packet.as_any().downcast_ref::<T>().cloned(),
                Incoming::Rtp(..) => None,
            })
            .collect()
    }

    pub(super) fn events(&mut self) -> Vec<RoomEvent> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    pub(super) fn forget_what_was_received(&mut self) {
        for client in self.clients.values_mut() {
            client.received.clear();
        }
    }
}
