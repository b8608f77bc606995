//! Editions and licences: there is one edition, it is free, and it never expires.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler, Reading};
use model::{ApiError, Host, Pool, Ref, Text, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.get_license_state", Handler::Read(state)),
    ("pool.apply_edition", Handler::Change(apply_to_pool)),
    ("host.apply_edition", Handler::Change(apply_to_host)),
    // Licences in files are no more, and there is none to take away.
    ("host.license_add", Handler::Change(|_, _| Err(ApiError::license_file_deprecated()))),
    ("host.license_remove", Handler::Change(|_, _| Err(ApiError::license_file_deprecated()))),
];

fn state(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let pool = reading.pool.find(arguments.reference::<Pool>("self")?)?;
    let edition = reading.pool.get(pool.master).map_or(Text::default(), |host| host.edition.clone());
    Ok(Value::Struct(vec![
        (Text::new_static("edition"), Value::String(edition)),
        (Text::new_static("expiry"), Value::from("never")),
    ]))
}

fn apply_to_pool(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let edition = arguments.text("edition")?;
    let hosts: Vec<Ref<Host>> = change.tx.all::<Host>().map(|(id, _)| id).collect();
    hosts.into_iter().try_for_each(|host| apply(change, host, &edition))?;
    Ok(Value::VOID)
}

fn apply_to_host(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    apply(change, arguments.reference("host")?, &arguments.text("edition")?)?;
    Ok(Value::VOID)
}

fn apply(change: &mut Change, host: Ref<Host>, edition: &Text) -> Result<(), ApiError> {
    if !change.tx.find(host)?.editions.contains(edition) {
        return Err(ApiError::invalid_edition(edition));
    }
    change.tx.update(host, |host| host.edition = edition.clone());
    Ok(())
}
