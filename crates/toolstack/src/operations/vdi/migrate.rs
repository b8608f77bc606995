//! `VDI.pool_migrate`: a disk goes to another storage while its machine runs.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::storage_motion::{self, Destinations};
use crate::plan::Plan;
use machine::DiskStep;
use model::{ApiError, ClassId, Item, Ref, Sr, Vbd, Vdi, VmPowerState, many};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (id, sr): (Ref<Vdi>, Ref<Sr>) = (arguments.reference("vdi")?, arguments.reference("sr")?);
    let pool = planning.pool;
    let vdi = pool.find(id)?;
    pool.find(sr)?;
    let plugged = |row: &Vbd| {
        let runs = |vm: &model::Vm| matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
        row.currently_attached && pool.get(row.VM).is_some_and(runs)
    };
    let drives: Vec<(Ref<Vbd>, &Vbd)> =
        pool.many_rows(many::VDI_VBDS, id).filter(|(_, row)| plugged(row)).collect();
    let [(drive, row)] = drives[..] else {
        return Err(if drives.is_empty() {
            ApiError::vdi_needs_vm_for_migrate(id)
        } else {
            ApiError::vdi_in_use(id, "mirror")
        });
    };
    crate::allowed::check(pool, ClassId::Vm, row.VM.id(), "migrate_send")?;
    crate::allowed::nothing_runs("VBD", drive.id(), &row.current_operations)?;
    if vdi.SR == sr {
        return Ok(Planned::new(Plan::nothing()).returning(id.to_value()));
    }
    let vm = pool.find(row.VM)?;
    let destinations = storage_motion::with_snapshots(pool, &Destinations::from([(id, sr)]));
    for (vdi, sr) in &destinations {
        if *vdi == id {
            // The table marks this one: only what speaks against its place is asked.
            storage_motion::check(pool, *vdi, *sr, Some(vm.resident_on))?;
        } else {
            storage_motion::check(pool, *vdi, *sr, None)?;
        }
    }
    let moves = storage_motion::moves(planning, &destinations, |vdi| vdi == id)?;
    let Some(live) = moves.iter().find(|one| one.old == id) else {
        return Err(ApiError::vdi_not_available(id));
    };
    let switch = DiskStep::Switch { vm: vm.uuid, vbd: row.uuid, from: live.from, to: live.to };
    let new = live.new;
    let plan = Plan::Serial(vec![
        storage_motion::make(&moves),
        Plan::Do(vm.resident_on, switch.into()),
        Plan::Write(storage_motion::repoint(pool, &moves)),
        storage_motion::clear(&moves),
    ]);
    let snapshots = storage_motion::holds(&moves).into_iter().filter(|(_, held, _)| *held != id.id());
    Ok(Planned::new(plan).returning(new.to_value()).holding_all(snapshots.collect()).holding(
        ClassId::Vm,
        row.VM.id(),
        "migrate_send",
    ))
}
