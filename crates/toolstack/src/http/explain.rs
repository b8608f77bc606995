//! `POST /xenios/explain`: a call in words, one a line, and its plan in words. Ours, beside XenAPI.

use super::{Endpoint, authenticate};
use crate::explain::verdict;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use wire::http::{Request, Response, StatusCode};

pub struct Explain;

impl Endpoint for Explain {
    fn serve(&self, toolstack: Arc<Toolstack>, request: Request) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            match authenticate(&toolstack, &request.head, "explain").await {
                Ok(visitor) => visitor.leave(&toolstack).await,
                Err(refusal) => return refusal,
            }
            let text =
                |status, body: String| Response::new(status).with_body("text/plain; charset=utf-8", body);
            let Ok(words) = std::str::from_utf8(request.bytes()) else {
                return text(StatusCode::BAD_REQUEST, "the words are not UTF-8".into());
            };
            match verdict(&toolstack, words.lines().filter(|word| !word.is_empty())) {
                Ok(plan) => text(StatusCode::OK, plan),
                Err(reason) => text(StatusCode::BAD_REQUEST, reason),
            }
        })
    }
}
