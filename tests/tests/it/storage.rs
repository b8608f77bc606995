//! Storage: made, plugged, forgotten and found again.

use expect_test::{Expect, expect};
use sim::machine::Speed;
use worlds::check;
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

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
        "PBD.unplug nfs/h1",
        expect![[r#"
            h1: label disks of nfs
            h1: unplug storage nfs
        "#]],
    );
    check(
        TWO,
        "PBD.unplug nfs/h1; PBD.unplug nfs/h2; PBD.plug nfs/h1",
        expect![[r#"
            h1: plug storage nfs
            h1: scan nfs
        "#]],
    );
    check(
        TWO,
        "PBD.unplug nfs/h2; PBD.plug nfs/h2",
        expect![[r#"
            h2: plug storage nfs
        "#]],
    );
}

#[test]
fn destroys_storage() {
    check(
        TWO,
        "VDI.destroy data; PBD.unplug nfs/h1; PBD.unplug nfs/h2; SR.destroy nfs",
        expect![[r#"
            h2: destroy storage nfs
        "#]],
    );
}

#[test]
fn forgets_storage() {
    check(TWO, "PBD.unplug nfs/h1; PBD.unplug nfs/h2; SR.forget nfs", expect![""]);
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
        for call in ["PBD.unplug nfs/h1", "PBD.unplug nfs/h2", "SR.forget nfs"] {
            world.prepare(call).await;
        }
        assert!(!world.summary().contains("\"data\""), "{}", world.summary());
        assert!(world.summary().contains("default sr -"), "{}", world.summary());
        let config = "device_config: {server: 10.10.0.5, serverpath: /exports/nfs, nfsversion: 4.1}";
        for call in [
            format!("SR.introduce {uuid} nfs '' nfs '' true"),
            format!("PBD.create {{host: h1, SR: nfs, {config}}}"),
            format!("PBD.create {{host: h2, SR: nfs, {config}}}"),
            "PBD.plug nfs/h1".into(),
            "PBD.plug nfs/h2".into(),
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
    let again = "PBD.unplug nfs/h1; PBD.unplug nfs/h2; PBD.destroy nfs/h1; ";
    check(
        TWO,
        &format!(
            "{again}PBD.create {{host: h1, SR: nfs, device_config: {{server: 10.10.0.5, serverpath: /other}}}}; PBD.plug nfs/h1"
        ),
        expect![[r#"
            h1: unplug storage nfs
            SR_BACKEND_FAILURE_47[, The storage is not there., ]
        "#]],
    );
    check(
        TWO,
        &format!(
            "{again}PBD.create {{host: h1, SR: nfs, device_config: {{server: 10.10.0.5}}}}; PBD.plug nfs/h1"
        ),
        expect![[r#"
            h1: unplug storage nfs
            SR_BACKEND_FAILURE_101[, The setting `serverpath` is missing or wrong., <?xml version="1.0" ?>
            <nfs-exports>
            	<Export>
            		<Target>
            			10.10.0.5
            		</Target>
            		<Path>
            			/exports/backup
            		</Path>
            		<Accesslist>
            			*
            		</Accesslist>
            	</Export>
            	<Export>
            		<Target>
            			10.10.0.5
            		</Target>
            		<Path>
            			/exports/nfs
            		</Path>
            		<Accesslist>
            			*
            		</Accesslist>
            	</Export>
            	<Export>
            		<Target>
            			10.10.0.5
            		</Target>
            		<Path>
            			/exports/vm
            		</Path>
            		<Accesslist>
            			*
            		</Accesslist>
            	</Export>
            </nfs-exports>
            ]
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
    answers(
        TWO,
        "SR.probe h1 {} nfs",
        expect![[r#"
        SR_BACKEND_FAILURE_102

        The setting `server` is missing.
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {server: 10.10.0.5} nfs",
        expect![[r#"
        SR_BACKEND_FAILURE_101

        The setting `serverpath` is missing or wrong.
        <?xml version="1.0" ?>
        <nfs-exports>
          <Export>
            <Target>
              10.10.0.5
            </Target>
            <Path>
              /exports/backup
            </Path>
            <Accesslist>
              *
            </Accesslist>
          </Export>
          <Export>
            <Target>
              10.10.0.5
            </Target>
            <Path>
              /exports/nfs
            </Path>
            <Accesslist>
              *
            </Accesslist>
          </Export>
          <Export>
            <Target>
              10.10.0.5
            </Target>
            <Path>
              /exports/vm
            </Path>
            <Accesslist>
              *
            </Accesslist>
          </Export>
        </nfs-exports>
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {server: 10.10.0.5, serverpath: /exports/nfs} nfs",
        expect![[r#"
        String("<?xml version=\"1.0\" ?>\n<SRlist>\n\t<SR>\n\t\t<UUID>\n\t\t\t2ee3666f-d200-4ba1-b261-74babcee841b\n\t\t</UUID>\n\t\t<size>\n\t\t\t1099511627776\n\t\t</size>\n\t\t<name_label>\n\t\t\tnfs\n\t\t</name_label>\n\t\t<name_description>\n\t\t\t\n\t\t</name_description>\n\t</SR>\n</SRlist>\n")
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {server: 10.10.0.5, serverpath: /exports/vm} nfs",
        expect![[r#"
        String("<?xml version=\"1.0\" ?>\n<SRlist>\n</SRlist>\n")
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {server: nowhere.invalid, serverpath: /exports/vm} nfs",
        expect![[r#"
        SR_BACKEND_FAILURE_73

        The NFS share could not be mounted.
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {location: '10.0.0.9:/iso'} iso",
        expect![[r#"
        SR_OPERATION_NOT_SUPPORTED
        OpaqueRef:NULL"#]],
    );
    answers(
        TWO,
        "SR.probe h1 {} nonsense",
        expect![[r#"
        SR_UNKNOWN_DRIVER
        nonsense"#]],
    );
}

#[test]
fn looks_for_targets_and_luns() {
    answers(
        TWO,
        "SR.probe h1 {} lvmoiscsi",
        expect![[r#"
        SR_BACKEND_FAILURE_95

        The setting `target` is missing.
    "#]],
    );
    answers(
        TWO,
        "SR.probe h1 {target: 10.0.0.7} lvmoiscsi",
        expect![[r#"
        SR_BACKEND_FAILURE_96

        The setting `targetIQN` is missing or wrong.
        <?xml version="1.0" ?>
        <iscsi-target-iqns>
          <TGT>
            <Index>
              0
            </Index>
            <IPAddress>
              10.0.0.7
            </IPAddress>
            <TargetIQN>
              iqn.2026-05.com.example:10.0.0.7.1
            </TargetIQN>
          </TGT>
          <TGT>
            <Index>
              1
            </Index>
            <IPAddress>
              10.0.0.7
            </IPAddress>
            <TargetIQN>
              iqn.2026-05.com.example:10.0.0.7.2
            </TargetIQN>
          </TGT>
        </iscsi-target-iqns>
    "#]],
    );
    let iqn = "{target: 10.0.0.7, targetIQN: iqn.2026-05.com.example:10.0.0.7.1";
    answers(
        TWO,
        &format!("SR.probe h1 {iqn}}} lvmoiscsi"),
        expect![[r#"
        SR_BACKEND_FAILURE_107

        The setting `SCSIid` is missing or wrong.
        <?xml version="1.0" ?>
        <iscsi-target>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000000
            </serial>
            <LUNid>
              0
            </LUNid>
            <size>
              549755813888
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000000
            </SCSIid>
          </LUN>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000001
            </serial>
            <LUNid>
              1
            </LUNid>
            <size>
              1099511627776
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000001
            </SCSIid>
          </LUN>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000002
            </serial>
            <LUNid>
              2
            </LUNid>
            <size>
              2199023255552
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000002
            </SCSIid>
          </LUN>
        </iscsi-target>
    "#]],
    );
    answers(
        TWO,
        &format!("SR.probe h1 {iqn}, SCSIid: other}} lvmoiscsi"),
        expect![[r#"
        SR_BACKEND_FAILURE_107

        The setting `SCSIid` is missing or wrong.
        <?xml version="1.0" ?>
        <iscsi-target>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000000
            </serial>
            <LUNid>
              0
            </LUNid>
            <size>
              549755813888
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000000
            </SCSIid>
          </LUN>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000001
            </serial>
            <LUNid>
              1
            </LUNid>
            <size>
              1099511627776
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000001
            </SCSIid>
          </LUN>
          <LUN>
            <vendor>
              LIO-ORG
            </vendor>
            <serial>
              e3eb9b385f7a075d000000002
            </serial>
            <LUNid>
              2
            </LUNid>
            <size>
              2199023255552
            </size>
            <SCSIid>
              36001405e3eb9b385f7a075d000000002
            </SCSIid>
          </LUN>
        </iscsi-target>
    "#]],
    );
    let lun = format!("{iqn}, SCSIid: {LUN}}}");
    answers(
        TWO,
        &format!("SR.probe h1 {lun} lvmoiscsi"),
        expect![[r#"
        String("<?xml version=\"1.0\" ?>\n<SRlist>\n</SRlist>\n")
    "#]],
    );
    answers(
        TWO,
        &format!("SR.create h1 {lun} 0 san '' lvmoiscsi user true; SR.probe_ext h1 {lun} lvmoiscsi"),
        expect![[r#"
            Array([Struct([("configuration", Struct([("SCSIid", String("36001405e3eb9b385f7a075d000000001")), ("target", String("10.0.0.7")), ("targetIQN", String("iqn.2026-05.com.example:10.0.0.7.1"))])), ("complete", Bool(true)), ("sr", Struct([("uuid", String("e099ec6c-d736-4ca5-85e7-bb0f12278575")), ("name_label", String("san")), ("name_description", String("")), ("free_space", Int(1099511627776)), ("total_space", Int(1099511627776)), ("clustered", Bool(false)), ("health", String("healthy"))])), ("extra_info", Struct([]))])])
        "#]],
    );
    answers(
        TWO,
        "SR.probe_ext h1 {target: 10.0.0.7} lvmoiscsi",
        expect![[r#"
        Array([Struct([("configuration", Struct([("target", String("10.0.0.7")), ("targetIQN", String("iqn.2026-05.com.example:10.0.0.7.1"))])), ("complete", Bool(false)), ("extra_info", Struct([]))]), Struct([("configuration", Struct([("target", String("10.0.0.7")), ("targetIQN", String("iqn.2026-05.com.example:10.0.0.7.2"))])), ("complete", Bool(false)), ("extra_info", Struct([]))])])
    "#]],
    );
}

const LUN: &str = "36001405e3eb9b385f7a075d000000001";

#[test]
fn refuses() {
    for (call, expected) in [
        (
            "SR.create h1 {} 0 new '' wrong user false",
            expect![[r#"
            SR_UNKNOWN_DRIVER[wrong]
        "#]],
        ),
        (
            "SR.create h1 {} 0 new '' NFS user true",
            expect![[r#"
            h1: destroy storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            SR_BACKEND_FAILURE_102[, The setting `server` is missing., ]
        "#]],
        ),
        (
            "SR.create h1 {server: ''} 0 new '' nfs user true",
            expect![[r#"
            h1: destroy storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            SR_BACKEND_FAILURE_102[, The setting `server` is missing., ]
        "#]],
        ),
        (
            "SR.create h1 {device: sdb} 0 new '' ext user false",
            expect![[r#"
            h1: destroy storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            SR_BACKEND_FAILURE_19[, The device is not one that can be used. [opterr=sdb], ]
        "#]],
        ),
        (
            "SR.create h2 {device: /dev/disk/by-id/scsi-35000c50000000001-part3} 0 new '' lvm user false",
            expect![[r#"
                h2: destroy storage e099ec6c-d736-4ca5-85e7-bb0f12278575
                SR_DEVICE_IN_USE[]
            "#]],
        ),
        (
            "SR.create h1 {device: /dev/sdb} 0 new '' ext user true",
            expect![[r#"
            h1: create storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            h1: plug storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            h1: unplug storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            h2: unplug storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            h1: destroy storage e099ec6c-d736-4ca5-85e7-bb0f12278575
            SR_BACKEND_FAILURE_47[, The storage is not there., ]
        "#]],
        ),
        (
            "SR.make h1 {} 0 new '' nfs user",
            expect![[r#"
            MESSAGE_DEPRECATED[]
        "#]],
        ),
        (
            "SR.destroy nfs",
            expect![[r#"
            SR_HAS_PBD[nfs]
        "#]],
        ),
        (
            "SR.forget nfs",
            expect![[r#"
            SR_HAS_PBD[nfs]
        "#]],
        ),
        (
            "PBD.unplug nfs/h1; PBD.unplug nfs/h2; SR.destroy nfs",
            expect![[r#"
            SR_NOT_EMPTY[]
        "#]],
        ),
        (
            "PBD.unplug nfs/h1; PBD.unplug nfs/h2; SR.scan nfs",
            expect![[r#"
            SR_HAS_NO_PBDS[nfs]
        "#]],
        ),
        (
            "PBD.unplug nfs/h1; PBD.unplug nfs/h2; PBD.destroy nfs/h1; PBD.destroy nfs/h2; SR.destroy nfs",
            expect![[r#"
                SR_HAS_NO_PBDS[nfs]
            "#]],
        ),
        (
            "PBD.unplug local/h2; SR.destroy local",
            expect![[r#"
            SR_IS_CACHE_SR[h2]
        "#]],
        ),
        (
            "PBD.unplug local/h2; SR.add_to_other_config local indestructible true; SR.forget local",
            expect![[r#"
                SR_INDESTRUCTIBLE[local]
            "#]],
        ),
        (
            "SR.introduce '' nfs '' wrong '' true",
            expect![[r#"
            SR_UNKNOWN_DRIVER[wrong]
        "#]],
        ),
        (
            "SR.introduce nonsense nfs '' nfs '' true",
            expect![[r#"
            UUID_INVALID[SR, nonsense]
        "#]],
        ),
        (
            "SR.set_shared nfs false",
            expect![[r#"
            SR_HAS_MULTIPLE_PBDS[nfs/h2, nfs/h1]
        "#]],
        ),
        (
            "SR.update isos",
            expect![[r#"
            SR_OPERATION_NOT_SUPPORTED[isos]
        "#]],
        ),
        (
            "PBD.create {host: h1, SR: nfs, device_config: {}}",
            expect![[r#"
            PBD_EXISTS[nfs, h1, nfs/h1]
        "#]],
        ),
        (
            "PBD.create {host: h1, SR: local, device_config: {}}",
            expect![[r#"
            SR_NOT_SHARABLE[local, h1]
        "#]],
        ),
        (
            "PBD.destroy nfs/h1",
            expect![[r#"
            OPERATION_NOT_ALLOWED[the PBD is plugged]
        "#]],
        ),
        (
            "PBD.set_device_config nfs/h1 {}",
            expect![[r#"
            OPERATION_NOT_ALLOWED[the PBD is plugged]
        "#]],
        ),
    ] {
        check(TWO, call, expected);
    }
}

#[test]
fn does_not_unplug_what_machines_use() {
    let scenario = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 disk nfs";
    check(
        scenario,
        "PBD.unplug nfs/h1",
        expect![[r#"
        VDI_IN_USE[web/disk0]
    "#]],
    );
    check(
        scenario,
        "PBD.unplug nfs/h2",
        expect![[r#"
        h2: label disks of nfs
        h2: unplug storage nfs
    "#]],
    );
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
        for call in ["PBD.unplug san/h1", "PBD.unplug san/h2", "SR.forget san"] {
            world.prepare(call).await;
        }
        // Whoever formats what nobody uses has it.
        world.prepare(&again).await;
        assert_eq!(sr(&world, "other").virtual_allocation, 0);
        healthy(&world);
    });
}

const SAN: &str =
    "host h1 8GiB; host h2 16GiB; sr san lvmoiscsi on h1 h2; sr local ext on h1; vdi data on san 4GiB";

#[test]
fn keeps_a_redo_log() {
    check(
        SAN,
        "pool.enable_redo_log san",
        expect![[r#"
        h1: create disk of 4096 MiB
    "#]],
    );
    check(SAN, "pool.enable_redo_log san; pool.disable_redo_log", expect![""]);
    check(SAN, "pool.enable_redo_log san; pool.disable_redo_log; pool.enable_redo_log san", expect![""]);
    check(
        SAN,
        "pool.enable_redo_log san; PBD.unplug san/h1",
        expect![[r#"
        VDI_IN_USE[Metadata for HA]
    "#]],
    );
    check(
        SAN,
        "pool.enable_redo_log local",
        expect![[r#"
        CANNOT_ENABLE_REDO_LOG[the storage does not suit: SR_HAS_NO_PBDS[OpaqueRef:578f7b13-7251-474d-b0b3-75e411a83133]]
    "#]],
    );
}

#[test]
fn keeps_copies_for_another_pool() {
    check(
        SAN,
        "SR.enable_database_replication san",
        expect![[r#"
        h1: create disk of 4096 MiB
    "#]],
    );
    check(SAN, "SR.enable_database_replication san; SR.enable_database_replication san", expect![""]);
    check(
        SAN,
        "SR.enable_database_replication san; SR.disable_database_replication san",
        expect![[r#"
        h1: destroy disk Metadata for DR
    "#]],
    );
    check(
        SAN,
        "SR.enable_database_replication local",
        expect![[r#"
        SR_HAS_NO_PBDS[local]
    "#]],
    );
    check(
        SAN,
        "SR.assert_supports_database_replication local",
        expect![[r#"
        SR_HAS_NO_PBDS[local]
    "#]],
    );
    check(
        SAN,
        "SR.assert_can_host_ha_statefile local",
        expect![[r#"
        SR_HAS_NO_PBDS[local]
    "#]],
    );
    check(
        TWO,
        "SR.assert_supports_database_replication nfs",
        expect![[r#"
        SR_OPERATION_NOT_SUPPORTED[nfs]
    "#]],
    );
    check(TWO, "SR.assert_can_host_ha_statefile nfs", expect![""]);
}

#[test]
fn writes_the_rows_where_they_are_kept() {
    run(async {
        let world = World::new(Origin::Words(SAN), 1, Speed::Max);
        world.prepare("SR.enable_database_replication san").await;
        world.prepare("pool.enable_redo_log san").await;
        let mut written = toolstack::keepers::database_copies::Written::new();
        toolstack::keepers::database_copies::pass(&world.toolstack, &mut written).await;
        let pool = world.pool();
        let mut copies = 0;
        for (id, vdi) in pool.all::<model::Vdi>() {
            let disc = machine::Disc { sr: sr(&world, "san").uuid, vdi: vdi.uuid };
            let kept = matches!(vdi.r#type, model::VdiType::Metadata | model::VdiType::RedoLog);
            let text = world.simulation.database_on(disc);
            assert_eq!(
                text.is_some(),
                kept,
                "{}",
                toolstack::explain::name_of(&pool, model::ClassId::Vdi, id.id())
            );
            if let Some(text) = text {
                let state = store::statedb::read(text.as_bytes()).expect("a state.db").into_snapshot();
                assert!(state.first::<model::Pool>().is_some());
                copies += 1;
            }
        }
        assert_eq!(copies, 2);
        assert_eq!(written.values().filter(|generation| **generation == Some(pool.generation())).count(), 2);
    });
}

#[test]
fn takes_in_the_storage_of_a_lost_pool() {
    let config = "{target: 10.10.0.5, targetIQN: 'iqn.2026-05.com.example:san', SCSIid: 35000c50000000001}";
    let lost = "PBD.unplug san/h1; PBD.unplug san/h2; SR.forget san; ";
    check(
        SAN,
        &format!("{lost}DR_task.create lvmoiscsi {config}"),
        expect![[r#"
        h1: probe 
        h2: plug storage san
        h1: plug storage san
        h1: scan san
    "#]],
    );
    check(
        SAN,
        &format!("DR_task.create lvmoiscsi {config}"),
        expect![[r#"
        h1: probe 
    "#]],
    );
    check(
        SAN,
        "DR_task.create ext {device: /dev/sdb}",
        expect![[r#"
        OPERATION_NOT_ALLOWED[ext keeps nothing to recover from]
    "#]],
    );
    check(
        SAN,
        "DR_task.create lvmoiscsi {target: 10.10.0.5}",
        expect![[r#"
        SR_BACKEND_FAILURE_96[, The setting `targetIQN` is missing or wrong., <?xml version="1.0" ?>
        <iscsi-target-iqns>
        	<TGT>
        		<Index>
        			0
        		</Index>
        		<IPAddress>
        			10.10.0.5
        		</IPAddress>
        		<TargetIQN>
        			iqn.2026-05.com.example:10.10.0.5.1
        		</TargetIQN>
        	</TGT>
        	<TGT>
        		<Index>
        			1
        		</Index>
        		<IPAddress>
        			10.10.0.5
        		</IPAddress>
        		<TargetIQN>
        			iqn.2026-05.com.example:10.10.0.5.2
        		</TargetIQN>
        	</TGT>
        	<TGT>
        		<Index>
        			2
        		</Index>
        		<IPAddress>
        			10.10.0.5
        		</IPAddress>
        		<TargetIQN>
        			iqn.2026-05.com.example:san
        		</TargetIQN>
        	</TGT>
        </iscsi-target-iqns>
        ]
    "#]],
    );
    run(async {
        let world = World::new(Origin::Words(SAN), 1, Speed::Max);
        for call in ["PBD.unplug san/h1", "PBD.unplug san/h2", "SR.forget san"] {
            world.prepare(call).await;
        }
        let before = world.summary();
        let task = world.call(&format!("DR_task.create lvmoiscsi {config}")).await.expect("a task");
        let model::Value::Ref(task) = task else { panic!("{task:?}") };
        healthy(&world);
        let (row, pool) = (sr(&world, "san"), world.pool());
        assert_eq!((row.introduced_by.id(), row.virtual_allocation), (task, 4 << 30));
        assert_eq!(pool.many(model::many::DR_TASK_INTRODUCED_SRS, model::Ref::new(task)).count(), 1);
        world.prepare(&format!("DR_task.destroy {task}")).await;
        assert_eq!(world.summary(), before);
        healthy(&world);
    });
}

#[test]
fn caches_on_local_storage() {
    const HOST: &str = "host h1 8GiB; sr local ext on h1; sr other ext on h1; sr thick lvm on h1";
    check(
        HOST,
        "host.enable_local_storage_caching h1 other",
        expect![[r#"
        HOST_NOT_DISABLED[]
    "#]],
    );
    check(
        HOST,
        "set host h1 enabled false; host.enable_local_storage_caching h1 thick",
        expect![[r#"
        SR_OPERATION_NOT_SUPPORTED[thick]
    "#]],
    );
    check(
        HOST,
        "pool.disable_local_storage_caching pool",
        expect![[r#"
        HOSTS_FAILED_TO_DISABLE_CACHING[h1]
    "#]],
    );
    check(
        TWO,
        "set host h1 enabled false; host.enable_local_storage_caching h1 local",
        expect![[r#"
        HOST_CANNOT_SEE_SR[h1, local]
    "#]],
    );
    run(async {
        let world = World::new(Origin::Words(HOST), 1, Speed::Max);
        world.prepare("set host h1 enabled false").await;
        for (call, local, other) in [
            ("host.enable_local_storage_caching h1 other", false, true),
            ("host.disable_local_storage_caching h1", false, false),
            ("pool.enable_local_storage_caching pool", true, false),
            ("pool.disable_local_storage_caching pool", false, false),
        ] {
            world.prepare(call).await;
            let enabled = |name| sr(&world, name).local_cache_enabled;
            let other_now = enabled("other");
            // Either of the two suits.
            assert_eq!(enabled("local") || other_now, local || other, "{call}");
        }
        for call in ["PBD.unplug local/h1", "SR.destroy local"] {
            world.prepare(call).await;
        }
    });
}

#[test]
fn looks_after_storage() {
    let running = "host h1 8GiB; sr nfs on h1; vm web 2GiB running on h1 disk nfs";
    check(running, "host.sm_dp_destroy h1 vbd/99/xvda false", expect![""]);
    check(running, "host.sm_dp_destroy h1 nonsense true", expect![""]);
    check(
        running,
        "LVHD.enable_thin_provisioning h1 nfs 0 0",
        expect![[r#"
        MESSAGE_METHOD_UNKNOWN[LVHD.enable_thin_provisioning]
    "#]],
    );
    answers(
        running,
        "host.get_sm_diagnostics h1",
        expect![[r#"
        String("VBD 2de420ae-e978-4e97-bfb3-ccf037a585f5: plugged as xvda\nSR 2ee3666f-d200-4ba1-b261-74babcee841b: attached, 1099511627776 bytes\n")
    "#]],
    );
}

fn sr(world: &World, name: &str) -> model::Sr {
    let pool = world.pool();
    pool.all::<model::Sr>().find(|(_, sr)| sr.name_label == name).map(|(_, sr)| sr.clone()).expect("storage")
}
