//! The SSH service of a host: open, closed, open for a while, or open only while the toolstack is not.

use super::reachable;
use super::setting::set;
use crate::arguments::Arguments;
use crate::handler::{Planned, Planning};
use crate::plan::{Edit, Plan};
use machine::HostSetting;
use model::{ApiError, Date, Host, Ref};

/// As long as two days, which is the most that an administrator may leave open by forgetting.
const LONGEST_SECONDS: i64 = 172_800;
const NEVER: Date = Date::from_seconds(0);

pub fn enable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let host = reachable(planning.pool, id)?;
    let expiry = expiry(planning, host.ssh_enabled_timeout);
    // Who opens it by hand does not want it closed by the toolstack.
    let edits = vec![Edit::set(id, "ssh_expiry", expiry), Edit::set(id, "ssh_auto_mode", false)];
    both(planning, id, "true", edits)
}

pub fn disable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    reachable(planning.pool, id)?;
    both(planning, id, "false", vec![Edit::set(id, "ssh_expiry", NEVER)])
}

/// From now on, also if it is open already.
pub fn set_timeout(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let seconds = arguments.int("value")?;
    if !(0..=LONGEST_SECONDS).contains(&seconds) {
        let reason = format!("Value must be between 0 and {LONGEST_SECONDS}");
        return Err(ApiError::value_not_supported("ssh_enabled_timeout", seconds, reason));
    }
    let host = reachable(planning.pool, id)?;
    let expiry = if host.ssh_enabled { expiry(planning, seconds) } else { NEVER };
    let edits = vec![Edit::set(id, "ssh_enabled_timeout", seconds), Edit::set(id, "ssh_expiry", expiry)];
    Ok(Planned::new(Plan::Write(edits)))
}

/// While the toolstack is there nobody needs it, and it is there now.
pub fn set_auto_mode(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let value = arguments.bool("value")?;
    reachable(planning.pool, id)?;
    let mut edits = vec![Edit::set(id, "ssh_auto_mode", value)];
    if !value {
        return Ok(Planned::new(Plan::Write(edits)));
    }
    edits.push(Edit::set(id, "ssh_expiry", NEVER));
    both(planning, id, "false", edits)
}

fn expiry(planning: &Planning, seconds: i64) -> Date {
    if seconds == 0 { NEVER } else { Date::from_seconds(planning.now.seconds() + seconds) }
}

fn both(planning: &Planning, id: Ref<Host>, open: &str, edits: Vec<Edit>) -> Result<Planned, ApiError> {
    let step = set(planning, id, HostSetting::Ssh, open)?;
    Ok(Planned::new(Plan::Serial(vec![step, Plan::Write(edits)])))
}
