//! Data sources: what can be measured of machines, hosts and storage, and which of it is recorded.
//!
//! What each is called and what it measures stands in `data_source/sources.rs`. A source is recorded
//! if it is a standard one or somebody asked for it; that is remembered under the object's uuid.

pub mod sources;

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Serve};
use crate::handler::{Answering, Call, Find};
use crate::localdb;
use crate::toolstack::Toolstack;
use model::{ApiError, ClassId, Host, Ref, RefId, Sr, Uuid, Value, Vm, VmPowerState};
use sources::Source;
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VM.get_data_sources", Serve(list)),
    ("VM.query_data_source", Serve(query)),
    ("VM.record_data_source", Serve(record)),
    ("VM.forget_data_source_archives", Serve(forget)),
    ("host.get_data_sources", Serve(list)),
    ("host.query_data_source", Serve(query)),
    ("host.record_data_source", Serve(record)),
    ("host.forget_data_source_archives", Serve(forget)),
    ("SR.get_data_sources", Serve(list)),
    ("SR.query_data_source", Serve(query)),
    ("SR.record_data_source", Serve(record)),
    ("SR.forget_data_source_archives", Serve(forget)),
];

const REMEMBERED: &str = "data_source/";

/// What is measured, and of whom.
struct Subject {
    uuid: Uuid,
    sources: Vec<Source>,
}

fn list(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let subject = measure(&toolstack, &arguments).await?;
        let pool = toolstack.store.snapshot();
        let chosen = localdb::under(&pool, subject.uuid, REMEMBERED);
        let records = subject.sources.iter().map(|source| {
            let choice =
                chosen.iter().find(|(name, _)| *name == source.name).map(|(_, value)| value == "true");
            source.record(choice.unwrap_or(source.standard))
        });
        Ok(Value::Array(records.collect()))
    })
}

/// Asking for a value is asking for it to be recorded.
fn query(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        if arguments.message.class == ClassId::Vm {
            let id: Ref<Vm> = Ref::new(arguments.this()?);
            let state = pool.find(id)?.power_state;
            if !matches!(state, VmPowerState::Running | VmPowerState::Paused) {
                return Err(ApiError::vm_bad_power_state(id, "running, paused", crate::learn::lower(state)));
            }
        }
        let subject = measure(&toolstack, &arguments).await?;
        let source = known(&subject, &arguments)?;
        remember(&toolstack, &call, &arguments, subject.uuid, source, true).await?;
        Ok(Value::Float(source.value))
    })
}

fn record(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move { choose(&toolstack, &call, &arguments, true).await })
}

fn forget(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move { choose(&toolstack, &call, &arguments, false).await })
}

async fn choose(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    recorded: bool,
) -> Result<Value, ApiError> {
    if arguments.message.class == ClassId::Vm {
        check(&toolstack.store.snapshot(), ClassId::Vm, arguments.this()?, "data_source_op")?;
    }
    let subject = measure(toolstack, arguments).await?;
    let source = known(&subject, arguments)?;
    remember(toolstack, call, arguments, subject.uuid, source, recorded).await
}

fn known<'a>(subject: &'a Subject, arguments: &Arguments) -> Result<&'a Source, ApiError> {
    let name = arguments.text("data_source")?;
    let found = subject.sources.iter().find(|source| source.name == name);
    found.ok_or_else(|| ApiError::invalid_value("data_source", name))
}

/// Only what differs from the standard is kept.
async fn remember(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    uuid: Uuid,
    source: &Source,
    recorded: bool,
) -> Result<Value, ApiError> {
    let key = format!("{REMEMBERED}{}", source.name);
    let before = localdb::get(&toolstack.store.snapshot(), uuid, &key).map(|value| value == "true");
    if before.unwrap_or(source.standard) == recorded {
        return Ok(Value::VOID);
    }
    let standard = source.standard == recorded;
    toolstack
        .change(call, arguments.message.full_name, |change| {
            if standard {
                localdb::clear(change.tx, uuid, &key);
            } else {
                let fresh = (change.new_uuid(), change.new_uuid());
                localdb::put(change.tx, fresh, uuid, &key, if recorded { "true" } else { "false" });
            }
            Ok(Value::VOID)
        })
        .await
}

async fn measure(toolstack: &Arc<Toolstack>, arguments: &Arguments) -> Result<Subject, ApiError> {
    let pool = toolstack.store.snapshot();
    let id = arguments.this()?;
    match arguments.message.class {
        ClassId::Vm => of_machine(toolstack, &pool, Ref::new(id)).await,
        ClassId::Host => of_host(toolstack, &pool, Ref::new(id)).await,
        _ => of_storage(&pool, id),
    }
}

/// A machine that runs nowhere measures nothing.
async fn of_machine(toolstack: &Toolstack, pool: &Snapshot, id: Ref<Vm>) -> Result<Subject, ApiError> {
    let vm = pool.find(id)?;
    let machine = toolstack.machines.get(&vm.resident_on);
    let sources = match machine {
        Some(machine) => {
            let measured = machine.measure().await;
            measured.domains.get(&vm.uuid).map(|domain| sources::of_machine(vm, domain)).unwrap_or_default()
        }
        None => Vec::new(),
    };
    Ok(Subject { uuid: vm.uuid, sources })
}

async fn of_host(toolstack: &Toolstack, pool: &Snapshot, id: Ref<Host>) -> Result<Subject, ApiError> {
    let host = pool.find(id)?;
    let live = pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    let Some(machine) = toolstack.machines.get(&id).filter(|_| live) else {
        return Err(ApiError::host_offline(id));
    };
    let measured = machine.measure().await;
    Ok(Subject { uuid: host.uuid, sources: sources::of_host(pool, id, host, &measured) })
}

fn of_storage(pool: &Snapshot, id: RefId) -> Result<Subject, ApiError> {
    let sr: &Sr = pool.find(Ref::new(id))?;
    Ok(Subject { uuid: sr.uuid, sources: sources::of_storage(sr) })
}
