//! The keeper of high availability: watches the hosts, buries those that are gone, and starts what must
//! run.
//!
//! ```text
//!  every 20 s:  beat ──► silent for longer than the timeout? ──► bury: its machines are halted
//!                 │                                                       │
//!                 └──► plan changed? ──► tell            restart ◄────────┘   by order, then best effort
//! ```
//!
//! An armed host that nobody hears has cut its own power before the timeout is over; only such a host
//! is buried. What must run is read from the rows each time (`VM.ha_always_run`), and each start is an
//! operation of its own, so a crash in the middle of a failover only makes it begin to look again.

mod restart;

use crate::handler::Call;
use crate::operations::pool::succession;
use crate::toolstack::Toolstack;
use crate::{ha, learn, listen, messages};
use futures_util::future::join_all;
use machine::{Disc, Fault, QuorumStep, Step};
use model::{Cls, Host, Pool, Ref, Set, Text, Value, Vm, VmPowerState, many};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

/// While a failover is going on, somebody looks this often.
const BUSY: Duration = Duration::from_secs(1);
/// How long a host may take to answer one beat.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the keeper remembers between two looks. A restart of the toolstack may forget it.
#[derive(Default)]
pub struct Watch {
    /// When each host was heard last, in microseconds.
    heard: BTreeMap<Ref<Host>, i64>,
    /// Hosts that did not answer the last beat.
    silent: BTreeSet<Ref<Host>>,
    buried: BTreeSet<Ref<Host>>,
    /// What the plan was made of, and when.
    planned: (u64, i64),
    restarts: restart::Restarts,
}

/// Keep watch for as long as the future is polled.
pub async fn run(toolstack: Arc<Toolstack>) {
    let mut watch = Watch::default();
    loop {
        let busy = match pass(&toolstack, &mut watch).await {
            Ok(busy) => busy,
            Err(error) => {
                tracing::warn!(%error, "watching over the pool failed");
                false
            }
        };
        let interval = if busy { BUSY } else { toolstack.settings.ha_monitor_interval };
        toolstack.clock.sleep(interval).await;
    }
}

/// One look. Says whether something is going on that wants another look soon.
pub async fn pass(toolstack: &Arc<Toolstack>, watch: &mut Watch) -> Result<bool, model::ApiError> {
    let pool = toolstack.store.snapshot();
    let Some((_, row)) = pool.first::<Pool>().filter(|(_, pool)| pool.ha_enabled && !ha::is_changing(pool))
    else {
        *watch = Watch::default();
        return Ok(false);
    };
    beat(toolstack, watch, &pool, row).await?;
    bury(toolstack, watch, timeout(toolstack, row)).await?;
    let busy = restart::pass(toolstack, &watch.restarts).await?;
    replan(toolstack, watch).await?;
    Ok(busy)
}

/// How long a host may be silent: as the pool was told, else the default.
fn timeout(toolstack: &Toolstack, row: &Pool) -> Duration {
    let told = row.ha_configuration.get("timeout").and_then(|text| text.parse::<u32>().ok());
    let told = told.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.into()));
    told.unwrap_or(toolstack.settings.ha_default_timeout_base)
}

/// What a host has to say for itself.
enum Pulse {
    Armed,
    /// It is there, but begins anew: whatever ran there is gone.
    Fresh,
    Silent,
}

/// Listen for every host. One that begins anew is looked at and armed.
async fn beat(
    toolstack: &Arc<Toolstack>,
    watch: &mut Watch,
    pool: &Snapshot,
    row: &Pool,
) -> Result<(), model::ApiError> {
    let hosts: Vec<(Ref<Host>, &Host)> = pool.all::<Host>().collect();
    let pulses = join_all(hosts.iter().map(|(id, host)| pulse(toolstack, *id, host))).await;
    let statefile = statefile(pool, row);
    for ((id, host), pulse) in hosts.into_iter().zip(pulses) {
        let now = toolstack.clock.micros();
        let was_silent = match pulse {
            Pulse::Silent => {
                watch.heard.entry(id).or_insert(now);
                watch.silent.insert(id);
                continue;
            }
            _ => watch.silent.remove(&id),
        };
        watch.heard.insert(id, now);
        watch.buried.remove(&id);
        let soft = softly_disarmed(pool, id);
        if matches!(pulse, Pulse::Fresh) || was_silent {
            listen::look(toolstack, id).await;
        }
        let armed = match (&pulse, statefile) {
            (Pulse::Fresh, Some(statefile)) if !soft => {
                let arm = Step::Quorum(QuorumStep::Arm { host: host.uuid, statefile });
                perform(toolstack, id, &arm).await.is_ok()
            }
            (Pulse::Fresh, _) => false,
            _ => true,
        };
        admit(toolstack, id, armed.then(|| row.ha_statefiles.clone())).await?;
    }
    Ok(())
}

async fn pulse(toolstack: &Arc<Toolstack>, id: Ref<Host>, host: &Host) -> Pulse {
    match perform(toolstack, id, &Step::Quorum(QuorumStep::Beat { host: host.uuid })).await {
        Ok(()) => Pulse::Armed,
        Err(Fault::Failed { .. } | Fault::NoSuchDisk { .. } | Fault::StorageUnavailable { .. }) => {
            Pulse::Fresh
        }
        Err(_) => Pulse::Silent,
    }
}

async fn perform(toolstack: &Arc<Toolstack>, host: Ref<Host>, step: &Step) -> Result<(), Fault> {
    let silent = Fault::HostUnreachable { host: step.object() };
    let Some(machine) = toolstack.machines.get(&host) else { return Err(silent) };
    tokio::select! {
        biased;
        outcome = machine.perform(step) => outcome.map(drop),
        () = toolstack.clock.sleep(PATIENCE) => Err(silent),
    }
}

fn statefile(pool: &Snapshot, row: &Pool) -> Option<Disc> {
    let vdi = row.ha_statefiles.first().and_then(|text| model::RefId::parse(text))?;
    crate::operations::device::disc(pool, Ref::new(vdi))
}

fn softly_disarmed(pool: &Snapshot, host: Ref<Host>) -> bool {
    use crate::operations::ha::members::{SOFTLY_DISARMED, recalled};
    recalled(pool, SOFTLY_DISARMED).is_some_and(|(_, setting)| setting.value == host.to_string())
}

/// A host that was heard is alive, and watches what it watches.
async fn admit(
    toolstack: &Arc<Toolstack>,
    id: Ref<Host>,
    statefiles: Option<Set<Text>>,
) -> Result<(), model::ApiError> {
    let pool = toolstack.store.snapshot();
    let Some(host) = pool.get(id) else { return Ok(()) };
    let live = pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    let statefiles = statefiles.unwrap_or_default();
    if live && host.ha_statefiles == statefiles {
        return Ok(());
    }
    let metrics = host.metrics;
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            change.tx.update(metrics, |metrics| metrics.live = true);
            change.tx.update(id, |host| host.ha_statefiles = statefiles);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

/// Hosts that were armed and have been silent for too long are dead, and so is what ran there. What an
/// operation works on is left to it, and looked at again when that has ended.
async fn bury(
    toolstack: &Arc<Toolstack>,
    watch: &mut Watch,
    timeout: Duration,
) -> Result<(), model::ApiError> {
    let now = toolstack.clock.micros();
    let pool = toolstack.store.snapshot();
    let dead = |(id, host): &(Ref<Host>, &Host)| {
        let heard = watch.heard.get(id).copied().unwrap_or(now);
        watch.silent.contains(id)
            && !host.ha_statefiles.is_empty()
            && now - heard >= timeout.as_micros() as i64
    };
    for (id, host) in pool.all::<Host>().filter(dead) {
        let lost: Vec<Ref<Vm>> = resident(&pool, id).collect();
        let live = pool.get(host.metrics).is_some_and(|metrics| metrics.live);
        let is_new = !watch.buried.contains(&id) && (live || !lost.is_empty());
        if !is_new && lost.is_empty() && !live && heir(&pool, id).is_none() {
            continue;
        }
        let (metrics, uuid, name) = (host.metrics, host.uuid.to_string(), host.name_label.clone());
        toolstack
            .change(&Call::own("keeper"), "keeper", |change| {
                change.tx.update(metrics, |metrics| metrics.live = false);
                if let Some(next) = heir(change.tx, id) {
                    succession::lead(change, next)?;
                }
                for vm in lost {
                    let best_effort = change.tx.get(vm).is_some_and(|vm| {
                        vm.ha_restart_priority == ha::BEST_EFFORT && vm.power_state == VmPowerState::Running
                    });
                    learn::become_stopped(change.tx, vm, VmPowerState::Halted);
                    if best_effort {
                        change.tx.update(vm, |vm| vm.ha_always_run = true);
                    }
                }
                if is_new {
                    let alert = "HA_HOST_FAILED";
                    let body = format!("Server '{name}' has failed.");
                    let priority = messages::priority(alert);
                    messages::send(
                        change.tx,
                        change.chance,
                        change.now,
                        alert,
                        priority,
                        Cls::Host,
                        &uuid,
                        &body,
                    );
                }
                Ok(Value::VOID)
            })
            .await?;
        watch.buried.insert(id);
    }
    Ok(())
}

/// Who leads when this host is gone: of those that live the first by uuid. `None` if it did not lead.
fn heir(pool: &Snapshot, gone: Ref<Host>) -> Option<Ref<Host>> {
    let (_, row) = pool.first::<Pool>().filter(|(_, row)| row.master == gone)?;
    let lives = |host: &Host| pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    let hosts = pool.all::<Host>().filter(|(id, host)| *id != row.master && lives(host));
    hosts.min_by_key(|(_, host)| (!host.enabled, host.uuid)).map(|(id, _)| id)
}

/// Machines that rows say to run on a host, and that nobody works on.
fn resident(pool: &Snapshot, host: Ref<Host>) -> impl Iterator<Item = Ref<Vm>> {
    pool.many_rows(many::HOST_RESIDENT_VMS, host)
        .filter(|(_, vm)| !vm.is_control_domain && vm.current_operations.is_empty())
        .map(|(id, _)| id)
}

/// Make the plan again when what it is made of has changed, and now and then.
async fn replan(toolstack: &Arc<Toolstack>, watch: &mut Watch) -> Result<(), model::ApiError> {
    let (of, now) = (ingredients(&toolstack.store.snapshot()), toolstack.clock.micros());
    let age = now - watch.planned.1;
    if watch.planned.0 == of && age < toolstack.settings.ha_monitor_plan_interval.as_micros() as i64 {
        return Ok(());
    }
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            ha::update_status(change.tx, change.chance, change.now);
            Ok(Value::VOID)
        })
        .await?;
    watch.planned = (of, now);
    Ok(())
}

/// The generation of the last change of a row that the plan depends on.
fn ingredients(pool: &Snapshot) -> u64 {
    use model::ClassId as C;
    // Metrics of hosts change all the time; what counts of them are memory and life.
    let classes = [C::Vm, C::Host, C::Vbd, C::Vif, C::Pbd, C::Pif, C::Sr, C::Pool];
    let newest = |class: C| pool.table(class).values().map(|entry| entry.modified).max().unwrap_or(0);
    let count = |class: C| pool.table(class).len() as u64;
    let dead = pool.all::<model::HostMetrics>().filter(|(_, metrics)| !metrics.live).count() as u64;
    let sum = classes.into_iter().fold(dead, |sum, class| {
        sum.wrapping_mul(0x0100_0000_01b3)
            .wrapping_add(newest(class))
            .wrapping_mul(31)
            .wrapping_add(count(class))
    });
    sum | 1
}
