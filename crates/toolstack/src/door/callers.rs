//! Who calls how often, and how often they may.
//!
//! A caller is what a client says it is (`User-Agent`) at the address it comes from. Each has a bucket
//! of tokens that fills up with time, and a call takes one; if there is none the call waits for it.
//! Callers under a `Rate_limit` share its bucket, all others have a generous one of their own. Counts
//! begin anew when the process does. Who comes over the local socket is neither counted nor limited.

use crate::handler::Origin;
use crate::settings::Settings;
use model::{ApiError, Caller, RateLimit, Ref, Text};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::Snapshot;

/// A call that would have to wait longer than this is refused.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many are told apart; all the others count as one.
const MOST_CALLERS: usize = 1000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Known {
    pub agent: Text,
    pub address: Text,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    pub calls: u64,
    pub tokens: f64,
    /// When the last call came.
    pub last_micros: i64,
}

impl Usage {
    fn add(&mut self, other: Usage) {
        self.calls += other.calls;
        self.tokens += other.tokens;
        self.last_micros = self.last_micros.max(other.last_micros);
    }
}

#[derive(Default)]
pub struct Callers(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashMap<Known, (Usage, Bucket)>,
    shared: HashMap<Ref<RateLimit>, Bucket>,
}

/// Tokens at a moment; fewer than none if calls wait for them already.
#[derive(Clone, Copy, Default)]
struct Bucket(Option<(f64, i64)>);

impl Bucket {
    /// Take a token: how long to wait for it.
    fn take(&mut self, burst: f64, per_second: f64, now_micros: i64) -> Result<Duration, ApiError> {
        let (tokens, since) = self.0.unwrap_or((burst, now_micros));
        let gained = (now_micros - since).max(0) as f64 / 1e6 * per_second;
        let left = (tokens + gained).min(burst) - 1.0;
        let wait = if left >= 0.0 { 0.0 } else { -left / per_second };
        if !(0.0..=PATIENCE.as_secs_f64()).contains(&wait) {
            self.0 = Some((left + 1.0, now_micros));
            return Err(ApiError::too_busy());
        }
        self.0 = Some((left, now_micros));
        Ok(Duration::from_secs_f64(wait))
    }
}

impl Callers {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Count a call, and say how long it has to wait.
    pub fn charge(
        &self,
        pool: &Snapshot,
        settings: &Settings,
        origin: Origin,
        agent: &Text,
        now_micros: i64,
    ) -> Result<Duration, ApiError> {
        let Some(address) = origin.address() else { return Ok(Duration::ZERO) };
        let mut known = Known { agent: agent.clone(), address: Text::new(address.to_string()) };
        let mut state = self.lock();
        if state.known.len() >= MOST_CALLERS && !state.known.contains_key(&known) {
            known = Known { agent: Text::new_static("others"), address: Text::default() };
        }
        let limit = limit_of(pool, &known);
        let State { known: all, shared } = &mut *state;
        let (usage, own) = all.entry(known).or_default();
        let waiting = match limit {
            Some((id, limit)) => {
                shared.entry(id).or_default().take(limit.burst_size, limit.fill_rate, now_micros)
            }
            None => own.take(settings.caller_burst, settings.caller_rate, now_micros),
        };
        usage.add(Usage { calls: 1, tokens: f64::from(u8::from(waiting.is_ok())), last_micros: now_micros });
        waiting
    }

    /// Everybody who has called, in order.
    pub fn all(&self) -> Vec<(Known, Usage)> {
        let mut all: Vec<_> =
            self.lock().known.iter().map(|(known, (usage, _))| (known.clone(), *usage)).collect();
        all.sort_by(|(a, _), (b, _)| (&a.agent, &a.address).cmp(&(&b.agent, &b.address)));
        all
    }

    /// What those whom a row is about have used.
    pub fn usage_of(&self, row: &Caller) -> Usage {
        let mut sum = Usage::default();
        for (known, (usage, _)) in &self.lock().known {
            if is_about(row, known) {
                sum.add(*usage);
            }
        }
        sum
    }

    /// A limit that is no more, or another one, begins with a full bucket.
    pub fn refill(&self, limit: Ref<RateLimit>) {
        self.lock().shared.remove(&limit);
    }
}

/// A row without agent or address is about all of them.
pub fn is_about(row: &Caller, known: &Known) -> bool {
    let fits = |wanted: &Text, found: &Text| wanted.is_empty() || wanted == found;
    let anybody = row.user_agent.is_empty() && row.client_ip.is_empty();
    !anybody && fits(&row.user_agent, &known.agent) && fits(&row.client_ip, &known.address)
}

/// The limit of a caller: that of the row that says most about it.
fn limit_of<'a>(pool: &'a Snapshot, known: &Known) -> Option<(Ref<RateLimit>, &'a RateLimit)> {
    pool.first::<RateLimit>()?;
    let exact =
        |row: &Caller| usize::from(!row.user_agent.is_empty()) + usize::from(!row.client_ip.is_empty());
    let rows = pool.all::<Caller>().filter(|(_, row)| !row.rate_limit.is_null() && is_about(row, known));
    let (_, row) = rows.max_by_key(|(id, row)| (exact(row), std::cmp::Reverse(*id)))?;
    Some((row.rate_limit, pool.get(row.rate_limit)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_what_it_holds_and_then_makes_wait() {
        let mut bucket = Bucket::default();
        let mut take =
            |at_millis: i64| bucket.take(2.0, 1.0, at_millis * 1000).ok().map(|wait| wait.as_millis());
        assert_eq!([take(0), take(0), take(0), take(0)], [Some(0), Some(0), Some(1000), Some(2000)]);
        assert_eq!(take(4000), Some(0), "two seconds of waiting are paid, one token is there again");
        assert_eq!([take(60_000), take(60_000), take(60_000)], [Some(0), Some(0), Some(1000)]);
    }

    #[test]
    fn who_would_wait_too_long_is_refused_and_costs_nothing() {
        let mut bucket = Bucket::default();
        assert!(bucket.take(1.0, 0.01, 0).is_ok());
        assert_eq!(bucket.take(1.0, 0.01, 0).unwrap_err().code, "TOO_BUSY");
        assert!(bucket.take(1.0, 0.01, 100_000_000).is_ok());
        assert!(bucket.take(1.0, 0.0, 100_000_000).is_err(), "a bucket that never fills");
    }
}
