//! Two pools become one over the network, whatever breaks on the way.

use model::{Host, Pool, Vm};
use sim::machine::Speed;
use worlds::World;
use worlds::street::{Street, Way};
use worlds::world::{Origin, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 2GiB halted disk nfs";
const ALONE: &str =
    "host h9 8GiB; sr own ext on h9; vm brought 1GiB halted disk own; vm other 1GiB halted disk own";
const JOIN: &str = "pool.join 10.0.0.1 root secret";

async fn two(street: &Street, alone: &str) -> (World, World) {
    let pool = World::new(Origin::Words(POOL), 1, Speed::Max).on(street, "10.0.0.1").await;
    let other = World::new(Origin::Words(alone), 2, Speed::Max).on(street, "10.0.0.9").await;
    for world in [&pool, &other] {
        tokio::spawn(toolstack::listen::run(world.toolstack.clone()));
    }
    (pool, other)
}

async fn refused(alone: &str, prepared: &str, there: &str) -> String {
    let street = Street::default();
    let (pool, other) = two(&street, alone).await;
    for words in worlds::words::calls(prepared) {
        other.prepare(words).await;
    }
    for words in worlds::words::calls(there) {
        pool.prepare(words).await;
    }
    let (before, rows) = (other.summary(), pool.summary());
    let error = other.call(JOIN).await.expect_err("it does not join");
    assert_eq!((other.summary(), pool.summary()), (before, rows), "what is refused changes nothing");
    assert_eq!(other.toolstack.role.coordinator(), None);
    error.to_string()
}

#[test]
fn a_host_joins_works_and_leaves() {
    run(async {
        let street = Street::default();
        let (pool, other) = two(&street, ALONE).await;
        other.call(JOIN).await.unwrap();
        let rows = pool.pool();
        rows.verify().unwrap();
        assert_eq!(rows.all::<Host>().count(), 3);
        // It answers by itself for a moment longer, so that whoever asked hears of it.
        assert_eq!(other.toolstack.role.coordinator(), None);
        tokio::time::sleep(std::time::Duration::from_secs(11)).await;
        assert_eq!(other.toolstack.role.coordinator().as_deref(), Some("10.0.0.1"));
        for call in ["VM.start_on brought h9 false false", "VM.start_on web h9 false false"] {
            pool.call(call).await.unwrap_or_else(|error| panic!("{call}: {error}"));
        }
        let described = other.simulation.describe();
        assert_eq!(described.matches(": running").count(), 2, "{described}");
        // A guest that stops by itself is heard of.
        let brought = rows.all::<Vm>().find(|(_, vm)| vm.name_label == "brought").unwrap();
        assert!(other.hosts.values().next().unwrap().stop_guest(brought.1.uuid));
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(pool.pool().get(brought.0).unwrap().power_state, model::VmPowerState::Halted);
        pool.call("VM.hard_shutdown web").await.unwrap();
        pool.call("pool.eject h9").await.unwrap();
        assert_eq!(pool.pool().all::<Host>().count(), 2);
        pool.pool().verify().unwrap();
        assert_eq!(other.toolstack.role.coordinator(), None);
        let own = other.pool();
        own.verify().unwrap();
        assert_eq!(own.all::<Vm>().filter(|(_, vm)| !vm.is_control_domain).count(), 0);
        assert_eq!(own.first::<Pool>().unwrap().1.master, own.first::<Host>().unwrap().0);
        worlds::check::healthy(&other);
        other.call(JOIN).await.unwrap();
        assert_eq!(pool.pool().all::<Host>().count(), 3);
    });
}

/// Whatever message is lost: in the end both sides say the same.
#[test]
fn both_sides_agree_in_the_end() {
    let messages = run(async {
        let street = Street::default();
        let (_pool, other) = two(&street, ALONE).await;
        let before = street.messages();
        other.call(JOIN).await.unwrap();
        street.messages() - before
    });
    assert!(messages > 10, "{messages}");
    for nth in 1..=messages {
        for way in [Way::There, Way::Back] {
            run(async {
                let street = Street::default();
                let (pool, other) = two(&street, ALONE).await;
                street.break_message(street.messages() + nth, way);
                let outcome = other.call(JOIN).await;
                tokio::time::sleep(std::time::Duration::from_secs(60)).await;
                let taken_in = pool.pool().all::<Host>().count() == 3;
                let follows = other.toolstack.role.coordinator().is_some();
                assert_eq!(taken_in, follows, "message {nth} {way:?}: {outcome:?}");
                assert!(taken_in || outcome.is_err());
                if taken_in {
                    pool.call("VM.start_on brought h9 false false").await.unwrap();
                } else {
                    other.call(JOIN).await.unwrap();
                }
            });
        }
    }
}

#[test]
fn who_may_not_join_is_told_why() {
    run(async {
        let shared = "host h9 8GiB; sr nfs on h9; vm brought 1GiB halted disk nfs";
        for (alone, prepared, there, error) in [
            (ALONE, "VM.start brought false false", "", "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"),
            (ALONE, "", "set pool pool ha_enabled true", "HA_IS_ENABLED"),
            (shared, "", "", "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS"),
            ("host h9 8GiB; host h10 8GiB", "", "", "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"),
            (ALONE, "set host h9 edition other", "", "LICENSE_HOST_POOL_MISMATCH"),
            (ALONE, "set host h9 external_auth_type AD", "", "POOL_JOINING_EXTERNAL_AUTH_MISMATCH"),
            (ALONE, "set host h9 API_version_minor 1", "", "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION"),
            (ALONE, "set host h9 cpu_info {vendor: other}", "", "HOSTS_NOT_HOMOGENEOUS"),
            (
                ALONE,
                "set host h9 software_version {db_schema: 1}",
                "",
                "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA",
            ),
            (
                ALONE,
                "set pool pool tls_verification_enabled false",
                "",
                "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH",
            ),
        ] {
            let found = refused(alone, prepared, there).await;
            assert!(found.starts_with(error), "{prepared} {there}: {found} instead of {error}");
        }
    });
}

#[test]
fn a_member_is_driven_by_its_coordinator_only() {
    run(async {
        let street = Street::default();
        let (pool, other) = two(&street, ALONE).await;
        let question = |secret: &str| format!(r#"{{"secret":"{secret}","ask":"Inspect"}}"#);
        let ask = async |secret: &str| {
            toolstack::members::answer(&other.toolstack, question(secret).as_bytes()).await.unwrap()
        };
        for secret in ["", "guessed"] {
            assert!(ask(secret).await.contains("SESSION_AUTHENTICATION_FAILED"));
        }
        other.call(JOIN).await.unwrap();
        assert!(ask("").await.contains("SESSION_AUTHENTICATION_FAILED"));
        let rows = pool.pool();
        let secret = toolstack::kept::get(&rows, toolstack::begin::POOL_SECRET).unwrap();
        assert!(ask(secret).await.contains("Facts"));
        assert!(toolstack::members::answer(&other.toolstack, b"nonsense").await.is_err());
    });
}

#[test]
fn a_member_elsewhere_cannot_lead() {
    run(async {
        let street = Street::default();
        let (pool, other) = two(&street, ALONE).await;
        other.call(JOIN).await.unwrap();
        let refused = pool.call("pool.designate_new_master h9").await.unwrap_err();
        assert_eq!(refused.code, "NOT_IMPLEMENTED");
        // It follows when another host of the coordinator's process leads.
        pool.call("pool.designate_new_master h2").await.unwrap();
        let following = toolstack::members::following(&other.pool()).unwrap();
        assert_eq!(following.address, pool.pool().get(pool.toolstack.this_host()).unwrap().address);
    });
}

#[test]
fn members_follow_a_new_secret() {
    run(async {
        let street = Street::default();
        let (pool, other) = two(&street, ALONE).await;
        other.call(JOIN).await.unwrap();
        let start = async || pool.call("VM.start_on brought h9 false false").await;
        for way in [Way::There, Way::Back] {
            street.break_message(street.messages() + 1, way);
            assert_eq!(pool.call("pool.rotate_secret").await.unwrap_err().code, "CANNOT_CONTACT_HOST");
            start().await.unwrap();
            pool.call("VM.hard_shutdown brought").await.unwrap();
        }
        pool.call("pool.rotate_secret").await.unwrap();
        start().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        assert_eq!(toolstack::members::following(&other.pool()).unwrap().former_secret, None);
        pool.call("VM.hard_shutdown brought").await.unwrap();
    });
}

#[test]
fn what_another_pool_trusts_can_be_trusted() {
    run(async {
        let street = Street::default();
        let (pool, other) = two(&street, ALONE).await;
        let now =
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(worlds::world::BEGIN as u64);
        let both = wire::tls::self_signed("directory", &[], now, None).unwrap();
        let pem = &both[both.find("-----BEGIN CERTIFICATE").unwrap()..];
        pool.call(&format!("pool.install_trusted_certificate pool false '{pem}' ldaps")).await.unwrap();
        let login = "session.login_with_password root secret 1.0 test";
        let session = pool.call(login).await.unwrap().as_text().unwrap();
        let shown = pool.toolstack.peers.own_certificate();
        let sync = toolstack::Arguments {
            message: worlds::words::message("pool.sync_trusted_certificates_from"),
            values: vec![
                model::Value::Ref(other.pool().first::<Pool>().unwrap().0.id()),
                "10.0.0.1".into(),
                model::Value::Ref(model::RefId::parse(&session).unwrap()),
                model::Value::String(shown),
                false.into(),
            ],
        };
        for expected in [1, 0] {
            let answer = other.toolstack.perform(other.pool(), toolstack::listen::own_call(), sync.clone());
            let model::Value::Array(new) = answer.await.unwrap().into_value() else { panic!("no list") };
            assert_eq!(new.len(), expected);
        }
        let rows = other.pool();
        let (_, row) = rows.all::<model::Certificate>().find(|(_, row)| row.host.is_null()).unwrap();
        assert_eq!(row.r#type, model::CertificateType::Pinned);
    });
}
