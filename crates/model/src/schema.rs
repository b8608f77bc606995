//! The tables of the model: classes, fields, messages, roles, enums, errors.
//!
//! Everything here is data that `generated/` fills in from `classes/*.toml`; what the data means
//! is decided by those who interpret it (`store`, `toolstack`, `emit`).

pub use crate::generated::schema::ClassId;
use crate::generated::schema::{CLASSES, MESSAGES};
use crate::row::Row;
use crate::value::{Text, Value};

impl ClassId {
    pub fn definition(self) -> &'static ClassDef {
        &CLASSES[self as usize]
    }
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        self.definition().name
    }
    pub fn all() -> impl Iterator<Item = ClassId> {
        CLASSES.iter().map(|class| class.id)
    }
    pub fn by_name(name: &str) -> Option<ClassId> {
        CLASSES.iter().find(|class| class.name == name).map(|class| class.id)
    }
    /// The class by its name in lower case, as events and subscriptions have it.
    pub fn by_lower_name(name: &str) -> Option<ClassId> {
        CLASSES.iter().find(|class| class.lower_name == name).map(|class| class.id)
    }
}

/// A class of objects.
#[derive(Debug)]
pub struct ClassDef {
    pub id: ClassId,
    pub name: &'static str,
    pub lower_name: &'static str,
    pub doc: &'static str,
    pub state: &'static str,
    /// First release, and every change since: `("published", "rio")`.
    pub transitions: &'static [(&'static str, &'static str)],
    /// Rows are kept in `state.db`.
    pub persistent: bool,
    /// Changes are told to those who listen for events.
    pub events: bool,
    /// It has a table in XAPI's database, and so a count among the `valid_ref_counts`.
    pub in_database: bool,
    /// Ours alone: never on the wire, never in `state.db`.
    pub own: bool,
    /// `get_all` exists.
    pub get_all: bool,
    pub fields: &'static [FieldDef],
    /// Operations, with the power states in which each is legal.
    pub operations: &'static [(&'static str, &'static [&'static str])],
    /// Range in `MESSAGES`.
    pub messages: (usize, usize),
    /// A new row with every field at its default; `None` for classes without rows.
    pub new_row: Option<fn() -> Box<dyn Row>>,
}

impl ClassDef {
    pub fn messages(&self) -> &'static [MessageDef] {
        &MESSAGES[self.messages.0..self.messages.1]
    }
    pub fn field(&self, name: &str) -> Option<(usize, &'static FieldDef)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
    pub fn field_by_db_name(&self, name: &str) -> Option<(usize, &'static FieldDef)> {
        self.fields.iter().enumerate().find(|(_, field)| field.db_name == name)
    }
    pub fn has_name_label(&self) -> bool {
        self.field("name_label").is_some()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Clients may change it.
    ReadWrite,
    /// Set when the object is made, fixed afterwards.
    Static,
    /// Only the server changes it.
    Dynamic,
}

/// Where the references of a relation stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    pub class: ClassId,
    /// Number of the field at the other end.
    pub field: usize,
    pub kind: RelationKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// This field is the reference; the other end is the set.
    One,
    /// This field is the set, derived from the references at the other end: it is not in the row.
    Many,
    /// Both ends are sets, both in their rows.
    ManyToMany,
}

#[derive(Debug)]
pub struct FieldDef {
    pub name: &'static str,
    /// Column name in `state.db`.
    pub db_name: &'static str,
    pub ty: Type,
    pub access: Access,
    /// `create` may leave it out.
    pub has_default: bool,
    /// Never on the wire.
    pub internal: bool,
    /// Kept by `state.db` when it is loaded again.
    pub db_persistent: bool,
    /// The reference may point at nothing that exists.
    pub loose: bool,
    /// Setting it does more than setting it.
    pub custom_setter: bool,
    pub relation: Option<Relation>,
    pub state: &'static str,
    pub transitions: &'static [(&'static str, &'static str)],
    pub read_role: Rank,
    pub write_role: Rank,
    /// Map keys that ask for another role than the field does; a `*` at the end matches any rest.
    pub key_roles: &'static [(&'static str, Rank)],
}

impl FieldDef {
    /// The set of a one-to-many relation: not in the row, found through the index of references.
    pub fn derived(&self) -> bool {
        matches!(self.relation, Some(Relation { kind: RelationKind::Many, .. }))
    }
}

/// The lowest role that may do something. Each rank includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    ReadOnly,
    VmOperator,
    VmAdmin,
    VmPowerAdmin,
    PoolOperator,
    PoolAdmin,
    /// Only root and members of the pool.
    LocalRoot,
}

#[derive(Debug, PartialEq)]
pub enum Type {
    Void,
    String,
    Int,
    Float,
    Bool,
    DateTime,
    Enum(&'static EnumDef),
    Ref(ClassId),
    Record(ClassId),
    /// The record of whatever class the event is about.
    AnyRecord,
    Set(&'static Type),
    Map(&'static Type, &'static Type),
    Option(&'static Type),
}

#[derive(Debug, PartialEq)]
pub struct EnumDef {
    pub name: &'static str,
    pub values: &'static [&'static str],
}

/// What a message does, as far as the table can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// An operation with a file of its own.
    Custom,
    /// Field number in all five.
    Get(usize),
    Set(usize),
    Add(usize),
    Remove(usize),
    Create,
    Destroy,
    GetRecord,
    GetByUuid,
    GetByNameLabel,
    GetAll,
    GetAllWhere,
    GetAllRecords,
    GetAllRecordsWhere,
}

#[derive(Debug)]
pub struct ParamDef {
    pub name: &'static str,
    pub ty: Type,
    /// Optional parameters stand last.
    pub default: Option<Constant>,
}

/// A value that the table can spell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Also for dates, enums and references.
    Text(&'static str),
    EmptySet,
    Map(&'static [(&'static str, &'static str)]),
}

impl Constant {
    pub fn value(self) -> Value {
        match self {
            Constant::Bool(value) => Value::Bool(value),
            Constant::Int(value) => Value::Int(value),
            Constant::Float(value) => Value::Float(value),
            Constant::Text(value) => Value::String(Text::new_static(value)),
            Constant::EmptySet => Value::Array(Vec::new()),
            Constant::Map(pairs) => {
                let member = |(key, value): &(&'static str, &'static str)| {
                    (Text::new_static(key), Value::from(*value))
                };
                Value::Struct(pairs.iter().map(member).collect())
            }
        }
    }
}

#[derive(Debug)]
pub struct MessageDef {
    pub class: ClassId,
    pub name: &'static str,
    /// `Class.name`.
    pub full_name: &'static str,
    pub kind: MessageKind,
    /// Declared, not derived from a field: it may have behaviour of its own.
    pub explicit: bool,
    pub doc: &'static str,
    pub params: &'static [ParamDef],
    pub result: Type,
    pub role: Rank,
    /// Clients known only by their certificate may call it.
    pub client_certificate: bool,
    pub key_roles: &'static [(&'static str, Rank)],
    /// `Async.` exists.
    pub is_async: bool,
    pub session: bool,
    pub hidden: bool,
    pub in_sdk: bool,
    pub secret: bool,
    pub pool_internal: bool,
    pub removed: bool,
    pub errors: &'static [&'static str],
    /// Members of the constructor's struct: field number, and whether it must be there.
    pub members: &'static [(usize, bool)],
    /// Power states in which it is legal; empty: any.
    pub states: &'static [&'static str],
    /// What is marked while it runs: parameter (or relation of the first one), operation.
    pub holds: &'static [(&'static str, &'static str)],
    pub route: Route,
    /// The host extension that answers it.
    pub extension: Option<&'static str>,
}

/// Where a message runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// On the host that was asked.
    Here,
    Coordinator,
    /// On the host where the named object is.
    Owner,
}

#[derive(Debug)]
pub struct ErrorDef {
    pub code: &'static str,
    pub params: &'static [&'static str],
}

#[derive(Debug)]
pub struct RoleDef {
    pub name: &'static str,
    pub uuid: &'static str,
}

#[derive(Debug)]
pub struct HttpAction {
    pub name: &'static str,
    pub method: &'static str,
    pub uri: &'static str,
    pub role: Rank,
    pub in_sdk: bool,
    pub args: &'static [&'static str],
    /// Parts of the action that ask for a rank of their own.
    pub sub_actions: &'static [(&'static str, Rank)],
    /// The rank is checked before the handler runs.
    pub checked_before: bool,
    pub own_rate_limit: bool,
}
