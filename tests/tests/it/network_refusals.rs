//! What is refused on networks, with which words, and which word comes first.

use worlds::words;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; network lan; network san; network dmz vlan 20; network inside private; network other private; vm web 1GiB running on h1 disk nfs nic lan; vm db 1GiB halted disk nfs nic dmz";

/// Calls after what makes them ready, and the code with which the last is refused.
const REFUSALS: &[(&str, &str)] = &[
    // Networks.
    ("network.create {name_label: a, bridge: xenbr9}", "INVALID_VALUE"),
    ("network.create {name_label: a, bridge: abcdefghijklmnop}", "INVALID_VALUE"),
    (
        "network.create {name_label: a, bridge: br9}; network.create {name_label: b, bridge: br9}",
        "BRIDGE_NAME_EXISTS",
    ),
    ("network.destroy lan", "NETWORK_CONTAINS_VIF"),
    ("network.destroy san", "NETWORK_CONTAINS_PIF"),
    (
        "set network inside other_config {is_host_internal_management_network: 'true'}; network.destroy inside",
        "CANNOT_DESTROY_SYSTEM_NETWORK",
    ),
    ("network.set_default_locking_mode lan disabled", "VIF_IN_USE"),
    ("network.add_purpose san nbd; network.add_purpose lan insecure_nbd", "NETWORK_INCOMPATIBLE_PURPOSES"),
    ("set network inside managed false; network.attach inside h1", "BRIDGE_NOT_AVAILABLE"),
    // Interfaces.
    ("set PIF h1/eth2 managed false; PIF.plug h1/eth2", "PIF_UNMANAGED"),
    ("PIF.unplug h1/eth0", "PIF_IS_MANAGEMENT_INTERFACE"),
    ("PIF.unplug h1/eth1", "VIF_IN_USE"),
    ("PIF.set_disallow_unplug h1/eth2 true; PIF.unplug h1/eth2", "PIF_DOES_NOT_ALLOW_UNPLUG"),
    ("set pool pool ha_enabled true; PIF.unplug h1/eth0", "HA_IS_ENABLED"),
    ("set pool pool ha_enabled true; PIF.reconfigure_ip h1/eth2 Static nonsense", "HA_IS_ENABLED"),
    ("set pool pool redo_log_enabled true; PIF.forget h1/eth2", "REDO_LOG_IS_ENABLED"),
    ("PIF.reconfigure_ip h1/eth2 Static nonsense 255.0.0.0", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("PIF.reconfigure_ip h1/eth2 Static 10.0.0.1 ''", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("PIF.reconfigure_ip h1/eth2 DHCP '' '' 10.0.0", "INVALID_IP_ADDRESS_SPECIFIED"),
    (
        "PIF.reconfigure_ip h1/eth2 Static 10.0.0.1 255.0.0.0 '' '10.0.0.2,nonsense'",
        "INVALID_IP_ADDRESS_SPECIFIED",
    ),
    ("PIF.reconfigure_ip h1/eth0 None", "PIF_IS_MANAGEMENT_INTERFACE"),
    ("PIF.reconfigure_ipv6 h1/eth2 Static fd00::1", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("PIF.reconfigure_ipv6 h1/eth2 Static fd00::1/129", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("PIF.set_primary_address_type h1/eth0 IPv6", "PIF_IS_MANAGEMENT_INTERFACE"),
    ("PIF.introduce h1 02:00:00 eth1", "MAC_INVALID"),
    ("PIF.introduce h1 '' eth1", "DUPLICATE_PIF_DEVICE_NAME"),
    ("PIF.introduce h1 '' eth9", "MAC_INVALID"),
    ("PIF.forget h1/eth0", "PIF_VLAN_STILL_EXISTS"),
    ("PIF.forget h1/eth0.20", "PIF_VLAN_STILL_EXISTS"),
    ("VLAN.destroy h2/eth0.20; PIF.forget h2/eth0", "PIF_IS_MANAGEMENT_INTERFACE"),
    ("PIF.destroy h1/eth2", "PIF_IS_PHYSICAL"),
    ("PIF.set_property h1/eth0.20 gro off", "CANNOT_CHANGE_PIF_PROPERTIES"),
    ("PIF.set_property h1/eth2 gro maybe", "INVALID_VALUE"),
    // Tags.
    ("VLAN.create h1/eth1 20 dmz", "NETWORK_ALREADY_CONNECTED"),
    ("VLAN.create h1/eth1 4095 inside", "VLAN_TAG_INVALID"),
    ("VLAN.create h1/eth1 -1 inside", "VLAN_TAG_INVALID"),
    ("VLAN.create h1/eth0 20 inside", "PIF_VLAN_EXISTS"),
    ("VLAN.create h1/eth0.20 30 inside", "PIF_IS_VLAN"),
    ("set network inside managed false; VLAN.create h1/eth1 30 inside", "NETWORK_UNMANAGED"),
    ("tunnel.create h1/eth0 inside; VLAN.create h1/tunnel0 30 other", "IS_TUNNEL_ACCESS_PIF"),
    ("pool.create_VLAN eth7 inside 30", "INVALID_VALUE"),
    ("pool.create_VLAN_from_PIF h1/eth0.20 inside 30", "PIF_IS_VLAN"),
    ("VIF.move web/nic0 dmz; VLAN.destroy h1/eth0.20", "VIF_IN_USE"),
    // Bonds.
    ("Bond.create inside h1/eth1", "PIF_BOND_NEEDS_MORE_MEMBERS"),
    ("Bond.create inside h1/eth1,h1/eth1", "PIF_BOND_NEEDS_MORE_MEMBERS"),
    ("Bond.create inside h1/eth1,h2/eth2", "PIF_CANNOT_BOND_CROSS_HOST"),
    ("Bond.create inside h1/eth1,h1/eth0.20", "PIF_VLAN_EXISTS"),
    ("Bond.create inside h1/eth1,h1/eth2 nonsense", "MAC_INVALID"),
    ("Bond.create lan h1/eth1,h1/eth2", "NETWORK_ALREADY_CONNECTED"),
    ("PIF.set_property h1/eth1 gro off; Bond.create inside h1/eth1,h1/eth2", "INCOMPATIBLE_PIF_PROPERTIES"),
    (
        "PIF.reconfigure_ip h1/eth1 DHCP; PIF.reconfigure_ip h1/eth2 DHCP; Bond.create inside h1/eth1,h1/eth2",
        "PIF_BOND_MORE_THAN_ONE_IP",
    ),
    (
        "set pool pool ha_enabled true; Bond.create inside h1/eth0,h1/eth2",
        "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE",
    ),
    ("Bond.create inside h1/eth1,h1/eth2 '' lacp {lacp-time: never}", "INVALID_VALUE"),
    ("Bond.create inside h1/eth1,h1/eth2; Bond.set_property h1/bond0 lacp-time fast", "INVALID_VALUE"),
    ("Bond.create inside h1/eth1,h1/eth2; PIF.plug h1/eth2", "CANNOT_PLUG_BOND_SLAVE"),
    ("Bond.create inside h1/eth1,h1/eth2; VLAN.create h1/eth2 30 other", "CANNOT_ADD_VLAN_TO_BOND_SLAVE"),
    ("Bond.create inside h1/eth1,h1/eth2; PIF.forget h1/eth2", "PIF_ALREADY_BONDED"),
    ("Bond.create inside h1/eth1,h1/eth2; PIF.unplug h1/eth1", "PIF_ALREADY_BONDED"),
    ("Bond.create inside h1/eth1,h1/eth2; network.attach san h1", "CANNOT_PLUG_BOND_SLAVE"),
    ("Bond.create inside h1/eth1,h1/eth2; VIF.move db/nic0 lan; VM.start_on db h1", "VM_REQUIRES_NETWORK"),
    // Tunnels.
    ("tunnel.create h1/eth2 inside", "TRANSPORT_PIF_NOT_CONFIGURED"),
    ("tunnel.create h1/eth0 inside; tunnel.create h1/tunnel0 other", "IS_TUNNEL_ACCESS_PIF"),
    ("tunnel.create h1/eth0 inside; PIF.forget h1/eth0", "PIF_VLAN_STILL_EXISTS"),
    (
        "set host h2 software_version {network_backend: bridge}; tunnel.create h1/eth0 inside",
        "OPENVSWITCH_NOT_ACTIVE",
    ),
    // Virtual functions.
    ("network_sriov.create h1/eth1 inside", "PIF_IS_NOT_SRIOV_CAPABLE"),
    ("network_sriov.create h1/eth0.20 inside", "PIF_IS_NOT_PHYSICAL"),
    (
        "network_sriov.create h1/eth2 inside; network_sriov.create h1/eth2 other",
        "NETWORK_SRIOV_ALREADY_ENABLED",
    ),
    ("network_sriov.create h1/eth2 dmz", "NETWORK_INCOMPATIBLE_WITH_SRIOV"),
    (
        "network_sriov.create h1/eth2 inside; VLAN.create h2/eth1 30 inside",
        "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE",
    ),
    ("network_sriov.create h1/eth2 inside; VIF.move web/nic0 inside", "OPERATION_NOT_ALLOWED"),
    // Management.
    ("host.management_reconfigure h1/eth2", "PIF_HAS_NO_NETWORK_CONFIGURATION"),
    ("set pool pool ha_enabled true; host.management_reconfigure h1/eth2", "HA_IS_ENABLED"),
    (
        "PIF.set_primary_address_type h1/eth2 IPv6; host.management_reconfigure h1/eth2",
        "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE",
    ),
    ("host.local_management_reconfigure xenbr7", "INTERFACE_HAS_NO_IP"),
    ("pool.management_reconfigure inside", "PIF_NOT_PRESENT"),
    // What steers switches.
    ("SDN_controller.introduce ssl nonsense", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("SDN_controller.introduce ssl 10.0.0.1 70000", "VALUE_NOT_SUPPORTED"),
    ("SDN_controller.introduce pssl; SDN_controller.introduce pssl", "OPERATION_NOT_ALLOWED"),
    ("SDN_controller.introduce pssl; VIF.set_locking_mode web/nic0 locked", "OPERATION_NOT_ALLOWED"),
    // Cards of machines.
    ("VIF.add_ipv4_allowed web/nic0 fd00::1", "INVALID_VALUE"),
    ("VIF.configure_ipv4 web/nic0 Static 10.0.0.1", "INVALID_CIDR_ADDRESS_SPECIFIED"),
    ("VIF.configure_ipv4 web/nic0 Static 10.0.0.1/24", "VM_LACKS_FEATURE"),
    ("VIF.set_trunks web/nic0 5000", "VLAN_TAG_INVALID"),
    ("VIF.set_trunks db/nic0 5", "NETWORK_INCOMPATIBLE_WITH_TRUNKS"),
    // Provisioning services.
    ("PVS_site.introduce s; PVS_server.introduce nonsense 1 2 s", "INVALID_IP_ADDRESS_SPECIFIED"),
    ("PVS_site.introduce s; PVS_server.introduce 10.0.0.1 0 2 s", "VALUE_NOT_SUPPORTED"),
    (
        "PVS_site.introduce s; PVS_server.introduce 10.0.0.1 1 2 s; PVS_server.introduce 10.0.0.1 1 2 s",
        "PVS_SERVER_ADDRESS_IN_USE",
    ),
    (
        "PVS_site.introduce s; PVS_server.introduce 10.0.0.1 1 2 s; PVS_site.forget s",
        "PVS_SITE_CONTAINS_SERVERS",
    ),
    (
        "PVS_site.introduce s; PVS_proxy.create s web/nic0; PVS_proxy.create s web/nic0",
        "PVS_PROXY_ALREADY_PRESENT",
    ),
];

#[test]
fn refuses_and_changes_nothing() {
    for (calls, code) in REFUSALS {
        run(async {
            let world = World::new(Origin::Words(POOL), 1, sim::machine::Speed::Max);
            let mut parts = words::calls(calls);
            let last = parts.pop().expect("a call");
            for call in parts {
                world.prepare(call).await;
            }
            let before = (world.summary(), world.simulation.describe());
            let outcome = world.call(last).await;
            let error = outcome.expect_err(&format!("{calls}: it was done"));
            assert_eq!(error.code, *code, "{calls}: {error}");
            assert_eq!(before, (world.summary(), world.simulation.describe()), "{calls}: something changed");
        });
    }
}

/// What is done at the same time is done one after the other.
#[test]
fn two_at_once() {
    const BOTH: &[(&str, &str)] = &[
        ("Bond.create inside h1/eth1,h1/eth2", "Bond.create other h1/eth1,h1/eth2"),
        ("VLAN.create h1/eth1 30 inside", "VLAN.create h1/eth1 30 other"),
        ("Bond.create inside h1/eth1,h1/eth2", "VLAN.create h1/eth1 30 other"),
        ("PIF.forget h1/eth2", "PIF.reconfigure_ip h1/eth2 DHCP"),
        ("VIF.move web/nic0 san", "VM.pool_migrate web h2"),
        ("Bond.create inside h1/eth1,h1/eth2", "VM.pool_migrate web h2"),
        ("VM.clean_shutdown web", "Bond.create inside h1/eth1,h1/eth2"),
        ("VIF.unplug web/nic0", "VIF.move web/nic0 san"),
    ];
    for (one, other) in BOTH {
        for (first, second) in [(one, other), (other, one)] {
            run(async {
                let world = World::new(Origin::Words(POOL), 1, sim::machine::Speed::Default);
                let _ = world.begin(first).await.expect("a task");
                // What it is about may be gone by then.
                let _ = world.begin(second).await;
                world.quiet().await;
                worlds::check::healthy(&world);
            });
        }
    }
}

#[test]
fn a_guest_that_knows_how_takes_an_address() {
    run(async {
        let pool = "host h1 8GiB; sr nfs; network lan; vm windows 1GiB halted disk nfs nic lan";
        let world = World::new(Origin::Words(pool), 1, sim::machine::Speed::Max);
        let listening = world.toolstack.clone();
        tokio::spawn(toolstack::listen::run(listening));
        for call in ["VM.start windows", "VIF.configure_ipv4 windows/nic0 Static 10.1.2.3/24 10.1.2.1"] {
            world.call(call).await.unwrap_or_else(|error| panic!("{call}: {error}"));
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        }
        let pool = world.pool();
        let (_, metrics) = pool.first::<model::VmGuestMetrics>().expect("an agent that has spoken");
        assert_eq!(metrics.networks.get("0/ip").map(|text| text.to_string()), Some("10.1.2.3".into()));
    });
}
