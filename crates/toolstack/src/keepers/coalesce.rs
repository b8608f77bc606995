//! What nobody needs of chains of disks is merged or thrown away: one operation for each storage, under
//! a task that clients see.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::Plan;
use crate::runner::{self, Running};
use crate::toolstack::Toolstack;
use model::schema::{MessageDef, MessageKind, Rank, Route, Type};
use model::{ApiError, ClassId, Ref, Sr, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Snapshot;

/// No client can ask for this: the original has no such message.
static MESSAGE: MessageDef = MessageDef {
    class: ClassId::Sr,
    name: "coalesce",
    full_name: "toolstack.coalesce",
    kind: MessageKind::Custom,
    explicit: true,
    doc: "Merge the hidden disks of a storage repository that a single disk stands on.",
    params: &[],
    result: Type::Void,
    role: Rank::LocalRoot,
    client_certificate: false,
    key_roles: &[],
    is_async: true,
    session: true,
    hidden: true,
    in_sdk: false,
    secret: false,
    pool_internal: true,
    removed: false,
    errors: &[],
    members: &[],
    states: &[],
    holds: &[],
    route: Route::Coordinator,
    extension: None,
};

/// Begin to merge wherever there is something to merge and nobody does so already.
pub async fn pass(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    for sr in due(&pool) {
        start(toolstack, sr).await?;
    }
    Ok(())
}

pub async fn start(toolstack: &Arc<Toolstack>, sr: Ref<Sr>) -> Result<Running, ApiError> {
    let arguments = Arguments { message: &MESSAGE, values: vec![Value::Ref(sr.id())] };
    let call = crate::listen::own_call();
    runner::start(toolstack.clone(), call, arguments, plan, "Garbage Collection").await
}

fn due(pool: &Snapshot) -> Vec<Ref<Sr>> {
    let hidden: BTreeSet<Ref<Sr>> =
        pool.all::<model::Vdi>().filter(|(_, row)| !row.managed).map(|(_, row)| row.SR).collect();
    if hidden.is_empty() {
        return Vec::new();
    }
    let worked_on: BTreeSet<_> = runner::steps_of(pool, MESSAGE.full_name)
        .into_iter()
        .filter_map(|step| match step {
            machine::Step::Disk(machine::DiskStep::Coalesce { child: disc, .. })
            | machine::Step::DestroyDisk { disc } => Some(disc.sr),
            _ => None,
        })
        .collect();
    let free = |sr: &Ref<Sr>| pool.get(*sr).is_some_and(|row| !worked_on.contains(&row.uuid));
    let ready =
        |sr: &Ref<Sr>| device::host_of_sr(pool, *sr).is_ok() && !crate::chains::merges(pool, *sr).is_empty();
    hidden.into_iter().filter(free).filter(ready).collect()
}

/// Each merge is whole for itself: what is done stays done, whatever becomes of the next one.
fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let sr: Ref<Sr> = Ref::new(arguments.this()?);
    planning.pool.find(sr)?;
    let host = device::host_of_sr(planning.pool, sr)?;
    let merges = crate::chains::merges(planning.pool, sr).into_iter().map(|step| Plan::Do(host, step));
    Ok(Planned::new(Plan::Serial([Plan::Pivot].into_iter().chain(merges).collect())))
}
