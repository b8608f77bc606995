//! Sessions begin and end; passwords, limits and roles.

use crate::world::*;
use model::schema::Rank;
use model::{Host, Ref, Session, Text, Uuid, Value, XeniosSetting};
use toolstack::Incoming;
use toolstack::handler::Origin;

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_answered_late() {
    let world = world().await;
    let start = tokio::time::Instant::now();
    for (name, password) in [("root", "wrong"), ("nobody", "secret")] {
        let outcome = world.bare("session.login_with_password", vec![name.into(), password.into()]).await;
        assert_eq!(text(outcome), format!("SESSION_AUTHENTICATION_FAILED[{name}, Authentication failure]"));
    }
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn the_local_socket_is_root_without_a_password() {
    let world = world().await;
    let params = vec!["root".into(), "".into(), "1.0".into(), "xe".into()];
    let incoming =
        Incoming { origin: Origin::Socket, ..world.incoming("session.login_with_password", params) };
    let session = world.toolstack.call(incoming).await.unwrap().into_value();
    assert_eq!(world.with(&session, "session.get_originator", [session.clone()]).await, Ok("xe".into()));
    assert_eq!(
        world.with(&session, "session.get_is_local_superuser", [session.clone()]).await,
        Ok(true.into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_with_its_logout() {
    let world = world().await;
    world.ok("session.logout", []).await;
    assert_eq!(world.fails("VM.get_all", []).await, format!("SESSION_INVALID[{}]", id_of(&world.session)));
}

#[tokio::test(start_paused = true)]
async fn activity_is_noted_every_ten_minutes() {
    let world = world().await;
    let active = || {
        let pool = world.toolstack.store.snapshot();
        pool.get(Ref::<Session>::new(id_of(&world.session))).unwrap().last_active.seconds() - START
    };
    world.sleep(600).await;
    world.ok("VM.get_all", []).await;
    assert_eq!(active(), 0);
    world.sleep(1).await;
    world.ok("VM.get_all", []).await;
    assert_eq!(active(), 601);
}

#[tokio::test(start_paused = true)]
async fn a_changed_password_counts_at_once() {
    let world = world().await;
    world.ok("session.change_password", ["secret".into(), "new".into()]).await;
    let login = async |password: &str| {
        world.bare("session.login_with_password", vec!["root".into(), password.into()]).await
    };
    assert!(login("secret").await.is_err());
    assert!(login("new").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn roles_allow_what_they_say() {
    let world = world().await;
    let reader = world.session_of("ann", Rank::ReadOnly).await;
    assert!(world.with(&reader, "VM.get_record", [reference(WEB)]).await.is_ok());
    assert_eq!(
        text(world.with(&reader, "VM.set_name_description", [reference(WEB), "x".into()]).await),
        "RBAC_PERMISSION_DENIED[vm.set_name_description, No permission in user session. \
         (Roles with this permission: vm-admin, vm-power-admin, pool-operator, pool-admin)]"
    );
    let operator = world.session_of("bob", Rank::VmOperator).await;
    let add = async |key: &str| {
        world.with(&operator, "VM.add_to_other_config", [reference(WEB), key.into(), "1".into()]).await
    };
    assert!(add("folder").await.is_ok());
    assert!(text(add("other").await).starts_with("RBAC_PERMISSION_DENIED[vm.add_to_other_config, "));
    assert!(
        text(add("hvm_serial").await).starts_with("RBAC_PERMISSION_DENIED[vm.add_to_other_config, ")
            || add("pci").await.is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn a_member_of_the_pool_knows_the_secret() {
    let world = world().await;
    let login =
        async |secret: &str| world.bare("session.slave_login", vec![reference(HOST), secret.into()]).await;
    assert_eq!(
        text(login("").await),
        format!("SESSION_AUTHENTICATION_FAILED[{HOST}, Pool credentials invalid]")
    );
    let setting = XeniosSetting { uuid: Uuid(9), name: Text::new("pool_secret"), value: Text::new("s3") };
    world.edit(|tx| tx.insert(Ref::from_bits(0x50), setting)).await;
    assert!(login("s4").await.is_err());
    let session = login("s3").await.unwrap();
    assert_eq!(world.with(&session, "session.get_pool", [session.clone()]).await, Ok(true.into()));
}

#[tokio::test(start_paused = true)]
async fn calls_among_members_are_not_for_others() {
    let world = world().await;
    let internal = model::generated::schema::MESSAGES
        .iter()
        .find(|message| message.pool_internal && message.params.is_empty());
    if let Some(message) = internal {
        assert!(world.fails(message.full_name, []).await.starts_with("INTERNAL_ERROR"));
    }
    assert!(
        world
            .fails("InternalAsync.VM.clone", [reference(WEB), "x".into()])
            .await
            .starts_with("INTERNAL_ERROR")
    );
}

#[tokio::test(start_paused = true)]
async fn a_member_sends_clients_to_the_coordinator() {
    let world = world().await;
    let other = Ref::<Host>::from_bits(0x12);
    world
        .edit(|tx| {
            tx.insert(other, Host { uuid: Uuid(5), address: Text::new("10.0.0.2"), ..Host::default() });
            tx.update(POOL, |pool| pool.master = other);
        })
        .await;
    assert_eq!(world.fails("VM.get_all", []).await, "HOST_IS_SLAVE[10.0.0.2]");
    let login = world.bare("session.login_with_password", vec!["root".into(), "secret".into()]).await;
    assert_eq!(text(login), "HOST_IS_SLAVE[10.0.0.2]");
    let local = world
        .bare("session.slave_local_login_with_password", vec!["root".into(), "secret".into()])
        .await
        .unwrap();
    assert_eq!(text(world.with(&local, "VM.get_all", []).await), "HOST_IS_SLAVE[10.0.0.2]");
    assert_eq!(world.with(&local, "session.local_logout", []).await, Ok(Value::VOID));
    assert!(world.with(&local, "session.local_logout", []).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn somebody_without_a_role_may_do_nothing() {
    let world = world().await;
    let session = world.session_of("eve", Rank::ReadOnly).await;
    world
        .edit(|tx| {
            let subjects: Vec<_> = tx.all::<model::Subject>().map(|(id, _)| id).collect();
            for id in subjects {
                tx.update(id, |subject| subject.roles = model::Set::EMPTY);
            }
        })
        .await;
    assert!(
        text(world.with(&session, "VM.get_all", []).await).starts_with("SESSION_AUTHORIZATION_FAILED[eve")
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_on_another_database_only_reads_it() {
    let world = world().await;
    let open = async |path: &str| world.call("session.create_from_db_file", [path.into()]).await;
    assert_eq!(text(open("kept.db").await), "INVALID_VALUE[filename, kept.db]");
    assert!(text(open("/none").await).starts_with("COULD_NOT_IMPORT_DATABASE[/none: "));
    assert!(text(open("/odd.db").await).starts_with("COULD_NOT_IMPORT_DATABASE["));
    let session = open("/kept.db").await.unwrap();
    let Value::Array(vms) = world.with(&session, "VM.get_all", []).await.unwrap() else { panic!() };
    assert_eq!(vms.len(), 1);
    let name = world.with(&session, "VM.get_name_label", [vms[0].clone()]).await;
    assert_eq!(name, Ok("lost".into()));
    let own = world.with(&session, "VM.get_name_label", [reference(WEB)]).await;
    assert_eq!(own.unwrap_err().code, "HANDLE_INVALID", "our own machines are not there");
    for (method, params) in [
        ("VM.set_name_label", vec![vms[0].clone(), "x".into()]),
        ("VM.start", vec![vms[0].clone(), false.into(), false.into()]),
        ("Async.VM.start", vec![vms[0].clone(), false.into(), false.into()]),
        ("task.create", vec!["a".into(), "b".into()]),
    ] {
        let refused = world.with(&session, method, params).await;
        assert_eq!(refused.unwrap_err().code, "RBAC_PERMISSION_DENIED", "{method}");
    }
    assert_eq!(world.ok("VM.get_name_label", [reference(WEB)]).await, "web".into());
    assert_eq!(world.with(&session, "session.logout", []).await, Ok(Value::VOID));
    assert_eq!(world.with(&session, "VM.get_all", []).await.unwrap_err().code, "SESSION_INVALID");
    for _ in 0..20 {
        let session = open("/kept.db").await.unwrap();
        world.with(&session, "session.logout", []).await.unwrap();
    }
    let reader = world.session_of("ann", Rank::PoolAdmin).await;
    let refused = world.with(&reader, "session.create_from_db_file", ["/kept.db".into()]).await;
    assert_eq!(refused.unwrap_err().code, "RBAC_PERMISSION_DENIED");
}
