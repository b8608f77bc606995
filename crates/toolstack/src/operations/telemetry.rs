//! Telemetry's rows (nothing is ever sent), and whether all hosts ask the same directory.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler};
use crate::messages;
use model::{ApiError, Cls, Host, Pool, Ref, Secret, TelemetryFrequency, Text, TextMap, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.set_telemetry_next_collection", Handler::Change(set_next_collection)),
    ("pool.reset_telemetry_uuid", Handler::Change(reset_uuid)),
    ("pool.detect_nonhomogeneous_external_auth", Handler::Change(compare_directories)),
];

const DAY: i64 = 86_400;

/// Not later than the next collection would be by itself.
fn set_next_collection(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pool> = arguments.reference("self")?;
    let value = arguments.date("value")?;
    let days = match change.tx.find(id)?.telemetry_frequency {
        TelemetryFrequency::Daily => 1,
        TelemetryFrequency::Weekly => 7,
        TelemetryFrequency::Monthly => 31,
    };
    if value.seconds() > change.now.seconds() + days * DAY {
        return Err(ApiError::telemetry_next_collection_too_late(value));
    }
    change.tx.update(id, |pool| pool.telemetry_next_collection = value);
    Ok(Value::VOID)
}

fn reset_uuid(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pool> = arguments.reference("self")?;
    let old = change.tx.find(id)?.telemetry_uuid;
    let secret: Ref<Secret> = change.new_ref();
    let value = Text::new(change.new_uuid().to_string());
    change.tx.insert(secret, Secret { uuid: change.new_uuid(), value, other_config: TextMap::EMPTY });
    change.tx.update(id, |pool| pool.telemetry_uuid = secret);
    change.tx.delete(old);
    Ok(Value::VOID)
}

/// A host that asks another directory than the coordinator is reported as an alert about it.
fn compare_directories(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    const ALERT: &str = "AUTH_EXTERNAL_POOL_NON_HOMOGENEOUS";
    let master = change.tx.find(arguments.reference::<Pool>("pool")?)?.master;
    let directory = |host: &Host| (host.external_auth_type.clone(), host.external_auth_service_name.clone());
    let Some(wanted) = change.tx.get(master).map(directory) else { return Ok(Value::VOID) };
    let others: Vec<_> = change
        .tx
        .all::<Host>()
        .filter(|(_, host)| directory(host) != wanted)
        .map(|(_, host)| (host.uuid.to_string(), directory(host)))
        .collect();
    for (uuid, (kind, name)) in others {
        let body = format!(
            "host_external_auth_type={kind}, host_external_auth_service_name={name}, \
             master_external_auth_type={}, master_external_auth_service_name={}",
            wanted.0, wanted.1
        );
        let priority = messages::priority(ALERT);
        messages::send(change.tx, change.chance, change.now, ALERT, priority, Cls::Host, &uuid, &body);
    }
    Ok(Value::VOID)
}
