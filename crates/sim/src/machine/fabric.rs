//! What lies below storage: the devices of hosts, file servers, targets with their LUNs.
//!
//! Every file server, folder and device that is named is there; of targets and LUNs only those that
//! `offers` tells, because whoever uses them has looked first. Names that end in `.invalid` are nowhere,
//! as they are in real networks.

use super::world::World;
use machine::{Place, StorageFault};
use model::Uuid;
use model::driver::{Backing, Driver};
use std::collections::BTreeMap;
use std::fmt;

const GIB: i64 = 1 << 30;

/// Where a storage is, or could be.
#[derive(Clone, Debug)]
pub struct Seat {
    pub driver: &'static Driver,
    /// `None` if all hosts reach it.
    pub host: Option<Uuid>,
    /// What says which of all backings it is.
    pub at: Vec<String>,
    pub config: BTreeMap<String, String>,
}

impl Seat {
    /// Where the settings point; `None` if they do not, or no such driver is known.
    pub fn find(place: &Place, host: Option<Uuid>) -> Option<Seat> {
        let driver = Driver::find(&place.driver)?;
        let at: Option<Vec<String>> =
            driver.place.iter().map(|key| Some(plain(place.config.get(*key)?))).collect();
        // The folder of the tools is on every host.
        let local = matches!(driver.backing, Backing::Device | Backing::Directory | Backing::Drives);
        Some(Seat { driver, host: host.filter(|_| local), at: at?, config: place.config.clone() })
    }

    /// Whether two storages would lie on the same bytes.
    pub fn same_backing(&self, other: &Seat) -> bool {
        (self.driver.backing, self.host, &self.at) == (other.driver.backing, other.host, &other.at)
    }

    /// Whether this is where another storage of the same sort is looked for.
    pub fn same(&self, other: &Seat) -> bool {
        self.driver.name == other.driver.name && self.same_backing(other)
    }

    /// Whether there is room for one storage only.
    pub fn exclusive(&self) -> bool {
        matches!(self.driver.backing, Backing::Device | Backing::Directory | Backing::Target | Backing::Lun)
    }

    /// Whether what is there was not made by us and is there without formatting.
    pub fn ready_made(&self) -> bool {
        matches!(self.driver.backing, Backing::Images | Backing::Drives)
    }

    pub fn size_bytes(&self, world: &World) -> i64 {
        match self.driver.backing {
            Backing::Device => 931 * GIB,
            Backing::Directory => 200 * GIB,
            Backing::Share | Backing::Images => 2048 * GIB,
            Backing::Target | Backing::Lun => {
                let id = self.config.get("SCSIid").map(String::as_str).unwrap_or_default();
                luns(world, self.driver, &self.config)
                    .into_iter()
                    .find(|lun| lun.id == id)
                    .map_or(0, |lun| lun.size_bytes)
            }
            Backing::Drives => 0,
            Backing::Nothing => 1024 * GIB,
        }
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}", self.driver.name, self.at.join(" "))
    }
}

/// A slash at the end says nothing.
fn plain(value: &str) -> String {
    let trimmed = value.trim_end_matches('/');
    if trimmed.is_empty() { value } else { trimmed }.to_string()
}

/// What a device that is named in settings says when it is not there.
pub fn unreachable(driver: &Driver, config: &BTreeMap<String, String>) -> Option<StorageFault> {
    let value = |key: &str| config.get(key).map(String::as_str).unwrap_or_default();
    let nowhere = |name: &str| name.trim_end_matches('.').ends_with(".invalid");
    let server = ["server", "masterhost", "target"].map(value).into_iter().find(|name| !name.is_empty());
    let number = match driver.backing {
        Backing::Share if nowhere(server?) => match driver.name {
            "nfs" => 73,
            "smb" => 111,
            _ => 47,
        },
        Backing::Target if nowhere(server?) => 140,
        Backing::Images => {
            let location = value("location").trim_start_matches("//");
            let server = location.split([':', '/']).next().unwrap_or_default();
            if !nowhere(server) {
                return None;
            }
            222
        }
        Backing::Device if value("device").split(',').any(|device| !device.starts_with("/dev/")) => 19,
        Backing::Directory if !value("location").starts_with('/') => 47,
        _ => return None,
    };
    let about = match driver.backing {
        Backing::Device => value("device"),
        Backing::Directory => value("location"),
        _ => "",
    };
    Some(StorageFault { number, about: about.into(), answer: String::new(), found: Vec::new() })
}

/// The folders that a file server lets others mount.
pub fn exports(world: &World, server: &str) -> Vec<String> {
    let known = seats(world).filter(|seat| seat.driver.backing == Backing::Share);
    let mut paths: Vec<String> = known
        .filter(|seat| seat.config.get("server").is_some_and(|name| name == server))
        .filter_map(|seat| seat.config.get("serverpath").cloned())
        .chain(["/exports/backup", "/exports/vm"].map(String::from))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The targets at an address.
pub fn targets(world: &World, address: &str) -> Vec<String> {
    let mut names: Vec<String> = seats(world)
        .filter(|seat| seat.config.get("target").is_some_and(|target| target == address))
        .filter_map(|seat| seat.config.get("targetIQN").cloned())
        .chain((1..=2).map(|number| standing_target(address, number)))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn standing_target(address: &str, number: u32) -> String {
    format!("iqn.2026-05.com.example:{address}.{number}")
}

#[derive(Clone, Debug, PartialEq)]
pub struct Lun {
    pub id: String,
    pub number: usize,
    pub size_bytes: i64,
}

/// The LUNs that these settings lead to.
pub fn luns(world: &World, driver: &Driver, config: &BTreeMap<String, String>) -> Vec<Lun> {
    let iqn = config.get("targetIQN").map(String::as_str).unwrap_or_default();
    let address = config.get("target").map(String::as_str).unwrap_or_default();
    let behind = |seat: &&Seat| match driver.backing {
        Backing::Target => seat.config.get("targetIQN").is_some_and(|name| name == iqn),
        backing => seat.driver.backing == backing,
    };
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for (seat, size_bytes) in
        world.storage.values().filter_map(|storage| Some((storage.seat.as_ref()?, storage.capacity_bytes)))
    {
        if let Some(id) = seat.config.get("SCSIid").filter(|_| behind(&seat)) {
            found.insert(id.clone(), size_bytes);
        }
    }
    let standing = match driver.backing {
        Backing::Target => (1..=2).any(|number| standing_target(address, number) == iqn),
        _ => true,
    };
    for (number, size_bytes) in
        [512 * GIB, 1024 * GIB, 2048 * GIB].into_iter().enumerate().filter(|_| standing)
    {
        found.entry(lun_id(iqn, number)).or_insert(size_bytes);
    }
    let lun = |(number, (id, size_bytes))| Lun { id, number, size_bytes };
    found.into_iter().enumerate().map(lun).collect()
}

fn lun_id(iqn: &str, number: usize) -> String {
    format!("36001405{:016x}{number:09x}", hash(iqn))
}

/// Every seat that is taken.
pub fn seats(world: &World) -> impl Iterator<Item = &Seat> {
    world.storage.values().filter_map(|storage| storage.seat.as_ref())
}

/// The same for the same words in every world.
pub fn hash(words: &str) -> u64 {
    words
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
