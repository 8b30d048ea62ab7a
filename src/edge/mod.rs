//! The one TCP port: what comes in is looked at, and handed to whom it is for.
//!
//! - [`sniff`]: what a connection speaks, from its first bytes
//! - [`pseudo_ssl`]: the greeting that lets media pass firewalls that want to see something like TLS
//! - [`admission`]: how many connections there may be
//! - [`listener`]: accepting connections and passing them on
//! - [`exchange`]: HTTP on one connection
//! - [`redirect`]: plain HTTP from other machines is sent to HTTPS
//! - [`tls`], [`certificate`]: encryption
//! - [`shell`]: what holds for every response: headers, compression, traces, panics

mod admission;
pub mod certificate;
mod exchange;
mod listener;
pub mod pseudo_ssl;
mod redirect;
pub mod shell;
mod sniff;
pub mod tls;

pub use admission::Room;
pub use listener::{BindError, Edge, EdgeLimits, IceDoor, Services};
