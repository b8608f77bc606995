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

/// A limit on file sizes shall fail the write, as a full disk does, and not end the process. From
/// the first call on the signal only tells.
pub fn survive_size_limit() -> std::io::Result<()> {
    const SIGXFSZ: i32 = 25;
    drop(signal(SignalKind::from_raw(SIGXFSZ))?);
    Ok(())
}
