//! Operations on one machine take turns, and those that are not wanted any more end.

use model::{ApiError, Ref, Task, TaskStatusType};
use sim::machine::Speed;
use std::time::Duration;
use worlds::check::healthy;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; network lan; \
                    vm web 2GiB running on h1 disk nfs nic lan; vm db 2GiB halted disk nfs";

/// A world in which things take their time.
fn slow() -> World {
    World::new(Origin::Words(POOL), 1, Speed::Default)
}

fn status(world: &World, task: Ref<Task>) -> TaskStatusType {
    world.pool().get(task).expect("the task is there").status
}

async fn begin(world: &World, call: &str) -> Ref<Task> {
    world.begin(call).await.unwrap_or_else(|error| panic!("{call}: {error}"))
}

async fn after(world: &World, milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    assert!(!world.toolstack.running.is_empty(), "something runs still");
}

fn states(world: &World, tasks: &[Ref<Task>]) -> Vec<TaskStatusType> {
    tasks.iter().map(|task| status(world, *task)).collect()
}

#[test]
fn the_second_waits_for_the_first() {
    run(async {
        let world = slow();
        let first = begin(&world, "VM.snapshot web one").await;
        let second = begin(&world, "VM.suspend web").await;
        after(&world, 10).await;
        assert_eq!(states(&world, &[first, second]), [TaskStatusType::Pending; 2]);
        world.quiet().await;
        assert_eq!(states(&world, &[first, second]), [TaskStatusType::Success; 2]);
        healthy(&world);
    });
}

#[test]
fn one_that_waits_is_cancelled() {
    run(async {
        let world = slow();
        let first = begin(&world, "VM.snapshot web one").await;
        let second = begin(&world, "VM.suspend web").await;
        after(&world, 10).await;
        assert!(world.toolstack.running.cancel(second));
        world.quiet().await;
        assert_eq!(states(&world, &[first, second]), [TaskStatusType::Success, TaskStatusType::Cancelled]);
        let error = world.pool().get(second).expect("a task").error_info.clone();
        assert_eq!(error.first().map(|code| code.as_str()), Some("TASK_CANCELLED"));
        healthy(&world);
    });
}

#[test]
fn one_that_waits_is_not_forgotten_by_a_restart() {
    let (world, tasks) = run(async {
        let world = slow().restart(None);
        let tasks = [begin(&world, "VM.snapshot web one").await, begin(&world, "VM.suspend web").await];
        after(&world, 10).await;
        (world.end(), tasks)
    });
    run(async {
        let world = world.restart(None);
        world.settle().await;
        assert_eq!(states(&world, &tasks), [TaskStatusType::Success; 2]);
        healthy(&world);
    });
}

#[test]
fn a_hard_shutdown_ends_a_clean_one() {
    run(async {
        let world = slow();
        world.prepare("silent web").await;
        let clean = begin(&world, "VM.clean_shutdown web").await;
        after(&world, 1000).await;
        let hard = begin(&world, "VM.hard_shutdown web").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(states(&world, &[clean, hard]), [TaskStatusType::Cancelled, TaskStatusType::Success]);
        healthy(&world);
    });
}

#[test]
fn a_hard_shutdown_ends_a_migration() {
    run(async {
        let world = slow();
        let move_it = begin(&world, "VM.pool_migrate web h2").await;
        after(&world, 200).await;
        let hard = begin(&world, "VM.hard_shutdown web").await;
        world.quiet().await;
        assert_eq!(states(&world, &[move_it, hard]), [TaskStatusType::Cancelled, TaskStatusType::Success]);
        healthy(&world);
    });
}

#[test]
fn a_plug_waits_for_a_migration_and_the_other_way_round() {
    run(async {
        let world = slow();
        world.prepare("VIF.unplug web/nic0").await;
        let tasks = [begin(&world, "VM.pool_migrate web h2").await, begin(&world, "VIF.plug web/nic0").await];
        world.quiet().await;
        assert_eq!(states(&world, &tasks), [TaskStatusType::Success; 2]);
        healthy(&world);
        let tasks =
            [begin(&world, "VIF.unplug web/nic0").await, begin(&world, "VM.pool_migrate web h1").await];
        world.quiet().await;
        assert_eq!(states(&world, &tasks), [TaskStatusType::Success; 2]);
        healthy(&world);
    });
}

#[test]
fn what_is_cancelled_in_the_middle_is_undone() {
    for milliseconds in [1, 50, 100, 150, 200, 250] {
        run(async {
            let world = slow();
            let before = world.summary();
            let task = begin(&world, "VM.start db").await;
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            world.toolstack.running.cancel(task);
            world.quiet().await;
            let ended = status(&world, task);
            if ended == TaskStatusType::Cancelled {
                assert_eq!(world.summary(), before, "cancelled after {milliseconds} ms");
            } else {
                assert_eq!(ended, TaskStatusType::Success);
            }
            healthy(&world);
        });
    }
}

#[test]
fn a_disk_that_goes_while_it_is_copied_is_waited_for() {
    run(async {
        let world = slow();
        let copy = begin(&world, "VDI.snapshot web/disk0").await;
        world.prepare("VM.snapshot web one").await;
        let again = begin(&world, "VDI.snapshot web/disk0").await;
        let revert = begin(&world, "VM.revert one").await;
        world.quiet().await;
        assert_eq!(states(&world, &[copy, again, revert]), [TaskStatusType::Success; 3]);
        healthy(&world);
    });
}

#[test]
fn a_full_disk_only_delays_what_runs() {
    run(async {
        let world = slow();
        let task = begin(&world, "VM.start db").await;
        world.disk.set_broken(true);
        let refused: Result<_, ApiError> = world.begin("VM.pause web").await;
        assert_eq!(refused.expect_err("nothing can be written").code, "INTERNAL_ERROR");
        after(&world, 60_000).await;
        assert_eq!(status(&world, task), TaskStatusType::Pending);
        world.disk.set_broken(false);
        world.quiet().await;
        assert_eq!(status(&world, task), TaskStatusType::Success);
        healthy(&world);
    });
}

#[test]
fn machines_of_a_host_without_power_are_halted_when_it_is_back() {
    run(async {
        let world = slow();
        let pool = world.pool();
        let named = |host: &Ref<model::Host>| pool.get(*host).is_some_and(|row| row.name_label == "h1");
        let host = *world.hosts.keys().find(|host| named(host)).expect("h1");
        world.hosts[&host].power_off();
        world.hosts[&host].power_on();
        toolstack::listen::look(&world.toolstack, host).await;
        healthy(&world);
        world.prepare("VM.start web").await;
        healthy(&world);
    });
}
