//! What the fuzzer calls: each function takes any bytes, and asserts what must hold for all of
//! them. Stable tests replay the fuzzer's corpus through the same functions.

use crate::http::{Method, Router, decode_path, decode_query};
use crate::{jsonrpc, xmlrpc};

/// Whatever XML-RPC can be read can be written and read again. The first time it may lose what XML
/// cannot carry (a lone carriage return, the last digit of a float), after that nothing.
pub fn xmlrpc(bytes: &[u8]) {
    let _ = xmlrpc::parse_response(bytes);
    let Ok(call) = xmlrpc::parse_call(bytes) else { return };
    let again = |bytes: &[u8]| match xmlrpc::parse_call(bytes) {
        Ok(call) => rewritten_xml(&call),
        Err(error) => panic!("own XML-RPC is refused: {error}"),
    };
    let settled = again(&rewritten_xml(&call));
    assert_eq!(again(&settled), settled);
}

fn rewritten_xml(call: &xmlrpc::Call) -> Vec<u8> {
    let mut out = Vec::new();
    xmlrpc::write_call(&mut out, &call.method, &call.params);
    out
}

/// Whatever JSON-RPC can be read can be written and read again, and is then the same.
pub fn jsonrpc(bytes: &[u8]) {
    let _ = jsonrpc::parse_response(bytes);
    let Ok(request) = jsonrpc::parse_request(bytes) else { return };
    let first = rewritten_json(&request);
    let again =
        jsonrpc::parse_request(&first).unwrap_or_else(|error| panic!("own JSON-RPC is refused: {error}"));
    assert_eq!(rewritten_json(&again), first);
}

fn rewritten_json(request: &jsonrpc::Request) -> Vec<u8> {
    let mut out = Vec::new();
    jsonrpc::write_call(&mut out, 1, &request.method, &request.params);
    out
}

/// The parts of a request's head that are read here and not by hyper: path, query and route.
pub fn http_head(bytes: &[u8]) {
    let Ok(target) = std::str::from_utf8(bytes) else { return };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let _ = decode_query(query);
    let Some(path) = decode_path(path) else { return };
    assert!(path.starts_with('/'));
    let mut router = Router::default();
    for prefix in ["/", "/json", "/jsonrpc", "/import"] {
        router.add(Method::POST, prefix, prefix);
    }
    router.add(Method::GET, path.as_str(), "here");
    assert!(
        matches!(router.find(&Method::POST, &path), crate::http::Route::Found(prefix) if path.starts_with(prefix))
    );
    assert!(matches!(router.find(&Method::GET, &path), crate::http::Route::Found(&"here")));
}
