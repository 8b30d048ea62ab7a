//! The web client, built into the binary (a debug build reads it from `web/dist`).

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = "index.html";
/// Files in it have a hash of their content in their names.
const HASHED: &str = "assets/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// May be kept, but must be asked for again, which costs nothing while it is the same.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Porthole</title><h1>The web client is not built</h1>\
    <p>Run <code>make web</code>, then build and start the server again.</p></html>";

/// A file of the client, or its page for every path that the client itself understands.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Dist::get(path) {
        let caching = if path.starts_with(HASHED) {
            FOR_EVER
        } else {
            ASK_AGAIN
        };
        return answer(path, file, caching, &headers);
    }
    if path.starts_with(HASHED) {
        return (StatusCode::NOT_FOUND, [(CACHE_CONTROL, ASK_AGAIN)]).into_response();
    }
    match Dist::get(PAGE) {
        Some(page) => answer(PAGE, page, ASK_AGAIN, &headers),
        None => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            let headers = [(CONTENT_TYPE, html), (CACHE_CONTROL, ASK_AGAIN)];
            (StatusCode::SERVICE_UNAVAILABLE, headers, NOT_BUILT).into_response()
        }
    }
}

fn answer(path: &str, file: EmbeddedFile, caching: HeaderValue, request: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Weak: compression on the way out changes the bytes, not the content.
    let tag = format!("W/\"{tag}\"");
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, caching);
    let known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == tag);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, kind(path));
    (headers, file.data).into_response()
}

fn kind(path: &str) -> HeaderValue {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let text = match kind.type_() {
        mime_guess::mime::TEXT => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
