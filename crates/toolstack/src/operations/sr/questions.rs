//! What is asked about storage without changing it.

use crate::arguments::Arguments;
use crate::handler::{Find, Reading};
use model::driver::Driver;
use model::{ApiError, Host, Ref, Sm, Sr, Text, Value, many};
use std::collections::BTreeSet;
use store::Snapshot;

pub fn supported_types(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let types: BTreeSet<Text> = reading.pool.all::<Sm>().map(|(_, driver)| driver.r#type.clone()).collect();
    Ok(Value::Array(types.into_iter().map(Value::String).collect()))
}

/// The hosts that could work with the storage now.
pub fn live_hosts(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    let pool = reading.pool;
    let plugged = pool.many_rows(many::SR_PBDS, id).filter(|(_, pbd)| pbd.currently_attached);
    let works = |host: &Ref<Host>| {
        pool.get(*host)
            .is_some_and(|row| row.enabled && pool.get(row.metrics).is_some_and(|metrics| metrics.live))
    };
    let hosts = plugged.map(|(_, pbd)| pbd.host).filter(works);
    Ok(Value::Array(hosts.map(|host| Value::Ref(host.id())).collect()))
}

pub fn can_host_statefile(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reaches_all(reading.pool, arguments.reference("sr")?, "VDI_GENERATE_CONFIG")?;
    Ok(Value::VOID)
}

pub fn supports_replication(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reaches_all(reading.pool, arguments.reference("sr")?, "SR_METADATA")?;
    Ok(Value::VOID)
}

/// Every host has the storage plugged, and its driver can do this.
pub fn reaches_all(pool: &Snapshot, id: Ref<Sr>, feature: &str) -> Result<(), ApiError> {
    let sr = pool.find(id)?;
    let plugged: BTreeSet<Ref<Host>> = pool
        .many_rows(many::SR_PBDS, id)
        .filter(|(_, pbd)| pbd.currently_attached)
        .map(|(_, pbd)| pbd.host)
        .collect();
    if pool.all::<Host>().any(|(host, _)| !plugged.contains(&host)) {
        return Err(ApiError::sr_has_no_pbds(id));
    }
    match Driver::find(&sr.r#type) {
        Some(driver) if driver.can(feature) => Ok(()),
        _ => Err(ApiError::sr_operation_not_supported(id)),
    }
}
