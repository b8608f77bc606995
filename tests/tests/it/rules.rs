//! What may be done in which state, and with which words it is refused: the rules of XenAPI as
//! tables, against what the product lists and answers.

use model::{ApiEnum, ApiError, ClassId, Ref, RefId, Text, Vm, VmOperations};
use sim::machine::Speed;
use std::fmt::Write;
use store::{Header, Snapshot, StoreError, Transaction};
use toolstack::{allowed, derived};
use worlds::words::named;
use worlds::world::{Origin, World, run};

const STATES: [&str; 4] = ["halted", "paused", "suspended", "running"];

/// The states in which an operation is legal.
const LEGAL: &[(&str, &str)] = &[
    (
        "start start_on provision make_into_template changing_shadow_memory changing_NVRAM create_vtpm",
        "halted",
    ),
    ("changing_VCPUs changing_static_range changing_memory_limits", "halted"),
    ("changing_dynamic_range", "halted running"),
    ("clone copy", "halted"),
    ("create_template destroy export", "halted suspended"),
    ("unpause", "paused"),
    ("resume resume_on csvm", "suspended"),
    ("pause suspend clean_shutdown clean_reboot pool_migrate sysprep send_sysrq send_trigger", "running"),
    ("call_plugin data_source_op snapshot_with_quiesce", "running"),
    ("changing_memory_live awaiting_memory_live changing_shadow_memory_live changing_VCPUs_live", "running"),
    ("hard_reboot", "paused running"),
    ("hard_shutdown shutdown checkpoint get_boot_record", "paused suspended running"),
    ("migrate_send", "halted suspended running"),
    ("snapshot revert reverting metadata_export power_state_reset", "halted paused suspended running"),
    ("update_allowed_operations assert_operation_valid query_services", "halted paused suspended running"),
    ("import", ""),
];

const UNLISTED: &str = "create_template power_state_reset csvm get_boot_record send_sysrq send_trigger \
    query_services shutdown call_plugin changing_memory_live awaiting_memory_live changing_memory_limits \
    changing_shadow_memory_live changing_VCPUs assert_operation_valid data_source_op \
    update_allowed_operations import reverting";

const ON_TEMPLATES: &str = "changing_dynamic_range changing_static_range changing_memory_limits \
    changing_shadow_memory changing_VCPUs changing_NVRAM clone copy export metadata_export provision";

const ON_TEMPLATES_OF_USERS: &str = "destroy migrate_send";

const ON_SNAPSHOTS: &str = "revert clone copy export destroy hard_shutdown metadata_export";

const ON_CONTROL_DOMAINS: &str = "changing_VCPUs changing_static_range changing_dynamic_range \
    changing_memory_limits changing_memory_live awaiting_memory_live metadata_export data_source_op";

/// What can be done only with a guest that helps, or with a machine that is more than one.
const NEEDS_MORE: &[(&str, &str)] = &[
    ("snapshot_with_quiesce", "VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED"),
    ("query_services", "NOT_SYSTEM_DOMAIN"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Machine,
    Template,
    DefaultTemplate,
    Snapshot,
    ControlDomain,
}

const KINDS: [Kind; 5] =
    [Kind::Machine, Kind::Template, Kind::DefaultTemplate, Kind::Snapshot, Kind::ControlDomain];

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|each| each == word)
}

/// The error that the tables want, or none.
fn wanted(operation: &str, state: &str, kind: Kind) -> Option<String> {
    let row = LEGAL.iter().find(|(operations, _)| has(operations, operation));
    let mut legal: Vec<&str> = row.expect("a row for each operation").1.split_whitespace().collect();
    let sizes = "changing_VCPUs changing_static_range changing_memory_limits";
    if kind == Kind::ControlDomain && has(sizes, operation) {
        legal.push("running");
    }
    if kind == Kind::Snapshot && has("clone copy", operation) {
        legal.push("suspended");
    }
    if !legal.contains(&state) {
        return Some(format!("VM_BAD_POWER_STATE[web, {}, {state}]", legal.join(", ")));
    }
    let on_template =
        has(ON_TEMPLATES, operation) || (kind == Kind::Template && has(ON_TEMPLATES_OF_USERS, operation));
    if matches!(kind, Kind::Template | Kind::DefaultTemplate) && !on_template {
        return Some(format!("VM_IS_TEMPLATE[web, {operation}]"));
    }
    if kind == Kind::Snapshot && !has(ON_SNAPSHOTS, operation) {
        return Some(format!("VM_IS_SNAPSHOT[web, {operation}]"));
    }
    if operation == "provision" && matches!(kind, Kind::Machine | Kind::ControlDomain) {
        return Some("PROVISION_ONLY_ALLOWED_ON_TEMPLATE[]".into());
    }
    if operation == "revert" && kind != Kind::Snapshot {
        return Some("REVERT_ONLY_ALLOWED_ON_SNAPSHOT[]".into());
    }
    if kind == Kind::ControlDomain && !has(ON_CONTROL_DOMAINS, operation) {
        return Some(format!("OPERATION_NOT_ALLOWED[{operation} on a control domain]"));
    }
    let more = NEEDS_MORE.iter().find(|(other, _)| *other == operation);
    more.map(|(_, code)| (*code).to_string())
}

fn told(error: &ApiError, names: &[(RefId, &str)]) -> String {
    let mut text = format!(
        "{}[{}]",
        error.code,
        error.params.iter().map(|param| param.as_str()).collect::<Vec<_>>().join(", ")
    );
    for (id, name) in names {
        text = text.replace(&id.to_string(), name);
    }
    text
}

async fn alter(world: &World, change: impl Fn(&mut Transaction) -> Option<()>) {
    let change = |tx: &mut Transaction| {
        change(tx).expect("a row");
        derived::refresh(tx);
        Ok::<_, StoreError>(())
    };
    world.toolstack.store.commit(Header::default(), change).await.expect("a row that fits");
}

fn scenario(state: &str) -> String {
    format!(
        "host h1 8GiB; network lan; sr nfs on h1; sr isos iso on h1; vdi debian.iso on isos; \
         vm web 1GiB {state} disk nfs cd debian.iso nic lan"
    )
}

fn web(pool: &Snapshot) -> Ref<Vm> {
    Ref::new(named(pool, ClassId::Vm, "web"))
}

#[test]
fn machines_take_what_their_state_and_kind_allow() {
    let mut differences = String::new();
    for state in STATES {
        for kind in KINDS {
            run(async {
                let scenario = scenario(state);
                let world = World::new(Origin::Words(&scenario), 1, Speed::Max);
                let id = web(&world.pool());
                alter(&world, |tx| {
                    tx.update(id, |vm| {
                        vm.is_a_template =
                            matches!(kind, Kind::Template | Kind::DefaultTemplate | Kind::Snapshot);
                        vm.is_default_template = kind == Kind::DefaultTemplate;
                        vm.is_a_snapshot = kind == Kind::Snapshot;
                        vm.is_control_domain = kind == Kind::ControlDomain;
                    })
                })
                .await;
                let pool = world.pool();
                let listed = &pool.get(id).expect("it").allowed_operations;
                for operation in VmOperations::all() {
                    let name = operation.name();
                    let wanted = wanted(name, state, kind);
                    let found = allowed::check(&pool, ClassId::Vm, id.id(), name).err();
                    let found = found.map(|error| told(&error, &[(id.id(), "web")]));
                    let same = match (&wanted, &found) {
                        (None, None) => true,
                        (Some(wanted), Some(found)) => {
                            wanted == found
                                || (!wanted.contains('[') && found.starts_with(&format!("{wanted}[")))
                        }
                        _ => false,
                    };
                    if !same {
                        let _ = writeln!(
                            differences,
                            "{state} {kind:?} {name}: wanted {wanted:?}, found {found:?}"
                        );
                    }
                    if listed.iter().any(|each| each == operation)
                        != (wanted.is_none() && !has(UNLISTED, name))
                    {
                        let _ = writeln!(differences, "{state} {kind:?} {name}: listed wrongly");
                    }
                }
            });
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// What runs, and what may begin beside it; everything else waits.
const BESIDE: &[(&str, &str, &str)] = &[
    ("halted", "clone", "clone copy export"),
    ("halted", "copy", "clone copy export"),
    ("halted", "export", "clone copy export"),
    ("halted", "start", ""),
    ("running", "snapshot", "snapshot checkpoint hard_shutdown hard_reboot"),
    ("running", "checkpoint", "snapshot checkpoint hard_shutdown hard_reboot"),
    ("running", "migrate_send", "metadata_export clean_shutdown clean_reboot hard_shutdown hard_reboot"),
    ("running", "clean_shutdown", "hard_shutdown hard_reboot"),
    ("running", "hard_reboot", "hard_shutdown"),
    ("running", "hard_shutdown", ""),
];

#[test]
fn machines_do_one_thing_at_a_time_with_few_exceptions() {
    for (state, current, beside) in BESIDE {
        run(async {
            let scenario = scenario(state);
            let world = World::new(Origin::Words(&scenario), 1, Speed::Max);
            let id = web(&world.pool());
            let operation = VmOperations::parse(current).expect("an operation");
            alter(&world, |tx| {
                tx.update(id, |vm| {
                    vm.current_operations = [(Text::new_static("task"), operation)].into_iter().collect()
                })
            })
            .await;
            let pool = world.pool();
            let listed = pool.get(id).expect("it").allowed_operations.iter();
            let mut listed: Vec<&str> = listed.map(|operation| operation.name()).collect();
            let mut wanted: Vec<&str> = beside.split_whitespace().collect();
            listed.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(listed, wanted, "beside {current}");
            let refused = allowed::check(&pool, ClassId::Vm, id.id(), "changing_dynamic_range");
            let refused = told(&refused.expect_err("something runs"), &[(id.id(), "web")]);
            assert_eq!(refused, format!("OTHER_OPERATION_IN_PROGRESS[VM, web, {current}, task]"));
        });
    }
}

/// Each row: the state of the machine, the object, whether it is plugged, what is listed.
const DEVICES: &[(&str, ClassId, &str, bool, &str)] = &[
    ("halted", ClassId::Vbd, "web/disk0", false, "attach"),
    ("halted", ClassId::Vbd, "web/cd3", false, "attach eject"),
    ("paused", ClassId::Vbd, "web/disk0", true, "attach pause unpause"),
    ("paused", ClassId::Vbd, "web/cd3", true, "attach eject pause unpause"),
    ("suspended", ClassId::Vbd, "web/disk0", false, "attach"),
    ("suspended", ClassId::Vbd, "web/cd3", false, "attach"),
    ("running", ClassId::Vbd, "web/disk0", true, "attach pause unpause unplug unplug_force"),
    ("running", ClassId::Vbd, "web/disk0", false, "attach pause plug unpause"),
    ("running", ClassId::Vbd, "web/cd3", true, "attach eject pause unpause"),
    ("halted", ClassId::Vif, "web/nic0", false, "attach"),
    ("paused", ClassId::Vif, "web/nic0", true, "attach"),
    ("suspended", ClassId::Vif, "web/nic0", false, "attach"),
    ("running", ClassId::Vif, "web/nic0", true, "attach unplug"),
    ("running", ClassId::Vif, "web/nic0", false, "attach plug"),
];

#[test]
fn devices_take_what_the_state_of_their_machine_allows() {
    let mut differences = String::new();
    for (state, class, name, plugged, wanted) in DEVICES {
        run(async {
            let scenario = scenario(state);
            let world = World::new(Origin::Words(&scenario), 1, Speed::Max);
            let id = named(&world.pool(), *class, name);
            alter(&world, |tx| match class {
                ClassId::Vbd => {
                    tx.update(Ref::<model::Vbd>::new(id), |row| row.currently_attached = *plugged)
                }
                _ => tx.update(Ref::<model::Vif>::new(id), |row| row.currently_attached = *plugged),
            })
            .await;
            let pool = world.pool();
            let mut listed: Vec<&str> = match class {
                ClassId::Vbd => {
                    let row = pool.get(Ref::<model::Vbd>::new(id)).expect("it");
                    row.allowed_operations.iter().map(|operation| operation.name()).collect()
                }
                _ => {
                    let row = pool.get(Ref::<model::Vif>::new(id)).expect("it");
                    row.allowed_operations.iter().map(|operation| operation.name()).collect()
                }
            };
            listed.sort_unstable();
            if listed.join(" ") != *wanted {
                let _ = writeln!(
                    differences,
                    "{state} {name} {plugged}: wanted {wanted}, listed {}",
                    listed.join(" ")
                );
            }
        });
    }
    assert!(differences.is_empty(), "{differences}");
}

/// A change to the machine or what belongs to it, a call about an object, and the error. `me` is that object.
type Case = (&'static str, fn(&mut Transaction, Ref<Vm>), ClassId, &'static str, &'static str, &'static str);

fn nothing(_: &mut Transaction, _: Ref<Vm>) {}

fn without_drivers(tx: &mut Transaction, vm: Ref<Vm>) {
    tx.update(vm, |vm| vm.guest_metrics = Ref::NULL);
}

fn without_hotplug(tx: &mut Transaction, vm: Ref<Vm>) {
    let guest = tx.get(vm).expect("it").guest_metrics;
    tx.update(guest, |guest| {
        guest.can_use_hotplug_vbd = model::TristateType::No;
        guest.can_use_hotplug_vif = model::TristateType::No;
    });
}

fn immobile_control_domain(tx: &mut Transaction, vm: Ref<Vm>) {
    tx.update(vm, |vm| vm.is_control_domain = true);
    let metrics = tx.get(vm).expect("it").metrics;
    tx.update(metrics, |metrics| metrics.nomigrate = true);
}

fn upgrading(tx: &mut Transaction, _: Ref<Vm>) {
    let (pool, _) = tx.first::<model::Pool>().expect("a pool");
    tx.update(pool, |pool| drop(pool.other_config.insert("rolling_upgrade_in_progress", "true")));
}

fn stopping(tx: &mut Transaction, vm: Ref<Vm>) {
    let current = [(Text::new_static("task"), VmOperations::CleanShutdown)];
    tx.update(vm, |vm| vm.current_operations = current.into_iter().collect());
}

const CASES: &[Case] = &[
    ("running", immobile_control_domain, ClassId::Vm, "web", "suspend", "VM_IS_IMMOBILE[me]"),
    ("running", upgrading, ClassId::Vm, "web", "snapshot", "NOT_SUPPORTED_DURING_UPGRADE[]"),
    ("running", upgrading, ClassId::Vm, "web", "pool_migrate", ""),
    ("halted", nothing, ClassId::Vbd, "web/disk0", "plug", "VM_BAD_POWER_STATE[web, running, halted]"),
    ("halted", nothing, ClassId::Vbd, "web/disk0", "pause", "VM_BAD_POWER_STATE[web, running, halted]"),
    (
        "suspended",
        nothing,
        ClassId::Vbd,
        "web/cd3",
        "eject",
        "VM_BAD_POWER_STATE[web, halted, running, suspended]",
    ),
    ("running", nothing, ClassId::Vbd, "web/disk0", "plug", "DEVICE_ALREADY_ATTACHED[me]"),
    ("running", nothing, ClassId::Vbd, "web/disk0", "eject", "VBD_NOT_REMOVABLE_MEDIA[me]"),
    ("running", nothing, ClassId::Vbd, "web/cd3", "insert", "VBD_NOT_EMPTY[me]"),
    (
        "running",
        nothing,
        ClassId::Vbd,
        "web/cd3",
        "unplug_force",
        "OPERATION_NOT_ALLOWED[the CD drive of an HVM guest cannot be plugged or unplugged]",
    ),
    ("running", without_drivers, ClassId::Vbd, "web/disk0", "unplug_force", "VM_MISSING_PV_DRIVERS[web]"),
    (
        "running",
        without_hotplug,
        ClassId::Vbd,
        "web/disk0",
        "unplug_force",
        "OPERATION_NOT_ALLOWED[the guest takes no VBD while it runs]",
    ),
    ("running", without_drivers, ClassId::Vif, "web/nic0", "unplug", "VM_MISSING_PV_DRIVERS[web]"),
    (
        "running",
        stopping,
        ClassId::Vif,
        "web/nic0",
        "unplug",
        "OPERATION_NOT_ALLOWED[Current operations on VM: clean_shutdown]",
    ),
    ("running", nothing, ClassId::Vif, "web/nic0", "plug", "DEVICE_ALREADY_ATTACHED[me]"),
    ("running", nothing, ClassId::Vdi, "web/disk0", "destroy", "VDI_IN_USE[me, destroy]"),
    ("running", nothing, ClassId::Vdi, "web/disk0", "snapshot", ""),
    ("halted", nothing, ClassId::Vdi, "web/disk0", "destroy", ""),
    ("halted", nothing, ClassId::Vdi, "web/disk0", "data_destroy", "OPERATION_NOT_ALLOWED"),
    ("halted", nothing, ClassId::Sr, "nfs", "destroy", "SR_HAS_PBD[me]"),
    ("halted", nothing, ClassId::Sr, "nfs", "forget", "SR_HAS_PBD[me]"),
    ("halted", nothing, ClassId::Sr, "nfs", "scan", ""),
    ("halted", nothing, ClassId::Host, "h1", "reboot", "HOST_NOT_DISABLED[]"),
    ("halted", nothing, ClassId::Host, "h1", "shutdown", "HOST_NOT_DISABLED[]"),
    ("halted", nothing, ClassId::Host, "h1", "apply_updates", "HOST_NOT_DISABLED[]"),
    ("halted", nothing, ClassId::Host, "h1", "power_on", "HOST_IS_LIVE[me]"),
    ("halted", nothing, ClassId::Host, "h1", "evacuate", ""),
];

#[test]
fn what_is_refused_is_refused_with_these_words() {
    let mut differences = String::new();
    for (state, change, class, name, operation, wanted) in CASES {
        run(async {
            let scenario = scenario(state);
            let world = World::new(Origin::Words(&scenario), 1, Speed::Max);
            let (vm, id) = (web(&world.pool()), named(&world.pool(), *class, name));
            alter(&world, |tx| Some(change(tx, vm))).await;
            let found = allowed::check(&world.pool(), *class, id, operation);
            let found =
                found.err().map(|error| told(&error, &[(id, "me"), (vm.id(), "web")])).unwrap_or_default();
            let same = found == *wanted
                || (!wanted.contains('[') && !wanted.is_empty() && found.starts_with(wanted));
            if !same {
                let _ = writeln!(differences, "{state} {name} {operation}: wanted {wanted}, found {found}");
            }
        });
    }
    assert!(differences.is_empty(), "{differences}");
}

const TWO_HOSTS: &str = "host h1 8GiB; host h2 8GiB; network lan; network dmz vlan 20 on h1; sr nfs on h1 h2; \
    vm web 1GiB halted disk nfs nic lan";

#[test]
fn a_host_does_what_an_update_asks_for_before_it_is_enabled() {
    worlds::check::refuses(
        TWO_HOSTS,
        "set host h1 enabled false; set host h1 pending_guidances [reboot_host]; host.enable h1",
        "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY[h1]",
    );
}

#[test]
fn a_protected_machine_keeps_its_networks_and_storage_everywhere() {
    run(async {
        let world = World::new(Origin::Words(TWO_HOSTS), 1, Speed::Max);
        let id = web(&world.pool());
        alter(&world, |tx| {
            let (pool, _) = tx.first::<model::Pool>()?;
            tx.update(pool, |pool| pool.ha_enabled = true);
            tx.update(id, |vm| {
                vm.ha_restart_priority = Text::new_static("restart");
                vm.ha_always_run = true;
            })
        })
        .await;
        let pool = world.pool();
        let (nfs, _) = pool.all::<model::Sr>().find(|(_, sr)| sr.name_label == "nfs").expect("nfs");
        let (pbd, _) = pool.all::<model::Pbd>().find(|(_, pbd)| pbd.SR == nfs).expect("a link");
        let refused = world.call("VIF.move web/nic0 dmz").await.expect_err("one host has dmz");
        assert_eq!(refused.code, "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED");
        let call = format!("PBD.unplug {}", pool.get(pbd).expect("it").uuid);
        let refused = world.call(&call).await.expect_err("the plan needs it");
        assert_eq!(refused.code, "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN");
    });
}
