//! `Peers`: how a toolstack reaches another one by its address.
//!
//! The toolstack has no socket of its own, so this is handed to it: the program talks over TLS, a
//! world of tests calls the other toolstack in the same process.

use futures_util::future::BoxFuture;
use model::{ApiError, Text, Value};

/// Another toolstack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// `host` or `host:port`.
    pub address: Text,
    /// The certificate that it must show, as `AB:CD:...`; `None`: whatever it shows.
    pub fingerprint: Option<Text>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PeerError {
    /// It was reached and says no.
    Api(ApiError),
    /// It was not reached, or shows another certificate, or speaks nonsense.
    Unreachable(String),
}

pub trait Peers: Send + Sync {
    /// A XenAPI call.
    fn call(
        &self,
        peer: &Peer,
        method: &'static str,
        params: Vec<Value>,
    ) -> BoxFuture<'static, Result<Value, PeerError>>;

    /// A question of `members`, as JSON, and the answer.
    fn ask(&self, peer: &Peer, question: String) -> BoxFuture<'static, Result<String, PeerError>>;

    /// What an HTTPS server answers to a text that is posted to it, with the status of the answer.
    fn post(
        &self,
        peer: &Peer,
        path: &'static str,
        body: String,
    ) -> BoxFuture<'static, Result<(u16, String), PeerError>>;

    /// The certificate that others see, as PEM.
    fn own_certificate(&self) -> Text;
}

/// Nobody can be reached.
pub struct NoPeers;

impl Peers for NoPeers {
    fn call(&self, _: &Peer, _: &'static str, _: Vec<Value>) -> BoxFuture<'static, Result<Value, PeerError>> {
        Box::pin(async { Err(PeerError::Unreachable("there is no network".into())) })
    }
    fn ask(&self, _: &Peer, _: String) -> BoxFuture<'static, Result<String, PeerError>> {
        Box::pin(async { Err(PeerError::Unreachable("there is no network".into())) })
    }
    fn post(
        &self,
        _: &Peer,
        _: &'static str,
        _: String,
    ) -> BoxFuture<'static, Result<(u16, String), PeerError>> {
        Box::pin(async { Err(PeerError::Unreachable("there is no network".into())) })
    }
    fn own_certificate(&self) -> Text {
        Text::default()
    }
}
