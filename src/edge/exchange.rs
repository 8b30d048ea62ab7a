//! HTTP on one connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::admission::Place;
use super::redirect;
use crate::http::Arrival;

/// Bytes of a request's headers, and of what one connection buffers.
const HEADERS: u32 = 32 * 1024;
/// Requests at the same time on one HTTP/2 connection.
const STREAMS: u32 = 100;
/// How often a silent HTTP/2 connection is asked whether it is still there, and how long it may take
/// to answer.
const PING: Duration = Duration::from_secs(30);

/// Which HTTP was agreed upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

/// Serves a connection until it closes or has been idle for too long, or, once the server shuts
/// down, until its requests are answered. `opening` is given back with the first request, which must
/// come in time.
pub(super) async fn serve<I>(
    io: I,
    version: Version,
    peer: SocketAddr,
    is_encrypted: bool,
    router: Router,
    opening: Place,
    patience: Duration,
    shutdown: CancellationToken,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEADERS as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADERS)
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    let builder = match version {
        Version::Http1 => builder.http1_only(),
        Version::Http2 => builder.http2_only(),
    };

    let arrival = Arrival {
        peer: peer.ip().to_canonical(),
        tls: is_encrypted,
    };
    let opening = Arc::new(Mutex::new(Some(opening)));
    let is_open = CancellationToken::new();
    let service = service_fn(|mut request: Request<Incoming>| {
        opening
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        is_open.cancel();
        request.extensions_mut().insert(arrival);
        let router = router.clone();
        async move { answer(router, arrival, request).await }
    });
    let mut connection = pin!(builder.serve_connection_with_upgrades(TokioIo::new(io), service));

    let first_request = timeout(patience, is_open.cancelled());
    tokio::select! {
        _ = connection.as_mut() => return,
        in_time = first_request => if in_time.is_err() { return },
        () = shutdown.cancelled() => {}
    }
    tokio::select! {
        _ = connection.as_mut() => return,
        () = shutdown.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(
    router: Router,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    if !arrival.tls {
        let decision = redirect::decide(arrival.peer, request.uri(), request.headers());
        if let Some(answer) = decision.answer() {
            return Ok(answer.into_response());
        }
    }
    router.oneshot(request).await
}
