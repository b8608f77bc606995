//! What guests have borrowed of their hosts, as rows: vGPUs, passed-through PCI and USB devices.

use super::{Learner, find};
use machine::{Fact, UsbDevice};
use model::{
    ClassId, Host, Pci, Pgpu, Pusb, Ref, Text, UsbGroup, Uuid, Vgpu, VgpuTypeImplementation, Vm, Vusb, many,
};
use store::Transaction;

pub fn learn(tx: &mut Transaction, host: Ref<Host>, fact: &Fact, learner: &Learner) {
    match fact {
        Fact::Lent { vm, device, thing } => {
            if let Some(vm) = find::<Vm>(tx, *vm) {
                lent(tx, vm, *device, *thing);
            }
        }
        Fact::TakenBack { vm, device } => {
            if let Some(vm) = find::<Vm>(tx, *vm) {
                taken_back(tx, vm, *device);
            }
        }
        Fact::UsbPlugged { devices } => usb_plugged(tx, host, devices, learner),
        _ => {}
    }
}

fn lent(tx: &mut Transaction, vm: Ref<Vm>, device: Uuid, thing: Uuid) {
    if let Some(vgpu) = find::<Vgpu>(tx, device) {
        let card = find::<Pgpu>(tx, thing).unwrap_or(Ref::NULL);
        let pci = tx.get(card).map_or(Ref::NULL, |card| card.PCI);
        let kind = tx.get(vgpu).and_then(|row| tx.get(row.r#type));
        let whole = kind.is_some_and(|kind| kind.implementation == VgpuTypeImplementation::Passthrough);
        tx.update(vgpu, |row| {
            row.currently_attached = true;
            row.resident_on = card;
            row.PCI = if whole { pci } else { Ref::NULL };
        });
        if whole {
            attach(tx, vm, pci);
        }
    } else if let Some(vusb) = find::<Vusb>(tx, device) {
        tx.update(vusb, |row| row.currently_attached = true);
    } else if let Some(pci) = find::<Pci>(tx, device) {
        attach(tx, vm, pci);
    }
}

fn taken_back(tx: &mut Transaction, vm: Ref<Vm>, device: Uuid) {
    if let Some(vgpu) = find::<Vgpu>(tx, device) {
        let pci = tx.get(vgpu).map_or(Ref::NULL, |row| row.PCI);
        detach(tx, vm, pci);
        leave(tx, vgpu);
    } else if let Some(vusb) = find::<Vusb>(tx, device) {
        tx.update(vusb, |row| row.currently_attached = false);
    } else if let Some(pci) = find::<Pci>(tx, device) {
        detach(tx, vm, pci);
    }
}

fn leave(tx: &mut Transaction, vgpu: Ref<Vgpu>) {
    tx.update(vgpu, |row| {
        row.currently_attached = false;
        row.resident_on = Ref::NULL;
        row.PCI = Ref::NULL;
    });
}

fn attach(tx: &mut Transaction, vm: Ref<Vm>, pci: Ref<Pci>) {
    if tx.get(pci).is_some() {
        tx.update(vm, |row| row.attached_PCIs.insert(pci));
        tx.update(pci, |row| row.attached_VMs.insert(vm));
    }
}

fn detach(tx: &mut Transaction, vm: Ref<Vm>, pci: Ref<Pci>) {
    if tx.get(pci).is_some() {
        tx.update(vm, |row| row.attached_PCIs.remove(&pci));
        tx.update(pci, |row| row.attached_VMs.remove(&vm));
    }
}

/// A machine without a domain has borrowed nothing.
pub fn end_all(tx: &mut Transaction, vm: Ref<Vm>) {
    let vgpus: Vec<_> =
        tx.many_rows(many::VM_VGPUS, vm).map(|(vgpu, row)| (vgpu, row.currently_attached)).collect();
    for (vgpu, _) in vgpus.into_iter().filter(|(_, attached)| *attached) {
        leave(tx, vgpu);
    }
    let vusbs: Vec<_> =
        tx.many_rows(many::VM_VUSBS, vm).map(|(vusb, row)| (vusb, row.currently_attached)).collect();
    for (vusb, _) in vusbs.into_iter().filter(|(_, attached)| *attached) {
        tx.update(vusb, |row| row.currently_attached = false);
    }
    let devices: Vec<Ref<Pci>> = tx.get(vm).map_or(Vec::new(), |row| row.attached_PCIs.to_vec());
    for pci in devices {
        detach(tx, vm, pci);
    }
}

/// Nothing is promised to a machine that nobody works on.
pub fn release(tx: &mut Transaction, vm: Ref<Vm>) {
    let vgpus: Vec<_> = tx
        .many_rows(many::VM_VGPUS, vm)
        .filter(|(_, row)| !row.scheduled_to_be_resident_on.is_null())
        .map(|(vgpu, _)| vgpu)
        .collect();
    for vgpu in vgpus {
        tx.update(vgpu, |row| row.scheduled_to_be_resident_on = Ref::NULL);
    }
    let field = ClassId::Pci.definition().field("scheduled_to_be_attached_to").map(|(number, _)| number);
    let devices: Vec<Ref<Pci>> = field
        .into_iter()
        .flat_map(|field| tx.referrers(vm.id(), ClassId::Pci, field))
        .map(Ref::new)
        .collect();
    for pci in devices {
        tx.update(pci, |row| row.scheduled_to_be_attached_to = Ref::NULL);
    }
}

/// The devices that rows show as borrowed by a machine.
pub fn borrowed(tx: &Transaction, id: Ref<Vm>, vm: &Vm) -> Vec<Uuid> {
    let vgpus = tx.many_rows(many::VM_VGPUS, id).filter(|(_, row)| row.currently_attached);
    let cards: Vec<Ref<Pci>> = tx.many_rows(many::VM_VGPUS, id).map(|(_, row)| row.PCI).collect();
    let vusbs = tx.many_rows(many::VM_VUSBS, id).filter(|(_, row)| row.currently_attached);
    let devices = vm.attached_PCIs.iter().filter(|pci| !cards.contains(pci)).filter_map(|pci| tx.get(*pci));
    vgpus
        .map(|(_, row)| row.uuid)
        .chain(vusbs.map(|(_, row)| row.uuid))
        .chain(devices.map(|row| row.uuid))
        .collect()
}

/// The USB devices of a host. Each is in a group of its own kind; one that is gone leaves its group,
/// and with the last one the group and its slots go. One that a guest has stays.
fn usb_plugged(tx: &mut Transaction, host: Ref<Host>, devices: &[UsbDevice], learner: &Learner) {
    let known: Vec<(Ref<Pusb>, UsbDevice)> =
        tx.many_rows(many::HOST_PUSBS, host).map(|(id, row)| (id, usb_device(row))).collect();
    for (id, _) in known.iter().filter(|(_, known)| !devices.contains(known)) {
        unplugged(tx, *id);
    }
    for device in devices.iter().filter(|device| !known.iter().any(|(_, known)| known == *device)) {
        plugged(tx, host, device, learner);
    }
}

fn unplugged(tx: &mut Transaction, id: Ref<Pusb>) {
    let Some(group) = tx.get(id).map(|row| row.USB_group) else { return };
    let slots: Vec<(Ref<Vusb>, bool)> = tx
        .many_rows(many::USB_GROUP_VUSBS, group)
        .map(|(vusb, row)| (vusb, row.currently_attached))
        .collect();
    if slots.iter().any(|(_, attached)| *attached) {
        return;
    }
    tx.delete(id);
    if tx.many(many::USB_GROUP_PUSBS, group).next().is_none() {
        for (slot, _) in slots {
            tx.delete(slot);
        }
        tx.delete(group);
    }
}

fn plugged(tx: &mut Transaction, host: Ref<Host>, device: &UsbDevice, learner: &Learner) {
    let group: Ref<UsbGroup> = Ref::from_bits(learner.chance.uuid().0);
    let name = format!("Group of {} {} USBs", device.vendor_id, device.product_id);
    tx.insert(
        group,
        UsbGroup { uuid: learner.chance.uuid(), name_label: Text::new(name), ..UsbGroup::default() },
    );
    let row = Pusb {
        uuid: learner.chance.uuid(),
        USB_group: group,
        host,
        path: Text::new(&device.path),
        vendor_id: Text::new(&device.vendor_id),
        vendor_desc: Text::new(&device.vendor),
        product_id: Text::new(&device.product_id),
        product_desc: Text::new(&device.product),
        serial: Text::new(&device.serial),
        version: Text::new(&device.version),
        description: Text::new(&device.description),
        speed: device.megabits_per_second,
        ..Pusb::default()
    };
    tx.insert(Ref::from_bits(learner.chance.uuid().0), row);
}

/// What a row says of a USB device.
pub fn usb_device(row: &Pusb) -> UsbDevice {
    UsbDevice {
        path: row.path.to_string(),
        vendor_id: row.vendor_id.to_string(),
        vendor: row.vendor_desc.to_string(),
        product_id: row.product_id.to_string(),
        product: row.product_desc.to_string(),
        serial: row.serial.to_string(),
        version: row.version.to_string(),
        description: row.description.to_string(),
        megabits_per_second: row.speed,
    }
}
