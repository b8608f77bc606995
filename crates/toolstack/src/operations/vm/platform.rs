//! `VM.platform`: the keys that must make sense before a machine boots, and what a boot makes of them.

use model::{ApiError, TextMap, Vm};

const DEVICE_MODELS: [&str; 4] = ["qemu-upstream-compat", "qemu-upstream", "qemu-upstream-uefi", "qemu-trad"];

pub fn is_uefi(vm: &Vm) -> bool {
    vm.HVM_boot_params.get("firmware").is_some_and(|firmware| firmware == "uefi")
}

/// The first key that does not make sense.
pub fn check(vm: &Vm) -> Result<(), ApiError> {
    let value = |key: &str| vm.platform.get(key).map(|value| value.as_str());
    let refuse = |key: &str, value: &str| Err(ApiError::invalid_value(format!("platform:{key}"), value));
    if let Some(mode) = value("tsc_mode")
        && !mode.parse::<u32>().is_ok_and(|mode| mode <= 3)
    {
        return refuse("tsc_mode", mode);
    }
    if let Some(port) = value("parallel")
        && port != "none"
        && !port.starts_with("/dev/parport")
    {
        return refuse("parallel", port);
    }
    if is_true(&vm.platform, "usb_tablet", true)
        && !is_true(&vm.platform, "usb", true)
        && value("usb_tablet").is_some()
    {
        return refuse("usb_tablet", value("usb_tablet").unwrap_or_default());
    }
    if let Some(model) = value("device-model") {
        if !DEVICE_MODELS.contains(&model) {
            return refuse("device-model", model);
        }
        if is_uefi(vm) && matches!(model, "qemu-trad" | "qemu-upstream-compat") {
            return refuse("device-model", "UEFI boot is not supported with qemu-trad");
        }
    }
    check_topology(vm)
}

/// Sockets have all their cores.
pub fn check_topology(vm: &Vm) -> Result<(), ApiError> {
    let Some(cores) = vm.platform.get("cores-per-socket") else { return Ok(()) };
    match cores.parse::<i64>() {
        Ok(number) if number > 0 && vm.VCPUs_max % number == 0 => Ok(()),
        Ok(number) if number > 0 => {
            Err(ApiError::vcpu_max_not_cores_per_socket_multiple(vm.VCPUs_max, number))
        }
        _ => Err(ApiError::invalid_value("platform:cores-per-socket", cores)),
    }
}

pub fn is_true(platform: &TextMap, key: &str, otherwise: bool) -> bool {
    match platform.get(key).map(|value| value.as_str()) {
        None => otherwise,
        Some(value) => matches!(value, "true" | "1"),
    }
}
