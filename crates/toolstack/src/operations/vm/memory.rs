//! Memory: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max, all in bytes.

use super::seat::Seat;
use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Planned, Planning, Reading};
use crate::placement::squeeze::Range;
use crate::plan::{Edit, Plan};
use machine::Step;
use model::{ApiError, ClassId, Ref, Value, Vm, VmPowerState};

const MIB: i64 = 1 << 20;

pub fn check_order(limits: [i64; 4]) -> Result<(), ApiError> {
    let [static_min, ..] = limits;
    if limits.is_sorted() && static_min >= 0 {
        Ok(())
    } else {
        Err(ApiError::memory_constraint_violation(
            "Memory limits must satisfy: static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max",
        ))
    }
}

/// No machine takes more beside its memory: an absurd row must still add up with others.
const MOST_OVERHEAD_MIB: i64 = 1 << 30;

/// What a machine takes beside its memory: its device model and the shadow of its page tables.
pub fn overhead(vm: &Vm) -> i64 {
    let static_max_mib = vm.memory_static_max / MIB;
    let pages = vm.VCPUs_max.saturating_mul(256).saturating_add(2 * static_max_mib).saturating_add(255);
    let shadow = (pages / 256).max(0) as f64 * vm.HVM_shadow_multiplier;
    let shadow = (shadow.ceil() as i64).clamp(1, MOST_OVERHEAD_MIB);
    let fixed = if crate::allowed::vm::is_hvm(vm) { 2 } else { 1 };
    let pv_in_pvh = if vm.domain_type == model::DomainType::PvInPvh { 23 + static_max_mib / 90 } else { 0 };
    (fixed + shadow + pv_in_pvh) * MIB
}

pub fn compute_overhead(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::Int(overhead(reading.pool.find(arguments.reference("vm")?)?)))
}

fn this(arguments: &Arguments) -> Result<Ref<Vm>, ApiError> {
    arguments.reference("self")
}

fn set(
    change: &mut Change,
    id: Ref<Vm>,
    operation: &str,
    [static_min, dynamic_min, dynamic_max, static_max]: [i64; 4],
) -> Result<Value, ApiError> {
    check(change.tx, ClassId::Vm, id.id(), operation)?;
    check_order([static_min, dynamic_min, dynamic_max, static_max])?;
    change.tx.update(id, |vm| {
        vm.memory_static_min = static_min;
        vm.memory_dynamic_min = dynamic_min;
        vm.memory_dynamic_max = dynamic_max;
        vm.memory_static_max = static_max;
        vm.memory_overhead = overhead(vm);
    });
    Ok(Value::VOID)
}

pub fn set_limits(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let limits = [
        arguments.int("static_min")?,
        arguments.int("dynamic_min")?,
        arguments.int("dynamic_max")?,
        arguments.int("static_max")?,
    ];
    set(change, this(arguments)?, "changing_memory_limits", limits)
}

/// All of it at once: no ballooning.
pub fn set_memory(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id = this(arguments)?;
    let value = arguments.int("value")?;
    let static_min = change.tx.find(id)?.memory_static_min;
    set(change, id, "changing_memory_limits", [static_min.min(value), value, value, value])
}

pub fn set_static_range(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, min, max) = (this(arguments)?, arguments.int("min")?, arguments.int("max")?);
    let vm = change.tx.find(id)?;
    let limits = [min, vm.memory_dynamic_min, vm.memory_dynamic_max, max];
    set(change, id, "changing_static_range", limits)
}

pub fn set_static_max(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, max) = (this(arguments)?, arguments.int("value")?);
    let vm = change.tx.find(id)?;
    let limits = [vm.memory_static_min, vm.memory_dynamic_min, vm.memory_dynamic_max, max];
    set(change, id, "changing_static_range", limits)
}

pub fn set_static_min(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, min) = (this(arguments)?, arguments.int("value")?);
    let vm = change.tx.find(id)?;
    let limits = [min, vm.memory_dynamic_min, vm.memory_dynamic_max, vm.memory_static_max];
    set(change, id, "changing_static_range", limits)
}

pub fn set_dynamic_range(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    dynamic(planning, this(arguments)?, Some(arguments.int("min")?), Some(arguments.int("max")?))
}

pub fn set_dynamic_max(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    dynamic(planning, this(arguments)?, None, Some(arguments.int("value")?))
}

pub fn set_dynamic_min(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    dynamic(planning, this(arguments)?, Some(arguments.int("value")?), None)
}

/// A running machine is told at once.
fn dynamic(
    planning: &Planning,
    id: Ref<Vm>,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Planned, ApiError> {
    let vm = planning.pool.find(id)?;
    let (min, max) = (min.unwrap_or(vm.memory_dynamic_min), max.unwrap_or(vm.memory_dynamic_max));
    set_range(planning, id, min, max)
}

/// A machine that runs gets what the other machines of its host leave it, and they may be squeezed.
pub fn set_range(planning: &Planning, id: Ref<Vm>, min: i64, max: i64) -> Result<Planned, ApiError> {
    let vm = planning.pool.find(id)?;
    check_order([vm.memory_static_min, min, max, vm.memory_static_max])?;
    let mut edits = vec![Edit::set(id, "memory_dynamic_min", min), Edit::set(id, "memory_dynamic_max", max)];
    if vm.power_state != VmPowerState::Running {
        edits.push(Edit::set(id, "memory_target", max));
        return Ok(Planned::new(Plan::Write(edits)));
    }
    let host = vm.resident_on;
    let seat = Seat::of_memory(planning, id, host, Range { least: min, most: max })?;
    edits.push(Edit::set(id, "memory_target", seat.bytes));
    let plan = Plan::Serial(vec![
        seat.make_room(planning),
        Plan::Write(edits),
        Plan::Do(host, Step::SetMemory { vm: vm.uuid, bytes: seat.bytes }),
    ]);
    Ok(Planned::new(plan).holding_all(seat.holds()))
}

/// The most static memory that fits into so many bytes with what comes on top. `approximate`: also if
/// the machine is to have more processors.
pub fn maximise(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    const MOST_VCPUS: i64 = 64;
    let vm: &Vm = reading.pool.find(arguments.reference("self")?)?;
    let total = arguments.int("total")?;
    let vcpus = if arguments.bool("approximate")? { vm.VCPUs_max.max(MOST_VCPUS) } else { vm.VCPUs_max };
    let fits = |mib: i64| {
        let with = Vm { memory_static_max: mib * MIB, VCPUs_max: vcpus, ..vm.clone() };
        (mib * MIB).saturating_add(overhead(&with)) <= total
    };
    let (mut least, mut most) = (0, total.max(0) / MIB + 1);
    while most - least > 1 {
        let middle = least + (most - least) / 2;
        if fits(middle) { least = middle } else { most = middle }
    }
    Ok(Value::Int(least * MIB))
}

pub fn set_shadow_multiplier(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id = this(arguments)?;
    check(change.tx, ClassId::Vm, id.id(), "changing_shadow_memory")?;
    let value = arguments.float("value")?;
    if !value.is_finite() || value < 1.0 {
        return Err(ApiError::invalid_value("multiplier", value));
    }
    change.tx.update(id, |vm| {
        vm.HVM_shadow_multiplier = value;
        vm.memory_overhead = overhead(vm);
    });
    Ok(Value::VOID)
}
