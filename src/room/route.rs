//! `GET /api/interviews/{id}/ws`: who may enter is settled before the connection becomes a socket.

use axum::Router;
use axum::extract::{FromRef, State, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;

use super::registry::Rooms;
use super::socket::{MAX_FRAME, serve};
use super::state::Person;
use crate::auth::{Principal, Tokens, access};
use crate::http::{Error, Path, SameOrigin};
use crate::protocol::ids::InterviewId;
use crate::store::Store;

/// What the route works with.
#[derive(Clone, FromRef)]
struct Doors {
    rooms: Rooms,
    store: Store,
    tokens: Tokens,
}

/// The route. Requests need an [`Arrival`](crate::http::Arrival) among their extensions.
pub fn router(rooms: Rooms, store: Store, tokens: Tokens) -> Router {
    Router::new()
        .route("/api/interviews/{id}/ws", get(enter))
        .with_state(Doors {
            rooms,
            store,
            tokens,
        })
}

async fn enter(
    principal: Principal,
    _origin: SameOrigin,
    Path(interview): Path<InterviewId>,
    State(doors): State<Doors>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let entry = access::enter(&doors.store, &principal, interview).await?;
    let upgrade = upgrade.map_err(|rejection| Error::malformed(rejection.body_text()))?;
    let person = Person::from(entry.participant);
    Ok(upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(move |socket| serve(socket, doors.rooms, interview, person)))
}
