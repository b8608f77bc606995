//! The messages with behaviour of their own, each found by its full name.

pub mod auth;
pub mod blob;
pub mod bond;
pub mod boot;
pub mod caller;
pub mod cluster;
pub mod data_source;
pub mod database_copies;
pub mod device;
pub mod diagnostics;
pub mod disaster;
pub mod driver;
pub mod event;
pub mod external_auth;
pub mod gpu;
pub mod ha;
pub mod host;
pub mod host_facts;
pub mod licence;
pub mod management;
pub mod message;
pub mod migrate_receive;
pub mod network;
pub mod network_sriov;
pub mod observer;
pub mod pbd;
pub mod pci;
pub mod pif;
pub mod pool;
pub mod pvs;
pub mod rate_limit;
pub mod role;
pub mod sdn_controller;
pub mod secret;
pub mod session;
pub mod sr;
pub mod storage;
pub mod storage_cache;
pub mod storage_motion;
pub mod storage_upkeep;
pub mod subject;
pub mod task;
pub mod telemetry;
pub mod tunnel;
pub mod updates;
pub mod usb;
pub mod vbd;
pub mod vdi;
pub mod vif;
pub mod vlan;
pub mod vm;
pub mod vm_appliance;
pub mod vm_group;
pub mod vmss;
pub mod vtpm;
pub mod xenios;

use crate::handler::Handler;
use model::generated::schema::MESSAGES;
use model::schema::MessageKind;
use std::collections::HashMap;
use std::sync::OnceLock;

/// One table for each class.
static TABLES: &[&[(&str, Handler)]] = &[
    session::HANDLERS,
    auth::HANDLERS,
    external_auth::HANDLERS,
    subject::HANDLERS,
    role::HANDLERS,
    task::HANDLERS,
    event::HANDLERS,
    message::HANDLERS,
    host::HANDLERS,
    pool::succession::HANDLERS,
    pool::eject::HANDLERS,
    pool::join::HANDLERS,
    pool::certificates::HANDLERS,
    pool::secret::HANDLERS,
    pool::settings::HANDLERS,
    pool::wlb::HANDLERS,
    host_facts::HANDLERS,
    migrate_receive::HANDLERS,
    boot::HANDLERS,
    vm::HANDLERS,
    vbd::HANDLERS,
    vif::HANDLERS,
    vdi::HANDLERS,
    vtpm::HANDLERS,
    gpu::HANDLERS,
    usb::HANDLERS,
    pci::HANDLERS,
    driver::HANDLERS,
    data_source::HANDLERS,
    network::HANDLERS,
    pif::HANDLERS,
    vlan::HANDLERS,
    bond::HANDLERS,
    tunnel::HANDLERS,
    network_sriov::HANDLERS,
    management::HANDLERS,
    sdn_controller::HANDLERS,
    pvs::HANDLERS,
    blob::HANDLERS,
    caller::HANDLERS,
    diagnostics::HANDLERS,
    licence::HANDLERS,
    observer::HANDLERS,
    rate_limit::HANDLERS,
    secret::HANDLERS,
    telemetry::HANDLERS,
    updates::repositories::HANDLERS,
    updates::synchronise::HANDLERS,
    updates::apply::HANDLERS,
    updates::packages::HANDLERS,
    xenios::HANDLERS,
    ha::HANDLERS,
    vm_appliance::HANDLERS,
    vmss::HANDLERS,
    vm_group::HANDLERS,
    cluster::HANDLERS,
    sr::HANDLERS,
    pbd::HANDLERS,
    storage_cache::HANDLERS,
    database_copies::HANDLERS,
    disaster::HANDLERS,
    storage_upkeep::HANDLERS,
];

pub fn find(full_name: &str) -> Option<&'static Handler> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Handler>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        TABLES.iter().flat_map(|table| table.iter()).map(|(name, handler)| (*name, handler)).collect()
    });
    index.get(full_name).copied()
}

/// The names of all messages that have a handler.
pub fn implemented() -> impl Iterator<Item = &'static str> {
    let plain = MESSAGES.iter().filter(|message| {
        message.explicit && message.kind != MessageKind::Custom && find(message.full_name).is_none()
    });
    TABLES
        .iter()
        .flat_map(|table| table.iter())
        .map(|(name, _)| *name)
        .chain(plain.map(|message| message.full_name))
}
