//! `Response`: what a handler gives back: a status, headers, and bytes or a stream of them.

use super::pulse::Busy;
use super::request::Head;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Reply,
}

#[derive(Debug)]
pub enum Reply {
    Whole(Bytes),
    /// Pieces as they come. Without a `Content-Length` the end of the connection (HTTP/1.0) or
    /// chunks (1.1) tell where it ends.
    Stream(ReplyStream),
}

/// The reading end of a streamed reply: pieces, then None.
#[derive(Debug)]
pub struct ReplyStream(mpsc::Receiver<Option<Bytes>>);

/// The writing end of a streamed reply.
///
/// Only `finish` ends the body well. If this is dropped before, by an error or a panic, the
/// connection breaks off, so that no client takes half an export for a whole one.
#[derive(Debug)]
pub struct ReplySender(mpsc::Sender<Option<Bytes>>);

/// The client has gone; nobody wants the rest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("send the answer to a client that has gone")]
pub struct ClientGone;

impl ReplySender {
    /// Waits while the client is too many pieces behind.
    pub async fn send(&self, piece: impl Into<Bytes>) -> Result<(), ClientGone> {
        self.0.send(Some(piece.into())).await.map_err(|_| ClientGone)
    }
    pub async fn finish(self) -> Result<(), ClientGone> {
        self.0.send(None).await.map_err(|_| ClientGone)
    }
}

impl Response {
    pub fn new(status: StatusCode) -> Response {
        Response { status, headers: HeaderMap::new(), body: Reply::Whole(Bytes::new()) }
    }
    pub fn with_body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Response {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = Reply::Whole(body.into());
        self
    }
    /// A header whose value may come from outside; a value that HTTP cannot carry is left out.
    pub fn with_header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Response {
        if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
            self.headers.insert(name, value);
        }
        self
    }
    /// A body that is written while it is sent, at most this many pieces ahead.
    pub fn streamed(mut self, content_type: &'static str, pieces_ahead: usize) -> (Response, ReplySender) {
        let (sender, receiver) = mpsc::channel(pieces_ahead.max(1));
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = Reply::Stream(ReplyStream(receiver));
        (self, ReplySender(sender))
    }

    /// The answer to an XML-RPC call, failed or not.
    pub fn xml_rpc(body: Vec<u8>) -> Response {
        Response::rpc("text/xml", body)
    }
    /// The answer to a JSON-RPC call, failed or not.
    pub fn json_rpc(body: Vec<u8>) -> Response {
        Response::rpc("application/json", body)
    }
    fn rpc(content_type: &'static str, body: Vec<u8>) -> Response {
        let mut response = Response::new(StatusCode::OK).with_body(content_type, body);
        let headers = &mut response.headers;
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("X-Requested-With"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
        response
    }
    /// The answer to OPTIONS on an RPC path: a browser asks before it posts.
    pub fn preflight(head: &Head) -> Response {
        let wanted = match head.header(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            Some(requested) => format!("{requested}, X-Requested-With"),
            None => "X-Requested-With".to_owned(),
        };
        Response::new(StatusCode::OK)
            .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .with_header(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted)
            .with_header(header::ACCESS_CONTROL_ALLOW_METHODS, "PUT")
    }
    pub fn redirect(location: &str) -> Response {
        Response::page(StatusCode::FOUND).with_header(header::LOCATION, location)
    }
    /// 401, with the name of what the client should prove itself for.
    pub fn unauthorized(realm: &str) -> Response {
        let realm: String = realm.chars().filter(|letter| !matches!(letter, '"' | '\\')).collect();
        Response::page(StatusCode::UNAUTHORIZED)
            .with_header(header::WWW_AUTHENTICATE, format!("Basic realm=\"{realm}\""))
    }
    /// The connection ends with this answer.
    pub fn closing(self) -> Response {
        self.with_header(header::CONNECTION, "close")
    }

    pub(super) fn into_hyper(self, keep_alive: bool, busy: Busy) -> hyper::Response<ReplyBody> {
        let mut response = self.into_upgrade(busy);
        if !response.headers().contains_key(header::CONNECTION) {
            let value = HeaderValue::from_static(if keep_alive { "keep-alive" } else { "close" });
            response.headers_mut().insert(header::CONNECTION, value);
        }
        response
    }
    /// As it is: of an upgrade, the handler alone says what `Connection` is.
    pub(super) fn into_upgrade(self, busy: Busy) -> hyper::Response<ReplyBody> {
        let mut response = hyper::Response::new(ReplyBody { reply: self.body, _busy: busy });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A reply on its way out. Its connection is busy for as long as this lives.
pub struct ReplyBody {
    reply: Reply,
    _busy: Busy,
}

impl hyper::body::Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.reply {
            Reply::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Reply::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Reply::Stream(ReplyStream(pieces)) => pieces.poll_recv(context).map(|piece| match piece {
                Some(Some(bytes)) => Some(Ok(Frame::data(bytes))),
                Some(None) => None,
                None => Some(Err(io::Error::from(io::ErrorKind::UnexpectedEof))),
            }),
        }
    }
    fn is_end_stream(&self) -> bool {
        matches!(&self.reply, Reply::Whole(bytes) if bytes.is_empty())
    }
    fn size_hint(&self) -> SizeHint {
        match &self.reply {
            Reply::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Reply::Stream(_) => SizeHint::default(),
        }
    }
}
