//! Disks that are at each start of their machine as they were at the first.

use expect_test::expect;
use model::Value;
use sim::machine::Speed;
use worlds::check;
use worlds::world::{Origin, World, run};

const HALTED: &str = "host h1 8GiB; sr nfs on h1; vdi data on nfs 2MiB; vm web 2GiB halted disk data";

/// The checksum of the disk at the end of these calls.
fn sum(calls: &str) -> Value {
    run(async {
        let world = World::new(Origin::Words(HALTED), 1, Speed::Max);
        for call in worlds::words::calls(calls) {
            world.prepare(call).await;
        }
        let sum = world.call("VDI.checksum web/disk0").await.expect("a sum");
        worlds::check::healthy(&world);
        sum
    })
}

#[test]
fn is_chosen() {
    check(HALTED, "VDI.set_on_boot web/disk0 reset", expect![[""]]);
    check(
        HALTED,
        "VDI.set_on_boot web/disk0 reset; VDI.set_on_boot web/disk0 persist",
        expect![[r#"
        h1: keep disk web/disk0
    "#]],
    );
    check(
        "host h1 8GiB; sr nfs on h1; vm web 2GiB running disk nfs",
        "VDI.set_on_boot web/disk0 reset",
        expect![[r#"
            VDI_IN_USE[web/disk0, set_on_boot]
        "#]],
    );
}

#[test]
fn resets_before_the_machine_starts() {
    check(
        HALTED,
        "VDI.set_on_boot web/disk0 reset; VM.start web false false",
        expect![[r#"
        h1: reset disk web/disk0
        h1: create web
        h1: plug web/disk0
        h1: device model web
        h1: unpause web
    "#]],
    );
}

#[test]
fn forgets_what_was_written() {
    let reset = "VDI.set_on_boot web/disk0 reset; VM.start web false false";
    let written = "write web/disk0 3 5; VM.hard_shutdown web";
    let fresh = sum("VM.start web false false; VM.hard_shutdown web");
    assert_ne!(sum(&format!("VM.start web false false; {written}")), fresh);
    let again = format!("{reset}; {written}; VM.start web false false; VM.hard_shutdown web");
    assert_eq!(sum(&again), fresh);
    // What persists again is what was last on it.
    let kept = format!(
        "{reset}; {written}; VDI.set_on_boot web/disk0 persist; VM.start web false false; VM.hard_shutdown web"
    );
    assert_ne!(sum(&kept), fresh);
}
