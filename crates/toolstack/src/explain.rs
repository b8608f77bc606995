//! A plan in words: what would be done, on which host, to what.

pub mod dry_run;
pub mod past;
mod verdict;
pub mod words;

pub use verdict::verdict;

use crate::plan::{Edit, Plan};
use machine::step::RoleStep;
use machine::{HostStep, LiveStep, Step};
use model::{ClassId, Host, Ref, RefId, Text, Uuid, Value, many};
use std::fmt::Write;
use store::Snapshot;

/// One line for each step and edit, indented where things happen side by side or only maybe.
pub fn plan(pool: &Snapshot, plan: &Plan) -> String {
    let mut out = String::new();
    print(pool, plan, 0, &mut out);
    out
}

fn print(pool: &Snapshot, plan: &Plan, depth: usize, out: &mut String) {
    let mut line = |depth: usize, text: String| {
        let _ = writeln!(out, "{:width$}{text}", "", width = 2 * depth);
    };
    match plan {
        Plan::Do(host, step) => line(depth, step_on(pool, *host, step)),
        Plan::Write(edits) => {
            for edit in edits {
                line(depth, self::edit(pool, edit));
            }
        }
        Plan::Call { message, values, .. } => {
            let values = values.iter().map(|value| match value {
                Value::Ref(id) => known_name(pool, *id),
                other => plain(other),
            });
            line(depth, format!("call {message} {}", values.collect::<Vec<_>>().join(" ")));
        }
        Plan::Wait(seconds) => line(depth, format!("(wait for {seconds} s)")),
        Plan::Expect { vms, state, .. } => {
            let names = vms.iter().map(|vm| name_of(pool, ClassId::Vm, *vm).to_string());
            line(depth, format!("(now {} must be {state})", names.collect::<Vec<_>>().join(", ")));
        }
        Plan::Pivot => line(depth, "(from here on there is no way back)".into()),
        Plan::Serial(parts) => parts.iter().for_each(|part| print(pool, part, depth, out)),
        Plan::Parallel(parts) => match parts.as_slice() {
            [] => {}
            [one] => print(pool, one, depth, out),
            many => {
                line(depth, "side by side:".into());
                many.iter().for_each(|part| print(pool, part, depth + 1, out));
            }
        },
        Plan::OrElse(first, second) => {
            line(depth, "try:".into());
            print(pool, first, depth + 1, out);
            let _ = writeln!(out, "{:width$}or else:", "", width = 2 * depth);
            print(pool, second, depth + 1, out);
        }
        Plan::BestEffort(part) => {
            line(depth, "if possible:".into());
            print(pool, part, depth + 1, out);
        }
    }
}

/// `h2: plug web/disk0`.
pub fn step_on(pool: &Snapshot, host: Ref<Host>, step: &Step) -> String {
    let host = pool.get(host).map(|host| host.name_label.clone()).unwrap_or_default();
    let verb = match step.verb() {
        "plug disk" | "plug nic" => "plug",
        "unplug disk" | "unplug nic" => "unplug",
        verb => verb,
    };
    let object = object_name(pool, step.object());
    match step {
        Step::SendDomain { to, .. } => {
            let to = pool
                .by_uuid(ClassId::Host, *to)
                .map_or_else(|| Text::new(to.to_string()), |id| name_of(pool, ClassId::Host, id));
            format!("{host}: {verb} {object} to {to}")
        }
        Step::CreateDisk { size_bytes, .. } => format!("{host}: {verb} of {} MiB", size_bytes >> 20),
        Step::ResizeDisk { size_bytes, .. } => format!("{host}: {verb} {object} to {} MiB", size_bytes >> 20),
        Step::Role(RoleStep::Agree { address, .. } | RoleStep::Follow { address, .. }) => {
            format!("{host}: {verb} {address}")
        }
        Step::Role(_) => format!("{host}: {verb}"),
        Step::SetMemory { bytes, .. } => format!("{host}: {verb} {object} to {} MiB", bytes >> 20),
        Step::Live(LiveStep::Balloon { to_bytes, .. }) => {
            format!("{host}: {verb} {object} to {} MiB", to_bytes >> 20)
        }
        Step::SetVcpus { count, .. } => format!("{host}: {verb} {object} to {count}"),
        Step::Host(HostStep::Set { value, .. }) => format!("{host}: {verb} {object} to {value:?}"),
        _ => format!("{host}: {verb} {object}"),
    }
}

fn edit(pool: &Snapshot, edit: &Edit) -> String {
    let class = |name: &str| ClassId::by_name(name).unwrap_or(ClassId::Vm);
    match edit {
        Edit::Make { class, fields, .. } => {
            let name =
                fields.iter().find(|(name, _)| name == "name_label").and_then(|(_, value)| value.as_text());
            match name {
                Some(name) => format!("row: new {class} {name}"),
                None => format!("row: new {class}"),
            }
        }
        Edit::Set { class: name, id, field, value } => {
            format!("row: {name} {} {field} = {}", name_of(pool, class(name), *id), plain(value))
        }
        Edit::Drop { class: name, id } => format!("row: drop {name} {}", name_of(pool, class(name), *id)),
    }
}

/// A value in a few letters.
fn plain(value: &Value) -> String {
    match value {
        Value::Struct(members) => format!("{{{} entries}}", members.len()),
        Value::Array(items) => format!("[{} entries]", items.len()),
        Value::Int(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        other => other.as_text().unwrap_or_default().to_string(),
    }
}

/// What a reference is called, of whatever class it is.
fn known_name(pool: &Snapshot, id: RefId) -> String {
    let class = ClassId::all().find(|class| pool.contains(*class, id));
    class.map_or_else(|| id.to_string(), |class| name_of(pool, class, id).to_string())
}

/// `web`, `web/disk0`, `web/cd3`, `web/nic0`, or the name of a disk; what has no name: its uuid.
fn object_name(pool: &Snapshot, uuid: Uuid) -> Text {
    const KNOWN: &[ClassId] = &[
        ClassId::Vm,
        ClassId::Vbd,
        ClassId::Vif,
        ClassId::Vdi,
        ClassId::Host,
        ClassId::Sr,
        ClassId::Vgpu,
        ClassId::Vusb,
        ClassId::Pci,
        ClassId::Pif,
        ClassId::Network,
        ClassId::Repository,
    ];
    for class in KNOWN.iter().copied() {
        if let Some(id) = pool.by_uuid(class, uuid) {
            return name_of(pool, class, id);
        }
    }
    Text::new(uuid.to_string())
}

pub fn name_of(pool: &Snapshot, class: ClassId, id: RefId) -> Text {
    let machine = |vm: Ref<model::Vm>| pool.get(vm).map(|vm| vm.name_label.clone()).unwrap_or_default();
    match class {
        ClassId::Vbd => {
            let Some(vbd) = pool.get(Ref::<model::Vbd>::new(id)) else { return Text::new(id.to_string()) };
            let kind = if vbd.r#type == model::VbdType::Cd { "cd" } else { "disk" };
            Text::new(format!("{}/{kind}{}", machine(vbd.VM), vbd.userdevice))
        }
        ClassId::Vif => {
            let Some(vif) = pool.get(Ref::<model::Vif>::new(id)) else { return Text::new(id.to_string()) };
            Text::new(format!("{}/nic{}", machine(vif.VM), vif.device))
        }
        ClassId::Pbd => {
            let Some(pbd) = pool.get(Ref::<model::Pbd>::new(id)) else { return Text::new(id.to_string()) };
            let (sr, host) =
                (label(pool, ClassId::Sr, pbd.SR.id()), label(pool, ClassId::Host, pbd.host.id()));
            Text::new(format!("{sr}/{host}"))
        }
        ClassId::Vgpu
        | ClassId::Vusb
        | ClassId::Vtpm
        | ClassId::Pci
        | ClassId::Pgpu
        | ClassId::VgpuType
        | ClassId::Pusb => special_name(pool, class, id).unwrap_or_else(|| Text::new(id.to_string())),
        ClassId::Pif | ClassId::Bond | ClassId::Vlan | ClassId::Tunnel | ClassId::NetworkSriov => {
            interface_name(pool, class, id).unwrap_or_else(|| Text::new(id.to_string()))
        }
        // A disk is known by the machine that has it.
        ClassId::Vdi => match pool.many(many::VDI_VBDS, Ref::<model::Vdi>::new(id)).next() {
            Some(vbd) => name_of(pool, ClassId::Vbd, vbd.id()),
            None => label(pool, class, id),
        },
        // What is measured of a host goes by its name.
        ClassId::HostMetrics => {
            let host = pool.all::<Host>().find(|(_, host)| host.metrics.id() == id);
            host.map_or_else(|| label(pool, class, id), |(_, host)| host.name_label.clone())
        }
        _ => label(pool, class, id),
    }
}

/// `web/gpu0`, `web/usb Group of 0951 1666 USBs`, `web/tpm`, `h1/0000:81:00.0`, `GRID K140Q`.
fn special_name(pool: &Snapshot, class: ClassId, id: RefId) -> Option<Text> {
    let of_machine =
        |vm: Ref<model::Vm>, what: &str| Text::new(format!("{}/{what}", name_of(pool, ClassId::Vm, vm.id())));
    let of_host = |host: Ref<Host>, what: &str| {
        Text::new(format!("{}/{what}", name_of(pool, ClassId::Host, host.id())))
    };
    Some(match class {
        ClassId::Vgpu => {
            let vgpu = pool.get(Ref::<model::Vgpu>::new(id))?;
            of_machine(vgpu.VM, &format!("gpu{}", vgpu.device))
        }
        ClassId::Vusb => {
            let vusb = pool.get(Ref::<model::Vusb>::new(id))?;
            of_machine(vusb.VM, &format!("usb {}", name_of(pool, ClassId::UsbGroup, vusb.USB_group.id())))
        }
        ClassId::Vtpm => of_machine(pool.get(Ref::<model::Vtpm>::new(id))?.VM, "tpm"),
        ClassId::Pci => {
            let pci = pool.get(Ref::<model::Pci>::new(id))?;
            of_host(pci.host, &pci.pci_id)
        }
        ClassId::Pgpu => {
            let card = pool.get(Ref::<model::Pgpu>::new(id))?;
            of_host(card.host, &format!("gpu {}", pool.get(card.PCI)?.pci_id))
        }
        ClassId::Pusb => {
            let stick = pool.get(Ref::<model::Pusb>::new(id))?;
            of_host(stick.host, &format!("usb {}", stick.path))
        }
        _ => pool.get(Ref::<model::VgpuType>::new(id))?.model_name.clone(),
    })
}

fn label(pool: &Snapshot, class: ClassId, id: RefId) -> Text {
    let number = class.definition().field("name_label").map(|(number, _)| number);
    let row = pool.entry(class, id).map(|entry| &entry.row);
    let label =
        number.and_then(|number| row?.field(number)?.value().as_text()).filter(|label| !label.is_empty());
    label.unwrap_or_else(|| Text::new(id.to_string()))
}

/// `h1/eth1`, `h1/bond0`, with a tag `h1/eth1.20`, and `h1/eth2/functions`. What is made of interfaces is
/// called as the one that it makes.
fn interface_name(pool: &Snapshot, class: ClassId, id: RefId) -> Option<Text> {
    let id: Ref<model::Pif> = match class {
        ClassId::Bond => pool.get(Ref::<model::Bond>::new(id))?.master,
        ClassId::Vlan => pool.get(Ref::<model::Vlan>::new(id))?.untagged_PIF,
        ClassId::Tunnel => pool.get(Ref::<model::Tunnel>::new(id))?.access_PIF,
        ClassId::NetworkSriov => pool.get(Ref::<model::NetworkSriov>::new(id))?.logical_PIF,
        _ => Ref::new(id),
    };
    let pif = pool.get(id)?;
    let host = pool.get(pif.host).map(|host| host.name_label.clone()).unwrap_or_default();
    let tag = if pif.VLAN >= 0 { format!(".{}", pif.VLAN) } else { String::new() };
    let functions = pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, id).next().map_or("", |_| "/functions");
    Some(Text::new(format!("{host}/{}{tag}{functions}", pif.device)))
}
