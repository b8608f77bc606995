//! Storage: made, plugged, forgotten and found again.

use expect_test::{Expect, expect};
use sim::machine::Speed;
use worlds::check::healthy;
use worlds::{Origin, World, check, run};

const TWO: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vdi data on nfs 4GiB; sr local ext on h2; sr isos iso on h1 h2; vdi debian.iso on isos";
const NFS: &str = "{server: 10.0.0.9, serverpath: /exports/new}";

#[test]
fn makes_shared_storage_on_all_hosts() {
    check(
        TWO,
        &format!("SR.create h1 {NFS} 0 fresh '' nfs user true"),
        expect![[r#"
            h1: create storage fresh
            h2: plug storage fresh
            h1: plug storage fresh
            h1: scan fresh
        "#]],
    );
}

#[test]
fn makes_local_storage_on_one_host() {
    check(
        TWO,
        "SR.create h2 {device: /dev/sdb} 0 fresh '' ext user false",
        expect![[r#"
            h2: create storage fresh
            h2: plug storage fresh
            h2: scan fresh
        "#]],
    );
}

#[test]
fn makes_a_library_and_finds_its_images() {
    check(
        TWO,
        "SR.create h1 {location: '10.0.0.9:/exports/iso', type: nfs_iso} 0 fresh '' iso iso true",
        expect![[r#"
            h1: create storage fresh
            h2: plug storage fresh
            h1: plug storage fresh
            h1: scan fresh
        "#]],
    );
}

#[test]
fn plugs_and_unplugs() {
    check(
        TWO,
        "PBD.unplug nfs@h1",
        expect![[r#"
            h1: label disks of nfs
            h1: unplug storage nfs
        "#]],
    );
    check(
        TWO,
        "PBD.unplug nfs@h1; PBD.unplug nfs@h2; PBD.plug nfs@h1",
        expect![[r#"
            h1: plug storage nfs
            h1: scan nfs
        "#]],
    );
    check(
        TWO,
        "PBD.unplug nfs@h2; PBD.plug nfs@h2",
        expect![[r#"
            h2: plug storage nfs
        "#]],
    );
}

#[test]
fn destroys_storage() {
    check(
        TWO,
        "VDI.destroy data; PBD.unplug nfs@h1; PBD.unplug nfs@h2; SR.destroy nfs",
        expect![[r#"
            h2: destroy storage nfs
        "#]],
    );
}

#[test]
fn forgets_storage() {
    check(TWO, "PBD.unplug nfs@h1; PBD.unplug nfs@h2; SR.forget nfs", expect![""]);
}

#[test]
fn looks_through_storage() {
    check(
        TWO,
        "SR.scan nfs",
        expect![[r#"
            h1: scan nfs
        "#]],
    );
    check(
        TWO,
        "SR.update nfs",
        expect![[r#"
            h1: measure nfs
        "#]],
    );
}

/// What comes back when all is unplugged, forgotten and introduced again.
#[test]
fn finds_forgotten_storage_with_its_disks() {
    run(async {
        let world = World::new(Origin::Words(TWO), 1, Speed::Max);
        let before = world.summary();
        let uuid = sr(&world, "nfs").uuid;
        for call in ["PBD.unplug nfs@h1", "PBD.unplug nfs@h2", "SR.forget nfs"] {
            world.prepare(call).await;
        }
        assert!(!world.summary().contains("\"data\""), "{}", world.summary());
        assert!(world.summary().contains("default sr -"), "{}", world.summary());
        let config = "device_config: {server: 10.10.0.5, serverpath: /exports/nfs, nfsversion: 4.1}";
        for call in [
            format!("SR.introduce {uuid} nfs '' nfs '' true"),
            format!("PBD.create {{host: h1, SR: nfs, {config}}}"),
            format!("PBD.create {{host: h2, SR: nfs, {config}}}"),
            "PBD.plug nfs@h1".into(),
            "PBD.plug nfs@h2".into(),
            "set pool pool default_SR nfs".into(),
        ] {
            world.prepare(&call).await;
            healthy(&world);
        }
        assert_eq!(world.summary(), before);
    });
}

#[test]
fn does_not_find_storage_where_it_is_not() {
    let again = "PBD.unplug nfs@h1; PBD.unplug nfs@h2; PBD.destroy nfs@h1; ";
    check(
        TWO,
        &format!(
            "{again}PBD.create {{host: h1, SR: nfs, device_config: {{server: 10.10.0.5, serverpath: /other}}}}; PBD.plug nfs@h1"
        ),
        expect![[r#"
        "#]],
    );
    check(
        TWO,
        &format!(
            "{again}PBD.create {{host: h1, SR: nfs, device_config: {{server: 10.10.0.5}}}}; PBD.plug nfs@h1"
        ),
        expect![[r#"
        "#]],
    );
}

/// A call on a world that was made ready, and what it answers.
#[track_caller]
fn answers(scenario: &str, calls: &str, expected: Expect) {
    let text = run(async {
        let world = World::new(Origin::Words(scenario), 1, Speed::Max);
        let mut calls = worlds::words::calls(calls);
        let last = calls.pop().expect("a call");
        for call in calls {
            world.prepare(call).await;
        }
        let before = world.summary();
        let outcome = world.call(last).await;
        assert_eq!(world.summary(), before);
        match outcome {
            Ok(value) => format!("{value:?}\n"),
            Err(error) => format!("{}\n{}", error.code, error.params.join("\n")),
        }
    });
    expected.assert_eq(&text.replace('\t', "  "));
}

#[test]
fn looks_for_storage_on_file_servers() {
    answers(TWO, "SR.probe h1 {} nfs", expect![""]);
    answers(TWO, "SR.probe h1 {server: 10.10.0.5} nfs", expect![""]);
    answers(TWO, "SR.probe h1 {server: 10.10.0.5, serverpath: /exports/nfs} nfs", expect![""]);
    answers(TWO, "SR.probe h1 {server: 10.10.0.5, serverpath: /exports/vm} nfs", expect![""]);
    answers(TWO, "SR.probe h1 {server: nowhere.invalid, serverpath: /exports/vm} nfs", expect![""]);
    answers(TWO, "SR.probe h1 {location: '10.0.0.9:/iso'} iso", expect![""]);
    answers(TWO, "SR.probe h1 {} nonsense", expect![""]);
}

#[test]
fn looks_for_targets_and_luns() {
    answers(TWO, "SR.probe h1 {} lvmoiscsi", expect![""]);
    answers(TWO, "SR.probe h1 {target: 10.0.0.7} lvmoiscsi", expect![""]);
    let iqn = "{target: 10.0.0.7, targetIQN: iqn.2026-05.com.example:10.0.0.7.1";
    answers(TWO, &format!("SR.probe h1 {iqn}}} lvmoiscsi"), expect![""]);
    answers(TWO, &format!("SR.probe h1 {iqn}, SCSIid: other}} lvmoiscsi"), expect![""]);
    let lun = format!("{iqn}, SCSIid: {LUN}}}");
    answers(TWO, &format!("SR.probe h1 {lun} lvmoiscsi"), expect![""]);
    answers(
        TWO,
        &format!("SR.create h1 {lun} 0 san '' lvmoiscsi user true; SR.probe_ext h1 {lun} lvmoiscsi"),
        expect![""],
    );
    answers(TWO, "SR.probe_ext h1 {target: 10.0.0.7} lvmoiscsi", expect![""]);
}

const LUN: &str = "360014050000000000000000000000000";

#[test]
fn refuses() {
    for (call, expected) in [
        ("SR.create h1 {} 0 new '' wrong user false", expect![""]),
        ("SR.create h1 {} 0 new '' NFS user true", expect![""]),
        ("SR.create h1 {server: ''} 0 new '' nfs user true", expect![""]),
        ("SR.create h1 {device: sdb} 0 new '' ext user false", expect![""]),
        (
            "SR.create h2 {device: /dev/disk/by-id/scsi-35000c50000000001-part3} 0 new '' lvm user false",
            expect![""],
        ),
        ("SR.create h1 {device: /dev/sdb} 0 new '' ext user true", expect![""]),
        ("SR.make h1 {} 0 new '' nfs user", expect![""]),
        ("SR.destroy nfs", expect![""]),
        ("SR.forget nfs", expect![""]),
        ("PBD.unplug nfs@h1; PBD.unplug nfs@h2; SR.destroy nfs", expect![""]),
        ("PBD.unplug nfs@h1; PBD.unplug nfs@h2; SR.scan nfs", expect![""]),
        (
            "PBD.unplug nfs@h1; PBD.unplug nfs@h2; PBD.destroy nfs@h1; PBD.destroy nfs@h2; SR.destroy nfs",
            expect![""],
        ),
        ("PBD.unplug local@h2; SR.destroy local", expect![""]),
        (
            "PBD.unplug local@h2; SR.add_to_other_config local indestructible true; SR.forget local",
            expect![""],
        ),
        ("SR.introduce '' nfs '' wrong '' true", expect![""]),
        ("SR.introduce nonsense nfs '' nfs '' true", expect![""]),
        ("SR.set_shared nfs false", expect![""]),
        ("SR.update isos", expect![""]),
        ("PBD.create {host: h1, SR: nfs, device_config: {}}", expect![""]),
        ("PBD.create {host: h1, SR: local, device_config: {}}", expect![""]),
        ("PBD.destroy nfs@h1", expect![""]),
        ("PBD.set_device_config nfs@h1 {}", expect![""]),
    ] {
        check(TWO, call, expected);
    }
}

#[test]
fn does_not_unplug_what_machines_use() {
    let scenario = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 disk nfs";
    check(scenario, "PBD.unplug nfs@h1", expect![""]);
    check(scenario, "PBD.unplug nfs@h2", expect![""]);
}

#[test]
fn destroying_wipes() {
    run(async {
        let world = World::new(Origin::Words(TWO), 1, Speed::Max);
        let lun =
            format!("{{target: 10.0.0.7, targetIQN: iqn.2026-05.com.example:10.0.0.7.1, SCSIid: {LUN}}}");
        for call in [
            format!("SR.create h1 {lun} 0 san '' lvmoiscsi user true"),
            "VDI.create {name_label: thick, SR: san, virtual_size: 10GiB, type: user}".into(),
        ] {
            world.prepare(&call).await;
        }
        let san = sr(&world, "san");
        assert_eq!((san.virtual_allocation, san.physical_utilisation), (10 << 30, (10 << 30) + (24 << 20)));
        let again = format!("SR.create h1 {lun} 0 other '' lvmoiscsi user true");
        assert_eq!(world.call(&again).await.expect_err("in use").code, "SR_DEVICE_IN_USE");
        for call in ["PBD.unplug san@h1", "PBD.unplug san@h2", "SR.forget san"] {
            world.prepare(call).await;
        }
        // Whoever formats what nobody uses has it.
        world.prepare(&again).await;
        assert_eq!(sr(&world, "other").virtual_allocation, 0);
        healthy(&world);
    });
}

fn sr(world: &World, name: &str) -> model::Sr {
    let pool = world.pool();
    pool.all::<model::Sr>().find(|(_, sr)| sr.name_label == name).map(|(_, sr)| sr.clone()).expect("storage")
}
