//! `Field`: what every type of a field can do, so that ten generic functions serve every class.

use crate::types::{ApiEnum, Date, EnumSet, Map, Ref, RefId, Set, Uuid};
use crate::value::{Text, Value, ValueWriter};
use std::any::Any;

/// A value that does not fit its field.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    pub expected: &'static str,
    pub found: Text,
}

impl Misfit {
    pub fn new(expected: &'static str, found: &Value) -> Misfit {
        Misfit { expected, found: found.as_text().unwrap_or_else(|| Text::new_static(found.kind())) }
    }
}

/// One field of a row. `Any`, so that whoever knows the type can have it.
pub trait Field: Any + Send + Sync {
    fn value(&self) -> Value;
    fn assign(&mut self, value: &Value) -> Result<(), Misfit>;
    fn write(&self, out: &mut dyn ValueWriter);
    /// Every reference that this field holds, null ones left out.
    fn references(&self, _visit: &mut dyn FnMut(RefId)) {}
    /// Replace one reference by another (`RefId::NULL` drops it from a set).
    fn replace_reference(&mut self, _from: RefId, _to: RefId) {}
}

/// A type that can be a member of a set or the value of a map.
pub trait Item: Clone + PartialEq + Send + Sync + 'static {
    fn to_value(&self) -> Value;
    fn from_value(value: &Value) -> Result<Self, Misfit>;
    fn put(&self, out: &mut dyn ValueWriter);
    fn reference(&self) -> Option<RefId> {
        None
    }
}

/// A type that can be the key of a map: a member name on the wire.
pub trait Key: Item + Ord {
    fn with_name<R>(&self, run: impl FnOnce(&str) -> R) -> R;
}

macro_rules! plain_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn value(&self) -> Value {
                self.to_value()
            }
            fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
                *self = Self::from_value(value)?;
                Ok(())
            }
            fn write(&self, out: &mut dyn ValueWriter) {
                self.put(out);
            }
        }
    )*};
}
plain_field!(Text, i64, f64, bool, Date, Uuid);

impl Item for Text {
    fn to_value(&self) -> Value {
        Value::String(self.clone())
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        value.as_text().ok_or_else(|| Misfit::new("string", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.string(self);
    }
}
impl Key for Text {
    fn with_name<R>(&self, run: impl FnOnce(&str) -> R) -> R {
        run(self)
    }
}

impl Item for i64 {
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Int(number) => Some(*number),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| Misfit::new("int", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.int(*self);
    }
}
impl Key for i64 {
    fn with_name<R>(&self, run: impl FnOnce(&str) -> R) -> R {
        run(&self.to_string())
    }
}

impl Item for f64 {
    fn to_value(&self) -> Value {
        Value::Float(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Float(number) => Some(*number),
            Value::Int(number) => Some(*number as f64),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| Misfit::new("float", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.float(*self);
    }
}

impl Item for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            _ => Err(Misfit::new("bool", value)),
        }
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.bool(*self);
    }
}

impl Item for Date {
    fn to_value(&self) -> Value {
        Value::DateTime(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::DateTime(date) => Some(*date),
            Value::String(text) => Date::parse(text),
            _ => None,
        }
        .ok_or_else(|| Misfit::new("datetime", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.date(*self);
    }
}

impl Item for Uuid {
    fn to_value(&self) -> Value {
        Value::String(Text::new(self.encode(&mut [0; 36])))
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        value.as_text().and_then(|text| Uuid::parse(&text)).ok_or_else(|| Misfit::new("uuid", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.string(self.encode(&mut [0; 36]));
    }
}

impl<T: 'static> Item for Ref<T> {
    fn to_value(&self) -> Value {
        Value::Ref(self.id())
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Ref(id) => Some(*id),
            Value::String(text) => RefId::parse(text),
            _ => None,
        }
        .map(Ref::new)
        .ok_or_else(|| Misfit::new("ref", value))
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.reference(self.id());
    }
    fn reference(&self) -> Option<RefId> {
        self.some().map(Ref::id)
    }
}
impl<T: 'static> Key for Ref<T> {
    fn with_name<R>(&self, run: impl FnOnce(&str) -> R) -> R {
        run(self.id().encode(&mut [0; 46]))
    }
}
impl<T: 'static> Field for Ref<T> {
    fn value(&self) -> Value {
        self.to_value()
    }
    fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
        *self = Self::from_value(value)?;
        Ok(())
    }
    fn write(&self, out: &mut dyn ValueWriter) {
        self.put(out);
    }
    fn references(&self, visit: &mut dyn FnMut(RefId)) {
        if let Some(id) = self.reference() {
            visit(id);
        }
    }
    fn replace_reference(&mut self, from: RefId, to: RefId) {
        if self.id() == from {
            *self = Ref::new(to);
        }
    }
}

impl<T: Item> Item for Set<T> {
    fn to_value(&self) -> Value {
        Value::Array(self.iter().map(Item::to_value).collect())
    }
    fn from_value(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Array(items) => items.iter().map(T::from_value).collect(),
            _ => Err(Misfit::new("set", value)),
        }
    }
    fn put(&self, out: &mut dyn ValueWriter) {
        out.begin_array();
        for item in self.iter() {
            item.put(out);
        }
        out.end_array();
    }
}
impl<T: Item> Field for Set<T> {
    fn value(&self) -> Value {
        self.to_value()
    }
    fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
        *self = Self::from_value(value)?;
        Ok(())
    }
    fn write(&self, out: &mut dyn ValueWriter) {
        self.put(out);
    }
    fn references(&self, visit: &mut dyn FnMut(RefId)) {
        self.iter().filter_map(Item::reference).for_each(visit);
    }
    fn replace_reference(&mut self, from: RefId, to: RefId) {
        if self.iter().any(|item| item.reference() == Some(from)) {
            *self = self
                .iter()
                .filter_map(|item| match item.reference() {
                    Some(id) if id == from => {
                        (!to.is_null()).then(|| T::from_value(&Value::Ref(to)).ok()).flatten()
                    }
                    _ => Some(item.clone()),
                })
                .collect();
        }
    }
}

impl<K: Key, V: Item> Field for Map<K, V> {
    fn value(&self) -> Value {
        let member = |(key, value): (&K, &V)| (key.with_name(|name| Text::new(name)), value.to_value());
        Value::Struct(self.iter().map(member).collect())
    }
    fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
        let Value::Struct(members) = value else { return Err(Misfit::new("map", value)) };
        let pair = |(key, value): &(Text, Value)| {
            Ok((K::from_value(&Value::String(key.clone()))?, V::from_value(value)?))
        };
        *self = members.iter().map(pair).collect::<Result<_, Misfit>>()?;
        Ok(())
    }
    fn write(&self, out: &mut dyn ValueWriter) {
        out.begin_struct();
        for (key, value) in self.iter() {
            key.with_name(|name| out.member(name));
            value.put(out);
        }
        out.end_struct();
    }
    fn references(&self, visit: &mut dyn FnMut(RefId)) {
        for (key, value) in self.iter() {
            key.reference().into_iter().chain(value.reference()).for_each(&mut *visit);
        }
    }
    fn replace_reference(&mut self, from: RefId, to: RefId) {
        let hit = |key: &K, value: &V| key.reference() == Some(from) || value.reference() == Some(from);
        if self.iter().any(|(key, value)| hit(key, value)) {
            let swap = |id: Option<RefId>| if id == Some(from) { Some(Value::Ref(to)) } else { None };
            *self = self
                .iter()
                .filter(|(key, value)| !(to.is_null() && hit(key, value)))
                .map(|(key, value)| {
                    let new_key = swap(key.reference()).and_then(|id| K::from_value(&id).ok());
                    let new_value = swap(value.reference()).and_then(|id| V::from_value(&id).ok());
                    (new_key.unwrap_or_else(|| key.clone()), new_value.unwrap_or_else(|| value.clone()))
                })
                .collect();
        }
    }
}

impl<E: ApiEnum> Field for EnumSet<E> {
    fn value(&self) -> Value {
        Value::Array(self.iter().map(|value| Value::String(Text::new_static(value.name()))).collect())
    }
    fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
        let Value::Array(items) = value else { return Err(Misfit::new("set", value)) };
        let parse = |item: &Value| {
            item.as_text().and_then(|text| E::parse(&text)).ok_or_else(|| Misfit::new("enum", item))
        };
        *self = items.iter().map(parse).collect::<Result<_, Misfit>>()?;
        Ok(())
    }
    fn write(&self, out: &mut dyn ValueWriter) {
        out.begin_array();
        for value in self.iter() {
            out.string(value.name());
        }
        out.end_array();
    }
}

/// A field that may be absent from the record.
impl<T: Item> Field for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Nil, Item::to_value)
    }
    fn assign(&mut self, value: &Value) -> Result<(), Misfit> {
        *self = match value {
            Value::Nil => None,
            present => Some(T::from_value(present)?),
        };
        Ok(())
    }
    fn write(&self, out: &mut dyn ValueWriter) {
        match self {
            Some(value) => value.put(out),
            None => out.nil(),
        }
    }
}

/// Makes a Rust enum of a model enum: `api_enum!(VmPowerState { Halted = "Halted", … })`.
#[macro_export]
macro_rules! api_enum {
    ($(#[$meta:meta])* $name:ident { $first:ident = $first_text:literal $(, $variant:ident = $text:literal)* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { #[default] $first $(, $variant)* }
        impl $crate::types::ApiEnum for $name {
            const NAMES: &'static [&'static str] = &[$first_text $(, $text)*];
            fn index(self) -> usize {
                self as usize
            }
            fn from_index(index: usize) -> Option<Self> {
                const ALL: &[$name] = &[$name::$first $(, $name::$variant)*];
                ALL.get(index).copied()
            }
        }
        impl $crate::field::Item for $name {
            fn to_value(&self) -> $crate::value::Value {
                $crate::value::Value::String($crate::value::Text::new_static($crate::types::ApiEnum::name(*self)))
            }
            fn from_value(value: &$crate::value::Value) -> Result<Self, $crate::field::Misfit> {
                value
                    .as_text()
                    .and_then(|text| <$name as $crate::types::ApiEnum>::parse(&text))
                    .ok_or_else(|| $crate::field::Misfit::new(stringify!($name), value))
            }
            fn put(&self, out: &mut dyn $crate::value::ValueWriter) {
                out.string($crate::types::ApiEnum::name(*self));
            }
        }
        impl $crate::field::Key for $name {
            fn with_name<R>(&self, run: impl FnOnce(&str) -> R) -> R {
                run($crate::types::ApiEnum::name(*self))
            }
        }
        impl $crate::field::Field for $name {
            fn value(&self) -> $crate::value::Value {
                $crate::field::Item::to_value(self)
            }
            fn assign(&mut self, value: &$crate::value::Value) -> Result<(), $crate::field::Misfit> {
                *self = $crate::field::Item::from_value(value)?;
                Ok(())
            }
            fn write(&self, out: &mut dyn $crate::value::ValueWriter) {
                $crate::field::Item::put(self, out);
            }
        }
    };
}
