//! The folder of `web-dir`: what browsers get beside the page that is always there.

use futures_util::future::BoxFuture;
use std::path::{Component, Path, PathBuf};
use toolstack::http::Pages;

/// A page is read whole, so it has to be small.
const MOST_BYTES: u64 = 16 << 20;

pub struct WebFolder(pub PathBuf);

impl Pages for WebFolder {
    fn page<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Option<(&'static str, Vec<u8>)>> {
        Box::pin(async move {
            let inside = Path::new(path.trim_start_matches('/'));
            if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
                return None;
            }
            let folder = tokio::fs::canonicalize(&self.0).await.ok()?;
            let file = tokio::fs::canonicalize(folder.join(inside)).await.ok()?;
            // A link may lead anywhere; what is outside of the folder is not served.
            if !file.starts_with(&folder) {
                return None;
            }
            let known = tokio::fs::metadata(&file).await.ok()?;
            if !known.is_file() || known.len() > MOST_BYTES {
                return None;
            }
            Some((content_type(&file), tokio::fs::read(&file).await.ok()?))
        })
    }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
