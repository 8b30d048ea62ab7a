//! Accepting connections and passing them on to whom they are for.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::admission::{Admission, Place, Room};
use super::exchange::{Exchange, Version};
use super::pseudo_ssl;
use super::sniff::{Protocol, sniff};
use crate::http::Arrival;

/// How long to wait when no connection can be accepted (no file descriptors are left, say).
const PAUSE: Duration = Duration::from_millis(100);

/// Where ICE-TCP connections go.
pub trait IceDoor: Send + Sync + 'static {
    /// Nothing has been read from the stream but a pseudo-SSL greeting, which is answered.
    fn accept(&self, stream: TcpStream, remote: SocketAddr);
}

/// Whom connections are for.
#[derive(Clone)]
pub struct Services {
    pub router: Router,
    pub ice: Arc<dyn IceDoor>,
    pub tls: TlsAcceptor,
}

/// How much the port bears.
#[derive(Debug, Clone)]
pub struct EdgeLimits {
    /// Until it is clear what a connection speaks.
    pub first_bytes: Duration,
    /// For the TLS handshake; then for the first request's headers, and for those of each further
    /// one, so that an idle connection closes.
    pub patience: Duration,
    /// Connections that have not asked for anything yet.
    pub opening: Room,
    /// Connections that speak HTTP, without WebSockets.
    pub open: Room,
}

impl Default for EdgeLimits {
    /// Room for an office behind one address.
    fn default() -> Self {
        Self {
            first_bytes: Duration::from_secs(5),
            patience: Duration::from_secs(20),
            opening: Room {
                in_all: 1024,
                per_address: 128,
            },
            open: Room {
                in_all: 8192,
                per_address: 1024,
            },
        }
    }
}

/// Why the port cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "port {port} is in use (TCP, {0}): stop what uses it (find it by \
         `ss -ltnp 'sport = :{port}'`), or choose another port with --listen, PORTHOLE_LISTEN or \
         `listen` in porthole.toml",
        port = .0.port()
    )]
    InUse(SocketAddr),
    #[error(
        "not allowed to listen on {0}: ports below 1024 need the capability CAP_NET_BIND_SERVICE; \
         or choose another port with --listen, PORTHOLE_LISTEN or `listen` in porthole.toml"
    )]
    Forbidden(SocketAddr),
    #[error(
        "this machine has no address {0} to listen on: correct --listen, PORTHOLE_LISTEN or `listen` \
         in porthole.toml"
    )]
    NoAddress(SocketAddr),
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, io::Error),
}

/// The port, from when it is ours until the server shuts down.
pub struct Edge {
    listener: TcpListener,
    address: SocketAddr,
    limits: EdgeLimits,
}

impl Edge {
    /// Takes the port. Where there is no IPv6, `[::]` is `0.0.0.0`.
    pub async fn bind(address: SocketAddr, limits: EdgeLimits) -> Result<Self, BindError> {
        let listener = match TcpListener::bind(address).await {
            Err(error) if address.ip() == Ipv6Addr::UNSPECIFIED && is_no_ipv6(&error) => {
                TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())).await
            }
            other => other,
        };
        let named = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse(address),
            io::ErrorKind::PermissionDenied => BindError::Forbidden(address),
            io::ErrorKind::AddrNotAvailable => BindError::NoAddress(address),
            _ => BindError::Other(address, error),
        };
        let listener = listener.map_err(named)?;
        let address = listener.local_addr().map_err(named)?;
        Ok(Self {
            listener,
            address,
            limits,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the server shuts down; returns when all requests are answered.
    pub async fn serve(self, services: Services, shutdown: CancellationToken) {
        let opening = Admission::new(self.limits.opening);
        let open = Admission::new(self.limits.open);
        let tasks = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = shutdown.cancelled() => break,
            };
            let (stream, remote) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
            let Some(place) = opening.admit(remote.ip()) else {
                tracing::debug!(%remote, "too many connections are being opened");
                continue;
            };
            let visitor = Visitor {
                services: services.clone(),
                limits: self.limits.clone(),
                open: open.clone(),
                shutdown: shutdown.clone(),
                remote,
            };
            tasks.spawn(visitor.receive(stream, place));
        }
        drop(self.listener);
        tasks.close();
        tasks.wait().await;
    }
}

/// Linux says so by EAFNOSUPPORT (97) where IPv6 is not compiled in, and by EADDRNOTAVAIL where it
/// is switched off.
fn is_no_ipv6(error: &io::Error) -> bool {
    error.raw_os_error() == Some(97) || error.kind() == io::ErrorKind::AddrNotAvailable
}

/// A connection that was accepted.
struct Visitor {
    services: Services,
    limits: EdgeLimits,
    open: Admission,
    shutdown: CancellationToken,
    remote: SocketAddr,
}

impl Visitor {
    async fn receive(self, mut stream: TcpStream, place: Place) {
        let remote = self.remote;
        let known = tokio::select! {
            known = timeout(self.limits.first_bytes, listen_for(&mut stream)) => known,
            () = self.shutdown.cancelled() => return,
        };
        match known {
            Ok(Ok(Some(Protocol::Tls))) => self.encrypted(stream, place).await,
            Ok(Ok(Some(Protocol::Http))) => {
                self.http(stream, Version::Http1, false, place).await;
            }
            Ok(Ok(Some(Protocol::IceTcp))) => self.services.ice.accept(stream, remote),
            Ok(Ok(Some(Protocol::PseudoSsl) | None)) => {
                tracing::debug!(%remote, "a connection spoke nothing that is served here");
            }
            Ok(Err(error)) => tracing::debug!(%remote, %error, "a connection broke"),
            Err(_) => tracing::debug!(%remote, "a connection said nothing"),
        }
    }

    async fn encrypted(self, stream: TcpStream, place: Place) {
        let handshake = self.services.tls.accept(stream);
        let stream = tokio::select! {
            result = timeout(self.limits.patience, handshake) => match result {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    tracing::debug!(remote = %self.remote, %error, "a TLS handshake failed");
                    return;
                }
                Err(_) => return,
            },
            () = self.shutdown.cancelled() => return,
        };
        let version = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Version::Http2,
            _ => Version::Http1,
        };
        self.http(stream, version, true, place).await;
    }

    async fn http<I>(self, io: I, version: Version, is_encrypted: bool, opening: Place)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Some(_place) = self.open.admit(self.remote.ip()) else {
            tracing::debug!(remote = %self.remote, "too many connections are open");
            return;
        };
        let exchange = Exchange {
            router: self.services.router,
            arrival: Arrival {
                peer: self.remote.ip(),
                tls: is_encrypted,
            },
            patience: self.limits.patience,
            shutdown: self.shutdown,
        };
        exchange.serve(io, version, opening).await;
    }
}

/// What the connection speaks, with pseudo-SSL out of the way: only ICE-TCP may follow it.
async fn listen_for(stream: &mut TcpStream) -> io::Result<Option<Protocol>> {
    stream.set_nodelay(true)?;
    match sniff(stream).await? {
        Some(Protocol::PseudoSsl) => {
            pseudo_ssl::greet(stream).await?;
            Ok(sniff(stream)
                .await?
                .filter(|protocol| *protocol == Protocol::IceTcp))
        }
        other => Ok(other),
    }
}
