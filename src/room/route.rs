//! `GET /api/interviews/{id}/ws`: who may enter is settled before the connection becomes a socket.

use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;

use super::registry::Rooms;
use super::socket::{MAX_FRAME, serve};
use super::state::Person;
use crate::auth::{Principal, access};
use crate::http::{Error, Path, SameOrigin};
use crate::protocol::ids::InterviewId;
use crate::store::Store;

/// Requests need an [`Arrival`](crate::http::Arrival) among their extensions.
pub async fn enter(
    principal: Principal,
    _origin: SameOrigin,
    Path(interview): Path<InterviewId>,
    State(store): State<Store>,
    State(rooms): State<Rooms>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let entry = access::enter(&store, &principal, interview).await?;
    let upgrade = upgrade.map_err(|rejection| Error::malformed(rejection.body_text()))?;
    let person = Person::from(entry.participant);
    Ok(upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(move |socket| serve(socket, rooms, interview, person)))
}
