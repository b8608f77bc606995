//! The file: whether it is ours, how it is made, how it is opened.

use super::refused;
use crate::engine::EngineError;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// "XENI", at its place in the header of SQLite files.
const APPLICATION: u32 = 0x5845_4e49;
/// Raised when older programs cannot read the file any more.
const FORMAT: u32 = 1;

const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE rows (
        class INTEGER NOT NULL, id BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
        body BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (class, id)
    ) WITHOUT ROWID;
    CREATE TABLE records (
        first INTEGER PRIMARY KEY, last INTEGER NOT NULL, dictionary INTEGER NOT NULL, at INTEGER NOT NULL,
        who TEXT NOT NULL, call TEXT NOT NULL, task BLOB NOT NULL, body BLOB NOT NULL, checksum INTEGER NOT NULL
    );";

/// Take out what came after an acknowledged change; take out everything.
pub const DROP_RECORDS: &str = "DELETE FROM records WHERE first > ?1;";
pub const EMPTY: &str = "
    BEGIN; DELETE FROM rows; DELETE FROM records; UPDATE meta SET value = 0 WHERE name = 'checkpoint'; COMMIT;";

pub fn open(path: &Path) -> Result<Connection, EngineError> {
    look(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let mut connection = Connection::open_with_flags(path, flags).map_err(refused)?;
    prepare(&mut connection).map_err(refused)?;
    let version: u32 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(refused)?;
    newer(path, version)?;
    Ok(connection)
}

/// Read the header of the file as it lies there, before SQLite may write to it.
fn look(path: &Path) -> Result<(), EngineError> {
    let failed = |error: std::io::Error| EngineError::Failed(format!("{}: {error}", path.display()));
    let mut header = Vec::with_capacity(100);
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if header.is_empty() {
        return Ok(());
    }
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    if !header.starts_with(b"SQLite format 3\0") || number(68) != Some(APPLICATION) {
        return Err(EngineError::Unusable(format!("{} is not a store of Xenios", path.display())));
    }
    newer(path, number(60).unwrap_or(0))
}

fn newer(path: &Path, version: u32) -> Result<(), EngineError> {
    if version > FORMAT {
        let path = path.display();
        return Err(EngineError::Unusable(format!(
            "{path} was written by a newer Xenios: its format is {version}, this program reads up to {FORMAT}"
        )));
    }
    Ok(())
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    // The claim keeps others out; an administrator's `sqlite3` may hold a lock for a moment.
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        // A row larger than a quarter of a page takes a page more for itself, and machines have large rows.
        connection.pragma_update(None, "page_size", 16_384)?;
        // All in one transaction: a file is empty, or it is ours and complete.
        let transaction = connection.transaction()?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.execute_batch(TABLES)?;
        transaction.commit()?;
    }
    journal(connection, "WAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 1_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)
}

pub fn journal(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()))
}

pub fn limit_pages(connection: &Connection, pages: Option<u32>) {
    let pages = pages.unwrap_or(u32::MAX - 1);
    if let Err(error) = connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())) {
        tracing::warn!(%error, "no limit of pages");
    }
}

/// Whether the connection may think something else than the disk does.
pub fn is_doubtful(error: &rusqlite::Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::ReadOnly)
    )
}

/// A number among the meta data; 0 if it was never set.
pub fn meta(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let mut select = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
}

pub fn set_meta(connection: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    connection.execute(sql, params![name, value]).map(drop)
}
