//! What follows from rows and is kept in rows: what updates still ask for, sums, and lists of allowed operations.
//!
//! Called at the end of every transaction that changes rows.

use model::{ClassId, Host, HostMetrics, Ref, RefId, Row, Vm, VmMetrics, VmPowerState};
use store::{Snapshot, Transaction};

pub fn refresh(tx: &mut Transaction) {
    crate::guidance::refresh(tx);
    crate::ha::refresh(tx);
    crate::operations::cluster::refresh(tx);
    crate::accounting::refresh(tx);
    crate::allowed::refresh(tx);
}

/// A row of a pool that was loaded, with what follows from other rows as it should be; `None` if it is
/// so already. The original counts memory anew when it starts.
pub fn corrected(pool: &Snapshot, class: ClassId, id: RefId) -> Option<Box<dyn Row>> {
    match class {
        ClassId::HostMetrics => free_memory(pool, Ref::new(id)),
        ClassId::VmMetrics => memory_of_machine(pool, Ref::new(id)),
        _ => crate::allowed::corrected(pool, class, id),
    }
}

fn free_memory(pool: &Snapshot, id: Ref<HostMetrics>) -> Option<Box<dyn Row>> {
    let row = pool.get(id)?;
    let host = owner::<Host>(pool, ClassId::Host, id.id())?;
    let memory_free = crate::placement::free_memory(pool, host).max(0);
    (row.memory_free != memory_free)
        .then(|| Box::new(HostMetrics { memory_free, ..row.clone() }) as Box<dyn Row>)
}

/// What is not kept on disk: how much memory a machine has, and how it was booted.
fn memory_of_machine(pool: &Snapshot, id: Ref<VmMetrics>) -> Option<Box<dyn Row>> {
    let row = pool.get(id)?;
    let vm: &Vm = pool.get(owner::<Vm>(pool, ClassId::Vm, id.id())?)?;
    let lives = matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    let mut now = row.clone();
    if lives {
        if now.memory_actual == 0 {
            now.memory_actual = crate::placement::squeeze::target(vm);
        }
        now.hvm = crate::allowed::vm::is_hvm(vm);
    } else if vm.power_state == VmPowerState::Halted {
        now.memory_actual = 0;
    }
    (now != *row).then(|| Box::new(now) as Box<dyn Row>)
}

/// Whose metrics these are.
fn owner<T>(pool: &Snapshot, class: ClassId, metrics: RefId) -> Option<Ref<T>> {
    let (field, _) = class.definition().field("metrics")?;
    pool.referrers(metrics, class, field).next().map(Ref::new)
}
