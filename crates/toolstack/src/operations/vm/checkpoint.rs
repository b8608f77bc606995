//! `VM.checkpoint`: a snapshot with the memory of the running machine.
//!
//! The machine stands still while memory and disks are taken, so that they fit each other, and goes
//! on afterwards. A suspended machine's memory is on a disk already and is cloned with the others.

use super::copies::{self, Copied, Kind};
use super::messages::tell;
use super::suspend::Image;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::plan::{Edit, Plan};
use machine::Step;
use model::{ApiError, Item, Ref, Text, Vm, VmPowerState};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let vm = planning.pool.find(id)?;
    let Copied { vm: new, disks, mut edits, row, holds } =
        copies::machine(planning, id, arguments.text("new_name")?, Kind::Snapshot, &[])?;
    let mut info = row.snapshot_info;
    info.insert(
        Text::new_static("power-state-at-snapshot"),
        Text::new_static(model::ApiEnum::name(vm.power_state)),
    );
    edits.push(Edit::set(new, "snapshot_info", info));
    edits.push(Edit::set(new, "power_state", VmPowerState::Suspended));
    let host = vm.resident_on;
    let take = match vm.power_state {
        VmPowerState::Suspended => {
            let (vdi, row, make) = copies::disk(planning, vm.suspend_VDI, Kind::Clone)?;
            edits.push(Edit::make(vdi, row));
            edits.push(Edit::set(new, "suspend_VDI", vdi));
            Plan::Parallel(disks.into_iter().chain([make]).collect())
        }
        state => {
            let image = Image::new(planning, id, vm)?;
            edits.extend(image.edits(new));
            let memory = vec![
                Plan::Do(host, Step::CreateDisk { disc: image.disc, size_bytes: image.row.virtual_size }),
                Plan::Do(host, Step::CopyMemory { vm: vm.uuid, image: image.disc }),
            ];
            let mut parts = Vec::new();
            if state == VmPowerState::Running {
                parts.push(Plan::Do(host, Step::Pause { vm: vm.uuid }));
            }
            parts.extend(memory);
            parts.push(Plan::Parallel(disks));
            if state == VmPowerState::Running {
                parts.push(Plan::Do(host, Step::Unpause { vm: vm.uuid }));
            }
            Plan::Serial(parts)
        }
    };
    edits.push(Edit::set(id, "parent", new));
    let told = tell(planning, "VM_CHECKPOINTED", vm, "checkpointed", host.some());
    Ok(Planned::new(Plan::Serial(vec![take, Plan::Write(edits), told]))
        .returning(new.to_value())
        .holding_all(holds))
}
