//! Which snapshot schedules are due, and the groups whose machines stand too close.
//!
//! A schedule is due once for each moment that it names: when that moment comes while somebody looks,
//! or has come less than a quarter of an hour ago while nobody did. What is missed for longer is told.

use crate::arguments::Arguments;
use crate::handler::{Call, Handler};
use crate::messages;
use crate::operations::vmss::{SNAPSHOT_NOW, last_due, zone};
use crate::toolstack::Toolstack;
use model::generated::schema::MESSAGES;
use model::{
    ApiError, Cls, Date, Host, Message, PlacementPolicy, Ref, Value, Vm, VmGroup, VmPowerState, Vmss, many,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;

const INTERVAL: Duration = Duration::from_secs(30);
/// How late a run may begin, in seconds.
const GRACE: i64 = 900;
const CROWDED: &str = "ALL_RUNNING_VMS_IN_ANTI_AFFINITY_GRP_ON_SINGLE_HOST";

/// Since when somebody looks, and what was begun or told since.
#[derive(Default)]
pub struct Watch {
    since: Option<i64>,
    begun: BTreeMap<Ref<Vmss>, i64>,
    missed: BTreeSet<(Ref<Vmss>, i64)>,
}

/// Look for as long as the future is polled.
pub async fn run(toolstack: Arc<Toolstack>) {
    let mut watch = Watch::default();
    loop {
        if let Err(error) = pass(&toolstack, &mut watch).await {
            tracing::warn!(%error, "the schedules could not be looked at");
        }
        toolstack.clock.sleep(INTERVAL).await;
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Due {
    Now(i64),
    Missed(i64),
    Not,
}

pub async fn pass(toolstack: &Arc<Toolstack>, watch: &mut Watch) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    let now = toolstack.clock.now().seconds();
    let since = *watch.since.get_or_insert(now);
    let zone = zone(&pool);
    for (id, row) in pool.all::<Vmss>() {
        let begun = watch.begun.get(&id).copied();
        let last = last_due(row, now, &zone);
        match due(row, last, (now, since), begun) {
            Due::Now(moment) => {
                watch.begun.insert(id, moment);
                if pool.many(many::VMSS_VMS, id).next().is_some() {
                    begin(toolstack, id).await?;
                }
            }
            Due::Missed(moment) if watch.missed.insert((id, moment)) => {
                let (uuid, name) = (row.uuid.to_string(), row.name_label.clone());
                let body =
                    format!("Snapshot schedule '{name}' did not run at {}", Date::from_seconds(moment));
                tell(toolstack, "VMSS_SNAPSHOT_MISSED_EVENT", Cls::Vmss, uuid, body).await?;
            }
            Due::Missed(_) | Due::Not => {}
        }
    }
    part(toolstack, &pool).await
}

fn due(row: &Vmss, moment: Option<i64>, (now, since): (i64, i64), begun: Option<i64>) -> Due {
    let Some(moment) = moment.filter(|_| row.enabled) else { return Due::Not };
    let last = row.last_run_time.seconds();
    if begun.is_some_and(|begun| begun >= moment) || last >= moment {
        return Due::Not;
    }
    let has_run = row.last_run_time != Date::EPOCH;
    match () {
        () if moment > since => Due::Now(moment),
        () if has_run && now - moment < GRACE => Due::Now(moment),
        () if has_run => Due::Missed(moment),
        () => Due::Not,
    }
}

/// The run is an operation like any other; nobody waits for it here.
async fn begin(toolstack: &Arc<Toolstack>, id: Ref<Vmss>) -> Result<(), ApiError> {
    let message = MESSAGES.iter().find(|message| message.full_name == SNAPSHOT_NOW);
    let (Some(message), Some(Handler::Plan(planner))) = (message, crate::operations::find(SNAPSHOT_NOW))
    else {
        return Ok(());
    };
    let arguments = Arguments { message, values: vec![Value::Ref(id.id())] };
    let call = crate::listen::own_call();
    crate::runner::start(toolstack.clone(), call, arguments, *planner, SNAPSHOT_NOW).await.map(drop)
}

async fn tell(
    toolstack: &Arc<Toolstack>,
    alert: &'static str,
    class: Cls,
    uuid: String,
    body: String,
) -> Result<(), ApiError> {
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            let priority = messages::priority(alert);
            messages::send(change.tx, change.chance, change.now, alert, priority, class, &uuid, &body);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

/// Tell of groups whose machines all run on one host, and take back what is so no more.
async fn part(toolstack: &Arc<Toolstack>, pool: &Snapshot) -> Result<(), ApiError> {
    let crowded: Vec<(String, String)> =
        pool.all::<VmGroup>().filter_map(|(_, group)| crowd(pool, group)).collect();
    let old: Vec<(Ref<Message>, &Message)> =
        pool.all::<Message>().filter(|(_, message)| message.name == CROWDED).collect();
    let known = |(uuid, body): &(String, String)| {
        old.iter().any(|(_, message)| message.obj_uuid == uuid.as_str() && message.body == body.as_str())
    };
    let still = |message: &Message| {
        crowded.iter().any(|(uuid, body)| message.obj_uuid == uuid.as_str() && message.body == body.as_str())
    };
    let gone: Vec<Ref<Message>> =
        old.iter().filter(|(_, message)| !still(message)).map(|(id, _)| *id).collect();
    if !gone.is_empty() {
        toolstack
            .change(&Call::own("keeper"), "keeper", |change| {
                gone.into_iter().for_each(|id| _ = change.tx.delete(id));
                Ok(Value::VOID)
            })
            .await?;
    }
    for (uuid, body) in crowded.iter().filter(|crowd| !known(crowd)) {
        tell(toolstack, CROWDED, Cls::Host, uuid.clone(), body.clone()).await?;
    }
    Ok(())
}

/// The host on which all running machines of a group are, if there are two or more; and what to say.
fn crowd(pool: &Snapshot, group: &VmGroup) -> Option<(String, String)> {
    if group.placement != PlacementPolicy::AntiAffinity {
        return None;
    }
    let runs = |vm: &&Vm| vm.power_state == VmPowerState::Running;
    let hosts: Vec<Ref<Host>> =
        group.VMs.iter().filter_map(|vm| pool.get(*vm)).filter(runs).map(|vm| vm.resident_on).collect();
    let (first, others) = hosts.split_first()?;
    if others.is_empty() || others.iter().any(|host| host != first) {
        return None;
    }
    let host = pool.get(*first)?.uuid.to_string();
    let body = format!(
        "<body><message>Breach on VM anti-affinity rules</message><VM_group>{}</VM_group><host>{host}</host></body>",
        group.uuid
    );
    Some((host, body))
}
