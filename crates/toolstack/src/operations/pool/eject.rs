//! `pool.eject`: a member leaves, with what is on its local storage.
//!
//! The host forgets first and the rows go afterwards: until they are gone it is a member, and asking it
//! again does no harm.

use super::{hold, is_live, must_not_have_ha};
use crate::arguments::Arguments;
use crate::handler::{Find, Handler, Planned, Planning};
use crate::plan::{Edit, Plan};
use crate::removal;
use crate::toolstack::coordinator;
use machine::Step;
use machine::step::RoleStep;
use model::{ApiError, Host, Ref, VmPowerState, many};

pub const HANDLERS: &[(&str, Handler)] = &[("pool.eject", Handler::Plan(eject))];

fn eject(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<Host> = arguments.reference("host")?;
    let (class, holder, operation) = hold(planning, "eject")?;
    let host = pool.find(id)?;
    if !is_live(pool, host) {
        return Err(ApiError::cannot_contact_host(id));
    }
    must_not_have_ha(pool)?;
    if coordinator(pool) == id {
        return Err(ApiError::internal_error("Xapi_pool.Cannot_eject_master"));
    }
    let mut residents = pool.many_rows(many::HOST_RESIDENT_VMS, id);
    if residents.any(|(_, vm)| !vm.is_control_domain && vm.power_state != VmPowerState::Halted) {
        return Err(ApiError::operation_not_allowed("VM resident on host"));
    }
    let storages = removal::uuids(pool, &removal::local_storage(pool, id));
    let rows = removal::of_host(pool, id);
    let drop = |(class, id): (model::ClassId, model::RefId)| Edit::Drop { class: class.name().into(), id };
    let plan = Plan::Serial(vec![
        Plan::Pivot,
        Plan::Do(id, Step::Role(RoleStep::Leave { host: host.uuid, storages })),
        Plan::Write(rows.into_iter().map(drop).collect()),
    ]);
    Ok(Planned::new(plan).holding(class, holder, operation))
}
