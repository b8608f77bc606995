//! The whole world in words, for tests that ask whether it is as before.
//!
//! Contents are numbered in the order they are met, and domain numbers are left out: how often
//! something was tried shows in neither.

use super::device_name::device_name;
use super::world::{Content, Disk, Domain, Host, State, World};
use model::Uuid;
use std::collections::BTreeMap;
use std::fmt::Write;

pub fn describe(world: &World) -> String {
    let mut numbers = Numbers::default();
    let mut text = String::new();
    for (uuid, storage) in &world.storage {
        line(&mut text, format!("storage {uuid}: {} of {}", storage.used_bytes, storage.capacity_bytes));
        for (disc, disk) in world.disks.iter().filter(|(disc, _)| disc.sr == *uuid) {
            describe_disk(&mut text, disc.vdi, disk, &mut numbers);
        }
    }
    for (uuid, host) in &world.hosts {
        describe_host(&mut text, *uuid, host, &mut numbers);
    }
    text
}

fn describe_disk(text: &mut String, vdi: Uuid, disk: &Disk, numbers: &mut Numbers) {
    let content = numbers.name(disk.content);
    line(text, format!("  disk {vdi}: {} of {}, {content}", disk.used_bytes, disk.size_bytes));
}

fn describe_host(text: &mut String, uuid: Uuid, host: &Host, numbers: &mut Numbers) {
    let power = if host.powered { "" } else { ", no power" };
    line(text, format!("host {uuid}: {} free of {}{power}", host.free_bytes(), host.memory_bytes));
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

    fn name(&mut self, content: Content) -> String {
        match content {
            Content::Blank => "blank".to_string(),
            Content::Data(number) => format!("content {}", self.number(number)),
            Content::Memory(vm, number) => format!("memory {} of {vm}", self.number(number)),
        }
    }

    fn memory(&mut self, number: u64) -> String {
        format!("memory {}", self.number(number))
    }
}

fn line(text: &mut String, words: String) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{words}");
}
