//! `pool_update`: updates of the older sort, each on a disk of its own; `pool_patch` and `host_patch`,
//! the still older names for them.

use crate::arguments::Arguments;
use crate::guidance;
use crate::handler::{Change, Find, Handler, Planned, Planning, Reading};
use crate::learn::update::{reference_of, software};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::Step;
use machine::step::update::{UpdateStep, Versions};
use model::{
    ApiEnum, ApiError, ClassId, EnumSet, Host, LivepatchStatus, PoolPatch, PoolUpdate, Ref, Set,
    UpdateAfterApplyGuidance as After, UpdateGuidances, Value, Vdi,
};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool_update.introduce", Handler::Plan(introduce)),
    ("pool_update.precheck", Handler::Read(precheck)),
    ("pool_update.apply", Handler::Plan(apply)),
    ("pool_update.pool_apply", Handler::Plan(pool_apply)),
    ("pool_update.pool_clean", Handler::Plan(pool_clean)),
    ("pool_update.destroy", Handler::Plan(destroy)),
    // Rows follow what hosts tell.
    ("pool_update.resync_host", Handler::Read(|_, _| Ok(Value::VOID))),
    ("pool_patch.precheck", Handler::Read(patch_precheck)),
    ("pool_patch.apply", Handler::Plan(patch_apply)),
    ("pool_patch.pool_apply", Handler::Plan(patch_pool_apply)),
    ("pool_patch.clean", Handler::Plan(patch_clean)),
    ("pool_patch.clean_on_host", Handler::Plan(patch_clean)),
    ("pool_patch.pool_clean", Handler::Plan(patch_clean)),
    ("pool_patch.destroy", Handler::Change(patch_destroy)),
    ("host_patch.apply", Handler::Change(|_, _| Err(ApiError::message_deprecated()))),
    ("host_patch.destroy", Handler::Change(|_, _| Err(ApiError::message_deprecated()))),
];

fn introduce(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let vdi: Ref<Vdi> = arguments.reference("vdi")?;
    let row = planning.pool.find(vdi)?;
    let id = reference_of(row.uuid);
    if let Some(known) = planning.pool.get(id) {
        return Err(ApiError::update_already_exists(known.uuid));
    }
    let disc = device::disc(planning.pool, vdi).ok_or_else(|| ApiError::vdi_not_available(vdi))?;
    let host = device::host_of_sr(planning.pool, row.SR)?;
    let read = Plan::Do(host, Step::Update(UpdateStep::ReadPackage { disc }));
    // The row is made of what is read; if it is not there now, another disk has the same update.
    let there = Plan::Write(vec![Edit::set(id, "vdi", vdi)]);
    Ok(Planned::new(Plan::Serial(vec![read, there])).returning(Value::Ref(id.id())))
}

fn check(pool: &Snapshot, id: Ref<PoolUpdate>, host: Ref<Host>) -> Result<(), ApiError> {
    if pool.find(id)?.hosts.contains(&host) { Err(ApiError::update_already_applied(id)) } else { Ok(()) }
}

fn precheck(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    check(reading.pool, arguments.reference("self")?, arguments.reference("host")?)?;
    Ok(Value::from(LivepatchStatus::Ok.name()))
}

fn apply(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (id, host) = (arguments.reference("self")?, arguments.reference("host")?);
    check(planning.pool, id, host)?;
    install(planning, id, &[host])
}

fn pool_apply(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    everywhere(planning, arguments.reference("self")?)
}

fn everywhere(planning: &Planning, id: Ref<PoolUpdate>) -> Result<Planned, ApiError> {
    let has = &planning.pool.find(id)?.hosts;
    let hosts: Vec<Ref<Host>> =
        planning.pool.all::<Host>().map(|(host, _)| host).filter(|host| !has.contains(host)).collect();
    if hosts.is_empty() {
        return Err(ApiError::update_already_applied_in_pool(id));
    }
    install(planning, id, &hosts)
}

fn install(planning: &Planning, id: Ref<PoolUpdate>, hosts: &[Ref<Host>]) -> Result<Planned, ApiError> {
    let update = planning.pool.find(id)?;
    let (name, version) = (update.name_label.to_string(), update.version.to_string());
    let mut has = update.hosts.clone();
    let mut parts = Vec::new();
    let mut edits = Vec::new();
    for host in hosts {
        let row = planning.pool.find(*host)?;
        let before = software(planning.pool, row.uuid).get(&name).cloned().unwrap_or_default();
        let step = UpdateStep::Install {
            host: row.uuid,
            to: Versions::from([(name.clone(), version.clone())]),
            from: Versions::from([(name.clone(), before)]),
        };
        parts.push(Plan::Do(*host, Step::Update(step)));
        has.insert(*host);
        let mut updates = row.updates.clone();
        updates.insert(id);
        edits.push(Edit::set(*host, "updates", updates));
        if update.after_apply_guidance.contains(After::RestartHost) {
            let mut later: Set<Ref<PoolUpdate>> = row.updates_requiring_reboot.clone();
            later.insert(id);
            edits.push(Edit::set(*host, "updates_requiring_reboot", later));
        }
        let mut row = row.clone();
        guidance::add(&mut row, [guidances(update), EnumSet::EMPTY, EnumSet::EMPTY]);
        edits.push(Edit::set(*host, "pending_guidances", row.pending_guidances));
    }
    edits.push(Edit::set(id, "hosts", has));
    Ok(Planned::new(Plan::Serial(vec![Plan::Parallel(parts), Plan::Write(edits)])))
}

fn guidances(update: &PoolUpdate) -> EnumSet<UpdateGuidances> {
    let words = update.after_apply_guidance.iter().filter_map(|after| match after {
        After::RestartHost => Some(UpdateGuidances::RebootHost),
        After::RestartXAPI => Some(UpdateGuidances::RestartToolstack),
        After::RestartHVM | After::RestartPV => None,
    });
    words.collect()
}

/// The disk goes, the row stays.
fn pool_clean(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    clean(planning, arguments.reference("self")?).map(|(plan, _)| Planned::new(plan))
}

fn clean(planning: &Planning, id: Ref<PoolUpdate>) -> Result<(Plan, Option<Ref<Vdi>>), ApiError> {
    let Some(vdi) = planning.pool.find(id)?.vdi.some() else { return Ok((Plan::nothing(), None)) };
    Ok((planning.call("VDI.destroy", vec![Value::Ref(vdi.id())]), Some(vdi)))
}

fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<PoolUpdate> = arguments.reference("self")?;
    if !planning.pool.find(id)?.hosts.is_empty() {
        return Err(ApiError::update_is_applied());
    }
    let (plan, _) = clean(planning, id)?;
    Ok(Planned::new(Plan::Serial(vec![plan, Plan::Write(vec![Edit::drop(id)])])))
}

fn update_of(pool: &Snapshot, arguments: &Arguments) -> Result<Ref<PoolUpdate>, ApiError> {
    let patch: Ref<PoolPatch> = arguments.reference("self")?;
    let update = pool.find(patch)?.pool_update;
    if pool.contains(ClassId::PoolUpdate, update.id()) {
        Ok(update)
    } else {
        Err(ApiError::cannot_find_update())
    }
}

fn patch_precheck(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    check(reading.pool, update_of(reading.pool, arguments)?, arguments.reference("host")?)?;
    Ok(Value::from(""))
}

fn patch_apply(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (id, host) = (update_of(planning.pool, arguments)?, arguments.reference("host")?);
    check(planning.pool, id, host)?;
    Ok(install(planning, id, &[host])?.returning(Value::from("")))
}

fn patch_pool_apply(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    everywhere(planning, update_of(planning.pool, arguments)?)
}

fn patch_clean(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    clean(planning, update_of(planning.pool, arguments)?).map(|(plan, _)| Planned::new(plan))
}

fn patch_destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<PoolPatch> = arguments.reference("self")?;
    let update = change.tx.find(id)?.pool_update;
    if change.tx.get(update).is_some_and(|update| !update.hosts.is_empty()) {
        return Err(ApiError::patch_is_applied());
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}
