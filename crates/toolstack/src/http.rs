//! From HTTP to the door: the paths of the RPC protocols, the few pages, and who a visitor is.
//!
//! Quirk json-is-xml: `POST /json` speaks XML-RPC like every path that nothing else claims; the only
//! JSON endpoint is `/jsonrpc`. What else is served (import, export, consoles, metrics) adds itself as
//! an `Endpoint`.

mod database;
mod explain;
mod members;
mod metrics;
mod pages;
mod rpc;
mod visitor;

pub use pages::Pages;
pub use visitor::{Visitor, authenticate};

use crate::handler::Origin;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use wire::http::{Handler, Head, Intake, Method, Peer, Request, Response, Route, Router, StatusCode};

/// Something that is served under a path of its own.
pub trait Endpoint: Send + Sync + 'static {
    fn intake(&self, _head: &Head) -> Intake {
        Intake::Whole
    }
    fn serve(&self, toolstack: Arc<Toolstack>, request: Request) -> BoxFuture<'static, Response>;
}

enum Target {
    XmlRpc,
    JsonRpc,
    Preflight,
    Page,
    Endpoint(Arc<dyn Endpoint>),
}

pub struct Front {
    toolstack: Arc<Toolstack>,
    routes: Router<Target>,
    pages: Option<Arc<dyn Pages>>,
}

impl Front {
    pub fn new(toolstack: Arc<Toolstack>) -> Front {
        let mut routes = Router::default();
        for path in ["/", "/RPC2", "/json"] {
            routes.add(Method::POST, path, Target::XmlRpc);
        }
        routes.add(Method::POST, "/jsonrpc", Target::JsonRpc);
        for path in ["/", "/json", "/jsonrpc"] {
            routes.add(Method::OPTIONS, path, Target::Preflight);
        }
        routes.add(Method::GET, "/", Target::Page);
        let mut front = Front { toolstack, routes, pages: None };
        front.add(Method::GET, "/pool/xmldbdump", database::Dump);
        front.add(Method::GET, "/metrics", metrics::Metrics);
        front.add(Method::POST, "/xenios/members", members::Members);
        front.add(Method::POST, "/xenios/explain", explain::Explain);
        front
    }

    /// Pages for browsers beside the one that is always there.
    pub fn with_pages(self, pages: Option<Arc<dyn Pages>>) -> Front {
        Front { pages, ..self }
    }

    /// Whether `host.set_https_only` has closed the plain port.
    fn is_https_only(&self) -> bool {
        let pool = self.toolstack.store.snapshot();
        pool.get(self.toolstack.this_host()).is_some_and(|host| host.https_only)
    }

    /// Serve another path. The longest that fits a request is chosen.
    pub fn add(&mut self, method: Method, prefix: &str, endpoint: impl Endpoint) {
        self.routes.add(method, prefix, Target::Endpoint(Arc::new(endpoint)));
    }
}

/// What a member leaves to the coordinator: machines and disks that go out and come in.
const OF_COORDINATOR: &[&str] =
    &["/export", "/export_metadata", "/export_raw_vdi", "/import", "/import_metadata", "/import_raw_vdi"];

impl Front {
    /// Where a member sends a visitor.
    pub fn elsewhere(&self, head: &Head) -> Option<Response> {
        if !OF_COORDINATOR.contains(&head.path.as_str()) {
            return None;
        }
        let address = self.toolstack.coordinator_elsewhere(&self.toolstack.store.snapshot())?;
        let query: Vec<String> =
            head.query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        Some(Response::redirect(&format!("https://{address}{}{mark}{}", head.path, query.join("&"))))
    }
}

/// A part of a query as it is written in an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Handler for Front {
    fn intake(&self, head: &Head) -> Intake {
        if head.peer.origin == wire::http::Origin::Tcp && self.is_https_only() {
            return Intake::Refuse(Response::page(StatusCode::FORBIDDEN));
        }
        match self.routes.find(&head.method, &head.path) {
            Route::Found(Target::Endpoint(endpoint)) => {
                self.elsewhere(head).map_or_else(|| endpoint.intake(head), Intake::Refuse)
            }
            Route::Found(_) => Intake::Whole,
            Route::NoPath => Intake::Refuse(Response::page(StatusCode::FORBIDDEN)),
            Route::NoMethod => Intake::Refuse(Response::page(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    async fn handle(&self, request: Request) -> Response {
        let Route::Found(target) = self.routes.find(&request.head.method, &request.head.path) else {
            return Response::page(StatusCode::FORBIDDEN);
        };
        match target {
            Target::XmlRpc => rpc::xml(&self.toolstack, &request).await,
            Target::JsonRpc => rpc::json(&self.toolstack, &request).await,
            Target::Preflight => Response::preflight(&request.head),
            Target::Page => pages::page(&self.toolstack.settings, self.pages.as_deref(), &request.head).await,
            Target::Endpoint(endpoint) => endpoint.serve(self.toolstack.clone(), request).await,
        }
    }
}

/// How a request came in, as the door wants to know it.
pub fn origin(peer: &Peer) -> Origin {
    match (peer.origin, peer.address) {
        (wire::http::Origin::Unix, _) => Origin::Socket,
        (_, Some(address)) => Origin::Network(address.ip().to_canonical()),
        (_, None) => Origin::Network(std::net::Ipv4Addr::UNSPECIFIED.into()),
    }
}
