//! `Observer`: what is to be traced, and where it should go. The rows are kept and checked; spans are
//! not sent anywhere yet, so `register` and `unregister`, which do so on one host, do not exist.

use crate::accessors;
use crate::arguments::Arguments;
use crate::handler::{Change, Handler};
use model::{ApiError, ClassId, Host, Observer, Ref, Set, Text, TextMap, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Observer.create", Handler::Change(create)),
    ("Observer.set_hosts", Handler::Change(set_hosts)),
    ("Observer.set_components", Handler::Change(set_components)),
    ("Observer.set_endpoints", Handler::Change(set_endpoints)),
    ("Observer.set_attributes", Handler::Change(set_attributes)),
];

/// The parts of a toolstack that can be traced.
const COMPONENTS: &[&str] = &["xapi", "xenopsd", "xapi-clusterd", "smapi"];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row: Observer = arguments.row()?;
    check_hosts(change, &row.hosts)?;
    check_components(&row.components)?;
    check_endpoints(&row.endpoints)?;
    check_attributes(&row.attributes)?;
    accessors::write(change, arguments)
}

fn set_hosts(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let hosts: Set<Ref<Host>> = arguments.set("value")?;
    check_hosts(change, &hosts)?;
    set(change, arguments, |row| row.hosts = hosts)
}

fn set_components(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let components: Set<Text> = arguments.set("value")?;
    check_components(&components)?;
    set(change, arguments, |row| row.components = components)
}

fn set_endpoints(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let endpoints: Set<Text> = arguments.set("value")?;
    check_endpoints(&endpoints)?;
    set(change, arguments, |row| row.endpoints = endpoints)
}

fn set_attributes(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let attributes = arguments.map("value")?;
    check_attributes(&attributes)?;
    set(change, arguments, |row| row.attributes = attributes)
}

fn set(
    change: &mut Change,
    arguments: &Arguments,
    edit: impl FnOnce(&mut Observer),
) -> Result<Value, ApiError> {
    change.tx.update(arguments.reference("self")?, edit);
    Ok(Value::VOID)
}

fn check_hosts(change: &Change, hosts: &Set<Ref<Host>>) -> Result<(), ApiError> {
    match hosts.iter().find(|host| !change.tx.contains(ClassId::Host, host.id())) {
        Some(host) => Err(ApiError::handle_invalid("host", host)),
        None => Ok(()),
    }
}

fn check_components(components: &Set<Text>) -> Result<(), ApiError> {
    match components.iter().find(|component| !COMPONENTS.contains(&component.as_str())) {
        Some(component) => Err(ApiError::invalid_value("component", component)),
        None => Ok(()),
    }
}

/// `bugtool` is a file on the host; everything else is a collector.
fn check_endpoints(endpoints: &Set<Text>) -> Result<(), ApiError> {
    let known = |endpoint: &str| {
        let address = endpoint.strip_prefix("http://").or_else(|| endpoint.strip_prefix("https://"));
        endpoint == "bugtool"
            || address.is_some_and(|address| !address.is_empty() && !address.starts_with('/'))
    };
    match endpoints.iter().find(|endpoint| !known(endpoint)) {
        Some(endpoint) => Err(ApiError::invalid_value("endpoint", endpoint)),
        None => Ok(()),
    }
}

/// Keys that a collector takes: letters, digits and a few signs, a letter first.
fn check_attributes(attributes: &TextMap) -> Result<(), ApiError> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/');
    let named =
        |key: &str| key.starts_with(|first: char| first.is_ascii_alphabetic()) && key.chars().all(letter);
    match attributes.iter().find(|(key, value)| !named(key) || value.is_empty()) {
        Some((key, _)) => Err(ApiError::invalid_value("attributes", key)),
        None => Ok(()),
    }
}
