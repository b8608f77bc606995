//! Rows of storage, as steps want them; and rows that go with a storage.

use crate::handler::Planning;
use crate::listen::own_call;
use crate::messages;
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use machine::{Label, Names, Place, Step, StorageStep};
use model::driver::Driver;
use model::{
    ApiEnum, ApiError, ClassId, Cls, Crashdump, Host, Pbd, Ref, RefId, Secret, Sm, Sr, Text, TextMap, Uuid,
    Value, Vbd, VbdType, Vdi, many,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Snapshot;

/// The driver of a type that the pool has registered.
pub fn registered(pool: &Snapshot, name: &str) -> Result<Text, ApiError> {
    let name = Text::new(name.to_lowercase());
    let known = pool.all::<Sm>().any(|(_, driver)| driver.r#type == name);
    if known { Ok(name) } else { Err(ApiError::sr_unknown_driver(name)) }
}

pub fn place(sr: &Sr, config: &TextMap) -> Place {
    let config = config.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    Place { sr: sr.uuid, driver: sr.r#type.to_string(), config: config.collect() }
}

pub fn names(sr: &Sr) -> Names {
    Names { label: sr.name_label.to_string(), description: sr.name_description.to_string() }
}

/// What is to be written on a storage about its disks.
pub fn labels(pool: &Snapshot, sr: Ref<Sr>) -> Vec<Label> {
    pool.many_rows(many::SR_VDIS, sr).map(|(_, vdi)| label(pool, vdi)).collect()
}

fn label(pool: &Snapshot, vdi: &Vdi) -> Label {
    Label {
        vdi: vdi.uuid,
        names: Names { label: vdi.name_label.to_string(), description: vdi.name_description.to_string() },
        kind: vdi.r#type.name().to_string(),
        location: vdi.location.to_string(),
        read_only: vdi.read_only,
        snapshot_of: pool.get(vdi.snapshot_of).map(|of| of.uuid),
        is_a_snapshot: vdi.is_a_snapshot,
        snapshot_time: vdi.snapshot_time.seconds(),
        // Who had it in use where is forgotten.
        sm_config: vdi
            .sm_config
            .iter()
            .filter(|(key, _)| !key.starts_with("host_") && !key.starts_with("read-caching"))
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
    }
}

/// Look which disks are on a storage.
pub fn scan(pool: &Snapshot, id: Ref<Sr>, sr: &Sr, host: Ref<Host>) -> Plan {
    let known = pool.many_rows(many::SR_VDIS, id).map(|(_, vdi)| vdi.uuid).collect();
    Plan::Do(host, Step::Storage(StorageStep::Scan { sr: sr.uuid, known }))
}

/// Plug a storage into a host. The first host that does so, and the coordinator, look what is on it.
pub fn plug(pool: &Snapshot, pbd: &Pbd) -> Plan {
    let Some(sr) = pool.get(pbd.SR) else { return Plan::nothing() };
    let place = place(sr, &pbd.device_config);
    let plug = Plan::Do(pbd.host, Step::Storage(StorageStep::Plug { place }));
    let coordinator = pool.first::<model::Pool>().map(|(_, pool)| pool.master);
    let first = !pool.many_rows(many::SR_PBDS, pbd.SR).any(|(_, pbd)| pbd.currently_attached);
    if first || coordinator == Some(pbd.host) {
        Plan::Serial(vec![plug, scan(pool, pbd.SR, sr, pbd.host)])
    } else {
        plug
    }
}

/// The links of a storage that has no row yet: to one host, or to all.
pub struct NewLinks {
    pub rows: Vec<Edit>,
    /// For the hosts that live; the others plug it when they boot.
    pub plugs: Vec<Plan>,
    pub places: Vec<(Ref<Host>, Place)>,
}

pub fn new_links(
    planning: &Planning,
    id: Ref<Sr>,
    sr: &Sr,
    config: &TextMap,
    only: Option<Ref<Host>>,
) -> NewLinks {
    let pool = planning.pool;
    let mut links = NewLinks { rows: Vec::new(), plugs: Vec::new(), places: Vec::new() };
    let hosts = pool.all::<Host>().filter(|(host, _)| only.is_none_or(|only| only == *host));
    for (host, row) in hosts {
        let (config, secrets) = keep_secrets(&sr.r#type, config, planning.chance);
        links.rows.extend(secrets.into_iter().map(|(id, secret)| Edit::make(id, secret)));
        let place = place(sr, &config);
        let uuid = planning.new_uuid();
        let pbd = Pbd { uuid, host, SR: id, device_config: config, ..Pbd::default() };
        links.rows.push(Edit::make(planning.new_ref::<Pbd>(), pbd));
        links.places.push((host, place.clone()));
        if pool.get(row.metrics).is_some_and(|metrics| metrics.live) {
            links.plugs.push(Plan::Do(host, Step::Storage(StorageStep::Plug { place })));
        }
    }
    links
}

/// Look which disks are on a storage that has no row yet.
pub fn scan_new(sr: &Sr, host: Ref<Host>) -> Plan {
    Plan::Do(host, Step::Storage(StorageStep::Scan { sr: sr.uuid, known: Vec::new() }))
}

/// Unplug a storage from a host. Before that the names of its disks are written on it, for whoever
/// will have it next.
pub fn unplug(pool: &Snapshot, pbd: &Pbd) -> Plan {
    let Some(sr) = pool.get(pbd.SR) else { return Plan::nothing() };
    let place = place(sr, &pbd.device_config);
    let unplug = Plan::Do(pbd.host, Step::Storage(StorageStep::Unplug { place }));
    if !Driver::find(&sr.r#type).is_none_or(Driver::holds_disks) {
        return unplug;
    }
    let step = StorageStep::Label { sr: sr.uuid, names: names(sr), labels: labels(pool, pbd.SR) };
    Plan::Serial(vec![Plan::Do(pbd.host, Step::Storage(step)), unplug])
}

/// Say that storage of a host could not be plugged after it has booted.
pub async fn tell_not_plugged(toolstack: &Arc<Toolstack>, host: Ref<Host>) {
    const ALERT: &str = "PBD_PLUG_FAILED_ON_SERVER_START";
    let call = own_call();
    let told = toolstack.change(&call, ALERT, |change| {
        let uuid = change.tx.get(host).map(|host| host.uuid.to_string()).unwrap_or_default();
        let priority = messages::priority(ALERT);
        messages::send(change.tx, change.chance, change.now, ALERT, priority, Cls::Host, &uuid, "");
        Ok(Value::VOID)
    });
    if let Err(error) = told.await {
        tracing::warn!(%error, "an alert could not be written down");
    }
}

/// Settings as they are kept: what is secret becomes a secret of its own.
pub fn keep_secrets(
    driver: &str,
    config: &TextMap,
    chance: &dyn machine::Chance,
) -> (TextMap, Vec<(Ref<Secret>, Secret)>) {
    let secret_keys = Driver::find(driver).map_or(&[][..], |driver| driver.secrets);
    let (mut kept, mut secrets) = (TextMap::EMPTY, Vec::new());
    for (key, value) in config.iter() {
        match key.as_str() {
            // Who is the coordinator is said anew each time.
            "SRmaster" => {}
            plain if secret_keys.contains(&plain) => {
                let secret = Secret { uuid: chance.uuid(), value: value.clone(), ..Secret::default() };
                kept.insert(Text::new(format!("{plain}_secret")), Text::new(secret.uuid.to_string()));
                secrets.push((Ref::from_bits(chance.uuid().0), secret));
            }
            _ => drop(kept.insert(key.clone(), value.clone())),
        }
    }
    (kept, secrets)
}

/// The secrets that belong to a link alone.
pub fn secrets_of(pool: &Snapshot, pbd: &Pbd) -> Vec<Ref<Secret>> {
    let values = pbd.device_config.iter().filter(|(key, _)| key.ends_with("_secret"));
    let secret = |(_, value): (&Text, &Text)| pool.by_uuid(ClassId::Secret, Uuid::parse(value)?);
    values.filter_map(secret).map(Ref::new).collect()
}

/// What becomes of rows when disks have none any more: drives for discs are empty then, others go.
pub fn without_disks(pool: &Snapshot, disks: &[Ref<Vdi>]) -> Vec<Edit> {
    let gone: BTreeSet<RefId> = disks.iter().map(|disk| disk.id()).collect();
    let mut edits = Vec::new();
    for disk in disks {
        for (class, field, id) in pool.all_referrers(disk.id()) {
            match class {
                ClassId::Vdi if gone.contains(&id) => {}
                ClassId::Vbd => {
                    let vbd: Ref<Vbd> = Ref::new(id);
                    if pool.get(vbd).is_some_and(|row| row.r#type == VbdType::Cd) {
                        edits.push(Edit::set(vbd, "VDI", Ref::<Vdi>::NULL));
                        edits.push(Edit::set(vbd, "empty", true));
                    } else {
                        edits.push(Edit::drop(vbd));
                    }
                }
                ClassId::Crashdump => edits.push(Edit::drop(Ref::<Crashdump>::new(id))),
                _ => edits.extend(unlink(pool, class, field, id, disk.id())),
            }
        }
    }
    edits.extend(disks.iter().map(|disk| Edit::drop(*disk)));
    edits
}

/// A storage goes out of the rows, with its disks and links; what pointed at it points at nothing.
pub fn without_storage(pool: &Snapshot, sr: Ref<Sr>) -> Vec<Edit> {
    let disks: Vec<Ref<Vdi>> = pool.many(many::SR_VDIS, sr).collect();
    let mut edits = without_disks(pool, &disks);
    for (id, pbd) in pool.many_rows(many::SR_PBDS, sr) {
        edits.push(Edit::drop(id));
        edits.extend(secrets_of(pool, pbd).into_iter().map(Edit::drop));
    }
    for (class, field, id) in pool.all_referrers(sr.id()) {
        if !matches!(class, ClassId::Vdi | ClassId::Pbd) {
            edits.extend(unlink(pool, class, field, id, sr.id()));
        }
    }
    edits.push(Edit::drop(sr));
    edits
}

/// A field that points at something, without that.
fn unlink(pool: &Snapshot, class: ClassId, field: usize, id: RefId, target: RefId) -> Option<Edit> {
    let is_target = |value: &Value| *value == Value::Ref(target);
    let value = match pool.entry(class, id)?.row.field(field)?.value() {
        Value::Ref(_) => Value::Ref(RefId::NULL),
        Value::Array(items) => Value::Array(items.into_iter().filter(|item| !is_target(item)).collect()),
        Value::Struct(members) => {
            Value::Struct(members.into_iter().filter(|(_, value)| !is_target(value)).collect())
        }
        _ => return None,
    };
    let name = class.definition().fields.get(field)?.name;
    Some(Edit::Set { class: class.name().into(), id, field: name.into(), value })
}
