//! What the journal keeps of an operation: the class `xenios_operation`, whose texts are JSON.

use super::Planner;
use super::progress::{Node, Progress};
use super::walk::collect_leaves;
use crate::arguments::Arguments;
use crate::handler::Call;
use crate::plan::{Edit, Plan};
use machine::{Fact, Step};
use model::schema::MessageDef;
use model::{ClassId, Host, Ref, RefId, Task, Text, Value, XeniosOperation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Snapshot, Transaction};

/// What the journal keeps of a decision.
#[derive(Serialize, Deserialize)]
pub(super) struct Decision {
    pub plan: Plan,
    pub result: Value,
    /// The result is this field as it is at the end: class, object, field.
    #[serde(default)]
    pub result_of: Option<(String, RefId, String)>,
    /// Class, object, operation.
    pub holds: Vec<(String, RefId, String)>,
    /// Who asked.
    #[serde(default)]
    pub who: Text,
}

impl Decision {
    /// What the call returns now that all is done.
    pub fn result(&self, pool: &Snapshot) -> Value {
        let field = self.result_of.as_ref().and_then(|(class, id, field)| {
            let class = model::ClassId::by_name(class)?;
            let (number, _) = class.definition().field(field)?;
            Some(pool.entry(class, *id)?.row.field(number)?.value())
        });
        field.unwrap_or_else(|| self.result.clone())
    }
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

impl Notes {
    /// What is known of the disks whose rows these edits make.
    pub fn early_for(&self, edits: &[Edit]) -> Vec<(Ref<Host>, Fact)> {
        let made: BTreeSet<Text> = edits.iter().filter_map(made_disk).collect();
        let known = |fact: &Fact| {
            let disc = match fact {
                Fact::DiskPresent { disc, .. } => Some(*disc),
                Fact::Disk(fact) => fact.disc(),
                _ => None,
            };
            disc.is_some_and(|disc| made.contains(&Text::new(disc.vdi.to_string())))
        };
        self.early.iter().filter(|(_, fact)| known(fact)).cloned().collect()
    }
}

/// The uuid of the disk whose row an edit makes.
fn made_disk(edit: &Edit) -> Option<Text> {
    match edit {
        Edit::Make { class, fields, .. } if class == ClassId::Vdi.name() => {
            fields.iter().find(|(name, _)| name == "uuid").and_then(|(_, value)| value.as_text())
        }
        _ => None,
    }
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

/// Who asked for an operation that a process before this one had begun.
pub(super) fn who_of(row: &XeniosOperation) -> Text {
    #[derive(Deserialize)]
    struct Asked {
        who: Text,
    }
    let written = if row.decision.is_empty() { &row.request } else { &row.decision };
    serde_json::from_str(written).map_or(Text::new_static("toolstack"), |asked: Asked| asked.who)
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

/// Whether an operation that has not ended has to do with this: what it makes may have no row yet, and
/// what it takes away may be there still.
pub fn mentions(pool: &Snapshot, uuid: model::Uuid) -> bool {
    let number = uuid.0.to_string();
    pool.all::<XeniosOperation>().any(|(_, row)| row.decision.contains(&number))
}

/// What the journal knows of machines and the rows do not show yet: steps that were done by operations
/// that have not ended, in their order, and disks without rows.
pub fn unseen(pool: &Snapshot) -> (Vec<(Ref<Host>, Step)>, Vec<(Ref<Host>, Fact)>) {
    let mut steps = Vec::new();
    let mut disks = Vec::new();
    for (_, row) in pool.all::<XeniosOperation>() {
        let Ok(decision) = serde_json::from_str::<Decision>(&row.decision) else { continue };
        let progress = Progress::from_text(&row.progress, decision.plan.size());
        let mut leaves = Vec::new();
        collect_leaves(&decision.plan, 0, &mut leaves);
        steps.extend(leaves.into_iter().filter_map(|(number, leaf)| match leaf {
            Plan::Do(host, step) if progress.node(number) == Node::Done => Some((*host, step.clone())),
            _ => None,
        }));
        let notes: Notes = serde_json::from_str(&row.notes).unwrap_or_default();
        disks.extend(notes.early);
    }
    (steps, disks)
}

/// The steps of all operations of this name that have not ended.
pub fn steps_of(pool: &Snapshot, message: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (_, row) in pool.all::<XeniosOperation>().filter(|(_, row)| row.message == message) {
        let Ok(decision) = serde_json::from_str::<Decision>(&row.decision) else { continue };
        let mut leaves = Vec::new();
        collect_leaves(&decision.plan, 0, &mut leaves);
        steps.extend(leaves.into_iter().filter_map(|(_, leaf)| match leaf {
            Plan::Do(_, step) => Some(step.clone()),
            _ => None,
        }));
    }
    steps
}
