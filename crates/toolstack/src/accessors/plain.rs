//! Messages that the model calls custom, though all they do here is set their field.
//!
//! The original does more for them where it talks to hardware or to a storage driver; what is listed
//! here has its whole effect in the row.

use model::schema::{MessageDef, MessageKind};

pub const PLAIN: &[&str] = &[
    "Observer.set_attributes",
    "Observer.set_components",
    "Observer.set_enabled",
    "Observer.set_endpoints",
    "PIF.set_disallow_unplug",
    "SR.set_name_description",
    "SR.set_name_label",
    "VDI.set_allow_caching",
    "VDI.set_name_description",
    "VDI.set_name_label",
    "VDI.set_on_boot",
    "VDI.set_read_only",
    "VDI.set_sharable",
    "VM.add_to_NVRAM",
    "VM.add_to_blocked_operations",
    "VM.add_to_other_config",
    "VM.add_to_platform",
    "VM.remove_from_NVRAM",
    "VM.remove_from_blocked_operations",
    "VM.remove_from_other_config",
    "VM.remove_from_platform",
    "VM.set_NVRAM",
    "VM.set_actions_after_crash",
    "VM.set_appliance",
    "VM.set_blocked_operations",
    "VM.set_groups",
    "VM.set_ha_always_run",
    "VM.set_has_vendor_device",
    "VM.set_is_default_template",
    "VM.set_order",
    "VM.set_other_config",
    "VM.set_platform",
    "VM.set_shutdown_delay",
    "VM.set_snapshot_schedule",
    "VM.set_start_delay",
    "VM.set_suspend_VDI",
    "VMSS.add_to_schedule",
    "VMSS.remove_from_schedule",
    "VMSS.set_frequency",
    "VMSS.set_last_run_time",
    "VMSS.set_retained_snapshots",
    "VMSS.set_schedule",
    "VMSS.set_type",
    "host.set_multipathing",
    "network.add_purpose",
    "network.remove_purpose",
    "pool.add_to_guest_agent_config",
    "pool.remove_from_guest_agent_config",
];

/// What a message does, if it is one of these; else what the model says.
pub fn kind(message: &MessageDef) -> MessageKind {
    if message.kind != MessageKind::Custom || PLAIN.binary_search(&message.full_name).is_err() {
        return message.kind;
    }
    let field = |name: &str| message.class.definition().field(name).map(|(number, _)| number);
    let name = message.name;
    let set = || name.strip_prefix("set_").and_then(field).map(MessageKind::Set);
    let add = || name.strip_prefix("add_to_").or(name.strip_prefix("add_")).and_then(field).map(MessageKind::Add);
    let remove = || {
        name.strip_prefix("remove_from_").or(name.strip_prefix("remove_")).and_then(field).map(MessageKind::Remove)
    };
    set().or_else(add).or_else(remove).unwrap_or(message.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::names::find;

    #[test]
    fn each_is_known_custom_and_has_its_field() {
        assert!(PLAIN.is_sorted());
        for name in PLAIN {
            let message = find(name).unwrap_or_else(|| panic!("{name} is no message")).message;
            assert_eq!(message.kind, MessageKind::Custom, "{name}");
            assert_ne!(kind(message), MessageKind::Custom, "{name} has no field");
            assert!(!message.removed, "{name}");
        }
    }
}
