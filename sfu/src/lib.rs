//! Media transport and forwarding for Porthole: every participant's call goes through one UDP port
//! (and, where that is closed, one TCP port) of this server, and is forwarded to the others of the
//! room. Knows no HTTP and no database.
//!
//! The client always offers and the server always answers ([`Room::offer`]). The server is an
//! ICE-lite agent (RFC 8445 §2.5) with host candidates only, so nobody needs STUN or TURN servers.
//!
//! ```no_run
//! # async fn example(offer_sdp: String) -> Result<(), porthole_sfu::SfuError> {
//! use porthole_sfu::{Config, Offer, ParticipantId, Publish, Sfu, Source, TrackId};
//!
//! let sfu = Sfu::bind(Config::on("127.0.0.1:0".parse().expect("an address"))).await?;
//! let (room, mut events) = sfu.room();
//! let answer_sdp = room
//!     .offer(
//!         ParticipantId(1),
//!         Offer {
//!             sdp: offer_sdp,
//!             publish: vec![Publish {
//!                 mid: "0".into(),
//!                 source: Source::Camera,
//!                 track: TrackId(7),
//!             }],
//!             subscribe: vec![],
//!         },
//!     )
//!     .await?;
//! // Give `answer_sdp` to the page, then:
//! while let Some(event) = events.recv().await {
//!     println!("{event:?}");
//! }
//! # drop(answer_sdp);
//! # Ok(())
//! # }
//! ```
//!
//! Inside, from the outside in: [`worker`](self) owns the sockets and all rooms; `room` decides who
//! gets what; `peer` is one participant's end of the call; `transport` is its ICE, DTLS and SRTP;
//! `receiver` and `sender` are its published and subscribed tracks.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
mod candidate;
mod credentials;
mod dtls;
mod media;
mod nack;
mod packet;
mod peer;
mod receiver;
mod room;
mod sdp;
mod sender;
mod stun;
mod tcp;
mod transport;
mod twcc;
mod worker;

pub use api::{
    Config, Offer, ParticipantId, Publish, Room, RoomEvent, Sfu, SfuError, Subscribe, Tap, TrackId,
    TransportProtocol,
};
pub use media::{Codec, Source};
