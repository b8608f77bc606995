//! The firmware's own variables: what they say of Secure Boot, and how the firmware stores them.

use super::platform::{is_true, is_uefi};
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Reading};
use model::{
    ApiEnum, ApiError, Ref, Text, UpdateStatus, Value, Vm, VmSecurebootCertificatesState as State,
    VmSecurebootReadiness as Readiness,
};

const VARIABLES: &str = "EFI-variables";

/// What the firmware keeps goes into the row whole, also while the machine runs: that is when it does.
pub fn set_variables(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let value = arguments.text("value")?;
    let update = arguments.choice::<UpdateStatus>("update")?;
    change.tx.find(id)?;
    change.tx.update(id, |vm| {
        vm.NVRAM.insert(Text::new_static(VARIABLES), value);
        vm.secureboot_certificates_state = match (update, vm.secureboot_certificates_state) {
            (UpdateStatus::Yes, State::Ok) => State::UpdateAvailable,
            (UpdateStatus::No, _) => State::Ok,
            (_, state) => state,
        };
    });
    Ok(Value::VOID)
}

pub fn readiness(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let vm: &Vm = reading.pool.find(arguments.reference("self")?)?;
    Ok(Value::string(ready(vm).name()))
}

pub fn ready(vm: &Vm) -> Readiness {
    if !is_uefi(vm) {
        return Readiness::NotSupported;
    }
    if !is_true(&vm.platform, "secureboot", false) {
        return Readiness::Disabled;
    }
    let Some(stored) = vm.NVRAM.get(VARIABLES) else { return Readiness::FirstBoot };
    let blob = wire::base64::decode(stored).unwrap_or_default();
    let has = |name: &str| holds_variable(&blob, name);
    if !has("PK") {
        Readiness::SetupMode
    } else if !has("KEK") || !has("db") {
        Readiness::CertsIncomplete
    } else if !has("dbx") {
        Readiness::ReadyNoDbx
    } else {
        Readiness::Ready
    }
}

/// Whether a variable is in the firmware's store: its name in UTF-16 after the length of that name.
fn holds_variable(blob: &[u8], name: &str) -> bool {
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut entry = (units.len() as u64).to_le_bytes().to_vec();
    entry.extend(units);
    blob.windows(entry.len()).any(|window| window == entry)
}

/// Nobody here writes signed variables into a firmware's store.
pub fn set_mode(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let vm: &Vm = reading.pool.find(arguments.reference("self")?)?;
    if !is_uefi(vm) {
        return Err(ApiError::operation_not_allowed("the VM does not boot by UEFI"));
    }
    // Partly VM.set_uefi_mode.
    Err(ApiError::not_implemented("VM.set_uefi_mode"))
}

/// Whether the next boot brings newer certificates, if there are any.
pub fn update_on_boot(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let state = match (change.tx.find(id)?.secureboot_certificates_state, arguments.bool("mark")?) {
        (State::Ok, true) => {
            return Err(ApiError::operation_not_allowed("no newer certificates are there for this VM"));
        }
        (State::UpdateAvailable, true) => State::UpdateOnBoot,
        (State::UpdateOnBoot, false) => State::UpdateAvailable,
        (state, _) => state,
    };
    change.tx.update(id, |vm| vm.secureboot_certificates_state = state);
    Ok(Value::VOID)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The store of a firmware, as base64.
    fn store(names: &[&str]) -> Text {
        let mut blob = b"VARS".to_vec();
        for name in names {
            let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            blob.extend((units.len() as u64).to_le_bytes());
            blob.extend(units);
            blob.extend(4_u64.to_le_bytes());
            blob.extend([0; 4]);
        }
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        blob.resize(blob.len().div_ceil(3) * 3, 0);
        let sextets = blob.chunks(3).flat_map(|bytes| {
            let bits = u32::from(bytes[0]) << 16 | u32::from(bytes[1]) << 8 | u32::from(bytes[2]);
            [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift) as usize & 63]))
        });
        sextets.collect::<String>().into()
    }

    #[test]
    fn the_variables_say_how_far_secure_boot_is() {
        let mut vm = Vm::default();
        assert_eq!(ready(&vm), Readiness::NotSupported);
        vm.HVM_boot_params.insert("firmware", "uefi");
        assert_eq!(ready(&vm), Readiness::Disabled);
        vm.platform.insert("secureboot", "true");
        assert_eq!(ready(&vm), Readiness::FirstBoot);
        for (names, expected) in [
            (&["Boot0000"][..], Readiness::SetupMode),
            (&["PK", "KEK"], Readiness::CertsIncomplete),
            (&["PK", "KEK", "dbx"], Readiness::CertsIncomplete),
            (&["PK", "KEK", "db"], Readiness::ReadyNoDbx),
            (&["PK", "KEK", "db", "dbx"], Readiness::Ready),
        ] {
            vm.NVRAM.insert(VARIABLES, store(names));
            assert_eq!(ready(&vm), expected, "{names:?}");
        }
        vm.NVRAM.insert(VARIABLES, "no base64!");
        assert_eq!(ready(&vm), Readiness::SetupMode);
    }
}
