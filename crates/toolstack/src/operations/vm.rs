//! `VM`: the life of virtual machines.

mod bios;
mod checkpoint;
mod clone;
pub mod copies;
mod create;
mod destroy;
mod extras;
mod fields;
mod firmware;
mod guest;
mod internal;
mod live;
mod memory;
mod messages;
mod migrate;
mod pause;
mod platform;
mod provision;
mod questions;
mod reboot;
mod resume;
mod revert;
pub mod seat;
mod shutdown;
mod snapshot;
mod start;
mod suspend;
mod vcpus;

pub use live::has_its_memory;

use crate::handler::Handler::{self, Change, Plan, Read, Serve, Tell};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VM.create", Change(create::create)),
    ("VM.destroy", Plan(destroy::plan)),
    ("VM.clone", Plan(clone::clone)),
    ("VM.copy", Plan(clone::copy)),
    ("VM.provision", Plan(provision::plan)),
    ("VM.start", Plan(start::start)),
    ("VM.start_on", Plan(start::start_on)),
    ("VM.pause", Plan(pause::pause)),
    ("VM.unpause", Plan(pause::unpause)),
    ("VM.suspend", Plan(suspend::plan)),
    ("VM.resume", Plan(resume::resume)),
    ("VM.resume_on", Plan(resume::resume_on)),
    ("VM.clean_shutdown", Plan(shutdown::clean)),
    ("VM.hard_shutdown", Plan(shutdown::hard)),
    ("VM.shutdown", Plan(shutdown::either)),
    ("VM.clean_reboot", Plan(reboot::clean)),
    ("VM.hard_reboot", Plan(reboot::hard)),
    ("VM.pool_migrate", Plan(migrate::plan)),
    ("VM.snapshot", Plan(snapshot::plan)),
    ("VM.checkpoint", Plan(checkpoint::plan)),
    ("VM.revert", Plan(revert::plan)),
    ("VM.power_state_reset", Change(shutdown::power_state_reset)),
    ("VM.set_memory", Change(memory::set_memory)),
    ("VM.set_memory_limits", Change(memory::set_limits)),
    ("VM.set_memory_static_range", Change(memory::set_static_range)),
    ("VM.set_memory_static_max", Change(memory::set_static_max)),
    ("VM.set_memory_static_min", Change(memory::set_static_min)),
    ("VM.set_memory_dynamic_range", Plan(memory::set_dynamic_range)),
    ("VM.set_memory_dynamic_max", Plan(memory::set_dynamic_max)),
    ("VM.set_memory_dynamic_min", Plan(memory::set_dynamic_min)),
    ("VM.compute_memory_overhead", Read(memory::compute_overhead)),
    ("VM.set_HVM_shadow_multiplier", Change(memory::set_shadow_multiplier)),
    ("VM.set_VCPUs_max", Change(vcpus::set_max)),
    ("VM.set_VCPUs_at_startup", Change(vcpus::set_at_startup)),
    ("VM.set_VCPUs_number_live", Plan(vcpus::set_number_live)),
    ("VM.set_is_a_template", Change(create::set_is_a_template)),
    ("VM.assert_can_boot_here", Read(questions::assert_can_boot_here)),
    ("VM.get_possible_hosts", Read(questions::possible_hosts)),
    ("VM.get_allowed_VBD_devices", Read(questions::allowed_vbd_devices)),
    ("VM.get_allowed_VIF_devices", Read(questions::allowed_vif_devices)),
    ("VM.assert_operation_valid", Read(questions::assert_operation_valid)),
    ("VM.update_allowed_operations", Change(questions::update_allowed_operations)),
    ("VM.assert_agile", Read(questions::assert_agile)),
    ("VM.maximise_memory", Read(memory::maximise)),
    ("VM.add_to_VCPUs_params_live", Plan(live::add_to_vcpus_params)),
    ("VM.set_shadow_multiplier_live", Plan(live::set_shadow_multiplier)),
    ("VM.set_memory_target_live", Plan(live::set_memory_target)),
    ("VM.wait_memory_target_live", Plan(live::wait_memory_target)),
    ("VM.get_cooperative", Read(live::cooperative)),
    ("VM.s3_suspend", Plan(live::sleep)),
    ("VM.s3_resume", Plan(live::wake_up)),
    ("VM.restart_device_models", Plan(live::restart_device_models)),
    ("VM.set_bios_strings", Change(bios::set)),
    ("VM.copy_bios_strings", Change(bios::copy)),
    ("VM.set_NVRAM", Change(fields::nvram)),
    ("VM.add_to_NVRAM", Change(fields::nvram)),
    ("VM.remove_from_NVRAM", Change(fields::nvram)),
    ("VM.set_xenstore_data", Change(fields::xenstore_data)),
    ("VM.add_to_xenstore_data", Change(fields::xenstore_data)),
    ("VM.remove_from_xenstore_data", Change(fields::xenstore_data)),
    ("VM.set_has_vendor_device", Change(fields::set_has_vendor_device)),
    ("VM.set_NVRAM_EFI_variables", Change(firmware::set_variables)),
    ("VM.get_secureboot_readiness", Read(firmware::readiness)),
    ("VM.set_uefi_mode", Read(firmware::set_mode)),
    ("VM.update_secureboot_certificates_on_boot", Change(firmware::update_on_boot)),
    ("VM.call_plugin", Read(guest::call_plugin)),
    ("VM.call_host_plugin", Serve(guest::call_host_plugin)),
    ("VM.sysprep", Read(guest::sysprep)),
    ("VM.get_boot_record", Tell(internal::boot_record)),
    ("VM.send_sysrq", Read(internal::send_sysrq)),
    ("VM.send_trigger", Read(internal::send_trigger)),
    ("VM.query_services", Read(internal::query_services)),
    ("VM.atomic_set_resident_on", Change(internal::set_resident_on)),
    ("VM.pool_migrate_complete", Read(internal::migrate_complete)),
    ("VM.hard_reboot_internal", Plan(reboot::hard)),
    ("VM.csvm", Plan(internal::clone_suspended)),
    ("VM.retrieve_wlb_recommendations", Read(internal::wlb_recommendations)),
];
