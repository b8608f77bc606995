//! `POST /xenios/members`: what the toolstacks of one pool ask each other. See `members`.

use super::Endpoint;
use crate::members;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use wire::http::{Head, Intake, Request, Response, StatusCode};

pub struct Members;

/// A host comes with all its rows.
const MOST_BYTES: usize = 16 << 20;

impl Endpoint for Members {
    fn intake(&self, _: &Head) -> Intake {
        Intake::WholeUpTo(MOST_BYTES)
    }
    fn serve(&self, toolstack: Arc<Toolstack>, request: Request) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            match members::answer(&toolstack, request.bytes()).await {
                Ok(answer) => Response::new(StatusCode::OK).with_body("application/json", answer),
                Err(_) => Response::page(StatusCode::BAD_REQUEST),
            }
        })
    }
}
