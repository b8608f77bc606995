//! `VM.revert`: the machine becomes what its snapshot is.
//!
//! New disks are made from the snapshot's first; then one edit swaps them in, and only then the old
//! ones go. A machine that runs is pulled down before, and a checkpoint comes back suspended.

use super::copies::{self, Kind};
use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::Step;
use model::schema::Access;
use model::{
    ApiError, Class, ClassId, EnumSet, Field, Map, Ref, Row, Vbd, VbdType, Vdi, Vif, Vm, VmPowerState, many,
};

/// Fields that belong to the machine and not to what it was at some time.
const KEPT: &[&str] = &[
    "uuid",
    "allowed_operations",
    "current_operations",
    "power_state",
    "is_a_template",
    "is_default_template",
    "is_a_snapshot",
    "snapshot_of",
    "snapshot_time",
    "snapshot_info",
    "snapshot_metadata",
    "transportable_snapshot_id",
    "resident_on",
    "scheduled_to_be_resident_on",
    "domid",
    "metrics",
    "guest_metrics",
    "parent",
    "suspend_VDI",
    "blobs",
    "name_label",
    "last_booted_record",
    "is_control_domain",
    "attached_PCIs",
    "ha_always_run",
    "ha_restart_priority",
    "protection_policy",
    "snapshot_schedule",
    "appliance",
    "groups",
];

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let snapshot: Ref<Vm> = arguments.reference("snapshot")?;
    let pool = planning.pool;
    let then = pool.find(snapshot)?;
    let id = then.snapshot_of;
    let vm = pool.get(id).ok_or_else(|| ApiError::vm_revert_failed(id, snapshot))?;
    crate::allowed::check(pool, ClassId::Vm, id.id(), "reverting")?;

    let mut parts = Vec::new();
    if matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused) {
        parts.push(Plan::Do(vm.resident_on, Step::DestroyDomain { vm: vm.uuid }));
    }
    let mut edits: Vec<Edit> = Vec::new();
    for (number, field) in Vm::ID.definition().fields.iter().enumerate() {
        if KEPT.contains(&field.name) || (field.access == Access::Dynamic && field.internal) {
            continue;
        }
        if let (Some(old), Some(new)) = (vm.field(number), then.field(number)) {
            let (old, new) = (Field::value(old), Field::value(new));
            if old != new {
                edits.push(Edit::Set {
                    class: "VM".into(),
                    id: id.id(),
                    field: field.name.into(),
                    value: new,
                });
            }
        }
    }
    edits.push(Edit::set(id, "parent", snapshot));

    let mut makes = Vec::new();
    let mut goes = Vec::new();
    let mut dropped = Vec::new();
    for (vbd, row) in pool.many_rows(many::VM_VBDS, id) {
        edits.push(Edit::drop(vbd));
        let Some(vdi) = pool.get(row.VDI).filter(|_| row.r#type != VbdType::Cd) else { continue };
        let shared = pool.many(many::VDI_VBDS, row.VDI).any(|other| other != vbd);
        if let (false, Some(disc)) = (shared, device::disc(pool, row.VDI)) {
            crate::allowed::nothing_runs("VDI", row.VDI.id(), &vdi.current_operations)?;
            dropped.push(row.VDI);
            goes.push(Plan::Do(device::host_of_sr(pool, vdi.SR)?, Step::DestroyDisk { disc }).best_effort());
        }
    }
    for (_, row) in pool.many_rows(many::VM_VBDS, snapshot) {
        let mut copy = Vbd {
            uuid: planning.new_uuid(),
            VM: id,
            allowed_operations: EnumSet::EMPTY,
            current_operations: Map::EMPTY,
            currently_attached: false,
            ..row.clone()
        };
        if row.r#type != VbdType::Cd && !row.VDI.is_null() {
            // What the former disk was for its snapshots, this one is now.
            let former = pool.get(row.VDI).map_or(Ref::NULL, |then| then.snapshot_of);
            let (vdi, row, make) = copies::disk(planning, row.VDI, Kind::Revert)?;
            makes.push(make);
            edits.push(Edit::make(vdi, row));
            if dropped.contains(&former) {
                let snapshots = pool.many(many::VDI_SNAPSHOTS, former);
                edits.extend(snapshots.map(|taken| Edit::set(taken, "snapshot_of", vdi)));
            }
            copy.VDI = vdi;
        }
        edits.push(Edit::make(planning.new_ref::<Vbd>(), copy));
    }
    edits.extend(pool.many(many::VM_VIFS, id).map(Edit::drop::<Vif>));
    for (_, row) in pool.many_rows(many::VM_VIFS, snapshot) {
        let copy = Vif {
            uuid: planning.new_uuid(),
            VM: id,
            allowed_operations: EnumSet::EMPTY,
            current_operations: Map::EMPTY,
            currently_attached: false,
            ..row.clone()
        };
        edits.push(Edit::make(planning.new_ref::<Vif>(), copy));
    }
    edits.extend(super::extras::drops(pool, id));
    edits.extend(super::extras::copies(planning, snapshot, id, Kind::Revert));
    let dropped_image = if vm.power_state == VmPowerState::Suspended {
        super::suspend::drop_image(planning, vm.suspend_VDI)
    } else {
        Plan::nothing()
    };
    match pool.get(then.suspend_VDI) {
        Some(_) => {
            let (vdi, row, make) = copies::disk(planning, then.suspend_VDI, Kind::Revert)?;
            makes.push(make);
            edits.push(Edit::make(vdi, row));
            edits.push(Edit::set(id, "suspend_VDI", vdi));
            edits.push(Edit::set(id, "power_state", VmPowerState::Suspended));
        }
        None => {
            edits.push(Edit::set(id, "suspend_VDI", Ref::<Vdi>::NULL));
            edits.push(Edit::set(id, "power_state", VmPowerState::Halted));
        }
    }
    parts.insert(0, Plan::Parallel(makes));
    parts.push(Plan::Write(edits));
    parts.push(Plan::Pivot);
    parts.extend(goes);
    parts.push(dropped_image);
    parts.push(tell(planning, "VM_REVERTED", vm, "reverted", None));
    let mut planned = Planned::new(Plan::Serial(parts)).holding(ClassId::Vm, id.id(), "reverting");
    for vdi in dropped {
        planned = planned.holding(ClassId::Vdi, vdi.id(), "destroy");
    }
    Ok(planned)
}
