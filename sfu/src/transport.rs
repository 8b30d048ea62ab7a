//! One participant's transport as a state machine without I/O: ICE (the lite side), DTLS and SRTP.
//! Datagrams and the time come in, datagrams and events go out.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::shared::error::Error;

use crate::credentials::Credentials;
use crate::dtls::{Crypto, Dtls, DtlsEvent, Fingerprint, Srtp};
use crate::stun::BindingRequest;
use crate::worker::Path;

/// A browser checks its path every few seconds (RFC 7675 §5.1); silence for longer means that it is
/// gone, or that its network is.
pub(crate) const SILENCE: Duration = Duration::from_secs(5);

pub(crate) enum TransportEvent {
    Connected,
    Closed,
}

pub(crate) struct Transport {
    local: Credentials,
    /// Of before the last ICE restart: checks on the old path go on until the new one works.
    previous: Option<Credentials>,
    remote: Credentials,
    fingerprint: Fingerprint,
    dtls: Dtls,
    srtp: Option<Box<Srtp>>,
    path: Option<Path>,
    heard_at: Instant,
}

impl Transport {
    pub(crate) fn new(
        now: Instant,
        remote: Credentials,
        fingerprint: Fingerprint,
        crypto: &Crypto,
    ) -> Result<Self, Error> {
        Ok(Self {
            local: Credentials::random(),
            previous: None,
            remote,
            dtls: Dtls::new(fingerprint.clone(), crypto)?,
            fingerprint,
            srtp: None,
            path: None,
            heard_at: now,
        })
    }

    pub(crate) fn local(&self) -> &Credentials {
        &self.local
    }

    /// The same certificate means the same peer connection.
    pub(crate) fn is_of(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint == *fingerprint
    }

    /// Takes the credentials of a new offer; changed ones are an ICE restart (RFC 8445 §2.4), which
    /// we answer with new ones of our own. DTLS and SRTP go on. Tells whether it was one.
    pub(crate) fn renegotiate(&mut self, now: Instant, remote: Credentials) -> bool {
        if remote == self.remote {
            return false;
        }
        self.remote = remote;
        self.previous = Some(std::mem::replace(&mut self.local, Credentials::random()));
        self.heard_at = now;
        true
    }

    /// All fragments under which checks for us may arrive.
    pub(crate) fn ufrags(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.local)
            .chain(&self.previous)
            .map(|credentials| credentials.ufrag.as_str())
    }

    pub(crate) fn path(&self) -> Option<Path> {
        self.path
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.srtp.is_some()
    }

    pub(crate) fn is_silent(&self, now: Instant) -> bool {
        now.duration_since(self.heard_at) > SILENCE
    }

    pub(crate) fn silent_for(&self, now: Instant) -> Duration {
        now.duration_since(self.heard_at)
    }

    /// A connectivity check. The answer goes back where the check came from.
    pub(crate) fn handle_check(
        &mut self,
        now: Instant,
        path: Path,
        remote: SocketAddr,
        mut check: BindingRequest,
        crypto: &Crypto,
    ) -> Option<Bytes> {
        let credentials = std::iter::once(&self.local)
            .chain(&self.previous)
            .find(|credentials| credentials.ufrag == check.ufrag)?;
        let answer = check.answer(&credentials.pwd, remote, crypto)?;
        self.heard_at = now;
        // The browser is the controlling side: what it nominates is what we send on. Before that
        // any checked path is better than none.
        if check.nominates || self.path.is_none() {
            self.path = Some(path);
        }
        Some(answer)
    }

    pub(crate) fn handle_dtls(
        &mut self,
        now: Instant,
        datagram: &[u8],
        crypto: &Crypto,
    ) -> Result<Option<TransportEvent>, Error> {
        match self.dtls.handle_datagram(now, datagram, crypto)? {
            Some(DtlsEvent::Connected(srtp)) => {
                self.srtp = Some(srtp);
                Ok(Some(TransportEvent::Connected))
            }
            Some(DtlsEvent::Closed) => Ok(Some(TransportEvent::Closed)),
            None => Ok(None),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.dtls.handle_timeout(now);
    }

    pub(crate) fn close(&mut self, now: Instant) {
        self.dtls.close(now);
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.dtls.poll_transmit()
    }

    pub(crate) fn open_rtp(&mut self, now: Instant, datagram: &[u8]) -> Option<BytesMut> {
        let plain = self.srtp.as_mut()?.inbound.decrypt_rtp(datagram).ok()?;
        self.heard_at = now;
        Some(plain)
    }

    pub(crate) fn open_rtcp(&mut self, now: Instant, datagram: &[u8]) -> Option<BytesMut> {
        let plain = self.srtp.as_mut()?.inbound.decrypt_rtcp(datagram).ok()?;
        self.heard_at = now;
        Some(plain)
    }

    pub(crate) fn seal_rtp(
        &mut self,
        plain: &[u8],
        header: &rtc::rtp::header::Header,
    ) -> Option<BytesMut> {
        let srtp = self.srtp.as_mut()?;
        srtp.outbound.encrypt_rtp_with_header(plain, header).ok()
    }

    pub(crate) fn seal_rtcp(&mut self, plain: &[u8]) -> Option<BytesMut> {
        self.srtp.as_mut()?.outbound.encrypt_rtcp(plain).ok()
    }
}
