//! What `event.register` remembers of each session: what it wants, and up to where it has heard.

use super::Subscriptions;
use model::{ApiError, Ref, Session};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Registration {
    pub wanted: Subscriptions,
    /// Generation.
    pub heard: u64,
}

#[derive(Default)]
pub struct Registrations {
    registered: Mutex<BTreeMap<Ref<Session>, Registration>>,
    /// When each session last got an answer of `event.from`, in microseconds.
    answered: Mutex<BTreeMap<Ref<Session>, i64>>,
}

impl Registrations {
    /// So many subscriptions are more than anybody needs.
    const MOST: usize = 10_000;

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Ref<Session>, Registration>> {
        self.registered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn register(
        &self,
        session: Ref<Session>,
        classes: &[impl AsRef<str>],
        now: u64,
    ) -> Result<(), ApiError> {
        let mut all = self.lock();
        let entry =
            all.entry(session).or_insert_with(|| Registration { heard: now, ..Registration::default() });
        if entry.wanted.len() + classes.len() > Self::MOST {
            return Err(ApiError::invalid_value("classes", "too many subscriptions"));
        }
        classes.iter().for_each(|class| entry.wanted.add(class.as_ref()));
        Ok(())
    }

    pub fn unregister(&self, session: Ref<Session>, classes: &[impl AsRef<str>]) {
        let mut all = self.lock();
        if let Some(entry) = all.get_mut(&session) {
            classes.iter().for_each(|class| entry.wanted.remove(class.as_ref()));
            if entry.wanted.is_empty() {
                all.remove(&session);
            }
        }
    }

    pub fn get(&self, session: Ref<Session>) -> Option<Registration> {
        self.lock().get(&session).cloned()
    }

    pub fn heard(&self, session: Ref<Session>, generation: u64) {
        if let Some(entry) = self.lock().get_mut(&session) {
            entry.heard = entry.heard.max(generation);
        }
    }

    fn answers(&self) -> MutexGuard<'_, BTreeMap<Ref<Session>, i64>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn answer(&self, session: Ref<Session>, now_micros: i64) {
        self.answers().insert(session, now_micros);
    }

    /// How long a session must wait so that its answers are `delay` apart. Changes that come fast are
    /// gathered; one that comes alone is told at once.
    pub fn pause(&self, session: Ref<Session>, now_micros: i64, delay: Duration) -> Duration {
        let Some(last) = self.answers().get(&session).copied() else { return Duration::ZERO };
        let passed = Duration::from_micros((now_micros - last).max(0) as u64);
        delay.saturating_sub(passed)
    }

    /// Forget sessions that are no more.
    pub fn keep(&self, alive: impl Fn(Ref<Session>) -> bool) {
        self.lock().retain(|session, _| alive(*session));
        self.answers().retain(|session, _| alive(*session));
    }
}
