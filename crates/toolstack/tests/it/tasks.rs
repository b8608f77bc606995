//! Tasks of calls and tasks of clients.

use crate::world::*;
use model::schema::Rank;
use model::{Ref, Task, TaskStatusType, Value};

async fn finished(world: &World, task: &Value) -> Task {
    for _ in 0..100 {
        let row = world.toolstack.store.snapshot().get(Ref::<Task>::new(id_of(task))).cloned().unwrap();
        if row.status != TaskStatusType::Pending {
            return row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the task does not end")
}

#[tokio::test(start_paused = true)]
async fn an_async_call_tells_its_result_by_its_task() {
    let world = world().await;
    let create = Value::Struct(vec![("value".into(), "x".into())]);
    let task = world.ok("Async.secret.create", [create]).await;
    let row = finished(&world, &task).await;
    assert_eq!(row.status, TaskStatusType::Success);
    assert_eq!(row.name_label, "Async.secret.create");
    assert!(row.result.starts_with("<value>OpaqueRef:"), "{}", row.result);
    assert_eq!((row.progress, row.allowed_operations.is_empty()), (1.0, true));
    let void = world.ok("Async.session.get_all_subject_identifiers", []).await;
    assert_eq!(finished(&world, &void).await.result, "<value><array><data></data></array></value>");
}

#[tokio::test(start_paused = true)]
async fn an_async_call_tells_its_failure_by_its_task() {
    let world = world().await;
    let task = world.ok("Async.secret.destroy", [Value::from("nonsense")]).await;
    let row = finished(&world, &task).await;
    assert_eq!(row.status, TaskStatusType::Failure);
    assert_eq!(row.error_info.to_vec(), ["HANDLE_INVALID", "secret", "nonsense"]);
    let reader = world.session_of("ann", Rank::ReadOnly).await;
    let denied = world.with(&reader, "Async.secret.destroy", [Value::from("x")]).await;
    assert!(text(denied).starts_with("RBAC_PERMISSION_DENIED[secret.destroy"));
}

#[tokio::test(start_paused = true)]
async fn what_has_no_async_form_says_so() {
    let world = world().await;
    assert!(world.fails("Async.VM.get_all", []).await.starts_with("Fault["));
}

#[tokio::test(start_paused = true)]
async fn clients_keep_tasks_of_their_own() {
    let world = world().await;
    let operator = world.session_of("bob", Rank::VmOperator).await;
    let task = world.with(&operator, "task.create", ["backup".into(), "nightly".into()]).await.unwrap();
    let on = async |method: &str, value: Value| world.with(&operator, method, [task.clone(), value]).await;
    on("task.set_progress", Value::Float(0.5)).await.unwrap();
    on("task.set_result", "done".into()).await.unwrap();
    on("task.set_status", "success".into()).await.unwrap();
    let record = world.ok("task.get_record", [task.clone()]).await;
    assert_eq!(record.member("status"), Some(&"success".into()));
    assert_eq!(record.member("name_description"), Some(&"nightly".into()));
    let other = world.session_of("eve", Rank::VmOperator).await;
    let denied = world.with(&other, "task.destroy", [task.clone()]).await;
    assert!(text(denied).starts_with("RBAC_PERMISSION_DENIED[task.destroy/any"));
    let strong = world.session_of("kim", Rank::PoolOperator).await;
    assert_eq!(world.with(&strong, "task.destroy", [task.clone()]).await, Ok(Value::VOID));
    assert!(world.fails("task.get_record", [task]).await.starts_with("HANDLE_INVALID[task"));
}

#[tokio::test(start_paused = true)]
async fn cancelling_what_has_ended_succeeds_without_effect() {
    let world = world().await;
    let task = world.ok("task.create", ["a".into(), "".into()]).await;
    world.ok("task.set_status", [task.clone(), "success".into()]).await;
    assert_eq!(world.ok("task.cancel", [task.clone()]).await, Value::VOID);
    assert_eq!(world.ok("task.get_status", [task]).await, "success".into());
}
