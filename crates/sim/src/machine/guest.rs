//! What a guest does by itself: hears the toolstack, speaks through its agent, ends, writes.
//!
//! A guest speaks once after it begins to run, and again when its network cards change. What it says
//! follows from its name and its cards alone.

use super::blocks::{Content, Run};
use super::disks;
use super::world::{Agent, Domain, State, World};
use machine::{Disc, Fact, Fault, ShutdownKind, StopReason};
use model::Uuid;
use std::collections::BTreeMap;

pub enum Next {
    Now(Fact),
    /// Ask again at this moment, or when the bell rings.
    At(i64),
    /// Ask again when the bell rings.
    Someday,
}

/// Whether the guest would do as it is told.
pub fn answers(world: &World, host: Uuid, vm: Uuid) -> bool {
    let awake = |domain: &Domain| domain.state == State::Running && !domain.asleep;
    !world.silent.contains(&vm) && world.domain(host, vm).is_ok_and(awake)
}

/// The guest was asked to go down, and its time is over. Who is down already has done as asked.
pub fn ask(
    world: &mut World,
    host: Uuid,
    vm: Uuid,
    kind: ShutdownKind,
    seconds: u64,
) -> Result<Vec<Fact>, Fault> {
    let reason = match kind {
        ShutdownKind::Shutdown => StopReason::Halted,
        ShutdownKind::Reboot => StopReason::Rebooted,
        ShutdownKind::Suspend => return quiesce(world, host, vm, seconds),
    };
    match world.domain(host, vm) {
        Ok(_) if !answers(world, host, vm) => return Err(Fault::GuestSilent { vm, seconds }),
        Ok(_) => world.remove_domain(host, vm),
        Err(Fault::NoSuchDomain { .. }) => None,
        Err(fault) => return Err(fault),
    };
    Ok(vec![Fact::DomainGone { vm, reason }])
}

fn quiesce(world: &mut World, host: Uuid, vm: Uuid, seconds: u64) -> Result<Vec<Fact>, Fault> {
    let answers = answers(world, host, vm);
    let domain = world.domain_mut(host, vm)?;
    if domain.state == State::Running && !answers {
        return Err(Fault::GuestSilent { vm, seconds });
    }
    domain.state = State::Paused;
    Ok(vec![domain.fact()])
}

/// A guest ends by itself. Whether it was there.
pub fn end(world: &mut World, host: Uuid, vm: Uuid, reason: StopReason) -> bool {
    let here = world.domain(host, vm).is_ok();
    if here {
        world.remove_domain(host, vm);
        if let Ok(found) = world.host_mut(host) {
            found.facts.push(Fact::DomainGone { vm, reason });
        }
    }
    here
}

/// The guest writes a little, here and there, on every disk that it may write on.
pub fn write_to_disks(world: &mut World, host: Uuid, vm: Uuid) {
    const WRITTEN: u64 = 16;
    let Ok(domain) = world.domain(host, vm) else { return };
    let free = |drive: &&machine::Drive| !drive.read_only && !drive.cd && !domain.held.contains(&drive.vbd);
    let writable = domain.drives.values().filter(free);
    for disc in writable.filter_map(|drive| drive.disc).collect::<Vec<_>>() {
        let number = world.fresh_content();
        let places = world.disks.get(&disc).map_or(0, |disk| disk.block_count()) / WRITTEN;
        let first = number.wrapping_mul(7) % places.max(1) * WRITTEN;
        write(world, disc, Run { first, count: WRITTEN, content: Content(number) });
    }
}

/// Something is written on a disk, and on its mirror. Whoever writes holds it.
pub fn write(world: &mut World, disc: Disc, run: Run) {
    let mirror = world.disks.get(&disc).and_then(|disk| disk.mirror);
    for disc in [Some(disc), mirror].into_iter().flatten() {
        disks::change(world, disc, |disk| disk.write(run));
    }
}

/// A guest that did not speak yet will.
pub fn wake(world: &mut World, host: Uuid, vm: Uuid, moment: i64) {
    if world.domain(host, vm).is_ok_and(|domain| domain.agent == Agent::Quiet) {
        will_speak(world, host, vm, moment);
    }
}

/// A guest that spoke has something new to say.
pub fn speak_again(world: &mut World, host: Uuid, vm: Uuid, moment: i64) {
    if world.domain(host, vm).is_ok_and(|domain| matches!(domain.agent, Agent::Spoke | Agent::Believed)) {
        will_speak(world, host, vm, moment);
    }
}

fn will_speak(world: &mut World, host: Uuid, vm: Uuid, moment: i64) {
    if let Ok(domain) = world.domain_mut(host, vm) {
        domain.agent = Agent::Waking(moment);
    }
    if let Ok(found) = world.host_mut(host) {
        found.speaking.insert((moment, vm));
        found.facts.bell.notify_one();
    }
}

/// The next thing that a host tells unasked. `now` is asked only if there is something to wait for.
pub fn next(world: &mut World, host: Uuid, now: impl Fn() -> i64) -> Next {
    loop {
        if let Some(fact) = world.hosts.get_mut(&host).and_then(|found| found.last_words.take()) {
            return Next::Now(fact);
        }
        let Ok(found) = world.host_mut(host) else { return Next::Someday };
        if let Some(fact) = found.facts.pop() {
            return Next::Now(fact);
        }
        let Some(&(moment, vm)) = found.speaking.first() else { return Next::Someday };
        if moment > 0 && moment > now() {
            return Next::At(moment);
        }
        found.speaking.pop_first();
        let answers = answers(world, host, vm);
        if let Ok(domain) = world.domain_mut(host, vm) {
            domain.agent = if answers { Agent::Spoke } else { Agent::Quiet };
            if answers {
                return Next::Now(says(domain));
            }
        }
    }
}

/// What the agent of this guest says.
pub fn says(domain: &Domain) -> Fact {
    let mut networks = BTreeMap::new();
    for nic in domain.nics.values() {
        let told = nic.rules.addresses.ipv4.split('/').next().unwrap_or_default();
        let address = if told.is_empty() { address(&nic.mac) } else { told.to_string() };
        if let Some(ipv6) = nic.rules.addresses.ipv6.split('/').next().filter(|address| !address.is_empty()) {
            networks.insert(format!("{}/ipv6/0", nic.device), ipv6.to_string());
        }
        networks.insert(format!("{}/ip", nic.device), address.clone());
        networks.insert(format!("{}/ipv4/0", nic.device), address);
    }
    let system = system(&domain.spec.name);
    // The drivers of Windows take addresses from outside.
    let takes_addresses = domain.spec.name.to_ascii_lowercase().contains("windows");
    let more = takes_addresses.then_some("feature-static-ip-setting");
    let features =
        FEATURES.into_iter().chain(more).map(|feature| (feature.to_string(), "1".to_string())).collect();
    Fact::GuestSays { vm: domain.spec.vm, networks, os: words(&system), features, drivers: words(&DRIVERS) }
}

/// The guest utilities that every simulated guest has, as the rows of a simulated pool show them.
const DRIVERS: [(&str, &str); 4] = [("major", "8"), ("minor", "4"), ("micro", "0"), ("build", "1")];

const FEATURES: [&str; 7] = [
    "feature-balloon",
    "feature-halt",
    "feature-poweroff",
    "feature-reboot",
    "feature-shutdown",
    "feature-suspend",
    "feature-vcpu-hotplug",
];

/// An address of 10.128.0.0/9 by the last three bytes of the hardware address.
fn address(mac: &str) -> String {
    let mut last = mac.rsplit(':').map(|byte| u8::from_str_radix(byte, 16).unwrap_or(0));
    let mut byte = || last.next().unwrap_or(0);
    let (host, block, area) = (byte(), byte(), byte());
    format!("10.{}.{block}.{}", 128 | area, host % 254 + 1)
}

/// The system that the machine's name speaks of; Debian if it speaks of none.
fn system(name: &str) -> [(&'static str, &'static str); 5] {
    let name = name.to_ascii_lowercase();
    let speaks_of = |word: &str| name.contains(word);
    let (title, uname, distro, major, minor) = if speaks_of("windows") {
        ("Microsoft Windows Server 2022 Standard", "", "windows", "10", "0")
    } else if speaks_of("ubuntu") {
        ("Ubuntu 24.04.2 LTS", "6.8.0-60-generic", "ubuntu", "24", "04")
    } else if speaks_of("rocky") {
        ("Rocky Linux 9.5 (Blue Onyx)", "5.14.0-503.40.1.el9_5.x86_64", "rocky", "9", "5")
    } else if speaks_of("alma") {
        ("AlmaLinux 9.5 (Teal Serval)", "5.14.0-503.40.1.el9_5.x86_64", "almalinux", "9", "5")
    } else {
        ("Debian GNU/Linux 12 (bookworm)", "6.1.0-35-amd64", "debian", "12", "11")
    };
    [("name", title), ("uname", uname), ("distro", distro), ("major", major), ("minor", minor)]
}

fn words(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let told = pairs.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(key, value)| (key.to_string(), value.to_string())).collect()
}
