//! `Client`: the other end of XenAPI, over TCP, TLS or a Unix socket.
//!
//! One connection is kept warm between calls; calls at the same time open their own. A call is
//! sent again only if not a byte of it left: nothing is ever carried out twice.

use crate::bad_request::BadRequest;
use crate::jsonrpc;
use crate::tls::{TlsError, Trust};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use model::{ApiError, Value};
use rustls::pki_types::ServerName;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

/// Where a server is.
#[derive(Clone, Debug)]
pub enum Endpoint {
    Tcp { host: String, port: u16 },
    Tls { host: String, port: u16, trust: Trust },
    Unix(PathBuf),
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The server carried out the call and says that it failed.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// Nobody knows whether the call was carried out, except where the variant says so.
    #[error("{0}")]
    Transport(#[from] TransportError),
}

#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The call was not sent.
    #[error("connect to {endpoint}: {source}")]
    Connect { endpoint: String, source: io::Error },
    #[error("set up TLS: {0}")]
    Tls(#[from] TlsError),
    #[error("send the call: {0}")]
    Message(#[from] hyper::http::Error),
    #[error("exchange messages: {0}")]
    Broken(#[from] hyper::Error),
    #[error("get an answer in time")]
    TimedOut,
    #[error("read an answer longer than {MAX_REPLY_BYTES} bytes")]
    TooLong,
    #[error("get an answer, but the HTTP page {0}")]
    Status(StatusCode),
    #[error("understand the answer: {0}")]
    Reply(BadRequest),
}

/// Longer answers are refused: a client, too, bounds what it reads.
pub const MAX_REPLY_BYTES: usize = 1 << 30;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

type Sender = SendRequest<Full<Bytes>>;

pub struct Client {
    endpoint: Endpoint,
    tls: Option<Arc<rustls::ClientConfig>>,
    call_timeout: Duration,
    ids: AtomicI64,
    warm: Mutex<Option<Sender>>,
}

impl Client {
    /// Open the first connection. A call may take a day unless `call_timeout` says otherwise.
    pub async fn connect(endpoint: Endpoint) -> Result<Client, TransportError> {
        let tls = match &endpoint {
            Endpoint::Tls { trust, .. } => Some(trust.client_config()?),
            Endpoint::Tcp { .. } | Endpoint::Unix(_) => None,
        };
        let call_timeout = Duration::from_secs(86400);
        let client = Client { endpoint, tls, call_timeout, ids: AtomicI64::new(0), warm: Mutex::new(None) };
        let sender = client.open().await?;
        client.keep(sender);
        Ok(client)
    }
    pub fn call_timeout(mut self, timeout: Duration) -> Client {
        self.call_timeout = timeout;
        self
    }

    /// Call a method over JSON-RPC.
    pub async fn call(&self, method: &str, params: Vec<Value>) -> Result<Value, CallError> {
        let mut body = Vec::with_capacity(256);
        let id = self.ids.fetch_add(1, Ordering::Relaxed) + 1;
        jsonrpc::write_call(&mut body, id, method, &params);
        let (status, reply) = self.post("/jsonrpc", "application/json", body).await?;
        if status != StatusCode::OK {
            return Err(TransportError::Status(status).into());
        }
        Ok(jsonrpc::parse_response(&reply).map_err(TransportError::Reply)??)
    }

    /// Post a body and read what comes back, whatever its status.
    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Result<(StatusCode, Bytes), TransportError> {
        let request = Request::post(path)
            .header(header::HOST, self.host())
            .header(header::CONTENT_TYPE, content_type)
            .body(Full::new(body.into()))?;
        tokio::time::timeout(self.call_timeout, self.exchange(request))
            .await
            .map_err(|_| TransportError::TimedOut)?
    }

    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), TransportError> {
        let warm = self.warm.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut sender) = warm
            && sender.ready().await.is_ok()
        {
            match sender.try_send_request(request).await {
                Ok(response) => return self.read(response, sender).await,
                Err(mut failure) => match failure.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(failure.into_error().into()),
                },
            }
        }
        let mut sender = self.open().await?;
        let response = sender.send_request(request).await?;
        self.read(response, sender).await
    }

    async fn read(
        &self,
        response: hyper::Response<hyper::body::Incoming>,
        sender: Sender,
    ) -> Result<(StatusCode, Bytes), TransportError> {
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_REPLY_BYTES).collect().await;
        let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(error) => TransportError::Broken(*error),
            Err(error) => {
                debug_assert!(error.is::<LengthLimitError>());
                TransportError::TooLong
            }
        })?;
        self.keep(sender);
        Ok((status, body.to_bytes()))
    }

    fn keep(&self, sender: Sender) {
        if !sender.is_closed() {
            *self.warm.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        }
    }

    async fn open(&self) -> Result<Sender, TransportError> {
        let failed =
            |source: io::Error| TransportError::Connect { endpoint: self.endpoint.to_string(), source };
        let opening = async {
            match (&self.endpoint, &self.tls) {
                (Endpoint::Unix(path), _) => begin(UnixStream::connect(path).await.map_err(failed)?).await,
                (Endpoint::Tls { host, port, .. }, Some(config)) => {
                    let stream = tcp(host, *port).await.map_err(failed)?;
                    let name = ServerName::try_from(host.clone())
                        .map_err(|error| failed(io::Error::other(error)))?;
                    begin(TlsConnector::from(Arc::clone(config)).connect(name, stream).await.map_err(failed)?)
                        .await
                }
                (Endpoint::Tcp { host, port } | Endpoint::Tls { host, port, .. }, _) => {
                    begin(tcp(host, *port).await.map_err(failed)?).await
                }
            }
        };
        tokio::time::timeout(CONNECT_TIMEOUT, opening)
            .await
            .unwrap_or_else(|_| Err(failed(io::Error::from(io::ErrorKind::TimedOut))))
    }

    fn host(&self) -> String {
        match &self.endpoint {
            Endpoint::Tcp { host, port } | Endpoint::Tls { host, port, .. } => authority(host, *port),
            Endpoint::Unix(_) => "localhost".to_owned(),
        }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Endpoint::Tcp { host, port } => write!(out, "http://{}", authority(host, *port)),
            Endpoint::Tls { host, port, .. } => write!(out, "https://{}", authority(host, *port)),
            Endpoint::Unix(path) => write!(out, "{}", path.display()),
        }
    }
}

fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Speak HTTP on a stream. The connection lives in a task, which ends with the sender.
async fn begin<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
) -> Result<Sender, TransportError> {
    let (sender, connection) =
        http1::Builder::new().title_case_headers(true).handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Handler, Listener, Response, Server, Settings};
    use crate::tls::{Identity, self_signed};
    use std::time::SystemTime;
    use tokio::net::{TcpListener, UnixListener};
    use tokio::sync::watch;

    /// Answers every call with its first parameter, or fails with its method's name.
    struct Echo;

    impl Handler for Echo {
        async fn handle(&self, request: crate::http::Request) -> Response {
            let Ok(call) = jsonrpc::parse_request(request.bytes()) else {
                return Response::page(StatusCode::INTERNAL_SERVER_ERROR);
            };
            let mut out = Vec::new();
            match call.params.first() {
                Some(value) => call.envelope.success(&mut out, |writer| value.write(writer)),
                None => call.envelope.failure(&mut out, &ApiError::from_parts(call.method, vec![])),
            }
            let client = request.head.peer.client.to_string();
            Response::json_rpc(out).with_header(header::ETAG, client)
        }
    }

    fn serve(listener: Listener) -> watch::Sender<bool> {
        let (stop, shutdown) = watch::channel(false);
        tokio::spawn(Server::new(Arc::new(Echo), Settings::default(), shutdown).serve(listener));
        stop
    }

    #[tokio::test]
    async fn calls_over_a_unix_socket_use_one_connection_and_survive_its_loss() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let stop = serve(Listener::Unix(UnixListener::bind(&path).unwrap()));
        let client = Client::connect(Endpoint::Unix(path.clone())).await.unwrap();
        for number in 0..3 {
            assert_eq!(client.call("a.b", vec![Value::Int(number)]).await.unwrap(), Value::Int(number));
        }
        let failure = client.call("SOME_ERROR", vec![]).await;
        assert!(matches!(failure, Err(CallError::Api(error)) if error.code == "SOME_ERROR"));
        let page = client.post("/jsonrpc", "text/plain", "nonsense").await.unwrap();
        assert_eq!(page.0, StatusCode::INTERNAL_SERVER_ERROR);
        stop.send_replace(true);
        while !client.warm.lock().unwrap().as_ref().unwrap().is_closed() {
            tokio::task::yield_now().await;
        }
        std::fs::remove_file(&path).unwrap();
        let _stop = serve(Listener::Unix(UnixListener::bind(&path).unwrap()));
        assert_eq!(client.call("a.b", vec!["x".into()]).await.unwrap(), "x".into());
        std::fs::remove_file(&path).unwrap();
        let nobody = Client::connect(Endpoint::Unix(path)).await;
        assert!(matches!(nobody, Err(TransportError::Connect { .. })));
    }

    #[tokio::test]
    async fn tls_clients_know_their_server_by_its_fingerprint() {
        let pem = self_signed("host1", &[], SystemTime::now(), None).unwrap();
        let identity = Identity::from_pem(pem.as_bytes()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (_config, configs) = watch::channel(identity.server_config().unwrap());
        let _stop = serve(Listener::Tls(listener, configs));
        let connect = |trust| Client::connect(Endpoint::Tls { host: "127.0.0.1".into(), port, trust });
        for trust in [Trust::AnyCertificate, Trust::Fingerprint(identity.fingerprint())] {
            let client = connect(trust).await.unwrap();
            assert_eq!(client.call("a.b", vec![Value::Bool(true)]).await.unwrap(), Value::Bool(true));
        }
        assert!(matches!(connect(Trust::Fingerprint([0; 32])).await, Err(TransportError::Connect { .. })));
    }
}
