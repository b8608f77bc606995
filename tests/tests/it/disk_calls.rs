//! The rarer calls on disks and drives: copies onto disks, rows without disks, what can be asked.

use expect_test::expect;
use model::{ClassId, Value};
use sim::machine::Speed;
use worlds::check;
use worlds::check::refuses;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; sr local ext on h2; sr isos iso on h1 h2; \
    vdi data on nfs 4GiB; vdi big on local 20GiB; vdi cd on isos; ";

fn halted() -> String {
    format!("{POOL}vm web 2GiB halted disk nfs cd")
}

fn running() -> String {
    format!("{POOL}vm web 2GiB running on h1 disk nfs cd")
}

#[test]
fn copies_onto_a_disk() {
    check(
        &halted(),
        "VDI.copy web/disk0 null null big",
        expect![[r#"
        h2: copy disk over web/disk0
    "#]],
    );
}

#[test]
fn copies_what_differs_from_another_disk() {
    check(
        &halted(),
        "VM.snapshot web first; write web/disk0 7 20; VM.snapshot web second; VDI.copy second/disk0 null first/disk0 big",
        expect![[r#"
            h2: copy disk over second/disk0
        "#]],
    );
    check(
        &halted(),
        "VM.snapshot web first; write web/disk0 7 20; VM.snapshot web second; VDI.copy second/disk0 local first/disk0 null",
        expect![[r#"
            h2: create disk of 8192 MiB
            h2: copy disk over second/disk0
        "#]],
    );
}

#[test]
fn copies_onto_nothing_that_cannot_take_it() {
    for (call, error) in [
        ("VDI.copy big null null data", "VDI_TOO_SMALL[data, 21474836480]"),
        ("VDI.copy data null null cd", "VDI_READONLY[cd]"),
        ("set VDI big read_only true; VDI.copy data null null big", "VDI_READONLY[big]"),
        ("VDI.copy data null null web/disk0", "VDI_IN_USE[web/disk0, copy]"),
        ("VM.snapshot web first; VDI.copy data null null 'base copy'", "VDI_NOT_MANAGED[base copy]"),
    ] {
        refuses(&running(), call, error);
    }
}

#[test]
fn looks_at_a_disk() {
    check(
        &running(),
        "VDI.update web/disk0",
        expect![[r#"
        VDI_IN_USE[web/disk0, update]
    "#]],
    );
    refuses(&running(), "VDI.update cd", "SR_OPERATION_NOT_SUPPORTED[isos]");
}

#[test]
fn introduces_no_disk_where_drivers_do_not() {
    let new = "11111111-2222-4333-8444-555555555555";
    let introduce = |uuid: &str, sr: &str, location: &str| {
        format!("VDI.introduce {uuid} new '' {sr} user false false {{}} {location}")
    };
    for (call, error) in [
        (introduce(new, "nfs", "here"), "SR_OPERATION_NOT_SUPPORTED[nfs]"),
        (introduce("nonsense", "nfs", "here"), "UUID_INVALID[VDI, nonsense]"),
        ("VDI.revert data".into(), "OPERATION_NOT_ALLOWED[the disk is no snapshot of one that is there]"),
        ("VDI.force_unlock data".into(), "MESSAGE_DEPRECATED[]"),
        ("VDI.open_database data".into(), "VDI_INCOMPATIBLE_TYPE[data, user]"),
        ("VM.snapshot web first; VDI.revert first/disk0".into(), "UNIMPLEMENTED_IN_SM_BACKEND[VDI.revert]"),
        ("VDI.forget web/disk0".into(), "VDI_IN_USE[web/disk0, forget]"),
    ] {
        refuses(&running(), &call, error);
    }
}

/// What a call answers, after others.
fn answer(scenario: &str, calls: &str) -> Value {
    run(async {
        let world = World::new(Origin::Words(scenario), 1, Speed::Max);
        let mut calls = worlds::words::calls(calls);
        let last = calls.pop().expect("a call");
        for call in calls {
            world.prepare(call).await;
        }
        world.call(last).await.unwrap_or_else(|error| panic!("{last}: {error}"))
    })
}

#[test]
fn a_row_goes_and_comes_without_its_disk() {
    run(async {
        let world = World::new(Origin::Words(&halted()), 1, Speed::Max);
        let uuid =
            world.pool().all::<model::Vdi>().find(|(_, row)| row.name_label == "data").expect("data").1.uuid;
        let count = world.pool().table(ClassId::Vdi).len();
        world.call("VDI.forget data").await.expect("it is free");
        assert_eq!(world.pool().table(ClassId::Vdi).len(), count - 1);
        let introduce = format!(
            "VDI.pool_introduce {uuid} data '' nfs user false false {{}} {uuid} {{}} {{}} true 4GiB 1GiB"
        );
        world.call(&introduce).await.expect("nobody has it");
        let twice = world.call(&introduce).await.expect_err("it is there");
        assert_eq!(twice.code, "LOCATION_NOT_UNIQUE");
        let again = introduce.replace(&format!("{{}} {uuid}"), "{} elsewhere");
        assert_eq!(
            world.call(&again).await.expect_err("it is there").code,
            "DB_UNIQUENESS_CONSTRAINT_VIOLATION"
        );
        world.pool().verify().expect("rows that keep the rules");
        world.call("VDI.update data").await.expect("the disk is there still");
        worlds::check::healthy(&world);
    });
}

#[test]
fn equal_content_has_an_equal_sum() {
    let sum = |calls: &str| answer(&halted(), calls);
    let copied = "VDI.copy web/disk0; ";
    let of_the_one = sum(&format!("{copied}VDI.checksum web/disk0"));
    assert_eq!(of_the_one, sum(&format!("{copied}VDI.checksum 'web disk 0'")));
    assert_eq!(of_the_one, sum("VM.snapshot web first; VDI.checksum first/disk0"));
    assert_ne!(of_the_one, sum("write web/disk0 3 1; VDI.checksum web/disk0"));
    assert_eq!(of_the_one, sum("VM.snapshot web first; write web/disk0 3 1; VDI.checksum first/disk0"));
}

#[test]
fn tells_how_a_host_attaches_a_disk() {
    let Value::String(text) = answer(&halted(), "VDI.generate_config h1 data") else { panic!("no text") };
    assert!(text.contains("vdi_attach_from_config") && text.contains("serverpath"), "{text}");
    refuses(&halted(), "VDI.generate_config h1 big", "SR_NOT_ATTACHED[local]");
}

#[test]
fn a_disk_is_read_over_networks_that_are_meant_for_it() {
    let Value::Array(none) = answer(&halted(), "VDI.get_nbd_info data") else { panic!("no list") };
    assert!(none.is_empty());
    let meant = "network.add_purpose management insecure_nbd; ";
    let Value::Array(both) = answer(&halted(), &format!("{meant}VDI.get_nbd_info data")) else {
        panic!("no list")
    };
    assert_eq!(both.len(), 2);
    let Value::Array(one) = answer(&halted(), &format!("{meant}VDI.get_nbd_info big")) else {
        panic!("no list")
    };
    assert_eq!(one.len(), 1);
    let export = one[0].member("exportname").and_then(Value::as_text).expect("a name");
    assert!(export.starts_with('/') && export.contains("?session_id="), "{export}");
    assert_eq!(one[0].member("port"), Some(&Value::Int(10_809)));
}

#[test]
fn holds_a_drive_and_lets_it_go() {
    check(
        &running(),
        "VBD.pause web/disk0",
        expect![[r#"
        h1: hold web/disk0
    "#]],
    );
    check(
        &running(),
        "VBD.pause web/disk0; VBD.unpause web/disk0",
        expect![[r#"
        h1: release web/disk0
    "#]],
    );
    refuses(&halted(), "VBD.pause web/disk0", "VM_BAD_POWER_STATE[web, running, halted]");
}

#[test]
fn unplugs_what_is_not_to_be_unplugged() {
    let ready = "VDI.create {name_label: new, SR: nfs, virtual_size: 1GiB, type: user}; \
        VBD.create {VM: web, VDI: new, userdevice: 5, mode: RW, type: Disk}; VBD.plug web/disk5; \
        set VBD web/disk5 unpluggable false; ";
    refuses(&running(), &format!("{ready}VBD.unplug_force web/disk5"), "VBD_NOT_UNPLUGGABLE[web/disk5]");
    check(
        &running(),
        &format!("{ready}VBD.unplug_force_no_safety_check web/disk5"),
        expect![[r#"
        h1: unplug web/disk5
    "#]],
    );
    refuses(
        &running(),
        "VBD.unplug web/disk0; VBD.unplug_force_no_safety_check web/disk0",
        "DEVICE_ALREADY_DETACHED[web/disk0]",
    );
}

#[test]
fn what_a_recovery_needs() {
    run(async {
        let world = World::new(Origin::Words(&halted()), 1, Speed::Max);
        let begin = |tx: &mut store::Transaction| {
            let login = toolstack::sessions::Login::Local { name: "root".into() };
            let (now, host) = (world.toolstack.clock.now(), world.toolstack.this_host());
            Ok::<_, model::ApiError>(toolstack::sessions::begin(
                tx,
                &*world.chance,
                now,
                host,
                login,
                "".into(),
            ))
        };
        let session = world.toolstack.store.commit(store::Header::default(), begin).await.expect("a session");
        let ask = async |words: &str| world.call(&format!("{words} {session}")).await;
        let error =
            |outcome: Result<Value, model::ApiError>| outcome.expect_err("a refusal").code.to_string();
        ask("VM.assert_can_be_recovered web").await.expect("all is there");
        let Ok(Value::Array(needed)) = ask("VM.get_SRs_required_for_recovery web").await else {
            panic!("no list")
        };
        assert_eq!(needed.len(), 1, "discs are not needed");
        assert_eq!(error(ask("VM.recover web").await), "DUPLICATE_VM");
        assert_eq!(error(world.call("VM.assert_can_be_recovered web null").await), "HANDLE_INVALID");
        for (host, _) in world.pool().all::<model::Pbd>() {
            let unplug = |tx: &mut store::Transaction| {
                tx.update(host, |row| row.currently_attached = false);
                toolstack::derived::refresh(tx);
                Ok::<_, model::ApiError>(())
            };
            world.toolstack.store.commit(store::Header::default(), unplug).await.expect("rows that fit");
        }
        assert_eq!(error(ask("VM.assert_can_be_recovered web").await), "VM_REQUIRES_SR");
    });
}

#[test]
fn tells_where_a_machine_is_to_be_sent() {
    let told = answer(&halted(), "host.migrate_receive h2 management {}");
    for member in ["SM", "host", "xenops", "session_id", "master"] {
        assert!(told.member(member).is_some(), "no {member} in {told:?}");
    }
    let host = told.member("host").and_then(Value::as_text).expect("a host");
    assert!(host.starts_with("OpaqueRef:"), "{host}");
}

#[test]
fn a_disk_is_read_with_the_certificate_of_its_host() {
    run(async {
        let world = World::new(Origin::Words(&halted()), 1, Speed::Max);
        world.prepare("network.add_purpose management nbd").await;
        let infos = async || match world.call("VDI.get_nbd_info big").await {
            Ok(Value::Array(infos)) => infos,
            other => panic!("{other:?}"),
        };
        assert!(infos().await.is_empty(), "nobody can prove who answers there");
        let put = |tx: &mut store::Transaction| {
            let hosts: Vec<_> = tx.all::<model::Host>().map(|(id, host)| (id, host.clone())).collect();
            for (id, host) in hosts {
                let pem = toolstack::certificates::make(&host, world.toolstack.clock.now())?;
                let kind = model::CertificateType::Host;
                toolstack::certificates::put(tx, &*world.chance, id, kind, &pem)?;
            }
            Ok::<_, model::ApiError>(())
        };
        world.toolstack.store.commit(store::Header::default(), put).await.expect("certificates");
        let infos = infos().await;
        let [info] = &infos[..] else { panic!("{infos:?}") };
        let text = |name: &str| info.member(name).and_then(Value::as_text).expect("a text");
        assert!(text("cert").starts_with("-----BEGIN CERTIFICATE-----"));
        assert_eq!(text("subject"), "h2");
    });
}
