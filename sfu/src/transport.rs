//! One participant's transport as a state machine without I/O: ICE (the lite side), DTLS and SRTP.
//! Datagrams and the time come in, datagrams and events go out.

use std::collections::HashSet;
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

/// SRTP keeps state for every SSRC it has seen, before it knows whether the packet is genuine. Tracks
/// announced in an offer do not count.
const MAX_STRANGE_SSRCS: usize = 256;

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
    strange_ssrcs: HashSet<u32>,
    heard_at: Instant,
    /// When the last offer came: whoever offers is about to be heard.
    offered_at: Instant,
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
            strange_ssrcs: HashSet::new(),
            heard_at: now,
            offered_at: now,
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
    /// we answer with new ones of our own. DTLS and SRTP go on, on the old path until the new one is
    /// nominated.
    pub(crate) fn renegotiate(&mut self, now: Instant, remote: Credentials) {
        self.offered_at = now;
        if remote != self.remote {
            self.remote = remote;
            self.previous = Some(std::mem::replace(&mut self.local, Credentials::random()));
        }
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

    /// The path that media takes now; `None` if it does not get through.
    pub(crate) fn working_path(&self, now: Instant) -> Option<Path> {
        let works = self.is_connected() && now.duration_since(self.heard_at) <= SILENCE;
        self.path.filter(|_| works)
    }

    /// Since there was any sign of life, be it on the path or an offer.
    pub(crate) fn silent_for(&self, now: Instant) -> Duration {
        now.duration_since(self.heard_at.max(self.offered_at))
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
        let is_current = check.ufrag == self.local.ufrag;
        let credentials = std::iter::once(&self.local)
            .chain(&self.previous)
            .find(|credentials| credentials.ufrag == check.ufrag)?;
        let answer = check.answer(&credentials.pwd, remote, crypto)?;
        self.heard_at = now;
        // The browser is the controlling side: what it nominates is what we send on. Before that
        // any checked path is better than none. After a restart the old path is nominated no more.
        if (check.nominates && is_current) || self.path.is_none() {
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

    /// Opens a packet; `known` tells which SSRCs belong to tracks.
    pub(crate) fn open_rtp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        known: impl Fn(u32) -> bool,
    ) -> Option<BytesMut> {
        let ssrc = ssrc_at(datagram, 8)?;
        if !known(ssrc) && !self.admit(ssrc) {
            return None;
        }
        let plain = self.srtp.as_mut()?.inbound.decrypt_rtp(datagram).ok()?;
        self.heard_at = now;
        Some(plain)
    }

    /// Opens an RTCP datagram; `known` tells which SSRCs belong to tracks.
    pub(crate) fn open_rtcp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        known: impl Fn(u32) -> bool,
    ) -> Option<BytesMut> {
        let ssrc = ssrc_at(datagram, 4)?;
        if !known(ssrc) && !self.admit(ssrc) {
            return None;
        }
        let plain = self.srtp.as_mut()?.inbound.decrypt_rtcp(datagram).ok()?;
        self.heard_at = now;
        Some(plain)
    }

    fn admit(&mut self, ssrc: u32) -> bool {
        self.strange_ssrcs.contains(&ssrc)
            || (self.strange_ssrcs.len() < MAX_STRANGE_SSRCS && self.strange_ssrcs.insert(ssrc))
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

/// The SSRC in the clear part of an SRTP (at 8) or SRTCP (at 4) packet.
fn ssrc_at(datagram: &[u8], offset: usize) -> Option<u32> {
    let bytes = datagram.get(offset..offset + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
