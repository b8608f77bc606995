//! `VDI.copy`: all of a disk, on a new disk or on one that is there; with a base, only what differs.

use super::again;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::operations::vm::copies::{self, Kind};
use crate::plan::{Edit, Plan};
use machine::{DiskStep, Step};
use model::{ApiError, ClassId, Item, Ref, Sr, Vdi, VdiType, many};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("vdi")?;
    let (sr, into): (Ref<Sr>, Ref<Vdi>) = (arguments.reference("sr")?, arguments.reference("into_vdi")?);
    let base: Ref<Vdi> = arguments.reference("base_vdi")?;
    let pool = planning.pool;
    let kind = Kind::Copy(sr.some());
    if into.is_null() && base.is_null() {
        return again(planning, id, kind);
    }
    let vdi = pool.find(id)?;
    let base = match base.some() {
        Some(base) => {
            pool.find(base)?;
            Some(device::disc(pool, base).ok_or_else(|| ApiError::vdi_not_available(base))?)
        }
        None => None,
    };
    let from = device::disc(pool, id).ok_or_else(|| ApiError::vdi_not_available(id))?;
    if into.is_null() {
        let (new, row, _) = copies::disk(planning, id, kind)?;
        let host = device::host_of_sr(pool, row.SR)?;
        let to = machine::Disc { sr: pool.find(row.SR)?.uuid, vdi: row.uuid };
        let plan = Plan::Serial(vec![
            Plan::Do(host, Step::CreateDisk { disc: to, size_bytes: row.virtual_size }),
            Plan::Do(host, DiskStep::CopyInto { from, to, base }.into()),
            Plan::Write(vec![Edit::make(new, row)]),
        ]);
        return Ok(Planned::new(plan).returning(new.to_value()));
    }
    writable(planning, into, vdi.virtual_size)?;
    let (host, to) = device::place_of(pool, into)?;
    if from == to {
        return Ok(Planned::new(Plan::nothing()).returning(into.to_value()));
    }
    // What was on it does not come back.
    let copy = Plan::Do(host, DiskStep::CopyInto { from, to, base }.into());
    let planned = Planned::new(Plan::Serial(vec![Plan::Pivot, copy])).returning(into.to_value());
    Ok(planned.holding(ClassId::Vdi, into.id(), "copy"))
}

/// Whether a disk can take what is copied, and nobody has it.
fn writable(planning: &Planning, into: Ref<Vdi>, size: i64) -> Result<(), ApiError> {
    let pool = planning.pool;
    let row = pool.find(into)?;
    if !row.managed {
        return Err(ApiError::vdi_not_managed(into));
    }
    if row.r#type == VdiType::CbtMetadata {
        return Err(ApiError::vdi_incompatible_type(into, model::ApiEnum::name(row.r#type)));
    }
    if row.read_only {
        return Err(ApiError::vdi_readonly(into));
    }
    if row.virtual_size < size {
        return Err(ApiError::vdi_too_small(into, size));
    }
    crate::allowed::check(pool, ClassId::Sr, row.SR.id(), "vdi_create")?;
    crate::allowed::nothing_runs("VDI", into.id(), &row.current_operations)?;
    if pool.many_rows(many::VDI_VBDS, into).any(|(_, vbd)| vbd.currently_attached || vbd.reserved) {
        return Err(ApiError::vdi_in_use(into, "copy"));
    }
    Ok(())
}
