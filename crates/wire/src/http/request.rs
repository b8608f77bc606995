//! `Request`: what a handler gets. The head is parsed, the path and query are decoded, and the
//! body is either here already and bounded, or a stream that the handler reads itself.

use super::accounts::Permit;
use super::gone::Gone;
use crate::base64;
use crate::tls::CertificateDer;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Method, Version, header};
use hyper_util::rt::TokioIo;
use model::Text;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

/// By which door a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Tcp,
    Tls,
    Unix,
}

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    pub origin: Origin,
    /// None on the Unix socket.
    pub address: Option<SocketAddr>,
    /// The number of this connection since the server began; requests of one connection share it.
    pub client: u64,
    /// The certificates that it shows, its own first; whether to believe them is for others to say.
    pub certificates: Arc<[CertificateDer<'static>]>,
}

/// Everything before the body.
#[derive(Clone, Debug)]
pub struct Head {
    pub method: Method,
    pub version: Version,
    /// Percent-decoded, always beginning with a slash.
    pub path: String,
    /// Decoded, in the order in which they came; a name may be there more than once.
    pub query: Vec<(Text, Text)>,
    pub headers: HeaderMap,
    pub peer: Peer,
}

pub struct Request {
    pub head: Head,
    pub body: Body,
    /// Where the client asked for another protocol, by CONNECT or by an `Upgrade` header.
    pub upgrade: Option<Upgrade>,
    /// Tells a call that only waits when to stop.
    pub gone: Gone,
}

pub enum Body {
    Whole(Bytes),
    Stream(BodyStream),
}

impl Head {
    /// None if the path or query is not UTF-8 once decoded.
    pub(super) fn new(request: &hyper::Request<Incoming>, peer: Peer) -> Option<Head> {
        let uri = request.uri();
        Some(Head {
            method: request.method().clone(),
            version: request.version(),
            path: decode_path(uri.path())?,
            query: decode_query(uri.query().unwrap_or_default())?,
            headers: request.headers().clone(),
            peer,
        })
    }

    /// The first query parameter with this name.
    pub fn query(&self, name: &str) -> Option<&Text> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        pairs
            .map(|(key, value)| (key.trim(), value.trim()))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
    /// User and password of HTTP Basic.
    pub fn basic_credentials(&self) -> Option<(String, String)> {
        let (scheme, encoded) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(base64::decode(encoded.trim())?).ok()?;
        text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
    }
    pub fn content_length(&self) -> Option<u64> {
        self.header(header::CONTENT_LENGTH)?.trim().parse().ok()
    }
    pub fn is_chunked(&self) -> bool {
        self.headers.contains_key(header::TRANSFER_ENCODING)
    }
    /// Methods whose body is the point of the request. Without a length their body would look
    /// empty although it is not.
    pub(super) fn needs_length(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }
    pub(super) fn wants_upgrade(&self) -> bool {
        self.method == Method::CONNECT || self.headers.contains_key(header::UPGRADE)
    }
    /// Whether the client will use the connection again.
    pub(super) fn keeps_alive(&self) -> bool {
        let said = |word: &str| {
            let lines =
                self.headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
            lines.flat_map(|line| line.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
        };
        if self.version == Version::HTTP_11 { !said("close") } else { said("keep-alive") }
    }
}

impl Request {
    /// The body of a request that was read as a whole; empty for a stream.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Whole(bytes) => bytes,
            Body::Stream(_) => &[],
        }
    }
}

/// A body that is still on its way.
pub struct BodyStream(pub(super) Incoming);

impl BodyStream {
    /// The next piece; None at the end. An error means that the body is incomplete.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        while let Some(frame) = self.0.frame().await {
            if let Ok(data) = frame.map_err(io::Error::other)?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

/// A connection that becomes something else once the answer (200 or 101) is written.
pub struct Upgrade {
    pub(super) pending: OnUpgrade,
    /// Comes with the answer: until then the place belongs to the HTTP connection.
    pub(super) permit: oneshot::Receiver<Arc<Permit>>,
}

impl Upgrade {
    /// Wait for the raw connection. Await this in a task of its own: it comes after the answer.
    pub async fn connection(self) -> io::Result<Upgraded> {
        let stream = self.pending.await.map_err(io::Error::other)?;
        let permit = self.permit.await.map_err(io::Error::other)?;
        Ok(Upgraded { stream: TokioIo::new(stream), _permit: permit })
    }
}

/// The raw connection. It keeps its place among the counted connections.
pub struct Upgraded {
    stream: TokioIo<hyper::upgrade::Upgraded>,
    _permit: Arc<Permit>,
}

impl AsyncRead for Upgraded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}
impl AsyncWrite for Upgraded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The path of a request, decoded. CONNECT may come without one.
pub fn decode_path(path: &str) -> Option<String> {
    let path = percent_decode(path, false)?;
    Some(if path.starts_with('/') { path } else { format!("/{path}") })
}

/// The parameters of a query, decoded.
pub fn decode_query(query: &str) -> Option<Vec<(Text, Text)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((Text::from(percent_decode(name, true)?), Text::from(percent_decode(value, true)?)))
        })
        .collect()
}

/// A percent sign that begins no escape stands for itself.
fn percent_decode(text: &str, plus_is_space: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = match bytes[at..] {
            [b'%', high, low, ..] => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        at += if escape.is_some() { 3 } else { 1 };
        out.push(match (escape, bytes[at - 1]) {
            (Some(byte), _) => byte,
            (None, b'+') if plus_is_space => b' ',
            (None, byte) => byte,
        });
    }
    String::from_utf8(out).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(headers: &[(&'static str, &str)]) -> Head {
        let peer = Peer { origin: Origin::Unix, address: None, client: 1, certificates: Arc::default() };
        let headers = headers
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()));
        Head {
            method: Method::GET,
            version: Version::HTTP_11,
            path: "/".into(),
            query: vec![],
            headers: headers.collect(),
            peer,
        }
    }

    #[test]
    fn paths_and_queries_are_decoded() {
        assert_eq!(decode_path("/a%20b+c%2fd"), Some("/a b+c/d".into()));
        assert_eq!(decode_path(""), Some("/".into()));
        assert_eq!(decode_path("/%ff"), None);
        assert_eq!(decode_path("/100%/%4"), Some("/100%/%4".into()));
        let query = decode_query("ref=OpaqueRef%3Ax&&uuid=a+b&uuid=c&flag").unwrap();
        let query: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(query, [("ref", "OpaqueRef:x"), ("uuid", "a b"), ("uuid", "c"), ("flag", "")]);
    }

    #[test]
    fn cookies_and_credentials() {
        let head =
            head(&[("cookie", "a=1; session_id=OpaqueRef:x"), ("authorization", "basic cm9vdDphOmI=")]);
        assert_eq!(head.cookie("session_id"), Some("OpaqueRef:x"));
        assert_eq!(head.cookie("session"), None);
        assert_eq!(head.basic_credentials(), Some(("root".into(), "a:b".into())));
    }

    #[test]
    fn keep_alive_by_version() {
        assert!(head(&[]).keeps_alive());
        assert!(!head(&[("connection", "Upgrade, Close")]).keeps_alive());
        assert!(!Head { version: Version::HTTP_10, ..head(&[]) }.keeps_alive());
        assert!(Head { version: Version::HTTP_10, ..head(&[("connection", "Keep-Alive")]) }.keeps_alive());
    }
}
