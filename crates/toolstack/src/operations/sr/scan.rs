//! `SR.scan` and `SR.update`: rows learn what is on the storage, and how large it is.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::{device, storage};
use crate::plan::Plan;
use machine::{Step, StorageStep};
use model::{ApiError, Ref, Sr};

pub fn scan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    let sr = planning.pool.find(id)?;
    let host = device::host_of_sr(planning.pool, id)?;
    Ok(Planned::new(storage::scan(planning.pool, id, sr, host)))
}

pub fn update(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    let sr = planning.pool.find(id)?.uuid;
    let host = device::host_of_sr(planning.pool, id)?;
    Ok(Planned::new(Plan::Do(host, Step::Storage(StorageStep::Measure { sr }))))
}
