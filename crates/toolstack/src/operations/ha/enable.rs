//! `pool.enable_ha`, `pool.disable_ha`, `host.emergency_ha_disable`.
//!
//! The statefile and the disk for the log of changes are on one shared storage. Every host is armed
//! before the pool says that it is highly available, and disarmed before it says that it is not.

use crate::arguments::Arguments;
use crate::ha::failover::Failover;
use crate::ha::{self, agile::Everywhere};
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, QuorumStep, Step};
use model::{
    ApiError, ClassId, Host, Pool, Ref, RefId, Set, Sm, Sr, Text, TextMap, Uuid, Vdi, VdiType, many,
};
use store::Snapshot;

/// Used where no storage asks for another.
const DEFAULT_STACK: &str = "xhad";

/// The disks of high availability: name, what for, type, bytes.
const DISKS: [(&str, &str, VdiType, i64); 2] = [
    ("Statefile for HA", "Used for storage heartbeating", VdiType::HaStatefile, 4 << 20),
    ("Metadata for HA", "Used for the log of changes of the pool", VdiType::RedoLog, 4 << 30),
];

pub fn enable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, row) = ha::pool_of(pool)?;
    crate::allowed::check(pool, ClassId::Pool, id.id(), "ha_enable")?;
    for (host, row) in pool.all::<Host>() {
        ready(pool, host, row)?;
    }
    let sr = choose_storage(pool, row, &arguments.set::<Ref<Sr>>("heartbeat_srs")?)?;
    let on = device::host_of_sr(pool, sr)?;
    let mut make = Vec::new();
    let mut rows = Vec::new();
    let mut refs: Vec<Ref<Vdi>> = Vec::new();
    let sr_uuid = pool.find(sr)?.uuid;
    let mut discs = Vec::new();
    for (name, description, kind, size) in DISKS {
        let (vdi, uuid): (Ref<Vdi>, Uuid) = (planning.new_ref(), planning.new_uuid());
        let disc = Disc { sr: sr_uuid, vdi: uuid };
        make.push(Plan::Do(on, Step::CreateDisk { disc, size_bytes: size }));
        rows.push(Edit::make(vdi, disk_row(uuid, sr, name, description, kind, size)));
        refs.push(vdi);
        discs.push(disc);
    }
    let (statefile, vdi) = (discs[0], refs[0]);
    let arm = |(host, row): (Ref<Host>, &Host)| {
        Plan::Do(host, Step::Quorum(QuorumStep::Arm { host: row.uuid, statefile }))
    };
    let statefiles: Set<Text> = [Text::new(vdi.to_string())].into_iter().collect();
    let most = Failover::of(pool).most_failures();
    let mut edits = vec![
        Edit::set(id, "ha_enabled", true),
        Edit::set(id, "ha_configuration", arguments.map("configuration")?),
        Edit::set(id, "ha_statefiles", statefiles.clone()),
        Edit::set(id, "ha_cluster_stack", cluster_stack(pool, sr)),
        Edit::set(id, "ha_plan_exists_for", most),
        Edit::set(id, "ha_overcommitted", row.ha_host_failures_to_tolerate > most),
    ];
    let peers: Set<Text> = pool.all::<Host>().map(|(_, host)| Text::new(host.uuid.to_string())).collect();
    for (host, _) in pool.all::<Host>() {
        edits.push(Edit::set(host, "ha_statefiles", statefiles.clone()));
        edits.push(Edit::set(host, "ha_network_peers", peers.clone()));
    }
    edits.extend(pool.all::<Host>().filter_map(|(_, host)| {
        crate::localdb::drop_key(pool, host.uuid, crate::localdb::NO_FAILOVER_DECISIONS)
    }));
    let plan = Plan::Serial(vec![
        Plan::Parallel(make),
        Plan::Write(rows),
        Plan::Parallel(pool.all::<Host>().map(arm).collect()),
        Plan::Write(edits),
    ]);
    Ok(Planned::new(plan).holding(ClassId::Pool, id.id(), "ha_enable"))
}

/// Every host must be there, with its management interface.
fn ready(pool: &Snapshot, id: Ref<Host>, host: &Host) -> Result<(), ApiError> {
    if !pool.get(host.metrics).is_some_and(|metrics| metrics.live) {
        return Err(ApiError::host_offline(id));
    }
    let unplugged =
        pool.many_rows(many::HOST_PIFS, id).find(|(_, pif)| pif.management && !pif.currently_attached);
    match unplugged {
        Some((pif, _)) => Err(ApiError::required_pif_is_unplugged(pif)),
        None => Ok(()),
    }
}

/// The first of those that were named, all of which must do; else the first that does.
fn choose_storage(pool: &Snapshot, row: &Pool, named: &[Ref<Sr>]) -> Result<Ref<Sr>, ApiError> {
    for sr in named {
        pool.find(*sr)?;
        ha::assert_can_host_statefile(pool, *sr)?;
    }
    let mut everywhere = Everywhere::of(pool);
    let mut others: Vec<Ref<Sr>> = pool.all::<Sr>().map(|(sr, _)| sr).collect();
    others.sort_by_key(|sr| (*sr != row.default_SR, *sr));
    let does = |sr: &Ref<Sr>| everywhere.has_storage(*sr) && ha::assert_can_host_statefile(pool, *sr).is_ok();
    let found = named.first().copied().or_else(|| others.into_iter().find(does));
    found.ok_or_else(ApiError::cannot_create_state_file)
}

/// What the driver of the storage asks for.
fn cluster_stack(pool: &Snapshot, sr: Ref<Sr>) -> Text {
    let kind = pool.get(sr).map(|sr| sr.r#type.clone()).unwrap_or_default();
    let driver = pool.all::<Sm>().find(|(_, driver)| driver.r#type == kind);
    let asked = driver.and_then(|(_, driver)| driver.required_cluster_stack.first().cloned());
    asked.unwrap_or(Text::new_static(DEFAULT_STACK))
}

fn disk_row(uuid: Uuid, sr: Ref<Sr>, name: &str, description: &str, kind: VdiType, size: i64) -> Vdi {
    Vdi {
        uuid,
        name_label: Text::new(name),
        name_description: Text::new(description),
        SR: sr,
        location: Text::new(uuid.to_string()),
        r#type: kind,
        virtual_size: size,
        sharable: true,
        managed: true,
        ..Vdi::default()
    }
}

pub fn disable(planning: &Planning, _: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, _) = ha::pool_of(pool)?;
    crate::allowed::check(pool, ClassId::Pool, id.id(), "ha_disable")?;
    // A host that is gone has lost its power, and is armed no more.
    let lives = |host: &Host| pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    let disarm = pool.all::<Host>().filter(|(_, host)| lives(host)).filter_map(|host| disarm(pool, host));
    let plan = Plan::Serial(vec![
        Plan::Parallel(disarm.collect()),
        Plan::Write(edits_off(pool, id)),
        drop_disks(pool)?,
    ]);
    Ok(Planned::new(plan).holding(ClassId::Pool, id.id(), "ha_disable"))
}

/// Quick and without asking the others: for administrators whose pool cannot be asked any more. `soft`:
/// only until the toolstack starts again.
pub fn emergency_disable(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let (id, row) = ha::pool_of(pool)?;
    if !row.ha_enabled {
        return Err(ApiError::ha_not_enabled());
    }
    if arguments.bool("soft")? {
        let this = planning.toolstack.this_host();
        let off = vec![
            Edit::set(this, "ha_statefiles", Set::<Text>::EMPTY),
            super::members::remember(planning, super::members::SOFTLY_DISARMED, &this.to_string()),
        ];
        let disarm = disarm(pool, (this, pool.find(this)?));
        return Ok(Planned::new(Plan::Serial(disarm.into_iter().chain([Plan::Write(off)]).collect())));
    }
    let disarm = pool.all::<Host>().filter_map(|host| disarm(pool, host)).map(Plan::best_effort);
    let plan = Plan::Serial(vec![
        Plan::Parallel(disarm.collect()),
        Plan::Write(edits_off(pool, id)),
        drop_disks(pool)?,
    ]);
    Ok(Planned::new(plan))
}

pub(super) fn disarm(pool: &Snapshot, (id, host): (Ref<Host>, &Host)) -> Option<Plan> {
    let statefile = ha::statefile_of(pool, host)?;
    Some(Plan::Do(id, Step::Quorum(QuorumStep::Disarm { host: host.uuid, statefile })))
}

fn edits_off(pool: &Snapshot, id: Ref<Pool>) -> Vec<Edit> {
    let mut edits = vec![
        Edit::set(id, "ha_enabled", false),
        Edit::set(id, "ha_configuration", TextMap::EMPTY),
        Edit::set(id, "ha_statefiles", Set::<Text>::EMPTY),
        Edit::set(id, "ha_cluster_stack", Text::default()),
        Edit::set(id, "ha_plan_exists_for", 0i64),
        Edit::set(id, "ha_overcommitted", false),
    ];
    for (host, _) in pool.all::<Host>() {
        edits.push(Edit::set(host, "ha_statefiles", Set::<Text>::EMPTY));
        edits.push(Edit::set(host, "ha_network_peers", Set::<Text>::EMPTY));
    }
    edits
}

/// Rows first, as always: a disk without a row is found by a scan.
fn drop_disks(pool: &Snapshot) -> Result<Plan, ApiError> {
    let statefiles: Vec<Ref<Vdi>> = ha::pool_of(pool)?
        .1
        .ha_statefiles
        .iter()
        .filter_map(|text| RefId::parse(text))
        .map(Ref::new)
        .collect();
    let storage: Vec<Ref<Sr>> =
        statefiles.iter().filter_map(|vdi| pool.get(*vdi)).map(|vdi| vdi.SR).collect();
    let mut edits = Vec::new();
    let mut destroy = Vec::new();
    for sr in storage {
        for (vdi, row) in pool.many_rows(many::SR_VDIS, sr) {
            let metadata = row.r#type == VdiType::RedoLog && row.name_label == DISKS[1].0;
            if !statefiles.contains(&vdi) && !metadata {
                continue;
            }
            if let (Ok(host), Some(disc)) = (device::host_of_sr(pool, sr), device::disc(pool, vdi)) {
                destroy.push(Plan::Do(host, Step::DestroyDisk { disc }).best_effort());
            }
            edits.push(Edit::drop(vdi));
        }
    }
    Ok(Plan::Serial(vec![Plan::Write(edits), Plan::Pivot, Plan::Parallel(destroy)]))
}
