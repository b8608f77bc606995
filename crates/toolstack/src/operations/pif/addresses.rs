//! The addresses of an interface: by hand, by lease, or none.

use super::{allowed, reshaped};
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::interfaces::{self, is_ipv4, is_ipv6};
use crate::plan::Edit;
use model::{
    ApiError, IpConfigurationMode as Mode, Ipv6ConfigurationMode as Mode6, Pif, PrimaryAddressType, Ref, Set,
    Text,
};

pub fn reconfigure_ip(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let id: Ref<Pif> = arguments.reference("self")?;
    let mode: Mode = arguments.choice("mode")?;
    let [ip, netmask, gateway, dns] = ["IP", "netmask", "gateway", "DNS"].map(|name| arguments.text(name));
    let (ip, netmask, gateway, dns) = (ip?, netmask?, gateway?, dns?);
    let pif = planning.pool.find(id)?;
    allowed::managed(id, pif)?;
    allowed::unprotected(planning.pool, id, pif)?;
    let needed = [("IP", &ip), ("netmask", &netmask)];
    if let Some((name, _)) = needed.iter().find(|(_, value)| mode == Mode::Static && !is_ipv4(value)) {
        return Err(ApiError::invalid_ip_address_specified(name));
    }
    let given = [("IP", &ip), ("netmask", &netmask), ("gateway", &gateway)];
    if let Some((name, _)) = given.iter().find(|(_, value)| !value.is_empty() && !is_ipv4(value)) {
        return Err(ApiError::invalid_ip_address_specified(name));
    }
    check_names(&dns)?;
    if pif.management && mode == Mode::None && pif.primary_address_type == PrimaryAddressType::IPv4 {
        return Err(ApiError::pif_is_management_interface(id));
    }
    let mut edits = vec![
        Edit::set(id, "ip_configuration_mode", mode),
        Edit::set(id, "IP", ip),
        Edit::set(id, "netmask", netmask),
        Edit::set(id, "gateway", gateway),
    ];
    if !dns.is_empty() {
        edits.push(Edit::set(id, "DNS", dns));
    }
    Ok(reshaped(planning, id, edits))
}

pub fn reconfigure_ipv6(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let id: Ref<Pif> = arguments.reference("self")?;
    let mode: Mode6 = arguments.choice("mode")?;
    let [address, gateway, dns] = ["IPv6", "gateway", "DNS"].map(|name| arguments.text(name));
    let (address, gateway, dns) = (address?, gateway?, dns?);
    let pif = planning.pool.find(id)?;
    allowed::managed(id, pif)?;
    allowed::unprotected(planning.pool, id, pif)?;
    if !gateway.is_empty() && !is_ipv6(&gateway) {
        return Err(ApiError::invalid_ip_address_specified("gateway"));
    }
    let has_prefix = interfaces::cidr(&address).is_some_and(|(address, _)| is_ipv6(address));
    if !has_prefix && (mode == Mode6::Static || !address.is_empty()) {
        return Err(ApiError::invalid_ip_address_specified("IPv6"));
    }
    check_names(&dns)?;
    if pif.management && mode == Mode6::None && pif.primary_address_type == PrimaryAddressType::IPv6 {
        return Err(ApiError::pif_is_management_interface(id));
    }
    let addresses: Set<Text> = [address].into_iter().collect();
    let mut edits = vec![
        Edit::set(id, "ipv6_configuration_mode", mode),
        Edit::set(id, "IPv6", addresses),
        Edit::set(id, "ipv6_gateway", gateway),
    ];
    if !dns.is_empty() {
        edits.push(Edit::set(id, "DNS", dns));
    }
    Ok(reshaped(planning, id, edits))
}

/// Servers of names, parted by commas.
fn check_names(dns: &str) -> Result<(), ApiError> {
    let mut servers = dns.split(',').map(str::trim).filter(|server| !server.is_empty());
    if servers.all(|server| is_ipv4(server) || is_ipv6(server)) {
        return Ok(());
    }
    Err(ApiError::invalid_ip_address_specified("DNS"))
}
