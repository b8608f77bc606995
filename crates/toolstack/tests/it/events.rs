//! Events: what watchers hear, in what order, and when.

use crate::world::*;
use model::{ApiError, Ref, Session, Value, Vm};
use std::time::Duration;
use tokio::time::Instant;

async fn from(world: &World, classes: &[&str], token: &str, timeout: f64) -> Result<Value, ApiError> {
    world.call("event.from", [strings(classes), token.into(), Value::Float(timeout)]).await
}

/// Operation, class, and the name that the snapshot has.
fn events(answer: &Value) -> Vec<String> {
    let Some(Value::Array(events)) = answer.member("events") else { panic!("{answer:?}") };
    let one = |event: &Value| {
        let text = |name: &str| event.member(name).and_then(Value::as_text).unwrap_or_default();
        let name = event.member("snapshot").and_then(|row| row.member("name_label").or(row.member("name")));
        format!(
            "{} {} {}",
            text("operation"),
            text("class"),
            name.and_then(Value::as_text).unwrap_or_default()
        )
    };
    events.iter().map(one).collect()
}

fn token(answer: &Value) -> String {
    answer.member("token").and_then(Value::as_text).unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_has_everything_and_the_next_what_changed() {
    let world = world().await;
    let first = from(&world, &["VM", "pool"], "", 30.0).await.unwrap();
    assert_eq!(events(&first), ["add pool ", "add vm web", "add vm db"]);
    assert_eq!(first.member("valid_ref_counts").unwrap().member("vm"), Some(&2.into()));
    assert_eq!(first.member("valid_ref_counts").unwrap().member("session"), Some(&1.into()));
    let third = Ref::<Vm>::from_bits(0x22);
    world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    world.ok("VM.set_name_description", [reference(WEB), "y".into()]).await;
    world
        .edit(|tx| {
            tx.insert(third, Vm { name_label: "new".into(), ..Vm::default() });
            tx.delete(DB);
        })
        .await;
    let next = from(&world, &["*"], &token(&first), 30.0).await.unwrap();
    assert_eq!(events(&next), ["add vm new", "mod vm web", "del vm "]);
    world.edit(|tx| _ = tx.delete(third)).await;
    let made_and_gone = Ref::<Vm>::from_bits(0x23);
    world.edit(|tx| tx.insert(made_and_gone, Vm::default())).await;
    world.edit(|tx| _ = tx.delete(made_and_gone)).await;
    assert_eq!(events(&from(&world, &["vm"], &token(&next), 30.0).await.unwrap()), ["del vm "]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_events_comes_with_the_timeout() {
    let world = world().await;
    let first = from(&world, &["VM"], "", 30.0).await.unwrap();
    let start = Instant::now();
    let empty = from(&world, &["VM"], &token(&first), 7.5).await.unwrap();
    assert!(events(&empty).is_empty());
    assert_eq!(start.elapsed(), Duration::from_millis(7500));
    assert!(token(&empty) >= token(&first));
    let start = Instant::now();
    from(&world, &["VM"], &token(&first), -3.0).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_change_wakes_those_who_wait_for_it() {
    let world = world().await;
    let first = from(&world, &["VM"], "", 30.0).await.unwrap();
    let web = format!("vm/{WEB}");
    let (wanted, known) = ([web.as_str()], token(&first));
    let waiting = from(&world, &wanted, &known, 1000.0);
    let changes = async {
        world.sleep(3).await;
        world.ok("VM.set_name_description", [reference(DB), "not you".into()]).await;
        world.sleep(3).await;
        world.ok("VM.set_name_description", [reference(WEB), "you".into()]).await;
    };
    let start = Instant::now();
    let (answer, ()) = tokio::join!(waiting, changes);
    assert_eq!(events(&answer.unwrap()), ["mod vm web"]);
    assert_eq!(start.elapsed().as_secs(), 6);
}

#[tokio::test(start_paused = true)]
async fn answers_to_a_busy_client_are_gathered() {
    let world = world().await;
    let mut answer = from(&world, &["VM"], "", 30.0).await.unwrap();
    let start = Instant::now();
    for number in 0..10 {
        world.ok("VM.set_name_description", [reference(WEB), Value::from(format!("{number}"))]).await;
        answer = from(&world, &["VM"], &token(&answer), 30.0).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_the_session() {
    let world = world().await;
    let first = from(&world, &["VM"], "", 30.0).await.unwrap();
    let end = async {
        world.sleep(1).await;
        let session: Ref<Session> = Ref::new(id_of(&world.session));
        world.edit(|tx| _ = tx.delete(session)).await;
    };
    let known = token(&first);
    let (answer, ()) = tokio::join!(from(&world, &["VM"], &known, 1000.0), end);
    assert!(text(answer).starts_with("SESSION_INVALID["));
}

#[tokio::test(start_paused = true)]
async fn a_bad_token_is_refused() {
    let world = world().await;
    assert_eq!(text(from(&world, &["*"], "x", 1.0).await), "EVENT_FROM_TOKEN_PARSE_FAILURE[x]");
}

#[tokio::test(start_paused = true)]
async fn messages_come_first_and_once() {
    let world = world().await;
    let first = from(&world, &["*"], "", 30.0).await.unwrap();
    world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    let uuid = model::Uuid(0x1000).to_string();
    let about = ["ALARM".into(), 3.into(), "VM".into(), Value::from(uuid), "body".into()];
    world.ok("message.create", about).await;
    let next = from(&world, &["vm", "message"], &token(&first), 30.0).await.unwrap();
    assert_eq!(events(&next), ["add message ALARM", "mod vm web"]);
    let Some(Value::Array(all)) = next.member("events") else { panic!() };
    assert_eq!(all[0].member("id"), Some(&"0".into()));
    assert_eq!(all[0].member("timestamp"), Some(&"0.0".into()));
    assert!(events(&from(&world, &["vm", "message"], &token(&next), 1.0).await.unwrap()).is_empty());
    let bad = ["ALARM".into(), 3.into(), "VM".into(), "nobody".into(), "body".into()];
    assert_eq!(world.fails("message.create", bad).await, "UUID_INVALID[VM, nobody]");
}

#[tokio::test(start_paused = true)]
async fn an_injected_event_is_heard_with_its_token() {
    let world = world().await;
    let injected = world.ok("event.inject", ["VM".into(), reference(WEB)]).await.as_text().unwrap();
    assert!(injected.ends_with(",00000000000000000000"));
    let answer = from(&world, &["vm"], &injected, 30.0).await.unwrap();
    assert_eq!(events(&answer), ["mod vm web"]);
    assert_eq!(
        world.fails("event.inject", ["VM".into(), reference(HOST)]).await,
        format!("HANDLE_INVALID[VM, {HOST}]")
    );
}

#[tokio::test(start_paused = true)]
async fn the_old_calls_wait_for_what_was_registered() {
    let world = world().await;
    assert!(world.fails("event.next", []).await.starts_with("SESSION_NOT_REGISTERED["));
    world.ok("event.register", [strings(&["vm"])]).await;
    let change = async {
        world.sleep(2).await;
        world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    };
    let (answer, ()) = tokio::join!(world.call("event.next", []), change);
    let Ok(Value::Array(events)) = answer else { panic!("{answer:?}") };
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].member("timestamp"), Some(&Value::from(format!("{}.0", START + 2))));
    world.ok("event.unregister", [strings(&["vm"])]).await;
    assert!(world.fails("event.next", []).await.starts_with("SESSION_NOT_REGISTERED["));
}

#[tokio::test(start_paused = true)]
async fn more_than_the_queue_holds_is_lost() {
    let settings = toolstack::Settings { event_queue_bytes: 1000, ..Default::default() };
    let world = world_with(settings).await;
    world.ok("event.register", [strings(&["*"])]).await;
    world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    assert_eq!(world.fails("event.next", []).await, "EVENTS_LOST[]");
}
