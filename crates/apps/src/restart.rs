//! The two names that administrators type: `xe-toolstack-restart` and `xapi-wait-init-complete`.

use crate::data;
use anyhow::{Context, Result, bail};
use clap::Args;
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wire::client::{CallError, Client, Endpoint};

#[derive(Args)]
pub struct Wait {
    /// How long to wait, in seconds.
    seconds: u64,
    /// The toolstack's socket (default: the system's, else that of `xenios up`).
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

#[derive(Args)]
pub struct Restart {
    /// The data folder of the toolstack (default: the system's, else that of `xenios up`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub fn socket(chosen: Option<&Path>) -> PathBuf {
    let system = Path::new("/var/lib/xcp/xapi");
    chosen
        .map(Path::to_path_buf)
        .unwrap_or_else(|| if system.exists() { system.into() } else { data::default_folder().join("xapi") })
}

/// Succeeds as soon as the toolstack answers.
pub fn wait(wait: &Wait) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deadline = Instant::now() + Duration::from_secs(wait.seconds);
    runtime.block_on(async {
        loop {
            let path = socket(wait.socket.as_deref());
            if answers(&path).await {
                return Ok(());
            }
            if Instant::now() >= deadline {
                bail!("nobody answers on {} after {} s", path.display(), wait.seconds);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}

async fn answers(path: &Path) -> bool {
    let Ok(client) = Client::connect(Endpoint::Unix(path.to_path_buf())).await else { return false };
    !matches!(client.call("system.isAlive", vec!["up".into()]).await, Err(CallError::Transport(_)))
}

/// Ask the process to end and begin again; what runs is in its journal.
pub fn restart(again: &Restart) -> Result<()> {
    let system = PathBuf::from("/var/lib/xenios");
    let folder = again
        .data
        .clone()
        .unwrap_or_else(|| if system.join("pid").exists() { system } else { data::default_folder() });
    let path = folder.join("pid");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("no toolstack runs here: read {}", path.display()))?;
    let pid = text
        .trim()
        .parse()
        .ok()
        .and_then(Pid::from_raw)
        .with_context(|| format!("{} holds no process id", path.display()))?;
    kill_process(pid, Signal::HUP).with_context(|| format!("tell process {} to restart", text.trim()))?;
    wait(&Wait { seconds: 60, socket: Some(folder.join("xapi")).filter(|path| path.exists()) })?;
    println!("done.");
    Ok(())
}
