//! Derived messages: getters, setters, constructors, filters.

use crate::world::*;
use model::{Ref, RefId, Uuid, Value, Vbd};

#[tokio::test(start_paused = true)]
async fn fields_are_read_and_set() {
    let world = world().await;
    assert_eq!(world.ok("VM.get_name_label", [reference(WEB)]).await, "web".into());
    assert_eq!(world.ok("VM.set_name_description", [reference(WEB), "serves".into()]).await, Value::VOID);
    assert_eq!(world.ok("VM_get_name_description", [reference(WEB)]).await, "serves".into());
    world.ok("VM.set_tags", [reference(WEB), strings(&["a", "b"])]).await;
    world.ok("VM.add_tags", [reference(WEB), "b".into()]).await;
    world.ok("VM.add_tags", [reference(WEB), "c".into()]).await;
    world.ok("VM.remove_tags", [reference(WEB), "a".into()]).await;
    assert_eq!(world.ok("VM.get_tags", [reference(WEB)]).await, strings(&["b", "c"]));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_added_once_and_removed_without_complaint() {
    let world = world().await;
    world.ok("VM.add_to_other_config", [reference(WEB), "k".into(), "1".into()]).await;
    let uuid = Uuid(0x1000);
    assert_eq!(
        world.fails("VM.add_to_other_config", [reference(WEB), "k".into(), "2".into()]).await,
        format!("MAP_DUPLICATE_KEY[VM, other_config, {uuid}, k]")
    );
    for _ in 0..2 {
        world.ok("VM.remove_from_other_config", [reference(WEB), "k".into()]).await;
    }
    assert_eq!(world.ok("VM.get_other_config", [reference(WEB)]).await, Value::Struct(vec![]));
}

#[tokio::test(start_paused = true)]
async fn setting_the_same_value_is_no_change() {
    let world = world().await;
    world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    let generation = world.toolstack.store.snapshot().generation();
    world.ok("VM.set_name_description", [reference(WEB), "x".into()]).await;
    assert_eq!(world.toolstack.store.snapshot().generation(), generation);
}

#[tokio::test(start_paused = true)]
async fn objects_are_found_by_uuid_and_name() {
    let world = world().await;
    let uuid = Uuid(0x1001).to_string();
    assert_eq!(world.ok("VM.get_by_uuid", [Value::from(uuid)]).await, Value::Ref(DB.id()));
    assert_eq!(world.fails("VM.get_by_uuid", [Value::from("x")]).await, "UUID_INVALID[VM, x]");
    assert_eq!(
        world.ok("VM.get_by_name_label", [Value::from("db")]).await,
        Value::Array(vec![Value::Ref(DB.id())])
    );
    assert_eq!(world.ok("VM.get_by_name_label", [Value::from("no")]).await, Value::Array(vec![]));
    assert_eq!(
        world.ok("VM.get_all", []).await,
        Value::Array(vec![Value::Ref(WEB.id()), Value::Ref(DB.id())])
    );
}

#[tokio::test(start_paused = true)]
async fn records_show_derived_sets_and_no_internal_fields() {
    let world = world().await;
    let vbd = Ref::<Vbd>::from_bits(0x30);
    world.edit(|tx| tx.insert(vbd, Vbd { VM: WEB, uuid: Uuid(3), ..Vbd::default() })).await;
    let record = world.ok("VM.get_record", [reference(WEB)]).await;
    assert_eq!(record.member("VBDs"), Some(&Value::Array(vec![Value::Ref(vbd.id())])));
    assert_eq!(record.member("name_label"), Some(&"web".into()));
    let Value::Struct(members) = &record else { panic!() };
    let visible = model::ClassId::Vm.definition().fields.iter().filter(|field| !field.internal);
    assert_eq!(members.len(), visible.count());
    let Value::Struct(all) = world.ok("VM.get_all_records", []).await else { panic!() };
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].1, record);
    assert_eq!(world.ok("VM.get_VBDs", [reference(WEB)]).await, Value::Array(vec![Value::Ref(vbd.id())]));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_is_what_the_tree_says() {
    let world = world().await;
    for method in
        ["VM.get_all_records", "host.get_all_records", "pool.get_all_records", "role.get_all_records"]
    {
        let call = || world.toolstack.call(world.incoming(method, vec![world.session.clone()]));
        let (mut written, mut tree) = (Vec::new(), Vec::new());
        call().await.unwrap().write(&mut wire::jsonrpc::JsonWriter::new(&mut written));
        call().await.unwrap().into_value().write(&mut wire::jsonrpc::JsonWriter::new(&mut tree));
        assert_eq!(String::from_utf8(written), String::from_utf8(tree), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn filters_choose_rows() {
    let world = world().await;
    let choose = async |filter: &str| world.call("VM.get_all_where", [Value::from(filter)]).await;
    let both = Value::Array(vec![Value::Ref(WEB.id()), Value::Ref(DB.id())]);
    let web = Value::Array(vec![Value::Ref(WEB.id())]);
    assert_eq!(choose("true").await, Ok(both.clone()));
    assert_eq!(choose(r#"field "name__label" = "web""#).await, Ok(web.clone()));
    assert_eq!(
        choose(r#"not (field "name__label" = "db") and field "is_a_template" = "false""#).await,
        Ok(web)
    );
    assert_eq!(choose(r#"field "name__label"="web" or "db" = field "name__label""#).await, Ok(both));
    assert_eq!(choose(r#"field "tags" = "()" and false"#).await, Ok(Value::Array(vec![])));
    assert!(text(choose("field").await).starts_with("INVALID_VALUE[field, "));
    let Ok(Value::Struct(records)) = world
        .call(
            "VM.get_all_records_where",
            [Value::from(r#"field "uuid" = "00000000-0000-0000-0000-000000001000""#)],
        )
        .await
    else {
        panic!()
    };
    assert_eq!(records.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn plain_objects_are_made_and_destroyed() {
    let world = world().await;
    let args = Value::Struct(vec![("value".into(), "hush".into()), ("unknown".into(), Value::Nil)]);
    let secret = world.ok("secret.create", [args]).await;
    assert_eq!(world.ok("secret.get_value", [secret.clone()]).await, "hush".into());
    assert_ne!(world.ok("secret.get_uuid", [secret.clone()]).await, "".into());
    world.ok("secret.destroy", [secret.clone()]).await;
    assert_eq!(
        world.fails("secret.get_value", [secret.clone()]).await,
        format!("HANDLE_INVALID[secret, {}]", id_of(&secret))
    );
    assert!(world.fails("secret.create", [Value::Struct(vec![])]).await.starts_with("INTERNAL_ERROR"));
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_is_none_is_named_as_it_came() {
    let world = world().await;
    assert_eq!(world.fails("VM.get_name_label", [Value::from("x")]).await, "HANDLE_INVALID[VM, x]");
    assert_eq!(
        world.fails("VM.get_name_label", [Value::from("OpaqueRef:NULL")]).await,
        "HANDLE_INVALID[VM, OpaqueRef:NULL]"
    );
    let gone = RefId(0x999);
    assert_eq!(world.fails("VM.get_record", [Value::Ref(gone)]).await, format!("HANDLE_INVALID[VM, {gone}]"));
    let setter = [reference(POOL), Value::Ref(gone)];
    assert_eq!(world.fails("pool.set_default_SR", setter).await, format!("HANDLE_INVALID[SR, {gone}]"));
    world.ok("pool.set_default_SR", [reference(POOL), Value::from("OpaqueRef:NULL")]).await;
}

#[tokio::test(start_paused = true)]
async fn what_has_no_behaviour_yet_says_so() {
    let world = world().await;
    let done: std::collections::BTreeSet<&str> = toolstack::operations::implemented().collect();
    let mut messages = model::generated::schema::MESSAGES.iter();
    let open = messages.find(|message| {
        let custom = message.explicit && message.kind == model::schema::MessageKind::Custom;
        let plain = message.session && message.params.is_empty() && !message.pool_internal;
        custom && plain && !message.removed && !done.contains(message.full_name)
    });
    if let Some(message) = open {
        let name = message.full_name;
        assert_eq!(world.fails(name, []).await, format!("NOT_IMPLEMENTED[{name}]"));
    }
}
