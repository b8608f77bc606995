//! A host arrives: its rows become rows of this pool, all in one commit.
//!
//! References are made anew, uuids stay. Networks are the pool's where the bridge is the same; storage
//! that all hosts have gets a place in the new one too.

use super::language::{Newcomer, Reply};
use super::{MEMBER, RemoteMachine, own_call};
use crate::handler::Change;
use crate::kept;
use crate::operations::pool::certificates::JOINING;
use crate::plan::Edit;
use crate::removal;
use crate::toolstack::{Toolstack, coordinator};
use machine::Machine;
use machine::Step;
use machine::step::RoleStep;
use model::{
    ApiError, ClassId, Host, Network, Pbd, Ref, RefId, Sr, Text, Uuid, Value, Vm, XeniosAccount, many,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Snapshot;

/// What a host brings along: its hardware, its local storage, its machines; not what every pool has.
pub fn luggage(pool: &Snapshot, host: Ref<Host>) -> Vec<Edit> {
    let machines = pool.all::<Vm>().filter(|(_, vm)| !vm.is_default_template && !vm.is_control_domain);
    let mut roots: Vec<(ClassId, RefId)> = vec![(ClassId::Host, host.id())];
    roots.extend(machines.map(|(id, _)| (ClassId::Vm, id.id())));
    roots.extend(removal::local_storage(pool, host).into_iter().map(|sr| (ClassId::Sr, sr.id())));
    let mut rows = removal::with_company(pool, roots);
    // What they hang on, and every pool may have of its own.
    for class in [ClassId::Network, ClassId::GpuGroup, ClassId::UsbGroup] {
        rows.extend(pool.table(class).keys().map(|id| (class, *id)));
    }
    // Storage that is everywhere is the other pool's own.
    let shared = |id: &RefId| {
        let sr = pool.get(Ref::<Pbd>::new(*id)).and_then(|pbd| pool.get(pbd.SR));
        sr.is_none_or(|sr| sr.shared || sr.is_tools_sr)
    };
    rows.retain(|(class, id)| *class != ClassId::Pbd || !shared(id));
    rows.into_iter().filter_map(|(class, id)| make(pool, class, id)).collect()
}

fn make(pool: &Snapshot, class: ClassId, id: RefId) -> Option<Edit> {
    let row = &pool.entry(class, id)?.row;
    let default = class.definition().new_row?();
    let fields = class.definition().fields.iter().enumerate().filter_map(|(number, field)| {
        let value = row.field(number)?.value();
        (value != default.field(number)?.value()).then(|| (field.name.to_string(), value))
    });
    Some(Edit::Make { class: class.name().into(), id, fields: fields.collect() })
}

/// Take a host in.
pub async fn admit(toolstack: &Arc<Toolstack>, newcomer: Newcomer) -> Result<Reply, ApiError> {
    toolstack.change(&own_call(), "pool.join", |change| settle(change, &newcomer)).await?;
    let pool = toolstack.store.snapshot();
    if let Some(host) = pool.by_uuid(ClassId::Host, newcomer.host).map(Ref::new) {
        let machine = Arc::new(RemoteMachine::new(toolstack, host));
        toolstack.machines.put(host, machine.clone());
        tokio::spawn(show_storage(toolstack.clone(), machine, host));
    }
    let accounts = pool.all::<XeniosAccount>();
    let accounts = accounts.map(|(_, account)| (account.name.clone(), account.password_hash.clone()));
    Ok(Reply::Admitted { accounts: accounts.collect() })
}

/// Let the new host see what all hosts have. It takes a moment until it is ready to be told.
async fn show_storage(toolstack: Arc<Toolstack>, machine: Arc<RemoteMachine>, host: Ref<Host>) {
    let pool = toolstack.store.snapshot();
    let Some(uuid) = pool.get(host).map(|host| host.uuid) else { return };
    for (_, pbd) in pool.many_rows(many::HOST_PBDS, host) {
        let Some(sr) = pool.get(pbd.SR).filter(|sr| sr.shared) else { continue };
        let (storage, capacity_bytes) = (sr.uuid, sr.physical_size);
        let step = Step::Role(RoleStep::See { host: uuid, storage, capacity_bytes, disks: Vec::new() });
        for _ in 0..10 {
            if machine.perform(&step).await.is_ok() {
                break;
            }
            toolstack.clock.sleep(std::time::Duration::from_secs(1)).await;
        }
    }
}

fn settle(change: &mut Change, newcomer: &Newcomer) -> Result<Value, ApiError> {
    if change.tx.by_uuid(ClassId::Host, newcomer.host).is_some() {
        return Err(ApiError::internal_error(format!("the pool has the host {} already", newcomer.host)));
    }
    let joining = format!("{JOINING}{}", newcomer.host);
    if kept::get(change.tx, &joining) != Some(&newcomer.fingerprint) {
        return Err(ApiError::server_certificate_invalid());
    }
    kept::forget(change.tx, &joining);
    let new = identities(change, &newcomer.rows)?;
    for edit in &newcomer.rows {
        let (Edit::Make { id, fields, .. }, Some(class)) = (edit, edit.class()) else { continue };
        let Some(Identity::New(new_id)) = new.get(id) else { continue };
        let Some(new_row) = class.definition().new_row else { continue };
        let mut row = new_row();
        for (name, value) in fields {
            let number = class.definition().field(name).map(|(number, _)| number);
            if let Some(field) = number.and_then(|number| row.field_mut(number)) {
                field
                    .assign(&translated(value, &new))
                    .map_err(|misfit| ApiError::internal_error(format!("{name}: {misfit:?}")))?;
            }
        }
        change.tx.insert_row(*new_id, row);
    }
    let host = change.tx.by_uuid(ClassId::Host, newcomer.host).map(Ref::<Host>::new);
    let host = host.ok_or_else(|| ApiError::internal_error("the host does not bring itself"))?;
    share_storage(change, host);
    kept::put(change.tx, change.chance, &format!("{MEMBER}{}", newcomer.host), &newcomer.fingerprint);
    Ok(Value::VOID)
}

/// What becomes of a reference of the other pool.
enum Identity {
    New(RefId),
    /// It is this row of ours.
    Ours(RefId),
}

impl Identity {
    fn id(&self) -> RefId {
        match self {
            Identity::New(id) | Identity::Ours(id) => *id,
        }
    }
}

fn identities(change: &Change, rows: &[Edit]) -> Result<BTreeMap<RefId, Identity>, ApiError> {
    let mut new = BTreeMap::new();
    for edit in rows {
        let (Edit::Make { id, fields, .. }, Some(class)) = (edit, edit.class()) else { continue };
        let text = |name: &str| {
            let value = fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
            value.and_then(Value::as_text).unwrap_or_default()
        };
        let ours = match class {
            ClassId::Network => {
                let bridge = text("bridge");
                change
                    .tx
                    .all::<Network>()
                    .find(|(_, network)| network.bridge == bridge)
                    .map(|(id, _)| id.id())
            }
            ClassId::GpuGroup | ClassId::UsbGroup => change.tx.by_name(class, &text("name_label")).next(),
            _ => None,
        };
        if ours.is_none()
            && let Some(uuid) = Uuid::parse(&text("uuid"))
            && change.tx.by_uuid(class, uuid).is_some()
        {
            let name = class.name();
            return Err(match class {
                ClassId::Vm => ApiError::duplicate_vm(uuid),
                ClassId::Sr => ApiError::sr_uuid_exists(uuid),
                _ => ApiError::internal_error(format!("the pool has the {name} {uuid} already")),
            });
        }
        let identity = ours.map_or_else(|| Identity::New(change.new_ref::<()>().id()), Identity::Ours);
        new.insert(*id, identity);
    }
    Ok(new)
}

/// A value with the references of this pool; what did not come along is null.
fn translated(value: &Value, new: &BTreeMap<RefId, Identity>) -> Value {
    match value {
        Value::Ref(id) => Value::Ref(new.get(id).map_or(RefId::NULL, Identity::id)),
        Value::Array(items) => {
            let items = items.iter().filter(|item| match item {
                Value::Ref(id) => new.contains_key(id),
                _ => true,
            });
            Value::Array(items.map(|item| translated(item, new)).collect())
        }
        Value::Struct(members) => {
            let member = |(key, value): &(Text, Value)| (key.clone(), translated(value, new));
            Value::Struct(members.iter().map(member).collect())
        }
        Value::String(text) => match RefId::parse(text).and_then(|id| new.get(&id)) {
            Some(identity) => Value::String(Text::new(identity.id().to_string())),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// What every host has, the new one has too, as the coordinator is connected to it.
fn share_storage(change: &mut Change, host: Ref<Host>) {
    let leads = coordinator(change.tx);
    let shared: Vec<(Ref<Sr>, Pbd)> = change
        .tx
        .many_rows(many::HOST_PBDS, leads)
        .filter(|(_, pbd)| change.tx.get(pbd.SR).is_some_and(|sr| sr.shared))
        .map(|(_, pbd)| (pbd.SR, pbd.clone()))
        .collect();
    for (sr, pbd) in shared {
        let row = Pbd { uuid: change.new_uuid(), host, SR: sr, ..pbd };
        let id = change.new_ref();
        change.tx.insert(id, row);
    }
}
