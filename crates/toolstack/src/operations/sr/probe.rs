//! `SR.probe` and `SR.probe_ext`: what is there that settings lead to. Nothing is changed by looking.

use crate::arguments::Arguments;
use crate::faults;
use crate::handler::{Answering, Call, Find};
use crate::operations::storage;
use crate::toolstack::Toolstack;
use machine::{Fact, Fault, FoundStorage, Step, StorageFact, StorageStep};
use model::driver::Driver;
use model::{ApiError, Host, Ref, RefId, Text, TextMap, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Snapshot;

pub fn probe(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        match ask(&toolstack, &arguments).await? {
            Ok((answer, _)) => Ok(Value::string(answer)),
            Err((error, _)) => Err(error),
        }
    })
}

/// The same as data: where the driver misses a setting, the answer is what it could be.
pub fn probe_ext(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        match ask(&toolstack, &arguments).await? {
            Ok((_, found)) => Ok(Value::Array(found.into_iter().map(record).collect())),
            Err((_, found)) if !found.is_empty() => Ok(Value::Array(found.into_iter().map(record).collect())),
            Err((error, _)) => Err(error),
        }
    })
}

type Found = Vec<FoundStorage>;

/// What the driver answers, or what it says is wrong and what could be chosen.
async fn ask(
    toolstack: &Arc<Toolstack>,
    arguments: &Arguments,
) -> Result<Result<(String, Found), (ApiError, Found)>, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let pool = toolstack.store.snapshot();
    pool.find(host)?;
    let driver = storage::registered(&pool, &arguments.text("type")?)?;
    if !Driver::find(&driver).is_some_and(|driver| driver.can("SR_PROBE")) {
        return Err(ApiError::sr_operation_not_supported(RefId::NULL));
    }
    look(toolstack, &pool, host, &driver, &arguments.map("device_config")?).await
}

/// The storage that settings lead to.
pub async fn found(
    toolstack: &Arc<Toolstack>,
    pool: &Snapshot,
    host: Ref<Host>,
    driver: &str,
    config: &TextMap,
) -> Result<Found, ApiError> {
    match look(toolstack, pool, host, driver, config).await? {
        Ok((_, found)) => Ok(found),
        Err((error, _)) => Err(error),
    }
}

async fn look(
    toolstack: &Arc<Toolstack>,
    pool: &Snapshot,
    host: Ref<Host>,
    driver: &str,
    config: &TextMap,
) -> Result<Result<(String, Found), (ApiError, Found)>, ApiError> {
    let machine = toolstack.machines.get(&host).ok_or_else(|| ApiError::host_offline(host))?;
    let config: BTreeMap<String, String> =
        config.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let step = Step::Storage(StorageStep::Probe { driver: driver.to_string(), config });
    match machine.perform(&step).await {
        Ok(facts) => {
            let answer = facts.into_iter().find_map(|fact| match fact {
                Fact::Storage(StorageFact::Probed { answer, found }) => Some((answer, found)),
                _ => None,
            });
            Ok(Ok(answer.unwrap_or_default()))
        }
        Err(Fault::Storage(fault)) => Ok(Err((faults::storage_error(RefId::NULL, &fault), fault.found))),
        Err(fault) => Err(faults::error_of(pool, host, &step, &fault)),
    }
}

fn record(found: FoundStorage) -> Value {
    let texts = |map: BTreeMap<String, String>| {
        Value::Struct(map.into_iter().map(|(key, value)| (Text::new(key), Value::string(value))).collect())
    };
    let member = |name: &'static str, value: Value| (Text::new_static(name), value);
    let mut members = vec![
        member("configuration", texts(found.config)),
        member("complete", Value::Bool(found.complete)),
        member("extra_info", Value::Struct(Vec::new())),
    ];
    if let Some(sr) = found.sr {
        let state = vec![
            member("uuid", Value::string(sr.to_string())),
            member("name_label", Value::string(found.names.label)),
            member("name_description", Value::string(found.names.description)),
            member("free_space", Value::Int(found.free_bytes)),
            member("total_space", Value::Int(found.size_bytes)),
            member("clustered", Value::Bool(false)),
            member("health", Value::string("healthy")),
        ];
        members.insert(2, member("sr", Value::Struct(state)));
    }
    Value::Struct(members)
}
