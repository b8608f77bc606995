//! The life of a pool: who leads it, who leaves it.

use expect_test::expect;
use worlds::check;

const THREE: &str = "host h1 8GiB; host h2 16GiB; host h3 8GiB; sr nfs on h1 h2 h3; sr local2 ext on h2; \
    vm web 2GiB running on h1 disk nfs; vm db 1GiB halted disk local2; vm cache 1GiB halted disk nfs";

#[test]
fn another_host_leads_when_all_agree() {
    check(
        THREE,
        "pool.designate_new_master h2",
        expect![[r#"
        h2: agree to follow 10.10.0.12
        h1: agree to follow 10.10.0.12
        h3: agree to follow 10.10.0.12
        h2: follow 10.10.0.12
        h1: follow 10.10.0.12
        h3: follow 10.10.0.12
    "#]],
    );
}

#[test]
fn the_coordinator_may_be_designated_again() {
    check(THREE, "pool.designate_new_master h1", expect![""]);
}

#[test]
fn nobody_follows_a_host_that_cannot_be_reached() {
    check(
        THREE,
        "set host_metrics h2 live false; pool.designate_new_master h2",
        expect![[r#"
        CANNOT_CONTACT_HOST[h2]
    "#]],
    );
}

#[test]
fn with_high_availability_nobody_else_leads() {
    check(
        THREE,
        "set pool pool ha_enabled true; pool.designate_new_master h2",
        expect![[r#"
        HA_IS_ENABLED[]
    "#]],
    );
    check(
        THREE,
        "set pool pool ha_enabled true; pool.eject h2",
        expect![[r#"
        HA_IS_ENABLED[]
    "#]],
    );
}

#[test]
fn a_member_leaves_with_its_local_storage() {
    check(
        THREE,
        "pool.eject h2",
        expect![[r#"
        h2: leave the pool
    "#]],
    );
}

#[test]
fn the_coordinator_does_not_leave() {
    check(
        THREE,
        "pool.eject h1",
        expect![[r#"
        INTERNAL_ERROR[Xapi_pool.Cannot_eject_master]
    "#]],
    );
}

#[test]
fn a_member_with_guests_does_not_leave() {
    check(
        THREE,
        "VM.pool_migrate web h2; pool.eject h2",
        expect![[r#"
        OPERATION_NOT_ALLOWED[VM resident on host]
    "#]],
    );
}
