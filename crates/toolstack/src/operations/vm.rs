//! `VM`: the life of virtual machines.

mod checkpoint;
mod clone;
pub mod copies;
mod create;
mod destroy;
mod memory;
mod messages;
mod migrate;
mod migrate_send;
mod pause;
mod provision;
mod questions;
mod reboot;
mod recover;
mod resume;
mod revert;
mod shutdown;
mod snapshot;
mod snapshot_metadata;
mod start;
mod suspend;
mod vcpus;

use crate::handler::Handler::{self, Change, Plan, Read};

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
    ("VM.migrate_send", Plan(migrate_send::plan)),
    ("VM.assert_can_migrate", Read(migrate_send::assert_can_migrate)),
    ("VM.assert_can_migrate_sender", Read(migrate_send::assert_can_migrate)),
    ("VM.recover", Read(recover::recover)),
    ("VM.assert_can_be_recovered", Read(recover::assert_can_be_recovered)),
    ("VM.get_SRs_required_for_recovery", Read(recover::storage_required)),
    ("VM.update_snapshot_metadata", Change(snapshot_metadata::update)),
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
];
