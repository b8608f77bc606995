//! One RPC call: bytes to the door and back.

use super::origin;
use crate::door::Incoming;
use crate::toolstack::Toolstack;
use model::{ApiError, Text, Value};
use std::sync::Arc;
use wire::http::{Head, Request, Response, StatusCode, header};
use wire::{BadRequest, jsonrpc, xmlrpc};

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
    match toolstack.call(incoming(&request.head, call.method, call.params)).await {
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
    match toolstack.call(incoming(&request.head, call.method, call.params)).await {
        Ok(answer) => call.envelope.success(&mut out, |writer| answer.write(writer)),
        Err(error) => call.envelope.failure(&mut out, &error),
    }
    Response::json_rpc(out)
}

fn incoming(head: &Head, method: Text, params: Vec<Value>) -> Incoming {
    let client: String = head.header(header::USER_AGENT).unwrap_or_default().chars().take(200).collect();
    Incoming { method, params, origin: origin(&head.peer), client: Text::new(client) }
}

/// What is no call has no id and no envelope to answer in.
fn unreadable(error: &BadRequest) -> Response {
    Response::page_about(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())
}
