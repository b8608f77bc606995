//! The change feed: which objects changed lately, in the order of their generations.
//!
//! Part of the snapshot, so that what is read with it is consistent. It holds the newest 65,536
//! changes. Whoever asks for more gets a walk through all tables instead, and the deletions that
//! are still known; comparing the counts of rows tells the rest, as XAPI's clients do.

use crate::snapshot::{Entry, Snapshot};
use imbl::OrdMap;
use model::{ClassId, RefId};
use std::collections::BTreeMap;

const KEPT: usize = 65_536;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub class: ClassId,
    pub id: RefId,
    /// Generation of the making, for those that are gone.
    pub deleted: Option<u64>,
}

#[derive(Clone, Default)]
pub(crate) struct Recent {
    changes: OrdMap<u64, Change>,
    /// Every change after this generation is here.
    since: u64,
}

/// What is new since a generation.
pub struct Changes<'a> {
    /// Rows that were made or changed, by the generation of their last change.
    pub present: Vec<(ClassId, RefId, &'a Entry)>,
    /// Rows that were there at the generation and are gone.
    pub gone: Vec<(u64, ClassId, RefId)>,
}

impl Recent {
    pub fn push(&mut self, generation: u64, change: Change) {
        self.changes.insert(generation, change);
        while self.changes.len() > KEPT {
            let Some(oldest) = self.changes.get_min().map(|(generation, _)| *generation) else { break };
            self.changes.remove(&oldest);
            self.since = oldest;
        }
    }
    /// Forget everything: the tables were filled by other means than changes.
    pub fn reset(&mut self, generation: u64) {
        self.changes = OrdMap::new();
        self.since = generation;
    }

    /// The generation at which an object went.
    pub fn deletion(&self, class: ClassId, id: RefId) -> Option<u64> {
        let hit = |change: &Change| change.class == class && change.id == id && change.deleted.is_some();
        self.changes.iter().rev().find(|(_, change)| hit(change)).map(|(generation, _)| *generation)
    }

    pub fn since<'a>(&self, snapshot: &'a Snapshot, generation: u64) -> Changes<'a> {
        let mut newest: BTreeMap<(ClassId, RefId), (u64, Change)> = BTreeMap::new();
        for (at, change) in self.changes.range(generation + 1..) {
            newest.insert((change.class, change.id), (*at, *change));
        }
        let mut gone = Vec::new();
        let mut present = Vec::new();
        for ((class, id), (at, change)) in newest {
            match (change.deleted, snapshot.entry(class, id)) {
                (Some(created), _) if created <= generation => gone.push((at, class, id)),
                (Some(_), _) => {}
                (None, Some(entry)) => present.push((class, id, entry)),
                (None, None) => {}
            }
        }
        if generation < self.since {
            present.clear();
            for class in ClassId::all() {
                let newer = snapshot.table(class).iter().filter(|(_, entry)| entry.modified > generation);
                present.extend(newer.map(|(id, entry)| (class, *id, entry)));
            }
        }
        present.sort_by_key(|(_, _, entry)| entry.modified);
        gone.sort();
        Changes { present, gone }
    }
}
