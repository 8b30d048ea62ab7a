//! Who is asking, and what they may do.
//!
//! - [`password`]: passwords, hashed with Argon2id
//! - [`secret`]: random tokens, of which the database knows only hashes
//! - [`tokens`]: signed access tokens
//! - [`session`]: logging in, staying in, logging out; cookies
//! - [`principal`]: who is asking, from a request
//! - [`access`]: what they may do with an interview
//! - [`setup`]: the link that creates the first account
//! - [`limits`]: how often anybody may try

pub mod access;
pub mod limits;
pub mod password;
pub mod principal;
pub mod secret;
pub mod session;
pub mod setup;
pub mod tokens;

pub use principal::{Account, Guest, Principal};
pub use tokens::Tokens;
