//! `Plan`: what an operation will do, as data.
//!
//! A plan is printed, explained, written to the journal, failed at any step, resumed and unwound,
//! and it is the same plan each time: nothing is left to choose while it runs. Its leaves (steps of
//! machines and edits of rows) are numbered from left to right; `Progress` says how far each is.

use machine::Step;
use model::{Class, ClassId, Field, Host, Ref, RefId, Value};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Plan {
    /// A step of the machine of a host.
    Do(Ref<Host>, Step),
    /// Edits of rows, all in one commit.
    Write(Vec<Edit>),
    /// Another operation, under a task of its own that is a subtask of this one's. It has its own
    /// journal, so after a crash it goes on by itself; what it has done is not undone with the rest.
    Call {
        task: RefId,
        message: String,
        values: Vec<Value>,
    },
    /// Some seconds pass.
    Wait(u64),
    /// Of parts that were allowed to fail: these machines are in this state now, or the whole has failed
    /// in part.
    Expect {
        operation: String,
        vms: Vec<RefId>,
        state: String,
    },
    Serial(Vec<Plan>),
    Parallel(Vec<Plan>),
    /// The second if the first fails; what the first had done is taken back before.
    OrElse(Box<Plan>, Box<Plan>),
    /// Its failure is no failure of the whole.
    BestEffort(Box<Plan>),
    /// The point of no return: what comes after is finished, whatever happens.
    Pivot,
}

/// A change of one row, with its inverse at hand once it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// A new row: class name, reference, fields that are not at their default.
    Make {
        class: String,
        id: RefId,
        fields: Vec<(String, Value)>,
    },
    Set {
        class: String,
        id: RefId,
        field: String,
        value: Value,
    },
    Drop {
        class: String,
        id: RefId,
    },
}

impl Plan {
    pub fn nothing() -> Plan {
        Plan::Serial(Vec::new())
    }
    pub fn best_effort(self) -> Plan {
        Plan::BestEffort(Box::new(self))
    }
    pub fn or_else(self, other: Plan) -> Plan {
        Plan::OrElse(Box::new(self), Box::new(other))
    }
    /// How many numbered nodes there are: leaves and alternatives.
    pub fn size(&self) -> usize {
        match self {
            Plan::Do(..)
            | Plan::Write(_)
            | Plan::Call { .. }
            | Plan::Wait(_)
            | Plan::Expect { .. }
            | Plan::Pivot => 1,
            Plan::Serial(parts) | Plan::Parallel(parts) => parts.iter().map(Plan::size).sum(),
            Plan::OrElse(first, second) => 1 + first.size() + second.size(),
            Plan::BestEffort(part) => part.size(),
        }
    }
}

impl Edit {
    /// A row as it is in memory.
    pub fn make<T: Class>(id: Ref<T>, row: T) -> Edit {
        let default = T::default();
        let fields = T::ID.definition().fields.iter().enumerate().filter_map(|(number, field)| {
            let (value, default) = (row.field(number)?.value(), default.field(number)?.value());
            (value != default).then(|| (field.name.to_string(), value))
        });
        Edit::Make { class: T::ID.name().into(), id: id.id(), fields: fields.collect() }
    }
    pub fn set<T>(id: Ref<T>, field: &str, value: impl Field) -> Edit
    where
        T: Class,
    {
        Edit::Set { class: T::ID.name().into(), id: id.id(), field: field.into(), value: value.value() }
    }
    pub fn drop<T: Class>(id: Ref<T>) -> Edit {
        Edit::Drop { class: T::ID.name().into(), id: id.id() }
    }
    pub fn class(&self) -> Option<ClassId> {
        match self {
            Edit::Make { class, .. } | Edit::Set { class, .. } | Edit::Drop { class, .. } => {
                ClassId::by_name(class)
            }
        }
    }
}

/// Steps of one host, in any order.
pub fn on_together(host: Ref<Host>, steps: impl IntoIterator<Item = Step>) -> Plan {
    Plan::Parallel(steps.into_iter().map(|step| Plan::Do(host, step)).collect())
}
