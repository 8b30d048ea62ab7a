//! What holds for every response: headers, compression, traces, time limits, panics.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::http::{Arrival, Error};

/// Until a response begins, and between two parts of a request's body.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything comes from this server. The page's component library sets styles on elements; the
/// editor starts its workers from blobs.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; \
     worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), \
     fullscreen=(self), autoplay=(self), clipboard-read=(self), clipboard-write=(self), \
     geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()";
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];
/// Half a year.
const STRICT_TRANSPORT: &str = "max-age=15552000";

/// What the shell needs to know.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Whether browsers can trust the certificate: only then may they be told to insist on it.
    pub is_certificate_real: bool,
    pub shutdown: CancellationToken,
}

impl Shell {
    pub fn around(self, router: Router) -> Router {
        let small_or_media = DefaultPredicate::new()
            .and(NotForContentType::new("video/"))
            .and(NotForContentType::new("audio/"))
            .and(NotForContentType::new("font/"));
        router
            .layer(RequestBodyTimeoutLayer::new(PATIENCE))
            .layer(
                CompressionLayer::new()
                    .quality(CompressionLevel::Fastest)
                    .compress_when(small_or_media),
            )
            .layer(TimeoutLayer::with_status_code(
                StatusCode::SERVICE_UNAVAILABLE,
                PATIENCE,
            ))
            .layer(CatchPanicLayer::custom(after_panic))
            .layer(middleware::from_fn(move |request, next| {
                self.clone().accompany(request, next)
            }))
    }

    async fn accompany(self, request: Request, next: Next) -> Response {
        let method = request.method().clone();
        // Queries may hold what is nobody's business.
        let path = request.uri().path().to_owned();
        let arrival = request.extensions().get::<Arrival>().copied();
        let is_encrypted = arrival.is_some_and(|arrival| arrival.tls);
        let since = Instant::now();

        let mut response = if path == "/readyz" && self.shutdown.is_cancelled() {
            (StatusCode::SERVICE_UNAVAILABLE, "shutting down").into_response()
        } else {
            next.run(request).await
        };

        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if is_encrypted && self.is_certificate_real {
            let value = HeaderValue::from_static(STRICT_TRANSPORT);
            headers.insert(STRICT_TRANSPORT_SECURITY, value);
        }
        tracing::debug!(
            %method,
            path,
            status = response.status().as_u16(),
            milliseconds = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
            peer = arrival.map(|arrival| tracing::field::display(arrival.peer)),
            "request"
        );
        response
    }
}

/// The panic itself is logged where it happens.
fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Error::internal("its handler panicked").into_response()
}
