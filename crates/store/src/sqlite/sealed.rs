//! Rows and records as they lie in the tables, each under its checksum.

use super::{refused, signed, unsigned};
use crate::engine::{EngineError, StoredRow};
use crate::record::{Header, Record};
use model::{RefId, Text};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

pub fn damaged(what: &str, number: impl std::fmt::Display) -> EngineError {
    EngineError::Unusable(format!("the file is damaged: {what} {number} is not what was written"))
}

pub fn id_bytes(id: RefId) -> [u8; 16] {
    id.0.to_be_bytes()
}

fn row_seal(class: u16, id: &[u8], created: i64, modified: i64, body: &[u8]) -> u32 {
    let mut seal = crc32fast::Hasher::new();
    seal.update(&class.to_le_bytes());
    seal.update(id);
    seal.update(&created.to_le_bytes());
    seal.update(&modified.to_le_bytes());
    seal.update(body);
    seal.finalize()
}

fn record_seal(numbers: [i64; 4], parts: [&[u8]; 4]) -> u32 {
    let mut seal = crc32fast::Hasher::new();
    for number in numbers {
        seal.update(&number.to_le_bytes());
    }
    for part in parts {
        // With its length, so that no byte can move from one part to the next.
        seal.update(&(part.len() as u64).to_le_bytes());
        seal.update(part);
    }
    seal.finalize()
}

pub fn insert_row(connection: &Connection, row: &StoredRow) -> Result<(), EngineError> {
    let (created, modified, id) = (signed(row.created)?, signed(row.modified)?, id_bytes(row.id));
    let checksum = row_seal(row.class, &id, created, modified, &row.body);
    let sql = "INSERT OR REPLACE INTO rows (class, id, created, modified, body, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    connection
        .prepare_cached(sql)
        .and_then(|mut insert| insert.execute(params![row.class, id, created, modified, row.body, checksum]))
        .map(drop)
        .map_err(refused)
}

pub fn insert_record(connection: &Connection, dictionary: i64, record: &Record) -> Result<(), EngineError> {
    let (first, last, header) = (signed(record.first)?, signed(record.last)?, &record.header);
    let task = id_bytes(header.task);
    let checksum = record_seal(
        [first, last, dictionary, header.at_micros],
        [header.who.as_bytes(), header.call.as_bytes(), &task, &record.body],
    );
    let sql = "INSERT INTO records (first, last, dictionary, at, who, call, task, body, checksum) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (who, call) = (header.who.as_str(), header.call.as_str());
    connection
        .prepare_cached(sql)
        .and_then(|mut insert| {
            insert.execute(params![
                first,
                last,
                dictionary,
                header.at_micros,
                who,
                call,
                task,
                record.body,
                checksum
            ])
        })
        .map(drop)
        .map_err(refused)
}

/// Every row, by class and reference.
pub fn rows(
    connection: &Connection,
    each: &mut dyn FnMut(StoredRow) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let mut select = connection
        .prepare("SELECT class, id, created, modified, body, checksum FROM rows ORDER BY class, id")
        .map_err(refused)?;
    let mut found = select.query([]).map_err(refused)?;
    while let Some(row) = found.next().map_err(refused)? {
        each(read_row(row)?)?;
    }
    Ok(())
}

fn read_row(row: &Row<'_>) -> Result<StoredRow, EngineError> {
    let class: u16 = row.get(0).map_err(refused)?;
    let id: [u8; 16] = row.get(1).map_err(refused)?;
    let (created, modified): (i64, i64) = (row.get(2).map_err(refused)?, row.get(3).map_err(refused)?);
    let body = bytes(row, 4)?;
    let checksum: u32 = row.get(5).map_err(refused)?;
    let id_of = RefId(u128::from_be_bytes(id));
    if row_seal(class, &id, created, modified, body) != checksum {
        return Err(damaged("row", id_of));
    }
    let (created, modified) = (unsigned(created)?, unsigned(modified)?);
    Ok(StoredRow { class, id: id_of, created, modified, body: body.to_vec() })
}

const RECORD: &str = "SELECT first, last, dictionary, at, who, call, task, body, checksum FROM records";

/// The records behind a generation, oldest first, each with the number of its dictionary.
pub fn records_after(
    connection: &Connection,
    generation: u64,
    each: &mut dyn FnMut(i64, Record) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    // Only a record that was checkpointed in its middle would be missed, and there is none.
    let sql = format!("{RECORD} WHERE first > ?1 ORDER BY first");
    let mut select = connection.prepare(&sql).map_err(refused)?;
    let mut found = select.query([signed(generation)?]).map_err(refused)?;
    while let Some(row) = found.next().map_err(refused)? {
        let (dictionary, record) = read_record(row)?;
        each(dictionary, record)?;
    }
    Ok(())
}

/// The records that begin at a generation or before it, newest first, until `each` says stop.
pub fn records_before(
    connection: &Connection,
    generation: u64,
    each: &mut dyn FnMut(i64, Record) -> Result<bool, EngineError>,
) -> Result<(), EngineError> {
    let sql = format!("{RECORD} WHERE first <= ?1 ORDER BY first DESC");
    let mut select = connection.prepare_cached(&sql).map_err(refused)?;
    let mut found = select.query([signed(generation.min(i64::MAX as u64))?]).map_err(refused)?;
    let mut newer: Option<u64> = None;
    while let Some(row) = found.next().map_err(refused)? {
        let (dictionary, record) = read_record(row)?;
        if newer.is_some_and(|newer| record.last + 1 != newer) {
            return Err(damaged("the log behind change", record.last));
        }
        newer = Some(record.first);
        if !each(dictionary, record)? {
            break;
        }
    }
    Ok(())
}

fn read_record(row: &Row<'_>) -> Result<(i64, Record), EngineError> {
    let number = |at: usize| row.get::<_, i64>(at).map_err(refused);
    let (first, last, dictionary, at) = (number(0)?, number(1)?, number(2)?, number(3)?);
    let (who, call) = (text(row, 4)?, text(row, 5)?);
    let task: [u8; 16] = row.get(6).map_err(refused)?;
    let body = bytes(row, 7)?;
    let checksum: u32 = row.get(8).map_err(refused)?;
    let seal = record_seal([first, last, dictionary, at], [who.as_bytes(), call.as_bytes(), &task, body]);
    if seal != checksum {
        return Err(damaged("the record of change", first));
    }
    let header = Header { at_micros: at, who, call, task: RefId(u128::from_be_bytes(task)) };
    Ok((dictionary, Record { first: unsigned(first)?, last: unsigned(last)?, header, body: body.to_vec() }))
}

fn bytes<'a>(row: &'a Row<'_>, at: usize) -> Result<&'a [u8], EngineError> {
    match row.get_ref(at).map_err(refused)? {
        ValueRef::Blob(bytes) => Ok(bytes),
        other => Err(damaged("a column of type", other.data_type())),
    }
}

fn text(row: &Row<'_>, at: usize) -> Result<Text, EngineError> {
    match row.get_ref(at).map_err(refused)? {
        ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map(Text::new).map_err(|error| damaged("a text:", error))
        }
        other => Err(damaged("a column of type", other.data_type())),
    }
}
