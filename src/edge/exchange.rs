//! HTTP on one connection.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
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

/// Serves connections that speak HTTP.
pub(super) struct Exchange {
    pub router: Router,
    pub arrival: Arrival,
    /// For the first request, and for the headers of each one.
    pub patience: Duration,
    pub shutdown: CancellationToken,
}

impl Exchange {
    /// Serves a connection until it closes or has been idle for too long, or, once the server shuts
    /// down, until its requests are answered. `opening` is given back with the first request.
    pub async fn serve<I>(self, io: I, version: Version, opening: Place)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let builder = builder(version, self.patience);
        let opening = Mutex::new(Some(opening));
        let is_open = CancellationToken::new();
        let service = service_fn(|mut request: Request<Incoming>| {
            opening
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            is_open.cancel();
            request.extensions_mut().insert(self.arrival);
            answer(self.router.clone(), self.arrival, request)
        });
        let io = TokioIo::new(io);
        let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));

        let mut first_request = pin!(timeout(self.patience, is_open.cancelled()));
        let mut is_waiting = true;
        loop {
            tokio::select! {
                _ = connection.as_mut() => return,
                in_time = first_request.as_mut(), if is_waiting => {
                    if in_time.is_err() {
                        return;
                    }
                    is_waiting = false;
                }
                () = self.shutdown.cancelled() => break,
            }
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

fn builder(version: Version, patience: Duration) -> Builder<TokioExecutor> {
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
    match version {
        Version::Http1 => builder.http1_only(),
        Version::Http2 => builder.http2_only(),
    }
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
