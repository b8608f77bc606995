//! Interfaces of hosts: up and down, with addresses, tags, bonds and tunnels; and what guests notice.

use expect_test::expect;
use worlds::check;

const POOL: &str = "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; network lan; network san; network dmz vlan 20; network inside private; vm web 1GiB running on h1 disk nfs nic lan; vm db 1GiB halted disk nfs nic lan";

#[test]
fn takes_an_interface_down() {
    check(
        POOL,
        "PIF.unplug h1/eth2",
        expect![[r#"
        h1: take down h1/eth2
    "#]],
    );
}

#[test]
fn brings_an_interface_up() {
    check(
        POOL,
        "PIF.unplug h1/eth2; PIF.plug h1/eth2",
        expect![[r#"
        h1: bring up h1/eth2
    "#]],
    );
}

#[test]
fn what_is_up_is_up() {
    check(POOL, "PIF.plug h1/eth2", expect![[""]]);
}

#[test]
fn an_interface_gets_an_address() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 Static 10.10.3.1 255.255.0.0 10.10.0.1 10.10.0.2",
        expect![[r#"
        h1: adjust h1/eth2
    "#]],
    );
}

#[test]
fn an_interface_asks_for_an_address() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 DHCP",
        expect![[r#"
        h1: adjust h1/eth2
    "#]],
    );
}

#[test]
fn a_lease_ends_with_the_interface() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 DHCP; PIF.unplug h1/eth2",
        expect![[r#"
        h1: take down h1/eth2
    "#]],
    );
}

#[test]
fn an_interface_gets_an_ipv6_address() {
    check(
        POOL,
        "PIF.reconfigure_ipv6 h1/eth2 Static fd00::1/64 fd00::2",
        expect![[r#"
        h1: adjust h1/eth2
    "#]],
    );
}

#[test]
fn an_interface_gives_itself_an_ipv6_address() {
    check(
        POOL,
        "PIF.reconfigure_ipv6 h1/eth2 Autoconf",
        expect![[r#"
        h1: adjust h1/eth2
    "#]],
    );
}

#[test]
fn a_host_is_where_its_management_interface_is() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth0 Static 10.10.9.9 255.255.0.0 10.10.0.1",
        expect![[r#"
        h1: adjust h1/eth0
    "#]],
    );
}

#[test]
fn finds_cards_that_nobody_has_introduced() {
    check(
        POOL,
        "PIF.scan h1",
        expect![[r#"
        h1: find cards of h1
    "#]],
    );
}

#[test]
fn introduces_a_card() {
    check(
        POOL,
        "PIF.introduce h1 '' eth3",
        expect![[r#"
            h1: find card of h1/eth3
            h1: find card of h1/eth3
        "#]],
    );
}

#[test]
fn introduces_no_card_that_is_not_there() {
    check(
        POOL,
        "PIF.introduce h1 02:00:00:00:00:01 eth3",
        expect![[r#"
        COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS[eth3, 02:00:00:00:00:01]
    "#]],
    );
}

#[test]
fn forgets_a_card() {
    check(
        POOL,
        "PIF.forget h1/eth2",
        expect![[r#"
        h1: take down h1/eth2
    "#]],
    );
}

#[test]
fn forgets_a_card_and_finds_it_again() {
    check(
        POOL,
        "PIF.forget h1/eth2; PIF.scan h1",
        expect![[r#"
        h1: find cards of h1
    "#]],
    );
}

#[test]
fn switches_a_property_of_a_driver() {
    check(
        POOL,
        "PIF.set_property h1/eth2 gro off",
        expect![[r#"
        h1: adjust h1/eth2
    "#]],
    );
}

#[test]
fn makes_a_vlan() {
    check(
        POOL,
        "VLAN.create h1/eth1 30 inside",
        expect![[r#"
        h1: bring up h1/eth1.30
    "#]],
    );
}

#[test]
fn destroys_a_vlan() {
    check(
        POOL,
        "VLAN.destroy h1/eth0.20",
        expect![[r#"
        h1: take down h1/eth0.20
    "#]],
    );
}

#[test]
fn makes_a_vlan_on_every_host() {
    check(
        POOL,
        "pool.create_VLAN eth1 inside 30",
        expect![[r#"
            h2: bring up h2/eth1.30
            h1: bring up h1/eth1.30
        "#]],
    );
}

#[test]
fn makes_a_vlan_on_every_host_beside_an_interface() {
    check(
        POOL,
        "pool.create_VLAN_from_PIF h2/eth1 inside 30",
        expect![[r#"
        h2: bring up h2/eth1.30
        h1: bring up h1/eth1.30
    "#]],
    );
}

#[test]
fn makes_no_vlan_anywhere_if_one_host_refuses() {
    check(
        POOL,
        "VLAN.create h2/eth1 30 inside; network.create {name_label: more}; pool.create_VLAN eth1 more 30",
        expect![[r#"
            PIF_VLAN_EXISTS[eth1]
        "#]],
    );
}

#[test]
fn bonds_two_interfaces() {
    check(
        POOL,
        "network.create {name_label: bonded}; PIF.scan h1; Bond.create bonded h1/eth2,h1/eth3",
        expect![[r#"
            h1: take down h1/eth2
            h1: bring up h1/bond0
        "#]],
    );
}

#[test]
fn a_bond_takes_over_what_its_members_had() {
    check(
        POOL,
        "network.create {name_label: bonded}; PIF.reconfigure_ip h1/eth1 DHCP; VLAN.create h1/eth1 30 inside; Bond.create bonded h1/eth1,h1/eth2 '' lacp",
        expect![[r#"
            h1: take down h1/eth1.30
            h1: take down h1/eth2
            h1: take down h1/eth1
            h1: bring up h1/bond0
            h1: bring up h1/eth1.30
            h1: adjust web/nic0
        "#]],
    );
}

#[test]
fn a_bond_takes_over_management() {
    check(
        POOL,
        "network.create {name_label: bonded}; Bond.create bonded h1/eth0,h1/eth2",
        expect![[r#"
        h1: take down h1/eth0.20
        h1: take down h1/eth2
        h1: take down h1/eth0
        h1: bring up h1/bond0
        h1: bring up h1/eth0.20
        h1: manage by h1/bond0
    "#]],
    );
}

#[test]
fn a_broken_up_bond_gives_everything_to_its_first_member() {
    check(
        POOL,
        "network.create {name_label: bonded}; VLAN.create h1/eth1 30 inside; Bond.create bonded h1/eth0,h1/eth1,h1/eth2; Bond.destroy h1/bond0",
        expect![[r#"
            h1: take down h1/bond0.20
            h1: take down h1/bond0.30
            h1: take down h1/bond0
            h1: bring up h1/eth0
            h1: bring up h1/eth2
            h1: bring up h1/eth1
            h1: bring up h1/bond0.30
            h1: bring up h1/bond0.20
            h1: manage by h1/eth0
            h1: adjust web/nic0
        "#]],
    );
}

#[test]
fn a_bond_changes_its_mode() {
    check(
        POOL,
        "network.create {name_label: bonded}; Bond.create bonded h1/eth0,h1/eth2; Bond.set_mode h1/bond0 lacp",
        expect![[r#"
            h1: adjust h1/bond0
            h1: adjust h1/bond0.20
        "#]],
    );
}

#[test]
fn a_bond_changes_a_property() {
    check(
        POOL,
        "network.create {name_label: bonded}; Bond.create bonded h1/eth0,h1/eth2 '' lacp; Bond.set_property h1/bond0 lacp-time fast",
        expect![[r#"
            h1: adjust h1/bond0
            h1: adjust h1/bond0.20
        "#]],
    );
}

#[test]
fn makes_a_tunnel() {
    check(
        POOL,
        "tunnel.create h1/eth0 inside vxlan",
        expect![[r#"
        h1: bring up h1/tunnel0
    "#]],
    );
}

#[test]
fn destroys_a_tunnel() {
    check(
        POOL,
        "tunnel.create h1/eth0 inside vxlan; tunnel.destroy h1/tunnel0",
        expect![[r#"
        h1: take down h1/tunnel0
    "#]],
    );
}

#[test]
fn gives_out_virtual_functions() {
    check(
        POOL,
        "network_sriov.create h1/eth2 inside",
        expect![[r#"
        h1: bring up h1/eth2/functions
    "#]],
    );
}

#[test]
fn gives_out_virtual_functions_no_more() {
    check(
        POOL,
        "network_sriov.create h1/eth2 inside; network_sriov.destroy h1/eth2/functions",
        expect![[r#"
            h1: take down h1/eth2/functions
        "#]],
    );
}

#[test]
fn manages_a_host_by_another_interface() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 DHCP; PIF.unplug h1/eth2; host.management_reconfigure h1/eth2",
        expect![[r#"
            h1: bring up h1/eth2
            h1: manage by h1/eth2
        "#]],
    );
}

#[test]
fn manages_all_hosts_by_another_network() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 DHCP; PIF.reconfigure_ip h2/eth2 DHCP; pool.management_reconfigure san",
        expect![[r#"
            h2: manage by h2/eth2
            h1: manage by h1/eth2
        "#]],
    );
}

#[test]
fn manages_the_coordinator_by_a_bridge() {
    check(
        POOL,
        "PIF.reconfigure_ip h1/eth2 DHCP; host.local_management_reconfigure xenbr2",
        expect![[r#"
        h1: manage by h1/eth2
    "#]],
    );
}

#[test]
fn stops_managing() {
    check(
        POOL,
        "host.management_disable",
        expect![[r#"
        h1: stop managing h1
    "#]],
    );
}

#[test]
fn forgets_all_of_a_hosts_networks() {
    check(
        POOL,
        "host.reset_networking h2",
        expect![[r#"
            h2: take down h2/eth1
            h2: take down h2/eth2
            h2: take down h2/eth0.20
            h2: take down h2/eth0
        "#]],
    );
}

#[test]
fn copies_the_coordinators_vlans() {
    check(
        POOL,
        "VLAN.create h1/eth1 30 inside; host.sync_vlans h2",
        expect![[r#"
        h2: bring up h2/eth1.30
    "#]],
    );
}

#[test]
fn copies_the_coordinators_tunnels() {
    check(
        POOL,
        "tunnel.create h1/eth0 inside; host.sync_tunnels h2",
        expect![[r#"
        h2: bring up h2/tunnel0
    "#]],
    );
}

#[test]
fn steers_the_switches() {
    check(
        POOL,
        "SDN_controller.introduce ssl 10.10.0.9",
        expect![[r#"
        h2: set controller of h2
        h1: set controller of h1
    "#]],
    );
}

#[test]
fn steers_the_switches_no_more() {
    check(
        POOL,
        "pool.set_vswitch_controller 10.10.0.9; pool.set_vswitch_controller ''",
        expect![[r#"
        h2: set controller of h2
        h1: set controller of h1
    "#]],
    );
}

#[test]
fn switches_listen_to_who_wants_multicasts() {
    check(
        POOL,
        "pool.set_igmp_snooping_enabled pool true",
        expect![[r#"
        h2: set snooping of h2
        h1: set snooping of h1
    "#]],
    );
}

#[test]
fn a_card_of_a_running_machine_moves() {
    check(
        POOL,
        "VIF.move web/nic0 san",
        expect![[r#"
        h1: adjust web/nic0
    "#]],
    );
}

#[test]
fn a_card_moves_to_a_network_that_is_down() {
    check(
        POOL,
        "PIF.unplug h1/eth2; VIF.move web/nic0 san",
        expect![[r#"
        h1: bring up h1/eth2
        h1: adjust web/nic0
    "#]],
    );
}

#[test]
fn a_card_of_a_halted_machine_moves() {
    check(POOL, "VIF.move db/nic0 san", expect![[""]]);
}

#[test]
fn a_card_is_locked() {
    check(
        POOL,
        "VIF.set_ipv4_allowed web/nic0 10.0.0.1,10.0.0.2; VIF.add_ipv6_allowed web/nic0 fd00::1; VIF.remove_ipv4_allowed web/nic0 10.0.0.2; VIF.set_locking_mode web/nic0 locked",
        expect![[r#"
            h1: adjust web/nic0
        "#]],
    );
}

#[test]
fn a_card_lets_tags_pass() {
    check(
        POOL,
        "VIF.set_trunks web/nic0 3,4; VIF.add_trunks web/nic0 5; VIF.remove_trunks web/nic0 3",
        expect![[r#"
            h1: adjust web/nic0
        "#]],
    );
}

#[test]
fn a_network_that_is_down_comes_up_for_a_machine() {
    check(
        POOL,
        "PIF.unplug h2/eth1; VM.start_on db h2",
        expect![[r#"
        h2: bring up h2/eth1
        h2: create db
        h2: plug db/disk0
        h2: plug db/nic0
        h2: device model db
        h2: unpause db
    "#]],
    );
}

#[test]
fn a_network_that_is_down_comes_up_for_a_machine_that_moves() {
    check(
        POOL,
        "PIF.unplug h2/eth1; VM.pool_migrate web h2",
        expect![[r#"
        h2: bring up h2/eth1
        h2: receive web
        h1: send web to h2
    "#]],
    );
}

#[test]
fn an_internal_network_is_where_its_machines_are() {
    check(
        POOL,
        "VIF.move db/nic0 inside; VM.start_on db h2; VIF.move web/nic0 inside",
        expect![[r#"
        HOST_CANNOT_ATTACH_NETWORK[h1, inside]
    "#]],
    );
}

#[test]
fn attaches_an_internal_network() {
    check(
        POOL,
        "network.attach inside h1",
        expect![[r#"
            h1: make bridge of inside
        "#]],
    );
}

#[test]
fn attaches_a_network_that_is_down() {
    check(
        POOL,
        "PIF.unplug h1/eth2; network.attach san h1",
        expect![[r#"
        h1: bring up h1/eth2
    "#]],
    );
}
