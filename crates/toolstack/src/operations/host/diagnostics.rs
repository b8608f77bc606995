//! What a host tells about itself when somebody looks for trouble.

use super::reachable;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning, Reading};
use crate::plan::Plan;
use crate::toolstack::Toolstack;
use machine::{Fact, HostFact, HostStep, Step};
use model::{ApiError, Host, Ref, Task, TaskStatusType, Text, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// The hypervisor's log, which only the machine has.
pub async fn log(toolstack: Arc<Toolstack>, arguments: Arguments, clear: bool) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(&toolstack.store.snapshot(), id)?.uuid;
    let machine = toolstack.machines.get(&id).ok_or_else(|| ApiError::host_offline(id))?;
    let step = Step::Host(HostStep::ReadLog { host, clear });
    let facts = machine
        .perform(&step)
        .await
        .map_err(|fault| crate::faults::error_of(&toolstack.store.snapshot(), id, &step, &fault))?;
    let text = facts.into_iter().find_map(|fact| match fact {
        Fact::Host(HostFact::Log { text, .. }) => Some(text),
        _ => None,
    });
    Ok(Value::string(text.unwrap_or_default()))
}

pub fn send_debug_keys(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(planning.pool, id)?.uuid;
    let keys = arguments.text("keys")?.to_string();
    Ok(Planned::new(Plan::Do(id, Step::Host(HostStep::DebugKeys { host, keys }))))
}

/// The programs that have called since the start, with the version that each said last. The calls of
/// clients come to the coordinator.
pub fn user_agents(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    reading.pool.find(id)?;
    let mut agents: BTreeMap<String, (i64, String)> = BTreeMap::new();
    if id == reading.toolstack.this_host() {
        for (known, usage) in reading.toolstack.door.callers.all() {
            let Some(first) = known.agent.split_whitespace().next() else { continue };
            let (name, version) = first.split_once('/').unwrap_or((first, ""));
            let said = agents.entry(name.to_string()).or_default();
            if usage.last_micros >= said.0 {
                *said = (usage.last_micros, version.to_string());
            }
        }
    }
    let pair = |(name, (_, version)): (String, (i64, String))| (Text::new(name), Value::string(version));
    Ok(Value::Struct(agents.into_iter().map(pair).collect()))
}

/// Nothing of a bundle can be made here, so none of its sections is named.
pub fn capabilities(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reading.pool.find::<Host>(arguments.reference("host")?)?;
    Ok(Value::string("<?xml version=\"1.0\" ?><system-status-capabilities></system-status-capabilities>"))
}

/// How long the operations that have tasks took: the mean, and how many there were if that is asked.
pub fn timings(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reachable(reading.pool, arguments.reference("host")?)?;
    let counts = arguments.bool("counts")?;
    let mut sums: std::collections::BTreeMap<Text, (i64, i64)> = Default::default();
    for (_, task) in reading.pool.all::<Task>().filter(|(_, task)| task.status != TaskStatusType::Pending) {
        let sum = sums.entry(task.name_label.clone()).or_default();
        sum.0 += task.finished.seconds().saturating_sub(task.created.seconds()).max(0);
        sum.1 += 1;
    }
    let member = |(name, (seconds, count)): (Text, (i64, i64))| {
        let mean = seconds as f64 / count as f64;
        let text = if counts { format!("{mean:.3} ({count} calls)") } else { format!("{mean:.3}") };
        (name, Value::string(text))
    };
    Ok(Value::Struct(sums.into_iter().map(member).collect()))
}

/// The operations that run, which are what threads are elsewhere.
pub fn threads(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    reachable(reading.pool, arguments.reference("host")?)?;
    let mut text = String::new();
    for (id, task) in reading.pool.all::<Task>().filter(|(_, task)| task.status == TaskStatusType::Pending) {
        let runs = if reading.toolstack.running.runs(id) { "runs" } else { "belongs to its client" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{id} {}: {runs}, {:.0} % done", task.name_label, task.progress * 100.0);
    }
    Ok(Value::string(text))
}
