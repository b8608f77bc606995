//! Files that are opened for the toolstack.

use futures_util::future::BoxFuture;
use toolstack::foreign::Files;

/// The largest `state.db` that is read for a session.
const MOST_BYTES: u64 = 1 << 30;

pub struct Disk;

impl Files for Disk {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let failed = |error: std::io::Error| format!("{path}: {error}");
            let known = tokio::fs::metadata(path).await.map_err(failed)?;
            if !known.is_file() || known.len() > MOST_BYTES {
                return Err(format!("{path}: not a file of a database"));
            }
            tokio::fs::read(path).await.map_err(failed)
        })
    }
}
