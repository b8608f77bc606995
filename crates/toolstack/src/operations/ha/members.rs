//! What the hosts of a pool ask of each other when high availability begins and ends.

use super::enable::disarm as disarm_plan;
use crate::arguments::Arguments;
use crate::handler::{Answering, Call, Change, Find, Planned, Planning, Reading};
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use crate::{ha, localdb};
use machine::{QuorumStep, Step};
use model::{ApiError, Host, Ref, Set, Text, Value, Vdi, XeniosSetting};
use std::sync::Arc;
use store::Snapshot;

/// Settings that outlive a crash: the host that is disarmed until the next start, and the moment until
/// which nothing is restarted.
pub const SOFTLY_DISARMED: &str = "ha_softly_disarmed";
pub const NO_RESTARTS_UNTIL: &str = "ha_no_restarts_until";

pub fn recalled<'a>(pool: &'a Snapshot, name: &str) -> Option<(Ref<XeniosSetting>, &'a XeniosSetting)> {
    pool.all::<XeniosSetting>().find(|(_, setting)| setting.name == name)
}

pub fn remember(planning: &Planning, name: &'static str, value: &str) -> Edit {
    match recalled(planning.pool, name) {
        Some((id, _)) => Edit::set(id, "value", Text::new(value)),
        None => {
            let row = XeniosSetting {
                uuid: planning.new_uuid(),
                name: Text::new_static(name),
                value: Text::new(value),
            };
            Edit::make(planning.new_ref::<XeniosSetting>(), row)
        }
    }
}

/// The host will watch these when it joins.
pub fn preconfigure(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    change.tx.find(id)?;
    let statefiles = arguments.set::<Ref<Vdi>>("statefiles")?;
    for vdi in statefiles.iter() {
        ha::assert_can_host_statefile(change.tx, change.tx.find(*vdi)?.SR)?;
    }
    let texts: Set<Text> = statefiles.iter().map(|vdi| Text::new(vdi.to_string())).collect();
    change.tx.update(id, |host| host.ha_statefiles = texts);
    Ok(Value::VOID)
}

pub fn join(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = planning.pool.find(id)?;
    let statefile =
        ha::statefile_of(planning.pool, host).ok_or_else(ApiError::ha_host_cannot_access_statefile)?;
    Ok(Planned::new(Plan::Do(id, Step::Quorum(QuorumStep::Arm { host: host.uuid, statefile }))))
}

pub fn disarm(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = planning.pool.find(id)?;
    Ok(Planned::new(disarm_plan(planning.pool, (id, host)).unwrap_or_else(Plan::nothing)))
}

/// It counts while the host is the coordinator, which is the one that decides.
pub fn decide_nothing(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let uuid = change.tx.find::<Host>(arguments.reference("host")?)?.uuid;
    let fresh = (change.new_uuid(), change.new_uuid());
    localdb::put(change.tx, fresh, uuid, localdb::NO_FAILOVER_DECISIONS, "true");
    Ok(Value::VOID)
}

pub fn release(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    change.tx.find(id)?;
    change.tx.update(id, |host| host.ha_statefiles = Set::EMPTY);
    Ok(Value::VOID)
}

/// Answers when the host watches no statefile any more.
pub fn wait_until_disarmed(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let id: Ref<Host> = arguments.reference("host")?;
        let mut changes = toolstack.store.watch();
        loop {
            changes.mark_unchanged();
            if toolstack.store.snapshot().find(id)?.ha_statefiles.is_empty() {
                return Ok(Value::VOID);
            }
            if changes.changed().await.is_err() {
                return Err(ApiError::internal_error("the toolstack ends"));
            }
        }
    })
}

/// Who answers is healthy.
pub fn healthy(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::Bool(true))
}
