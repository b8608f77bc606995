//! People whom the pool knows by a directory only.

use crate::world::*;
use model::{Ref, Role, Session, Value};

const HOUR: u64 = 3600;

async fn people(state: &str) -> Value {
    let passwords = toolstack::passwords::Passwords::quick();
    let hash = passwords.hash("wonder", &machine::clock::Seeded::new(1)).await.unwrap();
    let text = format!("alice:{hash}:admins:Alice Liddell:{state}\nbob:{hash}:::");
    Value::Struct(vec![("people".into(), text.as_str().into()), ("pass".into(), "not kept".into())])
}

async fn enabled() -> World {
    let world = world().await;
    let config = people("").await;
    world.ok("pool.enable_external_auth", [pool(), config, "example.net".into(), "test".into()]).await;
    world
}

fn pool() -> Value {
    Value::Ref(POOL.id())
}

async fn subject(world: &World, sid: &str, role: Option<&str>) {
    let members = vec![("subject_identifier".into(), sid.into())];
    let subject = world.ok("subject.create", [Value::Struct(members)]).await;
    if let Some(role) = role {
        let Value::Array(found) = world.ok("role.get_by_name_label", [role.into()]).await else { panic!() };
        world.ok("subject.add_to_roles", [subject, found[0].clone()]).await;
    }
}

async fn login(world: &World, name: &str, password: &str) -> Result<Value, String> {
    let outcome = world.bare("session.login_with_password", vec![name.into(), password.into()]).await;
    outcome.map_err(|error| text(Err::<Value, _>(error)))
}

#[tokio::test(start_paused = true)]
async fn a_directory_is_tried_before_it_is_used() {
    let world = world().await;
    let enable = async |config: Value, service: &str, kind: &str| {
        let of_pool = [pool(), config.clone(), service.into(), kind.into()];
        let of_host = [Value::Ref(HOST.id()), config, service.into(), kind.into()];
        (
            world.fails("pool.enable_external_auth", of_pool).await,
            world.fails("host.enable_external_auth", of_host).await,
        )
    };
    let none = || Value::Struct(vec![]);
    assert_eq!(
        enable(none(), "example.net", "AD").await,
        ("AUTH_UNKNOWN_TYPE[AD]".into(), "AUTH_UNKNOWN_TYPE[AD]".into())
    );
    let nameless = enable(people("").await, "", "test").await;
    assert_eq!(nameless.1, "AUTH_ENABLE_FAILED[the service has no name]");
    assert_eq!(nameless.0, format!("POOL_AUTH_ENABLE_FAILED[{HOST}, the service has no name]"));
    let broken = Value::Struct(vec![("people".into(), "alice".into())]);
    assert!(enable(broken, "example.net", "test").await.1.starts_with("AUTH_ENABLE_FAILED[line 1: "));
    assert_eq!(world.fails("auth.get_subject_identifier", ["alice".into()]).await, "AUTH_IS_DISABLED[]");
    assert_eq!(
        world.fails("pool.external_auth_set_ldaps", [pool(), true.into()]).await,
        "AUTH_IS_DISABLED[]"
    );
}

#[tokio::test(start_paused = true)]
async fn it_answers_questions_and_is_enabled_once() {
    let world = enabled().await;
    let again = [pool(), people("").await, "example.net".into(), "test".into()];
    assert_eq!(
        world.fails("pool.enable_external_auth", again).await,
        format!("POOL_AUTH_ALREADY_ENABLED[{HOST}]")
    );
    let kept = world.ok("host.get_external_auth_configuration", [Value::Ref(HOST.id())]).await;
    assert!(kept.member("people").is_some() && kept.member("pass").is_none());
    assert_eq!(world.ok("auth.get_subject_identifier", ["alice".into()]).await, "user:alice".into());
    assert_eq!(
        world.fails("auth.get_subject_identifier", ["carol".into()]).await,
        "SUBJECT_CANNOT_BE_RESOLVED[]"
    );
    assert_eq!(
        world.ok("auth.get_group_membership", ["user:alice".into()]).await,
        strings(&["group:admins"])
    );
    let known = world.ok("auth.get_subject_information_from_identifier", ["user:alice".into()]).await;
    assert_eq!(known.member("subject-displayname"), Some(&"Alice Liddell".into()));
}

#[tokio::test(start_paused = true)]
async fn who_has_a_subject_with_a_role_comes_in() {
    let world = enabled().await;
    let refused = "SESSION_AUTHENTICATION_FAILED[alice, No subject of the pool stands for this user]";
    assert_eq!(login(&world, "alice", "wonder").await, Err(refused.into()));
    assert_eq!(
        login(&world, "alice", "wrong").await,
        Err("SESSION_AUTHENTICATION_FAILED[alice, Authentication failure]".into())
    );
    subject(&world, "user:bob", None).await;
    assert_eq!(
        login(&world, "bob", "wonder").await,
        Err("RBAC_PERMISSION_DENIED[session.login_with_password, The subject of bob has no role]".into())
    );
    subject(&world, "group:admins", Some("vm-operator")).await;
    let alice = login(&world, "EXAMPLE\\alice", "wonder").await.unwrap();
    let row = world.toolstack.store.snapshot().get(Ref::<Session>::new(id_of(&alice))).cloned().unwrap();
    assert_eq!((row.auth_user_sid.as_str(), row.is_local_superuser), ("user:alice", false));
    assert!(world.with(&alice, "VM.get_all", []).await.is_ok());
    let refused = world.with(&alice, "VM.destroy", [Value::Ref(WEB.id())]).await;
    assert!(text(refused).starts_with("RBAC_PERMISSION_DENIED[vm.destroy"));
    let refused = world.with(&alice, "session.change_password", ["wonder".into(), "x".into()]).await;
    assert!(text(refused).starts_with("RBAC_PERMISSION_DENIED[session.change_password"));
    assert!(login(&world, "root", "secret").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_is_locked_out_is_logged_out() {
    let world = enabled().await;
    let keeping = tokio::spawn(toolstack::keepers::run(world.toolstack.clone()));
    subject(&world, "user:alice", Some("read-only")).await;
    subject(&world, "user:bob", Some("read-only")).await;
    let alice = login(&world, "alice", "wonder").await.unwrap();
    let bob = login(&world, "bob", "wonder").await.unwrap();
    let locked = people("locked").await;
    world.ok("host.disable_external_auth", [Value::Ref(HOST.id())]).await;
    for session in [&alice, &bob] {
        assert!(text(world.with(session, "VM.get_all", []).await).starts_with("SESSION_INVALID"));
    }
    world
        .ok("pool.enable_external_auth", [pool(), people("").await, "example.net".into(), "test".into()])
        .await;
    let alice = login(&world, "alice", "wonder").await.unwrap();
    let bob = login(&world, "bob", "wonder").await.unwrap();
    world
        .edit(|tx| {
            let mut map = model::TextMap::EMPTY;
            map.insert("people", locked.member("people").and_then(Value::as_text).unwrap());
            tx.update(HOST, |host| host.external_auth_configuration = map);
        })
        .await;
    world.sleep(HOUR).await;
    assert!(text(world.with(&alice, "VM.get_all", []).await).starts_with("SESSION_INVALID"));
    assert!(world.with(&bob, "VM.get_all", []).await.is_ok());
    assert_eq!(
        login(&world, "alice", "wonder").await,
        Err("SESSION_AUTHORIZATION_FAILED[alice, the account is locked]".into())
    );
    let pool = world.toolstack.store.snapshot();
    let alice = pool.all::<model::Subject>().find(|(_, row)| row.subject_identifier == "user:alice").unwrap();
    assert_eq!(alice.1.other_config.get("subject-gecos").map(model::Text::as_str), Some("Alice Liddell"));
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn permissions_are_roles_that_nothing_is_made_of() {
    let world = world().await;
    let Value::Array(found) = world.ok("role.get_by_name_label", ["vm-operator".into()]).await else {
        panic!()
    };
    let Value::Array(permissions) = world.ok("role.get_permissions", [found[0].clone()]).await else {
        panic!()
    };
    let Value::Array(start) = world.ok("role.get_by_name_label", ["vm.start".into()]).await else { panic!() };
    assert!(permissions.contains(&start[0]));
    assert_eq!(world.ok("role.get_name_label", [start[0].clone()]).await, "vm.start".into());
    let record = world.ok("role.get_record", [start[0].clone()]).await;
    assert_eq!(record.member("is_internal"), Some(&true.into()));
    let uuid = record.member("uuid").unwrap().clone();
    assert_eq!(world.ok("role.get_by_uuid", [uuid]).await, start[0]);
    let Value::Array(holders) = world.ok("role.get_by_permission", [start[0].clone()]).await else {
        panic!()
    };
    assert!(holders.contains(&found[0]) && holders.len() == 5);
    let Value::Array(all) = world.ok("role.get_all", []).await else { panic!() };
    assert_eq!(all.len(), world.toolstack.store.snapshot().all::<Role>().count());
    assert!(world.fails("role.get_record", [Value::Ref(WEB.id())]).await.starts_with("HANDLE_INVALID[role"));
}
