//! Memory that was taken from machines comes back when there is room again.
//!
//! What a machine should have is written into its row first, so that nobody else counts on it; then
//! an operation of its own brings the guest there.

use crate::handler::Call;
use crate::listen::operate;
use crate::operations::vm::has_its_memory;
use crate::placement::squeeze;
use crate::toolstack::Toolstack;
use model::{ApiError, Host, Ref, Value, Vm, VmPowerState, many};
use std::sync::Arc;
use store::Snapshot;

/// Less than this is not worth a guest's trouble.
const NOTICEABLE_BYTES: i64 = 4 << 20;

/// Machines of a host that could have more than they have: how much they should.
pub fn growing(pool: &Snapshot, host: Ref<Host>) -> Vec<(Ref<Vm>, i64)> {
    if !pool.many_rows(many::HOST_RESIDENT_VMS, host).any(|(_, vm)| is_small(vm)) {
        return Vec::new();
    }
    let Ok(balance) = squeeze::balance(pool, host, None) else { return Vec::new() };
    let grows = |(id, now, then): (Ref<Vm>, i64, i64)| (then - now >= NOTICEABLE_BYTES).then_some((id, then));
    balance.others.into_iter().filter_map(grows).collect()
}

fn is_small(vm: &Vm) -> bool {
    vm.power_state == VmPowerState::Running
        && vm.current_operations.is_empty()
        && squeeze::target(vm) < vm.memory_dynamic_max
}

/// Machines whose guests are not yet where they should be.
pub fn behind(pool: &Snapshot) -> Vec<Ref<Vm>> {
    let is_behind = |vm: &Vm| {
        squeeze::is_elastic(pool, vm) && vm.current_operations.is_empty() && !has_its_memory(pool, vm)
    };
    pool.all::<Vm>().filter(|(_, vm)| vm.domid > 0 && is_behind(vm)).map(|(id, _)| id).collect()
}

pub async fn pass(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    if pool.all::<Host>().any(|(host, _)| !growing(&pool, host).is_empty()) {
        toolstack
            .change(&Call::own("keeper"), "keeper", |change| {
                let hosts: Vec<Ref<Host>> = change.tx.all::<Host>().map(|(host, _)| host).collect();
                for host in hosts {
                    for (vm, bytes) in growing(change.tx, host) {
                        change.tx.update(vm, |vm| vm.memory_target = bytes);
                    }
                }
                Ok(Value::VOID)
            })
            .await?;
    }
    for vm in behind(&toolstack.store.snapshot()) {
        let toolstack = toolstack.clone();
        // On its own: the house is kept meanwhile.
        tokio::spawn(async move {
            let outcome = operate(&toolstack, "VM.wait_memory_target_live", vec![Value::Ref(vm.id())]).await;
            if let Err(error) = outcome {
                tracing::warn!(%error, %vm, "a guest does not come to its memory");
            }
        });
    }
    Ok(())
}
