//! What the tests over real sockets share.

// The tests of the room need more of it.
#[allow(dead_code)]
pub mod client;
pub mod online;
