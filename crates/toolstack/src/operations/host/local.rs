//! What a host keeps and does for itself, mostly asked by other members.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning, Reading};
use crate::localdb;
use crate::plan::{Plan, on_together};
use machine::{Disc, HostStep, Step};
use model::{ApiError, Host, Ref, RefId, Value, Vdi};
use store::Snapshot;

pub fn assert_healthy(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let this = reading.toolstack.this_host();
    match reachable(reading.pool, this) {
        Ok(_) => Ok(Value::VOID),
        Err(_) => Err(ApiError::host_still_booting()),
    }
}

pub fn set_key(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let uuid = reachable(change.tx, arguments.reference("host")?)?.uuid;
    let (key, value) = (arguments.text("key")?, arguments.text("value")?);
    let fresh = (change.new_uuid(), change.new_uuid());
    localdb::put(change.tx, fresh, uuid, &key, &value);
    Ok(Value::VOID)
}

/// All that members would copy from one another is in the one store of the pool already.
pub fn nothing_to_copy(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reachable(reading.pool, arguments.reference("host")?)?;
    Ok(Value::VOID)
}

fn disc(pool: &Snapshot, id: Ref<Vdi>) -> Result<Disc, ApiError> {
    let vdi = pool.find(id)?;
    Ok(Disc { sr: pool.find(vdi.SR)?.uuid, vdi: vdi.uuid })
}

pub fn attach_static(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(planning.pool, id)?.uuid;
    let Value::Struct(members) = arguments.value("vdi_reason_map")? else {
        return Ok(Planned::new(Plan::nothing()));
    };
    let steps = members.iter().map(|(vdi, reason)| {
        let missing = || ApiError::handle_invalid("VDI", vdi);
        let disc = disc(planning.pool, Ref::new(RefId::parse(vdi).ok_or_else(missing)?))?;
        let reason = match reason {
            Value::String(text) => text.to_string(),
            _ => String::new(),
        };
        Ok(Step::Host(HostStep::HoldDisk { host, disc, reason }))
    });
    Ok(Planned::new(on_together(id, steps.collect::<Result<Vec<_>, ApiError>>()?)))
}

pub fn detach_static(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(planning.pool, id)?.uuid;
    let vdis = arguments.set::<Ref<Vdi>>("vdis")?;
    let steps = vdis.iter().map(|vdi| {
        let disc = disc(planning.pool, *vdi)?;
        Ok(Step::Host(HostStep::ReleaseDisk { host, disc }))
    });
    Ok(Planned::new(on_together(id, steps.collect::<Result<Vec<_>, ApiError>>()?)))
}
