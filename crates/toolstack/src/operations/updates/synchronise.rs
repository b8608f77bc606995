//! `pool.sync_updates`: ask the repositories what they offer; `pool.check_update_readiness`.

use super::nothing_blocks;
use crate::arguments::Arguments;
use crate::handler::{Find, Handler, Planned, Planning, Reading};
use crate::learn::update::sources;
use crate::plan::{Edit, Plan};
use machine::Step;
use machine::step::update::UpdateStep;
use model::{ApiError, ClassId, Host, Origin, Pool, Ref, Repository, Text, Value, VmPowerState};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.sync_updates", Handler::Plan(synchronise)),
    ("pool.check_update_readiness", Handler::Read(readiness)),
];

/// The one repository that updates come from.
pub fn the_source(pool: &Snapshot) -> Result<(Ref<Repository>, &Repository), ApiError> {
    match sources(pool)[..] {
        [] => Err(ApiError::no_repository_enabled()),
        [one] => Ok(one),
        _ => Err(ApiError::multiple_update_repositories_enabled()),
    }
}

fn synchronise(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Pool> = arguments.reference("self")?;
    nothing_blocks(planning.pool)?;
    let pool = planning.pool.find(id)?;
    let (source, _) = the_source(planning.pool)?;
    let mut rows = pool.repositories.iter().filter_map(|id| planning.pool.get(*id));
    if rows.any(|row| row.origin == Origin::Bundle) {
        return Err(ApiError::can_not_sync_updates());
    }
    let ask = |repository: &Repository| {
        let url = repository.binary_url.to_string();
        let step = UpdateStep::ReadRepository { repository: repository.uuid, url };
        Plan::Do(pool.master, Step::Update(step))
    };
    let mut parts: Vec<Plan> = pool
        .repositories
        .iter()
        .filter_map(|id| planning.pool.get(*id))
        .filter(|row| row.update)
        .map(ask)
        .collect();
    parts.push(Plan::Write(vec![Edit::set(id, "last_update_sync", planning.now)]));
    Ok(Planned::new(Plan::Serial(parts)).returning_field(ClassId::Repository, source.id(), "hash").holding(
        ClassId::Pool,
        id.id(),
        "sync_updates",
    ))
}

/// What stands against updating now, each as an error code and its parameters.
fn readiness(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = reading.pool.find(arguments.reference::<Pool>("self")?)?;
    let mut found: Vec<ApiError> = Vec::new();
    if row.ha_enabled {
        found.push(ApiError::ha_is_enabled());
    }
    for (id, host) in reading.pool.all::<Host>() {
        if !reading.pool.get(host.metrics).is_some_and(|metrics| metrics.live) {
            found.push(ApiError::host_offline(id));
        }
    }
    if arguments.bool("requires_reboot")? {
        found.extend(in_the_way(reading.pool));
    }
    let words = |error: ApiError| {
        let words = [error.code].into_iter().chain(error.params);
        Value::Array(words.map(|word: Text| Value::String(word)).collect())
    };
    Ok(Value::Array(found.into_iter().map(words).collect()))
}

/// Machines that can go nowhere while their host reboots.
fn in_the_way(pool: &Snapshot) -> Vec<ApiError> {
    let runs = |vm: &model::Vm| !vm.is_control_domain && vm.power_state == VmPowerState::Running;
    let stuck = |(id, vm): (Ref<model::Vm>, &model::Vm)| {
        let mut hosts = pool.all::<Host>().filter(|(host, _)| *host != vm.resident_on);
        let somewhere = hosts.any(|(host, _)| crate::placement::obstacle(pool, id, vm, host).is_ok());
        (!somewhere).then(|| ApiError::cannot_evacuate_host(format!("{}: no other host takes it", id)))
    };
    pool.all::<model::Vm>().filter(|(_, vm)| runs(vm)).filter_map(stuck).collect()
}
