//! What a host is set to. What the machine keeps is a step; what only rows keep is a change of them.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning, Reading};
use crate::learn::host::setting;
use crate::localdb;
use crate::plan::Plan;
use machine::{HostSetting, HostStep, Step};
use model::{ApiEnum, ApiError, Host, HostDisplay, HostNumaAffinityPolicy, HostSchedGran, Ref, Text, Value};

/// Set something that the machine keeps.
pub(super) fn set(
    planning: &Planning,
    id: Ref<Host>,
    what: HostSetting,
    value: impl Into<String>,
) -> Result<Plan, ApiError> {
    let host = reachable(planning.pool, id)?;
    let before = setting(planning.pool, host, what);
    let step = HostStep::Set { host: host.uuid, setting: what, value: value.into(), before };
    Ok(Plan::Do(id, Step::Host(step)))
}

fn only(plan: Result<Plan, ApiError>) -> Result<Planned, ApiError> {
    plan.map(Planned::new)
}

pub fn hostname(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let name = arguments.text("hostname")?;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let reason = if name.is_empty() {
        Some("Hostname is empty")
    } else if name.len() > 64 {
        Some("Hostname is too long")
    } else if !name.chars().all(fits) || name.starts_with(['-', '.']) {
        Some("Hostname contains invalid characters")
    } else {
        None
    };
    match reason {
        Some(reason) => Err(ApiError::host_name_invalid(reason)),
        None => only(set(planning, arguments.reference("host")?, HostSetting::Hostname, name.as_str())),
    }
}

/// Where `logging` says that the log goes, it goes from now on.
pub fn syslog(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = planning.pool.find(id)?;
    let destination = host.logging.get("syslog_destination").map(|text| text.trim().to_string());
    only(set(planning, id, HostSetting::SyslogDestination, destination.unwrap_or_default()))
}

pub fn sched_gran(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let value: HostSchedGran = arguments.choice("value")?;
    only(set(planning, arguments.reference("self")?, HostSetting::SchedulingGranularity, value.name()))
}

pub fn get_sched_gran(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host = reachable(reading.pool, arguments.reference("self")?)?;
    let kept = localdb::get(reading.pool, host.uuid, localdb::SCHED_GRAN);
    Ok(kept.map_or_else(|| Value::string(HostSchedGran::Cpu.name()), Value::String))
}

/// A number of a state, with a substate after a comma if one is wanted; empty: no limit.
pub fn max_cstate(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let value = arguments.text("value")?;
    let number =
        |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = value.split(',').collect();
    if !value.is_empty() && (parts.len() > 2 || !parts.iter().all(|part| number(part))) {
        return Err(ApiError::invalid_value("value", value));
    }
    only(set(planning, arguments.reference("self")?, HostSetting::MaxCstate, value.as_str()))
}

pub fn numa_policy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let value: HostNumaAffinityPolicy = arguments.choice("value")?;
    only(set(planning, arguments.reference("self")?, HostSetting::NumaAffinityPolicy, value.name()))
}

pub fn iscsi_iqn(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let value = arguments.text("value")?;
    if value.is_empty() {
        return Err(ApiError::invalid_value("value", value));
    }
    only(set(planning, arguments.reference("host")?, HostSetting::IscsiIqn, value.as_str()))
}

/// Seconds; 0 is for ever.
pub fn console_idle_timeout(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let seconds = arguments.int("value")?;
    if !(0..=i64::from(i32::MAX)).contains(&seconds) {
        return Err(ApiError::value_not_supported("value", seconds, "it is out of range"));
    }
    let id = arguments.reference("self")?;
    only(set(planning, id, HostSetting::ConsoleIdleTimeout, seconds.to_string()))
}

/// What the pool tells guests' agents.
pub fn guest_agents(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let config = planning.pool.first::<model::Pool>().map(|(_, pool)| &pool.guest_agent_config);
    let members: serde_json::Map<String, serde_json::Value> = config
        .into_iter()
        .flat_map(|config| config.iter())
        .map(|(key, value)| (key.to_string(), value.as_str().into()))
        .collect();
    let text = serde_json::Value::Object(members).to_string();
    only(set(planning, arguments.reference("host")?, HostSetting::GuestAgentConfig, text))
}

pub fn enable_display(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    display(change, arguments, |before| match before {
        HostDisplay::Disabled => HostDisplay::EnableOnReboot,
        HostDisplay::DisableOnReboot => HostDisplay::Enabled,
        other => other,
    })
}

pub fn disable_display(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    display(change, arguments, |before| match before {
        HostDisplay::Enabled => HostDisplay::DisableOnReboot,
        HostDisplay::EnableOnReboot => HostDisplay::Disabled,
        other => other,
    })
}

fn display(
    change: &mut Change,
    arguments: &Arguments,
    turn: fn(HostDisplay) -> HostDisplay,
) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let after = turn(reachable(change.tx, id)?.display);
    change.tx.update(id, |host| host.display = after);
    Ok(Value::string(after.name()))
}

/// What is out of date is not allowed any more.
pub fn ssl_legacy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    if arguments.bool("value")? {
        let reason = "Legacy SSL support has been removed";
        return Err(ApiError::value_not_supported("value", true, reason));
    }
    change.tx.find(id)?;
    change.tx.update(id, |host| host.ssl_legacy = false);
    Ok(Value::VOID)
}

pub fn uefi_certificates(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let value = arguments.text("value")?;
    change.tx.find(id)?;
    change.tx.update(id, |host| host.uefi_certificates = value);
    Ok(Value::VOID)
}

/// The pool may do what every one of its hosts may.
pub fn license_params(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let value = arguments.map("value")?;
    change.tx.find(id)?;
    change.tx.update(id, |host| host.license_params = value);
    let mut restrictions: std::collections::BTreeMap<Text, Text> = Default::default();
    for (_, host) in change.tx.all::<Host>() {
        for (key, value) in host.license_params.iter().filter(|(key, _)| key.starts_with("restrict_")) {
            let kept = restrictions.entry(key.clone()).or_insert_with(|| value.clone());
            if *value == "true" {
                *kept = value.clone();
            }
        }
    }
    let pool = change.tx.first::<model::Pool>().map(|(id, _)| id);
    if let Some(pool) = pool {
        change.tx.update(pool, |pool| pool.restrictions = restrictions.into_iter().collect());
    }
    Ok(Value::VOID)
}

/// The plain port asks the row at each request.
pub fn https_only(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let value = arguments.bool("value")?;
    reachable(change.tx, id)?;
    change.tx.update(id, |host| host.https_only = value);
    Ok(Value::VOID)
}
