//! How a machine boots is said twice: by its domain type and by an older field. Setting one sets both.

use crate::arguments::Arguments;
use crate::handler::{Change, Handler};
use model::{ApiError, DomainType, Ref, Text, Value, Vm};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VM.set_domain_type", Handler::Change(set_domain_type)),
    ("VM.set_HVM_boot_policy", Handler::Change(set_policy)),
];

const FULL_VIRTUALISATION: &str = "BIOS order";

fn set_domain_type(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let domain_type: DomainType = arguments.choice("value")?;
    let policy = if domain_type == DomainType::Hvm { FULL_VIRTUALISATION } else { "" };
    set(change, arguments, domain_type, Text::new_static(policy))
}

fn set_policy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let policy = arguments.text("value")?;
    let domain_type = if policy.is_empty() { DomainType::Pv } else { DomainType::Hvm };
    set(change, arguments, domain_type, policy)
}

fn set(
    change: &mut Change,
    arguments: &Arguments,
    domain_type: DomainType,
    policy: Text,
) -> Result<Value, ApiError> {
    let vm: Ref<Vm> = arguments.reference("self")?;
    change.tx.update(vm, |vm| {
        vm.domain_type = domain_type;
        vm.HVM_boot_policy = policy;
    });
    Ok(Value::VOID)
}
