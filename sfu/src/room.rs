//! One room's call: who publishes what, who receives what, and the forwarding between them. No
//! I/O: datagrams and the time come in, datagrams go into the outbox, events to the room's owner.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rtc::rtcp::Packet as RtcpPacket;
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use tokio::sync::mpsc;

use crate::api::{Offer, ParticipantId, Publish, RoomEvent, SfuError, Subscribe, Tap, TrackId};
use crate::dtls::Crypto;
use crate::packet::Packet;
use crate::peer::Peer;
use crate::receiver::Receiver;
use crate::sdp::{self, Direction, Section, SectionAnswer};
use crate::sender::Sender;
use crate::transport::{Transport, TransportEvent};
use crate::worker::{Outbox, Path};

/// Who has been silent for this long does not come back on the same connection.
const GIVE_UP_AFTER: Duration = Duration::from_secs(30);
/// Far above 8 people with two cameras and a screen each.
const MAX_PARTICIPANTS: usize = 64;
const MAX_ENDS_OWED: usize = 1_024;
const MAX_REPEATS_PER_NACK: usize = 64;

struct TapSender {
    tap: mpsc::Sender<Tap>,
    dropped: u64,
    /// Ends that did not fit in yet. They are owed: a recorder closes a file by them.
    ended: Vec<TrackId>,
}

impl TapSender {
    /// Passes a message on if there is room for it; false when nobody receives any more.
    fn tell(&mut self, message: &Tap) -> bool {
        if !self.settle() {
            return false;
        }
        match self.tap.try_send(message.clone()) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(Tap::Ended { track })) => {
                self.ended.push(track);
                // Whoever has not read for so long is not going to.
                self.ended.len() <= MAX_ENDS_OWED
            }
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.dropped += 1;
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }

    /// Tells the ends that are owed, as far as there is room; false when nobody receives any more.
    fn settle(&mut self) -> bool {
        while let Some(&track) = self.ended.first() {
            match self.tap.try_send(Tap::Ended { track }) {
                Ok(()) => {
                    self.ended.remove(0);
                }
                Err(mpsc::error::TrySendError::Full(_)) => return true,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
            }
        }
        true
    }
}

impl Drop for TapSender {
    fn drop(&mut self) {
        if self.dropped > 0 {
            tracing::warn!(dropped = self.dropped, "a tap was too slow for the call");
        }
    }
}

pub(crate) struct RoomState {
    pub(crate) peers: HashMap<ParticipantId, Peer>,
    /// Who publishes a track.
    publishers: HashMap<TrackId, ParticipantId>,
    taps: Vec<TapSender>,
    events: mpsc::Sender<RoomEvent>,
}

impl RoomState {
    pub(crate) fn new(events: mpsc::Sender<RoomEvent>) -> Self {
        Self {
            peers: HashMap::new(),
            publishers: HashMap::new(),
            taps: Vec::new(),
            events,
        }
    }

    pub(crate) fn add_tap(&mut self, tap: mpsc::Sender<Tap>) {
        self.taps.push(TapSender {
            tap,
            dropped: 0,
            ended: Vec::new(),
        });
        for peer in self.peers.values_mut() {
            peer.receivers.iter_mut().for_each(Receiver::want_keyframe);
        }
    }

    pub(crate) fn request_keyframe(&mut self, track: TrackId) {
        let publisher = self.publishers.get(&track).copied();
        if let Some(receiver) = publisher
            .and_then(|publisher| self.peers.get_mut(&publisher))
            .and_then(|peer| peer.receiver_of_track(track))
        {
            receiver.want_keyframe();
        }
    }

    /// Answers an offer. Nothing changes if it cannot be answered.
    pub(crate) fn offer(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        offer: &Offer,
        candidates: &[String],
        crypto: &Crypto,
    ) -> Result<String, SfuError> {
        let parsed = sdp::parse_offer(&offer.sdp)?;
        let known = self
            .peers
            .get(&participant)
            .is_some_and(|peer| peer.transport.is_of(&parsed.fingerprint));
        if known {
            if let Some(peer) = self.peers.get_mut(&participant) {
                peer.transport.renegotiate(now, parsed.ice.clone());
            }
        } else {
            if self.peers.len() >= MAX_PARTICIPANTS {
                return Err(SfuError::Transport("the room is full".to_owned()));
            }
            let fingerprint = parsed.fingerprint.clone();
            let transport = Transport::new(now, parsed.ice.clone(), fingerprint, crypto)
                .map_err(|error| SfuError::Transport(error.to_string()))?;
            self.drop_peer(participant);
            self.peers.insert(participant, Peer::new(now, transport));
        }

        let answers: Vec<SectionAnswer> = parsed
            .sections
            .iter()
            .map(|section| {
                let publish = offer.publish.iter().find(|one| one.mid == section.mid);
                let subscribe = offer.subscribe.iter().find(|one| one.mid == section.mid);
                match (publish, subscribe) {
                    (Some(publish), _) => self.publish(participant, section, publish),
                    (None, Some(subscribe)) => self.subscribe(participant, section, subscribe),
                    (None, None) => None,
                }
                .unwrap_or(SectionAnswer::Inactive)
            })
            .collect();
        self.end_what_stopped(participant, &parsed.sections, &answers);

        let peer = self.peers.get_mut(&participant).ok_or(SfuError::Closed)?;
        peer.session_version += 1;
        let transport = sdp::Transport {
            ice: peer.transport.local(),
            fingerprint: &crypto.fingerprint,
            candidates,
            session_version: peer.session_version,
        };
        Ok(sdp::write_answer(&parsed, &answers, &transport))
    }

    fn publish(
        &mut self,
        participant: ParticipantId,
        section: &Section,
        publish: &Publish,
    ) -> Option<SectionAnswer> {
        let sends = matches!(section.direction, Direction::SendOnly | Direction::SendRecv);
        if !sends || section.kind != Some(publish.source.kind()) {
            return None;
        }
        let reused = self
            .peers
            .get_mut(&participant)?
            .receivers
            .extract_if(.., |one| {
                one.mid == section.mid && one.source != publish.source
            })
            .map(|receiver| receiver.track)
            .collect::<Vec<_>>();
        self.end_tracks(participant, &reused);
        let peer = self.peers.get_mut(&participant)?;
        let known = peer.receivers.iter().find(|one| one.mid == section.mid);
        let payload = match known {
            Some(receiver) => receiver.payload.clone(),
            None => {
                let payload = section.preferred()?.clone();
                let codec = payload.codec;
                let track = publish.track;
                peer.receivers.push(Receiver::new(
                    track,
                    publish.source,
                    section,
                    payload.clone(),
                ));
                self.publishers.insert(track, participant);
                self.emit(RoomEvent::TrackStarted {
                    participant,
                    track,
                    source: publish.source,
                    codec,
                });
                payload
            }
        };
        Some(SectionAnswer::Receive {
            payload,
            extensions: section.extensions.clone(),
        })
    }

    fn subscribe(
        &mut self,
        participant: ParticipantId,
        section: &Section,
        subscribe: &Subscribe,
    ) -> Option<SectionAnswer> {
        let receives = matches!(section.direction, Direction::RecvOnly | Direction::SendRecv);
        let publisher = *self.publishers.get(&subscribe.track)?;
        if !receives || publisher == participant {
            return None;
        }
        let receiver = self
            .peers
            .get_mut(&publisher)?
            .receiver_of_track(subscribe.track)?;
        let payload = section.payload(receiver.codec())?.clone();
        let peer = self.peers.get_mut(&participant)?;
        let known = peer
            .senders
            .iter()
            .position(|one| one.mid == section.mid && one.track == subscribe.track);
        let index = known.unwrap_or_else(|| {
            peer.senders.retain(|one| one.mid != section.mid);
            peer.senders
                .push(Sender::new(subscribe.track, section, payload));
            peer.senders.len() - 1
        });
        let sender = &peer.senders[index];
        let answer = SectionAnswer::Send {
            payload: sender.payload.clone(),
            extensions: sender.extensions.clone(),
            ssrc: sender.ssrc,
            rtx_ssrc: sender.rtx_ssrc,
            stream: format!("{:032x}", publisher.0),
            track: format!("{:032x}", subscribe.track.0),
        };
        if known.is_none() {
            self.request_keyframe(subscribe.track);
        }
        Some(answer)
    }

    /// Ends the tracks and subscriptions whose sections are gone or inactive.
    fn end_what_stopped(
        &mut self,
        participant: ParticipantId,
        sections: &[Section],
        answers: &[SectionAnswer],
    ) {
        let Some(peer) = self.peers.get_mut(&participant) else {
            return;
        };
        let answer_of = |mid: &str| {
            let index = sections.iter().position(|section| section.mid == mid)?;
            answers.get(index)
        };
        peer.senders
            .retain(|one| matches!(answer_of(&one.mid), Some(SectionAnswer::Send { .. })));
        let ended: Vec<TrackId> = peer
            .receivers
            .extract_if(.., |one| {
                !matches!(answer_of(&one.mid), Some(SectionAnswer::Receive { .. }))
            })
            .map(|receiver| receiver.track)
            .collect();
        self.end_tracks(participant, &ended);
    }

    /// Ends a participant's call and tells them and the owner.
    pub(crate) fn remove(&mut self, now: Instant, participant: ParticipantId, outbox: &mut Outbox) {
        if let Some(peer) = self.peers.get_mut(&participant) {
            peer.transport.close(now);
            peer.flush_handshake(outbox);
        }
        self.drop_peer(participant);
    }

    fn drop_peer(&mut self, participant: ParticipantId) {
        if let Some(peer) = self.peers.remove(&participant) {
            let tracks: Vec<TrackId> = peer.receivers.iter().map(|one| one.track).collect();
            self.end_tracks(participant, &tracks);
        }
    }

    fn end_tracks(&mut self, participant: ParticipantId, tracks: &[TrackId]) {
        for &track in tracks {
            self.publishers.remove(&track);
            for peer in self.peers.values_mut() {
                peer.senders.retain(|sender| sender.track != track);
            }
            self.tell_taps(&Tap::Ended { track });
            self.emit(RoomEvent::TrackEnded { participant, track });
        }
    }

    pub(crate) fn handle_dtls(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        datagram: &[u8],
        crypto: &Crypto,
        outbox: &mut Outbox,
    ) {
        let Some(peer) = self.peers.get_mut(&participant) else {
            return;
        };
        let event = peer.transport.handle_dtls(now, datagram, crypto);
        peer.flush_handshake(outbox);
        match event {
            Ok(Some(TransportEvent::Connected)) => {
                // Pictures start with a keyframe: theirs for the others, the others' for them.
                peer.receivers.iter_mut().for_each(Receiver::want_keyframe);
                let wanted: Vec<TrackId> = peer.senders.iter().map(|one| one.track).collect();
                for track in wanted {
                    self.request_keyframe(track);
                }
            }
            Ok(Some(TransportEvent::Closed)) => {
                self.drop_peer(participant);
                self.emit(RoomEvent::Disconnected { participant });
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "DTLS datagram refused"),
        }
    }

    pub(crate) fn handle_rtp(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        datagram: &[u8],
        outbox: &mut Outbox,
    ) {
        let Some(peer) = self.peers.get_mut(&participant) else {
            return;
        };
        let Some((index, packet)) = peer.receive(now, datagram) else {
            return;
        };
        let receiver = &peer.receivers[index];
        let (track, codec) = (receiver.track, receiver.codec());
        let audio_level = receiver.audio_level(&packet);
        for (id, peer) in &mut self.peers {
            if *id != participant {
                peer.send(track, &packet, audio_level.as_ref(), outbox);
            }
        }
        if !self.taps.is_empty()
            && let Ok(bytes) = packet.to_bytes()
        {
            self.tell_taps(&Tap::Rtp {
                track,
                codec,
                arrived: now,
                packet: bytes.freeze(),
            });
        }
    }

    pub(crate) fn handle_rtcp(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        datagram: &[u8],
        outbox: &mut Outbox,
    ) {
        let packets = self
            .peers
            .get_mut(&participant)
            .and_then(|peer| peer.receive_rtcp(now, datagram))
            .unwrap_or_default();
        for packet in packets {
            self.handle_rtcp_packet(now, participant, packet.as_ref(), outbox);
        }
    }

    fn handle_rtcp_packet(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        packet: &dyn RtcpPacket,
        outbox: &mut Outbox,
    ) {
        let packet = packet.as_any();
        if let Some(report) = packet.downcast_ref::<SenderReport>() {
            self.forward_report(now, participant, report, outbox);
        } else if let Some(loss) = packet.downcast_ref::<PictureLossIndication>() {
            self.keyframe_for(participant, loss.media_ssrc);
        } else if let Some(request) = packet.downcast_ref::<FullIntraRequest>() {
            for entry in &request.fir {
                self.keyframe_for(participant, entry.ssrc);
            }
        } else if let Some(nack) = packet.downcast_ref::<TransportLayerNack>() {
            self.repeat(participant, nack, outbox);
        }
    }

    fn forward_report(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        report: &SenderReport,
        outbox: &mut Outbox,
    ) {
        let Some(receiver) = self
            .peers
            .get_mut(&participant)
            .and_then(|peer| peer.receiver_by_ssrc(report.ssrc))
        else {
            return;
        };
        receiver.sender_report(now, report);
        let track = receiver.track;
        for peer in self.peers.values_mut() {
            peer.send_report(track, report, outbox);
        }
        self.tell_taps(&Tap::SenderReport {
            track,
            ntp_time: report.ntp_time,
            rtp_time: report.rtp_time,
            arrived: now,
        });
    }

    fn keyframe_for(&mut self, participant: ParticipantId, ssrc: u32) {
        let track = self
            .peers
            .get(&participant)
            .and_then(|peer| peer.sender_by_ssrc(ssrc))
            .map(|sender| sender.track);
        if let Some(track) = track {
            self.request_keyframe(track);
        }
    }

    fn repeat(
        &mut self,
        participant: ParticipantId,
        nack: &TransportLayerNack,
        outbox: &mut Outbox,
    ) {
        let Some(sender) = self
            .peers
            .get(&participant)
            .and_then(|peer| peer.sender_by_ssrc(nack.media_ssrc))
        else {
            return;
        };
        let wanted: Vec<u16> = nack
            .nacks
            .iter()
            .flat_map(|pair| pair.packet_list())
            .take(MAX_REPEATS_PER_NACK)
            .map(|sequence| sender.original_sequence(sequence))
            .collect();
        let track = sender.track;
        let packets: Vec<Packet> = self
            .publishers
            .get(&track)
            .copied()
            .and_then(|publisher| self.peers.get_mut(&publisher))
            .and_then(|peer| peer.receiver_of_track(track))
            .map(|receiver| {
                wanted
                    .iter()
                    .filter_map(|sequence| receiver.cached(*sequence).cloned())
                    .collect()
            })
            .unwrap_or_default();
        if let Some(peer) = self.peers.get_mut(&participant) {
            peer.repeat(nack.media_ssrc, &packets, outbox);
        }
    }

    /// Everything that is due by the clock.
    pub(crate) fn handle_timeout(&mut self, now: Instant, outbox: &mut Outbox) {
        let mut news = Vec::new();
        let mut gone = Vec::new();
        for (&participant, peer) in &mut self.peers {
            peer.handle_timeout(now, outbox);
            let works = peer.transport.working_path(now).map(Path::protocol);
            if works != peer.announced {
                peer.announced = works;
                news.push(match works {
                    Some(protocol) => RoomEvent::Connected {
                        participant,
                        protocol,
                    },
                    None => RoomEvent::Disconnected { participant },
                });
            }
            if peer.transport.silent_for(now) > GIVE_UP_AFTER {
                gone.push(participant);
            }
        }
        self.taps.retain_mut(TapSender::settle);
        for event in news {
            self.emit(event);
        }
        for participant in gone {
            self.drop_peer(participant);
        }
    }

    fn tell_taps(&mut self, message: &Tap) {
        self.taps.retain_mut(|tap| tap.tell(message));
    }

    fn emit(&self, event: RoomEvent) {
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
            tracing::error!(?event, "the room's owner does not read its events");
        }
    }
}

#[cfg(test)]
mod tests;
