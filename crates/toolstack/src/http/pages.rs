//! What a browser gets.

use crate::settings::Settings;
use futures_util::future::BoxFuture;
use wire::http::{Head, Response, StatusCode, header};

const WELCOME: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Xenios</title></head>\n\
<body><h1>Xenios</h1>\n<p>This host is managed through XenAPI. Clients post XML-RPC to this address, or JSON-RPC to \
<code>/jsonrpc</code>.</p>\n</body></html>\n";

/// The pages of a folder, by their path in it.
pub trait Pages: Send + Sync + 'static {
    /// Content type and bytes; `None`: not there.
    fn page<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Option<(&'static str, Vec<u8>)>>;
}

/// A page of the folder, if there is one, else the one that is always there.
pub async fn page(settings: &Settings, pages: Option<&dyn Pages>, head: &Head) -> Response {
    if settings.disable_webserver {
        return Response::page(StatusCode::FORBIDDEN);
    }
    let own = matches!(head.path.as_str(), "/" | "/index.html");
    let given = match pages {
        Some(pages) => pages.page(if own { "/index.html" } else { &head.path }).await,
        None => None,
    };
    let response = match given {
        Some((content_type, bytes)) => Response::new(StatusCode::OK).with_body(content_type, bytes),
        None if own => Response::new(StatusCode::OK).with_body("text/html; charset=utf-8", WELCOME),
        None => Response::page(StatusCode::NOT_FOUND),
    };
    if settings.hsts_max_age < 0 {
        return response;
    }
    response.with_header(header::STRICT_TRANSPORT_SECURITY, format!("max-age={}", settings.hsts_max_age))
}
