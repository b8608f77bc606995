//! From a request's head to its answer.
//!
//! The handler runs in a task of its own. So a panic ends one request, and a call that has begun
//! is carried out even if its client goes away. The place among the connections does not go into
//! that task: it is free when the connection ends. A call that only waits hears by [`Gone`] that
//! its client went.

use super::accounts::{Accounts, Permit, Share};
use super::gone::Gone;
use super::pulse::Pulse;
use super::request::{Body, BodyStream, Head, Peer, Request, Upgrade};
use super::response::{ReplyBody, Response};
use super::settings::Settings;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::Incoming;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// What happens with the body, decided from the head before a byte of the body is read.
#[derive(Debug)]
pub enum Intake {
    /// Read it as a whole, up to the limit of the settings.
    Whole,
    /// Read it as a whole, up to this many bytes.
    WholeUpTo(usize),
    /// Hand it over unread and unbounded. It may be chunked; a length or chunks there must be.
    Stream,
    /// Do not read it.
    Refuse(Response),
}

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    fn intake(&self, _head: &Head) -> Intake {
        Intake::Whole
    }
    fn handle(&self, request: Request) -> impl Future<Output = Response> + Send;
}

/// What all requests of a connection share.
pub struct Service<H> {
    pub handler: Arc<H>,
    pub settings: Arc<Settings>,
    pub peer: Peer,
    pub pulse: Arc<Pulse>,
    pub permit: Arc<Permit>,
    pub accounts: Arc<Accounts>,
    pub shutdown: watch::Receiver<bool>,
    /// The server is not finished as long as a copy of this lives.
    pub running: mpsc::Sender<Infallible>,
}

// Not derived: a copy of the service needs no copy of the handler.
impl<H> Clone for Service<H> {
    fn clone(&self) -> Self {
        Service {
            handler: Arc::clone(&self.handler),
            settings: Arc::clone(&self.settings),
            peer: self.peer.clone(),
            pulse: Arc::clone(&self.pulse),
            permit: Arc::clone(&self.permit),
            accounts: Arc::clone(&self.accounts),
            shutdown: self.shutdown.clone(),
            running: self.running.clone(),
        }
    }
}

impl<H: Handler> Service<H> {
    pub async fn answer(
        self,
        mut request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<ReplyBody>, Infallible> {
        let busy = self.pulse.busy();
        let Some(head) = Head::new(&request, self.peer.clone()) else {
            return Ok(Response::page(StatusCode::BAD_REQUEST).closing().into_hyper(false, busy));
        };
        let Some(share) = self.accounts.begin(self.peer.address.map(|address| address.ip())) else {
            tracing::debug!(address = ?self.peer.address, "too many calls of one address");
            let page = Response::page(StatusCode::SERVICE_UNAVAILABLE).closing();
            return Ok(page.into_hyper(false, busy));
        };
        let keep_alive = head.keeps_alive();
        let what = (head.method.clone(), head.path.clone());
        let (grant, upgrade) = if head.wants_upgrade() {
            let (grant, permit) = oneshot::channel();
            (Some(grant), Some(Upgrade { pending: hyper::upgrade::on(&mut request), permit }))
        } else {
            (None, None)
        };
        // hyper drops this future when the connection ends, and `staying` with it.
        let (_staying, gone) = Gone::new(self.shutdown);
        let call = Call {
            handler: self.handler,
            settings: self.settings,
            pulse: Arc::clone(&self.pulse),
            gone,
            _share: share,
            _running: self.running,
        };
        let response = match tokio::spawn(call.carry_out(head, request.into_body(), upgrade)).await {
            Ok(response) => response,
            Err(panic) => {
                tracing::error!(method = %what.0, path = %what.1, %panic, "a request failed to end");
                Response::page(StatusCode::INTERNAL_SERVER_ERROR).closing()
            }
        };
        self.pulse.set_waiting(false);
        let upgraded = response.status == StatusCode::SWITCHING_PROTOCOLS || response.status.is_success();
        if let Some(grant) = grant.filter(|_| upgraded) {
            // It fails if the handler does not want the connection.
            let _ = grant.send(self.permit);
            // The handler says what `Connection` means now; nothing is added.
            return Ok(response.into_upgrade(busy));
        }
        Ok(response.into_hyper(keep_alive, busy))
    }
}

/// What a running call keeps of its connection, which may end before it.
struct Call<H> {
    handler: Arc<H>,
    settings: Arc<Settings>,
    pulse: Arc<Pulse>,
    gone: Gone,
    _share: Share,
    _running: mpsc::Sender<Infallible>,
}

impl<H: Handler> Call<H> {
    async fn carry_out(self, head: Head, body: Incoming, upgrade: Option<Upgrade>) -> Response {
        let body = match self.take_body(&head, body).await {
            Ok(body) => body,
            Err(refusal) => return *refusal,
        };
        self.pulse.set_waiting(matches!(body, Body::Whole(_)));
        let gone = self.gone.clone();
        self.handler.handle(Request { head, body, upgrade, gone }).await
    }

    async fn take_body(&self, head: &Head, incoming: Incoming) -> Result<Body, Box<Response>> {
        let refuse = |status| Err(Box::new(Response::page(status).closing()));
        let limit = match self.handler.intake(head) {
            Intake::Whole => self.settings.rpc_body_bytes,
            Intake::WholeUpTo(limit) => limit,
            Intake::Stream
                if head.needs_length() && head.content_length().is_none() && !head.is_chunked() =>
            {
                return refuse(StatusCode::LENGTH_REQUIRED);
            }
            Intake::Stream => return Ok(Body::Stream(BodyStream(incoming))),
            Intake::Refuse(response) => return Err(Box::new(response.closing())),
        };
        match head.content_length() {
            _ if head.is_chunked() => return refuse(StatusCode::LENGTH_REQUIRED),
            None if head.needs_length() => return refuse(StatusCode::LENGTH_REQUIRED),
            None => return Ok(Body::Whole(Bytes::new())),
            // Quirk too-long-is-500: not 413, and clients know it so.
            Some(length) if length > limit as u64 => return refuse(StatusCode::INTERNAL_SERVER_ERROR),
            Some(_) => {}
        }
        let reading = Limited::new(incoming, limit).collect();
        match tokio::time::timeout(self.settings.body_timeout, reading).await {
            Ok(Ok(body)) => Ok(Body::Whole(body.to_bytes())),
            Ok(Err(error)) if error.is::<LengthLimitError>() => refuse(StatusCode::INTERNAL_SERVER_ERROR),
            Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST),
            Err(_) => refuse(StatusCode::REQUEST_TIMEOUT),
        }
    }
}
