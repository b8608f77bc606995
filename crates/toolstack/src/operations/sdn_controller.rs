//! `SDN_controller`: who steers the switches of all hosts, and what else they are all told alike.

use super::tunnel::switch_steered;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P};
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::operations::device;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use machine::{NetworkStep, Step};
use model::{ApiError, Host, Item, Pool, Ref, SdnController, SdnControllerProtocol, Text, Uuid};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("SDN_controller.introduce", P(introduce)),
    ("SDN_controller.forget", P(forget)),
    ("pool.set_vswitch_controller", P(set_vswitch_controller)),
    ("pool.set_igmp_snooping_enabled", P(set_igmp_snooping_enabled)),
];

/// Where a controller listens unless it says otherwise; and where the switches do.
const CONTROLLER_PORT: i64 = 6632;
const SWITCH_PORT: i64 = 6640;

/// A step for every host.
fn everywhere(pool: &Snapshot, step: impl Fn(Uuid) -> NetworkStep) -> Plan {
    let hosts = pool.all::<Host>().map(|(host, _)| host);
    Plan::Parallel(
        hosts.map(|host| Plan::Do(host, Step::Network(step(device::host_uuid(pool, host))))).collect(),
    )
}

/// Edits of who steers, then every switch is told.
fn steered(pool: &Snapshot, edits: Vec<Edit>) -> Plan {
    let (from, to) = (interfaces::controller(pool), interfaces::controller(&imagine(pool, &edits)));
    let tell =
        everywhere(pool, |host| NetworkStep::SetController { host, to: to.clone(), from: from.clone() });
    Plan::Serial(vec![Plan::Write(edits), tell])
}

fn made(
    planning: &Planning,
    protocol: SdnControllerProtocol,
    address: Text,
    port: i64,
) -> (Ref<SdnController>, Edit) {
    let id = planning.new_ref();
    (id, Edit::make(id, SdnController { uuid: planning.new_uuid(), protocol, address, port }))
}

fn introduce(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let protocol: SdnControllerProtocol = arguments.choice("protocol")?;
    let (address, port) = (arguments.text("address")?, arguments.int("port")?);
    if pool.first::<SdnController>().is_some() {
        return Err(ApiError::operation_not_allowed("there is a controller already; forget it first"));
    }
    let port = match protocol {
        SdnControllerProtocol::Ssl => {
            if !interfaces::is_ipv4(&address) && !interfaces::is_ipv6(&address) {
                return Err(ApiError::invalid_ip_address_specified("address"));
            }
            if port == 0 { CONTROLLER_PORT } else { port }
        }
        // The controller comes to the switches, so there is no address to give.
        SdnControllerProtocol::Pssl => {
            if !address.is_empty() {
                return Err(ApiError::invalid_ip_address_specified("address"));
            }
            if port == 0 { SWITCH_PORT } else { port }
        }
    };
    if !(1..=65535).contains(&port) {
        return Err(ApiError::value_not_supported("port", port, "a port is a number from 1 to 65535"));
    }
    switch_steered(pool)?;
    let (id, edit) = made(planning, protocol, address, port);
    Ok(Planned::new(steered(pool, vec![edit])).returning(id.to_value()))
}

fn forget(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<SdnController> = arguments.reference("self")?;
    let row = pool.find(id)?;
    let mut edits = vec![Edit::drop(id)];
    if let Some((pool, _)) = pool.first::<Pool>().filter(|(_, pool)| pool.vswitch_controller == row.address) {
        edits.push(Edit::set(pool, "vswitch_controller", Text::new_static("")));
    }
    Ok(Planned::new(steered(pool, edits)))
}

/// The older way to say it: an address, or nothing for nobody.
fn set_vswitch_controller(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let address = arguments.text("address")?;
    if !address.is_empty() && !interfaces::is_ipv4(&address) && !interfaces::is_ipv6(&address) {
        return Err(ApiError::invalid_ip_address_specified("address"));
    }
    switch_steered(pool)?;
    let mut edits: Vec<Edit> = pool.all::<SdnController>().map(|(id, _)| Edit::drop(id)).collect();
    if let Some((pool, _)) = pool.first::<Pool>() {
        edits.push(Edit::set(pool, "vswitch_controller", address.clone()));
    }
    if !address.is_empty() {
        edits.push(made(planning, SdnControllerProtocol::Ssl, address, CONTROLLER_PORT).1);
    }
    Ok(Planned::new(steered(pool, edits)))
}

fn set_igmp_snooping_enabled(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<Pool> = arguments.reference("self")?;
    let to = arguments.bool("value")?;
    let from = pool.find(id)?.igmp_snooping_enabled;
    switch_steered(pool)?;
    let live = |host: &Host| pool.get(host.metrics).is_some_and(|metrics| metrics.live);
    if !pool.all::<Host>().all(|(_, host)| live(host)) {
        return Err(ApiError::could_not_update_igmp_snooping_everywhere());
    }
    let tell = everywhere(pool, |host| NetworkStep::SetSnooping { host, to, from });
    let write = Plan::Write(vec![Edit::set(id, "igmp_snooping_enabled", to)]);
    Ok(Planned::new(Plan::Serial(vec![tell, write])))
}
