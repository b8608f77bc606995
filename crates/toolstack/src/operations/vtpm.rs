//! `VTPM`: the trusted platform modules of machines. What they remember is kept as a secret.

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Read as R};
use crate::handler::{Change, Find, Reading};
use model::{ApiError, ClassId, Item, Ref, Secret, Text, Value, Vm, Vtpm};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VTPM.create", C(create)),
    ("VTPM.destroy", C(destroy)),
    ("VTPM.get_contents", R(contents)),
    ("VTPM.set_contents", C(set_contents)),
];

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    check_licence(change.tx)?;
    let vm: Ref<Vm> = arguments.reference("vM")?;
    check(change.tx, ClassId::Vm, vm.id(), "create_vtpm")?;
    let contents: Ref<Secret> = change.new_ref();
    change.tx.insert(contents, Secret { uuid: change.new_uuid(), ..Secret::default() });
    let row = Vtpm {
        uuid: change.new_uuid(),
        VM: vm,
        is_unique: arguments.bool("is_unique")?,
        contents,
        ..Vtpm::default()
    };
    let id: Ref<Vtpm> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

fn check_licence(pool: &Snapshot) -> Result<(), ApiError> {
    let restricted = |pool: &model::Pool| {
        pool.restrictions.get("restrict_vtpm").is_some_and(|restricted| restricted == "true")
    };
    if pool.first::<model::Pool>().is_some_and(|(_, pool)| restricted(pool)) {
        return Err(ApiError::licence_restriction("VTPM"));
    }
    Ok(())
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vtpm> = arguments.reference("self")?;
    check(change.tx, ClassId::Vtpm, id.id(), "destroy")?;
    let contents = change.tx.find(id)?.contents;
    change.tx.delete(id);
    change.tx.delete(contents);
    Ok(Value::VOID)
}

fn contents(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let vtpm: &Vtpm = reading.pool.find(arguments.reference("self")?)?;
    let value = reading.pool.get(vtpm.contents).map(|secret| secret.value.clone());
    Ok(Value::String(value.unwrap_or_default()))
}

/// A new secret takes the place of the old one, so that there is never half of one.
fn set_contents(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vtpm> = arguments.reference("self")?;
    let value: Text = arguments.text("contents")?;
    let before = change.tx.find(id)?.contents;
    if wire::base64::decode(&value).is_none() {
        return Err(ApiError::invalid_value("contents", "this is not base64"));
    }
    let contents: Ref<Secret> = change.new_ref();
    change.tx.insert(contents, Secret { uuid: change.new_uuid(), value, ..Secret::default() });
    change.tx.update(id, |vtpm| vtpm.contents = contents);
    change.tx.delete(before);
    Ok(Value::VOID)
}
