//! What a pool trusts, its secret, and settings that hold for all hosts.

use crate::world::*;
use model::{Certificate, CertificateType, Host, HostMetrics, Ref, Value};
use std::time::{Duration, SystemTime};

fn certificate(begins: i64) -> String {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(begins as u64);
    let both = wire::tls::self_signed("authority", &[], now, None).unwrap();
    both[both.find("-----BEGIN CERTIFICATE").unwrap()..].to_string()
}

fn install(name: &str, pem: &str) -> [Value; 2] {
    [name.into(), pem.into()]
}

#[tokio::test(start_paused = true)]
async fn authorities_come_and_go_by_name() {
    let world = world().await;
    let pem = certificate(START);
    world.ok("pool.install_ca_certificate", install("corp.pem", &pem)).await;
    let pool = world.toolstack.store.snapshot();
    let (_, row) = pool.all::<Certificate>().next().unwrap();
    assert_eq!((row.name.as_str(), row.r#type, row.host), ("corp.pem", CertificateType::Ca, Ref::NULL));
    assert_eq!(row.not_before.seconds(), START - 86_400);
    assert_eq!((row.fingerprint_sha256.len(), row.fingerprint_sha1.len()), (95, 59));
    assert_eq!(world.ok("pool.certificate_list", []).await, Value::Array(vec!["corp.pem".into()]));
    for (name, cert, error) in [
        ("corp.pem", pem.as_str(), "CERTIFICATE_ALREADY_EXISTS[corp.pem]"),
        ("../corp", &pem, "CERTIFICATE_NAME_INVALID[../corp]"),
        ("", &pem, "CERTIFICATE_NAME_INVALID[]"),
        (".hidden", &pem, "CERTIFICATE_NAME_INVALID[.hidden]"),
        ("x", "nonsense", "TRUSTED_CERTIFICATE_INVALID[]"),
    ] {
        assert_eq!(world.fails("pool.certificate_install", install(name, cert)).await, error);
    }
    let later = world.fails("pool.install_ca_certificate", install("x", &certificate(START + 90_000))).await;
    assert!(later.starts_with("TRUSTED_CERTIFICATE_NOT_VALID_YET[20260101T"), "{later}");
    let earlier = certificate(START - 3651 * 86_400);
    let earlier = world.fails("pool.install_ca_certificate", install("x", &earlier)).await;
    assert!(earlier.starts_with("TRUSTED_CERTIFICATE_EXPIRED[20260101T"), "{earlier}");
    world.ok("pool.uninstall_ca_certificate", ["corp.pem".into()]).await;
    assert_eq!(
        world.fails("pool.certificate_uninstall", ["corp.pem".into()]).await,
        "CERTIFICATE_DOES_NOT_EXIST[corp.pem]"
    );
    assert_eq!(world.ok("pool.certificate_list", []).await, Value::Array(vec![]));
}

#[tokio::test(start_paused = true)]
async fn pinned_certificates_have_a_purpose() {
    let world = world().await;
    let pem = certificate(START);
    let ldaps = || Value::Array(vec!["ldaps".into()]);
    let pin = |purpose| [reference(POOL), false.into(), pem.as_str().into(), purpose];
    let none = world.fails("pool.install_trusted_certificate", pin(Value::Array(vec![]))).await;
    assert_eq!(none, "CERTIFICATE_LACKS_PURPOSE[]");
    world.ok("pool.install_trusted_certificate", pin(ldaps())).await;
    let twice = world.fails("pool.install_trusted_certificate", pin(ldaps())).await;
    assert!(twice.starts_with("TRUSTED_CERTIFICATE_ALREADY_EXISTS["), "{twice}");
    let pool = world.toolstack.store.snapshot();
    let (id, row) = pool.all::<Certificate>().next().unwrap();
    assert_eq!(row.r#type, CertificateType::Pinned);
    world.ok("pool.uninstall_trusted_certificate", [reference(POOL), reference(id)]).await;
    let own = Ref::<Certificate>::from_bits(0x77);
    world
        .edit(|tx| {
            tx.insert(own, Certificate { host: HOST, uuid: model::Uuid(9), ..Certificate::default() });
        })
        .await;
    let refused = world.fails("pool.uninstall_trusted_certificate", [reference(POOL), reference(own)]).await;
    assert_eq!(refused, format!("NOT_TRUSTED_CERTIFICATE[{own}]"));
}

/// An empty list, signed by nobody in particular.
const CRL: &str = "-----BEGIN X509 CRL-----
MIHNMHQCAQEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJYXV0aG9yaXR5Fw0yNjAx
MDEwMDAwMDBaFw0yNzAxMDEwMDAwMDBaoC8wLTAfBgNVHSMEGDAWgBQAAAAAAAAA
AAAAAAAAAAAAAAAAADAKBgNVHRQEAwIBATAKBggqhkjOPQQDAgNJADBGAiEAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAECIQAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAQ==
-----END X509 CRL-----
";

#[tokio::test(start_paused = true)]
async fn lists_of_revoked_certificates_are_read() {
    let world = world().await;
    assert_eq!(world.fails("pool.crl_install", install("a b", CRL)).await, "CRL_NAME_INVALID[a b]");
    assert_eq!(world.fails("pool.crl_install", install("corp", "?")).await, "CRL_CORRUPT[corp]");
    assert_eq!(world.fails("pool.crl_uninstall", ["corp".into()]).await, "CRL_DOES_NOT_EXIST[corp]");
    world.ok("pool.crl_install", install("corp", CRL)).await;
    assert_eq!(world.fails("pool.crl_install", install("corp", CRL)).await, "CRL_ALREADY_EXISTS[corp]");
    assert_eq!(world.ok("pool.crl_list", []).await, Value::Array(vec!["corp".into()]));
    world.ok("pool.crl_uninstall", ["corp".into()]).await;
    assert_eq!(world.ok("pool.crl_list", []).await, Value::Array(vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_new_secret_replaces_the_old_one() {
    let world = world().await;
    let metrics = Ref::<HostMetrics>::from_bits(0x30);
    world
        .edit(|tx| {
            tx.insert(metrics, HostMetrics { uuid: model::Uuid(7), live: true, ..HostMetrics::default() });
            tx.update(HOST, |host: &mut Host| host.metrics = metrics);
        })
        .await;
    toolstack::begin::prepare(&world.toolstack).await.unwrap();
    let secret = async || world.ok("pool.initial_auth", []).await.as_text().unwrap().to_string();
    let old = secret().await;
    assert!(world.toolstack.knows_pool_secret(&old));
    world.ok("pool.rotate_secret", []).await;
    let new = secret().await;
    assert!(world.toolstack.knows_pool_secret(&new) && !world.toolstack.knows_pool_secret(&old));
    let phase = [reference(HOST), new.as_str().into(), "third".into()];
    world.ok("host.notify_accept_new_pool_secret", phase.clone()).await;
    assert!(world.toolstack.knows_pool_secret(&new) && world.toolstack.knows_pool_secret("third"));
    world.ok("host.notify_send_new_pool_secret", phase.clone()).await;
    world.ok("host.notify_send_new_pool_secret", phase.clone()).await;
    assert_eq!(secret().await, "third");
    assert!(world.toolstack.knows_pool_secret(&new));
    world.ok("host.cleanup_pool_secret", phase).await;
    assert!(!world.toolstack.knows_pool_secret(&new));
    world.edit(|tx| _ = tx.update(metrics, |metrics| metrics.live = false)).await;
    assert_eq!(world.fails("pool.rotate_secret", []).await, format!("CANNOT_CONTACT_HOST[{HOST}]"));
    world.edit(|tx| _ = tx.update(POOL, |pool| pool.ha_enabled = true)).await;
    assert_eq!(world.fails("pool.rotate_secret", []).await, "HA_IS_ENABLED[]");
}

#[tokio::test(start_paused = true)]
async fn checking_certificates_stops_in_an_emergency_only() {
    let world = world().await;
    assert_eq!(
        world.fails("host.emergency_reenable_tls_verification", []).await,
        "TLS_VERIFICATION_NOT_ENABLED_IN_POOL[]"
    );
    world.ok("pool.enable_tls_verification", []).await;
    world.ok("host.emergency_disable_tls_verification", []).await;
    let checks = || {
        let pool = world.toolstack.store.snapshot();
        (pool.get(HOST).unwrap().tls_verification_enabled, pool.all::<model::Message>().count())
    };
    assert_eq!(checks(), (false, 1));
    world.ok("host.emergency_reenable_tls_verification", []).await;
    assert_eq!(checks(), (true, 0));
}

#[tokio::test(start_paused = true)]
async fn numbers_have_bounds() {
    let world = world().await;
    for call in [
        "pool.set_local_auth_max_threads",
        "pool.set_ext_auth_max_threads",
        "pool.set_ext_auth_cache_size",
        "pool.set_ext_auth_cache_expiry",
    ] {
        for value in [0, -1, i64::MIN] {
            let error = world.fails(call, [reference(POOL), Value::Int(value)]).await;
            assert!(error.starts_with("INVALID_VALUE["), "{call} {value}: {error}");
        }
        world.ok(call, [reference(POOL), Value::Int(3)]).await;
    }
    let error = world.fails("pool.set_custom_uefi_certificates", [reference(POOL), "?".into()]).await;
    assert_eq!(error, "INVALID_VALUE[value, ?]");
    let ready = world.ok("pool.get_guest_secureboot_readiness", [reference(POOL)]).await;
    assert_eq!(ready, "not_ready".into());
}

#[tokio::test(start_paused = true)]
async fn without_a_server_nobody_balances() {
    let world = world().await;
    for call in
        ["pool.deconfigure_wlb", "pool.retrieve_wlb_configuration", "pool.retrieve_wlb_recommendations"]
    {
        assert_eq!(world.fails(call, []).await, "WLB_NOT_INITIALIZED[]", "{call}");
    }
    let server = |url: &str| [url, "a", "b", "c", "d"].map(Value::from);
    assert_eq!(world.fails("pool.initialize_wlb", server("nowhere")).await, "WLB_URL_INVALID[nowhere]");
    assert_eq!(world.fails("pool.initialize_wlb", server("h:0")).await, "WLB_URL_INVALID[h:0]");
}

#[tokio::test(start_paused = true)]
async fn some_keys_ask_for_less() {
    let world = world().await;
    let operator = world.session_of("ann", model::schema::Rank::VmOperator).await;
    let add = async |key: &str| {
        let params = vec![reference(POOL), key.into(), "x".into()];
        world.with(&operator, "pool.add_to_other_config", params).await
    };
    assert!(add("folder").await.is_ok());
    assert!(add("XenCenter.CustomFields.owner").await.is_ok());
    assert_eq!(add("memory-ratio-hvm").await.unwrap_err().code, "RBAC_PERMISSION_DENIED");
    let remove = |key: &str| vec![reference(POOL), key.into()];
    assert!(world.with(&operator, "pool.remove_from_other_config", remove("folder")).await.is_ok());
    let denied = world.with(&operator, "pool.remove_from_other_config", remove("auto_poweron")).await;
    assert_eq!(denied.unwrap_err().code, "RBAC_PERMISSION_DENIED");
}
