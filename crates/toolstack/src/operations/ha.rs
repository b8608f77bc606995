//! High availability: turned on and off for the pool, asked for its plan, and set for machines.

mod enable;
pub mod members;
mod plans;

use crate::handler::Handler::{self, Change as C, Plan as P, Read as R, Serve};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.enable_ha", P(enable::enable)),
    ("pool.disable_ha", P(enable::disable)),
    ("host.emergency_ha_disable", P(enable::emergency_disable)),
    ("pool.ha_failover_plan_exists", R(plans::exists)),
    ("pool.ha_compute_max_host_failures_to_tolerate", R(plans::most_failures)),
    ("pool.ha_compute_hypothetical_max_host_failures_to_tolerate", R(plans::hypothetical)),
    ("pool.ha_compute_vm_failover_plan", R(plans::for_machines)),
    ("pool.set_ha_host_failures_to_tolerate", C(plans::set_failures_to_tolerate)),
    ("pool.ha_schedule_plan_recomputation", C(plans::recompute)),
    ("pool.ha_prevent_restarts_for", C(plans::prevent_restarts)),
    ("VM.set_ha_restart_priority", C(plans::set_restart_priority)),
    ("host.preconfigure_ha", C(members::preconfigure)),
    ("host.ha_join_liveset", P(members::join)),
    ("host.ha_disable_failover_decisions", C(members::decide_nothing)),
    ("host.ha_disarm_fencing", P(members::disarm)),
    ("host.ha_stop_daemon", P(members::disarm)),
    ("host.ha_release_resources", C(members::release)),
    ("host.ha_wait_for_shutdown_via_statefile", Serve(members::wait_until_disarmed)),
    ("host.ha_xapi_healthcheck", R(members::healthy)),
];
