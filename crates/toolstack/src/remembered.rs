//! What the toolstack keeps for itself under a name, and no client sees.

use machine::Chance;
use model::{Ref, Text, XeniosSetting};
use store::{Snapshot, Transaction};

pub fn get<'a>(pool: &'a Snapshot, name: &str) -> Option<&'a Text> {
    find(pool, name).and_then(|id| pool.get(id)).map(|setting| &setting.value)
}

/// Keep a value, or none any more.
pub fn set(tx: &mut Transaction, chance: &dyn Chance, name: &str, value: Option<Text>) {
    match (find(tx, name), value) {
        (Some(id), Some(value)) => drop(tx.update(id, |setting| setting.value = value)),
        (Some(id), None) => drop(tx.delete(id)),
        (None, Some(value)) => {
            let row = XeniosSetting { uuid: chance.uuid(), name: Text::new(name), value };
            tx.insert(Ref::from_bits(chance.uuid().0), row);
        }
        (None, None) => {}
    }
}

pub fn find(pool: &Snapshot, name: &str) -> Option<Ref<XeniosSetting>> {
    pool.all::<XeniosSetting>().find(|(_, setting)| setting.name == name).map(|(id, _)| id)
}
