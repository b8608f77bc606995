//! `VM.create`: a machine out of nothing but values; `VM.set_is_a_template`.

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use model::{ApiError, ClassId, EnumSet, Item, Map, Ref, Text, Value, Vm, VmMetrics, VmPowerState};

pub fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: Vm = arguments.row()?;
    super::memory::check_order([
        row.memory_static_min,
        row.memory_dynamic_min,
        row.memory_dynamic_max,
        row.memory_static_max,
    ])?;
    if row.VCPUs_at_startup < 1 || row.VCPUs_max < row.VCPUs_at_startup {
        return Err(ApiError::invalid_value("VCPUs_at_startup", row.VCPUs_at_startup));
    }
    let metrics: Ref<VmMetrics> = change.new_ref();
    change.tx.insert(metrics, VmMetrics { uuid: change.new_uuid(), ..VmMetrics::default() });
    row.uuid = change.new_uuid();
    row.metrics = metrics;
    row.domid = -1;
    row.allowed_operations = EnumSet::EMPTY;
    row.current_operations = Map::EMPTY;
    row.memory_overhead = super::memory::overhead(&row);
    row.memory_target = 0;
    if !row.other_config.contains_key("mac_seed") {
        row.other_config.insert(Text::new_static("mac_seed"), Text::new(change.new_uuid().to_string()));
    }
    if row.domain_type == model::DomainType::Unspecified {
        row.domain_type =
            if row.HVM_boot_policy.is_empty() { model::DomainType::Pv } else { model::DomainType::Hvm };
    }
    // Only an import may bring a machine that is suspended.
    if row.power_state != VmPowerState::Suspended {
        row.power_state = VmPowerState::Halted;
    }
    let id: Ref<Vm> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

pub fn set_is_a_template(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = Ref::new(arguments.this()?);
    let value = arguments.bool("value")?;
    let vm = change.tx.find(id)?;
    if vm.is_a_template == value {
        return Ok(Value::VOID);
    }
    if value {
        check(change.tx, ClassId::Vm, id.id(), "make_into_template")?;
    } else if crate::allowed::vm::is_default_template(vm) {
        return Err(ApiError::operation_not_allowed("a default template stays a template"));
    }
    change.tx.update(id, |vm| vm.is_a_template = value);
    Ok(Value::VOID)
}
