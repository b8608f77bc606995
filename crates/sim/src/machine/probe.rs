//! What can be reached by settings that are not complete yet: exports, targets, LUNs, storage.
//!
//! A driver that misses a setting says so in an error, and with it what could be chosen, as XML.

use super::fabric::{self, Lun, Seat};
use super::world::World;
use machine::{Fact, Fault, FoundStorage, Names, Place, StorageFact, StorageFault};
use model::Uuid;
use model::driver::{Backing, Driver};
use std::collections::BTreeMap;
use std::fmt::Write;

type Config = BTreeMap<String, String>;

/// Where the settings point, if they are complete and lead to something.
pub fn seat(world: &World, host: Uuid, place: &Place) -> Result<Seat, Fault> {
    let Some(driver) = Driver::find(&place.driver) else {
        return Err(Fault::Failed { reason: format!("there is no storage driver {}", place.driver) });
    };
    complete(world, driver, &place.config).map_err(Fault::Storage)?;
    Seat::find(place, Some(host)).ok_or_else(|| super::storage::fault(47, ""))
}

pub fn probe(world: &World, host: Uuid, driver: &str, config: &Config) -> Result<Vec<Fact>, Fault> {
    let place = Place { sr: Uuid::NIL, driver: driver.into(), config: config.clone() };
    let seat = seat(world, host, &place)?;
    let storages: Vec<_> = world
        .storage
        .iter()
        .filter(|(_, storage)| storage.seat.as_ref().is_some_and(|there| there.same(&seat)))
        .collect();
    let mut xml = Xml::new();
    xml.open("SRlist");
    for (sr, storage) in &storages {
        xml.open("SR");
        xml.leaf("UUID", sr);
        xml.leaf("size", storage.capacity_bytes);
        xml.leaf("name_label", &storage.names.label);
        xml.leaf("name_description", &storage.names.description);
        xml.close("SR");
    }
    xml.close("SRlist");
    let found = storages.iter().map(|(sr, storage)| FoundStorage {
        sr: Some(**sr),
        config: config.clone(),
        complete: true,
        names: storage.names.clone(),
        size_bytes: storage.capacity_bytes,
        free_bytes: storage.free_bytes(),
    });
    let mut found: Vec<FoundStorage> = found.collect();
    if found.is_empty() || !seat.exclusive() {
        found.push(choice(config, true, [], seat.size_bytes(world)));
    }
    Ok(vec![Fact::Storage(StorageFact::Probed { answer: xml.text, found })])
}

/// Whether all settings are there that the driver needs, and lead somewhere.
fn complete(world: &World, driver: &'static Driver, config: &Config) -> Result<(), StorageFault> {
    let value = |key: &str| config.get(key).map(String::as_str).unwrap_or_default();
    let missing = driver.needs.iter().find(|(key, _)| value(key).is_empty());
    // What was given so far must lead somewhere before anything can be offered.
    if let Some(fault) = fabric::unreachable(driver, config) {
        let given_so_far = missing.is_none_or(|(key, _)| *key != "device" && *key != "location");
        if given_so_far {
            return Err(fault);
        }
    }
    if let Some((key, number)) = missing {
        return Err(offer(world, driver, config, key, *number));
    }
    if driver.backing == Backing::Target
        && !fabric::targets(world, value("target")).iter().any(|name| name == value("targetIQN"))
    {
        return Err(offer(world, driver, config, "targetIQN", 96));
    }
    let needs_lun = driver.needs.iter().any(|(key, _)| *key == "SCSIid");
    if needs_lun && !fabric::luns(world, driver, config).iter().any(|lun| lun.id == value("SCSIid")) {
        return Err(offer(world, driver, config, "SCSIid", 107));
    }
    Ok(())
}

/// The error for a setting, with what it could be.
fn offer(world: &World, driver: &'static Driver, config: &Config, key: &str, number: u16) -> StorageFault {
    let value = |key: &str| config.get(key).map(String::as_str).unwrap_or_default();
    let (answer, found) = match key {
        "serverpath" if driver.name == "nfs" => {
            let server = value("server");
            let paths = fabric::exports(world, server);
            let found = paths.iter().map(|path| choice(config, true, [("serverpath", path)], 0)).collect();
            (exports_xml(server, &paths), found)
        }
        "targetIQN" => {
            let targets = fabric::targets(world, value("target"));
            let last = driver.needs.last().is_some_and(|(key, _)| *key == "targetIQN");
            let found = targets.iter().map(|name| choice(config, last, [("targetIQN", name)], 0)).collect();
            (targets_xml(value("target"), &targets), found)
        }
        "SCSIid" => {
            let luns = fabric::luns(world, driver, config);
            let found =
                luns.iter().map(|lun| choice(config, true, [("SCSIid", &lun.id)], lun.size_bytes)).collect();
            let xml = if driver.backing == Backing::Target { luns_xml(&luns) } else { devices_xml(&luns) };
            (xml, found)
        }
        _ => (String::new(), Vec::new()),
    };
    StorageFault { number, about: String::new(), answer, found }
}

/// A place that is not taken by a storage that we know of.
fn choice<'a>(
    config: &Config,
    complete: bool,
    more: impl IntoIterator<Item = (&'a str, &'a String)>,
    size_bytes: i64,
) -> FoundStorage {
    let mut config = config.clone();
    config.extend(more.into_iter().map(|(key, value)| (key.to_string(), value.clone())));
    FoundStorage { sr: None, config, complete, names: Names::default(), size_bytes, free_bytes: size_bytes }
}

fn exports_xml(server: &str, paths: &[String]) -> String {
    let mut xml = Xml::new();
    xml.open("nfs-exports");
    for path in paths {
        xml.open("Export");
        xml.leaf("Target", server);
        xml.leaf("Path", path);
        xml.leaf("Accesslist", "*");
        xml.close("Export");
    }
    xml.close("nfs-exports");
    xml.text
}

fn targets_xml(address: &str, targets: &[String]) -> String {
    let mut xml = Xml::new();
    xml.open("iscsi-target-iqns");
    for (number, name) in targets.iter().enumerate() {
        xml.open("TGT");
        xml.leaf("Index", number);
        xml.leaf("IPAddress", address);
        xml.leaf("TargetIQN", name);
        xml.close("TGT");
    }
    xml.close("iscsi-target-iqns");
    xml.text
}

fn luns_xml(luns: &[Lun]) -> String {
    let mut xml = Xml::new();
    xml.open("iscsi-target");
    for lun in luns {
        xml.open("LUN");
        xml.leaf("vendor", "LIO-ORG");
        xml.leaf("serial", serial(lun));
        xml.leaf("LUNid", lun.number);
        xml.leaf("size", lun.size_bytes);
        xml.leaf("SCSIid", &lun.id);
        xml.close("LUN");
    }
    xml.close("iscsi-target");
    xml.text
}

fn devices_xml(luns: &[Lun]) -> String {
    let mut xml = Xml::new();
    xml.open("Devlist");
    for lun in luns {
        xml.open("BlockDevice");
        xml.leaf("path", format!("/dev/disk/by-scsid/{}/mapper", lun.id));
        xml.leaf("SCSIid", &lun.id);
        xml.leaf("vendor", "LIO-ORG");
        xml.leaf("serial", serial(lun));
        xml.leaf("size", lun.size_bytes);
        xml.leaf("adapter", 1);
        xml.leaf("channel", 0);
        xml.leaf("id", 0);
        xml.leaf("lun", lun.number);
        xml.leaf("hba", "qla2xxx");
        xml.close("BlockDevice");
    }
    xml.close("Devlist");
    xml.text
}

fn serial(lun: &Lun) -> &str {
    lun.id.get(8..).unwrap_or_default()
}

/// Elements, each on lines of its own, as the drivers print them.
struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn new() -> Xml {
        Xml { text: "<?xml version=\"1.0\" ?>\n".into(), depth: 0 }
    }
    fn line(&mut self, words: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:\t<width$}{words}", "", width = self.depth);
    }
    fn open(&mut self, name: &str) {
        self.line(&format!("<{name}>"));
        self.depth += 1;
    }
    fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }
    fn leaf(&mut self, name: &str, value: impl std::fmt::Display) {
        let value = value.to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let value: String = value.chars().filter(|letter| !letter.is_control()).collect();
        self.open(name);
        self.line(&value);
        self.close(name);
    }
}
