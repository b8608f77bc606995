//! Hosts enter the pool's rows and leave them.

use super::reachable;
use crate::arguments::Arguments;
use crate::evacuation::residents;
use crate::handler::{Change, Find};
use crate::learn::host::{halt_residents, unplug};
use crate::localdb;
use crate::removal::with_company;
use model::{ApiError, ClassId, Host, HostCrashdump, HostMetrics, Pool, Ref, Value};
use store::Transaction;

/// A host that surely is off, which nobody but an operator can know.
fn precheck(change: &Change, id: Ref<Host>) -> Result<(), ApiError> {
    let host = change.tx.find(id)?;
    if change.tx.get(host.metrics).is_some_and(|metrics| metrics.live) {
        return Err(ApiError::host_is_live(id));
    }
    if id == change.toolstack.this_host() {
        return Err(ApiError::host_cannot_destroy_self(id));
    }
    Ok(())
}

/// Its machines may be started elsewhere from now on.
pub fn declare_dead(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    precheck(change, id)?;
    halt_residents(change.tx, id);
    unplug(change.tx, id);
    change.tx.update(id, |host| host.enabled = false);
    Ok(Value::VOID)
}

pub fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    precheck(change, id)?;
    if change.tx.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled) {
        return Err(ApiError::ha_is_enabled());
    }
    if residents(change.tx, id).next().is_some() {
        return Err(ApiError::host_has_resident_vms(id));
    }
    erase(change.tx, id);
    Ok(Value::VOID)
}

/// A host and everything that is only of it.
fn erase(tx: &mut Transaction, id: Ref<Host>) {
    let Some(uuid) = tx.get(id).map(|host| host.uuid) else { return };
    for (class, id) in with_company(tx, [(ClassId::Host, id.id())]) {
        tx.delete_row(class, id);
    }
    localdb::forget(tx, uuid);
}

/// A row for a host that joins. Its machine is not there before it has said so.
pub fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let text = |name| arguments.text(name);
    let uuid_text = text("uuid")?;
    let uuid =
        model::Uuid::parse(&uuid_text).ok_or_else(|| ApiError::invalid_value("uuid", uuid_text.clone()))?;
    if change.tx.by_uuid(ClassId::Host, uuid).is_some() {
        return Err(ApiError::uuid_invalid("host", uuid));
    }
    let metrics = change.new_ref::<HostMetrics>();
    let row = HostMetrics { uuid: change.new_uuid(), last_updated: change.now, ..HostMetrics::default() };
    change.tx.insert(metrics, row);
    let mut row = Host {
        uuid,
        metrics,
        memory_overhead: 0,
        enabled: false,
        API_version_major: model::generated::schema::API_VERSION.0,
        API_version_minor: model::generated::schema::API_VERSION.1,
        ..Host::default()
    };
    // Parameters are called as the fields that they fill.
    for param in arguments.message.params.iter().filter(|param| param.name != "uuid") {
        let field = ClassId::Host.definition().field(param.name).map(|(number, _)| number);
        let field = field.and_then(|number| model::Row::field_mut(&mut row, number));
        if let (Some(field), Ok(value)) = (field, arguments.value(param.name)) {
            field.assign(value).map_err(|_| ApiError::invalid_value(param.name, ""))?;
        }
    }
    let id = change.new_ref::<Host>();
    change.tx.insert(id, row);
    Ok(Value::Ref(id.id()))
}

/// A dump is a file of its host; the row goes with it.
pub fn destroy_crashdump(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<HostCrashdump> = arguments.reference("self")?;
    reachable(change.tx, change.tx.find(id)?.host)?;
    change.tx.delete(id);
    Ok(Value::VOID)
}
