//! `VDI`: disks, made and copied.

mod ask;
mod changes;
mod copy;
mod introduce;
mod migrate;
mod nbd;
mod questions;

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P, Read as R, Serve as S};
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::operations::vm::copies::{self, Kind};
use crate::plan::{Edit, Plan};
use machine::{Disc, DiskStep, Step};
use model::{ApiError, ClassId, Item, OnBoot, Ref, Sr, Text, Vdi};

/// Disks come in whole blocks of 2 MiB.
const BLOCK_BYTES: i64 = 2 << 20;
/// The most that the default format can hold.
const MOST_BYTES: i64 = 2040 << 30;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VDI.create", P(create)),
    ("VDI.destroy", P(destroy)),
    ("VDI.clone", P(clone)),
    ("VDI.snapshot", P(snapshot)),
    ("VDI.copy", P(copy::plan)),
    ("VDI.resize", P(resize)),
    ("VDI.resize_online", P(resize)),
    ("VDI.set_on_boot", P(set_on_boot)),
    ("VDI.enable_cbt", P(changes::enable)),
    ("VDI.disable_cbt", P(changes::disable)),
    ("VDI.data_destroy", P(changes::data_destroy)),
    ("VDI.list_changed_blocks", S(changes::list)),
    ("VDI.pool_migrate", P(migrate::plan)),
    ("VDI.introduce", P(introduce::introduce)),
    ("VDI.pool_introduce", C(introduce::row_only)),
    ("VDI.db_introduce", C(introduce::row_only)),
    ("VDI.forget", C(introduce::forget)),
    ("VDI.db_forget", C(introduce::db_forget)),
    ("VDI.update", P(questions::update)),
    ("VDI.checksum", S(questions::checksum)),
    ("VDI.generate_config", R(questions::generate_config)),
    ("VDI.force_unlock", R(questions::force_unlock)),
    ("VDI.revert", R(questions::revert)),
    ("VDI.read_database_pool_uuid", R(questions::read_database_pool_uuid)),
    ("VDI.open_database", R(questions::open_database)),
    ("VDI.get_nbd_info", R(nbd::info)),
];

fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let mut row: Vdi = arguments.row()?;
    let pool = planning.pool;
    let sr = pool.find(row.SR)?;
    crate::allowed::check(pool, ClassId::Sr, row.SR.id(), "vdi_create")?;
    let host = device::host_of_sr(pool, row.SR)?;
    row.virtual_size = whole_blocks(row.virtual_size)?;
    check_space(sr, row.virtual_size)?;
    row.uuid = planning.new_uuid();
    row.location = Text::new(row.uuid.to_string());
    row.managed = true;
    row.physical_utilisation = 0;
    row.snapshot_of = Ref::NULL;
    let disc = Disc { sr: sr.uuid, vdi: row.uuid };
    let id: Ref<Vdi> = planning.new_ref();
    let plan = Plan::Serial(vec![
        Plan::Do(host, Step::CreateDisk { disc, size_bytes: row.virtual_size }),
        Plan::Write(vec![Edit::make(id, row)]),
    ]);
    Ok(Planned::new(plan).returning(id.to_value()))
}

fn whole_blocks(size: i64) -> Result<i64, ApiError> {
    if size < 1 {
        return Err(ApiError::vdi_too_small(size, BLOCK_BYTES));
    }
    if size > MOST_BYTES {
        return Err(ApiError::vdi_too_large(size, MOST_BYTES));
    }
    Ok((size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES)
}

/// Storage that is not thin must have all of it; thin storage at least could.
fn check_space(sr: &Sr, size: i64) -> Result<(), ApiError> {
    let free = sr.physical_size - sr.physical_utilisation;
    if sr.physical_size > 0 && size > free { Err(ApiError::sr_full(size, free)) } else { Ok(()) }
}

fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    let pool = planning.pool;
    let vdi = pool.find(id)?;
    let host = device::host_of_sr(pool, vdi.SR)?;
    let disc = device::disc(pool, id).ok_or_else(|| ApiError::vdi_not_available(id))?;
    if !vdi.managed {
        return Err(ApiError::vdi_not_managed(id));
    }
    // The row goes when the disk is told to be gone: neither is ever there without the other.
    Ok(Planned::new(Plan::Serial(vec![Plan::Pivot, Plan::Do(host, Step::DestroyDisk { disc })])))
}

fn again(planning: &Planning, id: Ref<Vdi>, kind: Kind) -> Result<Planned, ApiError> {
    let (vdi, row, make) = copies::disk(planning, id, kind)?;
    let plan = Plan::Serial(vec![make, Plan::Write(vec![Edit::make(vdi, row)])]);
    Ok(Planned::new(plan).returning(vdi.to_value()))
}

fn clone(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    again(planning, arguments.reference("vdi")?, Kind::Clone)
}

fn snapshot(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    again(planning, arguments.reference("vdi")?, Kind::Snapshot)
}

fn resize(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("vdi")?;
    let pool = planning.pool;
    let vdi = pool.find(id)?;
    let size = whole_blocks(arguments.int("size")?)?;
    if size < vdi.virtual_size {
        return Err(ApiError::vdi_too_small(size, vdi.virtual_size));
    }
    let host = device::host_of_sr(pool, vdi.SR)?;
    let disc = device::disc(pool, id).ok_or_else(|| ApiError::vdi_not_available(id))?;
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Do(host, Step::ResizeDisk { disc, size_bytes: size }),
        Plan::Write(vec![Edit::set(id, "virtual_size", size)]),
    ])))
}

/// A disk that is reset is so by the machine that starts with it.
fn set_on_boot(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    crate::allowed::check(planning.pool, ClassId::Vdi, id.id(), "set_on_boot")?;
    let value: OnBoot = arguments.choice("value")?;
    let mut parts = vec![Plan::Write(vec![Edit::set(id, "on_boot", value)])];
    if value == OnBoot::Persist {
        let (host, disc) = device::place_of(planning.pool, id)?;
        parts.push(Plan::Pivot);
        parts.push(Plan::Do(host, DiskStep::Persist { disc }.into()));
    }
    Ok(Planned::new(Plan::Serial(parts)).holding(ClassId::Vdi, id.id(), "set_on_boot"))
}
