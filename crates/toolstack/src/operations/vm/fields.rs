//! Fields of machines whose setters have rules: firmware variables, guest data, the vendor's device.

use crate::accessors;
use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use model::{ApiError, ClassId, Ref, Text, TextMap, Value, Vm, VmPowerState};

/// Firmware variables are changed by the firmware while it runs, and by clients before.
pub fn nvram(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    check(change.tx, ClassId::Vm, arguments.this()?, "changing_NVRAM")?;
    accessors::write(change, arguments)
}

/// A machine that has a domain shows what its guest can see of it.
pub fn xenstore_data(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let done = accessors::write(change, arguments)?;
    let id: Ref<Vm> = Ref::new(arguments.this()?);
    let vm = change.tx.find(id)?;
    if matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused) {
        let seen = seen_by_guest(&vm.xenstore_data);
        change.tx.update(id, |vm| vm.xenstore_data = seen);
    }
    Ok(done)
}

/// Only what is below `vm-data` is put where the guest can read it.
pub fn seen_by_guest(data: &TextMap) -> TextMap {
    let below = |key: &Text| key == "vm-data" || key.starts_with("vm-data/");
    data.iter().filter(|(key, _)| below(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The device that brings drivers by Windows Update needs a newer virtual hardware.
pub fn set_has_vendor_device(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    const VERSION_WITH_DEVICE: i64 = 2;
    let id: Ref<Vm> = arguments.reference("self")?;
    let value = arguments.bool("value")?;
    let vm = change.tx.find(id)?;
    if vm.power_state != VmPowerState::Halted {
        return Err(ApiError::vm_bad_power_state(id, "halted", crate::learn::lower(vm.power_state)));
    }
    change.tx.update(id, |vm| {
        vm.has_vendor_device = value;
        if value {
            vm.hardware_platform_version = vm.hardware_platform_version.max(VERSION_WITH_DEVICE);
        }
    });
    Ok(Value::VOID)
}
