//! The clock of a host: its time, its zone, and who keeps it right.

use super::reachable;
use super::setting::set;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning, Reading};
use crate::localdb;
use crate::plan::Plan;
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use machine::HostSetting;
use model::{ApiEnum, ApiError, Date, Host, HostNtpMode, Ref, Text, Value};
use store::Snapshot;

/// Who is asked for the time if nobody says otherwise.
const FACTORY_SERVERS: [&str; 4] =
    ["0.centos.pool.ntp.org", "1.centos.pool.ntp.org", "2.centos.pool.ntp.org", "3.centos.pool.ntp.org"];

/// By how much the clock of a host is ahead of ours, in seconds.
fn ahead(pool: &Snapshot, host: &Host) -> i64 {
    localdb::get(pool, host.uuid, localdb::CLOCK_AHEAD).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

pub fn time(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: &Host = reading.pool.find(arguments.reference("host")?)?;
    let now = reading.toolstack.clock.now().seconds() + ahead(reading.pool, host);
    Ok(Value::DateTime(Date::from_seconds(now)))
}

/// The local time says no zone.
pub fn local_time(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: &Host = reading.pool.find(arguments.reference("host")?)?;
    let now = reading.toolstack.clock.now().seconds() + ahead(reading.pool, host);
    let offset = zone(&host.timezone)
        .zip(Timestamp::from_second(now).ok())
        .map_or(0, |(zone, now)| i64::from(zone.to_offset(now).seconds()));
    Ok(Value::DateTime(Date::zoneless(now + offset)))
}

pub fn list_timezones(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reading.pool.find::<Host>(arguments.reference("self")?)?;
    let mut names: Vec<String> =
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_string()).collect();
    names.sort();
    Ok(Value::Array(names.into_iter().map(Value::string).collect()))
}

pub fn set_timezone(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let name = arguments.text("value")?;
    let known = TimeZoneDatabase::bundled().available().any(|known| known.as_str() == name);
    if !known {
        return Err(ApiError::invalid_value("timezone", name));
    }
    set(planning, arguments.reference("self")?, HostSetting::Timezone, name.as_str()).map(Planned::new)
}

pub fn set_ntp_mode(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let mode: HostNtpMode = arguments.choice("value")?;
    let host = reachable(planning.pool, id)?;
    if mode == HostNtpMode::Custom && host.ntp_custom_servers.is_empty() {
        return Err(ApiError::invalid_ntp_config(
            "Can't set ntp_mode to Custom when ntp_custom_servers is empty",
        ));
    }
    let mut parts = vec![set(planning, id, HostSetting::NtpMode, mode.name())?];
    if mode != HostNtpMode::Disabled && ahead(planning.pool, host) != 0 {
        // Whoever keeps it right begins by setting it.
        parts.push(set(planning, id, HostSetting::ClockAhead, "0")?);
    }
    Ok(Planned::new(Plan::Serial(parts)))
}

pub fn set_ntp_servers(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let host = reachable(planning.pool, id)?;
    let servers = arguments.set::<Text>("value")?;
    if servers.is_empty() && host.ntp_mode == HostNtpMode::Custom {
        return Err(ApiError::invalid_ntp_config(
            "Can't set ntp_custom_servers empty when ntp_mode is Custom",
        ));
    }
    let sane = |name: &Text| {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | ':');
        !name.is_empty() && name.len() <= 253 && name.chars().all(fits)
    };
    if let Some(bad) = servers.iter().find(|name| !sane(name)) {
        return Err(ApiError::invalid_ntp_config(format!("Invalid ntp server: {bad}")));
    }
    let text = servers.iter().map(|server| server.as_str()).collect::<Vec<_>>().join(" ");
    set(planning, id, HostSetting::NtpServers, text).map(Planned::new)
}

/// The time servers of the simulation always answer; the first one counts most.
pub fn ntp_servers_status(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host = reachable(reading.pool, arguments.reference("self")?)?;
    let servers: Vec<Text> = match host.ntp_mode {
        HostNtpMode::Custom => host.ntp_custom_servers.iter().cloned().collect(),
        HostNtpMode::Factory => FACTORY_SERVERS.map(Text::new_static).to_vec(),
        // What a network would offer is not simulated.
        HostNtpMode::Dhcp | HostNtpMode::Disabled => Vec::new(),
    };
    let status = |place: usize| if place == 0 { "Current_best" } else { "Combined" };
    let member = |(place, server): (usize, Text)| (server, Value::string(status(place)));
    Ok(Value::Struct(servers.into_iter().enumerate().map(member).collect()))
}

pub fn ntp_synchronized(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let host = reachable(reading.pool, arguments.reference("self")?)?;
    Ok(Value::Bool(host.ntp_mode != HostNtpMode::Disabled && ahead(reading.pool, host) == 0))
}

pub fn set_time(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let host = reachable(planning.pool, id)?;
    if host.ntp_mode != HostNtpMode::Disabled {
        return Err(ApiError::not_allowed_when_ntp_is_enabled(id));
    }
    let ahead = arguments.date("value")?.seconds() - planning.now.seconds();
    set(planning, id, HostSetting::ClockAhead, ahead.to_string()).map(Planned::new)
}
