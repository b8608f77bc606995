//! Other toolstacks, reached over TLS.

use futures_util::future::BoxFuture;
use model::{Text, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use toolstack::peers::{Peer, PeerError, Peers};
use wire::client::{CallError, Client, Endpoint, TransportError};
use wire::http::StatusCode;
use wire::tls::{Identity, Trust};

/// Longer than anybody waits for the next fact, and than most steps take.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// How long a stranger may take to answer.
const POST_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct WirePeers {
    /// What others see here, as PEM.
    certificate: Mutex<Text>,
    /// Connections that are kept, by address and fingerprint.
    clients: Arc<Mutex<BTreeMap<(Text, Option<Text>), Arc<Client>>>>,
}

impl WirePeers {
    /// From now on others see this certificate.
    pub fn show(&self, identity: &Identity) {
        let certificate = Text::new(identity.certificate_pem());
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    fn client(&self, peer: &Peer) -> BoxFuture<'static, Result<Arc<Client>, PeerError>> {
        let (clients, peer) = (self.clients.clone(), peer.clone());
        Box::pin(async move {
            let key = (peer.address.clone(), peer.fingerprint.clone());
            let kept = clients.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            if let Some(client) = kept {
                return Ok(client);
            }
            let client = Client::connect(endpoint(&peer)?).await.map_err(unreachable)?;
            let client = Arc::new(client.call_timeout(TIMEOUT));
            // Whom nobody has vouched for yet is forgotten again.
            if peer.fingerprint.is_some() {
                clients.lock().unwrap_or_else(PoisonError::into_inner).insert(key, client.clone());
            }
            Ok(client)
        })
    }
}

fn unreachable(error: TransportError) -> PeerError {
    PeerError::Unreachable(error.to_string())
}

/// `host`, `host:port` or `[v6]:port`; the port is 443 if none is said.
fn endpoint(peer: &Peer) -> Result<Endpoint, PeerError> {
    let address = peer.address.as_str();
    let split = address.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let (host, port) = match split {
        Some((host, port)) => {
            let port =
                port.parse().map_err(|_| PeerError::Unreachable(format!("{address} is no address")))?;
            (host, port)
        }
        None => (address, 443),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_string();
    let trust = match &peer.fingerprint {
        None => Trust::AnyCertificate,
        Some(text) => {
            let bytes = wire::tls::fingerprint_of_text(text);
            Trust::Fingerprint(
                bytes.ok_or_else(|| PeerError::Unreachable(format!("{text} is no fingerprint")))?,
            )
        }
    };
    Ok(Endpoint::Tls { host, port, trust })
}

impl Peers for WirePeers {
    fn call(
        &self,
        peer: &Peer,
        method: &'static str,
        params: Vec<Value>,
    ) -> BoxFuture<'static, Result<Value, PeerError>> {
        let client = self.client(peer);
        Box::pin(async move {
            client.await?.call(method, params).await.map_err(|error| match error {
                CallError::Api(error) => PeerError::Api(error),
                CallError::Transport(error) => unreachable(error),
            })
        })
    }

    fn ask(&self, peer: &Peer, question: String) -> BoxFuture<'static, Result<String, PeerError>> {
        let client = self.client(peer);
        Box::pin(async move {
            let asked = client.await?.post("/xenios/members", "application/json", question).await;
            match asked.map_err(unreachable)? {
                (StatusCode::OK, body) => String::from_utf8(body.to_vec())
                    .map_err(|error| PeerError::Unreachable(error.to_string())),
                (status, _) => Err(PeerError::Unreachable(format!("the answer was the page {status}"))),
            }
        })
    }

    fn post(
        &self,
        peer: &Peer,
        path: &'static str,
        body: String,
    ) -> BoxFuture<'static, Result<(u16, String), PeerError>> {
        let client = self.client(peer);
        Box::pin(async move {
            let asked = async { client.await?.post(path, "text/plain", body).await.map_err(unreachable) };
            let answer = tokio::time::timeout(POST_TIMEOUT, asked).await;
            let (status, body) = answer.map_err(|_| unreachable(TransportError::TimedOut))??;
            Ok((status.as_u16(), String::from_utf8_lossy(&body).into_owned()))
        })
    }

    fn own_certificate(&self) -> Text {
        self.certificate.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_ports_or_not() {
        let at = |address: &str| match endpoint(&Peer { address: Text::new(address), fingerprint: None }) {
            Ok(endpoint) => endpoint.to_string(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(at("10.0.0.1"), "https://10.0.0.1:443");
        assert_eq!(at("10.0.0.1:8443"), "https://10.0.0.1:8443");
        assert_eq!(at("[::1]:8443"), "https://[::1]:8443");
        assert_eq!(at("::1"), "https://[::1]:443");
        assert!(at("host:x").contains("no address"));
    }
}
