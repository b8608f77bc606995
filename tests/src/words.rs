//! Calls in words, as a test writes them: the language of `toolstack::explain::words`, and calls one
//! after the other (`VM.snapshot web first; VM.revert first`).

use model::schema::MessageDef;
use model::{ClassId, RefId, Value};
use store::Snapshot;
use toolstack::Arguments;
use toolstack::explain::words;

/// The calls of a text, one after the other.
pub fn calls(text: &str) -> Vec<&str> {
    words::split(text, |letter| letter == ';')
        .into_iter()
        .map(str::trim)
        .filter(|call| !call.is_empty())
        .collect()
}

/// A call with its parameters, as the pool is now. Where a text is to be a reference, `@host/h1` is that
/// of the host.
pub fn arguments(pool: &Snapshot, call: &str) -> Arguments {
    let mut parts = call.split('@');
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find([',', '}', ' ']).unwrap_or(part.len());
        let (class, name) = part[..end].split_once('/').unwrap_or_else(|| panic!("{call}: @class/name"));
        let class = ClassId::by_name(class).unwrap_or_else(|| panic!("no class {class}"));
        text += &named(pool, class, name).to_string();
        text += &part[end..];
    }
    words::parse(pool, words::split_words(&text)).unwrap_or_else(|reason| panic!("{call}: {reason}"))
}

/// A field of an object, and a value: `VM web blocked_operations {start: no}`.
pub fn field(pool: &Snapshot, text: &str) -> (ClassId, RefId, usize, Value) {
    let parts: Vec<&str> = words::split_words(text).collect();
    let [class, name, field, value] = parts[..] else { panic!("{text}: class, object, field, value") };
    let class = ClassId::by_name(class).unwrap_or_else(|| panic!("no class {class}"));
    let (number, field) = class.definition().field(field).unwrap_or_else(|| panic!("no field {field}"));
    let value = words::value(pool, &field.ty, value, 0).unwrap_or_else(|reason| panic!("{text}: {reason}"));
    (class, named(pool, class, name.trim_matches('\'')), number, value)
}

pub fn message(name: &str) -> &'static MessageDef {
    let mut messages = model::generated::schema::MESSAGES.iter();
    messages.find(|message| message.full_name == name).unwrap_or_else(|| panic!("no message {name}"))
}

/// An object by the name that a plan prints for it.
pub fn named(pool: &Snapshot, class: ClassId, name: &str) -> RefId {
    words::named(pool, class, name).unwrap_or_else(|reason| panic!("{reason}"))
}
