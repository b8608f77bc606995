//! What a host keeps of itself: settings, disks that it holds, the log of its hypervisor.

use super::world::{Holder, Host, World};
use machine::{Disc, Fact, Fault, HostFact, HostSetting};
use model::Uuid;

/// As many lines as a small buffer holds.
const LOG_LINES: usize = 2_000;

pub fn is_up(uuid: Uuid, host: &Host) -> HostFact {
    let storage = host.storage.iter().copied().collect();
    HostFact::Up { host: uuid, since_seconds: host.since_seconds, storage }
}

pub fn greet(world: &World, host: Uuid) -> Result<Vec<Fact>, Fault> {
    Ok(vec![Fact::Host(is_up(host, world.host(host)?))])
}

pub fn set(world: &mut World, host: Uuid, setting: HostSetting, value: &str) -> Result<Vec<Fact>, Fault> {
    let settings = &mut world.host_mut(host)?.settings;
    // What is empty is as if it had never been set.
    if value.is_empty() {
        settings.remove(&setting);
    } else {
        settings.insert(setting, value.to_string());
    }
    Ok(vec![Fact::Host(HostFact::SettingIs { host, setting, value: value.to_string() })])
}

/// What the hypervisor writes when it begins.
pub fn boot(host: &mut Host) {
    let (memory, free) = (host.memory_bytes >> 10, host.free_bytes() >> 10);
    let granularity = host.settings.get(&HostSetting::SchedulingGranularity).map_or("cpu", String::as_str);
    let lines = [
        "(XEN) Xen version 4.17.5 (simulated)".to_string(),
        format!("(XEN) System RAM: {}MB ({memory}kB)", memory >> 10),
        "(XEN) Using scheduler: SMP Credit Scheduler (credit)".to_string(),
        format!("(XEN) Scheduling granularity: {granularity}, 1 CPU per sched-resource"),
        format!("(XEN) Freed memory for machines: {free}kB"),
    ];
    lines.into_iter().for_each(|line| write(host, line));
}

pub fn debug_keys(world: &mut World, host: Uuid, keys: &str) -> Result<Vec<Fact>, Fault> {
    let found = world.host_mut(host)?;
    for key in keys.chars() {
        write(found, format!("(XEN) '{key}' pressed"));
        match key {
            'q' => {
                let domains: Vec<String> = found
                    .domains
                    .values()
                    .map(|domain| {
                        format!(
                            "(XEN) Domain {}: {} pages, {} vcpus, {}",
                            domain.domid,
                            domain.spec.memory_bytes >> 12,
                            domain.spec.vcpus,
                            domain.spec.vm
                        )
                    })
                    .collect();
                domains.into_iter().for_each(|line| write(found, line));
            }
            'm' => {
                let line = format!("(XEN) Physical memory: {} pages free", found.free_bytes() >> 12);
                write(found, line);
            }
            _ => {}
        }
    }
    Ok(Vec::new())
}

pub fn read_log(world: &mut World, host: Uuid, clear: bool) -> Result<Vec<Fact>, Fault> {
    let found = world.host_mut(host)?;
    let text = found.log.iter().fold(String::new(), |text, line| text + line + "\n");
    if clear {
        found.log.clear();
    }
    Ok(vec![Fact::Host(HostFact::Log { host, text })])
}

/// A host holds a disk as a machine of its own would.
pub fn hold_disk(world: &mut World, host: Uuid, disc: Disc, reason: &str) -> Result<Vec<Fact>, Fault> {
    world.disk_at(host, disc)?;
    let fact = Fact::Host(HostFact::DiskHeld { host, vdi: disc.vdi, reason: reason.to_string() });
    let found = world.host_mut(host)?;
    if found.held.insert(disc, reason.to_string()).is_none() {
        world.hold(disc, holder(host, disc));
    }
    Ok(vec![fact])
}

pub fn release_disk(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    if world.host_mut(host)?.held.remove(&disc).is_some() {
        world.release(disc, host, disc.vdi);
    }
    Ok(vec![Fact::Host(HostFact::DiskReleased { host, vdi: disc.vdi })])
}

/// Several hosts may hold the same disk: they agree among themselves who writes.
pub fn holder(host: Uuid, disc: Disc) -> Holder {
    Holder { host, vm: host, vbd: disc.vdi, read_only: false }
}

fn write(host: &mut Host, line: String) {
    if host.log.len() == LOG_LINES {
        host.log.pop_front();
    }
    host.log.push_back(line);
}
