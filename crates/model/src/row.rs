//! `Row`: one object of any class; `Class`: the same when the class is known.

use crate::field::Field;
use crate::schema::{ClassDef, ClassId};
use crate::types::Uuid;
use std::any::Any;
use std::fmt::Debug;
use std::marker::PhantomData;

/// One object of some class. Field numbers are positions in `ClassDef::fields`.
///
/// Fields that are the "many" side of a one-to-many relation (`FieldDef::derived`) are not in the
/// row: the store finds them by its index of references, so `field` answers `None` for them.
pub trait Row: Any + Send + Sync + Debug {
    fn class(&self) -> ClassId;
    fn field(&self, number: usize) -> Option<&dyn Field>;
    fn field_mut(&mut self, number: usize) -> Option<&mut dyn Field>;
    fn uuid(&self) -> Uuid;
    fn clone_row(&self) -> Box<dyn Row>;
    /// The same class and the same value in every field.
    fn same(&self, other: &dyn Row) -> bool;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;

    fn definition(&self) -> &'static ClassDef {
        self.class().definition()
    }
}

/// A class whose rows are `Self`.
pub trait Class: Row + Clone + Default + PartialEq {
    const ID: ClassId;
}

/// A one-to-many relation, seen from its "one" end: the rows of `B` whose field points at a row of `A`.
pub struct Many<A, B> {
    /// Number of the reference field in `B`.
    pub field: usize,
    ends: PhantomData<fn() -> (A, B)>,
}

impl<A, B> Many<A, B> {
    pub const fn new(field: usize) -> Many<A, B> {
        Many { field, ends: PhantomData }
    }
}
impl<A, B> Clone for Many<A, B> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A, B> Copy for Many<A, B> {}

/// Makes the struct of a class: `row!(Vm = VM { 0 uuid: Uuid = …, … })`. The number is the field's
/// position in the table; the expression is its default.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $name:ident = $class:ident { $($number:literal $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $(pub $field: $type,)* }
        impl Default for $name {
            fn default() -> Self {
                $name { $($field: $default,)* }
            }
        }
        impl $crate::row::Row for $name {
            fn class(&self) -> $crate::schema::ClassId {
                $crate::schema::ClassId::$class
            }
            fn field(&self, number: usize) -> Option<&dyn $crate::field::Field> {
                match number { $($number => Some(&self.$field),)* _ => None }
            }
            fn field_mut(&mut self, number: usize) -> Option<&mut dyn $crate::field::Field> {
                match number { $($number => Some(&mut self.$field),)* _ => None }
            }
            fn uuid(&self) -> $crate::types::Uuid {
                self.uuid
            }
            fn clone_row(&self) -> Box<dyn $crate::row::Row> {
                Box::new(self.clone())
            }
            fn same(&self, other: &dyn $crate::row::Row) -> bool {
                other.as_any().downcast_ref::<$name>() == Some(self)
            }
            fn as_any(&self) -> &dyn std::any::Any {
                self
            }
            fn as_any_mut(&mut self) -> &mut dyn std::any::Any {
                self
            }
        }
        impl $crate::row::Class for $name {
            const ID: $crate::schema::ClassId = $crate::schema::ClassId::$class;
        }
    };
}
