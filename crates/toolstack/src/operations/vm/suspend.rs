//! `VM.suspend`: memory goes to a disk, the domain goes away.

use super::messages::tell;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, ShutdownKind, Step};
use model::{ApiError, Ref, Sr, Text, Vdi, VdiType, Vm, many};
use store::Snapshot;

/// A guest gets this long to get ready.
const SUSPEND_SECONDS: u64 = 1200;

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let host = vm.resident_on;
    let image = Image::new(planning, id, vm)?;
    Ok(Planned::new(Plan::Serial(vec![
        Plan::Do(host, Step::CreateDisk { disc: image.disc, size_bytes: image.row.virtual_size }),
        Plan::Do(
            host,
            Step::AskGuest { vm: vm.uuid, kind: ShutdownKind::Suspend, timeout_seconds: SUSPEND_SECONDS },
        ),
        Plan::Write(image.edits(id)),
        Plan::Do(host, Step::SaveMemory { vm: vm.uuid, image: image.disc }),
        tell(planning, "VM_SUSPENDED", vm, "suspended", Some(host)),
    ])))
}

/// A disk for the memory of a machine.
pub(super) struct Image {
    pub vdi: Ref<Vdi>,
    pub row: Vdi,
    pub disc: Disc,
}

impl Image {
    pub fn new(planning: &Planning, id: Ref<Vm>, vm: &Vm) -> Result<Image, ApiError> {
        let sr = suspend_sr(planning.pool, vm).ok_or_else(|| ApiError::vm_no_suspend_sr(id))?;
        let uuid = planning.new_uuid();
        let row = Vdi {
            uuid,
            name_label: Text::new_static("Suspend image"),
            name_description: Text::new_static("The memory of a suspended machine"),
            SR: sr,
            // Memory and what the device model has to remember.
            virtual_size: vm.memory_dynamic_max + vm.memory_dynamic_max / 20 + (32 << 20),
            r#type: VdiType::Suspend,
            location: Text::new(uuid.to_string()),
            managed: true,
            ..Vdi::default()
        };
        let disc = Disc { sr: planning.pool.find(sr)?.uuid, vdi: uuid };
        Ok(Image { vdi: planning.new_ref(), row, disc })
    }
    /// The disk's row, and the machine that has it.
    pub fn edits(&self, vm: Ref<Vm>) -> Vec<Edit> {
        vec![Edit::make(self.vdi, self.row.clone()), Edit::set(vm, "suspend_VDI", self.vdi)]
    }
}

/// Where memory goes: the machine's own choice, the pool's, the host's, the default.
fn suspend_sr(pool: &Snapshot, vm: &Vm) -> Option<Ref<Sr>> {
    let host = pool.get(vm.resident_on);
    let pool_row = pool.first::<model::Pool>().map(|(_, pool)| pool);
    let choices = [
        Some(vm.suspend_SR),
        pool_row.map(|pool| pool.suspend_image_SR),
        host.map(|host| host.suspend_image_sr),
        pool_row.map(|pool| pool.default_SR),
    ];
    let reached = |sr: &Ref<Sr>| {
        pool.many_rows(many::SR_PBDS, *sr)
            .any(|(_, pbd)| pbd.host == vm.resident_on && pbd.currently_attached)
    };
    choices.into_iter().flatten().filter_map(Ref::some).find(reached)
}

/// The image is of no use any more. If it cannot be destroyed it stays as a disk that nobody has.
pub(super) fn drop_image(planning: &Planning, image: Ref<Vdi>) -> Plan {
    let (Some(row), Some(disc)) = (planning.pool.get(image), device::disc(planning.pool, image)) else {
        return Plan::nothing();
    };
    match device::host_of_sr(planning.pool, row.SR) {
        Ok(host) => Plan::Serial(vec![Plan::Pivot, Plan::Do(host, Step::DestroyDisk { disc }).best_effort()]),
        Err(_) => Plan::nothing(),
    }
}
