//! Calls that make sense one after the other: storage that leaves and comes back, a host that is
//! updated, machines that get a schedule.
//!
//! A saga is told in words, a sentence at a time between other calls, and goes on over deaths of the
//! toolstack. What a sentence speaks of may be gone by then: then it is refused, and the next one comes.

use super::Swarm;
use crate::world::World;
use model::{Host, Pbd, Ref, Repository, Sr, TextMap, Vm, many};
use std::collections::VecDeque;
use store::Snapshot;
use toolstack::explain::words;

type Teller = fn(&Swarm, &Snapshot, usize) -> Option<Vec<String>>;

const SAGAS: &[(Teller, u64)] = &[
    (storage_returns, 3),
    (storage_is_made, 2),
    (plug_is_made_anew, 2),
    (appliance, 4),
    (schedule, 2),
    (group, 3),
    (updates, 2),
    (host_rests, 3),
    (host_leaves, 1),
    (guard_pauses, 2),
    (protection, 2),
    (devices, 4),
    (caller, 1),
];

impl Swarm<'_> {
    /// The next sentence, if there is one; a new saga begins when the last one is told.
    pub(super) async fn tell_on(&mut self, world: &World) {
        if self.saga.is_empty() {
            let mut left = self.below(SAGAS.iter().map(|(_, weight)| weight).sum());
            for (saga, weight) in SAGAS {
                match left.checked_sub(*weight) {
                    Some(rest) => left = rest,
                    None => {
                        let sentences = saga(self, &world.pool(), self.report.calls + 1);
                        self.saga = VecDeque::from(sentences.unwrap_or_default());
                        break;
                    }
                }
            }
        }
        let Some(sentence) = self.saga.pop_front() else { return };
        self.report.calls += 1;
        let number = self.report.calls;
        let pool = world.pool();
        let hash = pool.first::<Repository>().map(|(_, source)| source.hash.to_string()).unwrap_or_default();
        let sentence = sentence.replace("HASH", &hash);
        self.say(world, format!("call {number}: {sentence}"));
        if words::parse(&pool, words::split_words(&sentence)).is_err() {
            self.say(world, format!("call {number}: what it speaks of is gone"));
            return;
        }
        let outcome = world.call(&sentence).await;
        self.report.succeeded += usize::from(outcome.is_ok());
        let outcome = outcome.map(|_| ()).map_err(|error| error.to_string());
        self.say(world, format!("call {number}: {outcome:?}"));
    }

    fn storage(&self, pool: &Snapshot) -> Option<(Ref<Sr>, Sr)> {
        let all: Vec<_> = pool.all::<Sr>().filter(|(_, sr)| !matches!(&*sr.r#type, "iso" | "udev")).collect();
        self.pick(&all).map(|(id, sr)| (*id, (*sr).clone()))
    }

    fn host(&self, pool: &Snapshot) -> Option<(Ref<Host>, String)> {
        let all: Vec<_> = pool.all::<Host>().map(|(id, host)| (id, host.name_label.to_string())).collect();
        self.pick(&all).cloned()
    }

    fn machines(&self, pool: &Snapshot, count: usize) -> Vec<String> {
        let plain = |vm: &Vm| !vm.is_control_domain && !vm.is_a_template && !vm.is_a_snapshot;
        let all: Vec<String> =
            pool.all::<Vm>().filter(|(_, vm)| plain(vm)).map(|(_, vm)| vm.uuid.to_string()).collect();
        (0..count).filter_map(|_| self.pick(&all).cloned()).collect()
    }
}

fn storage_returns(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let mut made = pool.all::<Sr>().filter(|(_, sr)| sr.name_label.starts_with("storage"));
    let made = made.next().filter(|_| swarm.chance(70)).map(|(id, sr)| (id, sr.clone()));
    let (id, sr) = made.or_else(|| swarm.storage(pool))?;
    let plugs: Vec<(Ref<Pbd>, &Pbd)> = pool.many_rows(many::SR_PBDS, id).collect();
    let mut told: Vec<String> = plugs.iter().map(|(_, pbd)| format!("PBD.unplug {}", pbd.uuid)).collect();
    let (uuid, name, kind) = (sr.uuid, &sr.name_label, &sr.r#type);
    told.push(format!("SR.forget {uuid}"));
    told.push(format!("SR.introduce {uuid} '{name}' '' {kind} user {}", sr.shared));
    for (_, pbd) in &plugs {
        told.push(format!(
            "PBD.create {{host: {}, SR: {uuid}, device_config: {}}}",
            pbd.host,
            braced(&pbd.device_config)
        ));
    }
    for (pbd, row) in &plugs {
        let name = toolstack::explain::name_of(pool, model::ClassId::Pbd, pbd.id());
        // Refused by uuid where it was forgotten, by name where it was not.
        told.push(format!("PBD.plug {}", row.uuid));
        told.push(format!("PBD.plug '{name}'"));
    }
    told.push(format!("pool.set_default_SR pool {uuid}"));
    told.push(format!("SR.scan {uuid}"));
    Some(told)
}

fn storage_is_made(swarm: &Swarm, pool: &Snapshot, number: usize) -> Option<Vec<String>> {
    let made: Vec<(Ref<Sr>, &Sr)> =
        pool.all::<Sr>().filter(|(_, sr)| sr.name_label.starts_with("storage")).collect();
    if let [_, (id, sr), ..] = made[..] {
        let plugs = pool.many_rows(many::SR_PBDS, id);
        let mut told: Vec<String> =
            pool.many_rows(many::SR_VDIS, id).map(|(_, vdi)| format!("VDI.destroy {}", vdi.uuid)).collect();
        let plugs: Vec<String> = plugs.map(|(_, pbd)| pbd.uuid.to_string()).collect();
        told.extend(plugs.iter().skip(1).map(|pbd| format!("PBD.unplug {pbd}")));
        told.push(format!("SR.destroy {}", sr.uuid));
        told.extend(plugs.iter().map(|pbd| format!("PBD.unplug {pbd}")));
        told.push(format!("SR.destroy {}", sr.uuid));
        return Some(told);
    }
    let (id, _) = swarm.host(pool)?;
    let way = if swarm.chance(50) {
        format!(
            "{{server: 10.0.0.{}, serverpath: /exports/new}} 0 storage{number} '' nfs user true",
            number % 250
        )
    } else {
        format!("{{device: /dev/sdb}} 0 storage{number} '' ext user false")
    };
    Some(vec![format!("SR.create {id} {way}")])
}

fn plug_is_made_anew(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let (id, sr) = swarm.storage(pool)?;
    let plugs: Vec<&Pbd> = pool.many_rows(many::SR_PBDS, id).map(|(_, pbd)| pbd).collect();
    let pbd = swarm.pick(&plugs)?;
    let made = format!(
        "PBD.create {{host: {}, SR: {}, device_config: {}}}",
        pbd.host,
        sr.uuid,
        braced(&pbd.device_config)
    );
    let host = toolstack::explain::name_of(pool, model::ClassId::Host, pbd.host.id());
    Some(vec![
        format!("PBD.unplug {}", pbd.uuid),
        format!("PBD.destroy {}", pbd.uuid),
        made,
        format!("PBD.plug '{}/{host}'", sr.name_label),
    ])
}

fn appliance(swarm: &Swarm, pool: &Snapshot, number: usize) -> Option<Vec<String>> {
    let all: Vec<_> = pool.all::<model::VmAppliance>().map(|(_, row)| row.uuid).collect();
    if all.len() > 2 {
        return Some(vec![format!("VM_appliance.destroy {}", swarm.pick(&all)?)]);
    }
    let name = format!("appliance{number}");
    let mut told = vec![format!("VM_appliance.create {{name_label: {name}}}")];
    for vm in swarm.machines(pool, 3) {
        told.push(format!("VM.set_order {vm} {}", swarm.below(3)));
        told.push(format!("VM.set_appliance {vm} {name}"));
    }
    for verb in ["clean_shutdown", "start", "hard_shutdown", "start", "shutdown"] {
        let paused = if verb == "start" { " false" } else { "" };
        told.push(format!("VM_appliance.{verb} {name}{paused}"));
    }
    Some(told)
}

fn schedule(swarm: &Swarm, pool: &Snapshot, number: usize) -> Option<Vec<String>> {
    if let Some((_, row)) = pool.first::<model::Vmss>() {
        let members = pool.all::<Vm>().filter(|(_, vm)| !vm.snapshot_schedule.is_null());
        let mut told: Vec<String> =
            members.map(|(_, vm)| format!("VM.set_snapshot_schedule {} null", vm.uuid)).collect();
        told.push(format!("VMSS.destroy {}", row.uuid));
        return Some(told);
    }
    let name = format!("schedule{number}");
    let way = if swarm.chance(50) { "snapshot" } else { "checkpoint" };
    let mut told = vec![format!(
        "VMSS.create {{name_label: {name}, type: {way}, frequency: hourly, enabled: true, retained_snapshots: 2, schedule: {{min: '15'}}}}"
    )];
    let members = swarm.machines(pool, 2);
    told.extend(members.iter().map(|vm| format!("VM.set_snapshot_schedule {vm} {name}")));
    told.push(format!("VMSS.snapshot_now {name}"));
    Some(told)
}

fn group(swarm: &Swarm, pool: &Snapshot, number: usize) -> Option<Vec<String>> {
    let all: Vec<_> = pool.all::<model::VmGroup>().map(|(_, row)| row.uuid).collect();
    if all.len() > 1 {
        return Some(vec![format!("VM_group.destroy {}", swarm.pick(&all)?)]);
    }
    let name = format!("group{number}");
    let mut told = vec![format!("VM_group.create {{name_label: {name}, placement: anti_affinity}}")];
    told.extend(swarm.machines(pool, 3).iter().map(|vm| format!("VM.set_groups {vm} [{name}]")));
    Some(told)
}

fn updates(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    if pool.first::<Repository>().is_none() {
        return Some(vec![
            "Repository.introduce main '' https://updates.example/main '' true".into(),
            "pool.set_repositories pool main".into(),
            "pool.sync_updates pool true".into(),
        ]);
    }
    let (host, _) = swarm.host(pool)?;
    let steps = ["host.disable H", "host.evacuate H", "host.apply_updates H HASH", "host.reboot H"];
    let told = steps.into_iter().chain(["host.restart_agent H", "host.enable H"]);
    Some(
        told.map(|sentence| {
            sentence.replace(" H", &format!(" {host}")).replace(&format!("{host}ASH"), "HASH")
        })
        .collect(),
    )
}

fn host_rests(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let (host, _) = swarm.host(pool)?;
    let steps = ["set_power_on_mode", "disable", "evacuate", "shutdown", "power_on", "enable"];
    let rest = |verb: &str| if verb == "set_power_on_mode" { " wake-on-lan {}" } else { "" };
    Some(steps.into_iter().map(|verb| format!("host.{verb} {host}{}", rest(verb))).collect())
}

fn host_leaves(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let (host, _) = swarm.host(pool).filter(|_| pool.all::<Host>().count() > 3)?;
    let steps = ["host.disable", "host.evacuate", "pool.eject"];
    Some(
        steps
            .into_iter()
            .map(|step| format!("{step} {host}"))
            .chain([format!("host.enable {host}")])
            .collect(),
    )
}

fn guard_pauses(swarm: &Swarm, _: &Snapshot, _: usize) -> Option<Vec<String>> {
    let told = ["pool.disable_ha", "pool.enable_ha [] {}"];
    swarm.guarded.then(|| told.map(String::from).to_vec())
}

fn protection(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let vms = swarm.machines(pool, 2);
    let mut told = Vec::new();
    for vm in vms {
        let priority = swarm.pick(&["restart", "best-effort", "''"])?;
        told.push(format!("VM.set_ha_restart_priority {vm} {priority}"));
    }
    told.push(format!("pool.set_ha_host_failures_to_tolerate pool {}", swarm.below(3)));
    Some(told)
}

fn devices(swarm: &Swarm, pool: &Snapshot, _: usize) -> Option<Vec<String>> {
    let vm = swarm.machines(pool, 1).pop()?;
    Some(vec![
        format!("VM.hard_shutdown {vm}"),
        format!("VGPU.create {vm} grid"),
        format!("VUSB.create {vm} stick"),
        format!("VTPM.create {vm} false"),
        format!("VM.start {vm} false false"),
        format!("VM.suspend {vm}"),
        format!("VM.hard_shutdown {vm}"),
    ])
}

fn caller(_: &Swarm, _: &Snapshot, number: usize) -> Option<Vec<String>> {
    Some(vec![format!("Caller.create caller{number} '' 10.0.0.{}", number % 250)])
}

/// A map as words have it.
fn braced(map: &TextMap) -> String {
    let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: '{value}'")).collect();
    format!("{{{}}}", entries.join(", "))
}
