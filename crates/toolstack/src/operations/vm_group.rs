//! `VM_group`: machines that should not run on the same host.
//!
//! A group steers where a machine is started; it never refuses anything.

use crate::arguments::Arguments;
use crate::handler::{Change, Handler};
use model::{ApiError, Host, PlacementPolicy, Ref, Value, Vm, VmGroup};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[("VM.set_groups", Handler::Change(set_groups))];

fn set_groups(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    super::vm_appliance::assert_is_a_machine(change.tx, Ref::new(arguments.this()?), "VM groups")?;
    if arguments.set::<Ref<VmGroup>>("value")?.len() > 1 {
        return Err(ApiError::too_many_groups());
    }
    crate::accessors::write(change, arguments)
}

/// How many machines of the same groups are on a host, or on their way to it.
pub fn companions(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> usize {
    let groups = vm.groups.iter().filter_map(|group| pool.get(*group));
    let apart = groups.filter(|group| group.placement == PlacementPolicy::AntiAffinity);
    let others = apart.flat_map(|group| group.VMs.iter()).filter(|other| **other != id);
    let there = |vm: &Vm| vm.resident_on == host || vm.scheduled_to_be_resident_on == host;
    others.filter(|other| pool.get(**other).is_some_and(there)).count()
}
