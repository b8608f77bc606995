//! Network cards are found, introduced and forgotten.

use super::allowed;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use machine::{NetworkStep, Step};
use model::{ApiError, Host, Item, Network, Pif, PifMetrics, Ref, Text, many};

/// What is found gets interfaces, and networks where there are none: see `learn/network.rs`.
pub fn scan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let id: Ref<Host> = arguments.reference("host")?;
    let host = planning.pool.find(id)?.uuid;
    Ok(Planned::new(Plan::Do(id, Step::Network(NetworkStep::FindCards { host }))))
}

/// Looks for the card before there is a row, and again to read what is written on it.
pub fn introduce(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let host: Ref<Host> = arguments.reference("host")?;
    let (mac, device) = (arguments.text("MAC")?.to_lowercase(), arguments.text("device")?);
    if !mac.is_empty() && !crate::mac::is_valid(&mac) {
        return Err(ApiError::mac_invalid(mac));
    }
    if pool.many_rows(many::HOST_PIFS, host).any(|(_, pif)| pif.physical && pif.device == device) {
        return Err(ApiError::duplicate_pif_device_name(device));
    }
    let mut edits = Vec::new();
    let bridge = Text::new(interfaces::bridge_of_device(&device));
    let network = interfaces::network_with_bridge(pool, &bridge).unwrap_or_else(|| {
        let id: Ref<Network> = planning.new_ref();
        let name_label = Text::new(interfaces::network_name_of_device(&device));
        let uuid = planning.new_uuid();
        edits.push(Edit::make(id, Network { uuid, name_label, bridge, ..Network::default() }));
        id
    });
    let (id, metrics): (Ref<Pif>, Ref<PifMetrics>) = (planning.new_ref(), planning.new_ref());
    edits.push(Edit::make(metrics, PifMetrics { uuid: planning.new_uuid(), ..PifMetrics::default() }));
    let row = interfaces::physical(planning.new_uuid(), host, network, &device, metrics);
    let row = Pif { MAC: Text::new(&mac), managed: arguments.bool("managed")?, ..row };
    let look = NetworkStep::FindCard { pif: row.uuid, device: device.to_string(), mac };
    edits.push(Edit::make(id, row));
    let look = Plan::Do(host, Step::Network(look));
    let plan = Plan::Serial(vec![look.clone(), Plan::Write(edits), look]);
    Ok(Planned::new(plan).returning(id.to_value()))
}

pub fn forget(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("self")?;
    let pif = pool.find(id)?;
    allowed::not_bonded(pool, id, pif)?;
    allowed::no_vlans(pool, id, pif)?;
    allowed::no_tunnels(pool, id)?;
    allowed::no_functions(pool, id)?;
    allowed::not_members_management(pool, id, pif)?;
    allowed::unprotected(pool, id, pif)?;
    let down = pif.currently_attached.then(|| interfaces::take_down(pool, id));
    let mut edits = Vec::new();
    if pool.get(pif.metrics).is_some() {
        edits.push(Edit::drop(pif.metrics));
    }
    edits.push(Edit::drop(id));
    Ok(Planned::new(Plan::Serial(down.into_iter().chain([Plan::Write(edits)]).collect())))
}
