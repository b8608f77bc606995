//! One RPC call: bytes to the door and back.

use super::origin;
use crate::client_certificates;
use crate::door::{Answer, Incoming};
use crate::handler::Origin;
use crate::toolstack::Toolstack;
use model::{ApiError, Text, Value};
use std::sync::Arc;
use wire::http::{Head, Request, Response, StatusCode, header};
use wire::{BadRequest, jsonrpc, xmlrpc};

/// Calls that wait and change nothing. All others are carried out even if the client leaves.
const WAITING: [&str; 2] = ["event.from", "event.next"];

/// What a client's certificate is looked at for.
const LOGIN: &str = "session.login_with_password";

pub async fn xml(toolstack: &Arc<Toolstack>, request: &Request) -> Response {
    let mut out = Vec::new();
    let call = match xmlrpc::parse_call(request.bytes()) {
        Ok(call) => call,
        Err(BadRequest::NotUtf8) => {
            xmlrpc::failure(&mut out, &ApiError::invalid_value("request", "text that is not UTF-8"));
            return Response::xml_rpc(out);
        }
        Err(error) => return unreadable(&error),
    };
    let bare = call.method == "system.listMethods";
    let Some(outcome) = outcome(toolstack, request, call.method, call.params).await else {
        return stopped();
    };
    match outcome {
        Ok(answer) if bare => xmlrpc::bare(&mut out, |writer| answer.write(writer)),
        Ok(answer) => xmlrpc::success(&mut out, |writer| answer.write(writer)),
        Err(error) => xmlrpc::failure(&mut out, &error),
    }
    Response::xml_rpc(out)
}

pub async fn json(toolstack: &Arc<Toolstack>, request: &Request) -> Response {
    let call = match jsonrpc::parse_request(request.bytes()) {
        Ok(call) => call,
        Err(error) => return unreadable(&error),
    };
    let mut out = Vec::new();
    let Some(outcome) = outcome(toolstack, request, call.method, call.params).await else {
        return stopped();
    };
    match outcome {
        Ok(answer) => call.envelope.success(&mut out, |writer| answer.write(writer)),
        Err(error) => call.envelope.failure(&mut out, &error),
    }
    Response::json_rpc(out)
}

/// None if the call only waited, and nobody waits for it any more.
async fn outcome(
    toolstack: &Arc<Toolstack>,
    request: &Request,
    method: Text,
    params: Vec<Value>,
) -> Option<Result<Answer, ApiError>> {
    let waits = WAITING.contains(&method.as_str());
    let call = toolstack.call(incoming(toolstack, &request.head, method, params));
    if waits { request.gone.or(call).await } else { Some(call.await) }
}

/// The client has gone and reads nothing, or the toolstack stops and the client may ask the next one.
fn stopped() -> Response {
    Response::page(StatusCode::SERVICE_UNAVAILABLE).closing()
}

fn incoming(toolstack: &Toolstack, head: &Head, method: Text, params: Vec<Value>) -> Incoming {
    let client: String = head.header(header::USER_AGENT).unwrap_or_default().chars().take(200).collect();
    let origin = match origin(&head.peer) {
        Origin::Network(address)
            if method == LOGIN && client_certificates::is_trusted(toolstack, &head.peer.certificates) =>
        {
            Origin::Certified(address)
        }
        origin => origin,
    };
    Incoming { method, params, origin, client: Text::new(client) }
}

/// What is no call has no id and no envelope to answer in.
fn unreadable(error: &BadRequest) -> Response {
    Response::page_about(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())
}
