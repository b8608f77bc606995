//! Which messages go: the oldest above the limit.

use model::{Message, Ref};
use store::Snapshot;

pub fn too_many(pool: &Snapshot, limit: usize) -> Vec<Ref<Message>> {
    let excess = pool.table(model::ClassId::Message).len().saturating_sub(limit);
    if excess == 0 {
        return Vec::new();
    }
    let mut all: Vec<_> = pool.all::<Message>().map(|(id, message)| (message.timestamp, id)).collect();
    all.sort();
    all.into_iter().take(excess).map(|(_, id)| id).collect()
}
