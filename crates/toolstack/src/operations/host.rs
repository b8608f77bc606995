//! `host`: the life of hosts, what they keep, and what they tell.

mod certificate;
mod clock;
mod diagnostics;
mod enable;
mod evacuate;
mod extension;
mod local;
mod membership;
mod memory;
mod plugin;
mod power;
mod setting;
mod ssh;

use crate::handler::Find;
use crate::handler::Handler::{self, Change, Plan, Read, Serve};
use model::{ApiError, Host, Ref};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.get_tracked_user_agents", Read(diagnostics::user_agents)),
    ("host.disable", Change(enable::disable)),
    ("host.enable", Change(enable::enable)),
    ("host.assert_can_evacuate", Read(evacuate::assert_can)),
    ("host.get_vms_which_prevent_evacuation", Read(evacuate::which_prevent)),
    ("host.evacuate", Plan(evacuate::plan)),
    ("host.get_uncooperative_resident_VMs", Read(memory::uncooperative_vms)),
    ("host.get_uncooperative_domains", Read(memory::uncooperative_domains)),
    ("host.compute_free_memory", Read(memory::compute_free)),
    ("host.compute_memory_overhead", Read(memory::compute_overhead)),
    ("host.allocate_resources_for_vm", Change(memory::allocate_resources)),
    ("host.reboot", Plan(power::reboot)),
    ("host.shutdown", Plan(power::shutdown)),
    ("host.power_on", Plan(power::power_on)),
    ("host.set_power_on_mode", Change(power::set_power_on_mode)),
    ("host.prepare_for_poweroff", Change(power::prepare_for_poweroff)),
    ("host.restart_agent", Change(power::restart_agent)),
    ("host.shutdown_agent", Change(power::shutdown_agent)),
    ("host.declare_dead", Change(membership::declare_dead)),
    ("host.destroy", Change(membership::destroy)),
    ("host.create", Change(membership::create)),
    ("host_crashdump.destroy", Change(membership::destroy_crashdump)),
    ("host.set_hostname_live", Plan(setting::hostname)),
    ("host.syslog_reconfigure", Plan(setting::syslog)),
    ("host.set_sched_gran", Plan(setting::sched_gran)),
    ("host.get_sched_gran", Read(setting::get_sched_gran)),
    ("host.set_max_cstate", Plan(setting::max_cstate)),
    ("host.set_numa_affinity_policy", Plan(setting::numa_policy)),
    ("host.set_iscsi_iqn", Plan(setting::iscsi_iqn)),
    ("host.set_console_idle_timeout", Plan(setting::console_idle_timeout)),
    ("host.apply_guest_agent_config", Plan(setting::guest_agents)),
    ("host.enable_display", Change(setting::enable_display)),
    ("host.disable_display", Change(setting::disable_display)),
    ("host.set_ssl_legacy", Change(setting::ssl_legacy)),
    ("host.set_https_only", Change(setting::https_only)),
    ("host.set_uefi_certificates", Change(setting::uefi_certificates)),
    ("host.set_license_params", Change(setting::license_params)),
    ("host.enable_ssh", Plan(ssh::enable)),
    ("host.disable_ssh", Plan(ssh::disable)),
    ("host.set_ssh_enabled_timeout", Plan(ssh::set_timeout)),
    ("host.set_ssh_auto_mode", Plan(ssh::set_auto_mode)),
    ("host.set_ntp_mode", Plan(clock::set_ntp_mode)),
    ("host.set_ntp_custom_servers", Plan(clock::set_ntp_servers)),
    ("host.get_ntp_servers_status", Read(clock::ntp_servers_status)),
    ("host.get_ntp_synchronized", Read(clock::ntp_synchronized)),
    ("host.set_timezone", Plan(clock::set_timezone)),
    ("host.list_timezones", Read(clock::list_timezones)),
    ("host.set_servertime", Plan(clock::set_time)),
    ("host.get_servertime", Read(clock::time)),
    ("host.get_server_localtime", Read(clock::local_time)),
    ("host.dmesg", Serve(|toolstack, _, arguments| Box::pin(diagnostics::log(toolstack, arguments, false)))),
    (
        "host.dmesg_clear",
        Serve(|toolstack, _, arguments| Box::pin(diagnostics::log(toolstack, arguments, true))),
    ),
    ("host.send_debug_keys", Plan(diagnostics::send_debug_keys)),
    ("host.get_system_status_capabilities", Read(diagnostics::capabilities)),
    ("host.get_diagnostic_timing_stats", Read(diagnostics::timings)),
    ("host.get_thread_diagnostics", Read(diagnostics::threads)),
    ("host.local_assert_healthy", Read(local::assert_healthy)),
    ("host.set_localdb_key", Change(local::set_key)),
    ("host.backup_rrds", Read(local::nothing_to_copy)),
    ("host.sync_data", Read(local::nothing_to_copy)),
    ("host.attach_static_vdis", Plan(local::attach_static)),
    ("host.detach_static_vdis", Plan(local::detach_static)),
    (
        "host.call_plugin",
        Serve(|toolstack, call, arguments| Box::pin(plugin::call(toolstack, call, arguments))),
    ),
    ("host.has_extension", Read(extension::has)),
    (
        "host.call_extension",
        Serve(|toolstack, call, arguments| Box::pin(extension::call(toolstack, call, arguments))),
    ),
    (
        "host.get_server_certificate",
        Serve(|toolstack, call, arguments| Box::pin(certificate::get(toolstack, call, arguments))),
    ),
    (
        "host.install_server_certificate",
        Serve(|toolstack, call, arguments| Box::pin(certificate::install(toolstack, call, arguments))),
    ),
    (
        "host.reset_server_certificate",
        Serve(|toolstack, call, arguments| Box::pin(certificate::reset(toolstack, call, arguments))),
    ),
    (
        "host.refresh_server_certificate",
        Serve(|toolstack, call, arguments| Box::pin(certificate::refresh(toolstack, call, arguments))),
    ),
    (
        "host.emergency_reset_server_certificate",
        Serve(|toolstack, call, arguments| {
            Box::pin(certificate::emergency_reset(toolstack, call, arguments))
        }),
    ),
];

/// A host that must do something itself: it has to be there.
pub(crate) fn reachable(pool: &Snapshot, id: Ref<Host>) -> Result<&Host, ApiError> {
    let host = pool.find(id)?;
    if pool.get(host.metrics).is_some_and(|metrics| metrics.live) {
        Ok(host)
    } else {
        Err(ApiError::host_offline(id))
    }
}
