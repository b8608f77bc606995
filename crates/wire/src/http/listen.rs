//! `Server`: accepts connections on TCP, TLS and Unix sockets, and stops gracefully.

use super::accounts::{Accounts, Permit};
use super::gone::stopped;
use super::pulse::{Expired, Pulse, Watched};
use super::request::{Origin, Peer};
use super::service::{Handler, Service};
use super::settings::Settings;
use super::socket::{Ear, Socket};
use hyper::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

/// Where clients knock. A TLS listener takes each new configuration for the next connection.
pub enum Listener {
    Tcp(TcpListener),
    Tls(TcpListener, watch::Receiver<Arc<rustls::ServerConfig>>),
    Unix(UnixListener),
}

pub struct Server<H> {
    handler: Arc<H>,
    settings: Arc<Settings>,
    pub(super) accounts: Arc<Accounts>,
    shutdown: watch::Receiver<bool>,
    clients: AtomicU64,
}

/// How often a connection looks at its deadlines.
const TICK: Duration = Duration::from_secs(1);

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

impl<H: Handler> Server<H> {
    /// The server stops once `shutdown` says true, or nobody is left to say it.
    pub fn new(handler: Arc<H>, settings: Settings, shutdown: watch::Receiver<bool>) -> Arc<Server<H>> {
        let accounts = Accounts::new(&settings);
        Arc::new(Server {
            handler,
            settings: Arc::new(settings),
            accounts,
            shutdown,
            clients: AtomicU64::new(0),
        })
    }

    /// Serve one listener until the shutdown, then until its running requests have ended.
    /// Upgraded connections are not waited for. Bound the wait with a timeout of your own.
    pub async fn serve(self: Arc<Self>, listener: Listener) {
        let (running, mut finished) = mpsc::channel(1);
        let mut shutdown = self.shutdown.clone();
        tokio::select! {
            () = stopped(&mut shutdown) => {}
            () = self.accept_all(&listener, &running) => {}
        }
        drop((listener, running));
        finished.recv().await;
    }

    async fn accept_all(self: &Arc<Self>, listener: &Listener, running: &mpsc::Sender<Infallible>) {
        while let Some(place) = self.accounts.place(matches!(listener, Listener::Unix(_))).await {
            let accepted = match listener {
                Listener::Tcp(listener) | Listener::Tls(listener, _) => {
                    listener.accept().await.map(|(stream, address)| {
                        let _ = stream.set_nodelay(true);
                        (Accepted::Tcp(stream), Some(address))
                    })
                }
                Listener::Unix(listener) => {
                    listener.accept().await.map(|(stream, _)| (Accepted::Unix(stream), None))
                }
            };
            let (socket, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    self.pause_after(&error).await;
                    continue;
                }
            };
            let Some(permit) = self.accounts.admit(place, address.map(|address| address.ip())) else {
                tracing::debug!(?address, "too many connections from one address");
                continue;
            };
            let (server, running) = (Arc::clone(self), running.clone());
            match (socket, listener) {
                (Accepted::Tcp(stream), Listener::Tls(_, config)) => {
                    let stream = Socket::new(stream.into_split());
                    let ear = stream.ear();
                    let acceptor = TlsAcceptor::from(Arc::clone(&config.borrow()));
                    tokio::spawn(async move {
                        let handshake = acceptor.accept(stream);
                        match tokio::time::timeout(server.settings.header_read_timeout, handshake).await {
                            Ok(Ok(stream)) => {
                                let shown = stream.get_ref().1.peer_certificates().map(Arc::from);
                                let permit = match &shown {
                                    Some(_) => server.accounts.certify(permit),
                                    None => Some(permit),
                                };
                                let Some(permit) = permit else {
                                    tracing::debug!(?address, "too many connections with certificates");
                                    return;
                                };
                                let peer = server.peer(Origin::Tls, address);
                                let peer = Peer { certificates: shown.unwrap_or_default(), ..peer };
                                server.converse(stream, Some(ear), peer, permit, running).await
                            }
                            Ok(Err(error)) => tracing::debug!(?address, %error, "no TLS"),
                            Err(_) => tracing::debug!(?address, "no TLS in time"),
                        }
                    });
                }
                (Accepted::Tcp(stream), _) => {
                    let stream = Socket::new(stream.into_split());
                    let ear = Some(stream.ear());
                    let peer = server.peer(Origin::Tcp, address);
                    tokio::spawn(server.converse(stream, ear, peer, permit, running));
                }
                (Accepted::Unix(stream), _) => {
                    let stream = Socket::new(stream.into_split());
                    let ear = Some(stream.ear());
                    let peer = server.peer(Origin::Unix, None);
                    tokio::spawn(server.converse(stream, ear, peer, permit, running));
                }
            }
        }
    }

    /// A client that left early is no reason to wait; running out of descriptors is.
    async fn pause_after(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
        if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
            tracing::warn!(%error, "failed to accept a connection");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Who is at the other end of a new connection.
    pub(super) fn peer(&self, origin: Origin, address: Option<SocketAddr>) -> Peer {
        let client = self.clients.fetch_add(1, Ordering::Relaxed);
        Peer { origin, address, client, certificates: Arc::default() }
    }

    /// Serve one connection to its end.
    pub(super) async fn converse<S: Stream>(
        self: Arc<Self>,
        stream: S,
        ear: Option<Arc<dyn Ear>>,
        peer: Peer,
        permit: Permit,
        running: mpsc::Sender<Infallible>,
    ) {
        let pulse = Pulse::new();
        let address = peer.address;
        let service = Service {
            handler: Arc::clone(&self.handler),
            settings: Arc::clone(&self.settings),
            peer,
            pulse: Arc::clone(&pulse),
            permit: Arc::new(permit),
            accounts: Arc::clone(&self.accounts),
            shutdown: self.shutdown.clone(),
            running,
        };
        let mut connection = http1::Builder::new()
            .title_case_headers(true)
            .header_read_timeout(None)
            .max_header_size(self.settings.max_header_bytes)
            .serve_connection(
                TokioIo::new(Watched::new(stream, Arc::clone(&pulse))),
                service_fn(move |request| service.clone().answer(request)),
            )
            .with_upgrades();
        let mut shutdown = self.shutdown.clone();
        let mut stopping = false;
        let mut ticks = tokio::time::interval(TICK.min(self.settings.header_read_timeout));
        loop {
            tokio::select! {
                result = &mut connection => {
                    if let Err(error) = result {
                        tracing::debug!(?address, %error, "a connection broke");
                    }
                    return;
                }
                () = stopped(&mut shutdown), if !stopping => {
                    stopping = true;
                    if pulse.is_reading_head() {
                        return;
                    }
                    Pin::new(&mut connection).graceful_shutdown();
                }
                () = self.accounts.crowded.notified() => {
                    if pulse.is_idle_for(TICK) {
                        Pin::new(&mut connection).graceful_shutdown();
                    }
                }
                _ = ticks.tick() => match pulse.expired(&self.settings) {
                    // hyper does not look while bytes of another request are here.
                    None if pulse.is_waiting() && ear.as_ref().is_some_and(|ear| ear.is_closed()) => {
                        return;
                    }
                    None => {}
                    Some(Expired::Idle | Expired::Write) => return,
                    Some(Expired::Head) => {
                        if let Some(parts) = connection.into_parts() {
                            let _ = tokio::time::timeout(TICK, say_timeout(&mut parts.io.into_inner())).await;
                        }
                        return;
                    }
                }
            }
        }
    }
}

enum Accepted {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

/// hyper has no answer for a head that never ends, so this one is written by hand.
async fn say_timeout<S: AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    let page = super::pages::html(StatusCode::REQUEST_TIMEOUT);
    let head = format!(
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&page).await?;
    stream.shutdown().await
}
