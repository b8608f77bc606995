//! Storage: what is looked for and found on servers, and what is refused.

use expect_test::{Expect, expect};
use sim::machine::Speed;
use worlds::check;
use worlds::world::{Origin, World, run};

const TWO: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vdi data on nfs 4GiB; sr local ext on h2; sr isos iso on h1 h2; vdi debian.iso on isos";
const LUN: &str = "36001405e3eb9b385f7a075d000000001";

/// A call on a world that was made ready, and what it answers.
#[track_caller]
pub fn answers(scenario: &str, calls: &str, expected: Expect) {
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
