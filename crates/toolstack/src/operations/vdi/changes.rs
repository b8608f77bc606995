//! Changed blocks: tracked from `VDI.enable_cbt` on, kept by snapshots, told by `list_changed_blocks`.

use super::ask::ask;
use crate::arguments::Arguments;
use crate::chains::has_feature;
use crate::faults::unrelated_disks;
use crate::handler::{Answering, Call, Find, Planned, Planning};
use crate::operations::device;
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use machine::{DiskFact, DiskStep, Fact};
use model::{ApiError, ClassId, OnBoot, Ref, Value, Vdi, many};
use std::sync::Arc;

pub fn enable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    if trackable(planning, id)?.cbt_enabled {
        return Ok(Planned::new(Plan::nothing()));
    }
    let (host, disc) = device::place_of(planning.pool, id)?;
    Ok(Planned::new(Plan::Do(host, DiskStep::Track { disc }.into())))
}

pub fn disable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    if !trackable(planning, id)?.cbt_enabled {
        return Ok(Planned::new(Plan::nothing()));
    }
    let (host, disc) = device::place_of(planning.pool, id)?;
    // What was known of changes does not come back.
    let untrack = Plan::Do(host, DiskStep::Untrack { disc }.into());
    Ok(Planned::new(Plan::Serial(vec![Plan::Pivot, untrack])))
}

fn trackable<'a>(planning: &'a Planning, id: Ref<Vdi>) -> Result<&'a Vdi, ApiError> {
    let vdi = planning.pool.find(id)?;
    if !has_feature(planning.pool, planning.pool.find(vdi.SR)?, "VDI_CONFIG_CBT") {
        return Err(ApiError::sr_operation_not_supported(vdi.SR));
    }
    if vdi.on_boot == OnBoot::Reset {
        return Err(ApiError::vdi_on_boot_mode_incompatible_with_operation());
    }
    Ok(vdi)
}

pub fn data_destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    let pool = planning.pool;
    // Drives would hold nothing then, plugged or not.
    if pool.many(many::VDI_VBDS, id).next().is_some() {
        return Err(ApiError::vdi_in_use(id, "data_destroy"));
    }
    let (host, disc) = device::place_of(pool, id)?;
    let destroy = Plan::Do(host, DiskStep::DestroyData { disc }.into());
    Ok(Planned::new(Plan::Serial(vec![Plan::Pivot, destroy])))
}

pub fn list(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        let (from, to): (Ref<Vdi>, Ref<Vdi>) =
            (arguments.reference("vdi_from")?, arguments.reference("vdi_to")?);
        pool.find(from)?;
        let sr = pool.find(to)?.SR;
        crate::allowed::check(&pool, ClassId::Vdi, to.id(), "list_changed_blocks")?;
        let [Some(from), Some(to)] = [from, to].map(|id| device::disc(&pool, id)) else {
            return Err(ApiError::vdi_not_available(to));
        };
        if from.sr != to.sr {
            return Err(unrelated_disks());
        }
        let facts = ask(&toolstack, sr, &DiskStep::ListChanged { from, to }.into()).await?;
        let bitmap = facts.into_iter().find_map(|fact| match fact {
            Fact::Disk(DiskFact::Changed { bitmap, .. }) => Some(bitmap),
            _ => None,
        });
        bitmap.map(Value::from).ok_or_else(unrelated_disks)
    })
}
