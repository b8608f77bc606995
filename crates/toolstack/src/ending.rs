//! `Ending`: the toolstack asks the program around it to end, or to begin anew.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Stop,
    Again,
}

/// A wish that is heard once.
pub struct Wish(watch::Sender<Option<Ending>>);

impl Default for Wish {
    fn default() -> Wish {
        Wish(watch::channel(None).0)
    }
}

impl Wish {
    pub fn ask(&self, ending: Ending) {
        self.0.send_replace(Some(ending));
    }
    pub fn is_asked(&self) -> Option<Ending> {
        *self.0.borrow()
    }
    /// Until somebody asks.
    pub async fn asked(&self) -> Ending {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(ending) = *receiver.borrow_and_update() {
                return ending;
            }
            if receiver.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
