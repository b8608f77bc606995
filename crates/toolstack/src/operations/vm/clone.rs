//! `VM.clone`, `VM.copy`: another machine like this one.

use super::copies::{self, Copied, Kind};
use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::plan::Plan;
use model::{ApiError, Item, Ref, Sr, Vm};

pub fn clone(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    again(planning, arguments, Kind::Clone, "VM_CLONED", "cloned")
}

pub fn copy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    // A null storage means: each disk stays where it is.
    let sr: Ref<Sr> = arguments.reference("sr")?;
    again(planning, arguments, Kind::Copy(sr.some()), "VM_CLONED", "copied")
}

fn again(
    planning: &Planning,
    arguments: &Arguments,
    kind: Kind,
    alert: &str,
    what: &str,
) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let Copied { vm: new, disks, edits, holds, .. } =
        copies::machine(planning, id, arguments.text("new_name")?, kind, &[])?;
    let told = tell(planning, alert, vm, what, None);
    let plan = Plan::Serial(vec![Plan::Parallel(disks), Plan::Write(edits), told]);
    Ok(Planned::new(plan).returning(new.to_value()).holding_all(holds))
}
