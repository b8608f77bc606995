//! `VMSS`: snapshots by the clock. When they are due is noticed by `keepers::schedules`.
//!
//! A run takes a snapshot of each machine, each an operation of its own, and then drops the oldest that
//! are more than the schedule retains.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::messages;
use crate::operations::vm_appliance::assert_is_a_machine;
use crate::plan::{Edit, Plan};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};
use model::{
    ApiError, Cls, Date, Message, Pool, Ref, RefId, Set, Text, TextMap, Value, VbdType, Vm, Vmss,
    VmssFrequency, VmssType, XeniosOperation, many,
};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VMSS.create", C(create)),
    ("VMSS.destroy", C(destroy)),
    ("VMSS.snapshot_now", P(snapshot_now)),
    ("VMSS.set_retained_snapshots", C(set_retained)),
    ("VMSS.set_frequency", C(set_frequency)),
    ("VMSS.set_schedule", C(set_schedule)),
    ("VMSS.add_to_schedule", C(add_to_schedule)),
    ("VMSS.remove_from_schedule", C(remove_from_schedule)),
    ("VM.set_snapshot_schedule", C(set_of_machine)),
];

pub const SNAPSHOT_NOW: &str = "VMSS.snapshot_now";
const WEEK: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const QUARTERS: [&str; 4] = ["0", "15", "30", "45"];
/// How many snapshots may be retained, and how many machines are seen to side by side.
const RETAINED: std::ops::RangeInclusive<i64> = 1..=10;
const SIDE_BY_SIDE: usize = 64;

/// The keys of a schedule, and what they are if nobody said.
fn keys(frequency: VmssFrequency) -> &'static [(&'static str, &'static str)] {
    match frequency {
        VmssFrequency::Hourly => &[("min", "0")],
        VmssFrequency::Daily => &[("hour", "0"), ("min", "0")],
        VmssFrequency::Weekly => &[("days", "monday"), ("hour", "0"), ("min", "0")],
    }
}

fn check_entry(key: &str, value: &str) -> Result<(), ApiError> {
    let fits = match key {
        "min" => QUARTERS.contains(&value),
        "hour" => (0..24).any(|hour| value == hour.to_string()),
        "days" => value.split(',').all(|day| WEEK.contains(&day.trim().to_lowercase().as_str())),
        _ => return Err(ApiError::invalid_value("schedule", key)),
    };
    if fits { Ok(()) } else { Err(ApiError::invalid_value(key, value)) }
}

/// A schedule with just the keys that its frequency has.
fn complete(frequency: VmssFrequency, given: &TextMap) -> Result<TextMap, ApiError> {
    for (key, value) in given.iter() {
        check_entry(key, value)?;
    }
    let entry = |(key, usual): &(&'static str, &'static str)| {
        (Text::new_static(key), given.get(*key).cloned().unwrap_or(Text::new_static(usual)))
    };
    Ok(keys(frequency).iter().map(entry).collect())
}

fn check_retained(count: i64) -> Result<(), ApiError> {
    if RETAINED.contains(&count) { Ok(()) } else { Err(ApiError::invalid_value("retained_snapshots", count)) }
}

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: Vmss = arguments.row()?;
    check_retained(row.retained_snapshots)?;
    row.schedule = complete(row.frequency, &row.schedule)?;
    row.uuid = change.new_uuid();
    let id: Ref<Vmss> = change.new_ref();
    change.tx.insert(id, row);
    Ok(Value::Ref(id.id()))
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vmss> = Ref::new(arguments.this()?);
    change.tx.find(id)?;
    if change.tx.many(many::VMSS_VMS, id).next().is_some() {
        return Err(ApiError::vmss_has_vm());
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn set_retained(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vmss> = arguments.reference("self")?;
    let value = arguments.int("value")?;
    change.tx.find(id)?;
    check_retained(value)?;
    change.tx.update(id, |row| row.retained_snapshots = value);
    Ok(Value::VOID)
}

fn set_frequency(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vmss> = arguments.reference("self")?;
    let frequency: VmssFrequency = arguments.choice("value")?;
    let row = change.tx.find(id)?;
    let schedule = complete(frequency, &row.schedule)?;
    change.tx.update(id, |row| {
        row.frequency = frequency;
        row.schedule = schedule;
        row.last_run_time = Date::EPOCH;
    });
    Ok(Value::VOID)
}

fn set_schedule(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    reschedule(change, arguments, |_| arguments.map("value"))
}

fn add_to_schedule(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (key, value) = (arguments.text("key")?, arguments.text("value")?);
    // Every key is there already, so this changes one.
    reschedule(change, arguments, |mut schedule| {
        schedule.insert(key, value);
        Ok(schedule)
    })
}

/// A key that is taken out is as usual again.
fn remove_from_schedule(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let key = arguments.text("key")?;
    reschedule(change, arguments, |mut schedule| {
        schedule.remove(&key);
        Ok(schedule)
    })
}

fn reschedule(
    change: &mut Change,
    arguments: &Arguments,
    edit: impl FnOnce(TextMap) -> Result<TextMap, ApiError>,
) -> Result<Value, ApiError> {
    let id: Ref<Vmss> = arguments.reference("self")?;
    let row = change.tx.find(id)?;
    let schedule = complete(row.frequency, &edit(row.schedule.clone())?)?;
    change.tx.update(id, |row| {
        row.schedule = schedule;
        // What was due by the former schedule is not due any more.
        row.last_run_time = Date::EPOCH;
    });
    Ok(Value::VOID)
}

fn set_of_machine(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    assert_is_a_machine(change.tx, Ref::new(arguments.this()?), "snapshot schedules")?;
    crate::accessors::write(change, arguments)
}

/// The zone in which schedules are meant: that of the coordinator.
pub fn zone(pool: &Snapshot) -> TimeZone {
    let host = pool.first::<Pool>().and_then(|(_, row)| pool.get(row.master));
    host.and_then(|host| TimeZoneDatabase::bundled().get(&host.timezone).ok()).unwrap_or(TimeZone::UTC)
}

/// When the schedule was last due, by the clocks of this zone. A time that a change of clocks leaves out
/// comes as much later.
pub fn last_due(row: &Vmss, now: i64, zone: &TimeZone) -> Option<i64> {
    let number = |key: &str| row.schedule.get(key).and_then(|text| text.parse::<i8>().ok()).unwrap_or(0);
    let here = Timestamp::from_second(now).ok()?.to_zoned(zone.clone());
    let moment = |date: civil::Date, hour: i8| {
        let time = civil::Time::new(hour, number("min"), 0, 0).ok()?;
        Some(date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp().as_second())
    };
    if row.frequency == VmssFrequency::Hourly {
        let due = moment(here.date(), here.hour())?;
        return Some(if due > now { due - 3600 } else { due });
    }
    let days = row.schedule.get("days").map(|days| days.to_lowercase()).unwrap_or_default();
    let named = |date: &civil::Date| WEEK[date.weekday().to_sunday_zero_offset() as usize];
    let wanted = |date: &civil::Date| {
        row.frequency == VmssFrequency::Daily || days.split(',').any(|day| day.trim() == named(date))
    };
    let back = std::iter::successors(Some(here.date()), |date| date.yesterday().ok()).take(9);
    back.filter(wanted).filter_map(|date| moment(date, number("hour"))).find(|due| *due <= now)
}

/// Whether what is planned now is a part of a run of a schedule.
pub fn is_scheduled(planning: &Planning) -> bool {
    let task = planning.call.task;
    let parent = planning.pool.get(task).map_or(Ref::NULL, |task| task.subtask_of);
    let runs =
        |row: &XeniosOperation| row.message == SNAPSHOT_NOW && (row.task == task || row.task == parent);
    !task.is_null() && planning.pool.all::<XeniosOperation>().any(|(_, row)| runs(row))
}

fn snapshot_now(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vmss> = arguments.reference("vmss")?;
    let pool = planning.pool;
    let row = pool.find(id)?;
    let mut vms: Vec<(Ref<Vm>, &Vm)> = pool.many_rows(many::VMSS_VMS, id).collect();
    vms.sort_by_key(|(vm, row)| (row.name_label.clone(), *vm));
    let began = Plan::Write(vec![Edit::set(id, "last_run_time", planning.now)]);
    if vms.is_empty() {
        return Ok(Planned::new(began).returning(Value::string("")));
    }
    let failed = |why: &str| {
        tell(planning, row, "VMSS_SNAPSHOT_FAILED", &format!("Snapshot schedule '{}': {why}", row.name_label))
    };
    if row.r#type == VmssType::SnapshotWithQuiesce {
        let told = failed("VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED");
        return Ok(Planned::new(Plan::Serial(vec![began, told])).returning(Value::string("")));
    }
    let each: Vec<Plan> = vms.iter().map(|(vm, machine)| one(planning, row, *vm, machine)).collect();
    let batches = each.chunks(SIDE_BY_SIDE).map(|batch| Plan::Parallel(batch.to_vec()));
    let body = format!("Snapshot schedule '{}': {} snapshots taken", row.name_label, vms.len());
    let done = tell(planning, row, "VMSS_SNAPSHOT_SUCCEEDED", &body);
    let run =
        Plan::Serial(batches.chain([done]).collect()).or_else(failed("not all snapshots could be taken"));
    Ok(Planned::new(Plan::Serial(vec![began, run])).returning(Value::string("")))
}

/// The snapshot of one machine, and the end of those that are too old then.
fn one(planning: &Planning, schedule: &Vmss, id: Ref<Vm>, vm: &Vm) -> Plan {
    let pool = planning.pool;
    let name = Value::string(format!("{} {}", schedule.name_label, planning.now));
    let take = match schedule.r#type {
        VmssType::Checkpoint => planning.call("VM.checkpoint", vec![Value::Ref(id.id()), name]),
        _ => planning.call("VM.snapshot", vec![Value::Ref(id.id()), name, Value::Array(Vec::new())]),
    };
    let mut kept: Vec<(Date, Ref<Vm>)> = pool
        .many_rows(many::VM_SNAPSHOTS, id)
        .filter(|(_, snapshot)| snapshot.is_vmss_snapshot)
        .map(|(snapshot, row)| (row.snapshot_time, snapshot))
        .collect();
    kept.sort();
    let retained = usize::try_from(schedule.retained_snapshots).unwrap_or(1).max(1);
    let too_many = (kept.len() + 1).saturating_sub(retained);
    let old = kept.into_iter().take(too_many).map(|(_, snapshot)| drop_snapshot(planning, snapshot));
    tracing::debug!(vm = %vm.uuid, too_many, "a scheduled snapshot");
    Plan::Serial([take].into_iter().chain(old).collect())
}

/// A snapshot goes with its disks.
fn drop_snapshot(planning: &Planning, snapshot: Ref<Vm>) -> Plan {
    let pool = planning.pool;
    let disks = pool.many_rows(many::VM_VBDS, snapshot).filter(|(_, vbd)| vbd.r#type != VbdType::Cd);
    let disks: Set<Ref<model::Vdi>> = disks.filter_map(|(_, vbd)| vbd.VDI.some()).collect();
    let call = |message: &'static str, id: RefId| planning.call(message, vec![Value::Ref(id)]).best_effort();
    let image = pool.get(snapshot).and_then(|row| row.suspend_VDI.some());
    let drop = [call("VM.destroy", snapshot.id())].into_iter();
    Plan::Serial(
        drop.chain(disks.iter().copied().chain(image).map(|vdi| call("VDI.destroy", vdi.id()))).collect(),
    )
}

fn tell(planning: &Planning, row: &Vmss, alert: &str, body: &str) -> Plan {
    let message = Message {
        uuid: planning.new_uuid(),
        name: Text::new(alert),
        priority: messages::priority(alert),
        cls: Cls::Vmss,
        obj_uuid: Text::new(row.uuid.to_string()),
        timestamp: planning.now,
        body: Text::new(body),
    };
    Plan::Write(vec![Edit::make(planning.new_ref::<Message>(), message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(frequency: VmssFrequency, entries: &[(&str, &str)]) -> Vmss {
        let schedule = entries.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect();
        Vmss { frequency, schedule, ..Vmss::default() }
    }

    fn due(row: &Vmss, now: &str) -> String {
        let now = Date::parse(now).expect("a date").seconds();
        last_due(row, now, &TimeZone::UTC).map_or("never".into(), |due| Date::from_seconds(due).to_string())
    }

    #[test]
    fn knows_when_it_was_due() {
        let hourly = schedule(VmssFrequency::Hourly, &[("min", "30")]);
        assert_eq!(due(&hourly, "20260101T10:29:59Z"), "20260101T09:30:00Z");
        assert_eq!(due(&hourly, "20260101T10:30:00Z"), "20260101T10:30:00Z");
        let daily = schedule(VmssFrequency::Daily, &[("hour", "23"), ("min", "45")]);
        assert_eq!(due(&daily, "20260101T23:44:00Z"), "20251231T23:45:00Z");
        // The first of January 2026 is a Thursday.
        let weekly =
            schedule(VmssFrequency::Weekly, &[("days", "Monday, thursday"), ("hour", "8"), ("min", "0")]);
        assert_eq!(due(&weekly, "20260101T07:59:00Z"), "20251229T08:00:00Z");
        assert_eq!(due(&weekly, "20260101T08:00:00Z"), "20260101T08:00:00Z");
        assert_eq!(due(&weekly, "20260104T00:00:00Z"), "20260101T08:00:00Z");
        let thursdays = schedule(VmssFrequency::Weekly, &[("days", "thursday"), ("hour", "8"), ("min", "0")]);
        assert_eq!(due(&thursdays, "20260101T07:00:00Z"), "20251225T08:00:00Z");
    }
    #[test]
    fn follows_the_clocks_of_its_zone() {
        let zone = TimeZoneDatabase::bundled().get("Europe/Berlin").expect("a zone");
        let nightly = schedule(VmssFrequency::Daily, &[("hour", "2"), ("min", "30")]);
        let due = |now: &str| {
            let now = Date::parse(now).expect("a date").seconds();
            Date::from_seconds(last_due(&nightly, now, &zone).expect("a moment")).to_string()
        };
        assert_eq!(due("20260115T12:00:00Z"), "20260115T01:30:00Z");
        assert_eq!(due("20260715T12:00:00Z"), "20260715T00:30:00Z");
        // In that night there is no half past two.
        assert_eq!(due("20260329T12:00:00Z"), "20260329T01:30:00Z");
    }
}
