//! `host.call_plugin`: scripts that a host has, each with its functions, in one table.
//!
//! Only those are here whose answer is true of a simulated host: it has no disks, sensors or update
//! servers of its own, and says so in the words of the script. What a script would change on real
//! hardware is not here.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::Call;
use crate::toolstack::Toolstack;
use model::{ApiError, Host, Ref, TextMap, Value};
use std::sync::Arc;

/// What a function is asked.
struct Asked<'a> {
    host: &'a Host,
    arguments: TextMap,
}

type Function = fn(&Asked) -> String;

/// Script, function, answer.
const FUNCTIONS: &[(&str, &str, Function)] = &[
    ("echo", "main", echo),
    // Packages that may be updated: no repository offers any.
    ("updater.py", "check_update", |_| "[]".into()),
    ("updater.py", "get_proxies", |_| "{}".into()),
    // No software raid, no disks with a health of their own, no block devices, no ZFS.
    ("raid.py", "check_raid_pool", |_| "{}".into()),
    ("smartctl.py", "health", |_| "{}".into()),
    ("smartctl.py", "information", |_| "{}".into()),
    ("lsblk.py", "list_block_devices", |_| r#"{"blockdevices": []}"#.into()),
    ("zfs.py", "list_zfs_pools", |_| "{}".into()),
    ("hyperthreading.py", "get_hyperthreading", hyperthreading),
    ("netdata.py", "is_netdata_installed", |_| "false".into()),
    ("ipmitool.py", "is_ipmi_device_available", |_| "false".into()),
];

pub async fn call(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let pool = toolstack.store.snapshot();
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(&pool, id)?;
    let (plugin, function) = (arguments.text("plugin")?, arguments.text("fn")?);
    let mut functions = FUNCTIONS.iter().filter(|(name, ..)| *name == plugin).peekable();
    if functions.peek().is_none() {
        return Err(ApiError::xenapi_missing_plugin(plugin));
    }
    match functions.find(|(_, name, _)| *name == function) {
        Some((_, _, answer)) => Ok(Value::string(answer(&Asked { host, arguments: arguments.map("args")? }))),
        None => Err(ApiError::from_parts("UNKNOWN_XENAPI_PLUGIN_FUNCTION".into(), vec![function])),
    }
}

fn echo(asked: &Asked) -> String {
    let pairs = asked.arguments.iter().map(|(key, value)| format!("'{key}': '{value}'"));
    format!("args were: {{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

/// More threads than cores.
fn hyperthreading(asked: &Asked) -> String {
    let threads = asked.host.cpu_info.get("threads_per_core").and_then(|count| count.parse::<u32>().ok());
    (threads.unwrap_or(1) > 1).to_string()
}
