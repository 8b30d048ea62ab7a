//! The crate's public face: [`media`] as a player sees it, and what goes wrong in [`mishaps`].

#![allow(clippy::unwrap_used)]

mod media;
mod mishaps;
mod support;
