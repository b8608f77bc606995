//! `allowed_operations` and the errors behind it.
//!
//! One pure function per class, `check(pool, id, op)`, gives the first reason against an operation.
//! The list that clients see is every listed operation without a reason; a call that begins asks
//! the same function, so the two cannot disagree. `refresh` recomputes the lists of whatever a
//! transaction touched and of its neighbours, at the end of that transaction.

mod cluster;
mod cluster_host;
mod host;
pub mod pif;
mod pool;
mod sr;
mod vbd;
mod vdi;
mod vif;
pub mod vm;
mod vm_appliance;
mod vtpm;
mod vusb;

use model::{
    ApiEnum, ApiError, ClassId, EnumSet, Item, Map, Ref, RefId, Row, Text, Vbd, Vdi, Vif, Vm, Vtpm, Vusb,
    many,
};
use std::collections::BTreeSet;
use store::{Snapshot, Transaction};

/// The first reason against an operation on an object. Classes without rules have no reasons.
pub fn check(pool: &Snapshot, class: ClassId, id: RefId, operation: &str) -> Result<(), ApiError> {
    fn parsed<E: ApiEnum>(operation: &str) -> Result<E, ApiError> {
        E::parse(operation).ok_or_else(|| ApiError::internal_error(format!("no operation {operation}")))
    }
    match class {
        ClassId::Vm => vm::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Vbd => vbd::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Vif => vif::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Vdi => vdi::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Sr => sr::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Vtpm => vtpm::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Vusb => vusb::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Host => host::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Pool => pool::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::VmAppliance => vm_appliance::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::Cluster => cluster::check(pool, Ref::new(id), parsed(operation)?),
        ClassId::ClusterHost => cluster_host::check(pool, Ref::new(id), parsed(operation)?),
        _ => Ok(()),
    }
}

/// A row with its list as it should be; `None` if it is so already.
pub fn corrected(pool: &Snapshot, class: ClassId, id: RefId) -> Option<Box<dyn Row>> {
    macro_rules! corrected {
        ($module:ident, $row:ty) => {{
            let id: Ref<$row> = Ref::new(id);
            let row = pool.get(id)?;
            let allowed = $module::allowed(pool, id);
            (row.allowed_operations != allowed)
                .then(|| Box::new(<$row>::clone_with(row, allowed)) as Box<dyn Row>)
        }};
    }
    match class {
        ClassId::Vm => corrected!(vm, Vm),
        ClassId::Vbd => corrected!(vbd, Vbd),
        ClassId::Vif => corrected!(vif, Vif),
        ClassId::Vdi => corrected!(vdi, Vdi),
        ClassId::Sr => corrected!(sr, model::Sr),
        ClassId::Vtpm => corrected!(vtpm, Vtpm),
        ClassId::Vusb => corrected!(vusb, Vusb),
        ClassId::Host => corrected!(host, model::Host),
        ClassId::Pool => corrected!(pool, model::Pool),
        ClassId::VmAppliance => corrected!(vm_appliance, model::VmAppliance),
        ClassId::Cluster => corrected!(cluster, model::Cluster),
        ClassId::ClusterHost => corrected!(cluster_host, model::ClusterHost),
        _ => None,
    }
}

trait CloneWith<E> {
    fn clone_with(row: &Self, allowed: EnumSet<E>) -> Self;
}
macro_rules! clone_with {
    ($($row:ty => $operations:ty),*) => {$(
        impl CloneWith<$operations> for $row {
            fn clone_with(row: &Self, allowed: EnumSet<$operations>) -> Self {
                Self { allowed_operations: allowed, ..row.clone() }
            }
        }
    )*};
}
clone_with!(model::VmAppliance => model::VmApplianceOperation, model::Cluster => model::ClusterOperation, model::ClusterHost => model::ClusterHostOperation);
clone_with!(Vm => model::VmOperations, Vbd => model::VbdOperations, Vif => model::VifOperations, Vdi => model::VdiOperations, model::Sr => model::StorageOperations, Vtpm => model::VtpmOperations, Vusb => model::VusbOperations, model::Host => model::HostAllowedOperations, model::Pool => model::PoolAllowedOperations);

/// Bring the lists of everything touched, and of what depends on it, up to date.
pub fn refresh(tx: &mut Transaction) {
    let mut affected: BTreeSet<(ClassId, RefId)> = BTreeSet::new();
    for (class, id) in tx.touched() {
        affected.insert((*class, *id));
        match class {
            ClassId::Vm => {
                let vm: Ref<Vm> = Ref::new(*id);
                let rows = [tx.before().get(vm), tx.get(vm)].into_iter().flatten();
                let appliances = rows.filter_map(|row| row.appliance.some());
                affected.extend(appliances.map(|appliance| (ClassId::VmAppliance, appliance.id())));
                affected.extend(tx.many(many::VM_VBDS, vm).map(|vbd| (ClassId::Vbd, vbd.id())));
                affected.extend(tx.many(many::VM_VIFS, vm).map(|vif| (ClassId::Vif, vif.id())));
                affected.extend(tx.many(many::VM_VTPMS, vm).map(|vtpm| (ClassId::Vtpm, vtpm.id())));
                affected.extend(tx.many(many::VM_VUSBS, vm).map(|vusb| (ClassId::Vusb, vusb.id())));
                affected.extend(
                    tx.many_rows(many::VM_VBDS, vm)
                        .filter_map(|(_, vbd)| vbd.VDI.some())
                        .map(|vdi| (ClassId::Vdi, vdi.id())),
                );
            }
            ClassId::VmGuestMetrics => {
                let field = ClassId::Vm.definition().field("guest_metrics").map(|(number, _)| number);
                affected.extend(
                    field
                        .into_iter()
                        .flat_map(|field| tx.referrers(*id, ClassId::Vm, field))
                        .map(|vm| (ClassId::Vm, vm)),
                );
            }
            ClassId::Vbd => {
                let row = tx.get::<Vbd>(Ref::new(*id)).or_else(|| tx.before().get(Ref::new(*id)));
                let Some(vbd) = row else { continue };
                affected.insert((ClassId::Vm, vbd.VM.id()));
                affected.insert((ClassId::Vdi, vbd.VDI.id()));
                affected.extend(tx.many(many::VDI_VBDS, vbd.VDI).map(|other| (ClassId::Vbd, other.id())));
            }
            ClassId::Vif => {
                affected.extend(tx.get::<Vif>(Ref::new(*id)).map(|vif| (ClassId::Vm, vif.VM.id())));
            }
            ClassId::Vtpm => affected.extend(machine_of(tx, Ref::<Vtpm>::new(*id), |row| row.VM)),
            ClassId::Vusb => affected.extend(machine_of(tx, Ref::<Vusb>::new(*id), |row| row.VM)),
            ClassId::Vgpu => affected.extend(machine_of(tx, Ref::<model::Vgpu>::new(*id), |row| row.VM)),
            ClassId::Vdi => {
                affected.extend(
                    tx.many(many::VDI_VBDS, Ref::<Vdi>::new(*id)).map(|vbd| (ClassId::Vbd, vbd.id())),
                );
                // A disk that is reset at boot forbids what would outlive that.
                let machines = tx.many_rows(many::VDI_VBDS, Ref::<Vdi>::new(*id)).map(|(_, vbd)| vbd.VM);
                affected.extend(machines.map(|vm| (ClassId::Vm, vm.id())));
            }
            ClassId::HostMetrics => {
                let field = ClassId::Host.definition().field("metrics").map(|(number, _)| number);
                let hosts = field.into_iter().flat_map(|field| tx.referrers(*id, ClassId::Host, field));
                affected.extend(hosts.map(|host| (ClassId::Host, host)));
            }
            ClassId::Pool => {
                let is_on =
                    |pool: &Snapshot| pool.get(Ref::<model::Pool>::new(*id)).map(|row| row.ha_enabled);
                if is_on(tx) != is_on(tx.before()) {
                    affected.extend(crate::ha::disks(tx).map(|vdi| (ClassId::Vdi, vdi.id())));
                }
                if vm::rules_of(tx) != vm::rules_of(tx.before()) {
                    affected.extend(tx.all::<Vm>().map(|(vm, _)| (ClassId::Vm, vm.id())));
                }
            }
            ClassId::NetworkSriov => {
                for (vif, row) in pif::cards_on_functions(tx, Ref::new(*id)) {
                    affected.extend([(ClassId::Vif, vif.id()), (ClassId::Vm, row.VM.id())]);
                }
            }
            ClassId::Pbd => {
                let id: Ref<model::Pbd> = Ref::new(*id);
                let Some(sr) = tx.get(id).or_else(|| tx.before().get(id)).map(|pbd| pbd.SR) else { continue };
                affected.insert((ClassId::Sr, sr.id()));
                let attached = |pool: &Snapshot| {
                    pool.many_rows(many::SR_PBDS, sr).any(|(_, pbd)| pbd.currently_attached)
                };
                if attached(tx) != attached(tx.before()) {
                    affected.extend(tx.many(many::SR_VDIS, sr).map(|vdi| (ClassId::Vdi, vdi.id())));
                }
            }
            _ => {}
        }
    }
    for (class, id) in affected {
        if let Some(row) = corrected(tx, class, id) {
            tx.insert_row(id, row);
        }
    }
}

/// The machine of a device, also of one that is gone.
fn machine_of<T: model::Class>(
    tx: &Transaction,
    id: Ref<T>,
    machine: impl Fn(&T) -> Ref<Vm>,
) -> Option<(ClassId, RefId)> {
    let row = tx.get(id).or_else(|| tx.before().get(id))?;
    Some((ClassId::Vm, machine(row).id()))
}

/// The operations of an object that run now, in the words of OTHER_OPERATION_IN_PROGRESS.
fn in_progress<E: ApiEnum + Item>(class: &str, id: RefId, current: &Map<Text, E>) -> ApiError {
    let join = |texts: Vec<&str>| match texts.as_slice() {
        [one] => (*one).to_string(),
        many => format!("{{{}}}", many.join(",")),
    };
    let operations = join(current.values().map(|operation| operation.name()).collect());
    let tasks = join(current.keys().map(|task| task.as_str()).collect());
    ApiError::other_operation_in_progress(class, id, operations, tasks)
}

/// An object on which nothing runs now; else OTHER_OPERATION_IN_PROGRESS.
pub fn nothing_runs<E: ApiEnum + Item>(
    class: &str,
    id: RefId,
    current: &Map<Text, E>,
) -> Result<(), ApiError> {
    if current.is_empty() { Ok(()) } else { Err(in_progress(class, id, current)) }
}

/// An error that names every object in the way.
pub fn refuse_if_any<T>(code: &'static str, found: impl Iterator<Item = Ref<T>>) -> Result<(), ApiError> {
    let params: Vec<Text> = found.map(|id| Text::new(id.to_string())).collect();
    if params.is_empty() { Ok(()) } else { Err(ApiError::from_parts(Text::new_static(code), params)) }
}
