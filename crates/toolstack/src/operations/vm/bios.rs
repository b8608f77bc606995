//! `VM.set_bios_strings`, `VM.copy_bios_strings`: what a machine shows in its firmware tables.
//!
//! The strings are set once: guests tie their licences to them.

use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use model::{ApiError, Host, Ref, Text, TextMap, Value, Vm};

/// The strings that clients may choose.
const CHOSEN: [&str; 13] = [
    "bios-vendor",
    "bios-version",
    "system-manufacturer",
    "system-product-name",
    "system-version",
    "system-serial-number",
    "enclosure-asset-tag",
    "baseboard-manufacturer",
    "baseboard-product-name",
    "baseboard-version",
    "baseboard-serial-number",
    "baseboard-asset-tag",
    "baseboard-location-in-chassis",
];
const LONGEST: usize = 512;

/// The strings that a machine shows which has none of its own.
pub fn generic() -> TextMap {
    [
        ("bios-vendor", "Xen"),
        ("bios-version", ""),
        ("system-manufacturer", "Xen"),
        ("system-product-name", "HVM domU"),
        ("system-version", ""),
        ("system-serial-number", ""),
        ("hp-rombios", ""),
        ("oem-1", "Xen"),
        ("oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d"),
    ]
    .into_iter()
    .map(|(key, value)| (Text::new_static(key), Text::new_static(value)))
    .collect()
}

pub fn set(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    check_unset(change.tx.find(id)?)?;
    let chosen = arguments.map("value")?;
    for (key, value) in chosen.iter() {
        check(key, value)?;
    }
    let mut strings = generic();
    for (key, value) in chosen.iter() {
        strings.insert(key.clone(), value.clone());
    }
    change.tx.update(id, |vm| vm.bios_strings = strings);
    Ok(Value::VOID)
}

fn check_unset(vm: &Vm) -> Result<(), ApiError> {
    if vm.bios_strings.is_empty() { Ok(()) } else { Err(ApiError::vm_bios_strings_already_set()) }
}

fn check(key: &str, value: &str) -> Result<(), ApiError> {
    if !CHOSEN.contains(&key) {
        return Err(ApiError::invalid_value(key, "Unknown key"));
    }
    if value.is_empty() {
        return Err(ApiError::invalid_value(key, "Value provided is empty"));
    }
    if value.len() > LONGEST {
        return Err(ApiError::invalid_value(key, format!("{value} has more than {LONGEST} characters")));
    }
    if !value.bytes().all(|byte| (32..127).contains(&byte)) {
        return Err(ApiError::invalid_value(key, format!("{value} has characters that are not printable")));
    }
    Ok(())
}

/// The strings of a host. The machine starts there from now on if it can.
pub fn copy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let host: Ref<Host> = arguments.reference("host")?;
    check_unset(change.tx.find(id)?)?;
    let strings = change.tx.find(host)?.bios_strings.clone();
    change.tx.update(id, |vm| {
        vm.bios_strings = strings;
        vm.affinity = host;
    });
    Ok(Value::VOID)
}
