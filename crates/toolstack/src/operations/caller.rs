//! `Caller`: who calls this pool, in which groups, and how much.

use crate::accessors;
use crate::arguments::Arguments;
use crate::door::callers::{Usage, is_about};
use crate::handler::{Change, Find, Handler, Reading};
use model::{ApiError, Caller, Ref, Text, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Caller.create", Handler::Change(create)),
    ("Caller.add_group", Handler::Change(add_group)),
    ("Caller.remove_group", Handler::Change(remove_group)),
    ("Caller.query_call_count", Handler::Read(|reading, arguments| calls(usage(reading, arguments)?))),
    ("Caller.query_token_usage", Handler::Read(|reading, arguments| tokens(usage(reading, arguments)?))),
    ("Caller.query_group_call_count", Handler::Read(|reading, arguments| calls(group(reading, arguments)?))),
    (
        "Caller.query_group_token_usage",
        Handler::Read(|reading, arguments| tokens(group(reading, arguments)?)),
    ),
    ("Caller.query_all_usage", Handler::Read(all)),
];

/// A row is about somebody, and nobody else's is.
fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row: Caller = arguments.row()?;
    if row.user_agent.is_empty() && row.client_ip.is_empty() {
        return Err(ApiError::invalid_value("user_agent", ""));
    }
    if !row.client_ip.is_empty() && row.client_ip.parse::<std::net::IpAddr>().is_err() {
        return Err(ApiError::invalid_value("client_ip", row.client_ip));
    }
    let same = |other: &Caller| (&other.user_agent, &other.client_ip) == (&row.user_agent, &row.client_ip);
    if change.tx.all::<Caller>().any(|(_, other)| same(other)) {
        let both = format!("{} {}", row.user_agent, row.client_ip);
        return Err(ApiError::db_uniqueness_constraint_violation("Caller", "user_agent client_ip", both));
    }
    accessors::write(change, arguments)
}

fn add_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let group = arguments.text("group")?;
    if group.is_empty() {
        return Err(ApiError::invalid_value("group", group));
    }
    change.tx.update(arguments.reference("self")?, |row: &mut Caller| row.groups.insert(group));
    Ok(Value::VOID)
}

fn remove_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let group = arguments.text("group")?;
    change.tx.update(arguments.reference("self")?, |row: &mut Caller| row.groups.remove(&group));
    Ok(Value::VOID)
}

fn calls(usage: Usage) -> Result<Value, ApiError> {
    Ok(Value::Int(usage.calls as i64))
}

fn tokens(usage: Usage) -> Result<Value, ApiError> {
    Ok(Value::Float(usage.tokens))
}

fn usage(reading: &Reading, arguments: &Arguments) -> Result<Usage, ApiError> {
    let id: Ref<Caller> = arguments.reference("self")?;
    Ok(reading.toolstack.door.callers.usage_of(reading.pool.find(id)?))
}

/// Who is in a group by two rows counts once.
fn group(reading: &Reading, arguments: &Arguments) -> Result<Usage, ApiError> {
    let group = arguments.text("group")?;
    let rows: Vec<&Caller> =
        reading.pool.all::<Caller>().map(|(_, row)| row).filter(|row| row.groups.contains(&group)).collect();
    let mut sum = Usage::default();
    for (known, usage) in reading.toolstack.door.callers.all() {
        if rows.iter().any(|row| is_about(row, &known)) {
            sum.calls += usage.calls;
            sum.tokens += usage.tokens;
        }
    }
    Ok(sum)
}

/// A row for each caller: uuid (none if it is not registered yet), agent, address, calls, tokens.
fn all(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let row = |(known, usage): (crate::door::callers::Known, Usage)| {
        let registered = reading.pool.all::<Caller>().find(|(_, row)| is_about(row, &known));
        let uuid = registered.map_or(Text::default(), |(_, row)| Text::new(row.uuid.to_string()));
        let numbers = [Text::new(usage.calls.to_string()), Text::new(usage.tokens.to_string())];
        let words = [uuid, known.agent, known.address].into_iter().chain(numbers);
        Value::Array(words.map(Value::String).collect())
    };
    Ok(Value::Array(reading.toolstack.door.callers.all().into_iter().map(row).collect()))
}
