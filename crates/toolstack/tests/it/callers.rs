//! Who calls how often is counted, shown and limited.

use crate::world::*;
use model::{Caller, Text, Value};
use toolstack::keepers::{Seen, pass};

fn member(name: &str, value: Value) -> (model::Text, Value) {
    (name.into(), value)
}

async fn caller(world: &World) -> Value {
    let args = vec![member("user_agent", "test".into()), member("client_ip", "10.0.0.9".into())];
    world.ok("Caller.create", [Value::Struct(args)]).await
}

async fn limit(world: &World, burst: f64, rate: f64) -> Result<Value, model::ApiError> {
    let args = vec![member("burst_size", Value::Float(burst)), member("fill_rate", Value::Float(rate))];
    world.call("Rate_limit.create", [Value::Struct(args)]).await
}

#[tokio::test(start_paused = true)]
async fn callers_get_a_row_when_they_are_met() {
    let world = world().await;
    assert_eq!(world.ok("Caller.get_all", []).await, Value::Array(vec![]));
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    let pool = world.toolstack.store.snapshot();
    let rows: Vec<&Caller> = pool.all::<Caller>().map(|(_, row)| row).collect();
    let [row] = rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.user_agent.as_str(), row.client_ip.as_str()), ("test", "10.0.0.9"));
    assert!(row.auto_registered && row.last_access.seconds() >= START);
}

#[tokio::test(start_paused = true)]
async fn calls_are_counted_by_caller_and_by_group() {
    let world = world().await;
    let caller = caller(&world).await;
    let Value::Int(before) = world.ok("Caller.query_call_count", [caller.clone()]).await else { panic!() };
    world.ok("VM.get_all", []).await;
    // This question counts, too.
    assert_eq!(world.ok("Caller.query_call_count", [caller.clone()]).await, Value::Int(before + 2));
    world.ok("Caller.add_group", [caller.clone(), "backup".into()]).await;
    let count = world.ok("Caller.query_group_call_count", ["backup".into()]).await;
    assert_eq!(count, Value::Int(before + 4));
    assert_eq!(world.ok("Caller.query_group_token_usage", ["others".into()]).await, Value::Float(0.0));
    world.ok("Caller.remove_group", [caller, "backup".into()]).await;
    assert_eq!(world.ok("Caller.query_group_call_count", ["backup".into()]).await, Value::Int(0));
    let Value::Array(all) = world.ok("Caller.query_all_usage", []).await else { panic!() };
    assert_eq!(all.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_makes_its_callers_wait_and_then_refuses_them() {
    let world = world().await;
    let caller = caller(&world).await;
    let limit = limit(&world, 5.0, 2.0).await.unwrap();
    world.ok("Rate_limit.add_caller", [limit.clone(), caller.clone()]).await;
    assert_eq!(world.ok("Rate_limit.get_callers", [limit.clone()]).await, Value::Array(vec![caller.clone()]));
    let begin = tokio::time::Instant::now();
    for _ in 0..14 {
        world.ok("VM.get_all", []).await;
    }
    // One of the five tokens went for the question above; ten calls waited half a second each.
    assert_eq!(begin.elapsed().as_secs(), 5);
    world.ok("Rate_limit.set_fill_rate", [limit.clone(), Value::Float(0.01)]).await;
    for _ in 0..5 {
        world.ok("VM.get_all", []).await;
    }
    assert_eq!(world.fails("VM.get_all", []).await, "TOO_BUSY[]");
    world.sleep(1000).await;
    world.ok("Rate_limit.remove_caller", [limit.clone(), caller.clone()]).await;
    assert!(
        world.fails("Rate_limit.remove_caller", [limit, caller]).await.starts_with("INVALID_VALUE[caller")
    );
}

#[tokio::test(start_paused = true)]
async fn limits_and_callers_that_make_no_sense_are_refused() {
    let world = world().await;
    for (burst, rate) in [(0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
        assert!(limit(&world, burst, rate).await.is_err(), "{burst} {rate}");
    }
    caller(&world).await;
    let again = vec![member("user_agent", "test".into()), member("client_ip", "10.0.0.9".into())];
    let outcome = world.fails("Caller.create", [Value::Struct(again)]).await;
    assert!(outcome.starts_with("DB_UNIQUENESS_CONSTRAINT_VIOLATION[Caller"), "{outcome}");
    assert_eq!(world.fails("Caller.create", [Value::Struct(vec![])]).await, "INVALID_VALUE[user_agent, ]");
}

#[tokio::test(start_paused = true)]
async fn programs_are_known_with_their_versions() {
    let world = world().await;
    let say = async |client: &str| {
        let params = vec![world.session.clone(), reference(WEB)];
        let incoming =
            toolstack::Incoming { client: Text::new(client), ..world.incoming("VM.get_name_label", params) };
        world.toolstack.call(incoming).await.unwrap();
    };
    for client in ["console/1.0 (x)", "console/1.1", "backup"] {
        say(client).await;
        world.sleep(1).await;
    }
    let agents = world.ok("host.get_tracked_user_agents", [reference(HOST)]).await;
    let pair = |name: &str, version: &str| (Text::new(name), Value::from(version));
    assert_eq!(agents, Value::Struct(vec![pair("backup", ""), pair("console", "1.1"), pair("test", "")]));
}
