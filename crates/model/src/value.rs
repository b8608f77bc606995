//! `Value`: what a client sends and receives, before it has a type.
//!
//! The codecs in `wire` read and write it, typed rows convert to and from it field by field,
//! and the store keeps it on disk. It has no floating "any": what cannot be said here cannot
//! cross the border.

use crate::types::{Date, RefId};
use serde::{Deserialize, Serialize};

/// Text that is cheap to clone and needs no heap when short.
pub type Text = smol_str::SmolStr;

/// One value of the outside world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// JSON `null`, XML-RPC `<nil/>`.
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Text),
    DateTime(Date),
    /// A reference that is already known to have the canonical form. On the wire it is a string.
    Ref(RefId),
    Array(Vec<Value>),
    /// Members in the order in which they came.
    Struct(Vec<(Text, Value)>),
}

impl Value {
    /// The result of a method that returns nothing: an empty string, on both protocols.
    pub const VOID: Value = Value::String(Text::new_inline(""));

    pub fn string(text: impl AsRef<str>) -> Value {
        Value::String(Text::new(text))
    }

    /// The text of a string or reference.
    pub fn as_text(&self) -> Option<Text> {
        match self {
            Value::String(text) => Some(text.clone()),
            Value::Ref(id) => Some(Text::new(id.to_string())),
            _ => None,
        }
    }

    /// The member of a struct with this name.
    pub fn member(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Struct(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// What kind of value this is, for error texts.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::String(_) => "string",
            Value::DateTime(_) => "datetime",
            Value::Ref(_) => "ref",
            Value::Array(_) => "array",
            Value::Struct(_) => "struct",
        }
    }

    /// Write this value through any encoder.
    pub fn write(&self, out: &mut dyn ValueWriter) {
        match self {
            Value::Nil => out.nil(),
            Value::Bool(value) => out.bool(*value),
            Value::Int(value) => out.int(*value),
            Value::Float(value) => out.float(*value),
            Value::String(value) => out.string(value),
            Value::DateTime(value) => out.date(*value),
            Value::Ref(value) => out.reference(*value),
            Value::Array(items) => {
                out.begin_array();
                for item in items {
                    item.write(out);
                }
                out.end_array();
            }
            Value::Struct(members) => {
                out.begin_struct();
                for (name, value) in members {
                    out.member(name);
                    value.write(out);
                }
                out.end_struct();
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::string(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text.into())
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}
impl From<RefId> for Value {
    fn from(value: RefId) -> Value {
        Value::Ref(value)
    }
}

/// An encoder that is told a value piece by piece, so that a large answer never exists as a tree.
///
/// Inside a struct every value is preceded by `member`.
pub trait ValueWriter {
    fn nil(&mut self);
    fn bool(&mut self, value: bool);
    /// Quirk untyped-int: XML-RPC writes integers without a type tag.
    fn int(&mut self, value: i64);
    /// An integer that XML-RPC does tag (`<i4>`): only `valid_ref_counts` uses it.
    fn tagged_int(&mut self, value: i64) {
        self.int(value);
    }
    fn float(&mut self, value: f64);
    fn string(&mut self, value: &str);
    fn date(&mut self, value: Date);
    fn reference(&mut self, value: RefId);
    fn begin_array(&mut self);
    fn end_array(&mut self);
    fn begin_struct(&mut self);
    fn member(&mut self, name: &str);
    fn end_struct(&mut self);
}
