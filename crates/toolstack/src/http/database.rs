//! `GET /pool/xmldbdump`: all rows as a `state.db`.

use super::{Endpoint, authenticate};
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use std::io::{self, Write};
use std::sync::Arc;
use wire::http::{ReplySender, Request, Response, StatusCode};

pub struct Dump;

impl Endpoint for Dump {
    fn serve(&self, toolstack: Arc<Toolstack>, request: Request) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            let visitor = match authenticate(&toolstack, &request.head, "get_pool_xml_db_sync").await {
                Ok(visitor) => visitor,
                Err(refusal) => return refusal,
            };
            let snapshot = toolstack.store.snapshot();
            visitor.leave(&toolstack).await;
            let (response, sender) = Response::new(StatusCode::OK).streamed("text/xml", 4);
            let runtime = tokio::runtime::Handle::current();
            tokio::task::spawn_blocking(move || {
                let mut pieces = io::BufWriter::with_capacity(PIECE, Pieces { sender, runtime });
                let written = store::statedb::write(&snapshot, &mut pieces).and_then(|()| pieces.flush());
                match (written, pieces.into_inner()) {
                    (Ok(()), Ok(pieces)) => pieces.finish(),
                    (Err(error), _) => tracing::debug!(%error, "a dump of the database broke off"),
                    (_, Err(error)) => tracing::debug!(%error, "a dump of the database broke off"),
                }
            });
            response
        })
    }
}

const PIECE: usize = 64 * 1024;

/// Writes pieces of a reply from a thread that may block.
struct Pieces {
    sender: ReplySender,
    runtime: tokio::runtime::Handle,
}

impl Pieces {
    fn finish(self) {
        if let Err(error) = self.runtime.block_on(self.sender.finish()) {
            tracing::debug!(%error, "a dump of the database broke off");
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.runtime.block_on(self.sender.send(bytes.to_vec())).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
