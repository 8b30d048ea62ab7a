//! The file: one track in WebM, or Matroska for H.264 (RFC 9559).
//!
//! - [`ebml`]: the elements that everything is made of
//! - [`ids`]: what the elements are called
//! - [`layout`]: what comes before the media, with room for what is known at the end only
//! - [`tally`]: what must be remembered of the media for the end of the file
//! - [`writer`]: the file while it grows
//! - [`ending`]: makes a finished file of one whose media is complete

pub(crate) mod ebml;
pub(crate) mod ending;
pub(crate) mod ids;
pub(crate) mod layout;
pub(crate) mod tally;
pub(crate) mod writer;
