//! One participant's end of the call: their transport, what they publish and what they receive.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::rtcp::Packet as RtcpPacket;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};

use crate::api::{TrackId, TransportProtocol};
use crate::media::Extension;
use crate::packet::Packet;
use crate::receiver::Receiver;
use crate::sender::{Outgoing, Sender};
use crate::transport::Transport;
use crate::twcc::ArrivalLog;
use crate::worker::Outbox;

/// How often the publisher's bandwidth estimator hears from us; libwebrtc's own receivers send at
/// this pace.
const TRANSPORT_FEEDBACK_INTERVAL: Duration = Duration::from_millis(50);
const RECEIVER_REPORT_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) struct Peer {
    pub(crate) transport: Transport,
    pub(crate) receivers: Vec<Receiver>,
    pub(crate) senders: Vec<Sender>,
    /// Answers given on this connection.
    pub(crate) session_version: u64,
    /// The caller was told that this one is connected, in this way.
    pub(crate) announced: Option<TransportProtocol>,
    arrivals: ArrivalLog,
    /// The SSRC of our own feedback.
    feedback_ssrc: u32,
    transport_feedback_at: Instant,
    receiver_report_at: Instant,
}

impl Peer {
    pub(crate) fn new(now: Instant, transport: Transport) -> Self {
        Self {
            transport,
            receivers: Vec::new(),
            senders: Vec::new(),
            session_version: 0,
            announced: None,
            arrivals: ArrivalLog::new(now),
            feedback_ssrc: rand::random(),
            transport_feedback_at: now,
            receiver_report_at: now,
        }
    }

    /// Opens an RTP packet and gives it with the index of the receiver whose track it belongs to,
    /// as it is to be forwarded.
    pub(crate) fn receive(&mut self, now: Instant, datagram: &[u8]) -> Option<(usize, Packet)> {
        let receivers = &self.receivers;
        let known = |ssrc| receivers.iter().any(|one| one.sends(ssrc));
        let plain = self.transport.open_rtp(now, datagram, known)?;
        let packet = Packet::parse(plain).ok()?;
        let index = self.receiver_of(&packet)?;
        let receiver = &mut self.receivers[index];
        if let Some(sequence) = receiver
            .extensions
            .id(Extension::TransportSequence)
            .and_then(|id| packet.header.get_extension(id))
            && let [high, low, ..] = sequence[..]
        {
            self.arrivals.arrived(now, u16::from_be_bytes([high, low]));
        }
        let packet = receiver.accept(now, packet)?;
        Some((index, packet))
    }

    fn receiver_of(&mut self, packet: &Packet) -> Option<usize> {
        let by_ssrc = self
            .receivers
            .iter()
            .position(|receiver| receiver.sends(packet.header.ssrc));
        if by_ssrc.is_some() {
            return by_ssrc;
        }
        let index = self.receivers.iter().position(|receiver| {
            receiver
                .extensions
                .id(Extension::Mid)
                .and_then(|id| packet.header.get_extension(id))
                .is_some_and(|mid| mid == receiver.mid.as_bytes())
        })?;
        self.receivers[index].learn(packet);
        Some(index)
    }

    /// Opens an RTCP datagram.
    pub(crate) fn receive_rtcp(
        &mut self,
        now: Instant,
        datagram: &[u8],
    ) -> Option<Vec<Box<dyn RtcpPacket>>> {
        let receivers = &self.receivers;
        let known = |ssrc| receivers.iter().any(|one| one.sends(ssrc));
        let plain = self.transport.open_rtcp(now, datagram, known)?;
        rtc::rtcp::packet::unmarshal(&mut plain.freeze()).ok()
    }

    pub(crate) fn receiver_by_ssrc(&mut self, ssrc: u32) -> Option<&mut Receiver> {
        self.receivers
            .iter_mut()
            .find(|receiver| receiver.ssrc == Some(ssrc))
    }

    pub(crate) fn receiver_of_track(&mut self, track: TrackId) -> Option<&mut Receiver> {
        self.receivers
            .iter_mut()
            .find(|receiver| receiver.track == track)
    }

    pub(crate) fn sender_by_ssrc(&self, ssrc: u32) -> Option<&Sender> {
        self.senders.iter().find(|sender| sender.ssrc == ssrc)
    }

    /// Sends a published packet to this subscriber.
    pub(crate) fn send(
        &mut self,
        track: TrackId,
        packet: &Packet,
        audio_level: Option<&Bytes>,
        outbox: &mut Outbox,
    ) {
        let outgoing: Vec<Outgoing> = self
            .senders
            .iter_mut()
            .filter(|sender| sender.track == track)
            .filter_map(|sender| sender.forward(packet, audio_level.cloned()))
            .collect();
        for one in outgoing {
            self.seal(&one, outbox);
        }
    }

    /// Repeats packets that this subscriber has lost.
    pub(crate) fn repeat(&mut self, ssrc: u32, packets: &[Packet], outbox: &mut Outbox) {
        let Some(sender) = self.senders.iter_mut().find(|sender| sender.ssrc == ssrc) else {
            return;
        };
        let repeats: Vec<Outgoing> = packets
            .iter()
            .filter_map(|packet| sender.repeat(packet))
            .collect();
        for one in repeats {
            self.seal(&one, outbox);
        }
    }

    pub(crate) fn send_report(
        &mut self,
        track: TrackId,
        report: &SenderReport,
        outbox: &mut Outbox,
    ) {
        let reports: Vec<Box<dyn RtcpPacket>> = self
            .senders
            .iter()
            .filter(|sender| sender.track == track)
            .map(|sender| Box::new(sender.report(report)) as Box<dyn RtcpPacket>)
            .collect();
        self.send_rtcp(&reports, outbox);
    }

    /// Everything that is due by the clock: handshake repeats, feedback, reports.
    pub(crate) fn handle_timeout(&mut self, now: Instant, outbox: &mut Outbox) {
        self.transport.handle_timeout(now);
        self.flush_handshake(outbox);
        if !self.transport.is_connected() {
            return;
        }
        let mut feedback: Vec<Box<dyn RtcpPacket>> = Vec::new();
        for receiver in &mut self.receivers {
            let Some(media_ssrc) = receiver.ssrc else {
                continue;
            };
            let lost = receiver.losses_due(now);
            if !lost.is_empty() {
                feedback.push(Box::new(TransportLayerNack {
                    sender_ssrc: self.feedback_ssrc,
                    media_ssrc,
                    nacks: nack_pairs_from_sequence_numbers(&lost),
                }));
            }
            if receiver.keyframe_due(now) {
                feedback.push(Box::new(PictureLossIndication {
                    sender_ssrc: self.feedback_ssrc,
                    media_ssrc,
                }));
            }
        }
        if now >= self.transport_feedback_at {
            self.transport_feedback_at = now + TRANSPORT_FEEDBACK_INTERVAL;
            let media_ssrc = self.receivers.iter().find_map(|receiver| receiver.ssrc);
            if let Some(media_ssrc) = media_ssrc
                && let Some(arrivals) = self.arrivals.feedback(self.feedback_ssrc, media_ssrc)
            {
                feedback.push(Box::new(arrivals));
            }
        }
        if now >= self.receiver_report_at {
            self.receiver_report_at = now + RECEIVER_REPORT_INTERVAL;
            let reports: Vec<_> = self
                .receivers
                .iter_mut()
                .filter_map(|receiver| receiver.report(now))
                .collect();
            if !reports.is_empty() {
                feedback.push(Box::new(ReceiverReport {
                    ssrc: self.feedback_ssrc,
                    reports,
                    ..Default::default()
                }));
            }
        }
        self.send_rtcp(&feedback, outbox);
    }

    /// What DTLS wants to say.
    pub(crate) fn flush_handshake(&mut self, outbox: &mut Outbox) {
        while let Some(datagram) = self.transport.poll_transmit() {
            self.transmit(datagram, outbox);
        }
    }

    fn send_rtcp(&mut self, packets: &[Box<dyn RtcpPacket>], outbox: &mut Outbox) {
        if packets.is_empty() {
            return;
        }
        let sealed = rtc::rtcp::packet::marshal(packets)
            .ok()
            .and_then(|plain| self.transport.seal_rtcp(&plain));
        if let Some(datagram) = sealed {
            self.transmit(datagram, outbox);
        }
    }

    fn seal(&mut self, outgoing: &Outgoing, outbox: &mut Outbox) {
        if let Some(datagram) = self.transport.seal_rtp(&outgoing.plain, &outgoing.header) {
            self.transmit(datagram, outbox);
        }
    }

    fn transmit(&self, datagram: BytesMut, outbox: &mut Outbox) {
        if let Some(path) = self.transport.path() {
            outbox.push((path, datagram.freeze()));
        }
    }
}
