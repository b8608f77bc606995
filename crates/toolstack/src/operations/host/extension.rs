//! API extensions: further messages that a host has installed. No simulated host has any.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::{Call, Reading};
use crate::toolstack::Toolstack;
use model::{ApiError, Value};
use std::sync::Arc;

/// The names of those that are installed.
const INSTALLED: &[&str] = &[];

pub fn has(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reachable(reading.pool, arguments.reference("host")?)?;
    Ok(Value::Bool(INSTALLED.contains(&arguments.text("name")?.as_str())))
}

pub async fn call(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Result<Value, ApiError> {
    reachable(&toolstack.store.snapshot(), arguments.reference("host")?)?;
    Err(ApiError::message_method_unknown(arguments.text("call")?))
}
