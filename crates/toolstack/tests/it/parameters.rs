//! Calls with too many, too few or wrong parameters.

use crate::world::*;
use model::Value;

#[tokio::test(start_paused = true)]
async fn the_number_of_parameters_must_fit() {
    let world = world().await;
    assert_eq!(
        world.fails("VM.get_name_label", []).await,
        "MESSAGE_PARAMETER_COUNT_MISMATCH[VM.get_name_label, 1, 0]"
    );
    assert_eq!(
        world.bare("VM.get_all", vec![]).await.map_err(|error| error.params[2].clone()),
        Err("-1".into())
    );
    let many = [Value::from("root"), "secret".into(), "1.0".into(), "test".into(), "more".into()];
    assert_eq!(
        text(world.bare("session.login_with_password", many.to_vec()).await),
        "MESSAGE_PARAMETER_COUNT_MISMATCH[session.login_with_password, 2, 5]"
    );
}

#[tokio::test(start_paused = true)]
async fn types_are_checked() {
    let world = world().await;
    assert!(
        world
            .fails("VM.set_name_description", [reference(WEB), 7.into()])
            .await
            .starts_with("INTERNAL_ERROR")
    );
    assert!(world.fails("VM.set_tags", [reference(WEB), "a".into()]).await.starts_with("INTERNAL_ERROR"));
    world.ok("VM.set_user_version", [reference(WEB), "12".into()]).await;
    assert_eq!(world.ok("VM.get_user_version", [reference(WEB)]).await, 12.into());
    world.ok("VM.set_actions_after_shutdown", [reference(WEB), "RESTART".into()]).await;
    assert_eq!(world.ok("VM.get_actions_after_shutdown", [reference(WEB)]).await, "restart".into());
    assert!(
        world
            .fails("VM.set_actions_after_shutdown", [reference(WEB), "never".into()])
            .await
            .starts_with("INTERNAL_ERROR")
    );
}

#[tokio::test(start_paused = true)]
async fn unknown_methods_are_tried_as_extensions() {
    let world = world().await;
    assert_eq!(text(world.bare("no.such", vec![]).await), "MESSAGE_METHOD_UNKNOWN[no.such]");
    assert_eq!(world.fails("no.such", []).await, "MESSAGE_METHOD_UNKNOWN[no.such]");
    assert_eq!(text(world.bare("no.such", vec!["x".into()]).await), "SESSION_INVALID[x]");
    assert_eq!(world.fails("vm.get_all", []).await, "MESSAGE_METHOD_UNKNOWN[vm.get_all]");
}

#[tokio::test(start_paused = true)]
async fn the_system_answers_without_a_session() {
    let world = world().await;
    let Ok(Value::Array(names)) = world.bare("system.listMethods", vec![]).await else { panic!() };
    assert!(names.contains(&"VM.start".into()) && !names.contains(&"Async.VM.start".into()));
    assert_eq!(world.bare("system.isAlive:1", vec!["x".into()]).await, Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn removed_calls_say_so() {
    let world = world().await;
    let removed = model::generated::schema::MESSAGES.iter().find(|message| message.removed).unwrap();
    assert_eq!(world.fails(removed.full_name, []).await, "MESSAGE_REMOVED[]");
}
