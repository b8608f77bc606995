//! `VBD`: drives of machines, made, plugged and filled.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P, Read as R};
use crate::handler::{Change, Find, Planned, Planning, Reading};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{DiskStep, Step};
use model::{
    ApiError, ClassId, Item, Ref, Text, Value, Vbd, VbdMode, VbdType, Vdi, VdiType, Vm, VmPowerState, many,
};
use std::collections::BTreeSet;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VBD.create", C(create)),
    ("VBD.destroy", C(destroy)),
    ("VBD.plug", P(plug)),
    ("VBD.unplug", P(unplug)),
    ("VBD.unplug_force", P(unplug)),
    ("VBD.unplug_force_no_safety_check", P(unplug_without_asking)),
    ("VBD.pause", P(pause)),
    ("VBD.unpause", P(unpause)),
    ("VBD.insert", P(insert)),
    ("VBD.eject", P(eject)),
    ("VBD.assert_attachable", R(assert_attachable)),
    ("VBD.set_mode", C(set_mode)),
];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: Vbd = arguments.row()?;
    let vm = change.tx.find(row.VM)?;
    if row.r#type == VbdType::Cd && row.mode == VbdMode::Rw {
        return Err(ApiError::vbd_cds_must_be_readonly());
    }
    if row.empty {
        row.VDI = Ref::NULL;
    } else {
        check_type(row.VDI, change.tx.find(row.VDI)?)?;
        crate::ha::assert_disk_is_everywhere(change.tx, row.VM, row.VDI)?;
    }
    let used: BTreeSet<Text> =
        change.tx.many_rows(many::VM_VBDS, row.VM).map(|(_, vbd)| vbd.userdevice.clone()).collect();
    let last = if vm.is_control_domain { 255 } else { 254 };
    if row.userdevice == "autodetect" {
        let free =
            (0..=last).map(|number: u32| Text::new(number.to_string())).find(|device| !used.contains(device));
        row.userdevice = free.ok_or_else(|| ApiError::invalid_device("autodetect"))?;
    } else if !valid_device(&row.userdevice, last) {
        return Err(ApiError::invalid_device(&row.userdevice));
    } else if used.contains(&row.userdevice) {
        return Err(ApiError::device_already_exists(&row.userdevice));
    }
    row.uuid = change.new_uuid();
    row.currently_attached = false;
    let id: Ref<Vbd> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

/// What the toolstack keeps for itself is no disk for guests.
fn check_type(id: Ref<Vdi>, vdi: &Vdi) -> Result<(), ApiError> {
    if !vdi.managed {
        return Err(ApiError::vdi_not_managed(id));
    }
    match vdi.r#type {
        VdiType::Suspend | VdiType::Crashdump | VdiType::Rrd | VdiType::CbtMetadata => {
            Err(ApiError::vdi_incompatible_type(id, model::ApiEnum::name(vdi.r#type)))
        }
        _ => Ok(()),
    }
}

/// A number, or a name as guests use them (`xvda`, `hdc`, `sdb`, `fd`).
fn valid_device(device: &str, last: u32) -> bool {
    match device::number(device) {
        Some(number) => number <= last,
        None => ["xvd", "hd", "sd", "fd"].iter().any(|prefix| {
            device
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_lowercase()))
        }),
    }
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let vbd = change.tx.find(id)?;
    if vbd.currently_attached {
        return Err(ApiError::operation_not_allowed(format!(
            "VBD '{}' still attached to '{}'",
            vbd.uuid,
            uuid_of(change, vbd.VM)
        )));
    }
    if !vbd.current_operations.is_empty() {
        return Err(ApiError::operation_not_allowed("the VBD is being worked on"));
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn uuid_of(change: &Change, vm: Ref<Vm>) -> String {
    change.tx.get(vm).map(|vm| vm.uuid.to_string()).unwrap_or_default()
}

fn plug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let vbd = planning.pool.find(id)?;
    let vm = planning.pool.find(vbd.VM)?;
    let drive = device::drive(planning.pool, vbd);
    Ok(Planned::new(Plan::Do(vm.resident_on, Step::PlugDisk { vm: vm.uuid, drive })))
}

fn unplug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = Ref::new(arguments.this()?);
    let vbd = planning.pool.find(id)?;
    let vm = planning.pool.find(vbd.VM)?;
    Ok(Planned::new(Plan::Do(vm.resident_on, Step::UnplugDisk { vm: vm.uuid, vbd: vbd.uuid })))
}

/// Also a drive that is not unpluggable.
fn unplug_without_asking(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let vbd = planning.pool.find(id)?;
    match crate::allowed::check(planning.pool, ClassId::Vbd, id.id(), "unplug_force") {
        Err(error) if error.code != "VBD_NOT_UNPLUGGABLE" => return Err(error),
        _ => {}
    }
    if !vbd.currently_attached {
        return Err(ApiError::device_already_detached(id));
    }
    Ok(unplug(planning, arguments)?.holding(ClassId::Vbd, id.id(), "unplug_force"))
}

/// What the guest asks of the drive waits. The token is for the one who lets it go on.
fn pause(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let vbd = planning.pool.find(id)?;
    if !vbd.currently_attached {
        return Ok(Planned::new(Plan::nothing()).returning(Value::from("")));
    }
    let vm = planning.pool.find(vbd.VM)?;
    let hold = DiskStep::HoldDrive { vm: vm.uuid, vbd: vbd.uuid };
    let token = Value::from(planning.new_uuid().to_string());
    Ok(Planned::new(Plan::Do(vm.resident_on, hold.into())).returning(token))
}

fn unpause(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let vbd = planning.pool.find(id)?;
    if !vbd.currently_attached {
        return Ok(Planned::new(Plan::nothing()));
    }
    let vm = planning.pool.find(vbd.VM)?;
    let release = DiskStep::ReleaseDrive { vm: vm.uuid, vbd: vbd.uuid };
    Ok(Planned::new(Plan::Do(vm.resident_on, release.into())))
}

fn insert(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("vbd")?;
    let vdi: Ref<Vdi> = arguments.reference("vdi")?;
    let vbd = planning.pool.find(id)?;
    let vm = planning.pool.find(vbd.VM)?;
    check_type(vdi, planning.pool.find(vdi)?)?;
    let edits = Plan::Write(vec![Edit::set(id, "VDI", vdi), Edit::set(id, "empty", false)]);
    let disc = device::disc(planning.pool, vdi).ok_or_else(|| ApiError::vdi_not_available(vdi))?;
    Ok(Planned::new(match vm.power_state {
        VmPowerState::Running | VmPowerState::Paused if vbd.currently_attached => {
            Plan::Do(vm.resident_on, Step::InsertDisc { vm: vm.uuid, vbd: vbd.uuid, disc })
        }
        _ => edits,
    }))
}

fn eject(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vbd> = arguments.reference("vbd")?;
    let vbd = planning.pool.find(id)?;
    let vm = planning.pool.find(vbd.VM)?;
    let edits = Plan::Write(vec![Edit::set(id, "VDI", Ref::<Vdi>::NULL), Edit::set(id, "empty", true)]);
    Ok(Planned::new(match vm.power_state {
        VmPowerState::Running | VmPowerState::Paused if vbd.currently_attached => {
            Plan::Do(vm.resident_on, Step::EjectDisc { vm: vm.uuid, vbd: vbd.uuid })
        }
        _ => edits,
    }))
}

fn assert_attachable(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    crate::allowed::check(reading.pool, ClassId::Vbd, arguments.this()?, "attach")?;
    Ok(Value::VOID)
}

fn set_mode(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vbd> = arguments.reference("self")?;
    let mode = arguments.choice::<VbdMode>("value")?;
    let vbd = change.tx.find(id)?;
    let vm = change.tx.find(vbd.VM)?;
    if vm.power_state != VmPowerState::Halted {
        return Err(ApiError::vm_bad_power_state(vbd.VM, "halted", crate::learn::lower(vm.power_state)));
    }
    if vbd.r#type == VbdType::Cd && mode == VbdMode::Rw {
        return Err(ApiError::vbd_cds_must_be_readonly());
    }
    change.tx.update(id, |vbd| vbd.mode = mode);
    Ok(Value::VOID)
}
