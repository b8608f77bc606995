//! Shelves: what is on storage that no host has plugged. It outlives hosts and their toolstack, and
//! no row may know of it, so it is all that a simulation has to be told to remember.
//!
//! A shelf stays until something changes on the storage: by then it was plugged, and rows know it.

use super::disks;
use super::fabric::Seat;
use super::world::{Disk, Storage, World};
use machine::{Disc, Label, Names, Place};
use model::Uuid;
use serde::{Deserialize, Serialize};

/// A storage as it was when it was last plugged.
#[derive(Clone, Serialize, Deserialize)]
pub struct Shelf {
    place: Place,
    /// The host that it belongs to, if it is of one only.
    host: Option<Uuid>,
    names: Names,
    capacity_bytes: i64,
    labels: Vec<Label>,
    disks: Vec<ShelvedDisk>,
    databases: Vec<(Uuid, String)>,
}

#[derive(Clone, Serialize, Deserialize)]
struct ShelvedDisk {
    vdi: Uuid,
    size_bytes: i64,
    used_bytes: i64,
    parent: Option<Uuid>,
    hidden: bool,
}

/// The last host has unplugged it.
pub fn put(world: &mut World, sr: Uuid) {
    let Some(storage) = world.storage.get(&sr) else { return };
    let Some(seat) = &storage.seat else { return };
    let disks = world.disks.iter().filter(|(disc, _)| disc.sr == sr).map(|(disc, disk)| ShelvedDisk {
        vdi: disc.vdi,
        size_bytes: disk.size_bytes,
        used_bytes: disk.written_bytes(),
        parent: disk.parent,
        hidden: disk.hidden,
    });
    let shelf = Shelf {
        place: Place { sr, driver: seat.driver.name.into(), config: seat.config.clone() },
        host: seat.host,
        names: storage.names.clone(),
        capacity_bytes: storage.capacity_bytes,
        labels: storage.labels.values().cloned().collect(),
        disks: disks.collect(),
        databases: storage.databases.iter().map(|(vdi, text)| (*vdi, text.clone())).collect(),
    };
    world.shelves.insert(sr, shelf);
    world.shelves_changed = true;
}

/// It is not so any more.
pub fn clear(world: &mut World, sr: Uuid) {
    world.shelves_changed |= world.shelves.remove(&sr).is_some();
}

/// All shelves of an earlier life.
pub fn recall(world: &mut World, shelves: Vec<Shelf>) {
    for shelf in shelves {
        let sr = shelf.place.sr;
        let storage = Storage {
            seat: Seat::find(&shelf.place, shelf.host),
            names: shelf.names.clone(),
            labels: shelf.labels.iter().map(|label| (label.vdi, label.clone())).collect(),
            databases: shelf.databases.iter().cloned().collect(),
            ..Storage::new(shelf.capacity_bytes)
        };
        world.storage.insert(sr, storage);
        for disk in &shelf.disks {
            let disc = Disc { sr, vdi: disk.vdi };
            let believed = Disk::believed(disc, disk.size_bytes, disk.used_bytes);
            disks::place(world, disc, Disk { parent: disk.parent, hidden: disk.hidden, ..believed });
        }
        world.shelves.insert(sr, shelf);
    }
}
