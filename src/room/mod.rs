//! The live room: everything that happens between the people in one interview.

pub mod awareness;
pub mod clock;
pub mod colors;
pub mod document;
pub mod inspection;
pub mod limits;
pub mod outbox;
pub mod wire;
