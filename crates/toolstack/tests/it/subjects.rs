//! Subjects and roles.

use crate::world::*;
use model::schema::Rank;
use model::{Ref, Role, Value};

fn role(world: &World, name: &str) -> Value {
    let pool = world.toolstack.store.snapshot();
    let found =
        pool.all::<Role>().find(|(_, role)| role.name_label == name).map(|(id, _)| Value::Ref(id.id()));
    found.unwrap()
}

#[tokio::test(start_paused = true)]
async fn subjects_get_and_lose_roles() {
    let world = world().await;
    let args = Value::Struct(vec![("subject_identifier".into(), "S-1".into())]);
    let subject = world.ok("subject.create", [args.clone()]).await;
    assert_eq!(world.fails("subject.create", [args]).await, "SUBJECT_ALREADY_EXISTS[]");
    assert_eq!(world.ok("subject.get_roles", [subject.clone()]).await, Value::Array(vec![]));
    let operator = role(&world, "vm-operator");
    world.ok("subject.add_to_roles", [subject.clone(), operator.clone()]).await;
    assert_eq!(
        world.fails("subject.add_to_roles", [subject.clone(), operator.clone()]).await,
        "ROLE_ALREADY_EXISTS[]"
    );
    let Value::Array(names) = world.ok("subject.get_permissions_name_label", [subject.clone()]).await else {
        panic!()
    };
    assert!(names.contains(&"vm.start".into()) && !names.contains(&"vm.destroy".into()));
    world.ok("subject.remove_from_roles", [subject.clone(), operator.clone()]).await;
    assert_eq!(
        world.fails("subject.remove_from_roles", [subject.clone(), operator]).await,
        "ROLE_NOT_FOUND[]"
    );
    world.ok("subject.destroy", [subject.clone()]).await;
    assert!(world.fails("subject.get_uuid", [subject]).await.starts_with("HANDLE_INVALID[subject"));
}

#[tokio::test(start_paused = true)]
async fn external_users_can_be_logged_out() {
    let world = world().await;
    let ann = world.session_of("ann", Rank::ReadOnly).await;
    let bob = world.session_of("bob", Rank::ReadOnly).await;
    assert_eq!(world.ok("session.get_all_subject_identifiers", []).await, strings(&["S-ann", "S-bob"]));
    world.ok("session.logout_subject_identifier", ["S-ann".into()]).await;
    assert!(world.with(&ann, "VM.get_all", []).await.is_err());
    assert!(world.with(&bob, "VM.get_all", []).await.is_ok());
    assert_eq!(world.fails("auth.get_subject_identifier", ["x".into()]).await, "AUTH_IS_DISABLED[]");
}

#[tokio::test(start_paused = true)]
async fn roles_tell_what_they_permit() {
    let world = world().await;
    let Value::Array(holders) = world.ok("role.get_by_permission_name_label", ["vm.destroy".into()]).await
    else {
        panic!()
    };
    assert!(holders.contains(&role(&world, "vm-admin")) && !holders.contains(&role(&world, "vm-operator")));
    let Value::Array(names) = world.ok("role.get_permissions_name_label", [role(&world, "read-only")]).await
    else {
        panic!()
    };
    assert!(names.contains(&"vm.get_record".into()));
}

#[tokio::test(start_paused = true)]
async fn messages_are_chosen_and_destroyed() {
    let world = world().await;
    let uuid = model::Uuid(0x1000).to_string();
    let mut made = Vec::new();
    for (name, priority) in [("a", 1), ("b", 3), ("c", 3), ("d", 5)] {
        made.push(
            world
                .ok(
                    "message.create",
                    [name.into(), priority.into(), "vm".into(), uuid.as_str().into(), "x".into()],
                )
                .await,
        );
        world.sleep(10).await;
    }
    let count = async |method: &str, params: Vec<Value>| match world.ok(method, params).await {
        Value::Struct(members) => members.len(),
        other => panic!("{other:?}"),
    };
    let since = Value::DateTime(model::Date::from_seconds(START + 10));
    assert_eq!(count("message.get_since", vec![since.clone()]).await, 2);
    assert_eq!(count("message.get", vec!["VM".into(), uuid.as_str().into(), since.clone()]).await, 2);
    assert_eq!(count("message.get", vec!["Host".into(), uuid.as_str().into(), since]).await, 0);
    assert_eq!(count("message.get_all_records_where", vec![r#"field "priority" = "3""#.into()]).await, 2);
    world.ok("message.destroy_all", [Value::Struct(vec![("priority".into(), "3".into())])]).await;
    assert_eq!(count("message.get_all_records", vec![]).await, 2);
    assert_eq!(
        world.fails("message.destroy_all", [Value::Struct(vec![("x".into(), "3".into())])]).await,
        "INVALID_VALUE[x, 3]"
    );
    world.ok("message.destroy_many", [Value::Array(vec![made[0].clone(), made[3].clone()])]).await;
    assert_eq!(world.ok("message.get_all", []).await, Value::Array(vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_runs_is_destroyed_when_it_ends() {
    let world = world().await;
    let call = toolstack::Call::own("test");
    let task = world.toolstack.new_task(&call, "VM.start", "Async.VM.start").await.unwrap();
    world.ok("task.destroy", [Value::Ref(task.id())]).await;
    assert_eq!(world.ok("task.get_status", [Value::Ref(task.id())]).await, "pending".into());
    let driving = toolstack::Call { task, ..call };
    world.toolstack.complete(&driving, "VM.start", Ok(Value::VOID)).await;
    assert!(world.toolstack.store.snapshot().get(Ref::<model::Task>::new(task.id())).is_none());
}

#[test]
fn every_handler_answers_a_message_that_exists() {
    let mut seen = std::collections::BTreeSet::new();
    for name in toolstack::operations::implemented() {
        assert!(toolstack::door::names::find(name).is_some(), "{name}");
        assert!(seen.insert(name), "{name} twice");
    }
}
