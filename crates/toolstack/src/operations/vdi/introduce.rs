//! Disks that become rows without being made, and rows that go without their disk.

use crate::arguments::Arguments;
use crate::chains::has_feature;
use crate::handler::{Change, Find, Planned, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, DiskStep};
use model::{ApiError, ClassId, Item, Ref, Sr, Text, Uuid, Value, Vdi, many};
use store::Snapshot;

/// `VDI.introduce`: the disk must be there.
pub fn introduce(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let row = described(pool, arguments)?;
    let sr = pool.find(row.SR)?;
    crate::allowed::check(pool, ClassId::Sr, row.SR.id(), "vdi_introduce")?;
    if !has_feature(pool, sr, "VDI_INTRODUCE") {
        return Err(ApiError::sr_operation_not_supported(row.SR));
    }
    let host = device::host_of_sr(pool, row.SR)?;
    let disc = Disc { sr: sr.uuid, vdi: row.uuid };
    let id: Ref<Vdi> = planning.new_ref();
    let plan = Plan::Serial(vec![
        Plan::Do(host, DiskStep::Look { disc }.into()),
        Plan::Write(vec![Edit::make(id, row)]),
    ]);
    Ok(Planned::new(plan).returning(id.to_value()))
}

/// `VDI.pool_introduce`, `VDI.db_introduce`: only the row, as those tell who know.
pub fn row_only(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row = described(change.tx, arguments)?;
    change.tx.find(row.SR)?;
    row.cbt_enabled = arguments.bool("cbt_enabled")?;
    let id: Ref<Vdi> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn described(pool: &Snapshot, arguments: &Arguments) -> Result<Vdi, ApiError> {
    let text = arguments.text("uuid")?;
    let uuid = Uuid::parse(&text).ok_or_else(|| ApiError::uuid_invalid("VDI", &text))?;
    let (sr, location): (Ref<Sr>, Text) = (arguments.reference("SR")?, arguments.text("location")?);
    pool.find(sr)?;
    if pool.many_rows(many::SR_VDIS, sr).any(|(_, other)| other.location == location) {
        return Err(ApiError::location_not_unique(sr, location));
    }
    if pool.by_uuid(ClassId::Vdi, uuid).is_some() {
        return Err(ApiError::db_uniqueness_constraint_violation("VDI", "uuid", uuid));
    }
    let known = |id: Ref<Vdi>| id.some().filter(|id| pool.get(*id).is_some()).unwrap_or(Ref::NULL);
    let of_pool: Ref<model::Pool> = arguments.reference("metadata_of_pool")?;
    Ok(Vdi {
        uuid,
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        SR: sr,
        r#type: arguments.choice("type")?,
        sharable: arguments.bool("sharable")?,
        read_only: arguments.bool("read_only")?,
        other_config: arguments.map("other_config")?,
        location,
        xenstore_data: arguments.map("xenstore_data")?,
        sm_config: arguments.map("sm_config")?,
        managed: arguments.bool("managed")?,
        virtual_size: arguments.int("virtual_size")?.max(0),
        physical_utilisation: arguments.int("physical_utilisation")?.max(0),
        metadata_of_pool: if pool.get(of_pool).is_some() { of_pool } else { Ref::NULL },
        is_a_snapshot: arguments.bool("is_a_snapshot")?,
        snapshot_time: arguments.date("snapshot_time")?,
        snapshot_of: known(arguments.reference("snapshot_of")?),
        ..Vdi::default()
    })
}

/// `VDI.forget`: the disk stays where it is, and nobody knows of it.
pub fn forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vdi> = arguments.reference("vdi")?;
    if !change.tx.find(id)?.managed {
        return Err(ApiError::vdi_not_managed(id));
    }
    crate::allowed::check(change.tx, ClassId::Vdi, id.id(), "forget")?;
    crate::learn::disks::drop_row(change.tx, id);
    Ok(Value::VOID)
}

/// `VDI.db_forget`: the same, and nothing is asked.
pub fn db_forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vdi> = arguments.reference("vdi")?;
    change.tx.find(id)?;
    crate::learn::disks::drop_row(change.tx, id);
    Ok(Value::VOID)
}
