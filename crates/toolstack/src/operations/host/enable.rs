//! `host.disable`, `host.enable`: whether a host takes new machines.

use super::reachable;
use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use crate::localdb;
use model::{ApiError, ClassId, Host, Ref, Value};

/// `auto_enable`: it is enabled again when it has rebooted. Else only an operator does that.
pub fn disable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let uuid = reachable(change.tx, id)?.uuid;
    let auto_enable = arguments.bool("auto_enable")?;
    if change.tx.find(id)?.enabled {
        crate::ha::assert_loss_of_host_keeps_plan(change.tx, id)?;
    }
    change.tx.update(id, |host| host.enabled = false);
    let fresh = (change.new_uuid(), change.new_uuid());
    localdb::put(change.tx, fresh, uuid, localdb::AUTO_ENABLE, if auto_enable { "true" } else { "false" });
    Ok(Value::VOID)
}

pub fn enable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    check(change.tx, ClassId::Host, id.id(), "enable")?;
    let host = reachable(change.tx, id)?;
    let uuid = host.uuid;
    if localdb::get(change.tx, uuid, localdb::DISABLED_UNTIL_REBOOT).is_some() {
        return Err(ApiError::host_disabled_until_reboot(id));
    }
    // What an update asks for is done before machines come back.
    if host.pending_guidances.iter().next().is_some() {
        return Err(ApiError::host_pending_mandatory_guidance_not_empty(id));
    }
    change.tx.update(id, |host| host.enabled = true);
    localdb::clear(change.tx, uuid, localdb::AUTO_ENABLE);
    Ok(Value::VOID)
}
