//! What is told about software and updates becomes rows, and notes beside them.

use super::{Learner, find};
use crate::localdb;
use machine::UpdateFact;
use machine::fact::update::{Package, Update};
use machine::step::update::Versions;
use model::{
    ApiEnum, ClassId, Host, LatestSyncedUpdatesAppliedState as Synced, Pool, PoolUpdate, Ref, Repository,
    Text, Uuid, Vdi,
};
use store::{Snapshot, Transaction};

/// Under a repository's uuid: what it offered when it was last asked.
const OFFERS: &str = "updates";
/// Under a host's uuid: its packages that are not as they were when it was installed.
const SOFTWARE: &str = "software";

pub fn learn(tx: &mut Transaction, fact: &UpdateFact, learner: &Learner) {
    match fact {
        UpdateFact::RepositoryOffers { repository, updates } => {
            let Some(id) = find::<Repository>(tx, *repository) else { return };
            let text = serde_json::to_string(updates).unwrap_or_default();
            let hash = Text::new(hash(&text));
            put(tx, learner, *repository, OFFERS, &text);
            tx.update(id, |row| row.hash = hash);
            compare(tx);
        }
        UpdateFact::SoftwareIs { host, versions } => {
            match serde_json::to_string(versions).unwrap_or_default() {
                _ if versions.is_empty() => localdb::clear(tx, *host, SOFTWARE),
                text => put(tx, learner, *host, SOFTWARE, &text),
            }
            compare(tx);
        }
        UpdateFact::PackageIs { disc, package } => {
            let Some(vdi) = find::<Vdi>(tx, disc.vdi) else { return };
            let id = reference_of(disc.vdi);
            if !tx.contains(ClassId::PoolUpdate, id.id())
                && tx.by_uuid(ClassId::PoolUpdate, package.uuid).is_none()
            {
                tx.insert(id, row_of(package, vdi));
            }
        }
    }
}

fn put(tx: &mut Transaction, learner: &Learner, of: Uuid, key: &str, text: &str) {
    if localdb::get(tx, of, key).is_none_or(|known| known != text) {
        localdb::put(tx, (learner.chance.uuid(), learner.chance.uuid()), of, key, text);
    }
}

/// An update of the older sort is known by the disk that it is on.
pub fn reference_of(vdi: Uuid) -> Ref<PoolUpdate> {
    Ref::from_bits(vdi.0 ^ 0x5f0d_a7e5)
}

fn row_of(package: &Package, vdi: Ref<Vdi>) -> PoolUpdate {
    PoolUpdate {
        uuid: package.uuid,
        name_label: Text::new(&package.name),
        name_description: Text::new(&package.description),
        version: Text::new(&package.version),
        installation_size: package.size_bytes,
        key: Text::new(&package.key),
        after_apply_guidance: package.guidance.iter().filter_map(|word| ApiEnum::parse(word)).collect(),
        vdi,
        ..PoolUpdate::default()
    }
}

pub fn software(pool: &Snapshot, host: Uuid) -> Versions {
    let text = localdb::get(pool, host, SOFTWARE).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// What a repository offered when it was last asked.
pub fn offers(pool: &Snapshot, repository: Ref<Repository>) -> Vec<Update> {
    let text = pool.get(repository).and_then(|row| localdb::get(pool, row.uuid, OFFERS)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A repository is asked anew before anything of it counts again.
pub fn forget_offers(tx: &mut Transaction, repository: Ref<Repository>) {
    if let Some(uuid) = tx.get(repository).map(|row| row.uuid) {
        localdb::clear(tx, uuid, OFFERS);
        tx.update(repository, |row| row.hash = Text::default());
    }
    compare(tx);
}

/// The repositories that the pool takes updates from.
pub fn sources(pool: &Snapshot) -> Vec<(Ref<Repository>, &Repository)> {
    let enabled = pool.first::<Pool>().map(|(_, row)| row.repositories.clone()).unwrap_or_default();
    let rows = enabled.iter().filter_map(|id| Some((*id, pool.get(*id)?)));
    rows.filter(|(_, row)| row.update).collect()
}

/// What is offered and not on this host yet.
pub fn due(pool: &Snapshot, host: &Host) -> Vec<Update> {
    let software = software(pool, host.uuid);
    let offered = sources(pool).into_iter().flat_map(|(id, _)| offers(pool, id));
    offered
        .filter(|update| update.packages.iter().any(|(name, version)| software.get(name) != Some(version)))
        .collect()
}

/// Whether each host has everything that is offered.
pub fn compare(tx: &mut Transaction) {
    let known = sources(tx).iter().any(|(_, row)| !row.hash.is_empty());
    let states: Vec<(Ref<Host>, Synced)> = tx
        .all::<Host>()
        .map(|(id, host)| match known {
            false => (id, Synced::Unknown),
            true if due(tx, host).is_empty() => (id, Synced::Yes),
            true => (id, Synced::No),
        })
        .collect();
    for (id, state) in states {
        tx.update(id, |host| host.latest_synced_updates_applied = state);
    }
}

/// 64 hexadecimal digits that are others for other text. Nobody gains by forging it: what is compared
/// is what this toolstack itself has written.
fn hash(text: &str) -> String {
    let round = |seed: u64| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    (1..=4).map(|seed| format!("{:016x}", round(seed))).collect()
}
