//! Storage: formatted, plugged into hosts and out of them, looked through, wiped.
//!
//! What is on a storage stays when no host has it plugged, and when no pool knows it any more: whoever
//! comes with its uuid and the right settings finds it again.

use super::fabric::Seat;
use super::world::{Disk, Storage, World};
use super::{disks, library, probe, shelf};
use machine::{Disc, Fact, Fault, FoundDisk, Label, Names, Place, StorageFact, StorageFault, StorageStep};
use model::Uuid;
use model::driver::Backing;

pub fn apply(world: &mut World, host: Uuid, step: &StorageStep) -> Result<Vec<Fact>, Fault> {
    match step {
        StorageStep::Create { place, names } => create(world, host, place, names),
        StorageStep::Destroy { place } => destroy(world, host, place),
        StorageStep::Plug { place } => plug(world, host, place),
        StorageStep::Unplug { place } => unplug(world, host, place.sr),
        StorageStep::Label { sr, names, labels } => label(world, host, *sr, names, labels),
        StorageStep::Scan { sr, known } => scan(world, host, *sr, known),
        StorageStep::Measure { sr } => measure(world, host, *sr),
        StorageStep::WriteDatabase { disc, text } => write_database(world, host, *disc, text),
        StorageStep::Probe { driver, config } => {
            world.host(host)?;
            probe::probe(world, host, driver, config)
        }
    }
}

pub fn fault(number: u16, about: impl Into<String>) -> Fault {
    Fault::Storage(StorageFault { number, about: about.into(), answer: String::new(), found: Vec::new() })
}

impl Storage {
    pub fn plugged(&self, sr: Uuid) -> StorageFact {
        StorageFact::Plugged { sr, size_bytes: self.capacity_bytes }
    }
}

fn create(world: &mut World, host: Uuid, place: &Place, names: &Names) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    let seat = probe::seat(world, host, place)?;
    if let Some(there) = world.storage.get(&place.sr) {
        let same = there.seat.as_ref().is_some_and(|there| there.same(&seat));
        return if same { Ok(Vec::new()) } else { Err(fault(42, "")) };
    }
    if seat.ready_made() {
        return Ok(Vec::new());
    }
    let older: Vec<Uuid> = world
        .storage
        .iter()
        .filter(|(_, other)| {
            seat.exclusive() && other.seat.as_ref().is_some_and(|other| other.same_backing(&seat))
        })
        .map(|(sr, _)| *sr)
        .collect();
    if older.iter().any(|sr| is_plugged(world, *sr)) {
        return Err(fault(16, ""));
    }
    if seat.driver.backing == Backing::Directory && !older.is_empty() {
        return Err(fault(42, ""));
    }
    for sr in older {
        wipe(world, sr);
    }
    let capacity_bytes = seat.size_bytes(world);
    let storage = Storage { seat: Some(seat), names: names.clone(), ..Storage::new(capacity_bytes) };
    world.storage.insert(place.sr, storage);
    Ok(Vec::new())
}

fn destroy(world: &mut World, host: Uuid, place: &Place) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    let Some(storage) = world.storage.get(&place.sr) else { return Ok(Vec::new()) };
    if is_plugged(world, place.sr) {
        return Err(fault(16, ""));
    }
    if storage.seat.as_ref().is_some_and(|seat| seat.host.is_some_and(|of| of != host)) {
        return Err(Fault::StorageUnavailable { sr: place.sr });
    }
    wipe(world, place.sr);
    Ok(Vec::new())
}

fn plug(world: &mut World, host: Uuid, place: &Place) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    // What nobody said the place of is wherever it is looked for.
    let seat = match world.storage.get(&place.sr) {
        Some(storage) if storage.seat.is_none() => Seat::find(place, Some(host)),
        _ => Some(probe::seat(world, host, place)?),
    };
    match (world.storage.get_mut(&place.sr), seat) {
        (Some(storage), seat) => match (&storage.seat, seat) {
            (Some(there), Some(seat)) if !there.same(&seat) => return Err(fault(47, "")),
            (None, seat) => storage.seat = seat,
            // Options may be others than before.
            (Some(_), seat) => storage.seat = seat.or(storage.seat.take()),
        },
        (None, Some(seat)) if seat.ready_made() => {
            let storage = Storage::new(seat.size_bytes(world));
            world.storage.insert(place.sr, Storage { seat: Some(seat), ..storage });
        }
        (None, _) => return Err(fault(47, "")),
    }
    world.host_mut(host)?.storage.insert(place.sr);
    let storage = world.storage_at(host, place.sr)?;
    Ok(vec![Fact::Storage(storage.plugged(place.sr))])
}

/// Whoever looks into a folder of discs for the first time finds some.
fn furnish(world: &mut World, sr: Uuid) {
    let Some(storage) = world.storage.get(&sr) else { return };
    let images = storage.seat.as_ref().is_some_and(|seat| seat.driver.backing == Backing::Images);
    if !images || world.disks.range(discs_of(sr)).next().is_some() {
        return;
    }
    for (label, size_bytes) in library::discs(sr) {
        let disc = Disc { sr, vdi: label.vdi };
        disks::place(world, disc, Disk::believed(disc, size_bytes, size_bytes));
        if let Some(storage) = world.storage.get_mut(&sr) {
            storage.labels.insert(label.vdi, label);
        }
    }
}

fn unplug(world: &mut World, host: Uuid, sr: Uuid) -> Result<Vec<Fact>, Fault> {
    let found = world.host(host)?;
    if found.storage.contains(&sr) {
        let held =
            world.disks.range(discs_of(sr)).find(|(_, disk)| disk.holders.iter().any(|by| by.host == host));
        if let Some((disc, _)) = held {
            return Err(Fault::DiskInUse { disc: *disc });
        }
        world.host_mut(host)?.storage.remove(&sr);
        if !is_plugged(world, sr) {
            if is_as_furnished(world, sr) {
                wipe(world, sr);
            } else {
                shelf::put(world, sr);
            }
        }
    }
    Ok(vec![Fact::Storage(StorageFact::Unplugged { sr })])
}

fn label(
    world: &mut World,
    host: Uuid,
    sr: Uuid,
    names: &Names,
    labels: &[Label],
) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, sr)?;
    if let Some(storage) = world.storage.get_mut(&sr) {
        storage.names = names.clone();
        storage.labels = labels.iter().map(|label| (label.vdi, label.clone())).collect();
    }
    Ok(Vec::new())
}

fn scan(world: &mut World, host: Uuid, sr: Uuid, known: &[Uuid]) -> Result<Vec<Fact>, Fault> {
    world.storage_at(host, sr)?;
    furnish(world, sr);
    let storage = world.storage_at(host, sr)?;
    let labelled = |vdi: Uuid| {
        storage.labels.get(&vdi).cloned().unwrap_or_else(|| Label {
            vdi,
            kind: "user".into(),
            ..Label::default()
        })
    };
    let disks = world.disks.range(discs_of(sr)).map(|(disc, disk)| FoundDisk {
        label: labelled(disc.vdi),
        size_bytes: disk.size_bytes,
        used_bytes: disk.used_bytes(),
        parent: disk.parent,
        hidden: disk.hidden,
        tracked: disk.log.is_some(),
        bare: disk.bare,
    });
    let missing = known.iter().copied().filter(|vdi| !world.disks.contains_key(&Disc { sr, vdi: *vdi }));
    let (disks, missing) = (disks.collect(), missing.collect());
    let size_bytes = storage.capacity_bytes;
    Ok(vec![Fact::Storage(StorageFact::Scanned { sr, size_bytes, disks, missing })])
}

fn measure(world: &World, host: Uuid, sr: Uuid) -> Result<Vec<Fact>, Fault> {
    let size_bytes = world.storage_at(host, sr)?.capacity_bytes;
    let disks =
        world.disks.range(discs_of(sr)).map(|(disc, disk)| (disc.vdi, disk.size_bytes, disk.used_bytes()));
    Ok(vec![Fact::Storage(StorageFact::Measured { sr, size_bytes, disks: disks.collect() })])
}

fn write_database(world: &mut World, host: Uuid, disc: Disc, text: &str) -> Result<Vec<Fact>, Fault> {
    world.disk_at(host, disc)?;
    if let Some(storage) = world.storage.get_mut(&disc.sr) {
        storage.databases.insert(disc.vdi, text.to_string());
    }
    Ok(Vec::new())
}

pub fn is_plugged(world: &World, sr: Uuid) -> bool {
    world.hosts.values().any(|host| host.storage.contains(&sr))
}

fn wipe(world: &mut World, sr: Uuid) {
    shelf::clear(world, sr);
    world.storage.remove(&sr);
    world.disks.retain(|disc, _| disc.sr != sr);
}

/// Nothing was added to what is there anyway.
fn is_as_furnished(world: &World, sr: Uuid) -> bool {
    let Some(seat) = world.storage.get(&sr).and_then(|storage| storage.seat.as_ref()) else { return false };
    let there = world.disks.range(discs_of(sr)).map(|(disc, _)| disc.vdi);
    match seat.driver.backing {
        Backing::Images => {
            let mut discs: Vec<Uuid> = library::discs(sr).map(|(label, _)| label.vdi).collect();
            discs.sort();
            let there: Vec<Uuid> = there.collect();
            there.is_empty() || there == discs
        }
        _ => false,
    }
}

fn discs_of(sr: Uuid) -> std::ops::RangeInclusive<Disc> {
    Disc { sr, vdi: Uuid(0) }..=Disc { sr, vdi: Uuid(u128::MAX) }
}
