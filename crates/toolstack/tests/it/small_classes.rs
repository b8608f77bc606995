//! Classes that are little more than their rows: blobs, secrets, observers, diagnostics, licences, telemetry.

use crate::world::*;
use model::schema::Rank;
use model::{Date, Value};

fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    match value.member(name) {
        Some(Value::String(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_blob_belongs_to_its_object_by_a_name() {
    let world = world().await;
    let new = || [reference(WEB), "icon".into(), "".into(), Value::Bool(true)];
    let blob = world.ok("VM.create_new_blob", new()).await;
    assert_eq!(world.ok("blob.get_mime_type", [blob.clone()]).await, "application/octet-stream".into());
    let again = world.fails("VM.create_new_blob", new()).await;
    assert_eq!(again, "MAP_DUPLICATE_KEY[VM, blobs, 00000000-0000-0000-0000-000000001000, icon]");
    let blobs = world.ok("VM.get_blobs", [reference(WEB)]).await;
    assert_eq!(blobs.member("icon"), Some(&blob));
    world.ok("blob.destroy", [blob]).await;
    assert_eq!(world.ok("VM.get_blobs", [reference(WEB)]).await, Value::Struct(vec![]));
    let other = world.ok("blob.create", ["text/plain".into()]).await;
    assert_eq!(world.ok("blob.get_public", [other]).await, Value::Bool(false));
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_introduced_once_under_its_uuid() {
    let world = world().await;
    let uuid = "7a9b2c3d-0000-4000-8000-000000000001";
    let secret = world.ok("secret.introduce", [uuid.into(), "hush".into()]).await;
    assert_eq!(world.ok("secret.get_by_uuid", [uuid.into()]).await, secret);
    let again = world.fails("secret.introduce", [uuid.into(), "hush".into()]).await;
    assert_eq!(again, format!("DB_UNIQUENESS_CONSTRAINT_VIOLATION[secret, uuid, {uuid}]"));
    assert_eq!(world.fails("secret.introduce", ["x".into(), "".into()]).await, "UUID_INVALID[secret, x]");
}

#[tokio::test(start_paused = true)]
async fn observers_take_what_can_be_observed() {
    let world = world().await;
    let args = vec![("endpoints".into(), strings(&["bugtool", "https://collector/api"]))];
    let observer = world.ok("Observer.create", [Value::Struct(args)]).await;
    let set = |name: &str, value: Value| {
        let (name, observer) = (format!("Observer.set_{name}"), observer.clone());
        async { world.fails(name.leak(), [observer, value]).await }
    };
    assert_eq!(set("components", strings(&["xapi"])).await, "OK");
    assert_eq!(set("components", strings(&["nobody"])).await, "INVALID_VALUE[component, nobody]");
    assert_eq!(set("endpoints", strings(&["ftp://x"])).await, "INVALID_VALUE[endpoint, ftp://x]");
    assert_eq!(set("hosts", Value::Array(vec![reference(HOST)])).await, "OK");
    let wrong = Value::Struct(vec![("9".into(), "x".into())]);
    assert_eq!(set("attributes", wrong).await, "INVALID_VALUE[attributes, 9]");
}

#[tokio::test(start_paused = true)]
async fn the_toolstack_tells_its_numbers() {
    let world = world().await;
    let stats = world.ok("Diagnostics.db_stats", []).await;
    assert_eq!(member(&stats, "generation"), world.toolstack.store.snapshot().generation().to_string());
    let stats = world.ok("Diagnostics.gc_stats", [reference(HOST)]).await;
    assert!(member(&stats, "rows").parse::<u64>().unwrap() > 10);
    let nothing = Value::Struct(vec![]);
    let Value::Array(rows) = world.ok("Diagnostics.network_stats", [reference(HOST), nothing]).await else {
        panic!()
    };
    assert_eq!(rows.len(), 2, "one caller, and the total");
}

#[tokio::test(start_paused = true)]
async fn there_is_one_edition_and_it_is_free() {
    let world = world().await;
    let editions = ["xcp-ng".into()].into_iter().collect();
    world.edit(|tx| _ = tx.update(HOST, |host| host.editions = editions)).await;
    world.ok("pool.apply_edition", [reference(POOL), "xcp-ng".into()]).await;
    let state = world.ok("pool.get_license_state", [reference(POOL)]).await;
    assert_eq!((member(&state, "edition"), member(&state, "expiry")), ("xcp-ng", "never"));
    let other = world.fails("pool.apply_edition", [reference(POOL), "platinum".into()]).await;
    assert_eq!(other, "INVALID_EDITION[platinum]");
    let add = world.fails("host.license_add", [reference(HOST), "key".into()]).await;
    assert_eq!(add, "LICENSE_FILE_DEPRECATED[]");
}

#[tokio::test(start_paused = true)]
async fn telemetry_is_collected_in_time_and_under_a_new_name() {
    let world = world().await;
    let at = |days: i64| Value::DateTime(Date::from_seconds(START + days * 86_400));
    world.ok("pool.set_telemetry_next_collection", [reference(POOL), at(6)]).await;
    let late = world.fails("pool.set_telemetry_next_collection", [reference(POOL), at(8)]).await;
    assert_eq!(late, "TELEMETRY_NEXT_COLLECTION_TOO_LATE[20260109T00:00:00Z]");
    world.ok("pool.reset_telemetry_uuid", [reference(POOL)]).await;
    let first = world.ok("pool.get_telemetry_uuid", [reference(POOL)]).await;
    world.ok("pool.reset_telemetry_uuid", [reference(POOL)]).await;
    assert_ne!(world.ok("pool.get_telemetry_uuid", [reference(POOL)]).await, first);
    assert_eq!(world.toolstack.store.snapshot().table(model::ClassId::Secret).len(), 1);
    let reader = world.session_of("ann", Rank::PoolOperator).await;
    assert!(world.with(&reader, "pool.reset_telemetry_uuid", [reference(POOL)]).await.is_err());
}
