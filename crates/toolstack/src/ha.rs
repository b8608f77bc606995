//! High availability: what is protected, what is promised, and what must not be done because of it.
//!
//! `planner` packs, `failover` reads the rows for it, `agile` says what can run anywhere; the keeper
//! `keepers::ha` watches the hosts and starts what must run. `VM.ha_always_run` is the memory of what
//! must run: it follows from what happens to a machine (`refresh`), and outlives every crash.

pub mod agile;
pub mod failover;
pub mod planner;

use crate::messages;
use crate::placement;
use failover::Failover;
use machine::{Chance, Disc};
use model::{
    ApiError, ClassId, Cls, Date, Host, Pbd, Pool, PoolAllowedOperations, Ref, RefId, Sr, Vdi, Vm,
    VmOperations, VmPowerState, many,
};
use store::{Snapshot, Transaction};

/// What `VM.ha_restart_priority` may be, beside nothing at all.
pub const RESTART: &str = "restart";
pub const BEST_EFFORT: &str = "best-effort";

pub fn pool_of(pool: &Snapshot) -> Result<(Ref<Pool>, &Pool), ApiError> {
    pool.first::<Pool>().ok_or_else(|| ApiError::internal_error("there is no pool"))
}

pub fn is_enabled(pool: &Snapshot) -> bool {
    pool.first::<Pool>().is_some_and(|(_, pool)| pool.ha_enabled)
}

/// Whether high availability is being turned on or off just now.
pub fn is_changing(pool: &Pool) -> bool {
    let changes = [PoolAllowedOperations::HaEnable, PoolAllowedOperations::HaDisable];
    pool.current_operations.values().any(|current| changes.contains(current))
}

/// Machines, as opposed to what only looks like one.
pub fn can_be_protected(vm: &Vm) -> bool {
    !vm.is_a_template && !vm.is_a_snapshot && !vm.is_control_domain
}

/// Whether a machine is started again wherever that is possible.
pub fn is_protected(vm: &Vm) -> bool {
    vm.ha_always_run && vm.ha_restart_priority == RESTART && can_be_protected(vm)
}

/// The statefile that a host watches, if it is armed.
pub fn statefile_of(pool: &Snapshot, host: &Host) -> Option<Disc> {
    let vdi = host.ha_statefiles.first().and_then(|text| RefId::parse(text))?;
    crate::operations::device::disc(pool, Ref::<Vdi>::new(vdi))
}

/// What must run follows from what happens to a machine: it is set when a protected machine runs, and
/// cleared when somebody stops it. One that stops by itself, or with its host, keeps it.
pub fn refresh(tx: &mut Transaction) {
    let touched = tx.touched().iter().filter(|(class, _)| *class == ClassId::Vm);
    let touched: Vec<Ref<Vm>> = touched.map(|(_, id)| Ref::new(*id)).collect();
    for id in touched {
        let Some(vm) = tx.get(id) else { continue };
        let must_run = must_run(vm);
        if must_run != vm.ha_always_run {
            tx.update(id, |vm| vm.ha_always_run = must_run);
        }
    }
}

fn must_run(vm: &Vm) -> bool {
    if !can_be_protected(vm) {
        return false;
    }
    let stopping = |operation: &VmOperations| {
        matches!(
            operation,
            VmOperations::CleanShutdown
                | VmOperations::HardShutdown
                | VmOperations::Shutdown
                | VmOperations::Suspend
                | VmOperations::Revert
                | VmOperations::Reverting
                | VmOperations::Destroy
        )
    };
    let lives = matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    let stops = vm.current_operations.values().any(stopping);
    // One that is suspended is so because somebody wanted it.
    if stops || vm.power_state == VmPowerState::Suspended {
        return false;
    }
    match vm.ha_restart_priority.as_str() {
        RESTART => lives || vm.ha_always_run,
        // Marked when its host fails, until it has been tried once.
        BEST_EFFORT => !lives && vm.ha_always_run,
        _ => false,
    }
}

/// Bring the pool's view of its plan up to date, and tell when it became worse.
pub fn update_status(tx: &mut Transaction, chance: &dyn Chance, now: Date) {
    let Some((id, pool)) = tx.first::<Pool>().filter(|(_, pool)| pool.ha_enabled) else { return };
    let most = Failover::of(tx).most_failures();
    let (before, was_overcommitted) = (pool.ha_plan_exists_for, pool.ha_overcommitted);
    let overcommitted = pool.ha_host_failures_to_tolerate > most;
    if most == before && overcommitted == was_overcommitted {
        return;
    }
    let (uuid, name) = (pool.uuid.to_string(), pool.name_label.clone());
    tx.update(id, |pool| {
        pool.ha_plan_exists_for = most;
        pool.ha_overcommitted = overcommitted;
    });
    let mut tell = |alert: &str, body: String| {
        messages::send(tx, chance, now, alert, messages::priority(alert), Cls::Pool, &uuid, &body);
    };
    if most < before {
        tell("HA_POOL_DROP_IN_PLAN_EXISTS_FOR", most.to_string());
    }
    if overcommitted && !was_overcommitted {
        tell(
            "HA_POOL_OVERCOMMITTED",
            format!("The pool '{name}' cannot restart its protected VMs after as many failures as it should"),
        );
    }
}

/// How many failures must be survived whatever is done now; `None` if nobody minds.
fn tolerated(pool: &Snapshot) -> Option<i64> {
    let (_, row) = pool.first::<Pool>()?;
    (row.ha_enabled && !row.ha_allow_overcommit).then_some(row.ha_host_failures_to_tolerate)
}

fn verdict(survives: bool) -> Result<(), ApiError> {
    if survives { Ok(()) } else { Err(ApiError::ha_operation_would_break_failover_plan()) }
}

/// A machine is about to run on a host. One that must run takes only what is kept for it.
pub fn assert_start_keeps_plan(
    pool: &Snapshot,
    id: Ref<Vm>,
    vm: &Vm,
    host: Ref<Host>,
) -> Result<(), ApiError> {
    let Some(failures) = tolerated(pool).filter(|_| !is_protected(vm)) else { return Ok(()) };
    verdict(Failover::of(pool).starting(pool, id, vm, host).survives(failures))
}

/// The best host for a machine, of those on which it leaves the plan whole.
pub fn best_host(pool: &Snapshot, id: Ref<Vm>, vm: &Vm) -> Result<Ref<Host>, ApiError> {
    let Some(failures) = tolerated(pool).filter(|_| !is_protected(vm)) else {
        return placement::best(pool, id, vm, |_| true);
    };
    let now = Failover::of(pool);
    let keeps = |host| now.clone().starting(pool, id, vm, host).survives(failures);
    placement::best(pool, id, vm, |_| true)?;
    placement::best(pool, id, vm, keeps).map_err(|_| ApiError::ha_operation_would_break_failover_plan())
}

/// A machine that runs is about to be protected.
pub fn assert_protection_keeps_plan(pool: &Snapshot, id: Ref<Vm>) -> Result<(), ApiError> {
    let Some(failures) = tolerated(pool) else { return Ok(()) };
    let with = Failover::if_protected(pool, |other, vm| other == id || is_protected(vm));
    verdict(with.survives(failures))
}

/// A host is about to be disabled, or to go.
pub fn assert_loss_of_host_keeps_plan(pool: &Snapshot, host: Ref<Host>) -> Result<(), ApiError> {
    let Some(failures) = tolerated(pool) else { return Ok(()) };
    verdict(Failover::of(pool).without(host).survives(failures))
}

/// A storage is about to leave a host: not the statefile's, and not one that a protected machine needs.
pub fn assert_unplug_keeps_plan(pool: &Snapshot, pbd: &Pbd) -> Result<(), ApiError> {
    if !is_enabled(pool) {
        return Ok(());
    }
    let in_use = pool.many_rows(many::SR_VDIS, pbd.SR).any(|(id, _)| is_statefile(pool, id));
    if in_use {
        return Err(ApiError::ha_is_enabled());
    }
    let needs = |vm: Ref<Vm>| {
        let mut drives = pool.many_rows(many::VM_VBDS, vm);
        drives.any(|(_, vbd)| pool.get(vbd.VDI).is_some_and(|vdi| vdi.SR == pbd.SR))
    };
    let tied = tolerated(pool).is_some() && pool.all::<Vm>().any(|(id, vm)| is_protected(vm) && needs(id));
    verdict(!tied)
}

/// A disk that high availability itself uses.
pub fn is_statefile(pool: &Snapshot, vdi: Ref<Vdi>) -> bool {
    is_enabled(pool) && pool.get(vdi).is_some_and(is_kept)
}

fn is_kept(vdi: &Vdi) -> bool {
    matches!(vdi.r#type, model::VdiType::HaStatefile | model::VdiType::RedoLog)
}

/// Disks of the sorts that high availability uses.
pub fn disks(pool: &Snapshot) -> impl Iterator<Item = Ref<Vdi>> {
    pool.all::<Vdi>().filter(|(_, vdi)| is_kept(vdi)).map(|(id, _)| id)
}

/// Whether a storage may hold the statefile: shared by all hosts.
pub fn assert_can_host_statefile(pool: &Snapshot, sr: Ref<Sr>) -> Result<(), ApiError> {
    if !agile::Everywhere::of(pool).has_storage(sr) {
        return Err(ApiError::ha_constraint_violation_sr_not_shared(sr));
    }
    crate::allowed::check(pool, ClassId::Sr, sr.id(), "vdi_create")
}

/// A protected machine gets a disk: not one that is on some hosts only.
pub fn assert_disk_is_everywhere(pool: &Snapshot, vm: Ref<Vm>, vdi: Ref<Vdi>) -> Result<(), ApiError> {
    let protected = is_enabled(pool) && pool.get(vm).is_some_and(is_protected);
    match pool.get(vdi).filter(|_| protected) {
        Some(row) if !agile::Everywhere::of(pool).has_storage(row.SR) => {
            Err(ApiError::ha_constraint_violation_sr_not_shared(row.SR))
        }
        _ => Ok(()),
    }
}

/// A protected machine gets a card: not in a network that is on some hosts only.
pub fn assert_network_is_everywhere(
    pool: &Snapshot,
    vm: Ref<Vm>,
    network: Ref<model::Network>,
) -> Result<(), ApiError> {
    let protected = is_enabled(pool) && pool.get(vm).is_some_and(is_protected);
    if protected && !agile::Everywhere::of(pool).has_network(network) {
        return Err(ApiError::ha_constraint_violation_network_not_shared(network));
    }
    Ok(())
}
