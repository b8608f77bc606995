//! Storage: made, plugged, forgotten and found again.

use crate::storage_answers::answers;
use expect_test::expect;
use sim::machine::Speed;
use worlds::check;
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const TWO: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vdi data on nfs 4GiB; sr local ext on h2; sr isos iso on h1 h2; vdi debian.iso on isos";
const LUN: &str = "36001405e3eb9b385f7a075d000000001";
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

pub fn sr(world: &World, name: &str) -> model::Sr {
    let pool = world.pool();
    pool.all::<model::Sr>().find(|(_, sr)| sr.name_label == name).map(|(_, sr)| sr.clone()).expect("storage")
}
