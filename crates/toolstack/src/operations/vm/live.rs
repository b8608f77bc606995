//! What is changed about a machine while it runs: scheduling, shadow memory, balloon target, sleep.

use crate::allowed::{nothing_runs, vm::is_hvm};
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning, Reading};
use crate::operations::device::SCHEDULING;
use crate::placement::squeeze;
use crate::plan::{Edit, Plan};
use machine::{LiveStep, Step};
use model::{ApiError, ClassId, Ref, Value, Vm, VmPowerState};
use std::collections::BTreeMap;

/// A balloon driver stops this near its target.
const NEAR_BYTES: i64 = 1 << 20;

pub fn add_to_vcpus_params(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let (key, value) = (arguments.text("key")?, arguments.text("value")?);
    let vm = running(planning, id)?;
    nothing_runs("VM", id.id(), &vm.current_operations)?;
    check_scheduling(&key, &value)?;
    let mut params = vm.VCPUs_params.clone();
    params.insert(key.clone(), value.clone());
    let mut parts = vec![Plan::Write(vec![Edit::set(id, "VCPUs_params", params)])];
    if SCHEDULING.contains(&key.as_str()) {
        parts.push(adjust(vm, &key, &value));
    }
    Ok(Planned::new(Plan::Serial(parts)).holding(ClassId::Vm, id.id(), "changing_VCPUs_live"))
}

fn running<'a>(planning: &Planning<'a>, id: Ref<Vm>) -> Result<&'a Vm, ApiError> {
    let vm = planning.pool.find(id)?;
    if vm.power_state == VmPowerState::Running {
        Ok(vm)
    } else {
        Err(ApiError::vm_bad_power_state(id, "running", crate::learn::lower(vm.power_state)))
    }
}

fn adjust(vm: &Vm, key: &str, value: &str) -> Plan {
    let settings = BTreeMap::from([(key.to_string(), value.to_string())]);
    Plan::Do(vm.resident_on, Step::Live(LiveStep::Adjust { vm: vm.uuid, settings }))
}

fn check_scheduling(key: &str, value: &str) -> Result<(), ApiError> {
    let number = || value.parse::<u32>().ok();
    let fits = match key {
        "weight" => number().is_some_and(|weight| (1..=65_535).contains(&weight)),
        "cap" => number().is_some(),
        "mask" => value.split(',').all(|cpu| cpu.trim().parse::<u32>().is_ok()),
        _ => true,
    };
    if fits { Ok(()) } else { Err(ApiError::invalid_value(format!("VCPUs_params:{key}"), value)) }
}

pub fn set_shadow_multiplier(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let multiplier = arguments.float("multiplier")?;
    let vm = planning.pool.find(id)?;
    if !multiplier.is_finite() || multiplier < 1.0 {
        return Err(ApiError::invalid_value("multiplier", multiplier));
    }
    if !is_hvm(vm) {
        return Err(ApiError::feature_requires_hvm("shadow memory"));
    }
    let overhead = super::memory::overhead(&Vm { HVM_shadow_multiplier: multiplier, ..vm.clone() });
    let (more, free) =
        (overhead - vm.memory_overhead, crate::placement::free_memory(planning.pool, vm.resident_on));
    if more > free {
        return Err(ApiError::host_not_enough_free_memory(more, free.max(0)));
    }
    let edits =
        vec![Edit::set(id, "HVM_shadow_multiplier", multiplier), Edit::set(id, "memory_overhead", overhead)];
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Write(edits),
        adjust(vm, "shadow_multiplier", &multiplier.to_string()),
    ])))
}

/// The target becomes all of the range, as in the original.
pub fn set_memory_target(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let target = arguments.int("target")?;
    super::memory::set_range(planning, arguments.reference("self")?, target, target)
}

/// Until the guest has as much memory as its target says.
pub fn wait_memory_target(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = planning.pool.find(id)?;
    if has_its_memory(planning.pool, vm) {
        return Ok(Planned::new(Plan::nothing()));
    }
    let bytes = squeeze::target(vm);
    Ok(Planned::new(Plan::Do(vm.resident_on, Step::SetMemory { vm: vm.uuid, bytes })))
}

pub fn has_its_memory(pool: &store::Snapshot, vm: &Vm) -> bool {
    let actual = pool.get(vm.metrics).map_or(0, |metrics| metrics.memory_actual);
    (actual - squeeze::target(vm)).abs() <= NEAR_BYTES
}

/// A machine that does not run has nothing to give back.
pub fn cooperative(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let vm: &Vm = reading.pool.find(arguments.reference("self")?)?;
    Ok(Value::Bool(vm.power_state != VmPowerState::Running || has_its_memory(reading.pool, vm)))
}

pub fn sleep(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    doze(planning, arguments, |vm| LiveStep::Sleep { vm })
}

pub fn wake_up(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    doze(planning, arguments, |vm| LiveStep::WakeUp { vm })
}

fn doze(
    planning: &Planning,
    arguments: &Arguments,
    step: fn(model::Uuid) -> LiveStep,
) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = running(planning, id)?;
    if !is_hvm(vm) {
        return Err(ApiError::feature_requires_hvm("ACPI S3"));
    }
    Ok(Planned::new(Plan::Do(vm.resident_on, Step::Live(step(vm.uuid)))))
}

pub fn restart_device_models(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = planning.pool.find(id)?;
    if !is_hvm(vm) {
        return Err(ApiError::feature_requires_hvm("device model"));
    }
    let step = Step::Live(LiveStep::RestartDeviceModel { vm: vm.uuid });
    // It has a new device model, which is what a restart was to bring.
    let done = Plan::Write(vec![Edit::set(id, "pending_guidances", without_restart(vm))]);
    Ok(Planned::new(Plan::Serial(vec![Plan::Do(vm.resident_on, step), done])))
}

fn without_restart(vm: &Vm) -> model::EnumSet<model::UpdateGuidances> {
    let mut guidances = vm.pending_guidances;
    guidances.remove(model::UpdateGuidances::RestartDeviceModel);
    guidances
}
