//! What can be asked about a disk.

use super::ask::ask;
use crate::arguments::Arguments;
use crate::chains::has_feature;
use crate::handler::{Answering, Call, Find, Planned, Planning, Reading};
use crate::operations::device;
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use machine::{DiskFact, DiskStep, Fact};
use model::{ApiEnum, ApiError, ClassId, Host, Ref, Text, Value, Vdi, VdiType, many};
use std::sync::Arc;

/// `VDI.update`: how large it is and what it takes is asked for and written down.
pub fn update(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("vdi")?;
    let vdi = planning.pool.find(id)?;
    if !has_feature(planning.pool, planning.pool.find(vdi.SR)?, "VDI_UPDATE") {
        return Err(ApiError::sr_operation_not_supported(vdi.SR));
    }
    let (host, disc) = device::place_of(planning.pool, id)?;
    Ok(Planned::new(Plan::Do(host, DiskStep::Look { disc }.into())))
}

pub fn checksum(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        let id: Ref<Vdi> = arguments.reference("self")?;
        let sr = pool.find(id)?.SR;
        let disc = device::disc(&pool, id).ok_or_else(|| ApiError::vdi_not_available(id))?;
        let facts = ask(&toolstack, sr, &DiskStep::Checksum { disc }.into()).await?;
        let sum = facts.into_iter().find_map(|fact| match fact {
            Fact::Disk(DiskFact::Sum { sum, .. }) => Some(sum),
            _ => None,
        });
        sum.map(Value::from).ok_or_else(|| ApiError::vdi_not_available(id))
    })
}

/// What a host needs to attach the disk without a toolstack.
pub fn generate_config(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let (host, id): (Ref<Host>, Ref<Vdi>) = (arguments.reference("host")?, arguments.reference("vdi")?);
    let pool = reading.pool;
    pool.find(host)?;
    let vdi = pool.find(id)?;
    let sr = pool.find(vdi.SR)?;
    crate::allowed::check(pool, ClassId::Vdi, id.id(), "generate_config")?;
    if !has_feature(pool, sr, "VDI_GENERATE_CONFIG") {
        return Err(ApiError::sr_operation_not_supported(vdi.SR));
    }
    let mut links = pool.many_rows(many::SR_PBDS, vdi.SR);
    let link = links.find(|(_, pbd)| pbd.host == host && pbd.currently_attached);
    let (_, link) = link.ok_or_else(|| ApiError::sr_not_attached(vdi.SR))?;
    let member = |name: &'static str, value: Value| (Text::new_static(name), value);
    let device = link.device_config.iter().map(|(key, value)| (key.clone(), Value::String(value.clone())));
    let config = Value::Struct(vec![
        member("device_config", Value::Struct(device.collect())),
        member("sr_uuid", Value::from(sr.uuid.to_string())),
        member("vdi_uuid", Value::from(vdi.uuid.to_string())),
        member("command", Value::from("vdi_attach_from_config")),
    ]);
    let mut out = Vec::new();
    wire::xmlrpc::write_call(&mut out, "vdi_attach_from_config", &[config]);
    Ok(Value::from(String::from_utf8_lossy(&out).into_owned()))
}

/// The original does no more than say that this is over.
pub fn force_unlock(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Err(ApiError::message_deprecated())
}

/// No storage driver can, so a client makes a clone of the snapshot as it always did.
pub fn revert(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let snapshot: Ref<Vdi> = arguments.reference("snapshot")?;
    let row = reading.pool.find(snapshot)?;
    if !row.is_a_snapshot || reading.pool.get(row.snapshot_of).is_none() {
        return Err(ApiError::operation_not_allowed("the disk is no snapshot of one that is there"));
    }
    Err(ApiError::unimplemented_in_sm_backend("VDI.revert"))
}

/// The pool whose database a disk keeps; empty if none.
pub fn read_database_pool_uuid(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = reading.pool.find(arguments.reference::<Vdi>("self")?)?;
    let of = reading.pool.get(row.metadata_of_pool).filter(|_| row.r#type == VdiType::Metadata);
    Ok(Value::from(of.map(|pool| pool.uuid.to_string()).unwrap_or_default()))
}

/// A session on the database of another pool is not there yet.
pub fn open_database(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    let row = reading.pool.find(id)?;
    if row.r#type != VdiType::Metadata {
        return Err(ApiError::vdi_incompatible_type(id, row.r#type.name()));
    }
    if row.metadata_of_pool.is_null() {
        return Err(ApiError::could_not_import_database("there is no database on the disk"));
    }
    // Partly VDI.open_database.
    Err(ApiError::not_implemented("VDI.open_database"))
}
