//! The page on `--listen`: what is here, until the web console is.

use wire::http::{Handler, Method, Request, Response, StatusCode, header};

pub struct Page {
    pub html: String,
}

impl Page {
    pub fn new(tls: &str, plain: Option<&str>, summary: &str) -> Page {
        let plain = plain
            .map(|address| {
                format!("<li>XenAPI over plain HTTP, this computer only: <code>http://{address}</code>")
            })
            .unwrap_or_default();
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Xenios</title>\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#222}}\
             code{{background:#f2f2f2;padding:.1em .3em;border-radius:3px}}pre{{background:#f2f2f2;padding:1rem;overflow:auto}}</style>\
             </head><body><h1>Xenios</h1><p>A management stack for virtual machines. This is {summary}.</p>\
             <ul><li>XenAPI over TLS: <code>https://{tls}</code>{plain}</ul>\
             <p>Any XenAPI client works, for instance:</p>\
             <pre>pip install XenAPI\npython3 -c '\nimport XenAPI\ns = XenAPI.Session(\"http://{example}\")\ns.login_with_password(\"root\", \"PASSWORD\")\nprint(s.xenapi.VM.get_all())'</pre>\
             <p>The web console and the REST interface are not here yet.</p></body></html>",
            example = plain_or(plain.as_str(), tls),
        );
        Page { html }
    }
}

fn plain_or<'a>(plain: &'a str, tls: &'a str) -> &'a str {
    plain.split("http://").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or(tls)
}

impl Handler for Page {
    async fn handle(&self, request: Request) -> Response {
        match (&request.head.method, request.head.path.as_str()) {
            (&Method::GET | &Method::HEAD, "/") => Response::new(StatusCode::OK)
                .with_body("text/html; charset=utf-8", self.html.clone())
                .with_header(header::CACHE_CONTROL, "no-cache"),
            _ => Response::page(StatusCode::NOT_FOUND),
        }
    }
}
