//! `VLAN`: a tag on an interface, and the interface that sees only what has it.

use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C, Plan as P};
use crate::handler::{Change, Find, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use model::{ApiError, Host, Item, Network, Pif, Pool, Ref, Text, Value, Vlan, many};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("VLAN.create", P(create)),
    ("VLAN.destroy", P(destroy)),
    ("VLAN.pool_introduce", C(pool_introduce)),
    ("PIF.create_VLAN", P(create_on_device)),
    ("PIF.destroy", P(destroy_by_interface)),
    ("pool.create_VLAN", P(create_everywhere)),
    ("pool.create_VLAN_from_PIF", P(create_from_interface)),
    ("host.sync_vlans", P(sync)),
];

/// 4095 is not for use.
const LAST_TAG: i64 = 4094;

/// A VLAN that will be made: what is done, and what there is then.
struct Made {
    plan: Plan,
    vlan: Ref<Vlan>,
    untagged: Ref<Pif>,
}

fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let tagged = arguments.reference("tagged_PIF")?;
    let made = make(planning, tagged, arguments.int("tag")?, arguments.reference("network")?)?;
    Ok(Planned::new(made.plan).returning(made.vlan.to_value()))
}

fn make(planning: &Planning, tagged: Ref<Pif>, tag: i64, network: Ref<Network>) -> Result<Made, ApiError> {
    let pool = planning.pool;
    let below = pool.find(tagged)?;
    pool.find(network)?;
    check(pool, tagged, below, tag, network)?;
    let (vlan, untagged): (Ref<Vlan>, Ref<Pif>) = (planning.new_ref(), planning.new_ref());
    let pif = Pif {
        uuid: planning.new_uuid(),
        device: below.device.clone(),
        device_name: below.device.clone(),
        network,
        host: below.host,
        MAC: below.MAC.clone(),
        MTU: below.MTU,
        VLAN: tag,
        metrics: below.metrics,
        currently_attached: false,
        bond_slave_of: Ref::NULL,
        VLAN_master_of: vlan,
        IPv6: [Text::new_static("")].into_iter().collect(),
        ..Pif::default()
    };
    let row = Vlan {
        uuid: planning.new_uuid(),
        tagged_PIF: tagged,
        untagged_PIF: untagged,
        tag,
        ..Vlan::default()
    };
    let edits = vec![Edit::make(untagged, pif), Edit::make(vlan, row)];
    let up = interfaces::bring_up(&imagine(pool, &edits), untagged);
    Ok(Made { plan: Plan::Serial(vec![Plan::Write(edits), up]), vlan, untagged })
}

fn check(
    pool: &store::Snapshot,
    tagged: Ref<Pif>,
    below: &Pif,
    tag: i64,
    network: Ref<Network>,
) -> Result<(), ApiError> {
    allowed::network_managed(pool, network)?;
    allowed::managed(tagged, below)?;
    allowed::only_one_there(pool, below.host, network)?;
    if allowed::is_member(pool, below) {
        return Err(ApiError::cannot_add_vlan_to_bond_slave(tagged));
    }
    if below.VLAN >= 0 {
        return Err(ApiError::pif_is_vlan(tagged));
    }
    if !(0..=LAST_TAG).contains(&tag) {
        return Err(ApiError::vlan_tag_invalid(tag));
    }
    if pool.many_rows(many::PIF_VLAN_SLAVE_OF, tagged).any(|(_, vlan)| vlan.tag == tag) {
        return Err(ApiError::pif_vlan_exists(&below.device));
    }
    if pool.many(many::PIF_TUNNEL_ACCESS_PIF_OF, tagged).next().is_some() {
        return Err(ApiError::is_tunnel_access_pif(tagged));
    }
    let on_functions = pool.many(many::PIF_SRIOV_LOGICAL_PIF_OF, tagged).next().is_some();
    let (functions, tags_on_functions) = allowed::of_functions(pool, network);
    let empty = pool.many(many::NETWORK_PIFS, network).next().is_none();
    if on_functions && !empty && !tags_on_functions {
        return Err(ApiError::network_incompatible_with_vlan_on_sriov(network));
    }
    if !on_functions && (functions || tags_on_functions) {
        return Err(ApiError::network_incompatible_with_vlan_on_bridge(network));
    }
    Ok(())
}

fn destroy(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    unmake(planning, arguments.reference("self")?)
}

fn unmake(planning: &Planning, id: Ref<Vlan>) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let untagged = pool.find(id)?.untagged_PIF;
    // A record whose interface was forgotten is just dropped.
    let Some(pif) = pool.get(untagged) else {
        return Ok(Planned::new(Plan::Write(vec![Edit::drop(id)])));
    };
    allowed::not_bonded(pool, untagged, pif)?;
    allowed::not_members_management(pool, untagged, pif)?;
    allowed::unprotected(pool, untagged, pif)?;
    if pif.VLAN < 0 {
        return Err(ApiError::pif_is_physical(untagged));
    }
    allowed::unplug(pool, untagged, pif)?;
    allowed::no_tunnels(pool, untagged)?;
    let mut parts = Vec::new();
    if pif.currently_attached {
        parts.push(interfaces::take_down(pool, untagged));
    }
    parts.push(Plan::Write(vec![Edit::drop(id), Edit::drop(untagged)]));
    Ok(Planned::new(Plan::Serial(parts)))
}

fn pool_introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = Vlan {
        uuid: change.new_uuid(),
        tagged_PIF: arguments.reference("tagged_PIF")?,
        untagged_PIF: arguments.reference("untagged_PIF")?,
        tag: arguments.int("tag")?,
        other_config: arguments.map("other_config")?,
    };
    let id: Ref<Vlan> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

/// The interface of a device without a tag.
fn by_device(planning: &Planning, host: Ref<Host>, device: &str) -> Result<Ref<Pif>, ApiError> {
    let mut pifs = planning.pool.many_rows(many::HOST_PIFS, host);
    pifs.find(|(_, pif)| pif.device == device && pif.VLAN < 0)
        .map(|(id, _)| id)
        .ok_or_else(|| ApiError::invalid_value("device", device))
}

fn create_on_device(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let tagged = by_device(planning, arguments.reference("host")?, &arguments.text("device")?)?;
    let made = make(planning, tagged, arguments.int("VLAN")?, arguments.reference("network")?)?;
    Ok(Planned::new(made.plan).returning(made.untagged.to_value()))
}

fn destroy_by_interface(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Pif> = arguments.reference("self")?;
    let pif = planning.pool.find(id)?;
    if pif.VLAN < 0 {
        return Err(ApiError::pif_is_physical(id));
    }
    unmake(planning, pif.VLAN_master_of)
}

/// The same on many hosts, all or none of them.
fn make_all(
    planning: &Planning,
    tagged: impl IntoIterator<Item = Ref<Pif>>,
    arguments: &Arguments,
) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let (tag, network) = (arguments.int("VLAN")?, arguments.reference("network")?);
    let all: Vec<Made> =
        tagged.into_iter().map(|tagged| make(planning, tagged, tag, network)).collect::<Result<_, _>>()?;
    let result = Value::Array(all.iter().map(|made| made.untagged.to_value()).collect());
    let plans = all.into_iter().map(|made| made.plan).collect();
    Ok(Planned::new(Plan::Parallel(plans)).returning(result))
}

fn create_everywhere(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let device = arguments.text("device")?;
    let hosts = planning.pool.all::<Host>();
    let tagged: Vec<_> =
        hosts.map(|(host, _)| by_device(planning, host, &device)).collect::<Result<_, _>>()?;
    make_all(planning, tagged, arguments)
}

/// On every live host its interface on the same network.
fn create_from_interface(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<Pif> = arguments.reference("pif")?;
    let pif = pool.find(id)?;
    if pif.VLAN >= 0 {
        return Err(ApiError::pif_is_vlan(id));
    }
    let live = |host: Ref<Host>| {
        let metrics = pool.get(host).and_then(|host| pool.get(host.metrics));
        metrics.is_some_and(|metrics| metrics.live)
    };
    let siblings = pool.many_rows(many::NETWORK_PIFS, pif.network).filter(|(_, other)| live(other.host));
    let siblings: Vec<_> = siblings.map(|(id, _)| id).collect();
    make_all(planning, siblings, arguments)
}

/// The coordinator's VLANs, on a host that lacks them.
fn sync(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let host: Ref<Host> = arguments.reference("host")?;
    let coordinator = pool.first::<Pool>().map_or(Ref::NULL, |(_, pool)| pool.master);
    let mut plans = Vec::new();
    for (_, vlan) in pool.all::<Vlan>() {
        let (Some(untagged), Some(tagged)) = (pool.get(vlan.untagged_PIF), pool.get(vlan.tagged_PIF)) else {
            continue;
        };
        let missing = interfaces::on_network(pool, untagged.network, host).is_none();
        if untagged.host != coordinator || host == coordinator || !missing {
            continue;
        }
        // Its interface on the network that carries the tag there.
        let Some((below, row)) = interfaces::on_network(pool, tagged.network, host) else { continue };
        if check(pool, below, row, vlan.tag, untagged.network).is_ok() {
            plans.push(make(planning, below, vlan.tag, untagged.network)?.plan);
        }
    }
    Ok(Planned::new(Plan::Serial(plans)))
}
