//! What a host says about itself without anybody being asked.

use crate::arguments::Arguments;
use crate::door::names;
use crate::handler::{Find, Handler, Reading};
use model::{ApiError, Host, Pif, Ref, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.list_methods", Handler::Read(|_, _| Ok(Value::Array(names::all().map(Value::from).collect())))),
    ("host.get_management_interface", Handler::Read(management_interface)),
];

fn management_interface(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reading.pool.find(id)?;
    let pif = reading.pool.all::<Pif>().find(|(_, pif)| pif.host == id && pif.management);
    match pif {
        Some((pif, _)) => Ok(Value::Ref(pif.id())),
        None => Err(ApiError::internal_error(format!("host {} has no management interface", host.uuid))),
    }
}
