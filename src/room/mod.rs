//! The live room: everything that happens between the people in one interview.
//!
//! The pure parts know neither tasks nor sockets:
//!
//! - [`document`]: the shared document, with [`inspection`] of what clients send, [`awareness`]
//!   (cursors) and the [`wire`] format
//! - [`state`]: people, tracks, messages and runs, as a function of the journal; [`colors`]
//! - [`clock`]: the interview's own time
//! - [`limits`]: how much anybody may ask for
//! - [`errors`]: what is said when it is too much, or wrong
//!
//! Around them:
//!
//! - [`journal`]: commits what happens, in groups
//! - [`media`]: passes offers to the SFU; [`recorder`]: what records the call
//! - [`actor`]: the task that owns a room
//! - [`registry`]: every open room
//! - [`outbox`], [`socket`], [`route`]: one connection

pub mod actor;
pub mod awareness;
pub mod clock;
pub mod colors;
pub mod document;
pub mod errors;
pub mod inspection;
pub mod journal;
pub mod limits;
pub mod media;
pub mod outbox;
pub mod recorder;
pub mod registry;
pub mod route;
pub mod socket;
pub mod state;
pub mod wire;

pub use clock::Clock;
pub use registry::{EndError, Rooms, RoomsConfig};
