//! `Settings`: what `xapi.conf` and the files beside it say, as far as this crate uses it.
//!
//! A line is `key = value`, `#` begins a comment, and what is said later counts. Keys that only other
//! programs of the original read are passed over; one that nobody knows is worth a warning.

mod keys;
mod parse;

pub use parse::{Warning, fuzz};

use std::path::PathBuf;
use std::time::Duration;

/// Settings by the names of `xapi.conf`, with the original's defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    pub inactive_session_timeout: Duration,
    pub pending_task_timeout: Duration,
    pub completed_task_timeout: Duration,
    pub failed_login_delay: Duration,
    /// How often logins that failed are told.
    pub failed_login_alert_interval: Duration,
    /// How often the sessions of people whom the directory knows are looked at again.
    pub session_revalidation_interval: Duration,
    /// How often the directory is asked for the names of all subjects.
    pub update_all_subjects_interval: Duration,
    pub session_limits: SessionLimits,
    pub task_limit: usize,
    /// Delay before and between the batches of `event.from`.
    pub event_from_delay: (Duration, Duration),
    pub event_from_task_delay: (Duration, Duration),
    pub event_next_delay: (Duration, Duration),
    /// Bytes of events that wait for `event.next`, all sessions together.
    pub event_queue_bytes: usize,
    /// Messages above this number are dropped, oldest first.
    pub messages_limit: usize,
    pub domain_shutdown_total_timeout: Duration,
    /// A guest that stops sooner after its start than this waits for the rest before it is restarted.
    pub minimum_time_between_bounces: Duration,
    /// How often hosts are asked whether they are there.
    pub host_heartbeat_interval: Duration,
    /// After how long a host that does not answer counts as dead.
    pub host_assumed_dead_interval: Duration,
    /// How many machines leave a host at a time.
    pub evacuation_batch_size: usize,
    /// How long a host that has joined a pool still answers by itself.
    pub fuse_time: Duration,
    /// How often the hosts of a highly available pool are listened for, and its plan is made anew.
    pub ha_monitor_interval: Duration,
    pub ha_monitor_plan_interval: Duration,
    /// How long a host may be silent before it is taken for dead.
    pub ha_default_timeout_base: Duration,
    /// A guest's agent is not called more often than once in this time.
    pub vm_call_plugin_interval: Duration,
    /// Limits of connections and requests.
    pub http: wire::http::Settings,
    pub hsts_max_age: i64,
    /// What a caller that is under no `Rate_limit` may ask: tokens at once, and in a second.
    pub caller_burst: f64,
    pub caller_rate: f64,
    /// Callers above this number get no row by themselves.
    pub registered_callers_limit: usize,
    /// Memory of this process: who starts it knows how to ask.
    pub resident_bytes: fn() -> Option<u64>,
    /// Where the server's certificate and key are, if not where the program says.
    pub server_cert_path: Option<PathBuf>,
    /// A folder with pages for browsers.
    pub web_dir: Option<PathBuf>,
    /// Browsers get nothing.
    pub disable_webserver: bool,
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
            failed_login_alert_interval: Duration::from_secs(3600),
            session_revalidation_interval: Duration::from_secs(300),
            update_all_subjects_interval: Duration::from_secs(900),
            session_limits: SessionLimits {
                root_without_originator: 400,
                root_per_originator: 500,
                per_user: 500,
                pool: 400,
            },
            task_limit: 200,
            event_from_delay: (Duration::from_millis(50), Duration::from_millis(50)),
            event_from_task_delay: (Duration::ZERO, Duration::from_millis(50)),
            event_next_delay: (Duration::from_millis(200), Duration::from_millis(50)),
            event_queue_bytes: 10_000_000,
            messages_limit: 10_000,
            domain_shutdown_total_timeout: Duration::from_secs(1200),
            minimum_time_between_bounces: Duration::from_secs(120),
            host_heartbeat_interval: Duration::from_secs(30),
            host_assumed_dead_interval: Duration::from_secs(600),
            evacuation_batch_size: 10,
            fuse_time: Duration::from_secs(10),
            ha_monitor_interval: Duration::from_secs(20),
            ha_monitor_plan_interval: Duration::from_secs(1800),
            ha_default_timeout_base: Duration::from_secs(60),
            vm_call_plugin_interval: Duration::from_secs(10),
            http: wire::http::Settings::default(),
            hsts_max_age: -1,
            caller_burst: 100_000.0,
            caller_rate: 50_000.0,
            registered_callers_limit: 100,
            resident_bytes: || None,
            server_cert_path: None,
            web_dir: None,
            disable_webserver: false,
        }
    }
}
