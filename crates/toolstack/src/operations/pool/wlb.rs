//! Workload balancing: no pool has a server for it here, and the calls say so.

use super::the_pool;
use crate::arguments::Arguments;
use crate::handler::{Change, Handler, Reading};
use model::{ApiError, Ref, Secret, Text, Value};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.initialize_wlb", Handler::Read(initialize)),
    ("pool.deconfigure_wlb", Handler::Change(deconfigure)),
    ("pool.send_wlb_configuration", Handler::Read(ask)),
    ("pool.retrieve_wlb_configuration", Handler::Read(ask)),
    ("pool.retrieve_wlb_recommendations", Handler::Read(ask)),
    ("host.retrieve_wlb_evacuate_recommendations", Handler::Read(ask)),
];

/// Why nobody can be asked: no server is known, it is switched off, or it is one that we cannot talk to.
fn ask(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    must_be_configured(reading.pool)?;
    if !the_pool(reading.pool)?.1.wlb_enabled {
        return Err(ApiError::wlb_disabled());
    }
    // Partly pool.send_wlb_configuration, pool.retrieve_wlb_configuration,
    // pool.retrieve_wlb_recommendations, host.retrieve_wlb_evacuate_recommendations.
    Err(ApiError::not_implemented(arguments.message.full_name))
}

fn must_be_configured(pool: &Snapshot) -> Result<(), ApiError> {
    if the_pool(pool)?.1.wlb_url.is_empty() { Err(ApiError::wlb_not_initialized()) } else { Ok(()) }
}

/// An address is a name and a port.
fn initialize(_: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let url = arguments.text("wlb_url")?;
    let port = url.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
    if !port.is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0)) {
        return Err(ApiError::wlb_url_invalid(url));
    }
    // Partly pool.initialize_wlb.
    Err(ApiError::not_implemented(arguments.message.full_name))
}

/// A pool from elsewhere may bring a server along; it can be forgotten.
fn deconfigure(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    must_be_configured(change.tx)?;
    let (id, pool) = the_pool(change.tx)?;
    let password: Ref<Secret> = pool.wlb_password;
    change.tx.update(id, |pool| {
        pool.wlb_url = Text::default();
        pool.wlb_username = Text::default();
        pool.wlb_password = Ref::NULL;
        pool.wlb_enabled = false;
    });
    change.tx.delete(password);
    Ok(Value::VOID)
}
