//! `VM.resume`, `VM.resume_on`: a suspended machine goes on where it was.

use super::messages::tell;
use super::seat::Seat;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::placement;
use crate::plan::{Edit, Plan};
use machine::{DomainSpec, Step};
use model::{ApiError, ClassId, Host, Ref, VbdType, Vdi, Vm, many};
use store::Snapshot;

pub fn resume(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let reaches = |host| reaches_image(planning.pool, id, vm, host).is_ok();
    let host = placement::best(planning.pool, id, vm, reaches)?;
    crate::ha::assert_start_keeps_plan(planning.pool, id, vm, host)?;
    back(planning, arguments, id, vm, host)
}

fn reaches_image(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Result<(), ApiError> {
    let Some(image) = pool.get(vm.suspend_VDI) else { return Ok(()) };
    let mut plugs = pool.many_rows(many::SR_PBDS, image.SR);
    let reached = plugs.any(|(_, pbd)| pbd.host == host && pbd.currently_attached);
    if reached { Ok(()) } else { Err(ApiError::vm_requires_sr(id, image.SR)) }
}

pub fn resume_on(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let host = arguments.reference("host")?;
    let vm = planning.pool.find(id)?;
    placement::obstacle(planning.pool, id, vm, host)?;
    reaches_image(planning.pool, id, vm, host)?;
    crate::ha::assert_start_keeps_plan(planning.pool, id, vm, host)?;
    back(planning, arguments, id, vm, host)
}

fn back(
    planning: &Planning,
    arguments: &Arguments,
    id: Ref<Vm>,
    vm: &Vm,
    host: Ref<Host>,
) -> Result<Planned, ApiError> {
    let image =
        device::disc(planning.pool, vm.suspend_VDI).ok_or_else(|| ApiError::vm_has_no_suspend_vdi(id))?;
    let seat = Seat::new(planning, id, vm, host)?;
    let spec = DomainSpec { memory_bytes: seat.bytes, ..device::spec(vm) };
    let restore = Step::RestoreMemory { spec, image };
    let mut parts = vec![
        Plan::Write(devices(planning.pool, id)),
        seat.make_room(planning),
        device::furnish(planning.pool, id, vm, host, restore, &seat),
    ];
    if !arguments.bool("start_paused")? {
        parts.push(Plan::Do(host, Step::Unpause { vm: vm.uuid }));
    }
    parts.push(Plan::Write(vec![Edit::set(id, "suspend_VDI", Ref::<Vdi>::NULL)]));
    parts.push(tell(planning, "VM_RESUMED", vm, "resumed", Some(host)));
    parts.push(super::suspend::drop_image(planning, vm.suspend_VDI));
    Ok(seat.taken_by(id, Planned::new(Plan::Serial(parts))).holding(ClassId::Host, host.id(), "vm_resume"))
}

/// A suspended machine has its devices. Those that came later are among them from now on, and are
/// not any more if nothing comes of it.
fn devices(pool: &Snapshot, id: Ref<Vm>) -> Vec<Edit> {
    let drives = pool.many_rows(many::VM_VBDS, id).filter(|(_, vbd)| {
        let pluggable = !vbd.VDI.is_null() || vbd.r#type == VbdType::Cd;
        pluggable && !vbd.currently_attached
    });
    let cards = pool.many_rows(many::VM_VIFS, id).filter(|(_, vif)| !vif.currently_attached);
    let drives = drives.map(|(vbd, _)| Edit::set(vbd, "currently_attached", true));
    drives.chain(cards.map(|(vif, _)| Edit::set(vif, "currently_attached", true))).collect()
}
