//! `DR_task`: storage of a lost pool is taken in, so that its machines can be recovered.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P, Serve as S};
use crate::handler::{Answering, Call, Find, Planned, Planning};
use crate::operations::{sr, storage};
use crate::plan::{Edit, Plan};
use crate::runner;
use crate::toolstack::Toolstack;
use model::driver::Driver;
use model::{ApiError, ClassId, DrTask, Host, Item, Pbd, Pool, Ref, Sr, Text, Uuid, Value, many};
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[("DR_task.create", S(create)), ("DR_task.destroy", P(destroy))];

/// What is there is asked first; what is done with it is a plan like any other.
fn create(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        let driver = storage::registered(&pool, &arguments.text("type")?)?;
        if !Driver::find(&driver).is_some_and(|driver| driver.can("SR_METADATA")) {
            return Err(ApiError::operation_not_allowed(format!("{driver} keeps nothing to recover from")));
        }
        let host = pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
        let found = sr::found(&toolstack, &pool, host, &driver, &arguments.map("device_config")?).await?;
        let wanted = arguments.set::<Text>("whitelist")?;
        let mut taken = Vec::new();
        for storage in found {
            let Some(uuid) = storage.sr.map(|uuid| uuid.to_string()) else { continue };
            if wanted.is_empty() || wanted.iter().any(|wanted| *wanted == uuid) {
                taken.push(Value::string([uuid, storage.names.label, storage.names.description].join("\n")));
            }
        }
        let values =
            vec![Value::String(driver), arguments.value("device_config")?.clone(), Value::Array(taken)];
        let decided = Arguments { message: arguments.message, values };
        let running = runner::start_waited_for(toolstack, call, decided, take_in).await?;
        running.outcome.await
    })
}

/// The list says what was found: uuid, name and description of each, on lines of their own.
fn take_in(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let driver = arguments.text("type")?;
    let host = pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
    let task: Ref<DrTask> = planning.new_ref();
    let mut rows = vec![Edit::make(task, DrTask { uuid: planning.new_uuid() })];
    let mut plugs = Vec::new();
    for line in arguments.set::<Text>("whitelist")?.iter() {
        let mut parts = line.splitn(3, '\n');
        let mut part = || Text::new(parts.next().unwrap_or_default());
        let (uuid, name_label, name_description) = (part(), part(), part());
        let Some(uuid) = Uuid::parse(&uuid) else { continue };
        // What the pool knows already stays as it is.
        if pool.by_uuid(ClassId::Sr, uuid).is_some() {
            continue;
        }
        let id: Ref<Sr> = planning.new_ref();
        let sr = Sr {
            uuid,
            name_label,
            name_description,
            r#type: driver.clone(),
            shared: true,
            introduced_by: task,
            default_vdi_visibility: true,
            ..Sr::default()
        };
        rows.push(Edit::make(id, sr.clone()));
        let links = storage::new_links(planning, id, &sr, &arguments.map("device_config")?, None);
        rows.extend(links.rows);
        plugs.push(Plan::Serial(vec![Plan::Parallel(links.plugs), storage::scan_new(&sr, host)]));
    }
    let plan = Plan::Serial(vec![Plan::Write(rows), Plan::Parallel(plugs)]);
    Ok(Planned::new(plan).returning(task.to_value()))
}

/// Storage from which nothing was recovered goes again; the rest stays in the pool.
fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<DrTask> = arguments.reference("self")?;
    let pool = planning.pool;
    pool.find(id)?;
    let mut parts = Vec::new();
    let mut rows = Vec::new();
    let mut planned = Planned::new(Plan::nothing());
    for (sr, _) in pool.many_rows(many::DR_TASK_INTRODUCED_SRS, id) {
        if is_used(pool, sr) {
            rows.push(Edit::set(sr, "introduced_by", Ref::<DrTask>::NULL));
            continue;
        }
        crate::allowed::check(pool, ClassId::Sr, sr.id(), "unplug")?;
        planned = planned.holding(ClassId::Sr, sr.id(), "unplug");
        let links = pool.many_rows(many::SR_PBDS, sr).filter(|(_, pbd)| pbd.currently_attached);
        parts.extend(links.map(|(_, pbd): (Ref<Pbd>, &Pbd)| storage::unplug(pool, pbd)));
        rows.extend(storage::without_storage(pool, sr));
    }
    rows.push(Edit::drop(id));
    parts.push(Plan::Write(rows));
    Ok(Planned { plan: Plan::Serial(parts), ..planned })
}

fn is_used(pool: &Snapshot, sr: Ref<Sr>) -> bool {
    pool.many(many::SR_VDIS, sr).any(|vdi| pool.many(many::VDI_VBDS, vdi).next().is_some())
        || pool.all::<Host>().any(|(_, host)| host.suspend_image_sr == sr || host.crash_dump_sr == sr)
        || pool.first::<Pool>().is_some_and(|(_, pool)| pool.default_SR == sr)
}
