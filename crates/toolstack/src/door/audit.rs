//! The audit log: who did what, and who was refused. Secrets never reach it.

use crate::handler::Call;
use model::schema::{MessageDef, MessageKind};
use model::{ApiError, ClassId, Value};
use std::fmt::Write;

const LONGEST: usize = 200;

/// One line about a call with an effect.
pub fn done(message: &MessageDef, call: &Call, values: &[Value], outcome: Result<(), &ApiError>) {
    if !tracing::enabled!(target: "audit", tracing::Level::INFO) || !has_effect(message) {
        return;
    }
    let outcome = outcome.map_or_else(|error| error.code.to_string(), |()| "OK".into());
    let arguments = arguments(message, values);
    tracing::info!(
        target: "audit",
        call = message.full_name,
        session = %crate::sessions::track(call.session),
        who = %call.who,
        client = %call.client,
        origin = ?call.origin,
        outcome,
        arguments
    );
}

/// One line about a call that the caller's role does not allow.
pub fn denied(message: &MessageDef, call: &Call, error: &ApiError) {
    tracing::info!(
        target: "audit",
        call = message.full_name,
        session = %crate::sessions::track(call.session),
        who = %call.who,
        client = %call.client,
        origin = ?call.origin,
        outcome = "DENIED",
        permission = error.params.first().map_or("", |text| text.as_str())
    );
}

/// Whether a call may change something.
pub fn has_effect(message: &MessageDef) -> bool {
    match message.kind {
        MessageKind::Set(_) | MessageKind::Add(_) | MessageKind::Remove(_) => true,
        MessageKind::Create | MessageKind::Destroy => true,
        MessageKind::Custom => {
            message.class != ClassId::Event
                && !["get_", "assert_", "list_", "is_"].iter().any(|start| message.name.starts_with(start))
                && message.name != "get"
        }
        _ => false,
    }
}

fn arguments(message: &MessageDef, values: &[Value]) -> String {
    let mut text = String::new();
    let hidden = message.secret || message.class == ClassId::Secret;
    let mut key_is_secret = false;
    for (param, value) in message.params.iter().zip(values) {
        let separator = if text.is_empty() { "" } else { " " };
        let hide = hidden || key_is_secret || is_secret(param.name);
        if param.name == "key" {
            key_is_secret = value.as_text().is_some_and(|key| is_secret(&key));
        }
        let _ = write!(text, "{separator}{}=", param.name);
        describe(value, hide, &mut text);
    }
    text
}

fn describe(value: &Value, hide: bool, text: &mut String) {
    if hide {
        text.push_str("(hidden)");
        return;
    }
    if text.len() > 20 * LONGEST {
        text.push('…');
        return;
    }
    match value {
        Value::Nil => text.push_str("nil"),
        Value::String(string) => {
            let shown: String = string.chars().take(LONGEST).collect();
            let _ = write!(text, "{shown:?}");
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                describe(item, false, text);
                text.push(' ');
            }
            text.push(']');
        }
        Value::Struct(members) => {
            text.push('{');
            for (name, value) in members {
                let _ = write!(text, "{name}=");
                describe(value, is_secret(name), text);
                text.push(' ');
            }
            text.push('}');
        }
        Value::Bool(value) => _ = write!(text, "{value}"),
        Value::Int(value) => _ = write!(text, "{value}"),
        Value::Float(value) => _ = write!(text, "{value}"),
        Value::DateTime(value) => _ = write!(text, "{value}"),
        Value::Ref(value) => _ = write!(text, "{value}"),
    }
}

/// Names under which clients hand over what nobody else may read.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts =
        ["password", "passwd", "passphrase", "secret", "pwd", "private_key", "chap", "token", "credential"];
    parts.iter().any(|part| name.contains(part)) || name == "pass"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let create = crate::door::names::find("PBD.create").unwrap().message;
        let config =
            Value::Struct(vec![("cifspassword".into(), "x1".into()), ("server".into(), "nas".into())]);
        let text = arguments(create, &[Value::Struct(vec![("device_config".into(), config)])]);
        assert!(text.contains("nas") && !text.contains("x1"), "{text}");
        let login = crate::door::names::find("session.login_with_password").unwrap().message;
        assert!(!arguments(login, &["root".into(), "x1".into()]).contains("x1"));
        let add = crate::door::names::find("SR.add_to_sm_config").unwrap().message;
        assert!(!arguments(add, &[Value::Nil, "password".into(), "x1".into()]).contains("x1"));
    }

    #[test]
    fn getters_have_no_effect() {
        let effect = |name| has_effect(crate::door::names::find(name).unwrap().message);
        assert!(!effect("VM.get_record") && !effect("event.from") && !effect("message.get"));
        assert!(effect("VM.set_name_label") && effect("VM.start") && effect("session.logout"));
    }
}
