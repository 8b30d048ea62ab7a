//! Recorded tracks, for players that seek in them.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, StatusCode};

use super::range::{Asked, asked};
use super::{Api, Error, Path, Route, route};
use crate::auth::{Principal, access};
use crate::protocol::ids::{InterviewId, TrackId};
use crate::recording::Media;

pub(super) fn routes() -> Vec<Route> {
    vec![route(
        MethodFilter::GET,
        "/api/interviews/{id}/tracks/{track_id}/media",
        media,
    )]
}

async fn media(
    State(api): State<Api>,
    principal: Principal,
    Path((id, track)): Path<(InterviewId, TrackId)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    access::replay(&api.store, &principal, id).await?;
    let media = api
        .recordings
        .media(id, track)
        .await?
        .ok_or_else(Error::not_found)?;
    match asked(headers.get(RANGE), media.size) {
        Asked::Whole => part(&media, StatusCode::OK, 0..media.size).await,
        Asked::Part(range) => {
            let of = format!("bytes {}-{}/{}", range.start, range.end - 1, media.size);
            let answer = part(&media, StatusCode::PARTIAL_CONTENT, range).await?;
            Ok(([(CONTENT_RANGE, of)], answer).into_response())
        }
        Asked::Unsatisfiable => Ok((
            StatusCode::RANGE_NOT_SATISFIABLE,
            [(CONTENT_RANGE, format!("bytes */{}", media.size))],
        )
            .into_response()),
    }
}

async fn part(
    media: &Media,
    status: StatusCode,
    range: std::ops::Range<u64>,
) -> Result<Response, Error> {
    let headers = [
        (CONTENT_TYPE, media.mime_type.clone()),
        (CONTENT_LENGTH, (range.end - range.start).to_string()),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let bytes = media.read(range).await.map_err(Error::internal)?;
    Ok((status, headers, Body::from_stream(bytes)).into_response())
}
