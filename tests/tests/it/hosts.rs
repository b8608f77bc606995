//! Hosts: emptied, set, refused.

use expect_test::expect;
use worlds::check;

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; network lan; \
                    vm web 2GiB running on h1 disk nfs nic lan; vm db 1GiB running on h2 disk nfs";
const EMPTY: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm db 1GiB halted disk nfs";

#[test]
fn is_emptied() {
    check(
        POOL,
        "host.disable h1; host.evacuate h1",
        expect![[r#"
        h2: receive web
        h1: send web to h2
    "#]],
    );
}

#[test]
fn is_emptied_over_a_network() {
    check(
        POOL,
        "host.disable h1; host.evacuate h1 management 5",
        expect![[r#"
        h2: receive web
        h1: send web to h2
    "#]],
    );
}

#[test]
fn is_not_emptied_over_a_network_without_addresses() {
    check(
        POOL,
        "host.evacuate h1 lan",
        expect![[r#"
        INTERFACE_HAS_NO_IP[h2/eth1]
    "#]],
    );
}

#[test]
fn reboots_when_it_is_empty() {
    check(
        EMPTY,
        "host.disable h1; host.reboot h1",
        expect![[r#"
            h1: reboot h1
        "#]],
    );
}

#[test]
fn does_not_reboot_while_it_takes_machines() {
    check(
        EMPTY,
        "host.reboot h1",
        expect![[r#"
        HOST_NOT_DISABLED[]
    "#]],
    );
}

#[test]
fn does_not_reboot_under_its_machines() {
    check(
        POOL,
        "host.disable h1; host.reboot h1",
        expect![[r#"
        HOST_IN_USE[h1, vm, web]
    "#]],
    );
}

#[test]
fn goes_down() {
    check(
        EMPTY,
        "host.disable h1; host.shutdown h1",
        expect![[r#"
            h1: power off h1
        "#]],
    );
}

#[test]
fn does_not_go_down_while_it_takes_machines() {
    check(
        EMPTY,
        "host.shutdown h1",
        expect![[r#"
        HOST_NOT_DISABLED[]
    "#]],
    );
}

#[test]
fn cannot_be_enabled_while_it_goes_down() {
    check(
        EMPTY,
        "host.disable h1; host.shutdown h1; host.enable h1",
        expect![[r#"
        HOST_DISABLED_UNTIL_REBOOT[h1]
    "#]],
    );
}

#[test]
fn is_not_woken_while_it_is_up() {
    check(
        EMPTY,
        "host.set_power_on_mode h1 wake-on-lan {}; host.power_on h1",
        expect![[r#"
        HOST_IS_LIVE[h1]
    "#]],
    );
}

#[test]
fn is_not_woken_if_nobody_knows_how() {
    check(
        EMPTY,
        "dead h2; host.power_on h2",
        expect![[r#"
        HOST_POWER_ON_MODE_DISABLED[]
    "#]],
    );
}

#[test]
fn has_no_script_to_be_woken_by() {
    let ready = "host.set_power_on_mode h2 wake.py {}; dead h2; host.power_on h2";
    check(
        EMPTY,
        ready,
        expect![[r#"
        XENAPI_MISSING_PLUGIN[wake.py]
    "#]],
    );
}

#[test]
fn a_service_processor_needs_an_address() {
    let ready = "host.set_power_on_mode h2 iLO {}; dead h2; host.power_on h2";
    check(
        EMPTY,
        ready,
        expect![[r#"
        XENAPI_PLUGIN_FAILURE[iLO, , power_on_ip is missing]
    "#]],
    );
}

#[test]
fn a_host_that_is_not_there_does_nothing() {
    check(
        EMPTY,
        "dead h2; host.disable h2",
        expect![[r#"
        HOST_OFFLINE[h2]
    "#]],
    );
    check(
        EMPTY,
        "dead h2; host.evacuate h2",
        expect![[r#"
        HOST_OFFLINE[h2]
    "#]],
    );
    check(
        EMPTY,
        "dead h2; host.set_max_cstate h2 1",
        expect![[r#"
        HOST_OFFLINE[h2]
    "#]],
    );
}

#[test]
fn a_live_host_is_not_dead() {
    check(
        EMPTY,
        "host.declare_dead h2",
        expect![[r#"
        HOST_IS_LIVE[h2]
    "#]],
    );
    check(
        EMPTY,
        "host.destroy h2",
        expect![[r#"
        HOST_IS_LIVE[h2]
    "#]],
    );
}

#[test]
fn nowhere_to_go() {
    let full = "host h1 8GiB; host h2 4GiB; sr nfs on h1 h2; vm web 4GiB running on h1 disk nfs";
    check(
        full,
        "host.assert_can_evacuate h1",
        expect![[r#"
        CANNOT_EVACUATE_HOST[HOST_NOT_ENOUGH_FREE_MEMORY,OpaqueRef:294cfb9c-2774-43e3-a6ea-03100429deea]
    "#]],
    );
    check(
        full,
        "host.evacuate h1",
        expect![[r#"
        HOST_NOT_ENOUGH_FREE_MEMORY[web]
    "#]],
    );
    check(
        full,
        "host.disable h2; host.evacuate h1",
        expect![[r#"
        NO_HOSTS_AVAILABLE[]
    "#]],
    );
    let local = "host h1 8GiB; host h2 8GiB; sr disks ext on h1; vm web 1GiB running on h1 disk disks";
    check(
        local,
        "host.evacuate h1",
        expect![[r#"
        VM_REQUIRES_SR[web, disks]
    "#]],
    );
    check(
        "host h1 8GiB; vm web 1GiB paused on h1",
        "host.evacuate h1",
        expect![[r#"
        VM_BAD_POWER_STATE[web, running, paused]
    "#]],
    );
}

#[test]
fn is_set() {
    for (call, expected) in [
        (
            "host.set_hostname_live h1 moon",
            expect![[r#"
                h1: set the name of h1 to "moon"
            "#]],
        ),
        (
            "host.syslog_reconfigure h1",
            expect![[r#"
                h1: set the log of h1 to ""
            "#]],
        ),
        (
            "host.set_sched_gran h1 core",
            expect![[r#"
                h1: set the scheduling of h1 to "core"
            "#]],
        ),
        (
            "host.set_max_cstate h1 '1,2'",
            expect![[r#"
                h1: set the idle states of h1 to "1,2"
            "#]],
        ),
        (
            "host.set_numa_affinity_policy h1 best_effort",
            expect![[r#"
                h1: set the numa policy of h1 to "best_effort"
            "#]],
        ),
        (
            "host.set_iscsi_iqn h1 iqn.2026-01.org.example:h1",
            expect![[r#"
                h1: set the iscsi name of h1 to "iqn.2026-01.org.example:h1"
            "#]],
        ),
        (
            "host.set_console_idle_timeout h1 300",
            expect![[r#"
                h1: set the console timeout of h1 to "300"
            "#]],
        ),
        (
            "host.apply_guest_agent_config h1",
            expect![[r#"
                h1: set the guest agents of h1 to "{}"
            "#]],
        ),
        (
            "host.disable_ssh h1",
            expect![[r#"
                h1: set the ssh service of h1 to "false"
            "#]],
        ),
        (
            "host.enable_ssh h1",
            expect![[r#"
                h1: set the ssh service of h1 to "true"
            "#]],
        ),
        (
            "host.set_ssh_auto_mode h1 true",
            expect![[r#"
                h1: set the ssh service of h1 to "false"
            "#]],
        ),
        ("host.set_ssh_enabled_timeout h1 600", expect![[r#""#]]),
        (
            "host.set_ntp_mode h1 Disabled",
            expect![[r#"
                h1: set the time servers of h1 to "Disabled"
            "#]],
        ),
        (
            "host.set_ntp_custom_servers h1 time.example.org",
            expect![[r#"
                h1: set the time servers of h1 to "time.example.org"
            "#]],
        ),
        (
            "host.set_timezone h1 Europe/Paris",
            expect![[r#"
                h1: set the time zone of h1 to "Europe/Paris"
            "#]],
        ),
        (
            "host.set_ntp_mode h1 Disabled; host.set_servertime h1 20260101T01:00:00Z",
            expect![[r#"
                h1: set the clock of h1 to "3600"
            "#]],
        ),
        (
            "host.send_debug_keys h1 q",
            expect![[r#"
                h1: send debug keys to h1
            "#]],
        ),
    ] {
        check(EMPTY, call, expected);
    }
}

#[test]
fn is_not_set_to_nonsense() {
    for (call, expected) in [
        (
            "host.set_hostname_live h1 ''",
            expect![[r#"
            HOST_NAME_INVALID[Hostname is empty]
        "#]],
        ),
        (
            "host.set_hostname_live h1 'a b'",
            expect![[r#"
            HOST_NAME_INVALID[Hostname contains invalid characters]
        "#]],
        ),
        (
            "host.set_max_cstate h1 deep",
            expect![[r#"
            INVALID_VALUE[value, deep]
        "#]],
        ),
        (
            "host.set_iscsi_iqn h1 ''",
            expect![[r#"
            INVALID_VALUE[value, ]
        "#]],
        ),
        (
            "host.set_console_idle_timeout h1 -1",
            expect![[r#"
            VALUE_NOT_SUPPORTED[value, -1, it is out of range]
        "#]],
        ),
        (
            "host.set_ssh_enabled_timeout h1 172801",
            expect![[r#"
            VALUE_NOT_SUPPORTED[ssh_enabled_timeout, 172801, Value must be between 0 and 172800]
        "#]],
        ),
        (
            "host.set_ntp_mode h1 Custom",
            expect![[r#"
            INVALID_NTP_CONFIG[Can't set ntp_mode to Custom when ntp_custom_servers is empty]
        "#]],
        ),
        (
            "host.set_ntp_custom_servers h1 'a b'",
            expect![[r#"
                INVALID_NTP_CONFIG[Invalid ntp server: a b]
            "#]],
        ),
        (
            "host.set_timezone h1 Mars/Olympus",
            expect![[r#"
            INVALID_VALUE[timezone, Mars/Olympus]
        "#]],
        ),
        (
            "host.set_servertime h1 20260101T01:00:00Z",
            expect![[r#"
            NOT_ALLOWED_WHEN_NTP_IS_ENABLED[h1]
        "#]],
        ),
        (
            "host.set_ssl_legacy h1 true",
            expect![[r#"
            VALUE_NOT_SUPPORTED[value, true, Legacy SSL support has been removed]
        "#]],
        ),
        (
            "host.call_plugin h1 nothing.py main {}",
            expect![[r#"
            XENAPI_MISSING_PLUGIN[nothing.py]
        "#]],
        ),
        (
            "host.call_plugin h1 smartctl.py main {}",
            expect![[r#"
            UNKNOWN_XENAPI_PLUGIN_FUNCTION[main]
        "#]],
        ),
        (
            "host.call_extension h1 Nothing.at_all",
            expect![[r#"
            MESSAGE_METHOD_UNKNOWN[Nothing.at_all]
        "#]],
        ),
        (
            "host.install_server_certificate h1 nonsense nonsense",
            expect![[r#"
            SERVER_CERTIFICATE_KEY_INVALID[]
        "#]],
        ),
    ] {
        check(EMPTY, call, expected);
    }
}

#[test]
fn holds_disks_of_its_own() {
    let pool = "host h1 8GiB; sr nfs on h1; vdi state on nfs 1GiB";
    check(
        pool,
        "host.detach_static_vdis h1 state",
        expect![[r#"
        h1: release disk state
    "#]],
    );
    check(
        pool,
        "host.attach_static_vdis h1 {state: HA}",
        expect![[r#"
        h1: hold disk state
    "#]],
    );
}
