//! What an operation holds: marked in `current_operations` while it runs.

use crate::arguments::Arguments;
use crate::toolstack::Toolstack;
use model::schema::Type;
use model::{ApiError, ClassId, Ref, RefId, Task, Text, Value, Vm};
use store::{Snapshot, Transaction};

/// What the table says is held: parameters by name, relations of the first parameter by field.
pub fn holds_of(pool: &Snapshot, arguments: &Arguments) -> Result<Vec<(ClassId, RefId, String)>, ApiError> {
    let message = arguments.message;
    let mut holds = Vec::new();
    let mut first = None;
    for (name, operation) in message.holds {
        if let Some(param) = message.params.iter().find(|param| param.name == *name) {
            let Type::Ref(class) = param.ty else { continue };
            let id = arguments.reference::<()>(name)?.id();
            first.get_or_insert((class, id));
            holds.insert(0, (class, id, (*operation).to_string()));
        }
    }
    let Some((class, id)) = first else { return Ok(holds) };
    for (name, operation) in message.holds {
        let relation = class.definition().field(name).and_then(|(_, field)| field.relation);
        if let Some(relation) = relation {
            let others = pool.referrers(id, relation.class, relation.field);
            holds.extend(others.map(|other| (relation.class, other, (*operation).to_string())));
        }
    }
    Ok(holds)
}

pub(super) fn mark(tx: &mut Transaction, class: ClassId, id: RefId, task: Ref<Task>, operation: &str) {
    edit_current(tx, class, id, |members| {
        let key = Text::new(task.to_string());
        members.retain(|(other, _)| *other != key);
        members.push((key, Value::string(operation)));
    });
}

pub(super) fn unmark(tx: &mut Transaction, class: ClassId, id: RefId, task: Ref<Task>) {
    edit_current(tx, class, id, |members| members.retain(|(key, _)| *key != task.to_string()));
}

fn edit_current(
    tx: &mut Transaction,
    class: ClassId,
    id: RefId,
    change: impl FnOnce(&mut Vec<(Text, Value)>),
) {
    let Some((number, _)) = class.definition().field("current_operations") else { return };
    tx.update_row(class, id, |row| {
        let Some(field) = row.field_mut(number) else { return };
        if let Value::Struct(mut members) = field.value() {
            change(&mut members);
            if let Err(misfit) = field.assign(&Value::Struct(members)) {
                tracing::error!(?misfit, class = class.name(), "an operation could not be marked");
            }
        }
    });
}

/// A hard shutdown or reboot ends what else is done to the machine, and begins when that has ended.
pub(super) fn cancel_others(
    tx: &Transaction,
    toolstack: &Toolstack,
    holds: &[(ClassId, RefId, String)],
    task: Ref<Task>,
) {
    for (class, id, operation) in holds {
        if *class != ClassId::Vm || !matches!(operation.as_str(), "hard_shutdown" | "hard_reboot") {
            continue;
        }
        let Some(vm) = tx.get::<Vm>(Ref::new(*id)) else { continue };
        for key in vm.current_operations.keys() {
            if let Some(other) = RefId::parse(key).filter(|other| *other != task.id()) {
                toolstack.running.cancel(Ref::new(other));
            }
        }
    }
}
