//! `Host_driver`, `Driver_variant`: which of several versions of a driver a host loads at its next boot.
//!
//! A host has the drivers that its rows say, so looking for them again finds the same ones.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Read as R};
use crate::handler::{Change, Find, Reading};
use model::{ApiError, DriverVariant, Host, HostDriver, Ref, Value};
use store::Transaction;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Driver_variant.select", C(select_variant)),
    ("Host_driver.select", C(select)),
    ("Host_driver.deselect", C(deselect)),
    ("Host_driver.rescan", R(|reading, arguments| rescan(reading, arguments.reference("host")?))),
    ("host.rescan_drivers", R(|reading, arguments| rescan(reading, arguments.reference("self")?))),
];

fn select_variant(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let variant: Ref<DriverVariant> = arguments.reference("self")?;
    let driver = change.tx.find(variant)?.driver;
    choose(change, driver, variant)
}

fn select(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    choose(change, arguments.reference("self")?, arguments.reference("variant")?)
}

fn choose(
    change: &mut Change,
    driver: Ref<HostDriver>,
    variant: Ref<DriverVariant>,
) -> Result<Value, ApiError> {
    change.tx.find(driver)?;
    let row = change.tx.find(variant)?;
    if row.driver != driver {
        return Err(ApiError::invalid_value("variant", variant));
    }
    if !row.hardware_present {
        return Err(ApiError::host_driver_no_hardware(variant));
    }
    change.tx.update(driver, |row| row.selected_variant = variant);
    Ok(Value::VOID)
}

fn deselect(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<HostDriver> = arguments.reference("self")?;
    change.tx.find(id)?;
    change.tx.update(id, |row| {
        row.selected_variant = Ref::NULL;
        row.active_variant = Ref::NULL;
    });
    Ok(Value::VOID)
}

/// A host that boots loads what was chosen.
pub fn after_boot(tx: &mut Transaction, host: Ref<Host>) {
    let chosen: Vec<_> = tx
        .all::<HostDriver>()
        .filter(|(_, driver)| driver.host == host && !driver.selected_variant.is_null())
        .map(|(id, driver)| (id, driver.selected_variant))
        .collect();
    for (driver, variant) in chosen {
        tx.update(driver, |row| row.active_variant = variant);
    }
}

fn rescan(reading: &Reading, host: Ref<Host>) -> Result<Value, ApiError> {
    reading.pool.find(host)?;
    Ok(Value::VOID)
}
