//! What lies on interfaces moves to another one of the same host: addresses, tags, tunnels, and the
//! cards of guests that can be nowhere else.

use crate::interfaces;
use crate::operations::device;
use crate::placement;
use crate::plan::{Edit, Plan};
use crate::runner::imagine;
use machine::{NetworkStep, Step};
use model::{
    ApiError, Host, IpConfigurationMode, Ipv6ConfigurationMode, Network, Pif, Ref, Set, Text, Vif, Vm,
    VmPowerState, many,
};
use std::collections::BTreeMap;
use store::Snapshot;

/// What will be done: interfaces that go down before the rows change, and that come up afterwards.
pub struct Moving<'a> {
    pool: &'a Snapshot,
    host: Ref<Host>,
    pub edits: Vec<Edit>,
    down: Vec<Ref<Pif>>,
    up: Vec<Ref<Pif>>,
    cards: Vec<Ref<Vif>>,
}

impl<'a> Moving<'a> {
    pub fn new(pool: &'a Snapshot, host: Ref<Host>) -> Moving<'a> {
        Moving { pool, host, edits: Vec::new(), down: Vec::new(), up: Vec::new(), cards: Vec::new() }
    }

    /// An interface that goes down if it is up.
    pub fn take_down(&mut self, id: Ref<Pif>) {
        if self.pool.get(id).is_some_and(|pif| pif.currently_attached) {
            self.down.push(id);
        }
    }

    pub fn bring_up(&mut self, id: Ref<Pif>) {
        self.up.push(id);
    }

    /// The tags and tunnels on some interfaces go to another one, which may be still to be made.
    pub fn tags_and_tunnels(
        &mut self,
        from: &[Ref<Pif>],
        to: Ref<Pif>,
        target: &Pif,
    ) -> Result<(), ApiError> {
        let pool = self.pool;
        let mut networks: BTreeMap<i64, Ref<Network>> = BTreeMap::new();
        for (id, vlan) in from.iter().flat_map(|pif| pool.many_rows(many::PIF_VLAN_SLAVE_OF, *pif)) {
            let Some(untagged) = pool.get(vlan.untagged_PIF) else { continue };
            self.take_down(vlan.untagged_PIF);
            if let Some(network) = networks.get(&vlan.tag).copied() {
                // Two members had the same tag: one is left.
                if untagged.management {
                    return Err(ApiError::pif_is_management_interface(vlan.untagged_PIF));
                }
                self.cards_of_network(untagged.network, network)?;
                self.edits.extend([Edit::drop(id), Edit::drop(vlan.untagged_PIF)]);
                continue;
            }
            networks.insert(vlan.tag, untagged.network);
            self.edits.extend([
                Edit::set(id, "tagged_PIF", to),
                Edit::set(vlan.untagged_PIF, "device", target.device.clone()),
                Edit::set(vlan.untagged_PIF, "device_name", target.device.clone()),
                Edit::set(vlan.untagged_PIF, "MAC", target.MAC.clone()),
                Edit::set(vlan.untagged_PIF, "metrics", target.metrics),
            ]);
            if untagged.currently_attached {
                self.up.push(vlan.untagged_PIF);
            }
        }
        for (id, tunnel) in
            from.iter().flat_map(|pif| pool.many_rows(many::PIF_TUNNEL_TRANSPORT_PIF_OF, *pif))
        {
            self.edits.push(Edit::set(id, "transport_PIF", to));
            if let Some(access) = pool.get(tunnel.access_PIF).filter(|access| access.currently_attached) {
                self.edits.push(Edit::set(tunnel.access_PIF, "metrics", target.metrics));
                debug_assert!(access.VLAN < 0, "a tunnel has no tag");
                self.down.push(tunnel.access_PIF);
                self.up.push(tunnel.access_PIF);
            }
        }
        Ok(())
    }

    /// The guests' cards on a network that could be on no other host go to another network.
    pub fn cards_of_network(&mut self, from: Ref<Network>, to: Ref<Network>) -> Result<(), ApiError> {
        let pool = self.pool;
        for (id, vif) in pool.many_rows(many::NETWORK_VIFS, from) {
            let Some(vm) = pool.get(vif.VM).filter(|vm| self.is_local(vif.VM, vm)) else { continue };
            crate::allowed::nothing_runs("VM", vif.VM.id(), &vm.current_operations)?;
            crate::allowed::nothing_runs("VIF", id.id(), &vif.current_operations)?;
            self.edits.push(Edit::set(id, "network", to));
            if vif.currently_attached && vm.resident_on == self.host {
                self.cards.push(id);
            }
        }
        Ok(())
    }

    /// It runs here, or could run nowhere else.
    fn is_local(&self, id: Ref<Vm>, vm: &Vm) -> bool {
        if !vm.resident_on.is_null() {
            return vm.resident_on == self.host;
        }
        if vm.power_state == VmPowerState::Running {
            return false;
        }
        let fits = |host: Ref<Host>| placement::fits(self.pool, id, vm, host).is_ok();
        let mut hosts = self.pool.all::<Host>().map(|(host, _)| host).filter(|host| fits(*host));
        hosts.next() == Some(self.host) && hosts.next().is_none()
    }

    /// The whole of it. `manage`: which interface the host was managed by, and will be.
    pub fn plan(self, manage: Option<(Ref<Pif>, Ref<Pif>)>) -> Plan {
        let (pool, after) = (self.pool, imagine(self.pool, &self.edits));
        // What lies on top goes first, and comes last.
        let down = self.down.iter().rev().map(|pif| interfaces::take_down(pool, *pif));
        let mut parts: Vec<Plan> = down.collect();
        parts.push(Plan::Write(self.edits.clone()));
        parts.extend(self.up.iter().map(|pif| interfaces::bring_up(&after, *pif)));
        if let Some((from, to)) = manage {
            let from = pool.get(from).map(|pif| pif.uuid);
            let to = after.get(to).map(|pif| pif.uuid);
            let host = device::host_uuid(pool, self.host);
            parts.push(Plan::Do(self.host, Step::Network(NetworkStep::ManageBy { host, to, from })));
        }
        for card in &self.cards {
            let (Some(before), Some(now)) = (pool.get(*card), after.get(*card)) else { continue };
            let vm = pool.get(before.VM).map_or(model::Uuid::NIL, |vm| vm.uuid);
            let (from, to) = (Box::new(device::nic(pool, before)), Box::new(device::nic(&after, now)));
            parts.push(Plan::Do(self.host, Step::Network(NetworkStep::AdjustNic { vm, to, from })));
        }
        Plan::Serial(parts)
    }

    /// The cards that are moved while they are plugged.
    pub fn moved_cards(&self) -> Vec<Ref<Vif>> {
        self.cards.clone()
    }
}

/// The addresses of one interface, for another.
pub fn with_addresses_of(from: &Pif, to: Pif) -> Pif {
    // What is lent comes again with a lease.
    let lent = from.ip_configuration_mode == IpConfigurationMode::Dhcp;
    let text = |text: &Text| if lent { Text::new_static("") } else { text.clone() };
    Pif {
        ip_configuration_mode: from.ip_configuration_mode,
        IP: text(&from.IP),
        netmask: text(&from.netmask),
        gateway: text(&from.gateway),
        DNS: text(&from.DNS),
        ipv6_configuration_mode: from.ipv6_configuration_mode,
        IPv6: from.IPv6.clone(),
        ipv6_gateway: from.ipv6_gateway.clone(),
        primary_address_type: from.primary_address_type,
        ..to
    }
}

/// The edits that make one row's addresses those of another.
pub fn set_addresses(id: Ref<Pif>, of: &Pif) -> Vec<Edit> {
    vec![
        Edit::set(id, "ip_configuration_mode", of.ip_configuration_mode),
        Edit::set(id, "IP", of.IP.clone()),
        Edit::set(id, "netmask", of.netmask.clone()),
        Edit::set(id, "gateway", of.gateway.clone()),
        Edit::set(id, "DNS", of.DNS.clone()),
        Edit::set(id, "ipv6_configuration_mode", of.ipv6_configuration_mode),
        Edit::set(id, "IPv6", of.IPv6.clone()),
        Edit::set(id, "ipv6_gateway", of.ipv6_gateway.clone()),
        Edit::set(id, "primary_address_type", of.primary_address_type),
    ]
}

/// An interface without any address.
pub fn bare() -> Pif {
    Pif {
        ip_configuration_mode: IpConfigurationMode::None,
        ipv6_configuration_mode: Ipv6ConfigurationMode::None,
        IPv6: Set::EMPTY,
        ..Pif::default()
    }
}
