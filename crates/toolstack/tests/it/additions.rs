//! What is answered beside XenAPI: plans, history, differences, and the way back.

use crate::world::*;
use model::Value;
use model::schema::Rank;

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => {
            items.iter().map(|item| item.as_text().unwrap_or_default().to_string()).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.member(name).unwrap_or_else(|| panic!("no {name} in {value:?}"))
}

/// `name: old -> new` of every field.
fn fields(change: &Value) -> Vec<String> {
    let Value::Array(fields) = member(change, "fields") else { panic!() };
    let text = |field: &Value, side: &str| field.member(side).and_then(Value::as_text).unwrap_or("-".into());
    let listed = |field: &&Value| text(field, "name") != "allowed_operations";
    fields
        .iter()
        .filter(listed)
        .map(|field| format!("{}: {} -> {}", text(field, "name"), text(field, "old"), text(field, "new")))
        .collect()
}

async fn generation(world: &World) -> i64 {
    world.toolstack.store.snapshot().generation() as i64
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_a_change_tells_what_it_would_change_and_changes_nothing() {
    let world = world().await;
    let before = generation(&world).await;
    let rename = [Value::from("VM.set_name_label"), Value::Array(vec!["web".into(), "www".into()])];
    let told = world.ok("xenios.plan", rename).await;
    assert_eq!((member(&told, "verdict"), member(&told, "kind")), (&"runs".into(), &"change".into()));
    let Value::Array(changes) = member(&told, "changes") else { panic!() };
    assert_eq!(fields(&changes[0]), ["name_label: web -> www"]);
    assert_eq!(generation(&world).await, before);
    assert_eq!(world.ok("VM.get_name_label", [reference(WEB)]).await, "web".into());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_exactly() {
    let world = world().await;
    let ask = |call: &'static str, arguments: Vec<Value>| {
        let world = &world;
        async move {
            let told = world.ok("xenios.plan", [call.into(), Value::Array(arguments)]).await;
            assert_eq!(member(&told, "verdict"), &"refused".into());
            words(member(&told, "error"))
        }
    };
    let missing = "OpaqueRef:00000000-0000-0000-0000-00000000dead";
    assert_eq!(
        ask("VM.set_name_label", vec![missing.into(), "x".into()]).await,
        ["HANDLE_INVALID", "VM", missing]
    );
    let few = ask("VM.set_name_label", vec![]).await;
    assert_eq!(few, ["MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.set_name_label", "2", "0"]);
    assert_eq!(ask("VM.get_uuid", vec![missing.into()]).await, ["HANDLE_INVALID", "VM", missing]);
    assert_eq!(world.fails("xenios.plan", ["VM.fly".into()]).await, "MESSAGE_METHOD_UNKNOWN[VM.fly]");
    let reader = world.session_of("ann", Rank::ReadOnly).await;
    let arguments = Value::Array(vec!["web".into(), "www".into()]);
    let told = world.with(&reader, "xenios.plan", ["VM.set_name_label".into(), arguments]).await.unwrap();
    assert_eq!(words(member(&told, "error"))[..2], ["RBAC_PERMISSION_DENIED", "vm.set_name_label"]);
}

#[tokio::test(start_paused = true)]
async fn history_tells_who_and_what() {
    let world = world().await;
    let bob = world.session_of("bob", Rank::PoolAdmin).await;
    world.with(&bob, "VM.set_name_label", [reference(WEB), "www".into()]).await.unwrap();
    world.ok("VM.set_name_description", [reference(WEB), "shop".into()]).await;
    let Value::Array(events) = world.ok("xenios.history", ["VM".into(), reference(WEB)]).await else {
        panic!()
    };
    let line = |event: &Value| {
        let text = |name: &str| member(event, name).as_text().unwrap();
        format!("{} {} {} {:?}", text("who"), text("call"), text("what"), fields(event))
    };
    assert_eq!(line(&events[0]), r#"root VM.set_name_description changed ["name_description:  -> shop"]"#);
    assert_eq!(line(&events[1]), r#"bob VM.set_name_label changed ["name_label: web -> www"]"#);
    assert_eq!(member(&events[2], "what"), &"made".into());
    // Nobody's history tells more than its reader may know.
    let secret = vec![("value".into(), "hush".into())];
    let secret = world.ok("secret.create", [Value::Struct(secret)]).await;
    let reader = world.session_of("ann", Rank::ReadOnly).await;
    let ask = ["secret".into(), Value::String(secret.as_text().unwrap())];
    let told = format!("{:?}", world.with(&reader, "xenios.history", ask).await.unwrap());
    assert!(!told.contains("hush") && told.contains("not for this role"), "{told}");
    assert_eq!(
        world.fails("xenios.history", ["xenios_setting".into(), "x".into()]).await,
        "INVALID_VALUE[cls, xenios_setting]"
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_goes_back_to_what_it_was() {
    let world = world().await;
    world.ok("VM.set_tags", [reference(WEB), strings(&["a"])]).await;
    let then = generation(&world).await;
    world.ok("VM.set_name_label", [reference(WEB), "www".into()]).await;
    world.ok("VM.add_tags", [reference(WEB), "b".into()]).await;
    world.ok("VM.set_name_label", [reference(DB), "other".into()]).await;
    let Value::Array(all) = world.ok("xenios.diff", [Value::Int(then)]).await else { panic!() };
    assert_eq!(all.len(), 2, "{all:?}");
    let of_web = [Value::Int(then), Value::Int(-1), "VM".into(), "www".into()];
    let Value::Array(changes) = world.ok("xenios.diff", of_web).await else { panic!() };
    assert_eq!(fields(&changes[0])[0], "name_label: web -> www");

    let back = || ["VM".into(), "www".into(), Value::Int(then)];
    let reader = world.session_of("ann", Rank::VmOperator).await;
    let denied = text(world.with(&reader, "xenios.revert", back()).await);
    assert!(denied.starts_with("RBAC_PERMISSION_DENIED[vm.set_name_label"), "{denied}");
    assert_eq!(world.ok("VM.get_name_label", [reference(WEB)]).await, "www".into());
    let done = world.ok("xenios.revert", back()).await;
    assert_eq!(words(member(&done, "reverted")), ["name_label", "tags"]);
    assert_eq!(words(member(&done, "kept")), [""; 0]);
    assert_eq!(world.ok("VM.get_name_label", [reference(WEB)]).await, "web".into());
    assert_eq!(world.ok("VM.get_tags", [reference(WEB)]).await, strings(&["a"]));
    assert_eq!(world.ok("VM.get_name_label", [reference(DB)]).await, "other".into());
    let Value::Array(events) = world.ok("xenios.history", ["VM".into(), reference(WEB)]).await else {
        panic!()
    };
    assert_eq!(member(&events[0], "call"), &"xenios.revert".into());
    assert_eq!(
        world.fails("xenios.revert", ["VM".into(), "web".into(), Value::Int(1 << 40)]).await,
        "INVALID_VALUE[generation, 1099511627776]"
    );
}

#[tokio::test(start_paused = true)]
async fn clients_of_the_original_see_nothing_of_it() {
    let world = world().await;
    let Value::Array(methods) = world.bare("system.listMethods", vec![]).await.unwrap() else { panic!() };
    assert!(methods.iter().all(|name| !name.as_text().unwrap().starts_with("xenios")));
    assert!(toolstack::rbac::permissions(Rank::LocalRoot).iter().all(|name| !name.starts_with("xenios")));
}
