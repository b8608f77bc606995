//! Copies of the pool's rows on storage: the redo log, and what another pool recovers from.
//!
//! An operation only makes the disk; `keepers::database_copies` writes on it, again whenever rows have
//! changed.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::operations::sr::reaches_all;
use crate::operations::{device, storage};
use crate::plan::{Edit, Plan};
use machine::{Disc, Step};
use model::{ApiError, Pool, Ref, Sr, Text, Value, Vdi, VdiType, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.enable_redo_log", P(enable_redo_log)),
    ("pool.disable_redo_log", C(disable_redo_log)),
    ("SR.enable_database_replication", P(enable_replication)),
    ("SR.disable_database_replication", P(disable_replication)),
];

const SIZE_BYTES: i64 = 4 << 30;
/// More copies would make every change slow.
const MOST_COPIES: usize = 8;

/// The disks that the rows are to be written on now.
pub fn kept(pool: &Snapshot) -> Vec<Ref<Vdi>> {
    let Some((id, row)) = pool.first::<Pool>() else { return Vec::new() };
    let log = row.redo_log_vdi.some().filter(|_| row.redo_log_enabled);
    log.into_iter().chain(replicas(pool, id)).collect()
}

fn replicas(pool: &Snapshot, of: Ref<Pool>) -> impl Iterator<Item = Ref<Vdi>> {
    pool.many_rows(many::POOL_METADATA_VDIS, of).filter(|(_, vdi)| vdi.metadata_latest).map(|(id, _)| id)
}

fn enable_redo_log(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let sr: Ref<Sr> = arguments.reference("sr")?;
    let pool = planning.pool;
    let (id, row) = pool.first::<Pool>().ok_or_else(|| ApiError::internal_error("there is no pool"))?;
    if row.redo_log_enabled {
        let there = pool.get(row.redo_log_vdi).is_some_and(|vdi| vdi.SR == sr);
        let refuse = || ApiError::cannot_enable_redo_log("it is enabled on other storage");
        return if there { Ok(Planned::new(Plan::nothing())) } else { Err(refuse()) };
    }
    reaches_all(pool, sr, "VDI_GENERATE_CONFIG")
        .map_err(|error| ApiError::cannot_enable_redo_log(format!("the storage does not suit: {error}")))?;
    let log = pool.many_rows(many::SR_VDIS, sr).find(|(_, vdi)| vdi.r#type == VdiType::RedoLog);
    let (vdi, make) = match log {
        Some((vdi, _)) => (vdi, Plan::nothing()),
        None => {
            let row = Vdi {
                name_label: Text::new_static("Metadata for HA"),
                name_description: Text::new_static("What the pool knows, for another coordinator"),
                r#type: VdiType::RedoLog,
                sharable: true,
                ..disk(planning, sr)
            };
            make(planning, sr, row)?
        }
    };
    let enabled = vec![Edit::set(id, "redo_log_vdi", vdi), Edit::set(id, "redo_log_enabled", true)];
    Ok(Planned::new(Plan::Serial(vec![make, Plan::Write(enabled)])))
}

/// The disk stays, to be used again.
fn disable_redo_log(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    if let Some(id) = change.tx.first::<Pool>().map(|(id, _)| id) {
        change.tx.update(id, |pool| {
            pool.redo_log_enabled = false;
            pool.redo_log_vdi = Ref::NULL;
        });
    }
    Ok(Value::VOID)
}

fn enable_replication(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let sr: Ref<Sr> = arguments.reference("sr")?;
    let pool = planning.pool;
    reaches_all(pool, sr, "SR_METADATA")?;
    let (id, _) = pool.first::<Pool>().ok_or_else(|| ApiError::internal_error("there is no pool"))?;
    let older = pool.many_rows(many::POOL_METADATA_VDIS, id).find(|(_, vdi)| vdi.SR == sr);
    if let Some((vdi, row)) = older {
        let again = vec![Edit::set(vdi, "metadata_latest", true)];
        let plan = if row.metadata_latest { Plan::nothing() } else { Plan::Write(again) };
        return Ok(Planned::new(plan));
    }
    if kept(pool).len() >= MOST_COPIES {
        return Err(ApiError::no_more_redo_logs_allowed());
    }
    let row = Vdi {
        name_label: Text::new_static("Metadata for DR"),
        name_description: Text::new_static("What the pool knows, for disaster recovery"),
        r#type: VdiType::Metadata,
        metadata_of_pool: id,
        metadata_latest: true,
        ..disk(planning, sr)
    };
    let (_, make) = make(planning, sr, row)?;
    Ok(Planned::new(make))
}

/// The copies go with their disks.
fn disable_replication(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let sr: Ref<Sr> = arguments.reference("sr")?;
    let pool = planning.pool;
    let Some((id, _)) = pool.first::<Pool>() else { return Ok(Planned::new(Plan::nothing())) };
    let copies = pool.many_rows(many::POOL_METADATA_VDIS, id).filter(|(_, vdi)| vdi.SR == sr);
    let copies: Vec<Ref<Vdi>> = copies.map(|(id, _)| id).collect();
    if copies.is_empty() {
        return Ok(Planned::new(Plan::nothing()));
    }
    let host = device::host_of_sr(pool, sr)?;
    let discs = copies.iter().filter_map(|vdi| device::disc(pool, *vdi));
    let destroy = discs.map(|disc| Plan::Do(host, Step::DestroyDisk { disc }));
    let mut parts = vec![Plan::Write(storage::without_disks(pool, &copies)), Plan::Pivot];
    parts.extend(destroy);
    Ok(Planned::new(Plan::Serial(parts)))
}

fn disk(planning: &Planning, sr: Ref<Sr>) -> Vdi {
    let uuid = planning.new_uuid();
    Vdi {
        uuid,
        SR: sr,
        virtual_size: SIZE_BYTES,
        location: Text::new(uuid.to_string()),
        managed: true,
        snapshot_of: Ref::NULL,
        ..Vdi::default()
    }
}

fn make(planning: &Planning, sr: Ref<Sr>, row: Vdi) -> Result<(Ref<Vdi>, Plan), ApiError> {
    let pool = planning.pool;
    let disc = Disc { sr: pool.find(sr)?.uuid, vdi: row.uuid };
    let host = device::host_of_sr(pool, sr)?;
    let id = planning.new_ref();
    let create = Plan::Do(host, Step::CreateDisk { disc, size_bytes: SIZE_BYTES });
    Ok((id, Plan::Serial(vec![create, Plan::Write(vec![Edit::make(id, row)])])))
}
