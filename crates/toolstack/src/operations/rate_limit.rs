//! `Rate_limit`: a bucket of tokens that callers share. The door takes from it, see `door/callers.rs`.

use crate::accessors;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler};
use model::{ApiError, Caller, RateLimit, Ref, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Rate_limit.create", Handler::Change(create)),
    ("Rate_limit.add_caller", Handler::Change(add_caller)),
    ("Rate_limit.remove_caller", Handler::Change(remove_caller)),
    ("Rate_limit.set_burst_size", Handler::Change(set_burst_size)),
    ("Rate_limit.set_fill_rate", Handler::Change(set_fill_rate)),
];

/// A bucket that holds not even one token, or never fills, would shut its callers out for good.
fn check(name: &str, value: f64, least: f64) -> Result<f64, ApiError> {
    if value.is_finite() && value >= least { Ok(value) } else { Err(ApiError::invalid_value(name, value)) }
}

fn burst(value: f64) -> Result<f64, ApiError> {
    check("burst_size", value, 1.0)
}

fn rate(value: f64) -> Result<f64, ApiError> {
    check("fill_rate", value, 0.001)
}

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row: RateLimit = arguments.row()?;
    burst(row.burst_size)?;
    rate(row.fill_rate)?;
    accessors::write(change, arguments)
}

fn add_caller(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let limit: Ref<RateLimit> = arguments.reference("self")?;
    change.tx.update(arguments.reference("caller")?, |caller: &mut Caller| caller.rate_limit = limit);
    Ok(Value::VOID)
}

fn remove_caller(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (limit, id): (Ref<RateLimit>, Ref<Caller>) =
        (arguments.reference("self")?, arguments.reference("caller")?);
    if change.tx.find(id)?.rate_limit != limit {
        return Err(ApiError::invalid_value("caller", id));
    }
    change.tx.update(id, |caller| caller.rate_limit = Ref::NULL);
    Ok(Value::VOID)
}

fn set_burst_size(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = burst(arguments.float("value")?)?;
    set(change, arguments, |limit| limit.burst_size = value)
}

fn set_fill_rate(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = rate(arguments.float("value")?)?;
    set(change, arguments, |limit| limit.fill_rate = value)
}

fn set(
    change: &mut Change,
    arguments: &Arguments,
    edit: impl FnOnce(&mut RateLimit),
) -> Result<Value, ApiError> {
    let id: Ref<RateLimit> = arguments.reference("self")?;
    change.tx.update(id, edit);
    if !change.dry {
        change.toolstack.door.callers.refill(id);
    }
    Ok(Value::VOID)
}
