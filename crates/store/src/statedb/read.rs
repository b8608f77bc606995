//! Reading: tables, rows, columns.
//!
//! The document has four levels and no more, entities are the five that XML knows, there is no
//! DTD; so the work is bounded by the length of the file.

use super::{LoadedRow, StateDb, StateDbError, is_read, mend, text};
use model::schema::{ClassDef, FieldDef, Type};
use model::{ClassId, Date, RefId, Row, Text, Value};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

const MAX_BYTES: usize = 2 << 30;
const MAX_ROWS: usize = 4_000_000;

/// Read a `state.db`.
pub fn read(bytes: &[u8]) -> Result<StateDb, StateDbError> {
    if bytes.len() > MAX_BYTES {
        return Err(StateDbError::TooLarge(MAX_BYTES, MAX_ROWS));
    }
    let document = std::str::from_utf8(bytes).map_err(|error| {
        let line = lines(&bytes[..error.valid_up_to()]);
        StateDbError::Format { line, reason: "this is no UTF-8".into() }
    })?;
    let mut reader = Reader::from_str(document);
    let mut reading = Reading::default();
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(bytes.len());
        let wrong = |reason: String| StateDbError::Format { line: lines(&bytes[..at]), reason };
        match event.map_err(|error| wrong(error.to_string()))? {
            Event::Start(tag) => reading.open(&tag).map_err(|problem| problem.at(wrong))?,
            Event::Empty(tag) => {
                reading.open(&tag).map_err(|problem| problem.at(wrong))?;
                reading.place.pop();
            }
            Event::End(_) => drop(reading.place.pop()),
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
            Event::DocType(_) => return Err(wrong("a document type is not allowed".into())),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                return Err(wrong("text between the tags".into()));
            }
        }
    }
    reading.finish().map_err(|reason| StateDbError::Format { line: lines(bytes), reason })
}

fn lines(bytes: &[u8]) -> usize {
    1 + bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Where in the document we are.
#[derive(Clone, Copy)]
enum Place {
    Database,
    Manifest,
    Table(&'static ClassDef),
    /// Has nothing in it.
    Leaf,
}

enum Problem {
    Here(String),
    Done(StateDbError),
}
impl Problem {
    fn at(self, here: impl Fn(String) -> StateDbError) -> StateDbError {
        match self {
            Problem::Here(reason) => here(reason),
            Problem::Done(error) => error,
        }
    }
}
impl From<String> for Problem {
    fn from(reason: String) -> Problem {
        Problem::Here(reason)
    }
}

#[derive(Default)]
struct Reading {
    place: Vec<Place>,
    begun: bool,
    major: Option<i64>,
    minor: Option<i64>,
    generation: Option<u64>,
    rows: Vec<LoadedRow>,
    refs: HashSet<RefId>,
    uuids: HashSet<(ClassId, u128)>,
    warnings: mend::Warnings,
}

impl Reading {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Problem> {
        let name = tag.name();
        let place = match (self.place.last().copied(), name.0) {
            (None, "database") if !self.begun => {
                self.begun = true;
                Place::Database
            }
            (Some(Place::Database), "manifest") => Place::Manifest,
            (Some(Place::Manifest), "pair") => {
                self.pair(tag)?;
                Place::Leaf
            }
            (Some(Place::Database), "table") => self.table(tag)?,
            (Some(Place::Table(class)), "row") => {
                self.row(class, tag)?;
                Place::Leaf
            }
            (_, name) => return Err(format!("unexpected <{name}>").into()),
        };
        self.place.push(place);
        Ok(())
    }

    fn pair(&mut self, tag: &BytesStart<'_>) -> Result<(), Problem> {
        let (mut key, mut value) = (String::new(), String::new());
        attributes(tag, |name, text| {
            match name {
                "key" => key = text.to_owned(),
                "value" => value = text.to_owned(),
                _ => {}
            }
            Ok(())
        })?;
        let wrong = |_| format!("{key} is {value:?}");
        match key.as_str() {
            "schema_major_vsn" => self.major = Some(value.parse().map_err(wrong)?),
            "schema_minor_vsn" => self.minor = Some(value.parse().map_err(wrong)?),
            "generation_count" => {
                self.generation = Some(generation(&value).ok_or_else(|| format!("{key} is {value:?}"))?)
            }
            // Older files say more here, which nobody needs.
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, tag: &BytesStart<'_>) -> Result<Place, Problem> {
        let mut name = String::new();
        attributes(tag, |key, text| {
            if key == "name" {
                name = text.to_owned();
            }
            Ok(())
        })?;
        match ClassId::by_name(&name).map(ClassId::definition) {
            Some(class) if class.in_database && !class.own => Ok(Place::Table(class)),
            _ => Err(format!("there is no table {name:?}").into()),
        }
    }

    fn row(&mut self, class: &'static ClassDef, tag: &BytesStart<'_>) -> Result<(), Problem> {
        if self.rows.len() >= MAX_ROWS {
            return Err(Problem::Done(StateDbError::TooLarge(MAX_BYTES, MAX_ROWS)));
        }
        let new_row = class.new_row.ok_or_else(|| format!("{} has no rows", class.name))?;
        let mut row = new_row();
        blank(class, &mut *row);
        let (mut id, mut created, mut modified) = (None, 0, 0);
        let warnings = &mut self.warnings;
        attributes(tag, |name, text| {
            let number = || generation(text).ok_or_else(|| format!("{name} is {text:?}"));
            match name {
                "ref" => {
                    let parsed = RefId::parse(text).filter(|id| !id.is_null());
                    id = Some(parsed.ok_or_else(|| format!("{text:?} is no reference"))?);
                }
                "__ctime" => created = number()?,
                "__mtime" => modified = number()?,
                "_ref" => {}
                _ => {
                    let (number, field) = class
                        .field_by_db_name(name)
                        .ok_or_else(|| format!("{} has no column {name:?}", class.name))?;
                    column(class, &mut *row, number, field, text, warnings)
                        .map_err(|wrong| format!("{}.{name}: {wrong}", class.name))?;
                }
            }
            Ok(())
        })?;
        let id = id.ok_or_else(|| format!("a row of {} without a ref", class.name))?;
        let broken = |reason: &str| {
            Err(Problem::Done(StateDbError::Row { class: class.name, id, reason: reason.into() }))
        };
        if !self.refs.insert(id) {
            return broken("the reference belongs to another row");
        }
        let uuid = row.uuid();
        if uuid != model::Uuid::NIL && !self.uuids.insert((class.id, uuid.0)) {
            return broken("the uuid belongs to another row");
        }
        let created = created.max(1);
        // What is not kept was not there before: its rows come again by themselves.
        if class.persistent {
            self.rows.push(LoadedRow { id, created, modified: modified.max(created), row });
        }
        Ok(())
    }

    fn finish(self) -> Result<StateDb, String> {
        let Reading { place, begun, major, minor, generation, mut rows, mut warnings, .. } = self;
        let (Some(major), Some(minor), Some(generation), true) =
            (major, minor, generation, begun && place.is_empty())
        else {
            return Err("the file ends early or its manifest is not complete".into());
        };
        if rows.iter().filter(|loaded| loaded.row.class() == ClassId::Pool).count() > 1 {
            return Err("there is more than one pool".into());
        }
        mend::mend(&mut rows, &mut warnings);
        let generation = rows.iter().map(|loaded| loaded.modified).fold(generation, u64::max);
        Ok(StateDb { schema: (major, minor), generation, rows, warnings: warnings.texts() })
    }
}

/// Generations are 63 bits wide at the original.
fn generation(text: &str) -> Option<u64> {
    text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok())
}

fn attributes(
    tag: &BytesStart<'_>,
    mut each: impl FnMut(&str, &str) -> Result<(), String>,
) -> Result<(), String> {
    // Ours, since the check of `quick_xml` is quadratic in the number of attributes.
    let mut seen = HashSet::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if !seen.insert(attribute.key.0) {
            return Err(format!("{} comes twice", attribute.key.0));
        }
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| error.to_string())?;
        each(attribute.key.0, &value)?;
    }
    Ok(())
}

/// Fields that are not kept start empty, whatever their default is.
fn blank(class: &ClassDef, row: &mut dyn Row) {
    for (number, field) in class.fields.iter().enumerate().filter(|(_, field)| !field.db_persistent) {
        if let (Some(slot), Some(empty)) = (row.field_mut(number), empty(&field.ty)) {
            // An empty value fits its own type.
            drop(slot.assign(&empty));
        }
    }
}

fn empty(ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::String => Value::string(""),
        Type::Int => Value::Int(0),
        Type::Float => Value::Float(0.0),
        Type::Bool => Value::Bool(false),
        Type::DateTime => Value::DateTime(Date::EPOCH),
        Type::Enum(values) => Value::String(Text::new_static(values.values.first()?)),
        Type::Ref(_) => Value::Ref(RefId::NULL),
        Type::Set(_) => Value::Array(Vec::new()),
        Type::Map(..) => Value::Struct(Vec::new()),
        Type::Option(_) => Value::Nil,
        Type::Void | Type::Record(_) | Type::AnyRecord => return None,
    })
}

fn column(
    class: &ClassDef,
    row: &mut dyn Row,
    number: usize,
    field: &'static FieldDef,
    text: &str,
    warnings: &mut mend::Warnings,
) -> Result<(), String> {
    if !is_read(field) || !field.db_persistent || !class.persistent {
        return Ok(());
    }
    let value = text::parse(&field.ty, &text::unprotect(text))?;
    let Some(slot) = row.field_mut(number) else { return Ok(()) };
    match slot.assign(&value) {
        Ok(()) => {}
        // Older and newer files have values that this model has not.
        Err(misfit) if has_enum(&field.ty) => {
            warnings.add(format!(
                "{}.{}: unknown value {:?}",
                class.name,
                field.name,
                text::start_of(&misfit.found)
            ));
        }
        Err(misfit) => return Err(format!("{:?} is no {}", text::start_of(&misfit.found), misfit.expected)),
    }
    Ok(())
}

fn has_enum(ty: &Type) -> bool {
    match ty {
        Type::Enum(_) => true,
        Type::Set(item) | Type::Option(item) => has_enum(item),
        Type::Map(key, value) => has_enum(key) || has_enum(value),
        _ => false,
    }
}
