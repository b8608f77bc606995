//! `Record`: one commit, as it is written down.
//!
//! A change keeps what was before and what is after, so the log can be walked in both directions,
//! and the generation of the object's change before it, so one object's history is a chain.
//! Classes and fields are numbers of a `Dictionary` that is kept beside the log: a later model may
//! number them otherwise.

use crate::interned::Interned;
use model::schema::ClassDef;
use model::{ClassId, Field, RefId, Row, Text, Value};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A commit, opaque to the engine but for its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Generations of its first and last change.
    pub first: u64,
    pub last: u64,
    pub header: Header,
    /// The changes, encoded by `encode`.
    pub body: Vec<u8>,
}

/// Who did what, when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Microseconds since 1970-01-01 UTC.
    pub at_micros: i64,
    /// The user, or what inside the toolstack.
    pub who: Text,
    /// The call, such as `VM.start`.
    pub call: Text,
    /// The task, if there is one.
    pub task: RefId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub class: ClassId,
    pub id: RefId,
    pub generation: u64,
    pub what: What,
}

/// Fields by their number. Defaults are left out of whole rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    Made { fields: Vec<(u16, Value)> },
    Changed { previous: u64, fields: Vec<(u16, Value, Value)> },
    Gone { created: u64, modified: u64, fields: Vec<(u16, Value)> },
}

#[derive(Serialize, Deserialize)]
struct StoredChange {
    class: u16,
    id: RefId,
    generation: u64,
    what: What,
}

/// Why stored bytes could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the stored bytes make no sense: {0}")]
pub struct Unreadable(pub String);

/// The names of classes and fields by the numbers that a log uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dictionary {
    classes: Vec<(Text, Vec<Text>)>,
}

impl Dictionary {
    /// The numbers of this program's model.
    pub fn current() -> Dictionary {
        let names =
            |class: &ClassDef| class.fields.iter().map(|field| Text::new_static(field.name)).collect();
        let class = |class: ClassId| (Text::new_static(class.name()), names(class.definition()));
        Dictionary { classes: ClassId::all().map(class).collect() }
    }
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }
    pub fn from_bytes(bytes: &[u8]) -> Result<Dictionary, Unreadable> {
        postcard::from_bytes(bytes).map_err(|error| Unreadable(error.to_string()))
    }
    /// How to read numbers of this dictionary with today's model. What the model has no more is left out.
    pub fn translation(&self) -> Translation {
        let class = |(name, fields): &(Text, Vec<Text>)| {
            let class = ClassId::by_name(name)?;
            let number = |field: &Text| class.definition().field(field).map(|(number, _)| number as u16);
            Some((class, fields.iter().map(number).collect()))
        };
        Translation { classes: self.classes.iter().map(class).collect() }
    }
}

pub struct Translation {
    classes: Vec<Option<(ClassId, Vec<Option<u16>>)>>,
}

impl Translation {
    fn class(&self, number: u16) -> Option<&(ClassId, Vec<Option<u16>>)> {
        self.classes.get(usize::from(number))?.as_ref()
    }
}

pub fn encode(changes: &[Change]) -> Vec<u8> {
    let stored: Vec<StoredChange> = changes
        .iter()
        .map(|change| StoredChange {
            class: change.class as u16,
            id: change.id,
            generation: change.generation,
            what: change.what.clone(),
        })
        .collect();
    postcard::to_stdvec(&stored).unwrap_or_default()
}

pub fn decode(bytes: &[u8], translation: &Translation) -> Result<Vec<Change>, Unreadable> {
    let stored: Vec<StoredChange> =
        postcard::from_bytes(bytes).map_err(|error| Unreadable(error.to_string()))?;
    let mut changes = Vec::with_capacity(stored.len());
    for StoredChange { class, id, generation, what } in stored {
        let Some((class, fields_of)) = translation.class(class) else { continue };
        let field = |number: u16| fields_of.get(usize::from(number)).copied().flatten();
        let whole = |fields: Vec<(u16, Value)>| {
            fields.into_iter().filter_map(|(number, value)| Some((field(number)?, value))).collect()
        };
        let what = match what {
            What::Made { fields } => What::Made { fields: whole(fields) },
            What::Gone { created, modified, fields } => {
                What::Gone { created, modified, fields: whole(fields) }
            }
            What::Changed { previous, fields } => What::Changed {
                previous,
                fields: fields
                    .into_iter()
                    .filter_map(|(number, old, new)| Some((field(number)?, old, new)))
                    .collect(),
            },
        };
        changes.push(Change { class: *class, id, generation, what });
    }
    Ok(changes)
}

/// A whole row, for checkpoints: the same encoding as a row that was made.
pub fn encode_row(row: &dyn Row) -> Vec<u8> {
    postcard::to_stdvec(&full_fields(row)).unwrap_or_default()
}

pub fn decode_row(
    class: u16,
    bytes: &[u8],
    translation: &Translation,
    interned: &mut Interned,
) -> Result<Option<Box<dyn Row>>, Unreadable> {
    let Some((class, fields_of)) = translation.class(class) else { return Ok(None) };
    let new_row =
        class.definition().new_row.ok_or_else(|| Unreadable(format!("{} has no rows", class.name())))?;
    let mut row = new_row();
    let short = |error: postcard::Error| Unreadable(error.to_string());
    let (count, mut rest) = postcard::take_from_bytes::<u64>(bytes).map_err(short)?;
    for _ in 0..count {
        let (number, value) = postcard::take_from_bytes::<u16>(rest).map_err(short)?;
        rest = skip_value(value, 0).ok_or_else(|| Unreadable("a value is cut off".into()))?;
        let value = &value[..value.len() - rest.len()];
        let Some(number) = fields_of.get(usize::from(number)).copied().flatten() else { continue };
        if let Some(field) = row.field_mut(usize::from(number)) {
            interned.assign(field, value).map_err(|reason| {
                let name = class.definition().fields.get(usize::from(number)).map_or("?", |field| field.name);
                Unreadable(format!("{name}: {reason}"))
            })?;
        }
    }
    if rest.is_empty() { Ok(Some(row)) } else { Err(Unreadable("there is more than the fields".into())) }
}

/// What follows an encoded `Value`.
fn skip_value(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    // Types of the model are three deep at most.
    if depth > 8 {
        return None;
    }
    let number = |bytes| postcard::take_from_bytes::<u64>(bytes).ok();
    let text = |bytes| {
        let (length, rest) = number(bytes)?;
        rest.get(usize::try_from(length).ok()?..)
    };
    let (tag, mut rest) = number(bytes)?;
    match tag {
        0 => Some(rest),
        1 => rest.get(1..),
        2 | 5 | 6 => {
            let last = rest.iter().position(|byte| byte & 0x80 == 0)?;
            rest.get(last + 1..)
        }
        3 => rest.get(8..),
        4 => text(rest),
        7 | 8 => {
            let (count, items) = number(rest)?;
            rest = items;
            for _ in 0..count {
                let item = if tag == 8 { text(rest)? } else { rest };
                rest = skip_value(item, depth + 1)?;
            }
            Some(rest)
        }
        _ => None,
    }
}

/// The fields of a row that are not at their default.
pub(crate) fn full_fields(row: &dyn Row) -> Vec<(u16, Value)> {
    let defaults = defaults(row.class());
    let mut fields = Vec::new();
    for (number, default) in defaults.iter().enumerate() {
        if let (Some(default), Some(field)) = (default, row.field(number)) {
            let value = field.value();
            if value != *default {
                fields.push((number as u16, value));
            }
        }
    }
    fields
}

/// What the fields of a new row are, made once for each class.
fn defaults(class: ClassId) -> &'static [Option<Value>] {
    static DEFAULTS: OnceLock<Vec<Vec<Option<Value>>>> = OnceLock::new();
    let of = |class: ClassId| {
        let row = class.definition().new_row.map(|new_row| new_row());
        let value = |number| row.as_ref()?.field(number).map(Field::value);
        (0..class.definition().fields.len()).map(value).collect()
    };
    &DEFAULTS.get_or_init(|| ClassId::all().map(of).collect())[class as usize]
}

pub(crate) fn changed_fields(old: &dyn Row, new: &dyn Row) -> Vec<(u16, Value, Value)> {
    let mut fields = Vec::new();
    for number in 0..new.definition().fields.len() {
        if let (Some(old), Some(new)) = (old.field(number), new.field(number)) {
            let (old, new) = (old.value(), new.value());
            if old != new {
                fields.push((number as u16, old, new));
            }
        }
    }
    fields
}

/// A row made of fields, the others at their defaults.
pub(crate) fn row_of(
    class: ClassId,
    fields: impl IntoIterator<Item = (u16, Value)>,
) -> Result<Box<dyn Row>, Unreadable> {
    let new_row =
        class.definition().new_row.ok_or_else(|| Unreadable(format!("{} has no rows", class.name())))?;
    let mut row = new_row();
    assign(&mut *row, fields)?;
    Ok(row)
}

pub(crate) fn assign(
    row: &mut dyn Row,
    fields: impl IntoIterator<Item = (u16, Value)>,
) -> Result<(), Unreadable> {
    for (number, value) in fields {
        let name = row.definition().fields.get(usize::from(number)).map_or("?", |field| field.name);
        if let Some(field) = row.field_mut(usize::from(number)) {
            field.assign(&value).map_err(|misfit| Unreadable(format!("{name}: {misfit:?}")))?;
        }
    }
    Ok(())
}
