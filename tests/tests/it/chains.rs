//! Disks that stand on each other: what snapshots leave behind, and how it is merged.

use expect_test::expect;
use model::ClassId;
use sim::machine::Speed;
use std::time::Duration;
use toolstack::keepers;
use worlds::check;
use worlds::world::{Origin, World, run};

const HALTED: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB halted disk nfs";
const RUNNING: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB running on h1 disk nfs";

#[test]
fn merges_nothing_that_two_stand_on() {
    check(HALTED, "VDI.snapshot web/disk0; coalesce nfs", expect![[""]]);
}

#[test]
fn merges_what_a_snapshot_left() {
    check(
        HALTED,
        "VM.snapshot web first; VDI.destroy first/disk0; coalesce nfs",
        expect![[r#"
        h1: coalesce disk web/disk0
    "#]],
    );
}

#[test]
fn merges_below_a_running_machine() {
    check(
        RUNNING,
        "VM.snapshot web first; write web/disk0 100 50; VM.snapshot web second; VDI.destroy first/disk0; coalesce nfs",
        expect![[r#"
            h1: coalesce disk base copy
        "#]],
    );
}

#[test]
fn merges_a_long_chain() {
    check(
        RUNNING,
        "VM.snapshot web one; write web/disk0 0 5; VM.snapshot web two; write web/disk0 9 5; VM.snapshot web three; VDI.destroy one/disk0; VDI.destroy two/disk0; VDI.destroy three/disk0; coalesce nfs",
        expect![[r#"
            h1: coalesce disk base copy
            h1: coalesce disk base copy
            h1: coalesce disk web/disk0
        "#]],
    );
}

#[test]
fn throws_away_what_nobody_stands_on() {
    check(
        HALTED,
        "VDI.snapshot web/disk0; VDI.destroy 'web disk 0'; VDI.destroy web/disk0; coalesce nfs",
        expect![[r#"
            h1: destroy disk base copy
        "#]],
    );
}

#[test]
fn a_snapshot_of_a_disk_without_news_stands_on_the_same() {
    check(
        HALTED,
        "VM.snapshot web first; VM.snapshot web second",
        expect![[r#"
        h1: snapshot disk web/disk0
    "#]],
    );
}

#[test]
fn what_others_stand_on_is_nobodys() {
    for call in [
        "VDI.destroy 'base copy'",
        "VDI.snapshot 'base copy'",
        "VDI.clone 'base copy'",
        "VDI.copy 'base copy'",
        "VDI.resize 'base copy' 20GiB",
        "VBD.create {VM: web, VDI: 'base copy', userdevice: 5, mode: RO, type: Disk}",
    ] {
        check(
            HALTED,
            &format!("VM.snapshot web first; {call}"),
            expect![[r#"
                VDI_NOT_MANAGED[base copy]
            "#]],
        );
    }
}

#[test]
fn merges_by_itself_under_a_task_that_clients_see() {
    run(async {
        let scenario = "host h1 8GiB; sr nfs on h1; vm web 1GiB halted disk nfs; vm db 1GiB halted disk nfs";
        let world = World::new(Origin::Words(scenario), 1, Speed::Default);
        for vm in ["web", "db"] {
            world.prepare(&format!("VM.snapshot {vm} {vm}-first")).await;
            world.prepare(&format!("VDI.destroy {vm}-first/disk0")).await;
        }
        let hidden = || world.pool().all::<model::Vdi>().filter(|(_, row)| !row.managed).count();
        let merging = || {
            let pool = world.pool();
            let tasks = pool.all::<model::Task>().filter(|(_, task)| task.name_label == "Garbage Collection");
            tasks.map(|(_, task)| task.progress).collect::<Vec<_>>()
        };
        let before = world.pool().all::<model::Sr>().next().expect("a storage").1.physical_utilisation;
        let mut seen = Default::default();
        keepers::pass(&world.toolstack, &mut seen).await.expect("room on the disk");
        // Whoever looks again meanwhile finds that somebody is at it.
        keepers::pass(&world.toolstack, &mut seen).await.expect("room on the disk");
        let mut progress = Vec::new();
        while !world.pool().table(ClassId::XeniosOperation).is_empty() {
            progress.extend(merging());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(merging(), [1.0], "one task, and it is complete");
        assert!(progress.iter().any(|part| *part > 0.3 && *part < 1.0), "it moves: {progress:?}");
        assert_eq!(hidden(), 0);
        let after = world.pool().all::<model::Sr>().next().expect("a storage").1.physical_utilisation;
        assert_eq!(before - after, 2 * (64 << 10));
        keepers::pass(&world.toolstack, &mut seen).await.expect("room on the disk");
        assert_eq!(merging().len(), 1, "there is nothing left to merge");
        worlds::check::healthy(&world);
    });
}
