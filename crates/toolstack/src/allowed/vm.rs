//! What may be done to a virtual machine now. The order of the checks is the original's.

use super::in_progress;
use model::VmOperations as Op;
use model::schema::ClassId;
use model::{ApiEnum, ApiError, EnumSet, OnBoot, Ref, Text, Vm, VmOperations, VmPowerState, many};
use std::sync::OnceLock;
use store::Snapshot;

/// Operations that are legal or not, but never listed.
const UNLISTED: &[Op] = &[
    Op::CreateTemplate,
    Op::PowerStateReset,
    Op::Csvm,
    Op::GetBootRecord,
    Op::SendSysrq,
    Op::SendTrigger,
    Op::QueryServices,
    Op::Shutdown,
    Op::CallPlugin,
    Op::ChangingMemoryLive,
    Op::AwaitingMemoryLive,
    Op::ChangingMemoryLimits,
    Op::ChangingShadowMemoryLive,
    Op::ChangingVCPUs,
    Op::AssertOperationValid,
    Op::DataSourceOp,
    Op::UpdateAllowedOperations,
    Op::Import,
    Op::Reverting,
];

pub fn allowed(pool: &Snapshot, id: Ref<Vm>) -> EnumSet<VmOperations> {
    let listed = Op::all().filter(|op| !UNLISTED.contains(op));
    listed.filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Vm>, op: Op) -> Result<(), ApiError> {
    let vm = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VM", id))?;
    if let Some(reason) = vm.blocked_operations.get(&op) {
        return Err(ApiError::operation_blocked(id, reason));
    }
    check_state(pool, id, vm, op)?;
    if !vm.current_operations.is_empty() && !runs_beside(vm, op) {
        return Err(in_progress("VM", id.id(), &vm.current_operations));
    }
    check_kind(id, vm, op)?;
    check_mobile(pool, id, vm, op)?;
    check_control_domain(vm, op)?;
    check_guest(pool, id, vm, op)?;
    check_devices(pool, id, vm, op)?;
    if op == Op::QueryServices && vm.other_config.get("is_system_domain").is_none_or(|value| value != "true")
    {
        return Err(ApiError::not_system_domain(id));
    }
    if is_upgrading(pool) && !DURING_UPGRADE.contains(&op) {
        return Err(ApiError::not_supported_during_upgrade());
    }
    if op == Op::CreateVtpm && pool.many(many::VM_VTPMS, id).next().is_some() {
        return Err(ApiError::vtpm_max_amount_reached(1));
    }
    Ok(())
}

/// What goes on while the hosts are upgraded one after the other.
const DURING_UPGRADE: &[Op] = &[
    Op::AssertOperationValid,
    Op::ChangingMemoryLive,
    Op::ChangingShadowMemoryLive,
    Op::ChangingVCPUsLive,
    Op::CleanReboot,
    Op::CleanShutdown,
    Op::Clone,
    Op::Copy,
    Op::Csvm,
    Op::Destroy,
    Op::Export,
    Op::GetBootRecord,
    Op::HardReboot,
    Op::HardShutdown,
    Op::Import,
    Op::MakeIntoTemplate,
    Op::Pause,
    Op::PoolMigrate,
    Op::PowerStateReset,
    Op::Provision,
    Op::Resume,
    Op::ResumeOn,
    Op::SendSysrq,
    Op::SendTrigger,
    Op::Start,
    Op::StartOn,
    Op::Suspend,
    Op::Unpause,
    Op::UpdateAllowedOperations,
];

/// Whoever upgrades a pool host by host says so in its settings.
fn is_upgrading(pool: &Snapshot) -> bool {
    let says = |pool: &model::Pool| pool.other_config.contains_key("rolling_upgrade_in_progress");
    pool.first::<model::Pool>().is_some_and(|(_, pool)| says(pool))
}

fn check_control_domain(vm: &Vm, op: Op) -> Result<(), ApiError> {
    let fits = matches!(
        op,
        Op::ChangingVCPUs
            | Op::ChangingStaticRange
            | Op::ChangingDynamicRange
            | Op::ChangingMemoryLimits
            | Op::ChangingMemoryLive
            | Op::AwaitingMemoryLive
            | Op::MetadataExport
            | Op::DataSourceOp
    );
    if vm.is_control_domain && !fits {
        return Err(ApiError::operation_not_allowed(format!("{} on a control domain", op.name())));
    }
    Ok(())
}

/// The power states in which an operation is legal, from the table.
pub fn states(op: Op) -> &'static [VmPowerState] {
    static STATES: OnceLock<Vec<Vec<VmPowerState>>> = OnceLock::new();
    let table = STATES.get_or_init(|| {
        let row = |op: Op| {
            let row = ClassId::Vm.definition().operations.iter().find(|(name, _)| *name == op.name());
            row.into_iter()
                .flat_map(|(_, states)| states.iter().filter_map(|state| VmPowerState::parse(state)))
                .collect()
        };
        Op::all().map(row).collect()
    });
    &table[op.index()]
}

fn check_state(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, op: Op) -> Result<(), ApiError> {
    let mut states = states(op).to_vec();
    if vm.is_control_domain
        && matches!(op, Op::ChangingVCPUs | Op::ChangingStaticRange | Op::ChangingMemoryLimits)
    {
        states.push(VmPowerState::Running);
    }
    if matches!(op, Op::Clone | Op::Copy) && (vm.is_a_snapshot || clones_suspended(pool)) {
        states.push(VmPowerState::Suspended);
    }
    if states.contains(&vm.power_state) {
        return Ok(());
    }
    let names: Vec<_> = states.iter().map(|state| state.name().to_lowercase()).collect();
    Err(ApiError::vm_bad_power_state(id, names.join(", "), vm.power_state.name().to_lowercase()))
}

/// What the settings of the pool say about all machines.
pub(super) fn rules_of(pool: &Snapshot) -> (bool, bool) {
    (is_upgrading(pool), clones_suspended(pool))
}

fn clones_suspended(pool: &Snapshot) -> bool {
    let allows = |pool: &model::Pool| {
        pool.other_config.get("allow_clone_suspended_vm").is_some_and(|value| value == "true")
    };
    pool.first::<model::Pool>().is_some_and(|(_, pool)| allows(pool))
}

/// Whether `op` may run beside what runs already.
fn runs_beside(vm: &Vm, op: Op) -> bool {
    let all_in = |group: &[Op]| vm.current_operations.values().all(|current| group.contains(current));
    match op {
        Op::Clone | Op::Copy | Op::Export => all_in(&[Op::Clone, Op::Copy, Op::Export]),
        Op::Snapshot | Op::Checkpoint => all_in(&[Op::Snapshot, Op::Checkpoint]),
        Op::MetadataExport | Op::CleanShutdown | Op::CleanReboot => all_in(&[Op::MigrateSend]),
        // These cancel what runs.
        Op::HardShutdown => !vm.current_operations.values().any(|current| *current == Op::HardShutdown),
        Op::HardReboot => !vm
            .current_operations
            .values()
            .any(|current| matches!(current, Op::HardShutdown | Op::HardReboot)),
        _ => false,
    }
}

/// Templates and snapshots take only some operations.
fn check_kind(id: Ref<Vm>, vm: &Vm, op: Op) -> Result<(), ApiError> {
    // Both errors carry the operation as well, which the documentation leaves out.
    let error = |code: &'static str| {
        ApiError::from_parts(
            Text::new_static(code),
            vec![Text::new(id.to_string()), Text::new_static(op.name())],
        )
    };
    let changing = matches!(
        op,
        Op::ChangingDynamicRange
            | Op::ChangingStaticRange
            | Op::ChangingMemoryLimits
            | Op::ChangingShadowMemory
            | Op::ChangingVCPUs
            | Op::ChangingNvram
    );
    if vm.is_a_template && !vm.is_a_snapshot {
        let always =
            changing || matches!(op, Op::Clone | Op::Copy | Op::Export | Op::MetadataExport | Op::Provision);
        let unless_default = !is_default_template(vm) && matches!(op, Op::Destroy | Op::MigrateSend);
        if !always && !unless_default {
            return Err(error("VM_IS_TEMPLATE"));
        }
    }
    let on_snapshot = matches!(
        op,
        Op::Revert | Op::Clone | Op::Copy | Op::Export | Op::Destroy | Op::HardShutdown | Op::MetadataExport
    );
    if vm.is_a_snapshot && !on_snapshot {
        return Err(error("VM_IS_SNAPSHOT"));
    }
    if op == Op::Provision && !vm.is_a_template {
        return Err(ApiError::provision_only_allowed_on_template());
    }
    if op == Op::Revert && !vm.is_a_snapshot {
        return Err(ApiError::revert_only_allowed_on_snapshot([]));
    }
    Ok(())
}

pub fn is_default_template(vm: &Vm) -> bool {
    vm.is_default_template
        || (vm.is_a_template && vm.other_config.get("default_template").is_some_and(|value| value == "true"))
}

/// Is it a machine with emulated hardware, whose guest must help with some operations?
pub fn is_hvm(vm: &Vm) -> bool {
    match vm.domain_type {
        model::DomainType::Hvm => true,
        model::DomainType::Unspecified => !vm.HVM_boot_policy.is_empty(),
        _ => false,
    }
}

fn check_mobile(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, op: Op) -> Result<(), ApiError> {
    let metrics = pool.get(vm.metrics);
    let immobile = metrics.is_some_and(|metrics| metrics.nomigrate || metrics.nested_virt);
    if immobile
        && matches!(op, Op::Suspend | Op::Checkpoint | Op::PoolMigrate | Op::MigrateSend)
        && vm.power_state == VmPowerState::Running
    {
        return Err(ApiError::vm_is_immobile(id));
    }
    if op == Op::ChangingDynamicRange
        && metrics.is_some_and(|metrics| metrics.nested_virt)
        && vm.power_state == VmPowerState::Running
    {
        return Err(ApiError::vm_is_using_nested_virt(id));
    }
    Ok(())
}

fn check_guest(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, op: Op) -> Result<(), ApiError> {
    let guest = pool.get(vm.guest_metrics);
    if vm.power_state != VmPowerState::Running
        || !is_hvm(vm)
        || guest.is_some_and(|guest| guest.PV_drivers_detected)
    {
        return Ok(());
    }
    let says = |key: &str| guest.and_then(|guest| guest.other.get(key));
    if matches!(op, Op::Suspend | Op::Checkpoint | Op::PoolMigrate | Op::MigrateSend)
        && let Some(reason) = says("data-cant-suspend-reason")
    {
        return Err(ApiError::vm_non_suspendable(id, reason));
    }
    let needed: &[&str] = match op {
        Op::CleanShutdown => &["feature-shutdown", "feature-poweroff"],
        Op::CleanReboot => &["feature-shutdown", "feature-reboot"],
        Op::ChangingVCPUsLive => &["feature-vcpu-hotplug"],
        Op::Suspend | Op::Checkpoint | Op::PoolMigrate | Op::MigrateSend => &["feature-suspend"],
        _ => &[],
    };
    if needed.is_empty() || needed.iter().any(|feature| says(feature).is_some_and(|value| value == "1")) {
        Ok(())
    } else {
        Err(ApiError::vm_lacks_feature(id))
    }
}

fn check_devices(pool: &Snapshot, id: Ref<Vm>, vm: &Vm, op: Op) -> Result<(), ApiError> {
    if op == Op::SnapshotWithQuiesce {
        return Err(ApiError::vm_snapshot_with_quiesce_not_supported(
            id,
            "the guest has no snapshot service",
        ));
    }
    if matches!(op, Op::Checkpoint | Op::Snapshot | Op::Suspend | Op::SnapshotWithQuiesce) {
        let reset = |vbd: &model::Vbd| pool.get(vbd.VDI).is_some_and(|vdi| vdi.on_boot == OnBoot::Reset);
        if pool.many_rows(many::VM_VBDS, id).any(|(_, vbd)| reset(vbd)) {
            return Err(ApiError::vdi_on_boot_mode_incompatible_with_operation());
        }
    }
    let moves = matches!(op, Op::Suspend | Op::Checkpoint | Op::PoolMigrate | Op::MigrateSend);
    if moves && !vm.attached_PCIs.is_empty() {
        return Err(ApiError::vm_has_pci_attached(id));
    }
    if moves && vm.power_state == VmPowerState::Running && pool.many(many::VM_VGPUS, id).next().is_some() {
        return Err(ApiError::vm_has_vgpu(id));
    }
    let plugged = || pool.many_rows(many::VM_VIFS, id).filter(|(_, vif)| vif.currently_attached);
    if moves && plugged().any(|(_, vif)| super::pif::of_functions(pool, vif.network).0) {
        return Err(ApiError::vm_has_sriov_vif(id));
    }
    if (moves || op == Op::Snapshot) && pool.many(many::VM_VUSBS, id).next().is_some() {
        return Err(ApiError::vm_has_vusbs(id));
    }
    if op == Op::MakeIntoTemplate {
        if !vm.appliance.is_null() {
            return Err(ApiError::vm_is_part_of_an_appliance(id, vm.appliance));
        }
        if !vm.protection_policy.is_null() {
            return Err(ApiError::vm_assigned_to_protection_policy(id, vm.protection_policy));
        }
        if !vm.snapshot_schedule.is_null() {
            return Err(ApiError::vm_assigned_to_snapshot_schedule(id, vm.snapshot_schedule));
        }
    }
    Ok(())
}
