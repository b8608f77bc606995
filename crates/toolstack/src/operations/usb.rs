//! `PUSB`, `USB_group`, `VUSB`: USB devices of hosts, and the slots by which machines get them.

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::plan::Plan;
use machine::{LoanStep, Step};
use model::{
    ApiError, ClassId, Host, Item, Pusb, Ref, RefId, Text, UsbGroup, Value, Vdi, Vm, VmPowerState, Vusb, many,
};

/// A machine has no more slots than this.
const MOST_SLOTS: usize = 6;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("PUSB.scan", P(scan)),
    ("PUSB.set_passthrough_enabled", C(set_passthrough)),
    ("USB_group.create", C(create_group)),
    ("USB_group.destroy", C(destroy_group)),
    ("VUSB.create", C(create)),
    ("VUSB.destroy", C(destroy)),
    ("VUSB.unplug", P(unplug)),
];

fn scan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = planning.pool.find(id)?;
    if !planning.pool.get(host.metrics).is_some_and(|metrics| metrics.live) {
        return Err(ApiError::host_offline(id));
    }
    Ok(Planned::new(Plan::Do(id, Step::Loan(LoanStep::LookForUsb { host: host.uuid }))))
}

fn set_passthrough(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Pusb> = arguments.reference("self")?;
    let value = arguments.bool("value")?;
    let row = change.tx.find(id)?;
    let (group, path) = (row.USB_group, row.path.clone());
    if row.passthrough_enabled == value {
        return Ok(Value::VOID);
    }
    if value {
        if let Some(vdi) = disk_on(change, &path, row.host) {
            return Err(ApiError::pusb_vdi_conflict(id, vdi));
        }
    } else {
        let slots: Vec<(Ref<Vusb>, Ref<Vm>, bool)> = change
            .tx
            .many_rows(many::USB_GROUP_VUSBS, group)
            .map(|(slot, row)| (slot, row.VM, row.currently_attached))
            .collect();
        if let Some((_, vm, _)) = slots.iter().find(|(.., attached)| *attached) {
            return Err(ApiError::usb_already_attached(id, vm));
        }
        // Nothing would ever be in them.
        for (slot, ..) in slots {
            change.tx.delete(slot);
        }
    }
    change.tx.update(id, |row| row.passthrough_enabled = value);
    Ok(Value::VOID)
}

/// A disk that is this USB device and that a machine has.
fn disk_on(change: &Change, path: &str, host: Ref<Host>) -> Option<Ref<Vdi>> {
    let storages = change.tx.many_rows(many::HOST_PBDS, host).map(|(_, pbd)| pbd.SR);
    storages.filter(|sr| change.tx.get(*sr).is_some_and(|sr| sr.r#type == "udev")).find_map(|sr| {
        let mut disks = change.tx.many_rows(many::SR_VDIS, sr);
        let of_path = |vdi: &Vdi| vdi.sm_config.get("usb_path").is_some_and(|of| of == path);
        disks
            .find(|(id, vdi)| of_path(vdi) && change.tx.many(many::VDI_VBDS, *id).next().is_some())
            .map(|(id, _)| id)
    })
}

fn create_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = UsbGroup {
        uuid: change.new_uuid(),
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        other_config: arguments.map("other_config")?,
    };
    let id: Ref<UsbGroup> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn destroy_group(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<UsbGroup> = arguments.reference("self")?;
    change.tx.find(id)?;
    let slots: Vec<RefId> = change.tx.many(many::USB_GROUP_VUSBS, id).map(Ref::id).collect();
    if !slots.is_empty() {
        return Err(of_refs("USB_GROUP_CONTAINS_VUSB", slots));
    }
    let devices: Vec<RefId> = change.tx.many(many::USB_GROUP_PUSBS, id).map(Ref::id).collect();
    if !devices.is_empty() {
        return Err(of_refs("USB_GROUP_CONTAINS_PUSB", devices));
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn of_refs(code: &'static str, refs: Vec<RefId>) -> ApiError {
    let params = refs.into_iter().map(|id| Text::new(id.to_string())).collect();
    ApiError::from_parts(Text::new_static(code), params)
}

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (vm, group): (Ref<Vm>, Ref<UsbGroup>) =
        (arguments.reference("VM")?, arguments.reference("USB_group")?);
    let row = change.tx.find(vm)?;
    change.tx.find(group)?;
    if change.tx.many(many::VM_VUSBS, vm).count() >= MOST_SLOTS {
        return Err(ApiError::too_many_vusbs(MOST_SLOTS));
    }
    if change.tx.many(many::USB_GROUP_VUSBS, group).next().is_some() {
        return Err(ApiError::usb_group_conflict(group));
    }
    let Some((_, device)) = change.tx.many_rows(many::USB_GROUP_PUSBS, group).next() else {
        return Err(ApiError::usb_group_contains_no_pusbs(group));
    };
    // All its devices are of one host, or it could run nowhere.
    if !same_host(change, vm, device.host) {
        return Err(ApiError::operation_not_allowed("the VM has USB devices of another host"));
    }
    if row.power_state != VmPowerState::Halted {
        return Err(ApiError::vm_bad_power_state(vm, "halted", crate::learn::lower(row.power_state)));
    }
    let row = Vusb {
        uuid: change.new_uuid(),
        VM: vm,
        USB_group: group,
        other_config: arguments.map("other_config")?,
        ..Vusb::default()
    };
    let id: Ref<Vusb> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn same_host(change: &Change, vm: Ref<Vm>, host: Ref<Host>) -> bool {
    let mut slots = change.tx.many_rows(many::VM_VUSBS, vm);
    slots.all(|(_, slot)| {
        let mut devices = change.tx.many_rows(many::USB_GROUP_PUSBS, slot.USB_group).peekable();
        devices.peek().is_none() || devices.any(|(_, device)| device.host == host)
    })
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vusb> = arguments.reference("self")?;
    let slot = change.tx.find(id)?;
    if slot.currently_attached {
        return Err(ApiError::operation_not_allowed(format!("VUSB '{}' is still attached", slot.uuid)));
    }
    let state = change.tx.find(slot.VM)?.power_state;
    if state != VmPowerState::Halted {
        return Err(ApiError::vm_bad_power_state(slot.VM, "halted", crate::learn::lower(state)));
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn unplug(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vusb> = arguments.reference("self")?;
    let slot = planning.pool.find(id)?;
    check(planning.pool, ClassId::Vusb, id.id(), "unplug")?;
    let vm = planning.pool.find(slot.VM)?;
    let step = Step::Loan(LoanStep::TakeBack { vm: vm.uuid, device: slot.uuid });
    Ok(Planned::new(Plan::Do(vm.resident_on, step)).holding(ClassId::Vusb, id.id(), "unplug"))
}
