//! What crosses the wire between page and server, defined once: `make protocol` writes the same
//! types as TypeScript into `web/src/protocol/`, and a test fails when the two differ.
//!
//! - [`ids`]: all the identifiers
//! - [`room`]: the WebSocket's JSON messages and the state they carry
//! - [`api`]: bodies of the HTTP API
//! - [`timeline`]: what a replay is made of
//!
//! Binary WebSocket frames are the Yjs sync and awareness protocols in their standard encoding
//! (y-protocols) and are not described here.

pub mod api;
pub mod ids;
pub mod room;
pub mod timeline;
