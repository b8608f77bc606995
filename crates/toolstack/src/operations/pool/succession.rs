//! Who leads: handing the part of the coordinator over, in good order or in an emergency.
//!
//! The rows name the coordinator once, and every door of this process looks there: the moment they
//! name another host, the old one answers as a member. In good order all hosts agree before that.

use super::{hold, is_live, must_not_have_ha, the_pool};
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler, Planned, Planning, Reading};
use crate::messages;
use crate::plan::{Edit, Plan};
use crate::toolstack::{Toolstack, coordinator};
use machine::Step;
use machine::step::RoleStep;
use model::{ApiError, Cls, Host, Message, Ref, Text, Uuid, Value};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::{Snapshot, Transaction};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.designate_new_master", Handler::Plan(designate_new_master)),
    ("pool.emergency_transition_to_master", Handler::Change(emergency_transition_to_master)),
    ("pool.emergency_reset_master", Handler::Change(emergency_reset_master)),
    ("pool.recover_slaves", Handler::Read(recover_slaves)),
    ("pool.is_slave", Handler::Read(is_slave)),
    ("pool.hello", Handler::Read(hello)),
    ("pool.sync_database", Handler::Read(everything_is_durable)),
    ("host.request_backup", Handler::Read(everything_is_durable)),
    ("host.request_config_file_sync", Handler::Read(everything_is_durable)),
    ("host.propose_new_master", Handler::Change(propose_new_master)),
    ("host.commit_new_master", Handler::Change(commit_new_master)),
    ("host.abort_new_master", Handler::Change(abort_new_master)),
    ("host.update_master", Handler::Change(update_master)),
    ("host.is_in_emergency_mode", Handler::Read(is_in_emergency_mode)),
    ("host.tickle_heartbeat", Handler::Change(tickle_heartbeat)),
];

fn designate_new_master(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let next: Ref<Host> = arguments.reference("host")?;
    let (class, id, operation) = hold(planning, "designate_new_master")?;
    let host = pool.find(next)?;
    if !is_live(pool, host) {
        return Err(ApiError::cannot_contact_host(next));
    }
    if coordinator(pool) == next {
        return Ok(Planned::new(Plan::nothing()));
    }
    must_not_have_ha(pool)?;
    // It has no copy of the rows.
    if crate::members::is_remote(pool, next) {
        // Partly pool.designate_new_master.
        return Err(ApiError::not_implemented("pool.designate_new_master of a host in another process"));
    }
    let address = host.address.to_string();
    let on_all = |step: fn(Uuid, String) -> RoleStep| {
        let hosts = pool.all::<Host>();
        let steps = hosts.map(|(id, row)| Plan::Do(id, Step::Role(step(row.uuid, address.clone()))));
        steps.collect::<Vec<_>>()
    };
    let follow = on_all(|host, address| RoleStep::Follow { host, address });
    let plan = Plan::Serial(vec![
        Plan::Parallel(on_all(|host, address| RoleStep::Agree { host, address })),
        Plan::Pivot,
        Plan::Write(vec![
            Edit::set(the_pool(pool)?.0, "master", next),
            Edit::make(planning.new_ref::<Message>(), transition(planning.new_uuid(), planning.now, host)),
        ]),
        // One that does not hear of it now is told when it comes back.
        Plan::Parallel(follow.into_iter().map(Plan::best_effort).collect()),
    ]);
    Ok(Planned::new(plan).holding(class, id, operation))
}

/// The alert that another host leads now.
fn transition(uuid: Uuid, now: model::Date, host: &Host) -> Message {
    Message {
        uuid,
        name: Text::new_static(TRANSITION),
        priority: messages::priority(TRANSITION),
        cls: Cls::Host,
        obj_uuid: Text::new(host.uuid.to_string()),
        timestamp: now,
        ..Message::default()
    }
}

const TRANSITION: &str = "POOL_MASTER_TRANSITION";

/// From now on this host leads.
pub fn lead(change: &mut Change, next: Ref<Host>) -> Result<(), ApiError> {
    if coordinator(change.tx) == next {
        return Ok(());
    }
    let message = transition(change.new_uuid(), change.now, change.tx.find(next)?);
    let (pool, _) = the_pool(change.tx)?;
    change.tx.update(pool, |pool| pool.master = next);
    change.tx.insert(change.new_ref(), message);
    Ok(())
}

fn emergency_transition_to_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    must_have_rows(change, arguments)?;
    must_not_have_ha(change.tx)?;
    lead(change, change.toolstack.this_host())?;
    Ok(Value::VOID)
}

fn emergency_reset_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    must_have_rows(change, arguments)?;
    must_not_have_ha(change.tx)?;
    follow(change, change.toolstack.this_host(), &arguments.text("master_address")?)
}

fn update_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    follow(change, arguments.reference("host")?, &arguments.text("master_address")?)
}

/// A member in another process than its coordinator has no copy of the rows to go on with.
fn must_have_rows(change: &Change, arguments: &Arguments) -> Result<(), ApiError> {
    match change.toolstack.role.coordinator() {
        // Partly pool.emergency_transition_to_master, pool.emergency_reset_master.
        Some(_) => Err(ApiError::not_implemented(arguments.message.full_name)),
        None => Ok(()),
    }
}

/// Let a host follow whoever is at an address. The coordinator that follows another makes that one lead;
/// a member can only follow the coordinator.
fn follow(change: &mut Change, here: Ref<Host>, address: &str) -> Result<Value, ApiError> {
    let next = at(change.tx, address).ok_or_else(|| ApiError::cannot_contact_host(address))?;
    let leads = coordinator(change.tx);
    if next == here {
        return Err(ApiError::host_its_own_slave());
    }
    if leads == here {
        lead(change, next)?;
    } else if leads != next {
        let address = change.tx.get(leads).map_or(Text::default(), |host| host.address.clone());
        return Err(ApiError::host_is_slave(address));
    }
    Ok(Value::VOID)
}

fn at(pool: &Snapshot, address: &str) -> Option<Ref<Host>> {
    pool.all::<Host>().find(|(_, host)| host.address == address).map(|(id, _)| id)
}

/// Members look at the same rows, so they follow already: those that can be reached are told.
fn recover_slaves(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let leads = coordinator(reading.pool);
    let members = reading.pool.all::<Host>().filter(|(id, host)| *id != leads && is_live(reading.pool, host));
    Ok(Value::Array(members.map(|(id, _)| Value::Ref(id.id())).collect()))
}

/// Of the host that is asked, whichever the parameter names.
fn is_slave(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::Bool(reading.toolstack.coordinator_elsewhere(reading.pool).is_some()))
}

fn hello(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let uuid = arguments.text("host_uuid")?;
    let known = Uuid::parse(&uuid).and_then(|uuid| reading.pool.by_uuid(model::ClassId::Host, uuid));
    Ok(Value::from(if known.is_some() { "ok" } else { "unknown_host" }))
}

/// What is acknowledged is on the disk, and members that share the process share the disk.
fn everything_is_durable(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::VOID)
}

/// A member without its coordinator.
fn is_in_emergency_mode(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let pool = reading.pool;
    let alone = reading.toolstack.coordinator_elsewhere(pool).is_some()
        && !pool.get(coordinator(pool)).is_some_and(|host| is_live(pool, host));
    Ok(Value::Bool(alone))
}

/// What each host has agreed to. Forgotten by a restart, as everything that was not committed.
#[derive(Default)]
pub struct Proposals(Mutex<BTreeMap<Ref<Host>, Text>>);

impl Proposals {
    fn with<T>(&self, change: impl FnOnce(&mut BTreeMap<Ref<Host>, Text>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn of(&self, toolstack: &Toolstack) -> Option<Text> {
        self.with(|proposals| proposals.get(&toolstack.this_host()).cloned())
    }
}

fn propose_new_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (toolstack, address) = (change.toolstack, arguments.text("address")?);
    if arguments.bool("manual")? {
        must_not_have_ha(change.tx)?;
    }
    match toolstack.proposals.of(toolstack) {
        Some(other) if other != address => {
            return Err(ApiError::ha_abort_new_master(format!("already agreed to follow {other}")));
        }
        _ => toolstack.proposals.with(|proposals| proposals.insert(toolstack.this_host(), address)),
    };
    Ok(Value::VOID)
}

fn commit_new_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (toolstack, address) = (change.toolstack, arguments.text("address")?);
    if toolstack.proposals.of(toolstack).as_ref() != Some(&address) {
        return Err(ApiError::ha_abort_new_master(format!("never agreed to follow {address}")));
    }
    let next = at(change.tx, &address).ok_or_else(|| ApiError::cannot_contact_host(&address))?;
    lead(change, next)?;
    toolstack.proposals.with(|proposals| proposals.remove(&toolstack.this_host()));
    Ok(Value::VOID)
}

fn abort_new_master(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (toolstack, address) = (change.toolstack, arguments.text("address")?);
    if toolstack.proposals.of(toolstack).is_some_and(|agreed| agreed != address) {
        return Err(ApiError::ha_abort_new_master(format!("never agreed to follow {address}")));
    }
    toolstack.proposals.with(|proposals| proposals.remove(&toolstack.this_host()));
    Ok(Value::VOID)
}

/// A clock that is off by more is worth an alert.
const CLOCK_SKEW_SECONDS: f64 = 300.0;

fn tickle_heartbeat(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let stuff = arguments.map("stuff")?;
    let (metrics, now) = (change.tx.find(id)?.metrics, change.now);
    let leaving = stuff.get("shutting-down").is_some_and(|value| value == "true");
    change.tx.update(metrics, |metrics| {
        metrics.live = !leaving;
        metrics.last_updated = now;
    });
    let theirs = stuff.get("time").and_then(|time| time.parse::<f64>().ok());
    if theirs.is_some_and(|time| (time - now.seconds() as f64).abs() > CLOCK_SKEW_SECONDS) {
        tell_of_skew(change.tx, change.chance, now, id);
    }
    Ok(Value::Struct(Vec::new()))
}

fn tell_of_skew(tx: &mut Transaction, chance: &dyn machine::Chance, now: model::Date, id: Ref<Host>) {
    const SKEW: &str = "HOST_CLOCK_SKEW_DETECTED";
    let Some(uuid) = tx.get(id).map(|host| host.uuid.to_string()) else { return };
    // Said once, not with every beat.
    let said = tx.all::<Message>().any(|(_, message)| message.name == SKEW && message.obj_uuid == uuid);
    if !said {
        messages::send(tx, chance, now, SKEW, messages::priority(SKEW), Cls::Host, &uuid, "");
    }
}
