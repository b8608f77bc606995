//! A call in words.
//!
//! ```text
//! VM.start web                                       objects by the names that a plan prints, or by uuid
//! VM.set_memory_dynamic_range web 1GiB 2GiB          sizes with their unit
//! VBD.create {VM: web, VDI: data, userdevice: 3}     records and maps
//! VM.add_to_other_config web disks '<provision/>'    quotes keep words together
//! ```
//! Parameters that are left out have their default, or are empty.

use crate::arguments::Arguments;
use crate::door::names;
use crate::explain::name_of;
use model::schema::Type;
use model::{ClassId, RefId, Text, Uuid, Value};
use store::Snapshot;

/// How deep records may be nested.
const MAX_DEPTH: usize = 8;

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
                value(pool, &param.ty, word, 0).map_err(|reason| format!("{}: {reason}", param.name))?
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

/// The words of a line.
pub fn split_words(line: &str) -> impl Iterator<Item = &str> {
    split(line, char::is_whitespace).into_iter().filter(|word| !word.is_empty())
}

/// Cut where `cuts` says so, but not within braces or quotes.
pub fn split(text: &str, cuts: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
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

/// A value of a type.
pub fn value(pool: &Snapshot, ty: &'static Type, word: &str, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("nested too deeply".into());
    }
    let plain = word.trim_matches('\'');
    Ok(match ty {
        Type::Bool => Value::Bool(plain.parse().map_err(|_| format!("{plain:?} is neither true nor false"))?),
        Type::Int => Value::Int(bytes(plain).ok_or_else(|| format!("{plain:?} is no number"))?),
        Type::Float => Value::Float(plain.parse().map_err(|_| format!("{plain:?} is no number"))?),
        Type::Ref(_) if plain == "null" => Value::Ref(RefId::NULL),
        Type::Ref(class) => Value::Ref(named(pool, *class, plain)?),
        Type::Set(item) => {
            // With brackets there may be none of them: `[]`, `[one, other]`.
            let inside = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let words = inside.unwrap_or(plain).split(',').map(str::trim);
            let words = words.filter(|word| inside.is_none() || !word.is_empty());
            let items = words.map(|word| value(pool, item, word, depth + 1));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Type::DateTime => {
            let date = model::Date::parse(plain).ok_or_else(|| format!("{plain:?} is no date"))?;
            Value::DateTime(date)
        }
        Type::Map(Type::Ref(class), item) => {
            let Value::Struct(named_so) = members(pool, word, depth, |_| Ok(item))? else {
                return Ok(Value::Nil);
            };
            let keyed = named_so
                .into_iter()
                .map(|(name, value)| Ok((Text::new(named(pool, *class, &name)?.to_string()), value)));
            Value::Struct(keyed.collect::<Result<_, String>>()?)
        }
        Type::Map(_, item) => members(pool, word, depth, |_| Ok(item))?,
        Type::Record(class) => members(pool, word, depth, |name| {
            let field = class.definition().field(name).map(|(_, field)| &field.ty);
            field.ok_or_else(|| format!("{} has no field {name}", class.name()))
        })?,
        _ => Value::string(plain),
    })
}

/// `{name: value, other: value}`.
fn members(
    pool: &Snapshot,
    word: &str,
    depth: usize,
    ty: impl Fn(&str) -> Result<&'static Type, String>,
) -> Result<Value, String> {
    let inside =
        word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or("expected {name: value}")?;
    let mut members = Vec::new();
    for part in split(inside, |letter| letter == ',').into_iter().filter(|part| !part.trim().is_empty()) {
        let (name, word) = part.split_once(':').ok_or("expected name: value")?;
        let name = name.trim();
        members.push((Text::new(name), value(pool, ty(name)?, word.trim(), depth + 1)?));
    }
    Ok(Value::Struct(members))
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

/// `4GiB`, `512MiB`, or a plain number.
fn bytes(word: &str) -> Option<i64> {
    let digit = |letter: char| letter.is_ascii_digit() || letter == '-';
    let (digits, unit) = word.split_at(word.find(|letter| !digit(letter)).unwrap_or(word.len()));
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

/// The one object of a class that goes by this name, uuid or reference.
pub fn named(pool: &Snapshot, class: ClassId, word: &str) -> Result<RefId, String> {
    let by_reference = RefId::parse(word).filter(|id| pool.contains(class, *id));
    let by_uuid = || Uuid::parse(word).and_then(|uuid| pool.by_uuid(class, uuid));
    if let Some(id) = by_reference.or_else(by_uuid) {
        return Ok(id);
    }
    // There is only one.
    if class == ClassId::Pool && word == "pool" {
        return pool.first::<model::Pool>().map(|(id, _)| id.id()).ok_or_else(|| "there is no pool".into());
    }
    let mut hits = pool.table(class).keys().copied().filter(|id| name_of(pool, class, *id) == word);
    match (hits.next(), hits.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(format!("more than one {} is called {word}; use the uuid", class.name())),
        (None, _) => Err(format!("no {} is called {word}", class.name())),
    }
}
