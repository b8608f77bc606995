//! Changed block tracking: what is told between snapshots is what was written between them.

use expect_test::expect;
use model::Value;
use sim::machine::Speed;
use worlds::check;
use worlds::world::{Origin, World, run};

const SMALL: &str = "host h1 8GiB; sr nfs on h1; vdi data on nfs 2MiB; vm web 2GiB halted disk data";
const RUNNING: &str = "host h1 8GiB; sr nfs on h1; vm web 2GiB running disk nfs; vdi data on nfs 4GiB";

/// What a call answers, after others.
fn answer(scenario: &str, calls: &str) -> String {
    run(async {
        let world = World::new(Origin::Words(scenario), 1, Speed::Max);
        let mut calls = worlds::words::calls(calls);
        let last = calls.pop().expect("a call");
        for call in calls {
            world.prepare(call).await;
        }
        let answer = match world.call(last).await {
            Ok(Value::String(text)) => text.to_string(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.to_string(),
        };
        worlds::check::healthy(&world);
        answer
    })
}

#[test]
fn tracks_a_disk() {
    check(
        RUNNING,
        "VDI.enable_cbt web/disk0",
        expect![[r#"
        h1: track disk web/disk0
    "#]],
    );
    check(RUNNING, "VDI.enable_cbt web/disk0; VDI.enable_cbt web/disk0", expect![[""]]);
    check(
        RUNNING,
        "VDI.enable_cbt web/disk0; VDI.disable_cbt web/disk0",
        expect![[r#"
        h1: untrack disk web/disk0
    "#]],
    );
    check(RUNNING, "VDI.disable_cbt web/disk0", expect![[""]]);
}

#[test]
fn tells_what_was_written_between_snapshots() {
    let told = answer(
        SMALL,
        "VDI.enable_cbt web/disk0; VM.snapshot web first; write web/disk0 1 2; write web/disk0 30 9; VM.snapshot web second; \
         VDI.list_changed_blocks first/disk0 second/disk0",
    );
    // 2 MiB are 32 blocks: 0110 0000 … 0000 0011.
    expect!["YAAAAw=="].assert_eq(&told);
}

#[test]
fn tells_over_snapshots_that_are_gone() {
    let story = "VDI.enable_cbt web/disk0; VM.snapshot web one; write web/disk0 0 1; VM.snapshot web two; \
        write web/disk0 8 1; VM.snapshot web three; VDI.destroy two/disk0; ";
    for merge in ["", "coalesce nfs; "] {
        let call = format!("{story}{merge}VDI.list_changed_blocks one/disk0 three/disk0");
        expect!["gIAAAA=="].assert_eq(&answer(SMALL, &call));
    }
}

#[test]
fn tells_nothing_between_strangers() {
    let told = answer(
        "host h1 8GiB; sr nfs on h1; vdi data on nfs 2MiB; vdi other on nfs 2MiB",
        "VDI.enable_cbt data; VDI.enable_cbt other; VDI.list_changed_blocks data other",
    );
    assert!(told.starts_with("SR_BACKEND_FAILURE_460[, Failed to calculate changed blocks"), "{told}");
}

#[test]
fn tells_nothing_backwards() {
    let told = answer(
        SMALL,
        "VDI.enable_cbt web/disk0; VM.snapshot web one; VM.snapshot web two; VDI.list_changed_blocks two/disk0 one/disk0",
    );
    assert!(told.starts_with("SR_BACKEND_FAILURE_460"), "{told}");
}

#[test]
fn what_a_disk_has_grown_is_changed() {
    let told = answer(
        SMALL,
        "VDI.enable_cbt web/disk0; VM.snapshot web one; VDI.resize web/disk0 4MiB; VM.snapshot web two; \
         VDI.list_changed_blocks one/disk0 two/disk0",
    );
    expect!["AAAAAP////8="].assert_eq(&told);
}

#[test]
fn keeps_what_has_changed_without_the_data() {
    let ready = "VDI.enable_cbt web/disk0; VM.snapshot web first; VM.destroy first";
    check(
        RUNNING,
        &format!("{ready}; set VDI web/disk0 name_label live; VDI.data_destroy 'web disk 0'"),
        expect![[r#"
            h1: destroy data of disk web disk 0
        "#]],
    );
}

#[test]
fn destroys_no_data_that_is_needed() {
    check(
        RUNNING,
        "VDI.data_destroy data",
        expect![[r#"
        OPERATION_NOT_ALLOWED[the disk is no snapshot]
    "#]],
    );
    check(
        RUNNING,
        "VM.snapshot web first; VDI.data_destroy first/disk0",
        expect![[r#"
        VDI_NO_CBT_METADATA[first/disk0]
    "#]],
    );
    check(
        RUNNING,
        "VDI.enable_cbt web/disk0; VM.snapshot web first; VDI.data_destroy first/disk0",
        expect![[r#"
            VDI_IN_USE[first/disk0, data_destroy]
        "#]],
    );
}

#[test]
fn tracks_no_snapshot_nor_what_is_reset() {
    check(
        RUNNING,
        "VM.snapshot web first; VDI.enable_cbt first/disk0",
        expect![[r#"
        OPERATION_NOT_ALLOWED[the disk is a snapshot]
    "#]],
    );
    check(
        RUNNING,
        "VDI.set_on_boot data reset; VDI.enable_cbt data",
        expect![[r#"
        VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION[]
    "#]],
    );
    check(
        "host h1 8GiB; sr isos iso on h1; vdi cd on isos",
        "VDI.enable_cbt cd",
        expect![[r#"
        SR_OPERATION_NOT_SUPPORTED[isos]
    "#]],
    );
}
