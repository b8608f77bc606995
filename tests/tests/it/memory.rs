//! Memory: machines that can give some back do, and get it again.

use expect_test::expect;
use worlds::check;
use worlds::check::refuses;
use worlds::world::{Origin, World, run};

/// 8 GiB, of which the control domain and the hypervisor take some.
const TIGHT: &str = "host h1 8GiB; sr nfs on h1; vm web 1GiB..4GiB running on h1; vm db 1GiB..4GiB halted; vm fixed 3GiB halted";
const TWO: &str = "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; vm web 1GiB..4GiB running on h1; vm db 1GiB..4GiB running on h2";

#[test]
fn a_machine_that_starts_squeezes_another() {
    check(
        TIGHT,
        "VM.start fixed",
        expect![[r#"
            h1: squeeze web to 3425 MiB
            h1: create fixed
            h1: device model fixed
            h1: unpause fixed
        "#]],
    );
}

#[test]
fn machines_are_squeezed_alike() {
    check(
        TIGHT,
        "VM.start db",
        expect![[r#"
            h1: squeeze web to 3244 MiB
            h1: create db
            h1: device model db
            h1: unpause db
        "#]],
    );
}

#[test]
fn a_machine_that_comes_squeezes_another_and_is_squeezed() {
    check(
        TWO,
        "VM.pool_migrate web h2 {}",
        expect![[r#"
            h2: squeeze db to 3244 MiB
            h1: squeeze web to 3244 MiB
            h2: receive web
            h1: send web to h2
        "#]],
    );
}

#[test]
fn a_larger_range_gives_what_there_is() {
    check(
        TIGHT,
        "VM.start db; VM.set_memory_dynamic_range web 3GiB 4GiB",
        expect![[r#"
            h1: set memory web to 3244 MiB
        "#]],
    );
}

#[test]
fn refusals() {
    let table: &[(&str, &str, &str)] = &[
        // Without a balloon driver nothing is given back.
        (
            TIGHT,
            "set VM web guest_metrics null; VM.start_on fixed h1 false false",
            "HOST_NOT_ENOUGH_FREE_MEMORY[3249537024, 2546155520]",
        ),
        // Nobody is squeezed below its least.
        (
            TIGHT,
            "VM.set_memory_dynamic_range web 4GiB 4GiB; VM.start_on fixed h1 false false",
            "HOST_NOT_ENOUGH_FREE_MEMORY[3249537024, 2546155520]",
        ),
    ];
    for (scenario, calls, error) in table {
        refuses(scenario, calls, error);
    }
}

#[test]
fn memory_comes_back_when_there_is_room() {
    run(async {
        let world = World::new(Origin::Words(TIGHT), 1, sim::machine::Speed::Max);
        let sizes = || {
            let pool = world.pool();
            let of = |name: &str| {
                let (_, vm) =
                    pool.all::<model::Vm>().find(|(_, vm)| vm.name_label == name).expect("a machine");
                let actual = pool.get(vm.metrics).expect("metrics").memory_actual;
                (vm.memory_target >> 20, actual >> 20)
            };
            (of("web"), of("db"))
        };
        world.call("VM.start db").await.expect("there is room for both");
        let ((target, actual), (other, _)) = sizes();
        assert!(target < 4096 && target == actual && target == other, "{:?}", sizes());
        world.call("VM.hard_shutdown db").await.expect("it runs");
        world.quiet().await;
        toolstack::keepers::pass(&world.toolstack, &mut Default::default()).await.expect("a pass");
        // What it begins, it begins beside itself.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        world.quiet().await;
        assert_eq!(sizes().0, (4096, 4096));
        worlds::check::healthy(&world);
    });
}
