//! What happened unasked and was not heard yet, and everything that is there.
//!
//! News about the same thing replaces older news, so a queue that nobody reads stays as small as
//! the world is.

use super::device_name::device_name;
use super::world::{Agent, State, World};
use super::{guest, host_state, network, updates};
use machine::{Fact, HostFact, HostSetting, NetworkFact, StorageFact, UpdateFact};
use model::Uuid;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

#[derive(Default)]
pub struct FactQueue {
    by_number: BTreeMap<u64, Fact>,
    numbers: BTreeMap<(Subject, Uuid), u64>,
    last: u64,
    /// Rings when there may be news, or another moment to wait for.
    pub bell: Arc<Notify>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Domain,
    Device,
    Disc,
    Memory,
    Vcpus,
    Guest,
    Disk,
    Loan,
    Usb,
    Host,
    Update,
    Setting(Option<HostSetting>),
    Interface,
    Address,
    Network,
    Chain,
    Storage,
}

impl FactQueue {
    pub fn push(&mut self, fact: Fact) {
        self.last += 1;
        if let Some(older) = self.numbers.insert(subject(&fact), self.last) {
            self.by_number.remove(&older);
        }
        self.by_number.insert(self.last, fact);
        self.bell.notify_one();
    }

    pub fn pop(&mut self) -> Option<Fact> {
        let (_, fact) = self.by_number.pop_first()?;
        self.numbers.remove(&subject(&fact));
        Some(fact)
    }

    pub fn clear(&mut self) {
        self.by_number.clear();
        self.numbers.clear();
    }
}

/// Everything that a host sees, in a fixed order: domains with their devices, then storage, then disks.
pub fn inspect(world: &World, host: Uuid) -> Vec<Fact> {
    let Ok(found) = world.host(host) else { return Vec::new() };
    let mut facts = vec![Fact::Host(host_state::is_up(host, found))];
    for domain in found.domains.values().filter(|domain| domain.state != State::Receiving) {
        facts.push(domain.fact());
        for drive in domain.drives.values() {
            facts.push(Fact::DiskPlugged { vbd: drive.vbd, device: device_name(&drive.userdevice) });
            if let Some(disc) = drive.disc.filter(|_| drive.cd) {
                facts.push(Fact::DiscInserted { vbd: drive.vbd, disc });
            }
        }
        facts.extend(domain.nics.keys().map(|&vif| Fact::NicPlugged { vif }));
        let vm = domain.spec.vm;
        facts.extend(domain.loans.values().map(|loan| Fact::Lent {
            vm,
            device: loan.device,
            thing: loan.thing,
        }));
        if domain.agent == Agent::Spoke {
            facts.push(guest::says(domain));
        }
    }
    facts.extend(network::inspect(&found.network));
    let storage = found.storage.iter().filter_map(|sr| Some((sr, world.storage.get(sr)?)));
    facts.extend(storage.map(|(sr, storage)| Fact::Storage(storage.plugged(*sr))));
    let plugged = world.disks.iter().filter(|(disc, _)| found.storage.contains(&disc.sr));
    facts.extend(plugged.flat_map(|(disc, disk)| disk.facts(*disc)));
    if !found.software.is_empty() {
        facts.push(updates::fact(host, found));
    }
    facts
}

fn subject(fact: &Fact) -> (Subject, Uuid) {
    match fact {
        Fact::DomainPresent { vm, .. } | Fact::DomainGone { vm, .. } => (Subject::Domain, *vm),
        Fact::DiskPlugged { vbd, .. } | Fact::DiskUnplugged { vbd } => (Subject::Device, *vbd),
        Fact::NicPlugged { vif } | Fact::NicUnplugged { vif } => (Subject::Device, *vif),
        Fact::DiscInserted { vbd, .. } | Fact::DiscEjected { vbd } => (Subject::Disc, *vbd),
        Fact::MemoryIs { vm, .. } => (Subject::Memory, *vm),
        Fact::VcpusAre { vm, .. } => (Subject::Vcpus, *vm),
        Fact::GuestSays { vm, .. } => (Subject::Guest, *vm),
        Fact::DiskPresent { disc, .. } | Fact::DiskGone { disc } => (Subject::Disk, disc.vdi),
        Fact::Lent { device, .. } | Fact::TakenBack { device, .. } => (Subject::Loan, *device),
        Fact::UsbPlugged { .. } => (Subject::Usb, Uuid::NIL),
        Fact::Storage(fact) => (Subject::Storage, storage_of(fact)),
        Fact::Host(HostFact::SettingIs { host, setting, .. }) => (Subject::Setting(Some(*setting)), *host),
        Fact::Host(HostFact::Log { host, .. }) => (Subject::Setting(None), *host),
        Fact::Host(HostFact::DiskHeld { vdi, .. } | HostFact::DiskReleased { vdi, .. }) => {
            (Subject::Disc, *vdi)
        }
        Fact::Host(fact) => (Subject::Host, fact.host()),
        Fact::Update(fact) => match fact {
            UpdateFact::RepositoryOffers { repository, .. } => (Subject::Update, *repository),
            UpdateFact::PackageIs { disc, .. } => (Subject::Update, disc.vdi),
            UpdateFact::SoftwareIs { host, .. } => (Subject::Update, *host),
        },
        Fact::Network(NetworkFact::InterfaceUp { pif, .. } | NetworkFact::InterfaceDown { pif }) => {
            (Subject::Interface, *pif)
        }
        Fact::Network(NetworkFact::Address { pif, .. }) => (Subject::Address, *pif),
        Fact::Network(NetworkFact::Found { pif, .. } | NetworkFact::ManagedBy { pif }) => {
            (Subject::Network, pif.unwrap_or_default())
        }
        Fact::Network(NetworkFact::Snooping { .. }) => (Subject::Network, Uuid::NIL),
        Fact::Disk(fact) => (Subject::Chain, fact.disc().map_or(Uuid::NIL, |disc| disc.vdi)),
    }
}

fn storage_of(fact: &StorageFact) -> Uuid {
    match fact {
        StorageFact::Plugged { sr, .. }
        | StorageFact::Unplugged { sr }
        | StorageFact::Scanned { sr, .. }
        | StorageFact::Measured { sr, .. } => *sr,
        StorageFact::Probed { .. } => Uuid::NIL,
    }
}
