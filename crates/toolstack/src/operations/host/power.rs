//! Hosts go down, come up, and their toolstacks begin anew.

use super::reachable;
use crate::arguments::Arguments;
use crate::ending::Ending;
use crate::evacuation::residents;
use crate::handler::{Change, Find, Planned, Planning};
use crate::plan::Plan;
use crate::{learn, localdb};
use machine::{HostStep, PowerOnWay, Step};
use model::{ApiError, Host, Pif, Ref, Secret, Text, TextMap, Value, Vm, many};
use store::Snapshot;

/// The machine goes down some seconds after the call has returned, and is back when it is back.
pub fn reboot(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host = idle(planning, arguments)?;
    let (uuid, since_seconds) = (host.uuid, learn::host::boot_time(host).unwrap_or(0));
    let remember = vec![
        localdb::edit(planning, uuid, localdb::DISABLED_UNTIL_REBOOT, "true"),
        localdb::edit(planning, uuid, localdb::REBOOTING, &since_seconds.to_string()),
    ];
    let step = Step::Host(HostStep::Reboot { host: uuid, since_seconds });
    Ok(Planned::new(Plan::Serial(vec![Plan::Write(remember), Plan::Do(arguments.reference("host")?, step)])))
}

pub fn shutdown(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host = idle(planning, arguments)?;
    let (uuid, since_seconds) = (host.uuid, learn::host::boot_time(host).unwrap_or(0));
    let remember = vec![localdb::edit(planning, uuid, localdb::DISABLED_UNTIL_REBOOT, "true")];
    let step = Step::Host(HostStep::PowerOff { host: uuid, since_seconds });
    Ok(Planned::new(Plan::Serial(vec![Plan::Write(remember), Plan::Do(arguments.reference("host")?, step)])))
}

/// A host that is there, and on which nothing runs any more.
fn idle<'a>(planning: &Planning<'a>, arguments: &Arguments) -> Result<&'a Host, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let pool = planning.pool;
    let host = reachable(pool, id)?;
    // Also one that is on its way here.
    let expected = pool.all::<Vm>().find(|(_, vm)| vm.scheduled_to_be_resident_on == id);
    if let Some((vm, _)) = residents(pool, id).next().or(expected) {
        return Err(ApiError::host_in_use(id, "vm", vm));
    }
    let attached = pool
        .many_rows(many::VM_VBDS, host.control_domain)
        .find(|(_, vbd)| vbd.currently_attached)
        .map(|(vbd, _)| vbd);
    match attached.filter(|_| !host.control_domain.is_null()) {
        Some(vbd) => Err(ApiError::host_in_use(id, "vbd", vbd)),
        None => Ok(host),
    }
}

/// Another host sends for it.
pub fn power_on(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let pool = planning.pool;
    let host = pool.find(id)?;
    let way = way(pool, id, host)?;
    let this = planning.toolstack.this_host();
    let live = |host: &Ref<Host>| reachable(pool, *host).is_ok();
    let others = pool.all::<Host>().map(|(other, _)| other).filter(|other| *other != id);
    let sender =
        std::iter::once(this).chain(others).find(live).ok_or_else(|| ApiError::host_offline(this))?;
    let step = Step::Host(HostStep::PowerOn { host: host.uuid, way });
    Ok(Planned::new(Plan::Do(sender, step)))
}

fn way(pool: &Snapshot, id: Ref<Host>, host: &Host) -> Result<PowerOnWay, ApiError> {
    let fails = |mode: &str, reason: String| ApiError::xenapi_plugin_failure(mode, "", reason);
    match host.power_on_mode.as_str() {
        "wake-on-lan" => {
            let management = |(_, pif): &(Ref<Pif>, &Pif)| pif.management;
            let card = pool.many_rows(many::HOST_PIFS, id).find(management);
            let mac = card.map(|(_, pif)| pif.MAC.to_string()).filter(|mac| !mac.is_empty());
            Ok(PowerOnWay::WakeOnLan {
                mac: mac
                    .ok_or_else(|| fails("wake-on-lan", "the host has no management interface".into()))?,
            })
        }
        kind @ ("iLO" | "DRAC") => {
            let member = |key: &str| {
                let value = host.power_on_config.get(key).filter(|value| !value.is_empty());
                value.map(|value| value.to_string()).ok_or_else(|| fails(kind, format!("{key} is missing")))
            };
            let (address, user) = (member("power_on_ip")?, member("power_on_user")?);
            let secret = member("power_on_password_secret")?;
            if secret_of(pool, &host.power_on_config).is_none() {
                return Err(fails(kind, format!("there is no secret {secret}")));
            }
            Ok(PowerOnWay::ServiceProcessor { kind: kind.to_string(), address, user })
        }
        // A script of the administrator, which no simulated host has.
        plugin => Err(ApiError::xenapi_missing_plugin(plugin)),
    }
}

fn secret_of(pool: &Snapshot, config: &TextMap) -> Option<Ref<Secret>> {
    let uuid = model::Uuid::parse(config.get("power_on_password_secret")?)?;
    pool.by_uuid(model::ClassId::Secret, uuid).map(Ref::new)
}

/// The password of the way before is not kept.
pub fn set_power_on_mode(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let (mode, config) = (arguments.text("power_on_mode")?, arguments.map("power_on_config")?);
    let before = secret_of(change.tx, &change.tx.find(id)?.power_on_config);
    let kept = secret_of(change.tx, &config);
    if let Some(secret) = before.filter(|secret| Some(*secret) != kept) {
        change.tx.delete(secret);
    }
    change.tx.update(id, |host| {
        host.power_on_mode = mode;
        host.power_on_config = config;
    });
    Ok(Value::VOID)
}

/// The machine itself is about to go down: nothing is placed on it any more.
pub fn prepare_for_poweroff(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let host = reachable(change.tx, id)?;
    if host.enabled {
        return Err(ApiError::host_not_disabled());
    }
    let uuid = host.uuid;
    let fresh = (change.new_uuid(), change.new_uuid());
    localdb::put(change.tx, fresh, uuid, localdb::DISABLED_UNTIL_REBOOT, "true");
    Ok(Value::VOID)
}

/// Of the host that this toolstack is: the whole process. Members that are simulated have no process
/// of their own, and begin anew at once.
pub fn restart_agent(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    reachable(change.tx, id)?;
    if id == change.toolstack.this_host() {
        change.toolstack.ending.ask(Ending::Again);
    } else {
        begun(change, id);
    }
    Ok(Value::VOID)
}

/// The toolstack of a host begins now.
fn begun(change: &mut Change, id: Ref<Host>) {
    let now = Text::new(format!("{}.", change.now.seconds()));
    change.tx.update(id, |host| host.other_config.insert(Text::new_static("agent_start_time"), now));
}

pub fn shutdown_agent(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    change.toolstack.ending.ask(Ending::Stop);
    Ok(Value::VOID)
}
