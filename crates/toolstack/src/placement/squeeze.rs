//! Memory that running machines give back, so that another one fits.
//!
//! Every machine has a range in which its memory may be. All that can be squeezed on a host are
//! squeezed alike: each has its least memory and the same share of its range, the largest share with
//! which everything fits. A guest without a balloon driver keeps what it has, and so does one that
//! something else is done to at the moment.

use crate::allowed::nothing_runs;
use crate::handler::Find;
use model::{ApiError, Host, Ref, Vm, VmPowerState};
use store::Snapshot;

const PAGE_BYTES: i64 = 4096;

/// The range in which the memory of a machine is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub least: i64,
    pub most: i64,
}

impl Range {
    /// What a machine may get when it begins.
    pub fn of(vm: &Vm) -> Range {
        let most = vm.memory_dynamic_max.max(vm.memory_dynamic_min);
        Range { least: vm.memory_dynamic_min.min(most), most }
    }
    fn at(self, part: i128, whole: i128) -> i64 {
        if part >= whole {
            return self.most;
        }
        let more = i128::from(self.most - self.least) * part / whole;
        self.least + more as i64 / PAGE_BYTES * PAGE_BYTES
    }
}

/// What each machine of a host should have.
pub struct Balance {
    /// What the machine in question gets.
    pub bytes: i64,
    /// Other machines: what they have and what they should have.
    pub others: Vec<(Ref<Vm>, i64, i64)>,
}

/// Whether the guest gives memory back when it is asked.
pub fn is_elastic(pool: &Snapshot, vm: &Vm) -> bool {
    let helps = || pool.get(vm.guest_metrics).and_then(|guest| guest.other.get("feature-balloon"));
    vm.power_state == VmPowerState::Running
        && !vm.is_control_domain
        && vm.domid != -1
        && helps().is_some_and(|value| value == "1")
}

/// The memory that a machine has or is to have now.
pub fn target(vm: &Vm) -> i64 {
    if vm.memory_target > 0 { vm.memory_target } else { Range::of(vm).most }
}

/// The least that a machine can be brought to while it runs.
pub fn least(pool: &Snapshot, vm: &Vm) -> i64 {
    if is_elastic(pool, vm) { Range::of(vm).least.min(target(vm)) } else { target(vm) }
}

/// Everything on a host in balance, with a machine that comes or that has another range now.
pub fn balance(
    pool: &Snapshot,
    host: Ref<Host>,
    subject: Option<(Ref<Vm>, Range)>,
) -> Result<Balance, ApiError> {
    let row = pool.find(host)?;
    let mut left = pool.get(row.metrics).map_or(0, |metrics| metrics.memory_total) - row.memory_overhead;
    let mut elastic: Vec<(Ref<Vm>, i64, Range)> = Vec::new();
    let mut busy: Option<(Ref<Vm>, i64)> = None;
    for (id, vm) in super::machines_of(pool, host) {
        if subject.is_some_and(|(subject, _)| subject == id) {
            continue;
        }
        left -= vm.memory_overhead;
        let range = Range::of(vm);
        if !is_elastic(pool, vm) || range.least == range.most {
            left -= target(vm);
        } else if !vm.current_operations.is_empty() {
            left -= target(vm);
            busy = Some((id, busy.map_or(0, |(_, slack)| slack) + (target(vm) - range.least).max(0)));
        } else {
            elastic.push((id, target(vm), range));
        }
    }
    let wanted = subject.map(|(_, range)| range);
    if let Some((id, _)) = subject {
        left -= pool.find(id)?.memory_overhead;
    }
    let ranges = || elastic.iter().map(|(_, _, range)| *range).chain(wanted);
    let least: i64 = ranges().map(|range| range.least).sum();
    let spread: i64 = ranges().map(|range| range.most - range.least).sum();
    if left < least
        && let Some(wanted) = wanted
    {
        if let Some((id, slack)) = busy
            && left + slack >= least
        {
            // Wait until it can be squeezed.
            nothing_runs("VM", id.id(), &pool.find(id)?.current_operations)?;
        }
        let overhead = subject.and_then(|(id, _)| pool.get(id)).map_or(0, |vm| vm.memory_overhead);
        let free = left + overhead - (least - wanted.least);
        return Err(ApiError::host_not_enough_free_memory(wanted.least + overhead, free.max(0)));
    }
    let (part, whole) = (i128::from((left - least).max(0)), i128::from(spread.max(1)));
    let others = elastic.iter().map(|(id, now, range)| (*id, *now, range.at(part, whole))).collect();
    Ok(Balance { bytes: wanted.map_or(0, |range| range.at(part, whole)), others })
}
