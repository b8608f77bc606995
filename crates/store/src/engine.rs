//! `Engine`: where records become durable.
//!
//! An engine knows numbers and bytes, no rows. It appends records in order, all of a batch or
//! none, and gives them back. From time to time it is handed whole rows (a checkpoint), after
//! which it starts by them and only the records behind. `docs/decisions/engine.md` shows how etcd
//! fits: append is compare-and-append on the last generation.

use crate::record::Record;
use model::RefId;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// Nothing of the batch is durable; later attempts may succeed.
    #[error("{0}")]
    Failed(String),
    /// What is stored is not ours, or damaged. It must not be written to.
    #[error("{0}")]
    Unusable(String),
}

/// A row of a checkpoint, encoded by `record::encode_row` with the numbers of the engine's dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    pub class: u16,
    pub id: RefId,
    pub created: u64,
    pub modified: u64,
    pub body: Vec<u8>,
}

/// What an engine had when it was opened, told piece by piece: dictionary, rows, then records.
pub trait Loader {
    fn dictionary(&mut self, bytes: &[u8]) -> Result<(), EngineError>;
    /// The generation of the checkpoint.
    fn checkpoint(&mut self, generation: u64) -> Result<(), EngineError>;
    fn row(&mut self, row: StoredRow) -> Result<(), EngineError>;
    fn record(&mut self, record: Record) -> Result<(), EngineError>;
}

pub trait Engine: Send + 'static {
    /// Read everything there is. An engine that is new has no dictionary to tell.
    fn load(&mut self, loader: &mut dyn Loader) -> Result<(), EngineError>;

    /// Make the records durable, all or none. When it returns they survive anything.
    fn append(&mut self, batch: &[Arc<Record>]) -> Result<(), EngineError>;

    /// Replace the checkpoint: these rows changed, these are gone, all as of `generation`.
    /// `dictionary` says what the numbers mean, also in every later record. If it is another one
    /// than before, the rows are all there are: those under the old numbers are dropped.
    fn checkpoint(
        &mut self,
        generation: u64,
        dictionary: &[u8],
        rows: &mut dyn Iterator<Item = StoredRow>,
        gone: &mut dyn Iterator<Item = (u16, RefId)>,
    ) -> Result<(), EngineError>;

    /// The records that overlap `first..=last`, newest first, until `visit` says stop (`false`).
    /// Each comes with the dictionary of its time.
    fn records(
        &mut self,
        first: u64,
        last: u64,
        visit: &mut dyn FnMut(&[u8], Record) -> bool,
    ) -> Result<(), EngineError>;

    /// History before this generation is not needed any more.
    fn forget(&mut self, before: u64) -> Result<(), EngineError>;
}

/// Keeps everything in memory, shared by its clones: a clone is the same disk after a restart.
#[derive(Clone, Default)]
pub struct MemoryEngine {
    disk: Arc<Mutex<Disk>>,
}

#[derive(Default)]
struct Disk {
    dictionary: Arc<[u8]>,
    generation: u64,
    rows: std::collections::BTreeMap<(u16, RefId), StoredRow>,
    /// Each with the dictionary of its time.
    records: std::collections::VecDeque<(Arc<[u8]>, Record)>,
    /// Appends fail until this is taken away again.
    broken: bool,
}

impl MemoryEngine {
    /// From now on appends fail (as on a full disk), or work again.
    pub fn set_broken(&self, broken: bool) {
        self.disk().broken = broken;
    }
    fn disk(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for MemoryEngine {
    fn load(&mut self, loader: &mut dyn Loader) -> Result<(), EngineError> {
        let disk = self.disk();
        if disk.dictionary.is_empty() {
            return Ok(());
        }
        loader.dictionary(&disk.dictionary)?;
        loader.checkpoint(disk.generation)?;
        disk.rows.values().try_for_each(|row| loader.row(row.clone()))?;
        let newer = disk.records.iter().filter(|(_, record)| record.last > disk.generation);
        newer.cloned().try_for_each(|(_, record)| loader.record(record))
    }

    fn append(&mut self, batch: &[Arc<Record>]) -> Result<(), EngineError> {
        let mut disk = self.disk();
        if disk.broken {
            return Err(EngineError::Failed("no space left on device".into()));
        }
        let dictionary = disk.dictionary.clone();
        disk.records.extend(batch.iter().map(|record| (dictionary.clone(), (**record).clone())));
        Ok(())
    }

    fn checkpoint(
        &mut self,
        generation: u64,
        dictionary: &[u8],
        rows: &mut dyn Iterator<Item = StoredRow>,
        gone: &mut dyn Iterator<Item = (u16, RefId)>,
    ) -> Result<(), EngineError> {
        let mut disk = self.disk();
        if disk.broken {
            return Err(EngineError::Failed("no space left on device".into()));
        }
        if *disk.dictionary != *dictionary {
            disk.rows.clear();
        }
        for row in rows {
            disk.rows.insert((row.class, row.id), row);
        }
        for key in gone {
            disk.rows.remove(&key);
        }
        disk.dictionary = dictionary.into();
        disk.generation = generation;
        Ok(())
    }

    fn records(
        &mut self,
        first: u64,
        last: u64,
        visit: &mut dyn FnMut(&[u8], Record) -> bool,
    ) -> Result<(), EngineError> {
        let disk = self.disk();
        let overlaps = |record: &Record| record.last >= first && record.first <= last;
        for (dictionary, record) in disk.records.iter().rev().filter(|(_, record)| overlaps(record)) {
            if !visit(dictionary, record.clone()) {
                break;
            }
        }
        Ok(())
    }

    fn forget(&mut self, before: u64) -> Result<(), EngineError> {
        let mut disk = self.disk();
        let generation = disk.generation;
        disk.records.retain(|(_, record)| record.last >= before || record.last > generation);
        Ok(())
    }
}
