//! How busy simulated guests are: a slow up and down that follows from who they are and the time.
//!
//! Every guest has a load of its own, and its processors, cards and disks follow it. The same moment
//! of the same guest always reads the same.

use super::device_name::device_name;
use super::world::{Domain, State, World};
use machine::measure::{DomainMeasures, Measures, Traffic};
use model::Uuid;

/// A load changes over this time.
const TURN_SECONDS: i64 = 300;
/// What a fully busy guest sends, receives, reads and writes.
const BUSY_BYTES_PER_SECOND: f64 = 40e6;

pub fn read(world: &World, host: Uuid, seconds: i64) -> Measures {
    let Ok(found) = world.host(host) else { return Measures::default() };
    let here = found.domains.iter().filter(|(_, domain)| domain.state != State::Receiving);
    Measures { domains: here.map(|(vm, domain)| (*vm, of_domain(domain, seconds))).collect() }
}

fn of_domain(domain: &Domain, seconds: i64) -> DomainMeasures {
    let vm = domain.spec.vm;
    let works = domain.state == State::Running && !domain.asleep;
    let load = |part: u64| if works { load(vm, part, seconds) } else { 0.0 };
    let traffic = |part: u64, share: f64| Traffic {
        inward: (load(part) * share * BUSY_BYTES_PER_SECOND).round(),
        outward: (load(part + 1) * share * BUSY_BYTES_PER_SECOND).round(),
    };
    let nics = domain.nics.values().map(|nic| {
        let part = 1000 + 2 * number(&nic.mac);
        (nic.device.clone(), (nic.bridge.clone(), traffic(part, 0.2)))
    });
    let drives = domain.drives.values().filter_map(|drive| {
        let part = 5000 + 2 * number(&drive.userdevice);
        Some((device_name(&drive.userdevice), (drive.disc?, traffic(part, if drive.cd { 0.0 } else { 0.5 }))))
    });
    let used = 0.3 + 0.5 * load(999);
    DomainMeasures {
        vcpus: (0..domain.spec.vcpus.max(0) as u64).map(load).collect(),
        memory_bytes: domain.spec.memory_bytes,
        idle_bytes: (domain.spec.memory_bytes as f64 * (1.0 - used)) as i64,
        nics: nics.collect(),
        drives: drives.collect(),
    }
}

fn number(text: &str) -> u64 {
    text.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 1000)
}

/// From 0 to 1: around what this guest usually does, going from one value to the next.
fn load(vm: Uuid, part: u64, seconds: i64) -> f64 {
    let (turn, past) = (seconds.div_euclid(TURN_SECONDS), seconds.rem_euclid(TURN_SECONDS));
    let usual = 0.02 + 0.5 * chance(vm, u64::MAX, 0).powi(2);
    let (from, to) = (chance(vm, part, turn), chance(vm, part, turn + 1));
    let now = from + (to - from) * past as f64 / TURN_SECONDS as f64;
    (usual * (0.4 + 1.2 * now)).clamp(0.0, 1.0)
}

/// A number from 0 to 1 that looks random and is always the same.
fn chance(vm: Uuid, part: u64, turn: i64) -> f64 {
    let mut bits = vm.0 as u64 ^ (vm.0 >> 64) as u64;
    for word in [part, turn as u64] {
        bits = (bits ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits ^= bits >> 31;
    }
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
