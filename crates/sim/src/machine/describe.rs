//! The whole world in words, for tests that ask whether it is as before.
//!
//! Contents are numbered in the order they are met, and domain numbers are left out: how often
//! something was tried shows in neither.

use super::chains;
use super::device_name::device_name;
use super::network::HostNetwork;
use super::world::{Disk, Domain, Host, State, World};
use machine::step::network::NicRules;
use machine::{Disc, Interface};
use model::Uuid;
use std::collections::BTreeMap;
use std::fmt::Write;

pub fn describe(world: &World) -> String {
    let mut numbers = Numbers::default();
    let mut text = String::new();
    for (uuid, storage) in &world.storage {
        let place = storage.seat.as_ref().map(|seat| format!(", {seat}")).unwrap_or_default();
        let (used, size) = (storage.used_bytes, storage.capacity_bytes);
        line(&mut text, format!("storage {uuid}: {used} of {size}{place}"));
        for (disc, disk) in world.disks.iter().filter(|(disc, _)| disc.sr == *uuid) {
            describe_disk(&mut text, world, *disc, disk, &mut numbers);
        }
    }
    for (uuid, host) in &world.hosts {
        describe_host(&mut text, *uuid, host, &mut numbers);
    }
    text
}

fn describe_disk(text: &mut String, world: &World, disc: Disc, disk: &Disk, numbers: &mut Numbers) {
    let mut words = format!("  disk {}: {} of {}", disc.vdi, disk.used_bytes(), disk.size_bytes);
    for (so, word) in [(disk.hidden, ", hidden"), (disk.bare, ", bare"), (disk.log.is_some(), ", tracked")] {
        words += if so { word } else { "" };
    }
    if let Some(parent) = disk.parent {
        words += &format!(", on {parent}");
    }
    if let Some(mirror) = disk.mirror {
        words += &format!(", followed by {}", mirror.vdi);
    }
    words += &match chains::memory(world, disc) {
        Some((vm, number)) => format!(", {} of {vm}", numbers.memory(number)),
        None => format!(
            ", {}",
            numbers.contents(chains::seen(world, disc).joined().iter().map(|run| run.content.0))
        ),
    };
    line(text, words);
}

fn describe_host(text: &mut String, uuid: Uuid, host: &Host, numbers: &mut Numbers) {
    let power = if host.powered { "" } else { ", no power" };
    let cut_off = if host.cut_off { ", cut off" } else { "" };
    line(text, format!("host {uuid}: {} free of {}{power}{cut_off}", host.free_bytes(), host.memory_bytes));
    if host.armed.is_some() {
        line(text, "  is armed".into());
    }
    if let Some(cluster) = host.cluster {
        line(text, format!("  is in cluster {cluster}"));
    }
    for (setting, value) in &host.settings {
        line(text, format!("  {setting}: {value}"));
    }
    for (disc, reason) in &host.held {
        line(text, format!("  holds {} for {reason}", disc.vdi));
    }
    for sr in &host.storage {
        line(text, format!("  has storage {sr}"));
    }
    for (package, version) in &host.software {
        line(text, format!("  package {package} {version}"));
    }
    describe_network(text, &host.network);
    if let Some(address) = &host.agreed {
        line(text, format!("  agreed to follow {address}"));
    }
    for domain in host.domains.values() {
        describe_domain(text, domain, numbers);
    }
}

fn describe_domain(text: &mut String, domain: &Domain, numbers: &mut Numbers) {
    let state = match domain.state {
        State::Running => "running",
        State::Paused => "paused",
        State::Receiving => "receiving",
    };
    let spec = &domain.spec;
    let model = if domain.device_model { ", device model" } else { "" };
    let memory = if domain.state == State::Receiving { "none".into() } else { numbers.memory(domain.memory) };
    let size = format!("{} bytes ({memory}), {} vcpus{model}", spec.memory_bytes, spec.vcpus);
    line(text, format!("  domain {} {:?}: {state}, {size}", spec.vm, spec.name));
    for drive in domain.drives.values() {
        let device = device_name(&drive.userdevice);
        let mode = if drive.cd {
            "cd"
        } else if drive.read_only {
            "ro"
        } else {
            "rw"
        };
        let disc = drive.disc.map_or("empty".to_string(), |disc| disc.vdi.to_string());
        line(text, format!("    drive {} {device} {mode}: {disc}", drive.vbd));
    }
    for nic in domain.nics.values() {
        line(text, format!("    nic {} {} {} on {}", nic.vif, nic.device, nic.mac, nic.bridge));
        if *nic.rules != NicRules::default() {
            line(text, format!("      {:?}", nic.rules));
        }
    }
    for loan in domain.loans.values() {
        let share = format!("{} of {}", loan.units, loan.of_units);
        line(text, format!("    loan {}: {share} of {}", loan.device, loan.thing));
    }
    for (key, value) in &domain.spec.settings {
        line(text, format!("    setting {key}: {value}"));
    }
    if domain.asleep {
        line(text, "    asleep".into());
    }
}

fn describe_network(text: &mut String, network: &HostNetwork) {
    for interface in network.up.values() {
        let Interface { pif, bridge, mac, mtu, tag, .. } = interface;
        let managed = if network.management == Some(*pif) { ", management" } else { "" };
        line(text, format!("  interface {pif} on {bridge}: {mac} mtu {mtu} tag {tag:?}{managed}"));
        line(text, format!("    {:?} {:?}", interface.addressing, interface.properties));
        line(text, format!("    {:?}", interface.link));
    }
    for bridge in &network.bridges {
        line(text, format!("  bridge {bridge}"));
    }
    if network.snooping || !network.controller.is_empty() {
        line(text, format!("  switch: {:?} snooping {}", network.controller, network.snooping));
    }
}

/// Contents and memories by the order in which they are met.
#[derive(Default)]
struct Numbers(BTreeMap<u64, usize>);

impl Numbers {
    fn number(&mut self, content: u64) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(content).or_insert(next)
    }

    fn contents(&mut self, contents: impl Iterator<Item = u64>) -> String {
        let words: Vec<String> =
            contents.map(|content| format!("content {}", self.number(content))).collect();
        if words.is_empty() { "blank".to_string() } else { words.join(" ") }
    }

    fn memory(&mut self, number: u64) -> String {
        format!("memory {}", self.number(number))
    }
}

fn line(text: &mut String, words: String) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{words}");
}
