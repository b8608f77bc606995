//! The cancel switches of the tasks that run in this process.

use model::{Ref, Task};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Each task that runs here, with its switch.
#[derive(Default)]
pub struct Registry(Mutex<std::collections::BTreeMap<Ref<Task>, watch::Sender<bool>>>);

impl Registry {
    fn lock(&self) -> MutexGuard<'_, std::collections::BTreeMap<Ref<Task>, watch::Sender<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn register(&self, task: Ref<Task>) -> watch::Receiver<bool> {
        let (sender, receiver) = watch::channel(false);
        self.lock().insert(task, sender);
        receiver
    }
    pub fn runs(&self, task: Ref<Task>) -> bool {
        self.lock().contains_key(&task)
    }
    pub fn forget(&self, task: Ref<Task>) {
        self.lock().remove(&task);
    }
    /// Ask a task to end; `false` if it does not run here.
    pub fn cancel(&self, task: Ref<Task>) -> bool {
        self.lock().get(&task).is_some_and(|switch| switch.send(true).is_ok())
    }
    pub fn len(&self) -> usize {
        self.lock().len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
