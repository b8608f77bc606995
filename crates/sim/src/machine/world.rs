//! `World`: everything there is, and the questions that several steps ask of it.
//!
//! Maps are ordered, so the same steps always give the same words. A disk knows who holds it; that
//! list and the drives of the domains say the same, and only `hold` and `release` change both.

use super::blocks::{Blocks, Content, Run};
use super::fabric::Seat;
use super::facts::FactQueue;
use super::failures::Failure;
use super::network::HostNetwork;
use super::power::Turn;
use super::shelf::Shelf;
use machine::fact::update::{Package, Update};
use machine::step::update::Versions;
use machine::{Disc, DomainSpec, Drive, Fact, Fault, HostSetting, Label, Loan, Names, Nic, Step, UsbDevice};
use model::Uuid;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Default)]
pub struct World {
    pub hosts: BTreeMap<Uuid, Host>,
    pub storage: BTreeMap<Uuid, Storage>,
    pub disks: BTreeMap<Disc, Disk>,
    pub silent: BTreeSet<Uuid>,
    pub failures: Vec<Failure>,
    pub taken: VecDeque<(Uuid, Step)>,
    /// What repositories offer beside the updates that there always are.
    pub published: Vec<Update>,
    /// Updates of the older sort, by the disk that they are on.
    pub packages: BTreeMap<Disc, Package>,
    /// What will happen to the power of which host, and when, in microseconds; 0 is at once.
    pub turns: BTreeSet<(i64, Uuid, Turn)>,
    /// What was on storage when the last host unplugged it.
    pub shelves: BTreeMap<Uuid, Shelf>,
    pub shelves_changed: bool,
    contents: u64,
}

pub struct Host {
    pub memory_bytes: i64,
    pub powered: bool,
    /// Nobody hears it and it hears nobody, while what runs on it goes on.
    pub cut_off: bool,
    /// The statefile that it watches.
    pub armed: Option<Disc>,
    /// The cluster that it is a member of.
    pub cluster: Option<Uuid>,
    /// How often it lost its power: a step does not outlive that.
    pub boots: u64,
    /// When this boot began.
    pub since_seconds: i64,
    /// What it said before it went down.
    pub last_words: Option<Fact>,
    pub settings: BTreeMap<HostSetting, String>,
    /// Disks that it holds itself, and why.
    pub held: BTreeMap<Disc, String>,
    pub log: VecDeque<String>,
    pub next_domid: i64,
    pub domains: BTreeMap<Uuid, Domain>,
    /// The storage that is plugged into it.
    pub storage: BTreeSet<Uuid>,
    /// What is plugged into its USB ports, by path.
    pub usb: BTreeMap<String, UsbDevice>,
    pub network: HostNetwork,
    pub facts: FactQueue,
    /// When which guest's agent will speak, in microseconds; 0 is at once.
    pub speaking: BTreeSet<(i64, Uuid)>,
    /// Packages that are not as they were when the host was installed.
    pub software: Versions,
    /// Whom it has agreed to follow soon.
    pub agreed: Option<String>,
}

pub struct Storage {
    pub capacity_bytes: i64,
    pub used_bytes: i64,
    /// Where it is; `None` if nobody has said.
    pub seat: Option<Seat>,
    pub names: Names,
    /// What is written down about its disks.
    pub labels: BTreeMap<Uuid, Label>,
    /// Rows of pools, on the disks that keep them.
    pub databases: BTreeMap<Uuid, String>,
}

pub struct Disk {
    pub size_bytes: i64,
    /// What it takes beside its blocks.
    pub overhead_bytes: i64,
    /// What was written on this very disk.
    pub blocks: Blocks,
    /// The machine whose memory was saved on it, and the memory's number.
    pub memory: Option<(Uuid, u64)>,
    /// The hidden disk of the same storage that it stands on.
    pub parent: Option<Uuid>,
    pub hidden: bool,
    /// It takes all of its size.
    pub thick: bool,
    /// Its data is gone, and only its log is left.
    pub bare: bool,
    /// What has changed, if that is written down.
    pub log: Option<Log>,
    /// How it was when it was first reset.
    pub pristine: Option<Blocks>,
    /// Where everything that is written on it is written as well.
    pub mirror: Option<Disc>,
    pub holders: Vec<Holder>,
}

/// The blocks that have changed since an earlier disk was as it is.
#[derive(Clone, Default)]
pub struct Log {
    pub since: Option<Uuid>,
    pub changed: Blocks,
}

impl Disk {
    pub fn write(&mut self, run: Run) {
        let count = self.block_count().saturating_sub(run.first).min(run.count);
        let run = Run { count, ..run };
        self.blocks.write(run);
        if let Some(log) = &mut self.log {
            log.changed.write(Run { content: Content(0), ..run });
        }
    }
}

/// Who has a disk plugged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub host: Uuid,
    pub vm: Uuid,
    pub vbd: Uuid,
    pub read_only: bool,
}

pub struct Domain {
    /// As it is now: memory and processors follow what is set later.
    pub spec: DomainSpec,
    pub domid: i64,
    pub state: State,
    pub memory: u64,
    pub device_model: bool,
    pub agent: Agent,
    pub drives: BTreeMap<Uuid, Drive>,
    pub nics: BTreeMap<Uuid, Nic>,
    /// What it has borrowed of its host, by device.
    pub loans: BTreeMap<Uuid, Loan>,
    /// It sleeps (ACPI S3): its memory is there, but it hears and does nothing.
    pub asleep: bool,
    /// Drives whose requests wait.
    pub held: BTreeSet<Uuid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Paused,
    /// Ready to be sent here; runs elsewhere.
    Receiving,
}

/// How far the agent in the guest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent {
    Quiet,
    /// Will speak, as the host's `speaking` says.
    Waking(i64),
    Spoke,
    /// Spoke before this world began; what it said is not known.
    Believed,
}

impl World {
    /// The number of a content that is not anywhere yet.
    pub fn fresh_content(&mut self) -> u64 {
        self.contents += 1;
        self.contents
    }

    pub fn host(&self, host: Uuid) -> Result<&Host, Fault> {
        self.hosts.get(&host).filter(|found| found.is_heard()).ok_or(Fault::HostUnreachable { host })
    }

    pub fn host_mut(&mut self, host: Uuid) -> Result<&mut Host, Fault> {
        self.hosts.get_mut(&host).filter(|found| found.is_heard()).ok_or(Fault::HostUnreachable { host })
    }

    /// A domain that is here, not one that will be.
    pub fn domain(&self, host: Uuid, vm: Uuid) -> Result<&Domain, Fault> {
        self.host(host)?
            .domains
            .get(&vm)
            .filter(|domain| domain.state != State::Receiving)
            .ok_or(Fault::NoSuchDomain { vm })
    }

    pub fn domain_mut(&mut self, host: Uuid, vm: Uuid) -> Result<&mut Domain, Fault> {
        self.host_mut(host)?
            .domains
            .get_mut(&vm)
            .filter(|domain| domain.state != State::Receiving)
            .ok_or(Fault::NoSuchDomain { vm })
    }

    pub fn storage_at(&self, host: Uuid, sr: Uuid) -> Result<&Storage, Fault> {
        let plugged = self.host(host)?.storage.contains(&sr);
        self.storage.get(&sr).filter(|_| plugged).ok_or(Fault::StorageUnavailable { sr })
    }

    pub fn disk_at(&self, host: Uuid, disc: Disc) -> Result<&Disk, Fault> {
        self.storage_at(host, disc.sr)?;
        self.disks.get(&disc).ok_or(Fault::NoSuchDisk { disc })
    }

    /// A disk on any storage that a host with power sees.
    pub fn disk_anywhere(&self, disc: Disc) -> Result<&Disk, Fault> {
        let sees = |host: &Host| host.powered && host.storage.contains(&disc.sr);
        if !self.hosts.values().any(sees) {
            return Err(Fault::StorageUnavailable { sr: disc.sr });
        }
        self.disks.get(&disc).ok_or(Fault::NoSuchDisk { disc })
    }

    /// Mark a disk as plugged. A disk that nobody knows is nobody's.
    pub fn hold(&mut self, disc: Disc, holder: Holder) {
        if let Some(disk) = self.disks.get_mut(&disc) {
            disk.holders.push(holder);
        }
    }

    pub fn release(&mut self, disc: Disc, host: Uuid, vbd: Uuid) {
        if let Some(disk) = self.disks.get_mut(&disc) {
            disk.holders.retain(|holder| (holder.host, holder.vbd) != (host, vbd));
        }
    }

    /// Take a domain away with all that it holds.
    pub fn remove_domain(&mut self, host: Uuid, vm: Uuid) -> Option<Domain> {
        let found = self.hosts.get_mut(&host)?;
        let domain = found.domains.remove(&vm)?;
        if let Agent::Waking(moment) = domain.agent {
            found.speaking.remove(&(moment, vm));
        }
        for drive in domain.drives.values() {
            if let Some(disc) = drive.disc {
                self.release(disc, host, drive.vbd);
            }
        }
        Some(domain)
    }
}

impl Host {
    pub fn is_heard(&self) -> bool {
        self.powered && !self.cut_off
    }

    pub fn free_bytes(&self) -> i64 {
        self.memory_bytes - self.domains.values().map(|domain| domain.spec.memory_bytes).sum::<i64>()
    }

    /// The guests' cards that are plugged here.
    pub fn nics(&self) -> impl Iterator<Item = &Nic> {
        self.domains.values().flat_map(|domain| domain.nics.values())
    }

    pub fn take_domid(&mut self) -> i64 {
        let domid = self.next_domid;
        self.next_domid += 1;
        domid
    }
}

impl Storage {
    pub fn new(capacity_bytes: i64) -> Storage {
        Storage {
            capacity_bytes,
            used_bytes: 0,
            seat: None,
            names: Names::default(),
            labels: BTreeMap::new(),
            databases: BTreeMap::new(),
        }
    }

    /// A disk takes all of its size at once.
    pub fn is_thick(&self) -> bool {
        self.seat.as_ref().is_some_and(|seat| seat.driver.thick && seat.driver.holds_disks())
    }

    pub fn free_bytes(&self) -> i64 {
        self.capacity_bytes - self.used_bytes
    }
}

impl Domain {
    pub fn new(spec: DomainSpec, domid: i64, state: State, memory: u64) -> Domain {
        Domain {
            spec,
            domid,
            state,
            memory,
            device_model: false,
            agent: Agent::Quiet,
            drives: BTreeMap::new(),
            nics: BTreeMap::new(),
            loans: BTreeMap::new(),
            asleep: false,
            held: BTreeSet::new(),
        }
    }

    pub fn fact(&self) -> Fact {
        Fact::DomainPresent {
            vm: self.spec.vm,
            domid: self.domid,
            paused: self.state != State::Running,
            memory_bytes: self.spec.memory_bytes,
            vcpus: self.spec.vcpus,
        }
    }
}

/// A disk that takes all of its size, and the tables of its format, in whole extents.
pub fn thick_bytes(size_bytes: i64) -> i64 {
    let extent = 4 << 20;
    (size_bytes + size_bytes / 512 + 2 * extent - 1) / extent * extent
}
