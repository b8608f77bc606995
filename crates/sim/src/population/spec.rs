//! A pool by numbers: `hosts=3,vms=50,srs=2,seed=7`.

use crate::population::blueprint::{
    Blueprint, DiskPlan, DrivePlan, GIB, GpuPlan, HostPlan, ImagePlan, MIB, MachinePlan, NetworkPlan,
    StorageKind, StoragePlan, TIB, Wiring,
};
use crate::population::data;
use crate::population::guest;
use crate::population::identity::{Identity, Key};
use crate::population::storage::roomy_bytes;
use model::{Text, VmPowerState};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// How much of everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub hosts: usize,
    pub vms: usize,
    /// Shared ones that hold disks.
    pub srs: usize,
    /// Beside the management network.
    pub networks: usize,
    /// Graphics cards in each host.
    pub gpus: usize,
    /// The fraction of machines that run.
    pub running: f64,
    pub seed: u64,
}

impl Default for Spec {
    fn default() -> Self {
        Spec { hosts: 3, vms: 0, srs: 1, networks: 1, gpus: 0, running: 0.5, seed: 1 }
    }
}

/// Why a text is not a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecError {
    UnknownKey(String),
    NoValue(String),
    Twice(String),
    BadValue { key: String, value: String, expected: &'static str },
}

impl fmt::Display for SpecError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpecError::UnknownKey(key) => {
                write!(out, "unknown key `{key}`; known are hosts, vms, srs, networks, gpus, running, seed")
            }
            SpecError::NoValue(key) => write!(out, "`{key}` has no value; write `{key}=…`"),
            SpecError::Twice(key) => write!(out, "`{key}` is said twice"),
            SpecError::BadValue { key, value, expected } => {
                write!(out, "`{key}={value}`: expected {expected}")
            }
        }
    }
}
impl std::error::Error for SpecError {}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Spec, SpecError> {
        let mut spec = Spec::default();
        let mut said = BTreeSet::new();
        for part in text.split([',', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| SpecError::NoValue(part.into()))?;
            let (key, value) = (key.trim(), value.trim());
            if !said.insert(key) {
                return Err(SpecError::Twice(key.into()));
            }
            match key {
                "hosts" => spec.hosts = count(key, value, 1, 1000, "a number from 1 to 1000")?,
                "vms" => spec.vms = count(key, value, 0, 1_000_000, "a number up to 1000000")?,
                "srs" => spec.srs = count(key, value, 0, 1000, "a number up to 1000")?,
                "networks" => spec.networks = count(key, value, 0, 1000, "a number up to 1000")?,
                "gpus" => spec.gpus = count(key, value, 0, 16, "a number up to 16")?,
                "running" => spec.running = fraction(key, value)?,
                "seed" => spec.seed = parsed(key, value, "a whole number")?,
                _ => return Err(SpecError::UnknownKey(key.into())),
            }
        }
        Ok(spec)
    }
}

fn parsed<T: FromStr>(key: &str, value: &str, expected: &'static str) -> Result<T, SpecError> {
    value.parse().map_err(|_| SpecError::BadValue { key: key.into(), value: value.into(), expected })
}

fn count(
    key: &str,
    value: &str,
    least: usize,
    most: usize,
    expected: &'static str,
) -> Result<usize, SpecError> {
    let bad = || SpecError::BadValue { key: key.into(), value: value.into(), expected };
    parsed(key, value, expected)
        .and_then(|count: usize| if (least..=most).contains(&count) { Ok(count) } else { Err(bad()) })
}

fn fraction(key: &str, value: &str) -> Result<f64, SpecError> {
    let expected = "a fraction from 0 to 1";
    let fraction: f64 = parsed(key, value, expected)?;
    if (0.0..=1.0).contains(&fraction) {
        Ok(fraction)
    } else {
        Err(SpecError::BadValue { key: key.into(), value: value.into(), expected })
    }
}

impl Spec {
    pub(super) fn blueprint(&self, addresses: &[Text]) -> Blueprint {
        let hosts = self.hosts.max(1);
        let machines = self.machines(hosts);
        let memory_bytes = host_memory_bytes(hosts, &machines);
        let host = |number: usize| HostPlan {
            name: format!("host-{}", number + 1).into(),
            address: addresses.get(number).cloned().unwrap_or_else(|| default_address(number)),
            memory_bytes,
            local_storage: Some(self.srs + number),
        };
        Blueprint {
            seed: self.seed,
            pool_name: Text::new_static("pool-1"),
            hosts: (0..hosts).map(host).collect(),
            networks: self.networks(hosts),
            storages: self.storages(hosts, &machines),
            // Shared ones come first, else it is the local one of the coordinator.
            default_storage: Some(0),
            machines,
            gpus: self.gpus(hosts),
            sticks: Vec::new(),
            furnished: true,
        }
    }

    /// All cards are alike, and in one group.
    fn gpus(&self, hosts: usize) -> Vec<GpuPlan> {
        let name = Text::new_static("Group of NVIDIA Corporation GK107GL [GRID K1] GPUs");
        let plan = GpuPlan { name, hosts: (0..hosts).collect(), count: self.gpus };
        if self.gpus > 0 { vec![plan] } else { Vec::new() }
    }

    /// Management first, then one more card, then tagged ones.
    fn networks(&self, hosts: usize) -> Vec<NetworkPlan> {
        let plan = |number: usize| {
            let (name, wiring) = match number {
                0 | 1 => (format!("Pool-wide network {number}"), Wiring::Card(number)),
                _ => (format!("vlan-{}", 18 + number), Wiring::Tag(18 + number as i64)),
            };
            NetworkPlan { name: name.into(), wiring, hosts: (0..hosts).collect() }
        };
        (0..=self.networks).map(plan).collect()
    }

    fn storages(&self, hosts: usize, machines: &[MachinePlan]) -> Vec<StoragePlan> {
        let mut promised = vec![0; self.srs.max(hosts)];
        for disk in machines.iter().flat_map(|machine| &machine.disks) {
            promised[disk.storage] += disk.size_bytes;
        }
        let everywhere: Vec<usize> = (0..hosts).collect();
        let shared = |number: usize| StoragePlan {
            name: format!("Shared storage {}", number + 1).into(),
            kind: StorageKind::Nfs,
            hosts: everywhere.clone(),
            size_bytes: roomy_bytes(promised[number]),
            images: Vec::new(),
            number: 0,
        };
        let of_host = |name: &'static str, kind: StorageKind, size_bytes: i64, images: Vec<ImagePlan>| {
            move |host: usize| StoragePlan {
                name: Text::new_static(name),
                kind,
                hosts: vec![host],
                size_bytes,
                images: images.clone(),
                number: host,
            }
        };
        let local_bytes = if self.srs > 0 {
            73_682_485_248
        } else {
            roomy_bytes(promised.iter().copied().max().unwrap_or(0))
        };
        let drive = image("SCSI 0:0:0:0", 1_073_741_312);
        let mut storages: Vec<StoragePlan> = (0..self.srs).map(shared).collect();
        storages.extend((0..hosts).map(of_host("Local storage", StorageKind::Ext, local_bytes, vec![])));
        storages.extend((0..hosts).map(of_host("DVD drives", StorageKind::DvdDrives, 0, vec![drive])));
        storages.extend((0..hosts).map(of_host(
            "Removable storage",
            StorageKind::RemovableStorage,
            0,
            vec![],
        )));
        let pool_wide = |name: &'static str, kind: StorageKind, size_bytes: i64, images: Vec<ImagePlan>| {
            let name = Text::new_static(name);
            StoragePlan { name, kind, hosts: everywhere.clone(), size_bytes, images, number: 0 }
        };
        let tools = vec![image("guest-tools.iso", 48_103_424)];
        storages.push(pool_wide("XCP-ng Tools", StorageKind::Tools, 0, tools));
        // A host on its own, which may want to join a pool, shares nothing.
        if self.srs > 0 {
            storages.push(pool_wide("ISO library", StorageKind::IsoLibrary, 2 * TIB, library()));
        }
        storages
    }

    fn machines(&self, hosts: usize) -> Vec<MachinePlan> {
        let ids = Identity::new(self.seed);
        let runs_before = |number: usize| (number as f64 * self.running) as usize;
        let guests = data::guests();
        let kinds = guest::all(ids);
        let plan = |number: usize| {
            let name = Text::from(format!("vm-{:04}", number + 1));
            let guest = guest_by_share(ids.number("guest", Key::named(&name)));
            let order = runs_before(number);
            let runs = runs_before(number + 1) > order;
            let storage = if self.srs > 0 { number % self.srs } else { number % hosts };
            let size_bytes = kinds[guest].disk_bytes;
            MachinePlan {
                state: if runs { VmPowerState::Running } else { VmPowerState::Halted },
                // A disk on local storage ties its machine to that host.
                host: runs.then_some(if self.srs > 0 { order % hosts } else { number % hosts }),
                memory_bytes: guests[guest].memory_mib * MIB,
                least_memory_bytes: guests[guest].memory_mib * MIB,
                vcpus: guests[guest].vcpus,
                guest,
                is_a_template: false,
                disks: vec![DiskPlan { storage, size_bytes, image: None }],
                drive: Some(DrivePlan::Empty),
                cards: vec![number % (self.networks + 1)],
                number,
                name,
            }
        };
        (0..self.vms).map(plan).collect()
    }
}

/// By their shares of a hundred.
fn guest_by_share(number: u64) -> usize {
    let guests = data::guests();
    let mut left = number % guests.iter().map(|guest| guest.share).sum::<u64>();
    let mut chosen = 0;
    while left >= guests[chosen].share {
        left -= guests[chosen].share;
        chosen += 1;
    }
    chosen
}

/// Each host can run its own machines, and any host can go away while all machines run.
fn host_memory_bytes(hosts: usize, machines: &[MachinePlan]) -> i64 {
    let step = 32 * GIB;
    let all: i64 = machines.iter().map(MachinePlan::footprint_bytes).sum();
    let share = all / (hosts as i64 - 1).max(1);
    // An eighth more for uneven shares, and room for the control domain and the hypervisor.
    let wanted = share + share / 8 + 16 * GIB;
    let firmware = 82_706_432;
    (wanted + step - 1) / step * step - firmware
}

pub(super) fn default_address(host: usize) -> Text {
    format!("10.10.{}.{}", host / 200, 11 + host % 200).into()
}

fn image(name: &str, size_bytes: i64) -> ImagePlan {
    ImagePlan { name: name.into(), size_bytes }
}

fn library() -> Vec<ImagePlan> {
    vec![
        image("alpine-virt-3.21.3-x86_64.iso", 66_060_288),
        image("debian-12.11.0-amd64-netinst.iso", 702_545_920),
        image("Rocky-9.5-x86_64-minimal.iso", 1_963_982_848),
        image("ubuntu-24.04.2-live-server-amd64.iso", 3_213_064_192),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_given_and_keeps_the_rest() {
        assert_eq!("hosts=1,hosts=2".parse::<Spec>(), Err(SpecError::Twice("hosts".into())));
        let spec: Spec = "hosts=2, vms=50,seed=7,running=0.25".parse().expect("a good spec");
        assert_eq!(spec, Spec { hosts: 2, vms: 50, seed: 7, running: 0.25, ..Spec::default() });
        assert_eq!("".parse::<Spec>(), Ok(Spec::default()));
    }

    #[test]
    fn names_the_bad_key() {
        let complaint = |text: &str| text.parse::<Spec>().expect_err("a bad spec").to_string();
        assert_eq!(complaint("hosts"), "`hosts` has no value; write `hosts=…`");
        assert_eq!(complaint("hosts=0"), "`hosts=0`: expected a number from 1 to 1000");
        assert_eq!(complaint("vms=many"), "`vms=many`: expected a number up to 1000000");
        assert_eq!(complaint("running=1.5"), "`running=1.5`: expected a fraction from 0 to 1");
        assert_eq!(
            complaint("disks=3"),
            "unknown key `disks`; known are hosts, vms, srs, networks, gpus, running, seed"
        );
    }
}
