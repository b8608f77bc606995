//! `Gone`: how a call that only waits learns that nobody waits for its answer any more.

use std::future::Future;
use tokio::sync::watch;

/// Comes true when the client has left, or the server stops.
///
/// Only calls that wait and change nothing should listen: whatever else has begun is carried out.
#[derive(Clone, Debug)]
pub struct Gone(Option<Signs>);

#[derive(Clone, Debug)]
struct Signs {
    staying: watch::Receiver<()>,
    shutdown: watch::Receiver<bool>,
}

/// Held by the connection for as long as somebody waits for the answer.
#[derive(Debug)]
pub struct Staying(#[expect(dead_code, reason = "dropping it is the sign")] watch::Sender<()>);

impl Gone {
    /// For a request that came over no connection.
    pub fn never() -> Gone {
        Gone(None)
    }
    /// It fires when the first is dropped, or the second says true.
    pub fn new(shutdown: watch::Receiver<bool>) -> (Staying, Gone) {
        let (sender, staying) = watch::channel(());
        (Staying(sender), Gone(Some(Signs { staying, shutdown })))
    }

    /// Wait until nobody waits. It costs nothing to drop this.
    pub async fn wait(&self) {
        let Some(Signs { mut staying, mut shutdown }) = self.0.clone() else {
            return std::future::pending().await;
        };
        tokio::select! {
            () = stopped(&mut shutdown) => {}
            // Nothing is ever sent: this ends when the sender is dropped.
            _ = staying.changed() => {}
        }
    }

    /// What the future says, or None if nobody waits for it any more; it is dropped then.
    pub async fn or<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            value = future => Some(value),
            () = self.wait() => None,
        }
    }
}

pub(super) async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // An error means that nobody is left who could say it.
    let _ = shutdown.wait_for(|stop| *stop).await;
}
