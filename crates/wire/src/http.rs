//! The HTTP/1 server: listeners, limits, and the way from a connection to a handler.
//!
//! hyper reads and writes the messages; what is ours is who may connect, how long anything may
//! take, how much may be read, and what happens when a handler panics. Which path means what is
//! decided by the [`Handler`], with the help of [`Router`].
//!
//! A connection is always in one of three phases, and each has its deadline:
//!
//! ```text
//!   Head --- head complete ---> Busy --- answer written ---> Idle
//!    ^                                                        |
//!    +------------------- first byte -------------------------+
//! ```

mod accounts;
mod gone;
mod listen;
mod pages;
mod pulse;
mod request;
mod response;
mod router;
mod service;
mod settings;
mod socket;
#[cfg(test)]
mod tests;

pub use gone::{Gone, Staying};
pub use listen::{Listener, Server};
pub use request::{
    Body, BodyStream, Head, Origin, Peer, Request, Upgrade, Upgraded, decode_path, decode_query,
};
pub use response::{ClientGone, Reply, ReplySender, ReplyStream, Response};
pub use router::{Route, Router};
pub use service::{Handler, Intake};
pub use settings::Settings;

pub use hyper::{HeaderMap, Method, StatusCode, Version, header};
