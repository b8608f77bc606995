//! `check`: one call, its plan, and its failure tests.
//!
//! 1. Plainly: the steps that were taken are compared with what the test expects.
//! 2. With a fault before, and after, each step: if the call fails, the world is as before it; if it
//!    succeeds all the same, as after it.
//! 3. With a crash after each commit and a new start: the operation is finished or undone, its task
//!    is still there and says which.
//!
//! After each of these runs every rule of the store is verified, no object is marked, no journal is
//! left, and the lists of allowed operations are right.

use crate::words;
use crate::world::{Origin, World, run};
use expect_test::Expect;
use machine::Fault;
use model::{ApiEnum, ClassId, Task, TaskStatusType, Vm, VmPowerState, many};
use sim::machine::{Speed, When};
use std::fmt::Write;
use store::Snapshot;

/// Run a call on a scenario in every way there is. `expected` is the list of steps, then the result
/// if it is an error. Calls before the last, parted by semicolons, make things ready and must work.
pub fn check(scenario: &str, call: &str, expected: Expect) {
    let plain = plainly(scenario, call);
    expected.assert_eq(&plain.story);
    let Some(after) = &plain.after else { return };
    for number in 1..=plain.steps {
        for when in [When::Before, When::After] {
            with_fault(scenario, call, number, when, &plain.before, after);
        }
    }
    for commits in 0..plain.commits {
        for memory in [Memory::Kept, Memory::Lost] {
            with_crash(scenario, call, commits, memory, &plain.before, after);
        }
    }
}

/// Calls of which the last answers so, in JSON. A world in which they were made is in order.
pub fn answered(scenario: &str, calls: &str, answer: &str) {
    run(async {
        let (world, call) = ready(scenario, calls).await;
        let found = world.call(call).await.unwrap_or_else(|error| panic!("{calls}: {error}"));
        let mut json = Vec::new();
        found.write(&mut wire::jsonrpc::JsonWriter::new(&mut json));
        assert_eq!(String::from_utf8_lossy(&json), answer, "{calls}");
        world.quiet().await;
        healthy(&world);
    });
}

/// A call that is refused at once with these words, and changes nothing: for tables of refusals.
pub fn refuses(scenario: &str, call: &str, error: &str) {
    assert_eq!(plainly(scenario, call).story.trim_end(), error, "{call}");
}

struct Plain {
    story: String,
    steps: usize,
    commits: usize,
    before: Picture,
    /// `None` if the call fails.
    after: Option<Picture>,
}

/// Everything that must be as before or as after.
#[derive(Clone, PartialEq)]
struct Picture {
    rows: String,
    machines: String,
}

fn picture(world: &World) -> Picture {
    Picture { rows: world.summary(), machines: nameless(&world.simulation.describe()) }
}

/// Uuids of what a call makes differ from run to run of different lengths: what counts is their number.
fn nameless(text: &str) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let words = line.split(' ').map(|word| {
                let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                let made =
                    bare.len() == 36 && bare.as_bytes().iter().filter(|byte| **byte == b'-').count() == 4;
                if made { word.replace(bare, "…") } else { word.to_string() }
            });
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    // Contents are numbered by the order of uuids, so numbers do not count either.
    lines.iter_mut().for_each(|line| *line = line.split("content").next().unwrap_or_default().to_string());
    lines.sort();
    lines.join("\n")
}

/// A world that is ready for the last of these calls, and that call.
async fn ready<'a>(scenario: &str, calls: &'a str) -> (World, &'a str) {
    let world = World::new(Origin::Words(scenario), 1, Speed::Max);
    let mut calls = words::calls(calls);
    let call = calls.pop().expect("a call");
    for words in calls {
        world.prepare(words).await;
    }
    world.simulation.forget_taken();
    (world, call)
}

fn plainly(scenario: &str, calls: &str) -> Plain {
    run(async {
        let (world, call) = ready(scenario, calls).await;
        let before = picture(&world);
        let pool = world.pool();
        let first = world.commits();
        let outcome = world.call(call).await;
        world.quiet().await;
        healthy(&world);
        crate::agreement::check_space(&world);
        let mut story = String::new();
        let taken = world.simulation.taken();
        for (host, step) in &taken {
            let host = pool.by_uuid(ClassId::Host, *host).map_or(model::Ref::NULL, model::Ref::new);
            let now = world.pool();
            let knows = |pool: &Snapshot, class: ClassId| pool.by_uuid(class, step.object()).is_some();
            let made = |class| knows(&now, class) && !knows(&pool, class);
            let made = !knows(&pool, ClassId::Vdi) && knows(&now, ClassId::Vm) || made(ClassId::Pif);
            let view = if made { &now } else { &pool };
            let _ = writeln!(story, "{}", toolstack::explain::step_on(view, host, step));
        }
        if let Err(error) = &outcome {
            let _ = writeln!(story, "{}", error_text(&pool, error));
        }
        let after = outcome.is_ok().then(|| picture(&world));
        if outcome.is_err() {
            assert!(
                picture(&world) == before,
                "a call that fails changes nothing\n{}",
                difference(&before, &picture(&world))
            );
        }
        Plain { story, steps: taken.len(), commits: world.commits() - first, before, after }
    })
}

/// An error with names for references.
fn error_text(pool: &Snapshot, error: &model::ApiError) -> String {
    let name = |param: &model::Text| match model::RefId::parse(param).filter(|id| !id.is_null()) {
        Some(id) => {
            let class = ClassId::all().find(|class| pool.contains(*class, id));
            class.map_or_else(
                || param.to_string(),
                |class| toolstack::explain::name_of(pool, class, id).to_string(),
            )
        }
        None => param.to_string(),
    };
    format!("{}[{}]", error.code, error.params.iter().map(name).collect::<Vec<_>>().join(", "))
}

fn with_fault(scenario: &str, calls: &str, number: usize, when: When, before: &Picture, after: &Picture) {
    run(async {
        let (world, call) = ready(scenario, calls).await;
        world.simulation.fail_next(when, number, |_, _| true, Fault::Failed { reason: "asked to".into() });
        let outcome = world.call(call).await;
        world.quiet().await;
        let now = picture(&world);
        let wanted = if outcome.is_ok() { after } else { before };
        assert!(
            now == *wanted,
            "{call} with a fault {when:?} step {number} gave {outcome:?}, and the world is between\n{}",
            difference(wanted, &now)
        );
        healthy(&world);
        crate::agreement::check_space(&world);
    });
}

/// What becomes of the machines when the toolstack dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Memory {
    /// They go on, as real ones do.
    Kept,
    /// They die with it, and are made again as rows and journal say: `xenios up` with simulated hosts.
    Lost,
}

fn with_crash(
    scenario: &str,
    calls: &str,
    commits: usize,
    memory: Memory,
    before: &Picture,
    after: &Picture,
) {
    // The first life ends in the middle of the call.
    let (world, call, task) = run(async {
        let (world, call) = ready(scenario, calls).await;
        let world = world.restart(Some(commits));
        let task = tokio::select! {
            biased;
            () = world.died() => None,
            task = begin(&world, call) => {
                tokio::select! { biased; () = world.died() => {}, () = world.quiet() => {} }
                task
            }
        };
        (world.end(), call, task)
    });
    run(async {
        let world = match memory {
            Memory::Kept => world.restart(None),
            Memory::Lost => world.reborn(),
        };
        world.settle().await;
        // This compares rows with machines as well.
        healthy(&world);
        crate::agreement::check_space(&world);
        let mut now = picture(&world);
        let (mut before, mut after) = (before.clone(), after.clone());
        if memory == Memory::Lost {
            // What is on the disks nobody remembers.
            for picture in [&mut now, &mut before, &mut after] {
                picture.machines.clear();
            }
        }
        let (before, after) = (&before, &after);
        let Some(task) = task else {
            assert!(
                now == *before || now == *after,
                "{call} was never begun, and the world is between\n{}",
                difference(before, &now)
            );
            return;
        };
        let pool = world.pool();
        let row =
            pool.get(task).unwrap_or_else(|| panic!("{call}: the task is lost after {commits} commits"));
        let wanted = match row.status {
            TaskStatusType::Success => after,
            TaskStatusType::Failure | TaskStatusType::Cancelled => before,
            status => panic!("{call}: the task is {} after everything has ended", status.name()),
        };
        assert!(
            now == *wanted,
            "{call} with a crash after {commits} commits ({memory:?}) ended as {}, and the world is between\n{}",
            row.status.name(),
            difference(wanted, &now)
        );
    });
}

async fn begin(world: &World, call: &str) -> Option<model::Ref<Task>> {
    if call.starts_with("coalesce ") {
        return world.begin(call).await.ok();
    }
    let arguments = world.arguments(call);
    match toolstack::operations::find(arguments.message.full_name) {
        Some(toolstack::Handler::Plan(_)) => world.begin(call).await.ok(),
        _ => {
            let _ = world.call(call).await;
            None
        }
    }
}

/// What is true of every world at rest.
pub fn healthy(world: &World) {
    let pool = world.pool();
    pool.verify().unwrap_or_else(|broken| panic!("{broken}"));
    assert!(pool.table(ClassId::XeniosOperation).is_empty(), "a journal is left");
    for class in ClassId::all() {
        let number = class.definition().field("current_operations").map(|(number, _)| number);
        for (id, entry) in pool.table(class) {
            if let Some(field) =
                number.and_then(|number| entry.row.field(number)).filter(|_| class != ClassId::Task)
            {
                assert_eq!(
                    field.value(),
                    model::Value::Struct(vec![]),
                    "{} {id} is still marked",
                    class.name()
                );
            }
            assert!(
                toolstack::allowed::corrected(&pool, class, *id).is_none(),
                "{} {id}: allowed_operations are stale",
                class.name()
            );
        }
    }
    crate::agreement::check(world);
    for (id, sr) in pool.all::<model::Sr>() {
        let sum = |value: fn(&model::Vdi) -> i64| {
            pool.many_rows(many::SR_VDIS, id).map(|(_, vdi)| value(vdi)).sum::<i64>()
        };
        assert_eq!(
            sr.virtual_allocation,
            sum(|vdi| vdi.virtual_size),
            "the space of {} does not add up",
            sr.name_label
        );
        assert_eq!(
            sr.physical_utilisation,
            sum(|vdi| vdi.physical_utilisation),
            "what the disks of {} take does not add up",
            sr.name_label
        );
    }
}

/// The pool in names.
pub fn summary(pool: &Snapshot) -> String {
    let mut lines = Vec::new();
    let name = |class: ClassId, id: model::RefId| {
        if id.is_null() { "-".into() } else { toolstack::explain::name_of(pool, class, id).to_string() }
    };
    for (id, vm) in pool.all::<Vm>() {
        let mut line = format!(
            "vm {} {} on {} template={} snapshot={} of {} memory {}..{} cpus {}",
            vm.name_label,
            vm.power_state.name(),
            name(ClassId::Host, vm.resident_on.id()),
            vm.is_a_template,
            vm.is_a_snapshot,
            name(ClassId::Vm, vm.snapshot_of.id()),
            vm.memory_dynamic_min,
            vm.memory_dynamic_max,
            vm.VCPUs_max,
        );
        let _ = write!(line, " expected on {}", name(ClassId::Host, vm.scheduled_to_be_resident_on.id()));
        let size = |vdi: model::Ref<model::Vdi>| pool.get(vdi).map_or(0, |vdi| vdi.virtual_size);
        if matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused) {
            let _ = write!(line, " target {}", vm.memory_target);
        }
        if !vm.suspend_VDI.is_null() {
            let _ = write!(line, " image {}", size(vm.suspend_VDI));
        }
        let mut devices: Vec<String> = pool
            .many_rows(many::VM_VBDS, id)
            .map(|(_, vbd)| {
                format!(
                    "{}{}:{}@{}",
                    vbd.r#type.name(),
                    vbd.userdevice,
                    size(vbd.VDI),
                    vbd.currently_attached
                )
            })
            .chain(pool.many_rows(many::VM_VIFS, id).map(|(_, vif)| crate::networks::card(pool, vif)))
            .chain(pool.many_rows(many::VM_VGPUS, id).map(|(_, vgpu)| {
                let promised = !vgpu.scheduled_to_be_resident_on.is_null();
                let card = name(ClassId::Pgpu, vgpu.resident_on.id());
                format!("gpu{}@{} on {card} promised={promised}", vgpu.device, vgpu.currently_attached)
            }))
            .chain(
                pool.many_rows(many::VM_VUSBS, id)
                    .map(|(_, vusb)| format!("usb@{}", vusb.currently_attached)),
            )
            .chain(vm.attached_PCIs.iter().map(|pci| name(ClassId::Pci, pci.id()).replace("0000:", "pci ")))
            .chain(pool.many_rows(many::VM_VTPMS, id).map(|_| "tpm".into()))
            .collect();
        devices.sort();
        let _ =
            write!(line, " [{}] consoles {}", devices.join(" "), pool.many(many::VM_CONSOLES, id).count());
        lines.push(line);
    }
    lines.extend(crate::networks::summary(pool));
    for (_, vdi) in pool.all::<model::Vdi>() {
        lines.push(format!(
            "vdi {:?} of {} in {} {} snapshot={} managed={}",
            vdi.name_label,
            vdi.virtual_size,
            name(ClassId::Sr, vdi.SR.id()),
            vdi.r#type.name(),
            vdi.is_a_snapshot,
            vdi.managed,
        ));
    }
    for (_, sr) in pool.all::<model::Sr>() {
        lines.push(format!("sr {} {} {}", sr.name_label, sr.virtual_allocation, sr.physical_utilisation));
    }
    for (_, host) in pool.all::<model::Host>() {
        lines.push(format!(
            "host {} free {} enabled={} live={} display={} ssh={} power on by {:?}",
            host.name_label,
            pool.get(host.metrics).map_or(0, |metrics| metrics.memory_free),
            host.enabled,
            pool.get(host.metrics).is_some_and(|metrics| metrics.live),
            host.display.name(),
            host.ssh_enabled,
            host.power_on_mode,
        ));
    }
    for class in [
        ClassId::Vm,
        ClassId::Vbd,
        ClassId::Vdi,
        ClassId::Vif,
        ClassId::VmMetrics,
        ClassId::VmGuestMetrics,
        ClassId::Console,
        ClassId::XeniosSetting,
        ClassId::Secret,
        ClassId::Pusb,
        ClassId::UsbGroup,
        ClassId::GpuGroup,
    ] {
        lines.push(format!("{} rows: {}", class.name(), pool.table(class).len()));
    }
    lines.sort();
    lines.join("\n")
}

fn difference(wanted: &Picture, got: &Picture) -> String {
    let mut out = String::new();
    for (wanted, got) in [(&wanted.rows, &got.rows), (&wanted.machines, &got.machines)] {
        let (wanted, got): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), got.lines().collect());
        for line in wanted.iter().filter(|line| !got.contains(line)) {
            let _ = writeln!(out, "- {line}");
        }
        for line in got.iter().filter(|line| !wanted.contains(line)) {
            let _ = writeln!(out, "+ {line}");
        }
    }
    out
}
