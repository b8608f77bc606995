//! Storage that keeps the rows of the pool: redo logs, copies for another pool, and taking them in.

use crate::storage::sr;
use expect_test::expect;
use sim::machine::Speed;
use worlds::check;
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const TWO: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vdi data on nfs 4GiB; sr local ext on h2; sr isos iso on h1 h2; vdi debian.iso on isos";
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
