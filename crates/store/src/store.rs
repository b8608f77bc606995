//! `Store`: one writer, many readers.
//!
//! A commit runs its closure on the newest state under a short lock, then waits until the engine
//! has made it durable; only then is it published, told to the watchers and acknowledged. While
//! one batch is on its way to the disk the next one gathers (group commit). If the disk says no,
//! every commit that is not yet durable fails and the state is as it was before them; readers
//! notice nothing.
//!
//! ```text
//!  commit ──► staged ──► queue ──► engine.append ──► published ──► watchers, acknowledgement
//!                 ▲                     │ failed
//!                 └──── rolled back ◄───┘
//! ```

use crate::bulk::Bulk;
use crate::engine::{Engine, EngineError, Loader, StoredRow};
use crate::history;
use crate::interned::Interned;
use crate::invariants::Broken;
use crate::record::{
    Change, Dictionary, Header, Record, Translation, What, assign, decode, decode_row, encode, encode_row,
    row_of,
};
use crate::snapshot::{Entry, Snapshot};
use crate::transaction::Transaction;
use arc_swap::ArcSwap;
use model::{ApiError, ClassId, RefId, Row};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use tokio::sync::{oneshot, watch};

/// Why a commit did not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the change breaks a rule: {0}")]
    Broken(#[from] Broken),
    #[error("the change could not be made durable: {0}")]
    NotDurable(String),
    #[error("the store is closed")]
    Closed,
    #[error("this part of history is not kept")]
    Forgotten,
    #[error("{0}")]
    Engine(#[from] EngineError),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        ApiError::internal_error(error)
    }
}

/// How much is kept, and how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// A checkpoint is made when this many bytes of records have gathered.
    pub checkpoint_bytes: u64,
    /// History reaches back this many generations at least.
    pub history_generations: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { checkpoint_bytes: 64 << 20, history_generations: 1_000_000 }
    }
}

pub struct Store {
    published: Arc<ArcSwap<Snapshot>>,
    head: Arc<Mutex<Head>>,
    generation: watch::Receiver<u64>,
    commits: AtomicU64,
    writer: Writer,
}

/// The newest state, durable or not.
struct Head {
    staged: Arc<Snapshot>,
    /// Raised when staged commits were rolled back: what was queued before is void.
    epoch: u64,
}

enum Writer {
    /// Everything happens in the calling thread: for worlds with virtual time.
    Inline(Mutex<Scribe>),
    Thread {
        queue: mpsc::Sender<Job>,
        thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    },
}

enum Job {
    Commit {
        epoch: u64,
        record: Option<Arc<Record>>,
        gone: Vec<(u16, RefId)>,
        next: Arc<Snapshot>,
        done: oneshot::Sender<Result<(), StoreError>>,
    },
    Engine(Box<dyn FnOnce(&mut Scribe) + Send>),
}

/// The engine and what it is owed: lives in the writer's thread.
struct Scribe {
    engine: Box<dyn Engine>,
    settings: Settings,
    published: Arc<ArcSwap<Snapshot>>,
    head: Arc<Mutex<Head>>,
    told: watch::Sender<u64>,
    checkpointed: u64,
    bytes_since: u64,
    gone_since: Vec<(u16, RefId)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while the lock is held leaves the state of before: it is replaced in one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Open with a thread of its own for the engine.
    pub fn open(engine: impl Engine, settings: Settings) -> Result<Store, StoreError> {
        let mut scribe = Scribe::load(Box::new(engine), settings)?;
        let (published, head, generation) = scribe.shared();
        let (queue, jobs) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || scribe.run(&jobs))
            .map_err(|error| StoreError::NotDurable(error.to_string()))?;
        let writer = Writer::Thread { queue, thread: Mutex::new(Some(thread)) };
        Ok(Store { published, head, generation, commits: AtomicU64::new(0), writer })
    }

    /// Open without any thread: commits are done when the call returns.
    pub fn open_inline(engine: impl Engine, settings: Settings) -> Result<Store, StoreError> {
        let scribe = Scribe::load(Box::new(engine), settings)?;
        let (published, head, generation) = scribe.shared();
        let writer = Writer::Inline(Mutex::new(scribe));
        Ok(Store { published, head, generation, commits: AtomicU64::new(0), writer })
    }

    /// All rows as of the last durable commit.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.published.load_full()
    }
    /// Told the generation of every published commit.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.generation.clone()
    }
    /// How many commits were asked for since the start.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Run `change` on the newest state and make the outcome durable. If it fails, or the outcome
    /// breaks a rule, or the disk refuses, nothing has happened.
    pub async fn commit<T, E: From<StoreError>>(
        &self,
        header: Header,
        change: impl FnOnce(&mut Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let (result, waiting) = self.stage(header, change)?;
        if let Some(waiting) = waiting {
            waiting.await.map_err(|_| StoreError::Closed)??;
        }
        Ok(result)
    }

    /// The same for callers outside of any runtime.
    pub fn commit_blocking<T, E: From<StoreError>>(
        &self,
        header: Header,
        change: impl FnOnce(&mut Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let (result, waiting) = self.stage(header, change)?;
        if let Some(waiting) = waiting {
            waiting.blocking_recv().map_err(|_| StoreError::Closed)??;
        }
        Ok(result)
    }
    fn stage<T, E: From<StoreError>>(
        &self,
        header: Header,
        change: impl FnOnce(&mut Transaction) -> Result<T, E>,
    ) -> Result<(T, Option<oneshot::Receiver<Result<(), StoreError>>>), E> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        // Without a thread there is no queue that keeps the order: this lock does.
        let scribe = match &self.writer {
            Writer::Inline(scribe) => Some(lock(scribe)),
            Writer::Thread { .. } => None,
        };
        let mut head = lock(&self.head);
        let mut transaction = Transaction::new(&head.staged);
        let result = change(&mut transaction)?;
        let first = head.staged.generation + 1;
        let (next, changes) = transaction.finish().map_err(StoreError::from)?;
        let record = (!changes.is_empty())
            .then(|| Arc::new(Record { first, last: next.generation, header, body: encode(&changes) }));
        if record.is_none() && Arc::ptr_eq(&head.staged, &self.published.load()) {
            return Ok((result, None));
        }
        let next = if record.is_some() { Arc::new(next) } else { head.staged.clone() };
        head.staged = next.clone();
        let (done, waiting) = oneshot::channel();
        let job = Job::Commit { epoch: head.epoch, record, gone: gone_of(&changes), next, done };
        match (&self.writer, scribe) {
            (Writer::Thread { queue, .. }, _) => queue.send(job).map_err(|_| StoreError::Closed)?,
            (Writer::Inline(_), scribe) => {
                drop(head);
                if let Some(mut scribe) = scribe {
                    scribe.work(vec![job]);
                }
            }
        }
        Ok((result, Some(waiting)))
    }

    /// Fill an empty store with rows, at once and without history. When all are there, `correct` may
    /// give a row another form, by what it sees around it; what indexes are made of stays.
    pub fn seed(
        &self,
        fill: impl FnOnce(&mut dyn FnMut(RefId, Box<dyn Row>)),
        correct: impl Fn(&Snapshot, ClassId, RefId) -> Option<Box<dyn Row>>,
    ) -> Result<(), StoreError> {
        let mut bulk = Bulk::default();
        let mut generation = 0;
        fill(&mut |id, row| {
            generation += 1;
            bulk.add(id, Entry { created: generation, modified: generation, row: Arc::from(row) });
        });
        let filled = bulk.snapshot(generation);
        let mut snapshot = filled.clone();
        for class in ClassId::all() {
            for id in filled.table(class).keys() {
                if let (Some(row), Some(entry)) =
                    (correct(&filled, class, *id), snapshot.tables[class as usize].get_mut(id))
                {
                    entry.row = Arc::from(row);
                }
            }
        }
        drop(filled);
        let snapshot = Arc::new(snapshot);
        self.with_scribe(move |scribe| scribe.replace(snapshot))?
    }

    /// The rows as they were after a generation, as far as history is kept.
    pub fn as_of(&self, generation: u64) -> Result<Snapshot, StoreError> {
        let now = self.snapshot();
        self.with_scribe(move |scribe| history::as_of(&mut *scribe.engine, &now, generation))?
    }

    /// What happened to one object, newest first, at most `limit` changes.
    pub fn history(
        &self,
        class: ClassId,
        id: RefId,
        limit: usize,
    ) -> Result<Vec<history::Event>, StoreError> {
        let now = self.snapshot();
        self.with_scribe(move |scribe| history::of_object(&mut *scribe.engine, &now, class, id, limit))?
    }

    /// Write a checkpoint now, so that the next start is quick.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.with_scribe(Scribe::checkpoint)?
    }

    fn with_scribe<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Scribe) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.writer {
            Writer::Inline(scribe) => Ok(run(&mut lock(scribe))),
            Writer::Thread { queue, .. } => {
                let (done, waiting) = mpsc::channel();
                let job = Job::Engine(Box::new(move |scribe| drop(done.send(run(scribe)))));
                queue.send(job).map_err(|_| StoreError::Closed)?;
                waiting.recv().map_err(|_| StoreError::Closed)
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Writer::Thread { queue, thread } = &mut self.writer {
            // The queue closes, the thread finishes what is in it and ends.
            *queue = mpsc::channel().0;
            if let Some(thread) = lock(thread).take() {
                drop(thread.join());
            }
        }
    }
}

fn gone_of(changes: &[Change]) -> Vec<(u16, RefId)> {
    let gone = |change: &Change| {
        matches!(change.what, What::Gone { .. }).then_some((change.class as u16, change.id))
    };
    changes.iter().filter_map(gone).collect()
}

impl Scribe {
    /// At most this many commits share one write.
    const BATCH: usize = 1024;

    fn load(mut engine: Box<dyn Engine>, settings: Settings) -> Result<Scribe, StoreError> {
        let mut loading = Loading::default();
        engine.load(&mut loading)?;
        loading.settle();
        let Loading { snapshot, mut checkpoint, mut bytes, mut gone, dictionary, .. } = loading;
        if dictionary != Dictionary::current().to_bytes() {
            // New, or written by another version: from here on today's numbers hold.
            write_checkpoint(&mut *engine, &snapshot, 0, &gone)?;
            (checkpoint, bytes) = (snapshot.generation, 0);
            gone.clear();
        }
        let snapshot = Arc::new(snapshot);
        Ok(Scribe {
            engine,
            settings,
            head: Arc::new(Mutex::new(Head { staged: snapshot.clone(), epoch: 0 })),
            told: watch::channel(snapshot.generation).0,
            published: Arc::new(ArcSwap::new(snapshot)),
            checkpointed: checkpoint,
            bytes_since: bytes,
            gone_since: gone,
        })
    }
    fn shared(&self) -> (Arc<ArcSwap<Snapshot>>, Arc<Mutex<Head>>, watch::Receiver<u64>) {
        (self.published.clone(), self.head.clone(), self.told.subscribe())
    }

    fn run(&mut self, jobs: &mpsc::Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let mut batch = vec![job];
            while batch.len() < Self::BATCH
                && let Ok(job) = jobs.try_recv()
            {
                batch.push(job);
            }
            self.work(batch);
        }
    }

    fn work(&mut self, batch: Vec<Job>) {
        let mut commits = Vec::new();
        for job in batch {
            match job {
                Job::Engine(run) => {
                    self.append(std::mem::take(&mut commits));
                    run(self);
                }
                commit => commits.push(commit),
            }
        }
        self.append(commits);
        if self.bytes_since > self.settings.checkpoint_bytes
            && let Err(error) = self.checkpoint()
        {
            tracing::warn!(%error, "no checkpoint");
            self.bytes_since = self.settings.checkpoint_bytes / 2;
        }
    }

    fn append(&mut self, commits: Vec<Job>) {
        if commits.is_empty() {
            return;
        }
        let epoch = lock(&self.head).epoch;
        let mut records = Vec::new();
        let mut newest = None;
        let mut acknowledge = Vec::new();
        let mut gone_now = Vec::new();
        for job in commits {
            let Job::Commit { epoch: staged_in, record, gone, next, done } = job else { continue };
            if staged_in != epoch {
                drop(done.send(Err(StoreError::NotDurable("an earlier change could not be written".into()))));
                continue;
            }
            records.extend(record);
            gone_now.extend(gone);
            newest = Some(next);
            acknowledge.push(done);
        }
        let outcome = if records.is_empty() { Ok(()) } else { self.engine.append(&records) };
        match outcome {
            Ok(()) => {
                self.bytes_since += records.iter().map(|record| record.body.len() as u64 + 64).sum::<u64>();
                self.gone_since.extend(gone_now);
                if let Some(newest) = newest {
                    let generation = newest.generation;
                    self.published.store(newest);
                    self.told.send_replace(generation);
                }
                for done in acknowledge {
                    drop(done.send(Ok(())));
                }
            }
            Err(error) => {
                tracing::error!(%error, "changes could not be made durable");
                let mut head = lock(&self.head);
                head.epoch += 1;
                head.staged = self.published.load_full();
                drop(head);
                for done in acknowledge {
                    drop(done.send(Err(StoreError::NotDurable(error.to_string()))));
                }
            }
        }
    }

    fn replace(&mut self, snapshot: Arc<Snapshot>) -> Result<(), StoreError> {
        let mut head = lock(&self.head);
        if head.staged.generation > 0 {
            return Err(StoreError::NotDurable("the store is not empty".into()));
        }
        write_checkpoint(&mut *self.engine, &snapshot, 0, &[])?;
        self.checkpointed = snapshot.generation;
        let generation = snapshot.generation;
        head.staged = snapshot.clone();
        self.published.store(snapshot);
        self.told.send_replace(generation);
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        let snapshot = self.published.load_full();
        if snapshot.generation == self.checkpointed {
            return Ok(());
        }
        write_checkpoint(&mut *self.engine, &snapshot, self.checkpointed, &self.gone_since)?;
        self.checkpointed = snapshot.generation;
        self.bytes_since = 0;
        self.gone_since.clear();
        self.engine.forget(snapshot.generation.saturating_sub(self.settings.history_generations))?;
        Ok(())
    }
}

fn write_checkpoint(
    engine: &mut dyn Engine,
    snapshot: &Snapshot,
    since: u64,
    gone: &[(u16, RefId)],
) -> Result<(), EngineError> {
    let mut rows = ClassId::all().flat_map(|class| {
        let changed = snapshot.table(class).iter().filter(move |(_, entry)| entry.modified > since);
        changed.map(move |(id, entry)| StoredRow {
            class: class as u16,
            id: *id,
            created: entry.created,
            modified: entry.modified,
            body: encode_row(&*entry.row),
        })
    });
    let still_gone = |(class, id): &(u16, RefId)| {
        !snapshot.tables.get(usize::from(*class)).is_some_and(|table| table.contains_key(id))
    };
    let mut gone = gone.iter().copied().filter(still_gone);
    engine.checkpoint(snapshot.generation, &Dictionary::current().to_bytes(), &mut rows, &mut gone)
}

/// Builds the snapshot from what an engine tells.
#[derive(Default)]
struct Loading {
    snapshot: Snapshot,
    /// The rows of the checkpoint, until the first record comes.
    bulk: Option<Bulk>,
    interned: Interned,
    dictionary: Vec<u8>,
    translation: Option<Translation>,
    checkpoint: u64,
    bytes: u64,
    gone: Vec<(u16, RefId)>,
}

impl Loading {
    fn settle(&mut self) {
        if let Some(bulk) = self.bulk.take() {
            self.snapshot = bulk.snapshot(self.checkpoint);
        }
    }
}

fn unusable(reason: impl ToString) -> EngineError {
    EngineError::Unusable(reason.to_string())
}

impl Loader for Loading {
    fn dictionary(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        self.translation = Some(Dictionary::from_bytes(bytes).map_err(unusable)?.translation());
        self.dictionary = bytes.to_vec();
        Ok(())
    }
    fn checkpoint(&mut self, generation: u64) -> Result<(), EngineError> {
        self.checkpoint = generation;
        self.bulk = Some(Bulk::default());
        Ok(())
    }
    fn row(&mut self, stored: StoredRow) -> Result<(), EngineError> {
        let translation = self.translation.as_ref().ok_or_else(|| unusable("rows without a dictionary"))?;
        let bulk = self.bulk.as_mut().ok_or_else(|| unusable("rows without a checkpoint"))?;
        let row = decode_row(stored.class, &stored.body, translation, &mut self.interned);
        if let Some(row) = row.map_err(unusable)? {
            let entry = Entry { created: stored.created, modified: stored.modified, row: Arc::from(row) };
            bulk.add(stored.id, entry);
        }
        Ok(())
    }
    fn record(&mut self, record: Record) -> Result<(), EngineError> {
        self.settle();
        if record.first != self.snapshot.generation + 1 {
            return Err(unusable(format!(
                "change {} follows {}: the log has a gap",
                record.first, self.snapshot.generation
            )));
        }
        let translation =
            self.translation.as_ref().ok_or_else(|| unusable("records without a dictionary"))?;
        let changes = decode(&record.body, translation).map_err(unusable)?;
        self.bytes += record.body.len() as u64 + 64;
        self.gone.extend(gone_of(&changes));
        for change in changes {
            replay(&mut self.snapshot, change).map_err(unusable)?;
        }
        self.snapshot.generation = record.last;
        Ok(())
    }
}

/// Do a written change again.
fn replay(snapshot: &mut Snapshot, change: Change) -> Result<(), crate::record::Unreadable> {
    let Change { class, id, generation, what } = change;
    let mut deleted = None;
    match what {
        What::Made { fields } => {
            let row = Arc::from(row_of(class, fields)?);
            snapshot.put(class, id, Entry { created: generation, modified: generation, row });
        }
        What::Changed { fields, .. } => {
            if let Some(entry) = snapshot.entry(class, id).cloned() {
                let mut row = entry.row.clone_row();
                assign(&mut *row, fields.into_iter().map(|(number, _, new)| (number, new)))?;
                snapshot.put(class, id, Entry { modified: generation, row: Arc::from(row), ..entry });
            }
        }
        What::Gone { created, .. } => {
            deleted = Some(created);
            snapshot.take(class, id);
        }
    }
    snapshot.recent.push(generation, crate::recent::Change { class, id, deleted });
    Ok(())
}
