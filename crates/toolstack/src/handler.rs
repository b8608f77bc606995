//! `Handler`: how a message with behaviour of its own is answered.
//!
//! The shapes, from the simplest: read a snapshot; do one transaction; run a plan; or anything
//! else. The door finds the handler by the message's full name in `operations::HANDLERS` and
//! does for each shape what must be done around it. A message without a handler answers
//! `NOT_IMPLEMENTED`.

use crate::arguments::Arguments;
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use machine::Chance;
use model::schema::Rank;
use model::{ApiError, Class, ClassId, Date, Host, Ref, RefId, Session, Task, Text, Uuid, Value, Vm};
use std::sync::Arc;
use store::{Snapshot, Transaction};

/// An answer that takes its time.
pub type Answering<T> = BoxFuture<'static, Result<T, ApiError>>;

pub enum Handler {
    /// Reads the pool.
    Read(fn(&Reading, &Arguments) -> Result<Value, ApiError>),
    /// One transaction, done when the call returns.
    Change(fn(&mut Change, &Arguments) -> Result<Value, ApiError>),
    /// Decides on a plan, which the runner then carries out under a task.
    Plan(fn(&Planning, &Arguments) -> Result<Planned, ApiError>),
    /// Waits, or talks to what is not in the store.
    Serve(fn(Arc<Toolstack>, Call, Arguments) -> Answering<Value>),
    /// The same with an answer that is written straight from a snapshot.
    Tell(fn(Arc<Toolstack>, Call, Arguments) -> Answering<crate::door::Answer>),
}

/// Who calls, and for what: everything about a call but its parameters.
#[derive(Clone, Debug)]
pub struct Call {
    /// Null for calls that need no session.
    pub session: Ref<Session>,
    /// Root and members of the pool may do everything.
    pub superuser: bool,
    pub rank: Rank,
    /// Who is written into the log: user name or sid.
    pub who: Text,
    /// The task that this call reports to; null for getters.
    pub task: Ref<Task>,
    /// How the request came in.
    pub origin: Origin,
    /// `User-Agent`, or the login's originator.
    pub client: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The local socket: root without a password.
    Socket,
    /// A network connection from this address.
    Network(std::net::IpAddr),
    /// The same, by a client whose certificate the pool trusts.
    Certified(std::net::IpAddr),
    /// The toolstack itself: keepers, restarts.
    Own,
}

impl Origin {
    pub fn address(self) -> Option<std::net::IpAddr> {
        match self {
            Origin::Network(address) | Origin::Certified(address) => Some(address),
            Origin::Socket | Origin::Own => None,
        }
    }
}

pub struct Reading<'a> {
    pub pool: &'a Snapshot,
    pub call: &'a Call,
    pub toolstack: &'a Toolstack,
}

/// A transaction with what a decision may need beside the rows.
pub struct Change<'a> {
    pub tx: &'a mut Transaction,
    pub now: Date,
    pub chance: &'a dyn Chance,
    pub call: &'a Call,
    pub toolstack: &'a Toolstack,
    /// Nothing of this will be kept: what is not in rows is left alone.
    pub dry: bool,
}

impl Change<'_> {
    pub fn new_ref<T>(&self) -> Ref<T> {
        Ref::from_bits(self.chance.uuid().0)
    }
    pub fn new_uuid(&self) -> Uuid {
        self.chance.uuid()
    }
}

/// What a plan is decided on.
pub struct Planning<'a> {
    pub pool: &'a Snapshot,
    pub now: Date,
    pub chance: &'a dyn Chance,
    pub call: &'a Call,
    pub toolstack: &'a Toolstack,
}

impl Planning<'_> {
    /// Another operation as a part of this one: a message that plans, and all its parameters.
    pub fn call(&self, message: &'static str, values: Vec<Value>) -> Plan {
        Plan::Call { task: self.new_ref::<Task>().id(), message: message.into(), values }
    }
    pub fn new_ref<T>(&self) -> Ref<T> {
        Ref::from_bits(self.chance.uuid().0)
    }
    pub fn new_uuid(&self) -> Uuid {
        self.chance.uuid()
    }
}

/// A decision: what will be done, what the call returns when it is done, and what is held meanwhile
/// beyond the `holds` of the table.
#[derive(Clone, Debug)]
pub struct Planned {
    pub plan: Plan,
    pub result: Value,
    pub holds: Vec<(ClassId, RefId, &'static str)>,
    /// The result is this field as it is at the end, which nobody knows yet.
    pub result_of: Option<(ClassId, RefId, &'static str)>,
    /// The host on which room is kept for a machine while this runs.
    pub claim: Option<(Ref<Vm>, Ref<Host>)>,
    /// What is promised from the moment at which it begins: edits of that same commit. Places are
    /// given back at the end.
    pub promises: Vec<Edit>,
}

impl Planned {
    pub fn new(plan: Plan) -> Planned {
        Planned {
            plan,
            result: Value::VOID,
            result_of: None,
            holds: Vec::new(),
            claim: None,
            promises: Vec::new(),
        }
    }
    pub fn returning(self, result: Value) -> Planned {
        Planned { result, ..self }
    }
    /// What the call returns is what the plan's facts will make of a field.
    pub fn returning_field(self, class: ClassId, id: RefId, field: &'static str) -> Planned {
        Planned { result_of: Some((class, id, field)), ..self }
    }
    pub fn claiming(self, vm: Ref<Vm>, host: Ref<Host>) -> Planned {
        Planned { claim: Some((vm, host)), ..self }
    }
    pub fn promising(mut self, promises: Vec<Edit>) -> Planned {
        self.promises.extend(promises);
        self
    }
    pub fn holding_all(mut self, more: Vec<(ClassId, RefId, &'static str)>) -> Planned {
        self.holds.extend(more);
        self
    }
    pub fn holding(mut self, class: ClassId, id: RefId, operation: &'static str) -> Planned {
        self.holds.push((class, id, operation));
        self
    }
}

/// Read a row, or say which handle is not valid.
pub trait Find {
    fn find<T: Class>(&self, id: Ref<T>) -> Result<&T, ApiError>;
}

impl Find for Snapshot {
    fn find<T: Class>(&self, id: Ref<T>) -> Result<&T, ApiError> {
        self.get(id).ok_or_else(|| ApiError::handle_invalid(T::ID.name(), id))
    }
}
