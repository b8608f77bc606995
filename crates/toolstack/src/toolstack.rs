//! `Toolstack`: what one running toolstack consists of.
//!
//! It only holds the parts together; what is done with them stands in `door`, `runner`, `keepers`.

use machine::{Chance, Clock, Machine};
use model::{Host, Ref};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

pub struct Toolstack {
    pub store: Arc<Store>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    /// The machines of the pool's hosts, as far as this process drives them.
    pub machines: BTreeMap<Ref<Host>, Arc<dyn Machine>>,
    /// The host that this toolstack is.
    pub this_host: Ref<Host>,
    pub settings: Settings,
    /// The operations that run in this process.
    pub running: crate::runner::Registry,
}

/// Settings by the names of `xapi.conf`, with the original's defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    pub inactive_session_timeout: Duration,
    pub pending_task_timeout: Duration,
    pub completed_task_timeout: Duration,
    pub failed_login_delay: Duration,
    pub session_limits: SessionLimits,
    pub task_limit: usize,
    /// Delay before and between the batches of `event.from`.
    pub event_from_delay: (Duration, Duration),
    pub event_from_task_delay: (Duration, Duration),
    pub event_next_delay: (Duration, Duration),
    /// Bytes of events that wait for `event.next`, all sessions together.
    pub event_queue_bytes: usize,
    pub domain_shutdown_total_timeout: Duration,
    pub hsts_max_age: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    pub root_without_originator: usize,
    pub root_per_originator: usize,
    pub per_user: usize,
    pub pool: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            inactive_session_timeout: Duration::from_secs(86_400),
            pending_task_timeout: Duration::from_secs(86_400),
            completed_task_timeout: Duration::from_secs(3_900),
            failed_login_delay: Duration::from_secs(5),
            session_limits: SessionLimits { root_without_originator: 400, root_per_originator: 500, per_user: 500, pool: 400 },
            task_limit: 200,
            event_from_delay: (Duration::from_millis(50), Duration::from_millis(50)),
            event_from_task_delay: (Duration::ZERO, Duration::from_millis(50)),
            event_next_delay: (Duration::from_millis(200), Duration::from_millis(50)),
            event_queue_bytes: 10_000_000,
            domain_shutdown_total_timeout: Duration::from_secs(1200),
            hsts_max_age: -1,
        }
    }
}
