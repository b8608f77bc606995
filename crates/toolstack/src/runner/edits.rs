//! Edits of rows: checked, applied and turned around.

use crate::plan::Edit;
use model::{ApiError, ClassId, RefId, Row, Value};
use store::{Snapshot, Transaction};

/// Whether the rows that will be changed are there. What the store's rules refuse fails the commit.
pub fn check(pool: &Snapshot, edits: &[Edit]) -> Result<(), ApiError> {
    for edit in edits {
        match (edit, edit.class()) {
            (_, None) => return Err(ApiError::internal_error(format!("an edit of no class: {edit:?}"))),
            (Edit::Set { id, .. } | Edit::Drop { id, .. }, Some(class))
                if !pool.contains(class, *id) && !made(edits, *id) =>
            {
                return Err(ApiError::handle_invalid(class.name(), id));
            }
            _ => {}
        }
    }
    Ok(())
}

fn made(edits: &[Edit], wanted: RefId) -> bool {
    edits.iter().any(|edit| matches!(edit, Edit::Make { id, .. } if *id == wanted))
}

/// The rows as they would be after edits.
pub fn imagine(pool: &Snapshot, edits: &[Edit]) -> Transaction {
    let mut tx = Transaction::imagined(pool);
    apply(&mut tx, edits);
    tx
}

pub fn apply(tx: &mut Transaction, edits: &[Edit]) {
    for edit in edits {
        let Some(class) = edit.class() else { continue };
        match edit {
            Edit::Make { id, fields, .. } => {
                let Some(new_row) = class.definition().new_row else { continue };
                let mut row = new_row();
                for (name, value) in fields {
                    assign(&mut *row, class, name, value);
                }
                tx.insert_row(*id, row);
            }
            Edit::Set { id, field, value, .. } => {
                tx.update_row(class, *id, |row| assign(row, class, field, value));
            }
            Edit::Drop { id, .. } => {
                tx.delete_row(class, *id);
            }
        }
    }
}

fn assign(row: &mut dyn Row, class: ClassId, name: &str, value: &Value) {
    let field = class.definition().field(name).and_then(|(number, _)| row.field_mut(number));
    match field.map(|field| field.assign(value)) {
        Some(Ok(())) => {}
        other => tracing::error!(class = class.name(), name, ?other, "an edit does not fit"),
    }
}

/// The edits that bring back what is there now, to be applied in their order.
pub fn inverse(pool: &Snapshot, edits: &[Edit]) -> Vec<Edit> {
    let inverse = |edit: &Edit| -> Option<Edit> {
        match edit {
            Edit::Make { class, id, .. } => Some(Edit::Drop { class: class.clone(), id: *id }),
            Edit::Set { class, id, field, .. } => {
                let class_id = edit.class()?;
                let (number, _) = class_id.definition().field(field)?;
                let value = pool.entry(class_id, *id)?.row.field(number)?.value();
                Some(Edit::Set { class: class.clone(), id: *id, field: field.clone(), value })
            }
            Edit::Drop { class, id } => {
                let row = &pool.entry(edit.class()?, *id)?.row;
                let definition = row.definition();
                let fields = definition.fields.iter().enumerate();
                let value = |(number, field): (usize, &model::schema::FieldDef)| {
                    Some((field.name.to_string(), row.field(number)?.value()))
                };
                Some(Edit::Make { class: class.clone(), id: *id, fields: fields.filter_map(value).collect() })
            }
        }
    };
    edits.iter().rev().filter_map(inverse).collect()
}
