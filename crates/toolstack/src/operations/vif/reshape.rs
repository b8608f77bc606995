//! A card gets another network, filter, tags or addresses. One that is plugged changes at once.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::interfaces::{self, cidr, is_ipv4, is_ipv6};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use machine::{NetworkStep, Step};
use model::{
    ApiError, Network, NetworkDefaultLockingMode, Ref, SdnController, Set, Text, Vif,
    VifIpv4ConfigurationMode as Mode4, VifIpv6ConfigurationMode as Mode6, VifLockingMode, Vm, VmPowerState,
    many,
};
use store::Snapshot;

/// The machine that has the card plugged now.
fn plugged_into<'a>(pool: &'a Snapshot, vif: &Vif) -> Option<&'a Vm> {
    let alive = |vm: &&Vm| matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    pool.get(vif.VM).filter(|_| vif.currently_attached).filter(alive)
}

fn reshaped(
    planning: &Planning,
    id: Ref<Vif>,
    before: Option<Plan>,
    edits: Vec<Edit>,
) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let vif = pool.find(id)?;
    let after = imagine(pool, &edits);
    let mut parts: Vec<Plan> = before.into_iter().chain([Plan::Write(edits)]).collect();
    if let (Some(vm), Some(now)) = (plugged_into(pool, vif), after.get(id)) {
        let (from, to) = (Box::new(device::nic(pool, vif)), Box::new(device::nic(&after, now)));
        let step = NetworkStep::AdjustNic { vm: vm.uuid, to, from };
        parts.push(Plan::Do(vm.resident_on, Step::Network(step)));
    }
    Ok(Planned::new(Plan::Serial(parts)))
}

pub fn move_to(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    moved(planning, arguments.reference("self")?, arguments.reference("network")?)
}

/// A card goes into another network, also while its machine runs.
pub fn moved(planning: &Planning, id: Ref<Vif>, network: Ref<Network>) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let vif = pool.find(id)?;
    pool.find(network)?;
    if vif.network == network {
        return Ok(Planned::new(Plan::nothing()));
    }
    crate::ha::assert_network_is_everywhere(pool, vif.VM, network)?;
    check_trunks(pool, network, &vif.trunks)?;
    let mut lent = None;
    if let Some(vm) = plugged_into(pool, vif) {
        let host = vm.resident_on;
        // A virtual function is no port that could be moved.
        if [vif.network, network].iter().any(|network| crate::allowed::pif::of_functions(pool, *network).0) {
            return Err(ApiError::operation_not_allowed("a card with a virtual function cannot be moved"));
        }
        if !interfaces::reaches(pool, host, network) {
            return Err(ApiError::host_cannot_attach_network(host, network));
        }
        lent = interfaces::lend(pool, network, host);
    }
    reshaped(planning, id, lent, vec![Edit::set(id, "network", network)])
}

pub fn set_locking_mode(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let pool = planning.pool;
    let id: Ref<Vif> = arguments.reference("self")?;
    let mode: VifLockingMode = arguments.choice("value")?;
    let vif = pool.find(id)?;
    let open_network = || {
        let network = pool.get(vif.network);
        network.is_none_or(|network| network.default_locking_mode == NetworkDefaultLockingMode::Unlocked)
    };
    let open = match mode {
        VifLockingMode::Unlocked => true,
        VifLockingMode::NetworkDefault => open_network(),
        VifLockingMode::Locked | VifLockingMode::Disabled => false,
    };
    // Who steers the switch says what passes.
    if !open && pool.first::<SdnController>().is_some() {
        return Err(ApiError::operation_not_allowed("the switches are steered by a controller"));
    }
    reshaped(planning, id, None, vec![Edit::set(id, "locking_mode", mode)])
}

/// A field of addresses, and which texts are such.
struct Allowed {
    field: &'static str,
    fits: fn(&str) -> bool,
    now: fn(&Vif) -> &Set<Text>,
}

const IPV4: Allowed = Allowed { field: "ipv4_allowed", fits: is_ipv4, now: |vif| &vif.ipv4_allowed };
const IPV6: Allowed = Allowed { field: "ipv6_allowed", fits: is_ipv6, now: |vif| &vif.ipv6_allowed };

/// Addresses that a new card is locked to.
pub fn check_allowed(vif: &Vif) -> Result<(), ApiError> {
    for kind in [IPV4, IPV6] {
        if let Some(odd) = (kind.now)(vif).iter().find(|address| !(kind.fits)(address)) {
            return Err(ApiError::invalid_value(kind.field, odd));
        }
    }
    Ok(())
}

fn allow(
    planning: &Planning,
    arguments: &Arguments,
    kind: &Allowed,
    change: impl FnOnce(&Set<Text>) -> Result<Set<Text>, ApiError>,
) -> Result<Planned, ApiError> {
    let id: Ref<Vif> = arguments.reference("self")?;
    let now = (kind.now)(planning.pool.find(id)?);
    let next = change(now)?;
    let added = next.iter().filter(|address| !now.iter().any(|known| known == *address));
    if let Some(odd) = added.into_iter().find(|address| !(kind.fits)(address)) {
        return Err(ApiError::invalid_value(kind.field, odd));
    }
    reshaped(planning, id, None, vec![Edit::set(id, kind.field, next)])
}

fn set(planning: &Planning, arguments: &Arguments, kind: &Allowed) -> Result<Planned, ApiError> {
    allow(planning, arguments, kind, |_| {
        let mut once = Set::EMPTY;
        for address in arguments.set::<Text>("value")?.iter() {
            once.insert(address.clone());
        }
        Ok(once)
    })
}

fn add(planning: &Planning, arguments: &Arguments, kind: &Allowed) -> Result<Planned, ApiError> {
    allow(planning, arguments, kind, |now| {
        let mut next = now.clone();
        next.insert(arguments.text("value")?);
        Ok(next)
    })
}

fn remove(planning: &Planning, arguments: &Arguments, kind: &Allowed) -> Result<Planned, ApiError> {
    allow(planning, arguments, kind, |now| {
        let mut next = now.clone();
        next.remove(&arguments.text("value")?);
        Ok(next)
    })
}

pub fn set_ipv4(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    set(planning, arguments, &IPV4)
}
pub fn add_ipv4(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    add(planning, arguments, &IPV4)
}
pub fn remove_ipv4(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    remove(planning, arguments, &IPV4)
}
pub fn set_ipv6(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    set(planning, arguments, &IPV6)
}
pub fn add_ipv6(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    add(planning, arguments, &IPV6)
}
pub fn remove_ipv6(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    remove(planning, arguments, &IPV6)
}

/// The agent in the guest must know how to take addresses.
fn check_agent(pool: &Snapshot, vif: &Vif) -> Result<(), ApiError> {
    let metrics = pool.get(vif.VM).and_then(|vm| pool.get(vm.guest_metrics));
    let knows = metrics.and_then(|metrics| metrics.other.get("feature-static-ip-setting"));
    if knows.is_some_and(|knows| knows == "1") { Ok(()) } else { Err(ApiError::vm_lacks_feature(vif.VM)) }
}

/// What a guest is told to use must be what its card lets through.
fn check_locked(vif: &Vif, allowed: &Set<Text>, address: &str) -> Result<(), ApiError> {
    let locked = vif.locking_mode == VifLockingMode::Locked;
    if locked && !allowed.iter().any(|known| known == address) {
        return Err(ApiError::address_violates_locking_constraint(address));
    }
    Ok(())
}

pub fn configure_ipv4(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vif> = arguments.reference("self")?;
    let mode: Mode4 = arguments.choice("mode")?;
    let (address, gateway) = (arguments.text("address")?, arguments.text("gateway")?);
    let vif = planning.pool.find(id)?;
    let mut edits = vec![Edit::set(id, "ipv4_configuration_mode", mode)];
    if mode == Mode4::Static {
        let plain = cidr(&address).map(|(address, _)| address).filter(|address| is_ipv4(address));
        let plain = plain.ok_or_else(|| ApiError::invalid_cidr_address_specified("address"))?;
        if !gateway.is_empty() && !is_ipv4(&gateway) {
            return Err(ApiError::invalid_ip_address_specified("gateway"));
        }
        check_agent(planning.pool, vif)?;
        check_locked(vif, &vif.ipv4_allowed, plain)?;
        edits.push(Edit::set(id, "ipv4_addresses", [address].into_iter().collect::<Set<Text>>()));
        edits.push(Edit::set(id, "ipv4_gateway", gateway));
    } else {
        check_agent(planning.pool, vif)?;
        edits.push(Edit::set(id, "ipv4_addresses", Set::<Text>::EMPTY));
        edits.push(Edit::set(id, "ipv4_gateway", Text::new_static("")));
    }
    reshaped(planning, id, None, edits)
}

pub fn configure_ipv6(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vif> = arguments.reference("self")?;
    let mode: Mode6 = arguments.choice("mode")?;
    let (address, gateway) = (arguments.text("address")?, arguments.text("gateway")?);
    let vif = planning.pool.find(id)?;
    let mut edits = vec![Edit::set(id, "ipv6_configuration_mode", mode)];
    if mode == Mode6::Static {
        let plain = cidr(&address).map(|(address, _)| address).filter(|address| is_ipv6(address));
        let plain = plain.ok_or_else(|| ApiError::invalid_cidr_address_specified("address"))?;
        if !gateway.is_empty() && !is_ipv6(&gateway) {
            return Err(ApiError::invalid_ip_address_specified("gateway"));
        }
        check_agent(planning.pool, vif)?;
        check_locked(vif, &vif.ipv6_allowed, plain)?;
        edits.push(Edit::set(id, "ipv6_addresses", [address].into_iter().collect::<Set<Text>>()));
        edits.push(Edit::set(id, "ipv6_gateway", gateway));
    } else {
        check_agent(planning.pool, vif)?;
        edits.push(Edit::set(id, "ipv6_addresses", Set::<Text>::EMPTY));
        edits.push(Edit::set(id, "ipv6_gateway", Text::new_static("")));
    }
    reshaped(planning, id, None, edits)
}

/// Tags pass only where a network has none of its own.
fn check_trunks(pool: &Snapshot, network: Ref<Network>, trunks: &Set<i64>) -> Result<(), ApiError> {
    let tagged = pool.many_rows(many::NETWORK_PIFS, network).any(|(_, pif)| pif.VLAN >= 0);
    if tagged && !trunks.is_empty() {
        return Err(ApiError::network_incompatible_with_trunks(network));
    }
    Ok(())
}

fn trunk(planning: &Planning, id: Ref<Vif>, trunks: Set<i64>) -> Result<Planned, ApiError> {
    if let Some(odd) = trunks.iter().find(|tag| !(0..=4094).contains(*tag)) {
        return Err(ApiError::vlan_tag_invalid(odd));
    }
    check_trunks(planning.pool, planning.pool.find(id)?.network, &trunks)?;
    reshaped(planning, id, None, vec![Edit::set(id, "trunks", trunks)])
}

pub fn set_trunks(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let mut once = Set::EMPTY;
    for tag in arguments.set::<i64>("value")?.iter() {
        once.insert(*tag);
    }
    trunk(planning, arguments.reference("self")?, once)
}

pub fn add_trunks(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vif> = arguments.reference("self")?;
    let mut trunks = planning.pool.find(id)?.trunks.clone();
    trunks.insert(arguments.int("value")?);
    trunk(planning, id, trunks)
}

pub fn remove_trunks(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vif> = arguments.reference("self")?;
    let mut trunks = planning.pool.find(id)?.trunks.clone();
    trunks.remove(&arguments.int("value")?);
    trunk(planning, id, trunks)
}
