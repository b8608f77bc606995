//! `VM.update_snapshot_metadata`: what a snapshot is of, as an import tells it.

use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use model::{ApiError, Ref, Value, Vm};

pub fn update(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, of): (Ref<Vm>, Ref<Vm>) = (arguments.reference("vm")?, arguments.reference("snapshot_of")?);
    change.tx.find(id)?;
    if !of.is_null() {
        change.tx.find(of)?;
    }
    let (time, transportable) =
        (arguments.date("snapshot_time")?, arguments.text("transportable_snapshot_id")?);
    change.tx.update(id, |row| {
        row.is_a_snapshot = true;
        row.snapshot_of = of;
        row.snapshot_time = time;
        row.transportable_snapshot_id = transportable;
    });
    Ok(Value::VOID)
}
