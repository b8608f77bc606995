//! What the failover plan is asked, and what changes it.

use super::members::{NO_RESTARTS_UNTIL, recalled};
use crate::arguments::Arguments;
use crate::ha;
use crate::ha::failover::{Failover, plan_for};
use crate::handler::{Change, Find, Reading};
use model::{ApiError, Host, Pool, Ref, RefId, Text, Value, Vm, VmPowerState, XeniosSetting};
use std::collections::BTreeSet;

pub fn exists(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let failures = arguments.int("n")?;
    let failover = Failover::of(reading.pool);
    Ok(Value::Bool(failover.not_agile == 0 && failover.survives(failures)))
}

pub fn most_failures(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::Int(Failover::of(reading.pool).most_failures()))
}

/// As if machines had these priorities, and all others none.
pub fn hypothetical(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let Value::Struct(configuration) = arguments.value("configuration")? else {
        return Err(ApiError::internal_error("configuration: expected a map"));
    };
    let mut protected: BTreeSet<Ref<Vm>> = BTreeSet::new();
    for (key, value) in configuration {
        let id = RefId::parse(key).map(Ref::<Vm>::new).ok_or_else(|| ApiError::handle_invalid("VM", key))?;
        reading.pool.find(id)?;
        let priority = value.as_text().unwrap_or_default();
        check_priority(&priority)?;
        if priority == ha::RESTART {
            protected.insert(id);
        }
    }
    let failover = Failover::if_protected(reading.pool, |id, _| protected.contains(&id));
    Ok(Value::Int(failover.most_failures()))
}

/// For each machine the host on which it would run, or why there is none.
pub fn for_machines(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let failed = arguments.set::<Ref<Host>>("failed_hosts")?;
    let vms = arguments.set::<Ref<Vm>>("failed_vms")?;
    for host in failed.iter() {
        reading.pool.find(*host)?;
    }
    for vm in vms.iter() {
        reading.pool.find(*vm)?;
    }
    let answer = |(vm, place): (Ref<Vm>, Result<Ref<Host>, ApiError>)| {
        let (key, value) = match place {
            Ok(host) => ("host", Value::string(host.to_string())),
            Err(error) => ("error_code", Value::string(error.code.as_str())),
        };
        (Text::new(vm.to_string()), Value::Struct(vec![(Text::new_static(key), value)]))
    };
    let mut answers: Vec<_> = plan_for(reading.pool, &vms, &failed).into_iter().map(answer).collect();
    answers.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Value::Struct(answers))
}

pub fn set_failures_to_tolerate(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pool> = arguments.reference("self")?;
    let value = arguments.int("value")?;
    let pool = change.tx.find(id)?;
    if value < 0 {
        return Err(ApiError::invalid_value("ha_host_failures_to_tolerate", value));
    }
    let wants_more = value > pool.ha_host_failures_to_tolerate;
    if pool.ha_enabled
        && !pool.ha_allow_overcommit
        && wants_more
        && value > Failover::of(change.tx).most_failures()
    {
        return Err(ApiError::ha_no_plan());
    }
    change.tx.update(id, |pool| pool.ha_host_failures_to_tolerate = value);
    ha::update_status(change.tx, change.chance, change.now);
    Ok(Value::VOID)
}

pub fn recompute(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    ha::update_status(change.tx, change.chance, change.now);
    Ok(Value::VOID)
}

/// For maintenance: what goes down in the next seconds stays down. 0 lifts it.
pub fn prevent_restarts(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    if !ha::is_enabled(change.tx) {
        return Err(ApiError::ha_not_enabled());
    }
    let seconds = arguments.int("seconds")?.max(0);
    let until = Text::new(change.now.seconds().saturating_add(seconds).to_string());
    match recalled(change.tx, NO_RESTARTS_UNTIL).map(|(id, _)| id) {
        Some(id) => _ = change.tx.update(id, |row| row.value = until),
        None => {
            let row = XeniosSetting {
                uuid: change.new_uuid(),
                name: Text::new_static(NO_RESTARTS_UNTIL),
                value: until,
            };
            change.tx.insert(change.new_ref(), row);
        }
    }
    Ok(Value::VOID)
}

fn check_priority(priority: &str) -> Result<(), ApiError> {
    match priority {
        "" | ha::RESTART | ha::BEST_EFFORT => Ok(()),
        other => Err(ApiError::invalid_value("ha_restart_priority", other)),
    }
}

pub fn set_restart_priority(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let value = arguments.text("value")?;
    check_priority(&value)?;
    let vm = change.tx.find(id)?;
    if value == vm.ha_restart_priority {
        return Ok(Value::VOID);
    }
    if value == ha::RESTART && vm.power_state != VmPowerState::Halted {
        ha::assert_protection_keeps_plan(change.tx, id)?;
    }
    change.tx.update(id, |vm| vm.ha_restart_priority = value);
    // What must run follows from the row; the plan follows from that.
    ha::refresh(change.tx);
    ha::update_status(change.tx, change.chance, change.now);
    Ok(Value::VOID)
}
