//! What keepers tidy up: sessions, tasks, messages.

use crate::world::*;
use model::{Certificate, CertificateType, Message, Ref, Session, Task, TaskStatusType, Value};
use std::time::Duration;
use toolstack::Settings;
use toolstack::keepers::{Seen, certificates, failed_logins, pass};
use toolstack::settings::SessionLimits;

fn count<T: model::Class>(world: &World) -> usize {
    world.toolstack.store.snapshot().table(T::ID).len()
}

#[tokio::test(start_paused = true)]
async fn sessions_that_nobody_uses_end() {
    let world = world().await;
    let seen = &mut Seen::new();
    world.sleep(86_400).await;
    pass(&world.toolstack, seen).await.unwrap();
    assert_eq!(count::<Session>(&world), 1);
    let other =
        world.bare("session.login_with_password", vec!["root".into(), "secret".into()]).await.unwrap();
    world.sleep(1).await;
    pass(&world.toolstack, seen).await.unwrap();
    assert!(world.fails("VM.get_all", []).await.starts_with("SESSION_INVALID"));
    assert!(world.with(&other, "VM.get_all", []).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_session_with_a_task_that_runs_stays() {
    let world = world().await;
    let task = world.ok("task.create", ["long".into(), "".into()]).await;
    world.sleep(90_000).await;
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    assert_eq!(count::<Session>(&world), 1);
    world
        .edit(|tx| {
            _ = tx.update(Ref::<Task>::new(id_of(&task)), |task| task.status = TaskStatusType::Success)
        })
        .await;
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    assert_eq!(count::<Session>(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_sessions_of_an_originator_end_first() {
    let limits = SessionLimits { root_without_originator: 1, root_per_originator: 2, per_user: 1, pool: 1 };
    let world = world_with(Settings { session_limits: limits, ..Settings::default() }).await;
    let mut sessions = Vec::new();
    for _ in 0..3 {
        world.sleep(1).await;
        let params = vec!["root".into(), "secret".into(), "1".into(), "backup".into()];
        sessions.push(world.bare("session.login_with_password", params).await.unwrap());
    }
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    assert!(world.call("VM.get_all", []).await.is_ok(), "another group");
    assert!(world.with(&sessions[0], "VM.get_all", []).await.is_err());
    assert!(world.with(&sessions[1], "VM.get_all", []).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn tasks_go_by_age_and_number_but_not_while_they_run() {
    let world = world_with(Settings { task_limit: 3, ..Settings::default() }).await;
    let mut tasks = Vec::new();
    for number in 0..5 {
        let task = world.ok("task.create", [Value::from(format!("{number}")), "".into()]).await;
        if number < 4 {
            world.ok("task.set_status", [task.clone(), "success".into()]).await;
        }
        tasks.push(task);
        world.sleep(1).await;
    }
    let seen = &mut Seen::new();
    pass(&world.toolstack, seen).await.unwrap();
    assert_eq!(count::<Task>(&world), 3);
    assert!(world.call("task.get_record", [tasks[1].clone()]).await.is_err());
    world.sleep(4000).await;
    pass(&world.toolstack, seen).await.unwrap();
    assert_eq!(count::<Task>(&world), 1);
    tokio::time::sleep(Duration::from_secs(90_000)).await;
    world.edit(|tx| _ = tx.update(Ref::<Task>::new(id_of(&tasks[4])), |task| task.progress = 0.5)).await;
    pass(&world.toolstack, seen).await.unwrap();
    assert_eq!(count::<Task>(&world), 1, "it has moved since the last look");
    pass(&world.toolstack, seen).await.unwrap();
    assert_eq!(count::<Task>(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn old_messages_make_room() {
    let world = world_with(Settings { messages_limit: 2, ..Settings::default() }).await;
    let uuid = model::Uuid(0x1000).to_string();
    for name in ["a", "b", "c"] {
        world
            .ok("message.create", [name.into(), 3.into(), "VM".into(), Value::from(uuid.clone()), "".into()])
            .await;
        world.sleep(1).await;
    }
    pass(&world.toolstack, &mut Seen::new()).await.unwrap();
    let Value::Struct(left) = world.ok("message.get_all_records", []).await else { panic!() };
    let mut names: Vec<_> = left.iter().filter_map(|(_, row)| row.member("name")?.as_text()).collect();
    names.sort();
    assert_eq!(names, ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn logins_that_failed_are_told_together() {
    let world = world().await;
    for name in ["root", "root", "eve"] {
        let wrong = vec![name.into(), "wrong".into(), "1.0".into(), "console".into()];
        world.bare("session.login_with_password", wrong).await.unwrap_err();
    }
    failed_logins::pass(&world.toolstack).await.unwrap();
    failed_logins::pass(&world.toolstack).await.unwrap();
    let pool = world.toolstack.store.snapshot();
    let told: Vec<_> = pool.all::<Message>().map(|(_, row)| row).collect();
    assert_eq!((told.len(), told[0].name.as_str(), told[0].priority), (1, "FAILED_LOGIN_ATTEMPTS", 3));
    let start = "<body><total>3</total><known><username>root</username><useragent>test</useragent>\
                 <originator>console</originator><ip>10.0.0.9</ip><number>2</number>";
    assert!(told[0].body.starts_with(start), "{}", told[0].body);
}

#[tokio::test(start_paused = true)]
async fn certificates_that_end_soon_are_told_until_they_are_replaced() {
    let world = world().await;
    let id = Ref::<Certificate>::from_bits(0x60);
    let row = |days: i64| Certificate {
        uuid: model::Uuid(0x60),
        r#type: CertificateType::Ca,
        name: "corp".into(),
        not_after: model::Date::from_seconds(START + days * 86_400),
        ..Certificate::default()
    };
    world.edit(|tx| tx.insert(id, row(20))).await;
    let told = async || {
        certificates::pass(&world.toolstack).await.unwrap();
        let pool = world.toolstack.store.snapshot();
        pool.all::<Message>().map(|(_, row)| format!("{} {}", row.name, row.priority)).collect::<Vec<_>>()
    };
    assert_eq!(told().await, ["POOL_CA_CERTIFICATE_EXPIRING_30 3"]);
    let generation = world.toolstack.store.snapshot().generation();
    assert_eq!(told().await, ["POOL_CA_CERTIFICATE_EXPIRING_30 3"]);
    assert_eq!(world.toolstack.store.snapshot().generation(), generation, "nothing new");
    world.sleep(7 * 86_400).await;
    assert_eq!(told().await, ["POOL_CA_CERTIFICATE_EXPIRING_14 2"]);
    world.sleep(14 * 86_400).await;
    assert_eq!(told().await, ["POOL_CA_CERTIFICATE_EXPIRED 1"]);
    world.edit(|tx| _ = tx.update(id, |cert| *cert = row(4000))).await;
    assert_eq!(told().await, Vec::<String>::new());
}
