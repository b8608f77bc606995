//! What a browser gets.

use crate::settings::Settings;
use wire::http::{Head, Response, StatusCode, header};

const WELCOME: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Xenios</title></head>\n\
<body><h1>Xenios</h1>\n<p>This host is managed through XenAPI. Clients post XML-RPC to this address, or JSON-RPC to \
<code>/jsonrpc</code>.</p>\n</body></html>\n";

/// There is one page; whatever else is asked for is not there.
pub fn file(settings: &Settings, head: &Head) -> Response {
    let response = match head.path.as_str() {
        "/" | "/index.html" => Response::new(StatusCode::OK).with_body("text/html; charset=utf-8", WELCOME),
        _ => Response::page(StatusCode::NOT_FOUND),
    };
    if settings.hsts_max_age < 0 {
        return response;
    }
    response.with_header(header::STRICT_TRANSPORT_SECURITY, format!("max-age={}", settings.hsts_max_age))
}
