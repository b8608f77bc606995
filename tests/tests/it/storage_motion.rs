//! Disks that move to another storage, and machines that move with their disks.

use expect_test::expect;
use sim::machine::Speed;
use worlds::check;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr a ext on h1; sr b ext on h2; network lan; network dmz; ";

fn pool(machine: &str) -> String {
    format!("{POOL}{machine}")
}

#[test]
fn moves_a_disk_below_a_running_machine() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs nic lan"),
        "VDI.pool_migrate web/disk0 a",
        expect![[r#"
        h1: mirror disk web/disk0
        h1: switch web/disk0
        h1: destroy disk web/disk0
    "#]],
    );
}

#[test]
fn moves_a_disk_with_its_snapshots() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs nic lan"),
        "VM.snapshot web first; VDI.pool_migrate web/disk0 a",
        expect![[r#"
            h1: mirror disk web/disk0
            h1: copy disk first/disk0
            h1: switch web/disk0
            h1: destroy disk web/disk0
            h1: destroy disk first/disk0
        "#]],
    );
}

#[test]
fn goes_to_another_network_where_it_is() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs nic lan"),
        "VM.migrate_send web {host: @host/h1} true {web/disk0: a} {web/nic0: dmz}",
        expect![[r#"
            h1: mirror disk web/disk0
            h1: adjust web/nic0
            h1: switch web/disk0
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn moves_a_disk_to_where_it_is() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs nic lan"),
        "VDI.pool_migrate web/disk0 nfs",
        expect![[""]],
    );
}

#[test]
fn moves_no_disk_that_no_machine_runs_with() {
    check(
        &pool("vm web 2GiB halted disk nfs"),
        "VDI.pool_migrate web/disk0 a",
        expect![[r#"
        VDI_NEEDS_VM_FOR_MIGRATE[web/disk0]
    "#]],
    );
}

#[test]
fn moves_no_disk_out_of_its_machines_sight() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs"),
        "VDI.pool_migrate web/disk0 b",
        expect![[r#"
        SR_NOT_ATTACHED[b]
    "#]],
    );
}

#[test]
fn moves_no_tracked_disk() {
    check(
        &pool("vm web 2GiB running on h1 disk nfs"),
        "VDI.enable_cbt web/disk0; VDI.pool_migrate web/disk0 a",
        expect![[r#"
            VDI_CBT_ENABLED[web/disk0]
        "#]],
    );
}

#[test]
fn sends_a_running_machine_with_its_disk() {
    check(
        &pool("vm web 2GiB running on h1 disk a nic lan"),
        "VM.migrate_send web {host: @host/h2} true {web/disk0: b} {}",
        expect![[r#"
            h2: mirror disk web/disk0
            h2: receive web
            h1: send web to h2
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn sends_a_machine_with_some_of_its_disks_to_another_network() {
    check(
        &pool("vm web 2GiB running on h1 disk a disk nfs cd nic lan"),
        "VM.snapshot web first; VM.migrate_send web {host: @host/h2} true {web/disk0: nfs} {web/nic0: dmz}",
        expect![[r#"
            h1: mirror disk web/disk0
            h1: copy disk first/disk0
            h2: receive web
            h1: send web to h2
            h1: destroy disk web/disk0
            h1: destroy disk first/disk0
        "#]],
    );
}

#[test]
fn moves_the_disks_of_a_machine_that_stays() {
    check(
        &pool("vm web 2GiB running on h1 disk a disk nfs nic lan"),
        "VM.migrate_send web {host: @host/h1} true {web/disk0: nfs, web/disk1: a} {}",
        expect![[r#"
            h1: mirror disk web/disk1
            h1: mirror disk web/disk0
            h1: switch web/disk0
            h1: switch web/disk1
            h1: destroy disk web/disk1
            h1: destroy disk web/disk0
        "#]],
    );
}

#[test]
fn sends_a_halted_machine() {
    check(
        &pool("vm web 2GiB halted disk a nic lan"),
        "VM.snapshot web first; VM.migrate_send web {host: @host/h2} false {web/disk0: b} {web/nic0: dmz}",
        expect![[r#"
            h2: copy disk web/disk0
            h2: copy disk first/disk0
            h1: destroy disk web/disk0
            h1: destroy disk first/disk0
        "#]],
    );
}

#[test]
fn sends_a_suspended_machine() {
    check(
        &pool("vm web 2GiB running on h1 disk a nic lan"),
        "VM.suspend web; VM.migrate_send web {host: @host/h2} false {web/disk0: nfs} {}; VM.resume web",
        expect![[r#"
            h2: restore memory web
            h2: plug web/disk0
            h2: plug web/nic0
            h2: device model web
            h2: unpause web
            h2: destroy disk Suspend image
        "#]],
    );
}

#[test]
fn sends_nothing_where_it_cannot_be() {
    let web = pool("vm web 2GiB running on h1 disk a nic lan");
    for (call, error) in [
        ("{host: @host/h2} true {} {}", "VDI_NOT_IN_MAP[web/disk0]"),
        ("{host: @host/h2} true {web/disk0: a} {}", "SR_NOT_ATTACHED[a]"),
        ("{host: @host/h2} false {web/disk0: b} {}", "VM_BAD_POWER_STATE[web, halted, suspended, running]"),
        ("{} true {web/disk0: b} {}", "INVALID_VALUE[dest, it names no host]"),
        ("{host: @VM/web} true {web/disk0: b} {}", "NOT_IMPLEMENTED[VM.migrate_send to another pool]"),
        (
            "{host: @host/h2} true {web/disk0: b} {} {copy: true}",
            "NOT_IMPLEMENTED[VM.migrate_send with copy]",
        ),
    ] {
        for message in ["migrate_send", "assert_can_migrate"] {
            worlds::check::refuses(&web, &format!("VM.{message} web {call}"), error);
        }
    }
    let big = pool("vm web 2GiB running on h1 disk a; vm big 12GiB running on h2 disk nfs");
    let call = "VM.assert_can_migrate web {host: @host/h2} true {web/disk0: b} {}";
    check(
        &big,
        call,
        expect![[r#"
        HOST_NOT_ENOUGH_FREE_MEMORY[2167406592, 1823895552]
    "#]],
    );
}

#[test]
fn not_too_many_move_at_once() {
    run(async {
        let machine = |number| format!("vm vm{number} 1GiB running on h1 disk a 1GiB; ");
        let machines: String = (1..=4).map(machine).collect();
        let world = World::new(Origin::Words(&pool(&machines)), 1, Speed::Default);
        let call = |number| {
            format!("VM.migrate_send vm{number} {{host: @host/h1}} true {{vm{number}/disk0: nfs}} {{}}")
        };
        for number in 1..=3 {
            world.begin(&call(number)).await.expect("it is begun");
        }
        let error = world.call(&call(4)).await.expect_err("three are on their way");
        assert_eq!(error.to_string(), "TOO_MANY_STORAGE_MIGRATES[3]");
        world.quiet().await;
        world.call(&call(4)).await.expect("they have arrived");
        worlds::check::healthy(&world);
    });
}

#[test]
fn snapshots_are_of_the_disk_that_comes_back() {
    run(async {
        let world = World::new(Origin::Words(&pool("vm web 2GiB halted disk nfs")), 1, Speed::Max);
        for call in ["VM.snapshot web first", "VM.snapshot web second", "VM.revert first"] {
            world.prepare(call).await;
        }
        let pool = world.pool();
        let disk = worlds::words::named(&pool, model::ClassId::Vdi, "web/disk0");
        let of: Vec<_> = pool
            .all::<model::Vdi>()
            .filter(|(_, row)| row.is_a_snapshot)
            .map(|(_, row)| row.snapshot_of.id())
            .collect();
        assert_eq!(of, [disk, disk]);
    });
}
