//! What the journal keeps of an operation: the class `xenios_operation`, whose texts are JSON.

use super::Planner;
use crate::arguments::Arguments;
use crate::handler::Call;
use crate::plan::{Edit, Plan};
use machine::Fact;
use model::schema::MessageDef;
use model::{Host, Ref, RefId, Task, Text, Value, XeniosOperation};
use serde::{Deserialize, Serialize};
use store::Transaction;

/// What the journal keeps of a decision.
#[derive(Serialize, Deserialize)]
pub(super) struct Decision {
    pub plan: Plan,
    pub result: Value,
    /// Class, object, operation.
    pub holds: Vec<(String, RefId, String)>,
}

/// What the journal keeps of a call that waits.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub values: Vec<Value>,
    pub who: Text,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Notes {
    /// Node number and what takes its edits back.
    pub inverse: Vec<(usize, Vec<Edit>)>,
    /// Disks whose facts came before their rows.
    pub early: Vec<(Ref<Host>, Fact)>,
}

pub(super) fn write_request(
    tx: &mut Transaction,
    operation: Ref<XeniosOperation>,
    task: Ref<Task>,
    call: &Call,
    arguments: &Arguments,
) {
    let request = Request { values: arguments.values.clone(), who: call.who.clone() };
    let row = XeniosOperation {
        uuid: model::Uuid(operation.id().0),
        task,
        message: Text::new_static(arguments.message.full_name),
        request: Text::new(serde_json::to_string(&request).unwrap_or_default()),
        version: 1,
        ..XeniosOperation::default()
    };
    tx.insert(operation, row);
}

pub(super) fn request_of(row: &XeniosOperation) -> Option<(Arguments, Planner)> {
    let request: Request = serde_json::from_str(&row.request).ok()?;
    let message: &'static MessageDef =
        model::generated::schema::MESSAGES.iter().find(|message| message.full_name == row.message)?;
    match crate::operations::find(message.full_name)? {
        crate::handler::Handler::Plan(planner) => {
            Some((Arguments { message, values: request.values }, *planner))
        }
        _ => None,
    }
}
