//! What clones, copies and snapshots have in common: a machine's rows again, under new names.

use crate::handler::{Find, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, Step};
use model::{
    ApiError, ClassId, Date, EnumSet, Map, Ref, RefId, Sr, Text, TextMap, Uuid, Vbd, VbdType, Vdi, Vif, Vm,
    VmGuestMetrics, VmMetrics, VmPowerState, many,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A machine of its own that shares what it can.
    Clone,
    /// Full copies of the disks, on another storage if one is named.
    Copy(Option<Ref<Sr>>),
    Snapshot,
    /// A machine that goes back to a snapshot: the disks of the snapshot, again.
    Revert,
}

impl Kind {
    /// What is done to each disk, in the words of `vdi_operations`.
    fn operation(self) -> &'static str {
        match self {
            Kind::Clone | Kind::Revert => "clone",
            Kind::Copy(_) => "copy",
            Kind::Snapshot => "snapshot",
        }
    }
}

/// The new rows and the steps that make the disks behind them.
pub struct Copied {
    pub vm: Ref<Vm>,
    pub row: Vm,
    pub disks: Vec<Plan>,
    pub edits: Vec<Edit>,
    /// The disks that are copied, and what is done to them.
    pub holds: Vec<(ClassId, RefId, &'static str)>,
}

/// A disk again: the step and the row.
pub fn disk(planning: &Planning, id: Ref<Vdi>, kind: Kind) -> Result<(Ref<Vdi>, Vdi, Plan), ApiError> {
    let pool = planning.pool;
    let vdi = pool.find(id)?;
    if !vdi.managed {
        return Err(ApiError::vdi_not_managed(id));
    }
    let from = device::disc(pool, id).ok_or_else(|| ApiError::handle_invalid("SR", vdi.SR))?;
    let sr = match kind {
        Kind::Copy(Some(sr)) => sr,
        _ => vdi.SR,
    };
    let host = device::host_of_sr(pool, sr)?;
    let uuid = planning.new_uuid();
    let to = Disc { sr: pool.find(sr)?.uuid, vdi: uuid };
    let snapshot = kind == Kind::Snapshot;
    let row = Vdi {
        uuid,
        SR: sr,
        location: Text::new(uuid.to_string()),
        allowed_operations: EnumSet::EMPTY,
        current_operations: Map::EMPTY,
        is_a_snapshot: snapshot,
        snapshot_of: if snapshot { id } else { Ref::NULL },
        snapshot_time: if snapshot { planning.now } else { Date::EPOCH },
        sm_config: format_of(vdi),
        physical_utilisation: 0,
        parent: Ref::NULL,
        cbt_enabled: snapshot && vdi.cbt_enabled,
        read_only: false,
        ..vdi.clone()
    };
    let base = if crate::chains::shares(pool.find(sr)?) { planning.new_uuid() } else { Uuid::NIL };
    let step = match kind {
        Kind::Clone | Kind::Revert => Step::CloneDisk { from, to, base },
        Kind::Snapshot => Step::SnapshotDisk { from, to, base },
        Kind::Copy(_) => Step::CopyDisk { from, to },
    };
    Ok((planning.new_ref(), row, Plan::Do(host, step)))
}

/// Of what the driver remembers of a disk, only its format is true of another one.
fn format_of(vdi: &Vdi) -> TextMap {
    vdi.sm_config
        .iter()
        .filter(|(key, _)| *key == "image-format")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// A whole machine again. CDs are shared, disks are made anew.
pub fn machine(
    planning: &Planning,
    id: Ref<Vm>,
    name: Text,
    kind: Kind,
    ignore: &[Ref<Vdi>],
) -> Result<Copied, ApiError> {
    let pool = planning.pool;
    let vm = pool.find(id)?;
    let new: Ref<Vm> = planning.new_ref();
    let snapshot = kind == Kind::Snapshot;
    let mut edits = Vec::new();
    let mut disks = Vec::new();
    let mut holds = Vec::new();

    let metrics: Ref<VmMetrics> = planning.new_ref();
    let of_metrics = pool.get(vm.metrics).cloned().unwrap_or_default();
    let metrics_row =
        VmMetrics { uuid: planning.new_uuid(), ..if snapshot { of_metrics } else { VmMetrics::default() } };
    edits.push(Edit::make(metrics, metrics_row));
    let guest_metrics = match pool.get(vm.guest_metrics).filter(|_| snapshot) {
        Some(row) => {
            let copy: Ref<VmGuestMetrics> = planning.new_ref();
            edits.push(Edit::make(copy, VmGuestMetrics { uuid: planning.new_uuid(), ..row.clone() }));
            copy
        }
        None => Ref::NULL,
    };
    let row = machine_row(planning, id, vm, name, kind, (metrics, guest_metrics));
    edits.push(Edit::make(new, row.clone()));

    let mut drives: Vec<(Ref<Vbd>, &Vbd)> = pool.many_rows(many::VM_VBDS, id).collect();
    drives.sort_by_key(|(_, vbd)| device::place(&vbd.userdevice));
    for (_, vbd) in drives {
        let mut copy = Vbd {
            uuid: planning.new_uuid(),
            VM: new,
            allowed_operations: EnumSet::EMPTY,
            current_operations: Map::EMPTY,
            currently_attached: false,
            reserved: false,
            ..vbd.clone()
        };
        if vbd.r#type != VbdType::Cd && !vbd.VDI.is_null() {
            if ignore.contains(&vbd.VDI) {
                continue;
            }
            let (vdi, row, make) = disk(planning, vbd.VDI, kind)?;
            holds.push((ClassId::Vdi, vbd.VDI.id(), kind.operation()));
            disks.push(make);
            edits.push(Edit::make(vdi, row));
            copy.VDI = vdi;
        }
        edits.push(Edit::make(planning.new_ref::<Vbd>(), copy));
    }

    let seed = row.other_config.get("mac_seed").cloned();
    for (_, vif) in pool.many_rows(many::VM_VIFS, id) {
        let mut copy = Vif {
            uuid: planning.new_uuid(),
            VM: new,
            allowed_operations: EnumSet::EMPTY,
            current_operations: Map::EMPTY,
            currently_attached: false,
            reserved: false,
            ..vif.clone()
        };
        if !snapshot && vif.MAC_autogenerated {
            copy.MAC = crate::mac::generate(seed.as_deref(), &vif.device, planning.chance);
        } else if !snapshot && kind != Kind::Revert {
            // Quirk clone-mac: addresses that a client chose are not copied.
            copy.MAC = crate::mac::generate(seed.as_deref(), &vif.device, planning.chance);
            copy.MAC_autogenerated = true;
        }
        edits.push(Edit::make(planning.new_ref::<Vif>(), copy));
    }
    edits.extend(super::extras::copies(planning, id, new, kind));
    Ok(Copied { vm: new, row, disks, edits, holds })
}

fn machine_row(
    planning: &Planning,
    id: Ref<Vm>,
    vm: &Vm,
    name: Text,
    kind: Kind,
    metrics: (Ref<VmMetrics>, Ref<VmGuestMetrics>),
) -> Vm {
    let snapshot = kind == Kind::Snapshot;
    let mut row = Vm {
        uuid: planning.new_uuid(),
        name_label: name,
        allowed_operations: EnumSet::EMPTY,
        current_operations: Map::EMPTY,
        power_state: VmPowerState::Halted,
        resident_on: Ref::NULL,
        scheduled_to_be_resident_on: Ref::NULL,
        domid: -1,
        metrics: metrics.0,
        guest_metrics: metrics.1,
        suspend_VDI: Ref::NULL,
        is_a_snapshot: snapshot,
        is_default_template: false,
        snapshot_of: if snapshot { id } else { Ref::NULL },
        snapshot_time: if snapshot { planning.now } else { Date::EPOCH },
        snapshot_info: Map::EMPTY,
        parent: if snapshot {
            vm.parent
        } else if vm.is_a_snapshot {
            id
        } else {
            Ref::NULL
        },
        blocked_operations: if snapshot { vm.blocked_operations.clone() } else { Map::EMPTY },
        attached_PCIs: model::Set::EMPTY,
        requires_reboot: false,
        is_snapshot_from_vmpp: false,
        // What is done in groups is not done to copies.
        snapshot_schedule: Ref::NULL,
        appliance: Ref::NULL,
        groups: model::Set::EMPTY,
        ha_always_run: false,
        is_vmss_snapshot: snapshot && crate::operations::vmss::is_scheduled(planning),
        version: 0,
        blobs: Map::EMPTY,
        ..vm.clone()
    };
    if snapshot {
        row.is_a_template = true;
        let state = model::ApiEnum::name(vm.power_state);
        row.snapshot_info.insert(Text::new_static("power-state-at-snapshot"), Text::new_static(state));
        row.snapshot_info
            .insert(Text::new_static("disk-snapshot-type"), Text::new_static("crash_consistent"));
    } else {
        row.other_config.remove("default_template");
        row.other_config.insert(Text::new_static("mac_seed"), Text::new(planning.new_uuid().to_string()));
        if vm.is_a_template && !row.other_config.contains_key("base_template_name") {
            row.other_config.insert(Text::new_static("base_template_name"), vm.name_label.clone());
        }
        if vm.generation_id == "0:0" {
            row.generation_id = generation_id(planning);
        }
        if vm.is_a_snapshot {
            row.snapshot_metadata = Text::default();
        }
    }
    row
}

/// Two random numbers, as guests want them.
pub fn generation_id(planning: &Planning) -> Text {
    let half = || planning.chance.bits() as u64 as i64;
    Text::new(format!("{}:{}", half(), half()))
}
