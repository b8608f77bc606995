//! `VM.snapshot`: the machine and its disks as they are now, kept beside it.

use super::copies::{self, Copied, Kind};
use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::plan::{Edit, Plan};
use model::{ApiError, Item, Ref, Vdi, Vm};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let ignore = arguments.set::<Ref<Vdi>>("ignore_vdis")?;
    let Copied { vm: new, disks, mut edits, holds, .. } =
        copies::machine(planning, id, arguments.text("new_name")?, Kind::Snapshot, &ignore)?;
    // What came before this snapshot is its parent; this one is the parent of what comes next.
    edits.push(Edit::set(id, "parent", new));
    let told = tell(planning, "VM_SNAPSHOTTED", vm, "snapshotted", None);
    let plan = Plan::Serial(vec![Plan::Parallel(disks), Plan::Write(edits), told]);
    Ok(Planned::new(plan).returning(new.to_value()).holding_all(holds))
}
