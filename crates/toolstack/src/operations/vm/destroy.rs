//! `VM.destroy`: the machine's rows go. Its disks stay, as in the original; its suspend image goes.

use crate::allowed::vm::is_default_template;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::plan::{Edit, Plan};
use model::{ApiError, Console, Ref, Vbd, Vif, Vm, many};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let pool = planning.pool;
    let vm = pool.find(id)?;
    if is_default_template(vm) {
        return Err(ApiError::vm_cannot_delete_default_template(id));
    }
    let mut edits: Vec<Edit> = Vec::new();
    edits.extend(pool.many(many::VM_VBDS, id).map(Edit::drop::<Vbd>));
    edits.extend(pool.many(many::VM_VIFS, id).map(Edit::drop::<Vif>));
    edits.extend(super::extras::drops(pool, id));
    edits.extend(crate::localdb::drops(pool, vm.uuid));
    edits.extend(pool.many(many::VM_CONSOLES, id).map(Edit::drop::<Console>));
    if pool.get(vm.metrics).is_some() {
        edits.push(Edit::drop(vm.metrics));
    }
    if pool.get(vm.guest_metrics).is_some() {
        edits.push(Edit::drop(vm.guest_metrics));
    }
    // Its snapshots' place in the line of parents goes to those before it.
    for (child, _) in pool.many_rows(many::VM_CHILDREN, id) {
        edits.push(Edit::set(child, "parent", vm.parent));
    }
    edits.push(Edit::drop(id));
    let image = super::suspend::drop_image(planning, vm.suspend_VDI);
    Ok(Planned::new(Plan::Serial(vec![Plan::Write(edits), image])))
}
