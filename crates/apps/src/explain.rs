//! `xenios explain VM.start web`: what a call would do, and why it would be refused.

use crate::restart::socket;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use wire::client::{Client, Endpoint};
use wire::http::StatusCode;

#[derive(Args)]
pub struct Explain {
    /// The call and its parameters, objects by name or uuid: `VM.start web`.
    #[arg(required = true)]
    words: Vec<String>,
    /// The toolstack's socket.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

pub fn run(explain: &Explain) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let path = socket(explain.socket.as_deref());
    let words = one_a_line(&explain.words);
    let (status, body) = runtime
        .block_on(async {
            Client::connect(Endpoint::Unix(path.clone()))
                .await?
                .post("/xenios/explain", "text/plain", words)
                .await
        })
        .with_context(|| format!("ask the toolstack on {}", path.display()))?;
    let text = String::from_utf8_lossy(&body);
    if status != StatusCode::OK {
        bail!("{}", text.trim_end());
    }
    print!("{text}");
    Ok(())
}

/// One word a line: names may hold spaces.
fn one_a_line(words: &[String]) -> Vec<u8> {
    words.join("\n").into_bytes()
}
