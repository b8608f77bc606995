//! `Toolstack`: what one running toolstack consists of, as it is entered by one of its doors.
//!
//! It only holds the parts together; what is done with them stands in `door`, `runner`, `keepers`.
//! The hosts of a simulated pool live in one process and share all parts; each of them may have a door
//! of its own, which answers as that host: as the coordinator if it is, else as a member.

use crate::directory::Directories;
use crate::machines::Machines;
use crate::peers::{NoPeers, Peers};
use crate::settings::Settings;
use machine::{Chance, Clock, Machine};
use model::{Host, Pool, Ref, Text};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use store::{Snapshot, Store};

pub struct Toolstack {
    parts: Arc<Parts>,
    /// Whose door this is. Null: of whoever is the coordinator.
    door_of: Ref<Host>,
}

/// What all doors share.
pub struct Parts {
    pub store: Arc<Store>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    /// The machines of the pool's hosts, as far as this process drives them.
    pub machines: Machines,
    pub settings: Settings,
    /// The operations that run in this process.
    pub running: crate::runner::Registry,
    pub door: crate::door::Door,
    /// What the program around this is asked to do.
    pub ending: crate::ending::Wish,
    /// Rings when a host shall show another certificate from now on.
    pub identity: tokio::sync::watch::Sender<()>,
    /// When the agent of a guest was last called, in microseconds.
    pub guest_calls: std::sync::Mutex<BTreeMap<Ref<model::Vm>, i64>>,
    /// Where people come from that the pool does not know itself.
    pub directories: Arc<dyn Directories>,
    /// What members have agreed to, and have not done yet.
    pub proposals: crate::operations::pool::Proposals,
    pub files: Arc<dyn crate::foreign::Files>,
    /// How other toolstacks are reached.
    pub peers: Arc<dyn Peers>,
    /// Whether this toolstack leads, or another one of the pool.
    pub role: crate::members::Role,
    pub telling: crate::members::Telling,
}

impl Deref for Toolstack {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Toolstack {
    pub fn new(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        machines: BTreeMap<Ref<Host>, Arc<dyn Machine>>,
        settings: Settings,
    ) -> Toolstack {
        let machines = Machines::new(machines);
        let directories: Arc<dyn Directories> = Arc::new(crate::directory::NoDirectories);
        let (running, door, proposals, role, telling) = Default::default();
        let parts = Parts {
            store,
            clock,
            chance,
            machines,
            settings,
            running,
            door,
            ending: crate::ending::Wish::default(),
            identity: tokio::sync::watch::channel(()).0,
            proposals,
            directories,
            files: Arc::new(crate::foreign::NoFiles),
            peers: Arc::new(NoPeers),
            role,
            telling,
            guest_calls: Default::default(),
        };
        Toolstack { parts: Arc::new(parts), door_of: Ref::NULL }
    }

    pub fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    /// The same toolstack, entered by the door of a host.
    pub fn at(&self, host: Ref<Host>) -> Arc<Toolstack> {
        Arc::new(Toolstack { parts: self.parts.clone(), door_of: host })
    }

    /// With these directories, as long as there is only one door.
    pub fn with_directories(mut self, directories: Arc<dyn Directories>) -> Toolstack {
        if let Some(parts) = Arc::get_mut(&mut self.parts) {
            parts.directories = directories;
        }
        self
    }

    /// With these files, as long as there is only one door.
    pub fn with_files(mut self, files: Arc<dyn crate::foreign::Files>) -> Toolstack {
        if let Some(parts) = Arc::get_mut(&mut self.parts) {
            parts.files = files;
        }
        self
    }

    /// With these passwords, as long as there is only one door.
    pub fn with_passwords(mut self, passwords: crate::passwords::Passwords) -> Toolstack {
        if let Some(parts) = Arc::get_mut(&mut self.parts) {
            parts.door.passwords = passwords;
        }
        self
    }

    /// With a network, as long as there is only one door.
    pub fn with_peers(mut self, peers: Arc<dyn Peers>) -> Toolstack {
        if let Some(parts) = Arc::get_mut(&mut self.parts) {
            parts.peers = peers;
        }
        self
    }

    /// The host that answers here.
    pub fn this_host(&self) -> Ref<Host> {
        self.door_of.some().unwrap_or_else(|| coordinator(&self.store.snapshot()))
    }

    /// The address of the coordinator, if this is the door of a member.
    pub fn coordinator_elsewhere(&self, pool: &Snapshot) -> Option<Text> {
        if let Some(address) = self.role.coordinator() {
            return Some(address);
        }
        let here = self.door_of.some()?;
        let master = coordinator(pool).some().filter(|master| *master != here)?;
        Some(pool.get(master).map_or(Text::default(), |host| host.address.clone()))
    }
}

pub fn coordinator(pool: &Snapshot) -> Ref<Host> {
    pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master)
}
