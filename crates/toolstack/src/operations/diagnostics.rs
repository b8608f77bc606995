//! `Diagnostics`: numbers about the toolstack itself. The names are ours; clients print what comes.

use crate::arguments::Arguments;
use crate::handler::{Handler, Reading};
use model::{ApiError, ClassId, Host, Ref, Text, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    // Memory is given back as soon as it is not used: there is never anything left to collect.
    (
        "Diagnostics.gc_compact",
        Handler::Read(|reading, arguments| here(reading, arguments).map(|()| Value::VOID)),
    ),
    ("Diagnostics.gc_stats", Handler::Read(memory)),
    ("Diagnostics.db_stats", Handler::Read(database)),
    ("Diagnostics.network_stats", Handler::Read(network)),
];

/// Only the toolstack that was asked can tell about itself.
fn here(reading: &Reading, arguments: &Arguments) -> Result<(), ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let ours = host == reading.toolstack.this_host() || reading.toolstack.machines.get(&host).is_some();
    if ours { Ok(()) } else { Err(ApiError::host_offline(host)) }
}

fn numbers(numbers: &[(&str, u64)]) -> Value {
    let member = |(name, number): &(&str, u64)| (Text::new(name), Value::from(number.to_string()));
    Value::Struct(numbers.iter().map(member).collect())
}

fn rows(reading: &Reading) -> u64 {
    ClassId::all().map(|class| reading.pool.table(class).len() as u64).sum()
}

fn memory(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    here(reading, arguments)?;
    let resident = (reading.toolstack.settings.resident_bytes)();
    Ok(numbers(&[
        ("resident_bytes", resident.unwrap_or_default()),
        ("rows", rows(reading)),
        ("operations", reading.toolstack.running.len() as u64),
    ]))
}

fn database(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(numbers(&[
        ("rows", rows(reading)),
        ("generation", reading.pool.generation()),
        ("commits", reading.toolstack.store.commits()),
    ]))
}

/// A row for each caller that `params` do not leave out (`user_agent`, `client_ip`), then one for all.
fn network(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    here(reading, arguments)?;
    let wanted = arguments.map("params")?;
    for key in wanted.keys() {
        if !matches!(key.as_str(), "user_agent" | "client_ip") {
            return Err(ApiError::invalid_value("params", key));
        }
    }
    let fits = |key: &str, value: &str| wanted.get(key).is_none_or(|wanted| wanted == value);
    let mut table = Vec::new();
    for (known, usage) in reading.toolstack.door.callers.all() {
        if fits("user_agent", &known.agent) && fits("client_ip", &known.address) {
            table.push(vec![known.agent, known.address, Text::new(usage.calls.to_string())]);
        }
    }
    let (answered, failed) = reading.toolstack.door.counts();
    table.push(vec![
        Text::new_static("total"),
        Text::new(answered.to_string()),
        Text::new(failed.to_string()),
    ]);
    let row = |words: Vec<Text>| Value::Array(words.into_iter().map(Value::String).collect());
    Ok(Value::Array(table.into_iter().map(row).collect()))
}
