//! `Street`: toolstacks of one test that reach each other by their addresses, in one process.

use futures_util::future::BoxFuture;
use model::{Text, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};
use toolstack::handler::Origin;
use toolstack::peers::{Peer, PeerError, Peers};
use toolstack::{Answer, Incoming, Toolstack, members};

#[derive(Clone, Default)]
pub struct Street(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    houses: BTreeMap<Text, (Weak<Toolstack>, Text)>,
    /// How many messages there were.
    messages: usize,
    /// This message breaks: on its way there, or on its way back.
    breaks: Option<(usize, Way)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    There,
    Back,
}

impl Street {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// A way into this street for a toolstack that is not there yet.
    pub fn door(&self) -> Arc<Neighbour> {
        let both = wire::tls::self_signed(
            "neighbour",
            &[],
            SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 30),
            None,
        );
        let both = both.expect("a certificate");
        let certificate = &both[both.find("-----BEGIN CERTIFICATE").expect("a certificate")..];
        Arc::new(Neighbour { street: self.clone(), certificate: Text::new(certificate) })
    }
    /// From now on somebody lives here.
    pub fn move_in(&self, address: &str, toolstack: &Arc<Toolstack>) {
        let entry = (Arc::downgrade(toolstack), toolstack.peers.own_certificate());
        self.state().houses.insert(Text::new(address), entry);
    }
    pub fn messages(&self) -> usize {
        self.state().messages
    }
    /// The `nth` message from the first one on breaks.
    pub fn break_message(&self, nth: usize, way: Way) {
        self.state().breaks = Some((nth, way));
    }

    /// Who is at an address and shows the right certificate; whether the answer will be lost.
    fn reach(&self, peer: &Peer) -> Result<(Arc<Toolstack>, bool), PeerError> {
        let mut state = self.state();
        state.messages += 1;
        let breaks = state.breaks.filter(|(nth, _)| *nth == state.messages).map(|(_, way)| way);
        let nobody = || PeerError::Unreachable(format!("nobody answers at {}", peer.address));
        if breaks == Some(Way::There) {
            return Err(nobody());
        }
        let (toolstack, certificate) = state.houses.get(&peer.address).ok_or_else(nobody)?;
        let shown = wire::tls::Certificate::from_pem(certificate).map(|shown| shown.sha256);
        match &peer.fingerprint {
            Some(wanted) if shown.as_deref() != Some(wanted) => Err(nobody()),
            _ => Ok((toolstack.upgrade().ok_or_else(nobody)?, breaks == Some(Way::Back))),
        }
    }
}

pub struct Neighbour {
    street: Street,
    certificate: Text,
}

fn lost() -> PeerError {
    PeerError::Unreachable("the answer is lost".into())
}

impl Peers for Neighbour {
    fn call(
        &self,
        peer: &Peer,
        method: &'static str,
        params: Vec<Value>,
    ) -> BoxFuture<'static, Result<Value, PeerError>> {
        let reached = self.street.reach(peer);
        Box::pin(async move {
            let (toolstack, loses) = reached?;
            let origin = Origin::Network([10, 0, 0, 9].into());
            let incoming =
                Incoming { method: Text::new(method), params, origin, client: Text::new("neighbour") };
            let answer = toolstack.call(incoming).await;
            if loses {
                return Err(lost());
            }
            answer.map(Answer::into_value).map_err(PeerError::Api)
        })
    }
    fn ask(&self, peer: &Peer, question: String) -> BoxFuture<'static, Result<String, PeerError>> {
        let reached = self.street.reach(peer);
        Box::pin(async move {
            let (toolstack, loses) = reached?;
            let answer = members::answer(&toolstack, question.as_bytes()).await;
            if loses {
                return Err(lost());
            }
            answer.map_err(PeerError::Api)
        })
    }
    fn post(
        &self,
        peer: &Peer,
        path: &'static str,
        body: String,
    ) -> BoxFuture<'static, Result<(u16, String), PeerError>> {
        let reached = self.street.reach(peer);
        Box::pin(async move {
            let (_, loses) = reached?;
            if loses {
                return Err(lost());
            }
            Ok((200, format!("{path}: {body}")))
        })
    }
    fn own_certificate(&self) -> Text {
        self.certificate.clone()
    }
}
