//! `SqliteEngine`: the log and the checkpoint in one SQLite file.
//!
//! A batch is one transaction in the write-ahead log, synced before it is acknowledged. Every record
//! and row carries a checksum of its own, so that what the disk returns is what was written. The
//! file belongs to one process at a time (`claim`); a foreign, newer or damaged one is refused and
//! left as it is.
//!
//! When the disk refuses, the connection is thrown away, since after a failed sync nobody knows
//! what the file holds. The next call opens it again and compares: what was acknowledged must be
//! there, what was refused is taken out.

mod claim;
mod file;
mod sealed;

use crate::engine::{Engine, EngineError, Loader, StoredRow};
use crate::record::Record;
use claim::Claim;
use model::RefId;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct SqliteEngine {
    /// `None` after trouble, until the file was opened and compared again.
    connection: Option<Connection>,
    path: PathBuf,
    /// Generation of the last change that was acknowledged or read.
    acknowledged: u64,
    /// Number of the dictionary that new records are written with.
    dictionary: i64,
    /// For tests: the file may not grow beyond this many pages.
    max_pages: Option<u32>,
    /// Given back last, after the connection is closed.
    _claim: Claim,
}

impl SqliteEngine {
    /// Open the file, or make it.
    pub fn open(path: &Path) -> Result<SqliteEngine, EngineError> {
        let claim = Claim::take(path)?;
        let connection = file::open(path)?;
        let mut engine = SqliteEngine {
            connection: None,
            path: path.to_owned(),
            acknowledged: 0,
            dictionary: 0,
            max_pages: None,
            _claim: claim,
        };
        engine.acknowledged = last_generation(&connection).map_err(refused)?;
        engine.dictionary = file::meta(&connection, "dictionary").map_err(refused)?;
        engine.connection = Some(connection);
        Ok(engine)
    }

    /// Pretend that the disk has room for so many pages of the file only; `None`: as many as there are.
    pub fn set_max_pages(&mut self, pages: Option<u32>) {
        self.max_pages = pages;
        if let Some(connection) = &self.connection {
            file::limit_pages(connection, pages);
        }
    }

    /// How many pages the file has.
    pub fn pages(&self) -> u32 {
        let count =
            |connection: &Connection| connection.pragma_query_value(None, "page_count", |row| row.get(0));
        self.connection.as_ref().and_then(|connection| count(connection).ok()).unwrap_or_default()
    }

    /// Run inside a transaction. Whatever fails leaves nothing behind.
    fn write<T>(
        &mut self,
        run: impl FnOnce(&Connection, &mut Written) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if self.connection.is_none() {
            self.reopen()?;
        }
        let connection =
            self.connection.as_mut().ok_or_else(|| EngineError::Failed("the file is closed".into()))?;
        let mut written = Written { acknowledged: self.acknowledged, dictionary: self.dictionary };
        let outcome = attempt(connection, &mut written, run);
        match &outcome {
            Ok(_) => {
                self.acknowledged = written.acknowledged;
                self.dictionary = written.dictionary;
            }
            Err(Trouble { doubtful: true, .. }) => {
                self.connection = None;
                if let Err(error) = self.reopen() {
                    tracing::error!(%error, "the file could not be opened again");
                }
            }
            Err(_) => {}
        }
        outcome.map_err(|trouble| trouble.error)
    }

    /// Open again after trouble and make the file say what was acknowledged, no less and no more.
    fn reopen(&mut self) -> Result<(), EngineError> {
        let connection = file::open(&self.path)?;
        file::limit_pages(&connection, self.max_pages);
        let durable = last_generation(&connection).map_err(refused)?;
        if durable < self.acknowledged {
            return Err(EngineError::Unusable(format!(
                "{} ends at change {durable}, but {} was written: the disk has lost changes",
                self.path.display(),
                self.acknowledged
            )));
        }
        if durable > self.acknowledged {
            // A batch, or a whole pool, that was reported as failed came through after all.
            let undo = if self.acknowledged == 0 { file::EMPTY } else { file::DROP_RECORDS };
            let undo = undo.replace("?1", &self.acknowledged.to_string());
            connection.execute_batch(&undo).map_err(refused)?;
        }
        self.dictionary = file::meta(&connection, "dictionary").map_err(refused)?;
        self.connection = Some(connection);
        Ok(())
    }

    fn reader(&mut self) -> Result<&Connection, EngineError> {
        if self.connection.is_none() {
            self.reopen()?;
        }
        self.connection.as_ref().ok_or_else(|| EngineError::Failed("the file is closed".into()))
    }
}

/// What is true once the transaction is committed.
struct Written {
    acknowledged: u64,
    dictionary: i64,
}

struct Trouble {
    error: EngineError,
    /// The connection does not know any more what the file holds.
    doubtful: bool,
}

fn attempt<T>(
    connection: &mut Connection,
    written: &mut Written,
    run: impl FnOnce(&Connection, &mut Written) -> Result<T, EngineError>,
) -> Result<T, Trouble> {
    let sure = |error| Trouble { error, doubtful: false };
    let unsure = |error| Trouble { doubtful: file::is_doubtful(&error), error: refused(error) };
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(unsure)?;
    let result = run(&transaction, written);
    match result {
        // A failed commit is rolled back when the transaction is dropped.
        Ok(result) => transaction.commit().map(|()| result).map_err(unsure),
        Err(error) => {
            let doubtful = transaction.rollback().is_err();
            Err(Trouble { doubtful, ..sure(error) })
        }
    }
}

impl Engine for SqliteEngine {
    fn load(&mut self, loader: &mut dyn Loader) -> Result<(), EngineError> {
        let number = self.dictionary;
        let connection = self.reader()?;
        if number == 0 {
            return Ok(());
        }
        loader.dictionary(&dictionary(connection, number)?)?;
        let generation = unsigned(file::meta(connection, "checkpoint").map_err(refused)?)?;
        loader.checkpoint(generation)?;
        sealed::rows(connection, &mut |row| loader.row(row))?;
        let mut expected = generation + 1;
        sealed::records_after(connection, generation, &mut |with, record| {
            if with != number || record.first != expected {
                return Err(EngineError::Unusable(format!(
                    "change {} follows {}: the log has a gap",
                    record.first,
                    expected - 1
                )));
            }
            expected = record.last + 1;
            loader.record(record)
        })
    }

    fn append(&mut self, batch: &[Arc<Record>]) -> Result<(), EngineError> {
        self.write(|connection, written| {
            if written.dictionary == 0 {
                return Err(EngineError::Failed("there is no dictionary yet".into()));
            }
            for record in batch {
                if record.first != written.acknowledged + 1 || record.last < record.first {
                    return Err(EngineError::Failed(format!(
                        "change {} cannot follow {}",
                        record.first, written.acknowledged
                    )));
                }
                sealed::insert_record(connection, written.dictionary, record)?;
                written.acknowledged = record.last;
            }
            Ok(())
        })
    }

    fn checkpoint(
        &mut self,
        generation: u64,
        dictionary: &[u8],
        rows: &mut dyn Iterator<Item = StoredRow>,
        gone: &mut dyn Iterator<Item = (u16, RefId)>,
    ) -> Result<(), EngineError> {
        // The first one may be the whole pool at once. New pages need no journal, so the file is
        // written once instead of twice.
        let whole = self.acknowledged == 0;
        if whole {
            file::journal(self.reader()?, "DELETE").map_err(refused)?;
        }
        let outcome = self.write(|connection, written| {
            let number = number_of(connection, dictionary)?;
            if number != written.dictionary {
                connection.execute("DELETE FROM rows", []).map_err(refused)?;
            }
            for row in rows {
                sealed::insert_row(connection, &row)?;
            }
            for (class, id) in gone {
                connection
                    .prepare_cached("DELETE FROM rows WHERE class = ?1 AND id = ?2")
                    .and_then(|mut delete| delete.execute(params![class, sealed::id_bytes(id)]))
                    .map_err(refused)?;
            }
            written.dictionary = number;
            // A checkpoint may bring generations of its own, when a whole pool is put in at once.
            written.acknowledged = written.acknowledged.max(generation);
            file::set_meta(connection, "dictionary", written.dictionary).map_err(refused)?;
            file::set_meta(connection, "checkpoint", signed(generation)?).map_err(refused)
        });
        if whole && let Err(error) = file::journal(self.reader()?, "WAL") {
            tracing::warn!(%error, "no write-ahead log until the next start");
        }
        outcome
    }

    fn records(
        &mut self,
        first: u64,
        last: u64,
        visit: &mut dyn FnMut(&[u8], Record) -> bool,
    ) -> Result<(), EngineError> {
        let connection = self.reader()?;
        let mut dictionaries: HashMap<i64, Vec<u8>> = HashMap::new();
        sealed::records_before(connection, last, &mut |number, record| {
            if record.last < first {
                return Ok(false);
            }
            if let Entry::Vacant(place) = dictionaries.entry(number) {
                place.insert(dictionary(connection, number)?);
            }
            Ok(dictionaries.get(&number).is_some_and(|dictionary| visit(dictionary, record)))
        })
    }

    fn forget(&mut self, before: u64) -> Result<(), EngineError> {
        self.write(|connection, written| {
            let checkpoint = file::meta(connection, "checkpoint").map_err(refused)?;
            connection
                .execute(
                    "DELETE FROM records WHERE first < ?1 AND last < ?1 AND last <= ?2",
                    [signed(before)?, checkpoint],
                )
                .map_err(refused)?;
            let unused = "DELETE FROM dictionaries WHERE id <> ?1 AND id < \
                          (SELECT ifnull(min(first_with.dictionary), ?1) FROM \
                          (SELECT dictionary FROM records ORDER BY first LIMIT 1) AS first_with)";
            connection.execute(unused, [written.dictionary]).map_err(refused)?;
            Ok(())
        })
    }
}

/// The generation up to which the file has everything.
fn last_generation(connection: &Connection) -> rusqlite::Result<u64> {
    let last: Option<i64> = connection
        .query_row("SELECT last FROM records ORDER BY first DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    let checkpoint = file::meta(connection, "checkpoint")?;
    Ok(u64::try_from(last.unwrap_or(0).max(checkpoint)).unwrap_or(0))
}

fn dictionary(connection: &Connection, number: i64) -> Result<Vec<u8>, EngineError> {
    let (bytes, checksum): (Vec<u8>, u32) = connection
        .query_row("SELECT bytes, checksum FROM dictionaries WHERE id = ?1", [number], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .map_err(refused)?;
    if crc32fast::hash(&bytes) != checksum {
        return Err(sealed::damaged("the dictionary", number));
    }
    Ok(bytes)
}

/// The number of a dictionary, which is written down if it is new.
fn number_of(connection: &Connection, bytes: &[u8]) -> Result<i64, EngineError> {
    let newest: Option<(i64, Vec<u8>)> = connection
        .query_row("SELECT id, bytes FROM dictionaries ORDER BY id DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(refused)?;
    match newest {
        Some((number, known)) if known == bytes => Ok(number),
        newest => {
            let number = newest.map_or(1, |(number, _)| number + 1);
            connection
                .execute(
                    "INSERT INTO dictionaries (id, bytes, checksum) VALUES (?1, ?2, ?3)",
                    params![number, bytes, crc32fast::hash(bytes)],
                )
                .map_err(refused)?;
            Ok(number)
        }
    }
}

/// SQLite's numbers have a sign, ours do not.
fn signed(number: u64) -> Result<i64, EngineError> {
    i64::try_from(number)
        .map_err(|_| EngineError::Failed(format!("change {number} is beyond what can be counted")))
}
fn unsigned(number: i64) -> Result<u64, EngineError> {
    u64::try_from(number).map_err(|_| EngineError::Unusable(format!("change {number} cannot be")))
}

/// What an error of SQLite means: the file is bad, or the disk is.
fn refused(error: rusqlite::Error) -> EngineError {
    use rusqlite::ErrorCode as Code;
    let passing = matches!(
        error.sqlite_error_code(),
        Some(
            Code::DiskFull
                | Code::SystemIoFailure
                | Code::CannotOpen
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::OutOfMemory
                | Code::OperationInterrupted
        )
    );
    if passing {
        EngineError::Failed(error.to_string())
    } else {
        EngineError::Unusable(format!("the file is damaged: {error}"))
    }
}

#[cfg(test)]
mod tests;
