//! The past: the rows as they were, and what happened to one object.

use crate::engine::{Engine, EngineError};
use crate::record::{Change, Dictionary, Header, Record, Translation, What, assign, decode, row_of};
use crate::snapshot::{Entry, Snapshot};
use crate::store::StoreError;
use model::{ClassId, RefId, Value};
use std::sync::Arc;

/// One change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub generation: u64,
    pub header: Header,
    pub what: What,
}

impl Event {
    /// Field name, old and new value.
    pub fn fields(&self, class: ClassId) -> Vec<(&'static str, Value, Value)> {
        let name = |number: &u16| {
            class.definition().fields.get(usize::from(*number)).map_or("?", |field| field.name)
        };
        match &self.what {
            What::Changed { fields, .. } => {
                fields.iter().map(|(number, old, new)| (name(number), old.clone(), new.clone())).collect()
            }
            What::Made { fields } => {
                fields.iter().map(|(number, new)| (name(number), Value::Nil, new.clone())).collect()
            }
            What::Gone { fields, .. } => {
                fields.iter().map(|(number, old)| (name(number), old.clone(), Value::Nil)).collect()
            }
        }
    }
}

/// Reads records. Most have the dictionary of the one before them, which takes long to read.
#[derive(Default)]
struct Reader {
    known: Option<(Vec<u8>, Translation)>,
}

impl Reader {
    fn changes(&mut self, dictionary: &[u8], record: &Record) -> Result<Vec<Change>, StoreError> {
        let unusable = |error: crate::record::Unreadable| EngineError::Unusable(error.to_string());
        let translation = match self.known.take() {
            Some((bytes, translation)) if bytes == dictionary => translation,
            _ => Dictionary::from_bytes(dictionary).map_err(unusable)?.translation(),
        };
        let (_, translation) = self.known.insert((dictionary.to_vec(), translation));
        Ok(decode(&record.body, translation).map_err(unusable)?)
    }
}

/// Walk back from now, undoing one change after the other.
pub(crate) fn as_of(
    engine: &mut dyn Engine,
    now: &Snapshot,
    generation: u64,
) -> Result<Snapshot, StoreError> {
    let mut past = now.clone();
    let mut reached = now.generation();
    let mut trouble = None;
    let mut reader = Reader::default();
    engine.records(generation + 1, now.generation(), &mut |dictionary, record| {
        reached = record.first - 1;
        let undone = reader.changes(dictionary, &record).and_then(|changes| {
            let mut newer = changes.into_iter().rev().filter(|change| change.generation > generation);
            newer.try_for_each(|change| undo(&mut past, change))
        });
        trouble = undone.err();
        trouble.is_none()
    })?;
    match trouble {
        Some(error) => Err(error),
        None if reached > generation => Err(StoreError::Forgotten),
        None => {
            past.generation = generation.min(now.generation());
            past.recent.reset(past.generation);
            Ok(past)
        }
    }
}

fn undo(past: &mut Snapshot, change: Change) -> Result<(), StoreError> {
    let unusable = |error: crate::record::Unreadable| EngineError::Unusable(error.to_string());
    let Change { class, id, what, .. } = change;
    match what {
        What::Made { .. } => {
            past.take(class, id);
        }
        What::Changed { previous, fields } => {
            if let Some(entry) = past.entry(class, id).cloned() {
                let mut row = entry.row.clone_row();
                assign(&mut *row, fields.into_iter().map(|(number, old, _)| (number, old)))
                    .map_err(unusable)?;
                past.put(class, id, Entry { modified: previous, row: Arc::from(row), ..entry });
            }
        }
        What::Gone { created, modified, fields } => {
            let row = Arc::from(row_of(class, fields).map_err(unusable)?);
            past.put(class, id, Entry { created, modified, row });
        }
    }
    Ok(())
}

/// The changes of one object: each names the generation of the one before it. An object that is
/// gone is found by the newest deletion that is still among the recent changes.
pub(crate) fn of_object(
    engine: &mut dyn Engine,
    now: &Snapshot,
    class: ClassId,
    id: RefId,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    let mut reader = Reader::default();
    let mut next =
        now.entry(class, id).map(|entry| entry.modified).or_else(|| now.recent.deletion(class, id));
    while let Some(generation) = next.filter(|_| events.len() < limit) {
        let mut found: Result<Option<Event>, StoreError> = Ok(None);
        engine.records(generation, generation, &mut |dictionary, record| {
            found = reader.changes(dictionary, &record).map(|changes| {
                let mine = changes.into_iter().find(|change| {
                    change.class == class && change.id == id && change.generation == generation
                });
                mine.map(|change| Event { generation, header: record.header.clone(), what: change.what })
            });
            false
        })?;
        let Some(event) = found? else { break };
        next = match &event.what {
            What::Made { .. } => None,
            What::Changed { previous, .. } => Some(*previous),
            What::Gone { modified, .. } => Some(*modified),
        };
        events.push(event);
    }
    Ok(events)
}
