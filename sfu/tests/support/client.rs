//! A WebRTC client without I/O, made for tests from the same parts as the server: it writes offers,
//! checks its path, shakes hands, and gives and takes RTP and RTCP packet by packet.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use rtc::crypto::{HashAlgorithm, RTCCryptoProvider};
use rtc::dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType};
use rtc::dtls::crypto::Certificate;
use rtc::dtls::endpoint::{Endpoint, EndpointEvent};
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::rtcp::Packet as RtcpPacket;
use rtc::rtp::header::Header;
use rtc::shared::TransportProtocol;
use rtc::shared::marshal::{Marshal, MarshalSize, Unmarshal};
use rtc::srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc::srtp::context::Context;
use rtc::srtp::protection_profile::ProtectionProfile;
use rtc::stun::attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc::stun::fingerprint::FINGERPRINT;
use rtc::stun::integrity::MessageIntegrity;
use rtc::stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, TransactionId};
use rtc::stun::textattrs::TextAttribute;

/// The formats and header extensions of the client's offers.
pub const VP8: u8 = 96;
pub const RTX: u8 = 97;
pub const OPUS: u8 = 111;
pub const MID_EXTENSION: u8 = 4;
pub const TRANSPORT_SEQUENCE_EXTENSION: u8 = 3;
/// In sections that send audio; those that receive it number it differently, as browsers may.
pub const AUDIO_LEVEL_EXTENSION: u8 = 1;
pub const RECEIVED_AUDIO_LEVEL_EXTENSION: u8 = 2;

const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

/// One section of an offer.
pub enum Section {
    SendAudio {
        mid: &'static str,
        ssrc: u32,
    },
    SendVideo {
        mid: &'static str,
        ssrc: u32,
        rtx: u32,
    },
    ReceiveAudio {
        mid: &'static str,
    },
    ReceiveVideo {
        mid: &'static str,
    },
}

pub enum Incoming {
    Rtp(Header, Bytes),
    Rtcp(Box<dyn RtcpPacket>),
}

pub struct Client {
    provider: Arc<dyn RTCCryptoProvider>,
    certificate: Certificate,
    fingerprint: String,
    ufrag: String,
    /// The fragments and passwords of all answers; the last one counts.
    servers: Vec<(String, String)>,
    dtls: Endpoint,
    srtp: Option<(Context, Context)>,
    /// Checks that were answered.
    pub checks_answered: usize,
    pub closed: bool,
    pub received: VecDeque<Incoming>,
}

impl Client {
    pub fn new() -> Self {
        let provider = rtc::crypto::default_provider().unwrap();
        let certificate =
            Certificate::generate_self_signed(vec!["client".to_owned()], provider.crypto())
                .unwrap();
        let hash = provider
            .crypto()
            .hash(HashAlgorithm::Sha256, &certificate.certificate[0])
            .unwrap();
        let digits: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        Self {
            provider,
            certificate,
            fingerprint: digits.join(":"),
            ufrag: "c0".to_owned(),
            servers: Vec::new(),
            dtls: Endpoint::new(SERVER, TransportProtocol::UDP, None),
            srtp: None,
            checks_answered: 0,
            closed: false,
            received: VecDeque::new(),
        }
    }

    /// Says that it has another certificate than the one it shows.
    pub fn with_a_wrong_fingerprint(mut self) -> Self {
        self.fingerprint = vec!["00"; 32].join(":");
        self
    }

    /// The next offer has new ICE credentials.
    pub fn restart_ice(&mut self) {
        self.ufrag.push('+');
    }

    pub fn offer(&self, sections: &[Section]) -> String {
        let mut sdp = String::from("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
        for section in sections {
            let (mid, direction, is_audio) = match section {
                Section::SendAudio { mid, .. } => (mid, "sendonly", true),
                Section::SendVideo { mid, .. } => (mid, "sendonly", false),
                Section::ReceiveAudio { mid } => (mid, "recvonly", true),
                Section::ReceiveVideo { mid } => (mid, "recvonly", false),
            };
            let formats = if is_audio {
                format!("m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\na=rtpmap:{OPUS} opus/48000/2\r\n")
            } else {
                format!(
                    "m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX}\r\na=rtpmap:{VP8} VP8/90000\r\n\
                     a=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={VP8}\r\n"
                )
            };
            let audio_level = match section {
                Section::SendAudio { .. } => AUDIO_LEVEL_EXTENSION,
                _ => RECEIVED_AUDIO_LEVEL_EXTENSION,
            };
            let ssrcs = match section {
                Section::SendAudio { ssrc, .. } => format!("a=ssrc:{ssrc} cname:c\r\n"),
                Section::SendVideo { ssrc, rtx, .. } => {
                    format!("a=ssrc-group:FID {ssrc} {rtx}\r\na=ssrc:{ssrc} cname:c\r\n")
                }
                _ => String::new(),
            };
            write!(
                sdp,
                "{formats}a=ice-ufrag:{}\r\na=ice-pwd:0123456789012345678901\r\n\
                 a=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=mid:{mid}\r\na={direction}\r\n\
                 a=rtcp-mux\r\na=extmap:{MID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
                 a=extmap:{audio_level} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
                 a=extmap:{TRANSPORT_SEQUENCE_EXTENSION} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
                 {ssrcs}",
                self.ufrag, self.fingerprint
            )
            .unwrap();
        }
        sdp
    }

    pub fn accept(&mut self, answer: &str) {
        let value = |key: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_else(|| panic!("the answer has no {key}"))
                .to_owned()
        };
        self.servers
            .push((value("a=ice-ufrag:"), value("a=ice-pwd:")));
    }

    /// A connectivity check.
    pub fn check(&self, nominate: bool) -> Vec<u8> {
        let (ufrag, pwd) = self.servers.last().unwrap();
        let mut message = Message::new();
        message.transaction_id = TransactionId::new();
        message.set_type(BINDING_REQUEST);
        message.write_header();
        TextAttribute::new(ATTR_USERNAME, format!("{ufrag}:{}", self.ufrag))
            .add_to(&mut message)
            .unwrap();
        if nominate {
            message.add(ATTR_USE_CANDIDATE, &[]);
        }
        MessageIntegrity::new_short_term_integrity_with_provider(
            pwd.clone(),
            self.provider.crypto(),
        )
        .add_to(&mut message)
        .unwrap();
        FINGERPRINT.add_to(&mut message).unwrap();
        message.raw
    }

    /// Starts the handshake.
    pub fn shake_hands(&mut self, now: Instant) {
        let config = ConfigBuilder::default()
            .with_crypto_provider(self.provider.clone())
            .with_certificates(vec![self.certificate.clone()])
            .with_srtp_protection_profiles(vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm])
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            .with_insecure_skip_verify(true)
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .build(true, None)
            .unwrap();
        self.dtls
            .connect(now, SERVER, Arc::new(config), None)
            .unwrap();
    }

    pub fn is_connected(&self) -> bool {
        self.srtp.is_some()
    }

    /// Says goodbye.
    pub fn close(&mut self, now: Instant) {
        self.dtls.close(now).unwrap();
    }

    pub fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.dtls.poll_transmit().map(|one| one.message)
    }

    /// Repeats what got lost of the handshake.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.dtls.poll_timeout(&SERVER).is_some_and(|at| at <= now) {
            self.dtls.handle_timeout(SERVER, now).unwrap();
        }
    }

    pub fn handle(&mut self, now: Instant, datagram: &[u8]) {
        match (datagram[0], &mut self.srtp) {
            (0..=3, _) => {
                let mut message = Message::new();
                message.unmarshal_binary(datagram).unwrap();
                assert_eq!(message.typ, BINDING_SUCCESS);
                let crypto = self.provider.crypto();
                let is_genuine = self.servers.iter().any(|(_, pwd)| {
                    MessageIntegrity::check(&mut message, pwd.as_bytes(), crypto).is_ok()
                });
                assert!(is_genuine);
                self.checks_answered += 1;
            }
            (20..=63, _) => self.handle_dtls(now, datagram),
            (_, Some((_, inbound))) if (192..=223).contains(&datagram[1]) => {
                let plain = inbound.decrypt_rtcp(datagram).unwrap();
                let packets = rtc::rtcp::packet::unmarshal(&mut plain.freeze()).unwrap();
                self.received
                    .extend(packets.into_iter().map(Incoming::Rtcp));
            }
            (_, Some((_, inbound))) => {
                let mut plain = inbound.decrypt_rtp(datagram).unwrap().freeze();
                let header = Header::unmarshal(&mut plain).unwrap();
                self.received.push_back(Incoming::Rtp(header, plain));
            }
            (_, None) => panic!("media before the handshake was over"),
        }
    }

    fn handle_dtls(&mut self, now: Instant, datagram: &[u8]) {
        // A refused handshake ends in an error; what matters is that it never completes.
        let events = self
            .dtls
            .read(now, SERVER, None, BytesMut::from(datagram))
            .unwrap_or_default();
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => self.srtp = Some(self.contexts()),
                EndpointEvent::PeerClosed => self.closed = true,
                _ => {}
            }
        }
    }

    /// The contexts for sending and receiving.
    fn contexts(&self) -> (Context, Context) {
        let profile = ProtectionProfile::AeadAes128Gcm;
        let mut config = SrtpConfig {
            profile,
            ..Default::default()
        };
        let state = self.dtls.get_connection_state(SERVER).unwrap();
        let keys = state
            .export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len())
            .unwrap();
        config
            .set_session_keys_from_keying_material(keys.as_ref(), true)
            .unwrap();
        let keys = &config.keys;
        let context = |key: &[u8], salt: &[u8]| {
            Context::new(key, salt, profile, None, None, self.provider.crypto()).unwrap()
        };
        (
            context(&keys.local_master_key, &keys.local_master_salt),
            context(&keys.remote_master_key, &keys.remote_master_salt),
        )
    }

    /// A sealed RTP packet.
    pub fn rtp(&mut self, header: &Header, payload: &[u8]) -> BytesMut {
        let mut plain = BytesMut::zeroed(header.marshal_size());
        header.marshal_to(&mut plain).unwrap();
        plain.extend_from_slice(payload);
        let (outbound, _) = self.srtp.as_mut().unwrap();
        outbound.encrypt_rtp_with_header(&plain, header).unwrap()
    }

    /// A sealed RTCP packet.
    pub fn rtcp(&mut self, packet: impl RtcpPacket + 'static) -> BytesMut {
        let plain = rtc::rtcp::packet::marshal(&[Box::new(packet)]).unwrap();
        let (outbound, _) = self.srtp.as_mut().unwrap();
        outbound.encrypt_rtcp(&plain).unwrap()
    }
}

/// The header of a packet of a video track.
pub fn video(ssrc: u32, sequence_number: u16, timestamp: u32) -> Header {
    Header {
        version: 2,
        payload_type: VP8,
        ssrc,
        sequence_number,
        timestamp,
        ..Default::default()
    }
}
