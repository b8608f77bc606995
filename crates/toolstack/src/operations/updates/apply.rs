//! `host.apply_updates`: bring a host to what its repository offers, and note what that asks for.

use super::nothing_blocks;
use super::synchronise::the_source;
use crate::arguments::Arguments;
use crate::guidance::{self, Guided};
use crate::handler::{Change, Find, Handler, Planned, Planning};
use crate::learn::update::{due, software};
use crate::plan::{Edit, Plan};
use machine::Step;
use machine::fact::update::Update;
use machine::step::update::{UpdateStep, Versions};
use model::{
    ApiEnum, ApiError, Class, ClassId, EnumSet, Host, Pool, Ref, Text, UpdateGuidances, Value, VmPowerState,
    many,
};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.apply_updates", Handler::Plan(apply)),
    ("Repository.apply", Handler::Plan(apply_enabled)),
    // What is installed is told by hosts themselves, whenever it changes.
    ("host.refresh_pack_info", Handler::Read(|_, _| Ok(Value::VOID))),
    ("host.emergency_clear_mandatory_guidance", Handler::Change(clear_mandatory)),
];

fn apply(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Host> = arguments.reference("self")?;
    let Some((pool, row)) = planning.pool.first::<Pool>() else {
        return Err(ApiError::no_repository_enabled());
    };
    nothing_blocks(planning.pool)?;
    if row.ha_enabled {
        return Err(ApiError::ha_is_enabled());
    }
    let (_, source) = the_source(planning.pool)?;
    let hash = arguments.text("hash")?;
    if source.hash.is_empty() || hash != source.hash {
        return Err(ApiError::updateinfo_hash_mismatch());
    }
    let warnings = Value::Array(Vec::new());
    Ok(install(planning, id, hash)?.returning(warnings).holding(ClassId::Pool, pool.id(), "apply_updates"))
}

/// The part of it that a member of the pool asks for.
fn apply_enabled(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let (_, source) = the_source(planning.pool)?;
    install(planning, arguments.reference("host")?, source.hash.clone())
}

fn install(planning: &Planning, id: Ref<Host>, hash: Text) -> Result<Planned, ApiError> {
    let host = planning.pool.find(id)?;
    let updates = due(planning.pool, host);
    let mut edits =
        vec![Edit::set(id, "last_update_hash", hash), Edit::set(id, "last_software_update", planning.now)];
    if updates.is_empty() {
        return Ok(Planned::new(Plan::Write(edits)));
    }
    let to: Versions = updates.iter().flat_map(|update| update.packages.clone()).collect();
    let now = software(planning.pool, host.uuid);
    let from = to.keys().map(|name| (name.clone(), now.get(name).cloned().unwrap_or_default())).collect();
    let step = UpdateStep::Install { host: host.uuid, to, from };
    edits.extend(asked_of_host(id, host, &updates));
    for (vm, row) in planning.pool.many_rows(many::HOST_RESIDENT_VMS, id) {
        if !row.is_control_domain && matches!(row.power_state, VmPowerState::Running | VmPowerState::Paused) {
            let mut row = row.clone();
            guidance::add(&mut row, lists(&updates, is_of_machine));
            edits.extend(edits_of(vm, &mut row));
        }
    }
    Ok(Planned::new(Plan::Serial(vec![Plan::Do(id, Step::Update(step)), Plan::Write(edits)])))
}

fn asked_of_host(id: Ref<Host>, host: &Host, updates: &[Update]) -> Vec<Edit> {
    let mut row = host.clone();
    guidance::add(&mut row, lists(updates, |guidance| !is_of_machine(guidance)));
    edits_of(id, &mut row)
}

fn is_of_machine(guidance: UpdateGuidances) -> bool {
    matches!(guidance, UpdateGuidances::RestartDeviceModel | UpdateGuidances::RestartVm)
}

/// What the updates ask for: what must be, what should be, and everything.
fn lists(updates: &[Update], of: fn(UpdateGuidances) -> bool) -> [EnumSet<UpdateGuidances>; 3] {
    let kinds: [fn(&Update) -> &Vec<String>; 3] =
        [|update| &update.mandatory, |update| &update.recommended, |update| &update.full];
    kinds.map(|words| {
        let words = updates.iter().flat_map(words);
        words.filter_map(|word| UpdateGuidances::parse(word)).filter(|guidance| of(*guidance)).collect()
    })
}

fn edits_of<T: Class + Guided>(id: Ref<T>, row: &mut T) -> Vec<Edit> {
    let [mandatory, recommended, full] = row.lists().map(|list| *list);
    vec![
        Edit::set(id, "pending_guidances", mandatory),
        Edit::set(id, "pending_guidances_recommended", recommended),
        Edit::set(id, "pending_guidances_full", full),
    ]
}

/// On the host that is asked, whatever its updates say.
fn clear_mandatory(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    change.tx.update(change.toolstack.this_host(), |host| host.pending_guidances = EnumSet::EMPTY);
    Ok(Value::VOID)
}
