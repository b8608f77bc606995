//! `VM.pool_migrate`: a running machine moves to another host of the pool.
//!
//! The target makes everything ready before anything moves; the move itself is the point of no
//! return, since afterwards the machine is there and nowhere else.

use super::messages::tell;
use super::seat::{Seat, balloon};
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::placement;
use crate::placement::squeeze::{self, Range};
use crate::plan::Plan;
use machine::{DomainSpec, Step};
use model::{ApiError, ClassId, Host, Ref, Vm};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let to: Ref<Host> = arguments.reference("host")?;
    let pool = planning.pool;
    let vm = pool.find(id)?;
    let from = vm.resident_on;
    if from == to {
        // Quirk migrate-home: to where it is already is a success.
        return Ok(Planned::new(Plan::nothing()));
    }
    placement::obstacle(pool, id, vm, to)?;
    let now = squeeze::target(vm);
    let range = Range { least: squeeze::least(pool, vm), most: now };
    let seat = Seat::of_memory(planning, id, to, range)?;
    let ready = Step::ReceiveDomain {
        spec: DomainSpec { memory_bytes: seat.bytes, ..device::spec(vm) },
        drives: device::plugged_drives(pool, id),
        nics: device::plugged_nics(pool, id),
    };
    let what = match (pool.get(from), pool.get(to)) {
        (Some(from), Some(to)) => format!(
            "migrated from host: {} (uuid: {}) to host: {} (uuid: {})",
            from.name_label, from.uuid, to.name_label, to.uuid
        ),
        _ => "migrated".into(),
    };
    let mut parts = crate::interfaces::needed(pool, id, to);
    parts.push(seat.make_room(planning));
    if seat.bytes < now {
        parts.push(balloon(planning, from, (id, now, seat.bytes)));
    }
    parts.extend([
        Plan::Do(to, ready),
        Plan::Do(from, Step::SendDomain { vm: vm.uuid, to: device::host_uuid(pool, to) }),
        tell(planning, "VM_MIGRATED", vm, &what, None),
    ]);
    Ok(seat.taken_by(id, Planned::new(Plan::Serial(parts))).holding(ClassId::Host, to.id(), "vm_migrate"))
}
