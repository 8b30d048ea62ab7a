//! DTLS (RFC 6347, RFC 5763): the handshake that authenticates a participant by the fingerprint of
//! the offer and yields the SRTP keys (RFC 5764). The server is always the passive side.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use rtc::dtls::config::{
    ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig,
    VerifyPeerCertificateFn,
};
use rtc::dtls::crypto::Certificate;
use rtc::dtls::endpoint::{Endpoint, EndpointEvent};
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::dtls::state::State;
use rtc::shared::TransportProtocol;
use rtc::shared::error::Error;
use rtc::srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc::srtp::context::Context;
use rtc::srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc::srtp::protection_profile::ProtectionProfile;

/// The DTLS library keeps connections apart by address. Ours must survive a change of address, so
/// it is always told this one.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
const REPLAY_WINDOW: usize = 64;
/// Retransmissions reach further back than what a video track sends in a second.
const SRTP_REPLAY_WINDOW: usize = 1_024;

/// A handshake over a bad path takes a few dozen datagrams, and nothing but a goodbye follows it.
/// What comes on top is somebody filling the library's buffers.
const MAX_DATAGRAMS: u32 = 1_000;

/// The certificate of this process and the algorithms behind everything.
pub(crate) struct Crypto {
    provider: Arc<dyn rtc::crypto::RTCCryptoProvider>,
    certificate: Certificate,
    /// For `a=fingerprint`.
    pub(crate) fingerprint: Fingerprint,
}

/// SHA-256 of a certificate (RFC 8122 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint(pub(crate) [u8; 32]);

impl Fingerprint {
    /// From the value of `a=fingerprint`, e.g. `sha-256 4A:AD:…`.
    pub(crate) fn parse(attribute: &str) -> Option<Self> {
        let (algorithm, digits) = attribute.trim().split_once(' ')?;
        if !algorithm.eq_ignore_ascii_case("sha-256") {
            return None;
        }
        let bytes: Vec<u8> = digits
            .split(':')
            .map(|byte| u8::from_str_radix(byte, 16))
            .collect::<Result<_, _>>()
            .ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sha-256 ")?;
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl Crypto {
    /// Makes a fresh ECDSA P-256 certificate; it lives as long as the process.
    pub(crate) fn new() -> Result<Self, Error> {
        let provider = rtc::crypto::default_provider().map_err(crypto_error)?;
        let certificate =
            Certificate::generate_self_signed(vec!["porthole".to_owned()], provider.crypto())?;
        let der = certificate
            .certificate
            .first()
            .ok_or(Error::ErrNonCertificate)?;
        let fingerprint = sha256(provider.as_ref(), der)?;
        Ok(Self {
            provider,
            certificate,
            fingerprint,
        })
    }

    pub(crate) fn algorithms(&self) -> &dyn rtc::crypto::RTCCrypto {
        self.provider.crypto()
    }

    /// The server's side of a handshake with whoever holds the certificate of this fingerprint.
    fn handshake_with(&self, peer: Fingerprint) -> Result<Arc<HandshakeConfig>, Error> {
        let provider = self.provider.clone();
        let verify: VerifyPeerCertificateFn = Arc::new(move |certificates, _| {
            let der = certificates.first().ok_or(Error::ErrNonCertificate)?;
            if sha256(provider.as_ref(), der)? == peer {
                Ok(())
            } else {
                Err(Error::ErrNoMatchingCertificateFingerprint)
            }
        });
        // Our own order counts for nothing: the library follows the client's, and Chromium, which
        // has both, puts AES-CM first. RFC 8827 §6.5 wants that one from everybody.
        let profiles = vec![
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
        ];
        let config = ConfigBuilder::default()
            .with_crypto_provider(self.provider.clone())
            .with_certificates(vec![self.certificate.clone()])
            .with_srtp_protection_profiles(profiles)
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            // The chain means nothing in WebRTC; the fingerprint is checked instead.
            .with_insecure_skip_verify(true)
            .with_verify_peer_certificate(Some(verify))
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .with_replay_protection_window(REPLAY_WINDOW)
            .build(false, None)?;
        Ok(Arc::new(config))
    }
}

fn sha256(provider: &dyn rtc::crypto::RTCCryptoProvider, der: &[u8]) -> Result<Fingerprint, Error> {
    let hash = provider
        .crypto()
        .hash(rtc::crypto::HashAlgorithm::Sha256, der)
        .map_err(crypto_error)?;
    let hash: [u8; 32] = hash
        .try_into()
        .map_err(|_| Error::Crypto("a SHA-256 hash of the wrong length".to_owned()))?;
    Ok(Fingerprint(hash))
}

fn crypto_error(error: impl std::fmt::Display) -> Error {
    Error::Crypto(error.to_string())
}

/// Both directions of a call's protection.
pub(crate) struct Srtp {
    pub(crate) outbound: Context,
    pub(crate) inbound: Context,
}

/// What a datagram led to.
pub(crate) enum DtlsEvent {
    Connected(Box<Srtp>),
    /// The peer said goodbye (close_notify).
    Closed,
}

/// One participant's DTLS association.
pub(crate) struct Dtls {
    endpoint: Endpoint,
    datagrams: u32,
}

impl Dtls {
    pub(crate) fn new(peer: Fingerprint, crypto: &Crypto) -> Result<Self, Error> {
        let handshake = crypto.handshake_with(peer)?;
        Ok(Self {
            endpoint: Endpoint::new(PEER, TransportProtocol::UDP, Some(handshake)),
            datagrams: 0,
        })
    }

    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: &[u8],
        crypto: &Crypto,
    ) -> Result<Option<DtlsEvent>, Error> {
        if self.datagrams >= MAX_DATAGRAMS {
            return Ok(None);
        }
        self.datagrams += 1;
        let events = self
            .endpoint
            .read(now, PEER, None, BytesMut::from(datagram))?;
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => {
                    let state = self
                        .endpoint
                        .get_connection_state(PEER)
                        .ok_or(Error::ErrDtlsTransportNotStarted)?;
                    return Ok(Some(DtlsEvent::Connected(Box::new(srtp(state, crypto)?))));
                }
                EndpointEvent::PeerClosed => return Ok(Some(DtlsEvent::Closed)),
                // Nobody is offered a data channel.
                _ => {}
            }
        }
        Ok(None)
    }

    /// Retransmits what a lossy path swallowed, when it is time.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self
            .endpoint
            .poll_timeout(&PEER)
            .is_some_and(|at| at <= now)
            && let Err(error) = self.endpoint.handle_timeout(PEER, now)
        {
            tracing::debug!(%error, "DTLS retransmission failed");
        }
    }

    pub(crate) fn close(&mut self, now: Instant) {
        if let Err(error) = self.endpoint.close(now) {
            tracing::debug!(%error, "DTLS close_notify failed");
        }
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.endpoint
            .poll_transmit()
            .map(|transmit| transmit.message)
    }
}

/// The keys of RFC 5764 §4.2.
fn srtp(state: &State, crypto: &Crypto) -> Result<Srtp, Error> {
    let profile = match state.srtp_protection_profile() {
        SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
        SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => {
            ProtectionProfile::Aes128CmHmacSha1_80
        }
        _ => return Err(Error::ErrNoSuchSrtpProfile),
    };
    let mut config = SrtpConfig {
        profile,
        ..Default::default()
    };
    let keys = state.export_keying_material(
        LABEL_EXTRACTOR_DTLS_SRTP,
        &[],
        config.keying_material_len(),
    )?;
    config.set_session_keys_from_keying_material(keys.as_ref(), state.is_client())?;
    Ok(Srtp {
        outbound: Context::new(
            &config.keys.local_master_key,
            &config.keys.local_master_salt,
            profile,
            None,
            None,
            crypto.algorithms(),
        )?,
        inbound: Context::new(
            &config.keys.remote_master_key,
            &config.keys.remote_master_salt,
            profile,
            Some(srtp_replay_protection(SRTP_REPLAY_WINDOW)),
            Some(srtcp_replay_protection(REPLAY_WINDOW)),
            crypto.algorithms(),
        )?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_as_it_was_written() {
        let crypto = Crypto::new().unwrap();
        let written = crypto.fingerprint.to_string();
        assert_eq!(Fingerprint::parse(&written), Some(crypto.fingerprint));
    }

    #[test]
    fn other_hashes_and_broken_digits_are_refused() {
        assert_eq!(Fingerprint::parse("sha-1 AA:BB"), None);
        assert_eq!(Fingerprint::parse("sha-256 AA:BB"), None);
        assert_eq!(Fingerprint::parse("sha-256 XY"), None);
        assert_eq!(Fingerprint::parse(""), None);
    }
}
