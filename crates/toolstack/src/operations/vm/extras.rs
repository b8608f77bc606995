//! vTPMs, vGPUs and USB slots of a machine: what becomes of them when it is copied or goes.

use super::copies::Kind;
use crate::handler::Planning;
use crate::plan::Edit;
use model::{EnumSet, Map, Ref, Secret, Text, Vgpu, Vm, Vtpm, Vusb, many};
use store::Snapshot;

/// The rows of a copy. USB slots are of one machine, and so is the state of a unique vTPM.
pub fn copies(planning: &Planning, from: Ref<Vm>, to: Ref<Vm>, kind: Kind) -> Vec<Edit> {
    let pool = planning.pool;
    let mut edits = Vec::new();
    for (_, vtpm) in pool.many_rows(many::VM_VTPMS, from) {
        let anew = vtpm.is_unique && matches!(kind, Kind::Clone | Kind::Copy(_));
        let state = pool.get(vtpm.contents).filter(|_| !anew);
        let contents: Ref<Secret> = planning.new_ref();
        let value = state.map(|secret| secret.value.clone()).unwrap_or_default();
        edits.push(Edit::make(contents, Secret { uuid: planning.new_uuid(), value, ..Secret::default() }));
        let row = Vtpm {
            uuid: planning.new_uuid(),
            VM: to,
            contents,
            allowed_operations: EnumSet::EMPTY,
            current_operations: Map::EMPTY,
            ..vtpm.clone()
        };
        edits.push(Edit::make(planning.new_ref::<Vtpm>(), row));
    }
    for (_, vgpu) in pool.many_rows(many::VM_VGPUS, from) {
        let row = Vgpu {
            uuid: planning.new_uuid(),
            VM: to,
            currently_attached: false,
            resident_on: Ref::NULL,
            scheduled_to_be_resident_on: Ref::NULL,
            PCI: Ref::NULL,
            ..vgpu.clone()
        };
        edits.push(Edit::make(planning.new_ref::<Vgpu>(), row));
    }
    edits
}

/// They go with their machine.
pub fn drops(pool: &Snapshot, vm: Ref<Vm>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (vtpm, row) in pool.many_rows(many::VM_VTPMS, vm) {
        edits.push(Edit::drop::<Vtpm>(vtpm));
        if pool.get(row.contents).is_some() {
            edits.push(Edit::drop(row.contents));
        }
    }
    edits.extend(pool.many(many::VM_VGPUS, vm).map(Edit::drop::<Vgpu>));
    edits.extend(pool.many(many::VM_VUSBS, vm).map(Edit::drop::<Vusb>));
    edits
}

/// A vTPM without any state, and the secret that will hold it.
pub fn new_vtpm(planning: &Planning, vm: Ref<Vm>) -> Vec<Edit> {
    let contents: Ref<Secret> = planning.new_ref();
    let secret = Secret { uuid: planning.new_uuid(), value: Text::default(), ..Secret::default() };
    let row = Vtpm { uuid: planning.new_uuid(), VM: vm, contents, ..Vtpm::default() };
    vec![Edit::make(contents, secret), Edit::make(planning.new_ref::<Vtpm>(), row)]
}
