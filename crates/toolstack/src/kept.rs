//! Small facts that the toolstack keeps by name: secrets, texts of certificates.

use machine::Chance;
use model::{Ref, Text, XeniosSetting};
use store::{Snapshot, Transaction};

pub fn get<'a>(pool: &'a Snapshot, name: &str) -> Option<&'a Text> {
    find(pool, name).map(|(_, kept)| &kept.value)
}

fn find<'a>(pool: &'a Snapshot, name: &str) -> Option<(Ref<XeniosSetting>, &'a XeniosSetting)> {
    pool.all::<XeniosSetting>().find(|(_, kept)| kept.name == name)
}

pub fn put(tx: &mut Transaction, chance: &dyn Chance, name: &str, value: &str) {
    match find(tx, name).map(|(id, _)| id) {
        Some(id) => _ = tx.update(id, |kept| kept.value = Text::new(value)),
        None => {
            let row = XeniosSetting { uuid: chance.uuid(), name: Text::new(name), value: Text::new(value) };
            tx.insert(Ref::from_bits(chance.uuid().0), row);
        }
    }
}

/// Whether it was there.
pub fn forget(tx: &mut Transaction, name: &str) -> bool {
    find(tx, name).map(|(id, _)| id).is_some_and(|id| tx.delete(id))
}

/// What is kept under names that begin so: the rest of the name, and the value; by name.
pub fn all<'a>(pool: &'a Snapshot, prefix: &'a str) -> Vec<(&'a str, &'a Text)> {
    let mut found: Vec<_> = pool
        .all::<XeniosSetting>()
        .filter_map(|(_, kept)| Some((kept.name.strip_prefix(prefix)?, &kept.value)))
        .collect();
    found.sort();
    found
}
