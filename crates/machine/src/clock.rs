//! Time and chance as parameters: the core has no clock and no dice of its own.

use futures_util::future::BoxFuture;
use model::{Date, Uuid};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01 UTC.
    fn micros(&self) -> i64;
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    fn now(&self) -> Date {
        Date::from_seconds(self.micros().div_euclid(1_000_000))
    }
}

/// A clock on tokio's time: real, or virtual when the runtime is paused.
pub struct TokioClock {
    base_micros: i64,
    start: tokio::time::Instant,
}

#[expect(clippy::disallowed_methods, reason = "this is what everybody else is to use")]
impl TokioClock {
    /// Starts at `base_micros`. Call inside a runtime.
    pub fn starting_at(base_micros: i64) -> TokioClock {
        TokioClock { base_micros, start: tokio::time::Instant::now() }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is what everybody else is to use")]
impl Clock for TokioClock {
    fn micros(&self) -> i64 {
        self.base_micros + self.start.elapsed().as_micros() as i64
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Where new references, uuids and random delays come from.
pub trait Chance: Send + Sync {
    fn bits(&self) -> u128;

    /// A random uuid of version 4.
    fn uuid(&self) -> Uuid {
        let bits = self.bits();
        Uuid(bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62))
    }
    /// A number below `limit`.
    fn below(&self, limit: u64) -> u64 {
        (self.bits() >> 64) as u64 % limit.max(1)
    }
}

/// A reproducible source: SplitMix64 over a counter. Not for secrets.
pub struct Seeded(Mutex<u64>);

impl Seeded {
    pub fn new(seed: u64) -> Seeded {
        Seeded(Mutex::new(seed))
    }
}

impl Chance for Seeded {
    fn bits(&self) -> u128 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = || {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        };
        (u128::from(next()) << 64) | u128::from(next())
    }
}
