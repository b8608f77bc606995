//! `PBD`: the links between hosts and storage, made, plugged and unplugged.

use crate::allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::operations::storage;
use crate::plan::Plan;
use model::{ApiError, ClassId, Item, Pbd, Pool, Ref, RefId, Text, Value, VdiType, many};
use std::collections::BTreeSet;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("PBD.create", C(create)),
    ("PBD.destroy", C(destroy)),
    ("PBD.plug", P(plug)),
    ("PBD.unplug", P(unplug)),
    ("PBD.set_device_config", C(set_device_config)),
];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: Pbd = arguments.row()?;
    change.tx.find(row.host)?;
    let sr = change.tx.find(row.SR)?;
    allowed::check(change.tx, ClassId::Sr, row.SR.id(), "pbd_create")?;
    let links: Vec<_> = change.tx.many_rows(many::SR_PBDS, row.SR).map(|(id, pbd)| (id, pbd.host)).collect();
    if let Some((pbd, _)) = links.iter().find(|(_, host)| *host == row.host) {
        return Err(ApiError::pbd_exists(row.SR, row.host, pbd));
    }
    if !sr.shared && !links.is_empty() {
        return Err(ApiError::sr_not_sharable(row.SR, row.host));
    }
    let (config, secrets) = storage::keep_secrets(&sr.r#type, &row.device_config, change.chance);
    row.device_config = config;
    row.uuid = change.new_uuid();
    row.currently_attached = false;
    for (id, secret) in secrets {
        change.tx.insert(id, secret);
    }
    let id: Ref<Pbd> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pbd> = arguments.reference("self")?;
    let pbd = change.tx.find(id)?;
    if pbd.currently_attached {
        return Err(ApiError::operation_not_allowed("the PBD is plugged"));
    }
    allowed::check(change.tx, ClassId::Sr, pbd.SR.id(), "pbd_destroy")?;
    for secret in storage::secrets_of(change.tx, pbd) {
        change.tx.delete(secret);
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn set_device_config(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pbd> = arguments.reference("self")?;
    let pbd = change.tx.find(id)?;
    if pbd.currently_attached {
        return Err(ApiError::operation_not_allowed("the PBD is plugged"));
    }
    let sr = change.tx.find(pbd.SR)?;
    allowed::nothing_runs("SR", pbd.SR.id(), &sr.current_operations)?;
    let (config, secrets) = storage::keep_secrets(&sr.r#type, &arguments.map("value")?, change.chance);
    // Secrets that are still named stay.
    let named = |secret: &Ref<_>| {
        let uuid = change.tx.get::<model::Secret>(*secret).map(|secret| Text::new(secret.uuid.to_string()));
        uuid.is_some_and(|uuid| config.values().any(|value| *value == uuid))
    };
    let old: Vec<_> =
        storage::secrets_of(change.tx, pbd).into_iter().filter(|secret| !named(secret)).collect();
    for secret in old {
        change.tx.delete(secret);
    }
    for (id, secret) in secrets {
        change.tx.insert(id, secret);
    }
    change.tx.update(id, |pbd| pbd.device_config = config);
    Ok(Value::VOID)
}

fn plug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Pbd> = arguments.reference("self")?;
    let pbd = planning.pool.find(id)?;
    let sr = planning.pool.find(pbd.SR)?;
    if pbd.currently_attached {
        return Ok(Planned::new(Plan::nothing()));
    }
    storage::registered(planning.pool, &sr.r#type)?;
    allowed::check(planning.pool, ClassId::Sr, pbd.SR.id(), "plug")?;
    Ok(Planned::new(storage::plug(planning.pool, pbd)).holding(ClassId::Sr, pbd.SR.id(), "plug"))
}

fn unplug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Pbd> = arguments.reference("self")?;
    let pool = planning.pool;
    let pbd = pool.find(id)?;
    if !pbd.currently_attached {
        return Ok(Planned::new(Plan::nothing()));
    }
    may_unplug(pool, pbd)?;
    allowed::check(pool, ClassId::Sr, pbd.SR.id(), "unplug")?;
    Ok(Planned::new(storage::unplug(pool, pbd)).holding(ClassId::Sr, pbd.SR.id(), "unplug"))
}

/// Quirk unplug-vdi-in-use: `VDI_IN_USE` from `PBD.unplug` names all the disks, and no operation.
fn may_unplug(pool: &Snapshot, pbd: &Pbd) -> Result<(), ApiError> {
    let holds_statefile = |pool_row: &Pool| {
        let in_sr = |vdi: RefId| pool.get(Ref::<model::Vdi>::new(vdi)).is_some_and(|vdi| vdi.SR == pbd.SR);
        pool_row.ha_enabled && pool_row.ha_statefiles.iter().filter_map(|text| RefId::parse(text)).any(in_sr)
    };
    if pool.first::<Pool>().is_some_and(|(_, row)| holds_statefile(row)) {
        return Err(ApiError::ha_is_enabled());
    }
    let in_use = in_use(pool, pbd);
    if in_use.is_empty() {
        return crate::ha::assert_unplug_keeps_plan(pool, pbd);
    }
    let disks = in_use.into_iter().map(|disk| Text::new(disk.to_string())).collect();
    Err(ApiError::from_parts(Text::new_static("VDI_IN_USE"), disks))
}

/// The disks of the storage that machines on the host have plugged, or will have in a moment.
fn in_use(pool: &Snapshot, pbd: &Pbd) -> BTreeSet<RefId> {
    let log =
        pool.first::<Pool>().and_then(|(_, row)| row.redo_log_vdi.some().filter(|_| row.redo_log_enabled));
    let log = log.filter(|log| pool.get(*log).is_some_and(|vdi| vdi.SR == pbd.SR));
    let mut disks: BTreeSet<RefId> = log.into_iter().map(|vdi| vdi.id()).collect();
    for (vm, row) in pool.all::<model::Vm>() {
        if row.resident_on != pbd.host && row.scheduled_to_be_resident_on != pbd.host {
            continue;
        }
        for (_, vbd) in pool.many_rows(many::VM_VBDS, vm) {
            let busy = vbd.currently_attached || vbd.reserved || !vbd.current_operations.is_empty();
            let here =
                pool.get(vbd.VDI).is_some_and(|vdi| vdi.SR == pbd.SR && vdi.r#type != VdiType::Metadata);
            if busy && here {
                disks.insert(vbd.VDI.id());
            }
        }
    }
    disks
}
