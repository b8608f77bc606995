//! What the toolstack of each host remembers for itself: small words that are in no row of the API.
//!
//! Kept in `xenios_setting`, under the host's uuid.

use crate::handler::Planning;
use crate::plan::Edit;
use model::{Ref, Text, Uuid, XeniosSetting};
use store::{Snapshot, Transaction};

/// `false` if only an operator enables the host again.
pub const AUTO_ENABLE: &str = "host_auto_enable";
/// The host was told to go down: it takes nothing until it is back.
pub const DISABLED_UNTIL_REBOOT: &str = "host_disabled_until_reboot";
/// The host was told to reboot and is not back yet.
pub const REBOOTING: &str = "rebooting";
/// The host decides nothing about what is to be started after a failure, until high availability begins
/// anew.
pub const NO_FAILOVER_DECISIONS: &str = "ha_disable_failover_decisions";
pub const SCHED_GRAN: &str = "sched_gran";
pub const CLOCK_AHEAD: &str = "clock_ahead";
pub const SYSLOG: &str = "syslog_destination";
pub const GUEST_AGENT: &str = "guest_agent_config";
/// Followed by the uuid of a disk that the host holds.
pub const STATIC_VDI: &str = "static_vdi/";

fn name(host: Uuid, key: &str) -> String {
    format!("localdb/{host}/{key}")
}

fn find(pool: &Snapshot, name: &str) -> Option<Ref<XeniosSetting>> {
    pool.all::<XeniosSetting>().find(|(_, row)| row.name == name).map(|(id, _)| id)
}

pub fn get(pool: &Snapshot, host: Uuid, key: &str) -> Option<Text> {
    find(pool, &name(host, key)).and_then(|id| pool.get(id)).map(|row| row.value.clone())
}

pub fn says(pool: &Snapshot, host: Uuid, key: &str, value: &str) -> bool {
    get(pool, host, key).is_some_and(|found| found == value)
}

/// All keys of a host that begin so, without the beginning, with their values.
pub fn under(pool: &Snapshot, host: Uuid, prefix: &str) -> Vec<(String, Text)> {
    let prefix = name(host, prefix);
    let rows = pool.all::<XeniosSetting>();
    rows.filter_map(|(_, row)| Some((row.name.strip_prefix(&prefix)?.to_string(), row.value.clone())))
        .collect()
}

/// `fresh`: two numbers that nobody has, for a row that is new.
pub fn put(tx: &mut Transaction, fresh: (Uuid, Uuid), host: Uuid, key: &str, value: &str) {
    let name = name(host, key);
    match find(tx, &name) {
        Some(id) => _ = tx.update(id, |row| row.value = Text::new(value)),
        None => {
            let row = XeniosSetting { uuid: fresh.1, name: Text::new(name), value: Text::new(value) };
            tx.insert(Ref::from_bits(fresh.0.0), row);
        }
    }
}

pub fn clear(tx: &mut Transaction, host: Uuid, key: &str) {
    if let Some(id) = find(tx, &name(host, key)) {
        tx.delete(id);
    }
}

/// Everything that is remembered for a host.
pub fn forget(tx: &mut Transaction, host: Uuid) {
    let prefix = name(host, "");
    let of_host =
        |(id, row): (Ref<XeniosSetting>, &XeniosSetting)| row.name.starts_with(&prefix).then_some(id);
    let rows: Vec<_> = tx.all::<XeniosSetting>().filter_map(of_host).collect();
    rows.into_iter().for_each(|id| _ = tx.delete(id));
}

/// Everything that is remembered for an object goes: as a part of a plan.
pub fn drops(pool: &Snapshot, object: Uuid) -> Vec<Edit> {
    let prefix = name(object, "");
    let of_object = pool.all::<XeniosSetting>().filter(|(_, row)| row.name.starts_with(&prefix));
    of_object.map(|(id, _)| Edit::drop(id)).collect()
}

/// That a key is forgotten, as a part of a plan.
pub fn drop_key(pool: &Snapshot, host: Uuid, key: &str) -> Option<Edit> {
    find(pool, &name(host, key)).map(Edit::drop)
}

/// The same as a part of a plan.
pub fn edit(planning: &Planning, host: Uuid, key: &str, value: &str) -> Edit {
    let name = name(host, key);
    match find(planning.pool, &name) {
        Some(id) => Edit::set(id, "value", Text::new(value)),
        None => {
            let row =
                XeniosSetting { uuid: planning.new_uuid(), name: Text::new(name), value: Text::new(value) };
            Edit::make(planning.new_ref::<XeniosSetting>(), row)
        }
    }
}
