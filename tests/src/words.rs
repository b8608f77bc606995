//! Calls in words, as a test writes them.
//!
//! ```text
//! VM.start web                                       objects by the names that a plan prints
//! VM.set_memory_dynamic_range web 1GiB 2GiB          sizes with their unit
//! VBD.create {VM: web, VDI: data, userdevice: 3}     records; what is left out is left out of the call
//! VM.add_to_other_config web disks '<provision/>'    quotes keep words together
//! VM.snapshot web first; VM.revert first             one call after the other
//! ```
//! A parameter that is not written has its default, or nothing in it.

use model::schema::{MessageDef, Type};
use model::{ClassId, RefId, Value};
use store::Snapshot;
use toolstack::Arguments;

/// The calls of a text, one after the other.
pub fn calls(text: &str) -> Vec<&str> {
    split(text, |letter| letter == ';').into_iter().map(str::trim).filter(|call| !call.is_empty()).collect()
}

/// A call with its parameters, as the pool is now.
pub fn arguments(pool: &Snapshot, call: &str) -> Arguments {
    let mut words = split(call, char::is_whitespace).into_iter().filter(|word| !word.is_empty());
    let message = message(words.next().expect("a call"));
    let values = message
        .params
        .iter()
        .map(|param| match words.next() {
            Some(word) => value_of(pool, &param.ty, word),
            None => param
                .default
                .map_or_else(|| empty(&param.ty), |default| value_of_constant(&param.ty, default.value())),
        })
        .collect();
    assert_eq!(words.next(), None, "{call}: more words than parameters");
    Arguments { message, values }
}

/// A field of an object, and a value: `VM web blocked_operations {start: no}`.
pub fn field(pool: &Snapshot, text: &str) -> (ClassId, RefId, usize, Value) {
    let words: Vec<&str> = split(text, char::is_whitespace);
    let [class, name, field, value] = words[..] else { panic!("{text}: class, object, field, value") };
    let class = ClassId::by_name(class).unwrap_or_else(|| panic!("no class {class}"));
    let (number, field) = class.definition().field(field).unwrap_or_else(|| panic!("no field {field}"));
    (class, named(pool, class, name.trim_matches('\'')), number, value_of(pool, &field.ty, value))
}

pub fn message(name: &str) -> &'static MessageDef {
    let mut messages = model::generated::schema::MESSAGES.iter();
    messages.find(|message| message.full_name == name).unwrap_or_else(|| panic!("no message {name}"))
}

/// An object by the name that a plan prints for it.
pub fn named(pool: &Snapshot, class: ClassId, name: &str) -> RefId {
    let hit = |id: &RefId| toolstack::explain::name_of(pool, class, *id) == name;
    let found = pool.table(class).keys().copied().find(hit);
    found.unwrap_or_else(|| panic!("no {} is called {name}", class.name()))
}

/// Cut where `cuts` says so, but not within braces or quotes.
fn split(text: &str, cuts: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0, false);
    for (position, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            _ if depth == 0 && !quoted && cuts(letter) => {
                parts.push(&text[start..position]);
                start = position + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn value_of(pool: &Snapshot, ty: &'static Type, word: &str) -> Value {
    let plain = word.trim_matches('\'');
    match ty {
        Type::Bool => Value::Bool(plain == "true"),
        Type::Int => Value::Int(bytes(plain)),
        Type::Float => Value::Float(plain.parse().expect("a number")),
        Type::Ref(_) if plain == "null" => Value::Ref(RefId::NULL),
        Type::Ref(class) => Value::Ref(named(pool, *class, plain)),
        Type::Set(item) => Value::Array(plain.split(',').map(|word| value_of(pool, item, word)).collect()),
        Type::Map(_, item) => members(word, |_| item, pool),
        Type::Record(class) => {
            let field = |name: &str| class.definition().field(name).map(|(_, field)| &field.ty);
            members(
                word,
                |name| field(name).unwrap_or_else(|| panic!("{} has no {name}", class.name())),
                pool,
            )
        }
        _ => Value::string(plain),
    }
}

/// `{name: value, other: value}`.
fn members(word: &str, ty: impl Fn(&str) -> &'static Type, pool: &Snapshot) -> Value {
    let inside = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).expect("{name: value}");
    let member = |part: &str| {
        let (name, value) = part.split_once(':').expect("name: value");
        (model::Text::new(name.trim()), value_of(pool, ty(name.trim()), value.trim()))
    };
    Value::Struct(
        split(inside, |letter| letter == ',')
            .into_iter()
            .filter(|part| !part.trim().is_empty())
            .map(member)
            .collect(),
    )
}

fn value_of_constant(ty: &Type, value: Value) -> Value {
    match (ty, &value) {
        (Type::Ref(_), Value::String(text)) => Value::Ref(RefId::parse(text).unwrap_or(RefId::NULL)),
        _ => value,
    }
}

fn empty(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int => Value::Int(0),
        Type::Float => Value::Float(0.0),
        Type::Ref(_) => Value::Ref(RefId::NULL),
        Type::Set(_) => Value::Array(Vec::new()),
        Type::Map(..) => Value::Struct(Vec::new()),
        _ => Value::string(""),
    }
}

/// `4GiB`, `512MiB`, or a plain number.
fn bytes(word: &str) -> i64 {
    let digit = |letter: char| letter.is_ascii_digit() || letter == '-';
    let (digits, unit) = word.split_at(word.find(|letter| !digit(letter)).unwrap_or(word.len()));
    let number: i64 = digits.parse().expect("a number");
    match unit {
        "GiB" => number << 30,
        "MiB" => number << 20,
        _ => number,
    }
}
