//! A room with clients in memory: every datagram and the time are the test's.

use std::net::SocketAddr;

use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::nack_pairs_from_sequence_numbers;
use rtc::rtp::header::Header;

use super::*;
use crate::api::TransportProtocol;
use crate::media::{Codec, Source};
use crate::transport::SILENCE;
use call::Call;
use client::{Client, Section as Offered, video};

// Whoever uses real sockets needs more of it.
#[allow(dead_code)]
#[path = "../../tests/support/client.rs"]
mod client;

mod call;

const ALICE: ParticipantId = ParticipantId(1);
const BOB: ParticipantId = ParticipantId(2);
const CAMERA: TrackId = TrackId(10);
const MEDIA_SSRC: u32 = 1_000;
const RTX_SSRC: u32 = 1_001;
const A_MOMENT: Duration = Duration::from_millis(60);

fn connected(participant: ParticipantId) -> RoomEvent {
    RoomEvent::Connected {
        participant,
        protocol: TransportProtocol::Udp,
    }
}

#[test]
fn the_room_tells_of_tracks_and_connections_in_their_order() {
    let mut call = Call::with_a_camera();
    call.pass(A_MOMENT);
    let events = call.events();
    assert_eq!(
        events[0],
        RoomEvent::TrackStarted {
            participant: ALICE,
            track: CAMERA,
            source: Source::Camera,
            codec: Codec::Vp8,
        }
    );
    assert_eq!(events.len(), 3);
    assert!(events.contains(&connected(ALICE)) && events.contains(&connected(BOB)));
}

#[test]
fn a_subscriber_receives_a_track_in_its_own_numbers_without_gaps() {
    let mut call = Call::with_a_camera();
    for sequence in [65_534, 65_535, 0, 1] {
        call.send(ALICE, &video(MEDIA_SSRC, sequence, 90_000), b"frame");
    }
    let media = call.media(BOB);
    let first = media[0].0.sequence_number;
    for (index, (header, payload)) in media.iter().enumerate() {
        assert_eq!(header.sequence_number, first.wrapping_add(index as u16));
        assert_ne!(header.ssrc, MEDIA_SSRC);
        assert_eq!(header.get_extension(client::MID_EXTENSION).unwrap(), "v");
        assert_eq!(
            header.get_extension(client::TRANSPORT_SEQUENCE_EXTENSION),
            None
        );
        assert_eq!(payload.as_ref(), b"frame");
    }
    assert_eq!(media.len(), 4);
    assert!(call.media(ALICE).is_empty());
}

#[test]
fn sound_comes_with_its_level_under_the_number_that_the_subscriber_chose() {
    const MICROPHONE: TrackId = TrackId(20);
    let mut call = Call::new();
    call.enter(ALICE, Client::new());
    call.enter(BOB, Client::new());
    let publish = Publish {
        mid: "0".into(),
        source: Source::Microphone,
        track: MICROPHONE,
    };
    let sends = Offered::SendAudio { mid: "0", ssrc: 7 };
    call.offer(ALICE, &[sends], vec![publish], vec![]);
    let subscribe = Subscribe {
        mid: "a".into(),
        track: MICROPHONE,
    };
    let receives = Offered::ReceiveAudio { mid: "a" };
    call.offer(BOB, &[receives], vec![], vec![subscribe]);
    call.connect(ALICE);
    call.connect(BOB);

    let mut header = Header {
        payload_type: client::OPUS,
        ..video(7, 1, 960)
    };
    let level = bytes::Bytes::from_static(&[0x85]);
    header
        .set_extension(client::AUDIO_LEVEL_EXTENSION, level.clone())
        .unwrap();
    call.send(ALICE, &header, b"sound");
    let media = call.media(BOB);
    assert_eq!(media.len(), 1);
    let received = &media[0].0;
    let id = client::RECEIVED_AUDIO_LEVEL_EXTENSION;
    assert_eq!(received.get_extension(id), Some(level));
    assert_eq!(received.get_extension(client::AUDIO_LEVEL_EXTENSION), None);
}

#[test]
fn reordered_packets_keep_their_places() {
    let mut call = Call::with_a_camera();
    for sequence in [10, 12, 11] {
        call.send(ALICE, &video(MEDIA_SSRC, sequence, 0), b"frame");
    }
    let media = call.media(BOB);
    let first = media[0].0.sequence_number;
    let places: Vec<u16> = media
        .iter()
        .map(|(header, _)| header.sequence_number.wrapping_sub(first))
        .collect();
    assert_eq!(places, [0, 2, 1]);
}

#[test]
fn what_a_subscriber_lost_is_sent_again_as_a_retransmission() {
    let mut call = Call::with_a_camera();
    for sequence in [7, 8] {
        call.send(
            ALICE,
            &video(MEDIA_SSRC, sequence, 3_000),
            &[sequence as u8],
        );
    }
    let lost = call.media(BOB)[1].0.clone();
    let nack = TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc: lost.ssrc,
        nacks: nack_pairs_from_sequence_numbers(&[lost.sequence_number]),
    };
    call.send_rtcp(BOB, nack);
    let [(header, payload)] = &call.media(BOB)[..] else {
        panic!("one retransmission");
    };
    assert_eq!(header.payload_type, client::RTX);
    assert_ne!(header.ssrc, lost.ssrc);
    assert_eq!(header.timestamp, 3_000);
    let mut expected = lost.sequence_number.to_be_bytes().to_vec();
    expected.push(8);
    assert_eq!(payload.as_ref(), expected);
}

#[test]
fn what_the_server_lost_is_asked_for_and_passed_on_when_it_comes() {
    let mut call = Call::with_a_camera();
    call.send(ALICE, &video(MEDIA_SSRC, 20, 0), b"a");
    call.send(ALICE, &video(MEDIA_SSRC, 22, 0), b"c");
    call.forget_what_was_received();
    call.pass(A_MOMENT);
    let nacks = call.control::<TransportLayerNack>(ALICE);
    assert_eq!(nacks[0].media_ssrc, MEDIA_SSRC);
    assert_eq!(nacks[0].nacks[0].packet_list(), [21]);

    let repeat = Header {
        payload_type: client::RTX,
        ..video(RTX_SSRC, 900, 0)
    };
    call.send(ALICE, &repeat, &[0, 21, b'b']);
    let media = call.media(BOB);
    assert_eq!(media.len(), 1);
    assert_eq!(media[0].0.payload_type, client::VP8);
    assert_eq!(media[0].1.as_ref(), b"b");
    call.pass(2 * A_MOMENT);
    assert!(call.control::<TransportLayerNack>(ALICE).is_empty());
}

#[test]
fn subscribing_and_losing_pictures_ask_the_publisher_for_keyframes_but_not_too_often() {
    let mut call = Call::with_a_camera();
    call.send(ALICE, &video(MEDIA_SSRC, 1, 0), b"frame");
    let ssrc = call.media(BOB)[0].0.ssrc;
    call.pass(A_MOMENT);
    let first = call.control::<PictureLossIndication>(ALICE);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].media_ssrc, MEDIA_SSRC);
    for _ in 0..10 {
        call.send_rtcp(
            BOB,
            PictureLossIndication {
                sender_ssrc: 1,
                media_ssrc: ssrc,
            },
        );
        call.pass(A_MOMENT);
    }
    assert_eq!(call.control::<PictureLossIndication>(ALICE).len(), 1);
}

#[test]
fn a_sender_report_keeps_its_clocks_and_gets_the_subscribers_ssrc() {
    let mut call = Call::with_a_camera();
    let (tap, mut tapped) = mpsc::channel(8);
    call.room.add_tap(tap);
    call.send(ALICE, &video(MEDIA_SSRC, 1, 4_500), b"frame");
    let ssrc = call.media(BOB)[0].0.ssrc;
    call.send_rtcp(
        ALICE,
        SenderReport {
            ssrc: MEDIA_SSRC,
            ntp_time: 0x1122_3344_5566_7788,
            rtp_time: 4_500,
            packet_count: 77,
            octet_count: 7_777,
            ..Default::default()
        },
    );
    let reports = call.control::<SenderReport>(BOB);
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].ssrc, ssrc);
    assert_eq!(reports[0].ntp_time, 0x1122_3344_5566_7788);
    assert_eq!(reports[0].rtp_time, 4_500);
    assert_eq!(reports[0].packet_count, 1, "what this subscriber was sent");
    assert!(matches!(tapped.try_recv(), Ok(Tap::Rtp { .. })));
    assert!(matches!(
        tapped.try_recv(),
        Ok(Tap::SenderReport {
            rtp_time: 4_500,
            ..
        })
    ));
}

#[test]
fn a_publisher_hears_when_its_packets_arrived_and_what_was_lost() {
    let mut call = Call::with_a_camera();
    for (sequence, transport_sequence) in [(1, 50_u16), (3, 52)] {
        let mut header = video(MEDIA_SSRC, sequence, 0);
        header
            .set_extension(
                client::TRANSPORT_SEQUENCE_EXTENSION,
                bytes::Bytes::copy_from_slice(&transport_sequence.to_be_bytes()),
            )
            .unwrap();
        call.send(ALICE, &header, b"frame");
    }
    call.pass(A_MOMENT);
    let feedback = call.control::<TransportLayerCc>(ALICE);
    assert_eq!(feedback[0].base_sequence_number, 50);
    assert_eq!(feedback[0].packet_status_count, 3);
    call.pass(Duration::from_secs(1));
    let reports = call.control::<ReceiverReport>(ALICE);
    assert_eq!(reports[0].reports[0].ssrc, MEDIA_SSRC);
    assert_eq!(reports[0].reports[0].total_lost, 1);
}

#[test]
fn a_tap_that_is_full_loses_packets_but_never_the_end() {
    let mut call = Call::with_a_camera();
    let (tap, mut tapped) = mpsc::channel(2);
    call.room.add_tap(tap);
    for sequence in 1..=5 {
        call.send(ALICE, &video(MEDIA_SSRC, sequence, 0), b"frame");
    }
    assert_eq!(call.media(BOB).len(), 5, "the call itself goes on");
    call.room.remove(call.now, ALICE, &mut Outbox::new());
    for sequence in 1..=2 {
        let Ok(Tap::Rtp { packet, .. }) = tapped.try_recv() else {
            panic!("a packet");
        };
        assert_eq!(u16::from_be_bytes([packet[2], packet[3]]), sequence);
    }
    assert!(tapped.try_recv().is_err());
    call.pass(A_MOMENT);
    assert!(matches!(
        tapped.try_recv(),
        Ok(Tap::Ended { track: CAMERA })
    ));
}

#[test]
fn silence_is_noticed_and_so_is_the_return() {
    let mut call = Call::with_a_camera();
    call.pass(A_MOMENT);
    call.events();
    for _ in 0..3 {
        call.pass(SILENCE / 2);
        call.check(BOB, false);
    }
    assert_eq!(
        call.events(),
        [RoomEvent::Disconnected { participant: ALICE }]
    );
    call.check(ALICE, true);
    call.pass(A_MOMENT);
    assert_eq!(call.events(), [connected(ALICE)]);
}

#[test]
fn tracks_of_a_participant_who_stays_away_end() {
    let mut call = Call::with_a_camera();
    call.pass(A_MOMENT);
    call.events();
    call.pass(GIVE_UP_AFTER + A_MOMENT);
    let ended = RoomEvent::TrackEnded {
        participant: ALICE,
        track: CAMERA,
    };
    assert!(call.events().contains(&ended));
    assert!(call.room.peers.is_empty());
}

#[test]
fn an_ice_restart_moves_the_call_to_the_new_path_once_that_is_nominated() {
    let mut call = Call::with_a_camera();
    call.pass(A_MOMENT);
    call.events();
    let old = call.paths[&BOB];
    let on_old_path = call.clients[&BOB].check(true);
    call.clients.get_mut(&BOB).unwrap().restart_ice();
    call.watch_camera();
    assert_eq!(call.room.peers[&BOB].transport.path(), Some(old));

    let new = Path::Tcp {
        connection: 1,
        remote: SocketAddr::from(([127, 0, 0, 1], 9_999)),
    };
    call.paths.insert(BOB, new);
    call.check(BOB, true);
    assert_eq!(call.room.peers[&BOB].transport.path(), Some(new));
    call.paths.insert(BOB, old);
    call.deliver(BOB, &on_old_path);
    assert_eq!(
        call.room.peers[&BOB].transport.path(),
        Some(new),
        "late checks of before the restart change nothing"
    );
    call.paths.insert(BOB, new);
    call.send(ALICE, &video(MEDIA_SSRC, 1, 0), b"frame");
    assert_eq!(call.media(BOB).len(), 1, "keys and subscriptions live on");
    call.pass(A_MOMENT);
    assert_eq!(
        call.events(),
        [RoomEvent::Connected {
            participant: BOB,
            protocol: TransportProtocol::Tcp,
        }]
    );
}

#[test]
fn a_check_from_another_address_takes_the_call_along() {
    let mut call = Call::with_a_camera();
    let moved = Path::Udp(SocketAddr::from(([127, 0, 0, 1], 6_000)));
    call.paths.insert(BOB, moved);
    call.check(BOB, true);
    call.send(ALICE, &video(MEDIA_SSRC, 1, 0), b"frame");
    assert_eq!(call.media(BOB).len(), 1);
}

#[test]
fn a_new_certificate_replaces_the_old_connection_and_its_tracks() {
    let mut call = Call::with_a_camera();
    call.events();
    call.enter(ALICE, Client::new());
    call.show_camera();
    let events = call.events();
    assert!(matches!(
        events[..],
        [
            RoomEvent::TrackEnded { track: CAMERA, .. },
            RoomEvent::TrackStarted { track: CAMERA, .. }
        ]
    ));
    call.connect(ALICE);
    call.watch_camera();
    call.send(ALICE, &video(MEDIA_SSRC, 1, 0), b"frame");
    assert_eq!(call.media(BOB).len(), 1);
}

#[test]
fn a_goodbye_ends_the_tracks_at_once() {
    let mut call = Call::with_a_camera();
    call.events();
    let now = call.now;
    call.clients.get_mut(&ALICE).unwrap().close(now);
    call.exchange_handshakes();
    assert_eq!(
        call.events(),
        [
            RoomEvent::TrackEnded {
                participant: ALICE,
                track: CAMERA,
            },
            RoomEvent::Disconnected { participant: ALICE },
        ]
    );
}

#[test]
fn who_shows_another_certificate_than_offered_is_not_let_in() {
    let mut call = Call::new();
    call.enter(ALICE, Client::new().with_a_wrong_fingerprint());
    call.show_camera();
    call.check(ALICE, true);
    let now = call.now;
    call.clients.get_mut(&ALICE).unwrap().shake_hands(now);
    call.exchange_handshakes();
    assert!(!call.room.peers[&ALICE].transport.is_connected());
}

#[test]
fn a_section_whose_track_has_ended_is_answered_inactive() {
    let mut call = Call::with_a_camera();
    assert!(call.watch_camera().contains("a=sendonly"));
    call.room.remove(call.now, ALICE, &mut Outbox::new());
    let answer = call.watch_camera();
    assert!(answer.contains("a=inactive"));
    assert!(!answer.contains("a=ssrc:"));
}

#[test]
fn a_section_that_gets_another_source_is_another_track() {
    let mut call = Call::with_a_camera();
    call.events();
    let screen = TrackId(11);
    let section = Offered::SendVideo {
        mid: "0",
        ssrc: 2_000,
        rtx: 2_001,
    };
    let publish = Publish {
        mid: "0".into(),
        source: Source::Screen,
        track: screen,
    };
    call.offer(ALICE, &[section], vec![publish], vec![]);
    assert!(matches!(
        call.events()[..],
        [
            RoomEvent::TrackEnded { track: CAMERA, .. },
            RoomEvent::TrackStarted {
                source: Source::Screen,
                ..
            }
        ]
    ));
    assert_eq!(call.room.peers[&ALICE].receivers.len(), 1);
}

#[test]
fn packets_of_unknown_tracks_go_nowhere_and_hold_no_track_up() {
    let mut call = Call::with_a_camera();
    for ssrc in 50_000..51_000 {
        call.send(ALICE, &video(ssrc, 1, 0), b"junk");
    }
    assert!(call.media(BOB).is_empty());
    call.send(ALICE, &video(MEDIA_SSRC, 1, 0), b"frame");
    assert_eq!(call.media(BOB).len(), 1, "announced tracks are not held up");
}
