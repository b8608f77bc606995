//! `Bulk`: a whole pool put together at once.
//!
//! Rows are gathered first, then each index is sorted and built in one go. That is faster than
//! index by index for each row, and the trees come out packed.

use crate::snapshot::{Entry, Layout, Snapshot, name_hash};
use imbl::{OrdMap, OrdSet};
use model::{ClassId, RefId, Uuid};

pub(crate) struct Bulk {
    tables: Vec<Vec<(RefId, Entry)>>,
}

impl Default for Bulk {
    fn default() -> Self {
        Bulk { tables: ClassId::all().map(|_| Vec::new()).collect() }
    }
}

impl Bulk {
    /// Add a row. If the same comes twice, the later one counts.
    pub fn add(&mut self, id: RefId, entry: Entry) {
        let class = entry.row.class();
        self.tables[class as usize].push((id, entry));
    }

    pub fn snapshot(self, generation: u64) -> Snapshot {
        let mut snapshot = Snapshot { generation, ..Snapshot::default() };
        let mut references = Vec::new();
        let mut uuids = Vec::new();
        let mut names = Vec::new();
        for (class, mut rows) in ClassId::all().zip(self.tables) {
            if !rows.is_sorted_by(|(one, _), (next, _)| one < next) {
                rows.reverse();
                rows.sort_by_key(|(id, _)| *id);
                rows.dedup_by_key(|(id, _)| *id);
            }
            let layout = Layout::of(class);
            for (id, entry) in &rows {
                for number in layout.references.iter().copied() {
                    if let Some(field) = entry.row.field(number) {
                        field.references(&mut |target| references.push((target, class, number as u8, *id)));
                    }
                }
                let uuid = entry.row.uuid();
                if uuid != Uuid::NIL {
                    uuids.push((class, uuid, *id));
                }
                if let Some(hash) = layout.name.and_then(|number| name_hash(&*entry.row, number)) {
                    names.push((class, hash, *id));
                }
            }
            snapshot.tables[class as usize] = packed_map(rows);
        }
        uuids.sort_unstable();
        references.sort_unstable();
        references.dedup();
        names.sort_unstable();
        snapshot.uuids = packed_set(uuids);
        snapshot.references = packed_set(references);
        snapshot.names = packed_set(names);
        snapshot.recent.reset(generation);
        snapshot
    }
}

/// A tree that grows at its end splits full leaves and leaves halves behind. When every other
/// member comes first, the rest fills the halves.
fn packed_map<K: Ord + Clone, V: Clone>(sorted: Vec<(K, V)>) -> OrdMap<K, V> {
    let mut map = OrdMap::new();
    let mut rest = Vec::with_capacity(sorted.len() / 2);
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        if at % 2 == 0 {
            map.insert(key, value);
        } else {
            rest.push((key, value));
        }
    }
    map.extend(rest);
    map
}

fn packed_set<T: Ord + Clone>(sorted: Vec<T>) -> OrdSet<T> {
    let mut set: OrdSet<T> = sorted.iter().step_by(2).cloned().collect();
    set.extend(sorted.into_iter().skip(1).step_by(2));
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_trees_hold_everything_in_order() {
        for count in [0, 1, 2, 15, 16, 17, 33, 1000] {
            let numbers: Vec<(u32, u32)> = (0..count).map(|number| (number, number + 1)).collect();
            let map = packed_map(numbers.clone());
            assert_eq!(map.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>(), numbers);
            assert_eq!(packed_set(numbers.clone()).into_iter().collect::<Vec<_>>(), numbers);
        }
    }
}
