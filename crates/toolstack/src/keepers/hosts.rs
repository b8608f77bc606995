//! Hosts that are watched: whether they are there, whether their clocks agree, and whether their SSH
//! service was to be closed by now.
//!
//! A host is asked at each beat. One that has not answered for long counts as dead until it does; one
//! that tells of another boot than before has been down meanwhile, and nothing of what ran there runs.

use crate::arguments::Arguments;
use crate::arrival::{heard as heard_up, is_another_boot};
use crate::handler::Handler;
use crate::listen::{learn_about, own_call};
use crate::toolstack::Toolstack;
use crate::{localdb, messages};
use futures_util::future::join_all;
use machine::{Fact, HostFact, HostStep, Step};
use model::{ClassId, Cls, Date, Host, Message, Ref, Uuid, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Snapshot;

/// Clocks that differ by more are told about.
const SKEW_SECONDS: i64 = 300;

/// When each host was heard last, in microseconds.
pub type Heard = BTreeMap<Ref<Host>, i64>;

pub async fn run(toolstack: Arc<Toolstack>) {
    let mut heard = Heard::new();
    loop {
        beat(&toolstack, &mut heard).await;
        toolstack.clock.sleep(toolstack.settings.host_heartbeat_interval).await;
    }
}

/// Ask every host once.
pub async fn beat(toolstack: &Arc<Toolstack>, heard: &mut Heard) {
    let pool = toolstack.store.snapshot();
    let asked = toolstack.machines.hosts().into_iter().filter_map(|id| {
        let (host, machine) = (pool.get(id)?.uuid, toolstack.machines.get(&id)?);
        Some(async move { (id, host, machine.perform(&Step::Host(HostStep::Greet { host })).await.ok()) })
    });
    let now = toolstack.clock.micros();
    let patience = toolstack.settings.host_assumed_dead_interval.as_micros() as i64;
    for (id, host, answer) in join_all(asked.collect::<Vec<_>>()).await {
        let live = pool.get(id).and_then(|row| pool.get(row.metrics)).is_some_and(|metrics| metrics.live);
        let last = heard.entry(id).or_insert(now);
        match answer {
            Some(facts) => {
                *last = now;
                let booted = |fact: &&Fact| !live || is_another_boot(&pool, id, fact);
                if let Some(fact) = facts.iter().find(booted) {
                    heard_up(toolstack, id, fact).await;
                }
            }
            None if live && now - *last >= patience => {
                learn_about(toolstack, id, &[Fact::Host(HostFact::Unheard { host })]).await;
            }
            None => {}
        }
    }
    tell_of_clocks(toolstack).await;
    close_expired(toolstack).await;
}

/// Hosts whose clock differs too much from ours, and of whom nobody has been told yet.
pub fn skewed(pool: &Snapshot) -> Vec<(Uuid, i64)> {
    let told: BTreeSet<&str> = pool
        .all::<Message>()
        .filter(|(_, message)| message.name == "HOST_CLOCK_SKEW_DETECTED")
        .map(|(_, message)| message.obj_uuid.as_str())
        .collect();
    let ahead = |host: &Host| {
        let text = localdb::get(pool, host.uuid, localdb::CLOCK_AHEAD)?;
        let ahead: i64 = text.parse().ok()?;
        let news = !told.contains(host.uuid.to_string().as_str());
        (ahead.abs() > SKEW_SECONDS && news).then_some((host.uuid, ahead))
    };
    pool.all::<Host>().filter_map(|(_, host)| ahead(host)).collect()
}

async fn tell_of_clocks(toolstack: &Arc<Toolstack>) {
    let skewed = skewed(&toolstack.store.snapshot());
    if skewed.is_empty() {
        return;
    }
    let told = toolstack
        .change(&own_call(), "keeper", |change| {
            for (uuid, ahead) in skewed {
                let name = "HOST_CLOCK_SKEW_DETECTED";
                let body = format!(
                    "The clock of host {uuid} differs by {} seconds from the coordinator's.",
                    ahead.abs()
                );
                let uuid = uuid.to_string();
                let priority = messages::priority(name);
                messages::send(change.tx, change.chance, change.now, name, priority, Cls::Host, &uuid, &body);
            }
            Ok(Value::VOID)
        })
        .await;
    if let Err(error) = told {
        tracing::warn!(%error, "nobody could be told of clocks that differ");
    }
}

/// Hosts whose SSH service was to be closed by now.
pub fn expired(pool: &Snapshot, now: Date) -> Vec<Ref<Host>> {
    let due = |host: &Host| host.ssh_enabled && host.ssh_expiry.seconds() > 0 && host.ssh_expiry <= now;
    pool.all::<Host>().filter(|(_, host)| due(host)).map(|(id, _)| id).collect()
}

async fn close_expired(toolstack: &Arc<Toolstack>) {
    for id in expired(&toolstack.store.snapshot(), toolstack.clock.now()) {
        let name = "host.disable_ssh";
        let message = ClassId::Host.definition().messages().iter().find(|message| message.full_name == name);
        let (Some(message), Some(Handler::Plan(planner))) = (message, crate::operations::find(name)) else {
            return;
        };
        let arguments = Arguments { message, values: vec![Value::Ref(id.id())] };
        match crate::runner::start_waited_for(toolstack.clone(), own_call(), arguments, *planner).await {
            Ok(running) => drop(running.outcome.await),
            Err(error) => tracing::warn!(%error, host = %id, "the ssh service could not be closed"),
        }
    }
}
