//! Error pages: what a person sees who came with a browser, or what a client logs.

use super::Response;
use hyper::StatusCode;

impl Response {
    /// The page for a status.
    pub fn page(status: StatusCode) -> Response {
        Response::page_about(status, explanation(status))
    }
    /// The page for a status, with a text of the caller; the text is escaped.
    pub fn page_about(status: StatusCode, explanation: &str) -> Response {
        Response::new(status).with_body("text/html", html_about(status, explanation))
    }
}

/// The page itself, for where no response can be built any more.
pub fn html(status: StatusCode) -> Vec<u8> {
    html_about(status, explanation(status))
}

fn html_about(status: StatusCode, explanation: &str) -> Vec<u8> {
    let title = format!("{} {}", status.as_str(), status.canonical_reason().unwrap_or("Error"));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>"
    )
    .into_bytes();
    crate::xmlrpc::escape(&mut out, explanation);
    out.extend_from_slice(b"</p></body></html>\n");
    out
}

fn explanation(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FOUND => "What you asked for is on another host.",
        StatusCode::BAD_REQUEST => "The request could not be understood.",
        StatusCode::UNAUTHORIZED => "Please log in with a user name and a password.",
        StatusCode::FORBIDDEN => "This is not open to you, or nobody serves this address.",
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::REQUEST_TIMEOUT => "The request took too long to arrive.",
        StatusCode::LENGTH_REQUIRED => "Say in Content-Length how long the body is.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "The head of the request is too long.",
        StatusCode::INTERNAL_SERVER_ERROR => {
            "The server failed to carry out this request. Its log may say why."
        }
        StatusCode::NOT_IMPLEMENTED => "This server does not know the method of the request.",
        StatusCode::SERVICE_UNAVAILABLE => "The server is too busy for this now.",
        _ => "The request could not be carried out.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Reply;

    #[test]
    fn pages_name_the_status_and_escape_the_text() {
        let page = Response::page_about(StatusCode::NOT_FOUND, "no <b>");
        let Reply::Whole(body) = page.body else { panic!("a page is whole") };
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains("<h1>404 Not Found</h1><p>no &lt;b&gt;</p>"), "{body}");
    }

    #[test]
    fn realms_cannot_break_out_of_their_quotes() {
        let page = Response::unauthorized("a\"b");
        assert_eq!(page.headers["www-authenticate"], "Basic realm=\"ab\"");
    }
}
