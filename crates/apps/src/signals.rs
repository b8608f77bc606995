//! Signals: SIGTERM and SIGINT mean the end, SIGHUP means the end and a new beginning.

use tokio::signal::unix::{SignalKind, signal};

/// Until somebody wants this process to end; `true`: and to start again.
pub async fn end_or_again() -> std::io::Result<bool> {
    let (mut terminate, mut interrupt, mut hangup) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?);
    Ok(tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        _ = hangup.recv() => true,
    })
}
