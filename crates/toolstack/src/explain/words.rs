//! A call in words: `VM.start web`, `VM.set_memory_dynamic_range web 1GiB 2GiB`.
//!
//! Objects by the names that a plan prints for them, or by uuid or reference; bytes with a unit.
//! Parameters that are left out have their default, or are empty.

use crate::arguments::Arguments;
use crate::door::names;
use crate::explain::name_of;
use model::schema::Type;
use model::{ClassId, RefId, Uuid, Value};
use store::Snapshot;

/// Read a call, or say in words what is wrong with it.
pub fn parse<'a>(pool: &Snapshot, words: impl IntoIterator<Item = &'a str>) -> Result<Arguments, String> {
    let mut words = words.into_iter();
    let name = words.next().ok_or("a call is needed, such as: VM.start web")?;
    let message =
        names::find(name).map(|named| named.message).ok_or_else(|| format!("there is no message {name}"))?;
    let mut values = Vec::new();
    for param in message.params {
        values.push(match (words.next(), param.default) {
            (Some(word), _) => {
                value(pool, &param.ty, word).map_err(|reason| format!("{}: {reason}", param.name))?
            }
            (None, Some(default)) => of_default(&param.ty, default.value()),
            (None, None) => empty(&param.ty),
        });
    }
    match words.next() {
        Some(extra) => {
            Err(format!("{name} takes {} parameters; {extra:?} is one too many", message.params.len()))
        }
        None => Ok(Arguments { message, values }),
    }
}

fn of_default(ty: &Type, value: Value) -> Value {
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
        Type::Map(..) | Type::Record(_) => Value::Struct(Vec::new()),
        _ => Value::string(""),
    }
}

fn value(pool: &Snapshot, ty: &Type, word: &str) -> Result<Value, String> {
    Ok(match ty {
        Type::Bool => Value::Bool(word.parse().map_err(|_| format!("{word:?} is neither true nor false"))?),
        Type::Int => Value::Int(bytes(word).ok_or_else(|| format!("{word:?} is no number"))?),
        Type::Float => Value::Float(word.parse().map_err(|_| format!("{word:?} is no number"))?),
        Type::Ref(class) => Value::Ref(named(pool, *class, word)?),
        Type::Set(item) => {
            Value::Array(word.split(',').map(|word| value(pool, item, word)).collect::<Result<_, _>>()?)
        }
        Type::Map(..) | Type::Record(_) => return Err("maps and records cannot be said in words".into()),
        _ => Value::string(word),
    })
}

/// `4GiB`, `512MiB`, or a plain number.
fn bytes(word: &str) -> Option<i64> {
    let (digits, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
    let number: i64 = digits.parse().ok()?;
    let shift = match unit {
        "" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        "TiB" => 40,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

/// The one object of a class that goes by this name.
fn named(pool: &Snapshot, class: ClassId, word: &str) -> Result<RefId, String> {
    let by_reference = RefId::parse(word).filter(|id| pool.contains(class, *id));
    let by_uuid = || Uuid::parse(word).and_then(|uuid| pool.by_uuid(class, uuid));
    if let Some(id) = by_reference.or_else(by_uuid) {
        return Ok(id);
    }
    let mut hits = pool.table(class).keys().copied().filter(|id| name_of(pool, class, *id) == word);
    match (hits.next(), hits.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(format!("more than one {} is called {word}; use the uuid", class.name())),
        (None, _) => Err(format!("no {} is called {word}", class.name())),
    }
}
