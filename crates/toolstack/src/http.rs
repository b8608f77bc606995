//! The way from HTTP to the door.

use crate::door::Incoming;
use crate::handler::Origin;
use crate::toolstack::Toolstack;
use std::sync::Arc;
use wire::http::{Handler, Method, Request, Response, StatusCode, header};

pub struct Front {
    toolstack: Arc<Toolstack>,
}

impl Front {
    pub fn new(toolstack: Arc<Toolstack>) -> Front {
        Front { toolstack }
    }
}

impl Handler for Front {
    async fn handle(&self, request: Request) -> Response {
        let origin = match request.head.peer.address {
            Some(address) => Origin::Network(address.ip()),
            None => Origin::Socket,
        };
        let client = request.head.header(header::USER_AGENT).unwrap_or_default().into();
        match (&request.head.method, request.head.path.as_str()) {
            (&Method::POST, "/jsonrpc") => {
                let Ok(call) = wire::jsonrpc::parse_request(request.bytes()) else {
                    return Response::page(StatusCode::INTERNAL_SERVER_ERROR);
                };
                let incoming = Incoming { method: call.method, params: call.params, origin, client };
                let mut body = Vec::new();
                match self.toolstack.call(incoming).await {
                    Ok(answer) => call.envelope.success(&mut body, |out| answer.write(out)),
                    Err(error) => call.envelope.failure(&mut body, &error),
                }
                Response::json_rpc(body)
            }
            (&Method::POST, _) => {
                let Ok(call) = wire::xmlrpc::parse_call(request.bytes()) else {
                    return Response::page(StatusCode::INTERNAL_SERVER_ERROR);
                };
                let incoming = Incoming { method: call.method, params: call.params, origin, client };
                let mut body = Vec::new();
                match self.toolstack.call(incoming).await {
                    Ok(answer) => wire::xmlrpc::success(&mut body, |out| answer.write(out)),
                    Err(error) => wire::xmlrpc::failure(&mut body, &error),
                }
                Response::xml_rpc(body)
            }
            _ => Response::page(StatusCode::NOT_FOUND),
        }
    }
}
