//! Which blocks have changed: written down for a disk from when it is tracked.
//!
//! A tracked disk has a log of what has changed since an earlier one. Its snapshot takes that log
//! along, and the disk begins another one, since the snapshot: so the logs are a line in time.

use super::blocks::Blocks;
use super::disks::{self, EMPTY_BYTES};
use super::world::{Log, World};
use machine::{Disc, DiskFact, Fact, Fault};
use model::Uuid;

pub fn track(world: &mut World, host: Uuid, disc: Disc, on: bool) -> Result<Vec<Fact>, Fault> {
    world.disk_at(host, disc)?;
    disks::change(world, disc, |disk| {
        if on && disk.log.is_none() {
            disk.log = Some(Log::default());
        } else if !on {
            disk.log = None;
        }
    });
    Ok(vec![Fact::Disk(DiskFact::Tracked { disc, on })])
}

/// The data goes, the log stays.
pub fn destroy_data(world: &mut World, host: Uuid, disc: Disc) -> Result<Vec<Fact>, Fault> {
    let disk = world.disk_at(host, disc)?;
    if !disk.holders.is_empty() {
        return Err(Fault::DiskInUse { disc });
    }
    if disk.log.is_none() {
        return Err(Fault::Failed { reason: format!("destroy the data of {}: it is not tracked", disc.vdi) });
    }
    disks::change(world, disc, |disk| {
        disk.blocks = Blocks::default();
        disk.overhead_bytes = EMPTY_BYTES;
        disk.memory = None;
        disk.parent = None;
        disk.bare = true;
    });
    let mut facts = world.disk_at(host, disc)?.facts(disc);
    facts.push(Fact::Disk(DiskFact::DataGone { disc }));
    Ok(facts)
}

pub fn list(world: &World, host: Uuid, from: Disc, to: Disc) -> Result<Vec<Fact>, Fault> {
    let (first, last) = (world.disk_at(host, from)?, world.disk_at(host, to)?);
    let unrelated = || Fault::Failed { reason: "Source and target VDI are unrelated".into() };
    let mut changed = Blocks::default();
    let mut at = to;
    while at != from {
        let log = world.disks.get(&at).and_then(|disk| disk.log.as_ref()).ok_or_else(unrelated)?;
        changed = changed.over(&log.changed);
        at = Disc { sr: to.sr, vdi: log.since.ok_or_else(unrelated)? };
    }
    if first.log.is_none() {
        return Err(unrelated());
    }
    let blocks = last.block_count();
    let mut bits = vec![0_u8; blocks.div_ceil(8) as usize];
    // What the earlier one did not have yet is new.
    let grown = first.block_count()..blocks;
    for block in changed.runs().flat_map(|run| run.first..run.end().min(blocks)).chain(grown) {
        bits[(block / 8) as usize] |= 0x80 >> (block % 8);
    }
    let bitmap = base64(&bits);
    Ok(vec![Fact::Disk(DiskFact::Changed { from, to, bitmap })])
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |sum, place| sum << 8 | u32::from(*three.get(place).unwrap_or(&0)));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
