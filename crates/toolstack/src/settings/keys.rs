//! The keys, and how each is read.

use super::Settings;
use std::path::PathBuf;
use std::time::Duration;

type Read = fn(&mut Settings, &str) -> Option<()>;

/// Keys that are honoured.
pub const HONOURED: &[(&str, Read)] = &[
    ("inactive_session_timeout", |settings, text| set(&mut settings.inactive_session_timeout, seconds(text))),
    ("pending_task_timeout", |settings, text| set(&mut settings.pending_task_timeout, seconds(text))),
    ("completed_task_timeout", |settings, text| set(&mut settings.completed_task_timeout, seconds(text))),
    ("session_revalidation_interval", |settings, text| {
        set(&mut settings.session_revalidation_interval, pause(text))
    }),
    ("failed-login-alert-freq", |settings, text| set(&mut settings.failed_login_alert_interval, pause(text))),
    ("update_all_subjects_interval", |settings, text| {
        set(&mut settings.update_all_subjects_interval, pause(text))
    }),
    ("domain_shutdown_total_timeout", |settings, text| {
        set(&mut settings.domain_shutdown_total_timeout, seconds(text))
    }),
    ("messages-limit", |settings, text| set(&mut settings.messages_limit, text.parse().ok())),
    ("event_from_delay", |settings, text| set(&mut settings.event_from_delay, two_seconds(text))),
    ("event_from_task_delay", |settings, text| set(&mut settings.event_from_task_delay, two_seconds(text))),
    ("event_next_delay", |settings, text| set(&mut settings.event_next_delay, two_seconds(text))),
    ("minimum_time_between_bounces", |settings, text| {
        set(&mut settings.minimum_time_between_bounces, seconds(text))
    }),
    ("host_heartbeat_interval", |settings, text| {
        set(&mut settings.host_heartbeat_interval, seconds(text).filter(|pause| !pause.is_zero()))
    }),
    ("host_assumed_dead_interval", |settings, text| {
        set(&mut settings.host_assumed_dead_interval, seconds(text))
    }),
    ("evacuation-batch-size", |settings, text| set(&mut settings.evacuation_batch_size, number_of(text))),
    ("fuse_time", |settings, text| set(&mut settings.fuse_time, seconds(text))),
    ("ha_monitor_interval", |settings, text| set(&mut settings.ha_monitor_interval, pause(text))),
    ("ha_monitor_plan_interval", |settings, text| set(&mut settings.ha_monitor_plan_interval, pause(text))),
    ("ha_default_timeout_base", |settings, text| set(&mut settings.ha_default_timeout_base, pause(text))),
    ("vm_call_plugin_interval", |settings, text| set(&mut settings.vm_call_plugin_interval, seconds(text))),
    ("conn_limit_tcp", |settings, text| set(&mut settings.http.conn_limit_tcp, number_of(text))),
    ("conn_limit_clientcert", |settings, text| {
        set(&mut settings.http.conn_limit_clientcert, number_of(text))
    }),
    ("conn_limit_unix", |settings, text| set(&mut settings.http.conn_limit_unix, number_of(text))),
    ("header_read_timeout_tcp", |settings, text| set(&mut settings.http.header_read_timeout, seconds(text))),
    ("header_total_timeout_tcp", |settings, text| {
        set(&mut settings.http.header_total_timeout, seconds(text))
    }),
    ("max_header_length_tcp", |settings, text| set(&mut settings.http.max_header_bytes, number_of(text))),
    ("max-auto-registered-callers", |settings, text| {
        set(&mut settings.registered_callers_limit, text.parse().ok())
    }),
    ("server-cert-path", |settings, text| set(&mut settings.server_cert_path, path(text))),
    ("web-dir", |settings, text| set(&mut settings.web_dir, path(text))),
    ("disable-webserver", |settings, text| set(&mut settings.disable_webserver, flag(text))),
    ("hsts_max_age", |settings, text| set(&mut settings.hsts_max_age, text.parse().ok())),
];

/// Keys that the original reads and that say nothing here.
pub const PASSED_OVER: &[&str] = &[
    "pool_config_file",
    "pool_secret_path",
    "db-config-file",
    "sm-dir",
    "sm-plugins",
    "xenopsd-queues",
    "xenopsd-default",
    "logconfig",
    "disable-logging-for",
    "log-getter",
    "search-path",
    "tools-sr-dir",
    "cluster-stack-root",
    "cluster-stack-default",
    "call-costs-file",
    "pool_db_sync_interval",
    "pool_data_sync_interval",
    "db_restore_fuse_time",
    "wait_memory_target_timeout",
    "hotplug_timeout",
    "pif_reconfigure_ip_timeout",
    "rrd_backup_interval",
    "logrotate_check_interval",
    "guest_liveness_timeout",
    "max_active_sr_scans",
    "ha_xapi_healthcheck_interval",
    "ha_xapi_healthcheck_timeout",
    "redo_log_max_block_time_writedelta",
    "redo_log_max_block_time_writedb",
    "master_connection_default_timeout",
    "permanent_master_failure_retry_interval",
    "website-https-only",
    "https-only-default",
    "migration-https-only",
    "use-event-next",
    "use-xmlrpc",
    "reuse-pool-sessions",
    "cert-expiration-days",
    "repository-gpgcheck",
    "nowatchdog",
];

fn set<T>(field: &mut T, value: Option<T>) -> Option<()> {
    *field = value?;
    Some(())
}

fn path(text: &str) -> Option<Option<PathBuf>> {
    let path = PathBuf::from(text);
    path.is_absolute().then_some(Some(path))
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// How many of something there may be: at least one, or nobody could come in to change it.
fn number_of(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number > 0)
}

/// Seconds, also fractions of them; a year at the most.
fn seconds(text: &str) -> Option<Duration> {
    const YEAR: f64 = 366.0 * 86_400.0;
    let seconds: f64 = text.parse().ok()?;
    (0.0..=YEAR).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// Seconds between two looks: not so few that nothing else is done.
fn pause(text: &str) -> Option<Duration> {
    seconds(text).filter(|pause| *pause >= Duration::from_secs(1))
}

/// `0.05,0.05`: before the first and between the others.
fn two_seconds(text: &str) -> Option<(Duration, Duration)> {
    let (before, between) = text.split_once(',')?;
    Some((seconds(before.trim())?, seconds(between.trim())?))
}
