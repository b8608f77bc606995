//! Writing: the bytes that the original would write.

use super::{tables, text};
use crate::snapshot::{Entry, Snapshot};
use model::generated::schema::SCHEMA_VERSION;
use model::schema::{ClassDef, FieldDef, RelationKind};
use model::{RefId, Value};
use std::io::{Error, ErrorKind, Write};

/// Write a pool as `state.db`.
pub fn write(snapshot: &Snapshot, out: &mut impl Write) -> std::io::Result<()> {
    let (major, minor) = SCHEMA_VERSION;
    let generation = snapshot.generation();
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<database><manifest>")?;
    let pairs = [
        ("schema_major_vsn", major.to_string()),
        ("schema_minor_vsn", minor.to_string()),
        ("generation_count", generation.to_string()),
    ];
    for (key, value) in pairs {
        write!(out, "<pair key=\"{key}\" value=\"{value}\"/>")?;
    }
    out.write_all(b"</manifest>")?;
    let mut line = String::new();
    for class in tables() {
        let rows = snapshot.table(class.id);
        if !class.persistent || rows.is_empty() {
            write!(out, "<table name=\"{}\"/>", class.name)?;
            continue;
        }
        let columns = columns(class);
        write!(out, "<table name=\"{}\">", class.name)?;
        for (id, entry) in rows {
            line.clear();
            row(snapshot, &columns, *id, entry, &mut line).map_err(|reason| {
                Error::new(ErrorKind::InvalidData, format!("{} {id}: {reason}", class.name))
            })?;
            out.write_all(line.as_bytes())?;
        }
        out.write_all(b"</table>")?;
    }
    out.write_all(b"</database>")
}

enum Column {
    /// The reference once more: the original keeps it in two places.
    Own,
    Field(usize, &'static FieldDef),
}

/// The columns of a table in the order in which they are written: by name, as bytes compare.
fn columns(class: &'static ClassDef) -> Vec<(&'static str, Column)> {
    let field = |(number, field): (usize, &'static FieldDef)| (field.db_name, Column::Field(number, field));
    let mut columns: Vec<_> = class.fields.iter().enumerate().map(field).collect();
    columns.push(("_ref", Column::Own));
    columns.sort_by_key(|(name, _)| *name);
    columns
}

fn row(
    snapshot: &Snapshot,
    columns: &[(&'static str, Column)],
    id: RefId,
    entry: &Entry,
    line: &mut String,
) -> Result<(), text::Wrong> {
    let id_text = id.to_string();
    line.push_str("<row");
    attribute("ref", &id_text, line);
    attribute("__ctime", &entry.created.to_string(), line);
    attribute("__mtime", &entry.modified.to_string(), line);
    let mut plain = String::new();
    let mut safe = String::new();
    for (name, column) in columns {
        plain.clear();
        safe.clear();
        match column {
            Column::Own => plain.push_str(&id_text),
            Column::Field(number, field) => {
                let value = match entry.row.field(*number) {
                    Some(field) => field.value(),
                    None => others(snapshot, field, id),
                };
                text::print(&field.ty, &value, &mut plain).map_err(|wrong| format!("{name}: {wrong}"))?;
            }
        }
        text::protect(&plain, &mut safe);
        attribute(name, &safe, line);
    }
    line.push_str("/>");
    Ok(())
}

/// The many side of a relation, which no row has: it is in the index of references.
fn others(snapshot: &Snapshot, field: &FieldDef, id: RefId) -> Value {
    let many = field.relation.filter(|relation| relation.kind == RelationKind::Many);
    let ids = many.map(|relation| snapshot.referrers(id, relation.class, relation.field).map(Value::Ref));
    Value::Array(ids.into_iter().flatten().collect())
}

fn attribute(name: &str, value: &str, line: &mut String) {
    line.push(' ');
    line.push_str(name);
    line.push_str("=\"");
    for letter in value.chars() {
        match letter {
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '&' => line.push_str("&amp;"),
            '"' => line.push_str("&quot;"),
            // XML has no way to say these.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => line.push(char::REPLACEMENT_CHARACTER),
            other => line.push(other),
        }
    }
    line.push('"');
}
