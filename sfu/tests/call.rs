//! Calls over real sockets: ICE, DTLS and SRTP between clients and the server on loopback.

#![allow(clippy::unwrap_used)]

mod support;

use std::net::SocketAddr;

use porthole_sfu::{
    Codec, Config, Offer, ParticipantId, Publish, Room, RoomEvent, Sfu, Source, Subscribe, Tap,
    TrackId, TransportProtocol,
};
use support::client::{Section, VP8, video};
use support::online::Online;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;

const ALICE: ParticipantId = ParticipantId(1);
const BOB: ParticipantId = ParticipantId(2);

/// Joins with a camera (in section 0), and watches the other's if there is one (in section 1).
async fn join(
    room: &Room,
    participant: ParticipantId,
    online: &mut Online,
    watch: Option<ParticipantId>,
) -> String {
    let ssrc = 1_000 * participant.0 as u32;
    let mut sections = vec![Section::SendVideo {
        mid: "0",
        ssrc,
        rtx: ssrc + 1,
    }];
    sections.extend(watch.map(|_| Section::ReceiveVideo { mid: "1" }));
    let offer = Offer {
        sdp: online.client.offer(&sections),
        publish: vec![Publish {
            mid: "0".into(),
            source: Source::Camera,
            track: TrackId(participant.0),
        }],
        subscribe: watch
            .map(|publisher| Subscribe {
                mid: "1".into(),
                track: TrackId(publisher.0),
            })
            .into_iter()
            .collect(),
    };
    let answer = room.offer(participant, offer).await.unwrap();
    online.client.accept(&answer);
    answer
}

/// Waits for an event; the others that come before are passed over.
async fn until(events: &mut mpsc::Receiver<RoomEvent>, wanted: RoomEvent) {
    while events.recv().await.unwrap() != wanted {}
}

/// A server whose TCP port hands every connection over.
async fn server() -> (Sfu, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tcp = listener.local_addr().unwrap();
    let mut config = Config::on("127.0.0.1:0".parse().unwrap());
    config.tcp_port = Some(tcp.port());
    let sfu = Sfu::bind(config).await.unwrap();
    let handle = sfu.clone();
    tokio::spawn(async move {
        loop {
            let (stream, remote) = listener.accept().await.unwrap();
            handle.accept_tcp(stream, remote);
        }
    });
    (sfu, tcp)
}

async fn both_see_each_other(room: &Room, alice: &mut Online, bob: &mut Online) {
    join(room, ALICE, alice, None).await;
    join(room, BOB, bob, Some(ALICE)).await;
    join(room, ALICE, alice, Some(BOB)).await;
    alice.connect().await;
    bob.connect().await;
    sees(bob, alice, 1_000, b"of alice").await;
    sees(alice, bob, 2_000, b"of bob").await;
}

async fn sees(viewer: &mut Online, shown: &mut Online, ssrc: u32, picture: &[u8]) {
    let (header, payload) = shown
        .send_until_received(viewer, video(ssrc, 1, 90_000), picture)
        .await;
    assert_eq!(header.payload_type, VP8);
    assert_eq!(header.timestamp, 90_000);
    assert_eq!(payload.as_ref(), picture);
}

#[tokio::test]
async fn two_clients_see_each_other_through_one_udp_port() {
    let (sfu, _) = server().await;
    let (room, mut events) = sfu.room();
    let mut alice = Online::by_udp(sfu.local_addr()).await;
    let mut bob = Online::by_udp(sfu.local_addr()).await;
    both_see_each_other(&room, &mut alice, &mut bob).await;
    let connected = RoomEvent::Connected {
        participant: BOB,
        protocol: TransportProtocol::Udp,
    };
    until(&mut events, connected).await;
    bob.close().await;
    until(&mut events, RoomEvent::Disconnected { participant: BOB }).await;
}

#[tokio::test]
async fn a_client_on_tcp_and_one_on_udp_see_each_other() {
    let (sfu, tcp) = server().await;
    let (room, mut events) = sfu.room();
    let mut alice = Online::by_tcp(tcp).await;
    let mut bob = Online::by_udp(sfu.local_addr()).await;
    both_see_each_other(&room, &mut alice, &mut bob).await;
    let connected = RoomEvent::Connected {
        participant: ALICE,
        protocol: TransportProtocol::Tcp,
    };
    until(&mut events, connected).await;
}

#[tokio::test]
async fn an_answer_names_the_server_and_nobody_else() {
    let (sfu, tcp) = server().await;
    let (room, _events) = sfu.room();
    let mut alice = Online::by_udp(sfu.local_addr()).await;
    let answer = join(&room, ALICE, &mut alice, None).await;
    let candidates: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("a=candidate:"))
        .collect();
    let udp = format!(
        " udp 2130706431 127.0.0.1 {} typ host",
        sfu.local_addr().port()
    );
    let tcp = format!(" 127.0.0.1 {} typ host tcptype passive", tcp.port());
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    assert!(candidates[0].ends_with(&udp), "{candidates:?}");
    assert!(candidates[1].ends_with(&tcp), "{candidates:?}");
    assert!(answer.contains("a=ice-lite\r\n"));
    assert!(answer.contains("a=end-of-candidates\r\n"));
}

#[tokio::test]
async fn a_tap_receives_what_is_published_and_learns_of_the_end() {
    let (sfu, _) = server().await;
    let (room, _events) = sfu.room();
    let mut tap = room.tap(64);
    let mut alice = Online::by_udp(sfu.local_addr()).await;
    let mut bob = Online::by_udp(sfu.local_addr()).await;
    both_see_each_other(&room, &mut alice, &mut bob).await;
    let Tap::Rtp {
        track,
        codec,
        packet,
        ..
    } = tap.recv().await.unwrap()
    else {
        panic!("a packet");
    };
    assert_eq!((track, codec), (TrackId(1), Codec::Vp8));
    assert!(packet.ends_with(b"of alice"));
    room.remove(ALICE);
    room.remove(ALICE);
    loop {
        if let Tap::Ended { track } = tap.recv().await.unwrap() {
            assert_eq!(track, TrackId(1));
            return;
        }
    }
}

#[tokio::test]
async fn junk_from_strangers_does_no_harm() {
    let (sfu, tcp) = server().await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for first in 0..=255_u8 {
        for length in [1, 2, 12, 20, 1_200] {
            let mut junk = vec![first; length];
            junk[length - 1] = 1;
            stranger.send_to(&junk, sfu.local_addr()).await.unwrap();
        }
    }
    let mut garbage = Online::by_tcp(tcp).await;
    garbage.send(&[0xff; 3_000]).await;

    let (room, _events) = sfu.room();
    let mut alice = Online::by_udp(sfu.local_addr()).await;
    let mut bob = Online::by_tcp(tcp).await;
    both_see_each_other(&room, &mut alice, &mut bob).await;
}

#[tokio::test]
async fn a_room_that_is_closed_answers_no_more_and_others_go_on() {
    let (sfu, _) = server().await;
    let (room, mut events) = sfu.room();
    let (other, _other_events) = sfu.room();
    let clone = room.clone();
    drop(room);
    let mut alice = Online::by_udp(sfu.local_addr()).await;
    join(&clone, ALICE, &mut alice, None).await;
    alice.connect().await;
    drop(clone);
    while events.recv().await.is_some() {}
    let mut bob = Online::by_udp(sfu.local_addr()).await;
    join(&other, BOB, &mut bob, None).await;
    bob.connect().await;
}

#[tokio::test]
async fn an_offer_that_is_none_is_refused_with_a_reason() {
    let (sfu, _) = server().await;
    let (room, _events) = sfu.room();
    let offer = Offer {
        sdp: "hello".into(),
        publish: vec![],
        subscribe: vec![],
    };
    let error = room.offer(ALICE, offer).await.unwrap_err();
    assert!(
        error.to_string().contains("not a session description"),
        "{error}"
    );
}
