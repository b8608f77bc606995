//! The certificate of a host is replaced by one that fits, and by no other.

use model::{Certificate, CertificateType, ClassId, Ref, Text, Value, many};
use sim::machine::Speed;
use std::time::{Duration, UNIX_EPOCH};
use toolstack::Arguments;
use wire::tls::self_signed;
use worlds::world::{BEGIN, Origin, World, run};

/// Keys that protect nothing.
const KEY: &str = include_str!("data/rsa-key.pem");
const OTHER_KEY: &str = include_str!("data/other-key.pem");
const SMALL_KEY: &str = include_str!("data/small-key.pem");

const YEAR: i64 = 366 * 86_400;

/// A certificate that begins so many seconds after the world does, without its key.
fn certificate(key: &str, after: i64) -> String {
    let now = UNIX_EPOCH + Duration::from_secs((BEGIN + after) as u64);
    let text = self_signed("h1", &[], now, Some(key)).expect("a certificate");
    text[text.find("-----BEGIN CERTIFICATE").expect("its beginning")..].to_string()
}

async fn install(world: &World, certificate: &str, key: &str, chain: &str) -> String {
    let host = worlds::words::named(&world.pool(), ClassId::Host, "h1");
    let message = worlds::words::message("host.install_server_certificate");
    let values = vec![Value::Ref(host), Value::string(certificate), Value::string(key), Value::string(chain)];
    let call = toolstack::listen::own_call();
    match world.toolstack.perform(world.pool(), call, Arguments { message, values }).await {
        Ok(_) => "installed".into(),
        Err(error) => error.code.to_string(),
    }
}

fn shown(world: &World) -> Certificate {
    let pool = world.pool();
    let host = Ref::new(worlds::words::named(&pool, ClassId::Host, "h1"));
    let mut rows = pool.many_rows(many::HOST_CERTIFICATES, host);
    let found = rows.find(|(_, row)| row.r#type == CertificateType::Host);
    found.expect("a certificate").1.clone()
}

fn world() -> World {
    World::new(Origin::Words("host h1 8GiB"), 1, Speed::Max)
}

#[test]
fn one_that_fits_is_shown() {
    run(async {
        let world = world();
        let pem = certificate(KEY, 0);
        assert_eq!(install(&world, &pem, KEY, "").await, "installed");
        let facts = wire::tls::Certificate::from_pem(&pem).expect("a certificate");
        let row = shown(&world);
        assert_eq!(row.fingerprint_sha256, Text::new(&facts.sha256));
        assert_eq!(row.not_after.seconds(), BEGIN + 3650 * 86_400);
        let told = world.call("host.get_server_certificate h1").await.expect("its text");
        assert_eq!(told, Value::string(pem.trim()));
        world.call("host.reset_server_certificate h1").await.expect("a new one");
        assert_ne!(shown(&world).fingerprint_sha256, row.fingerprint_sha256);
        world.pool().verify().expect("a pool that keeps the rules");
    });
}

#[test]
fn one_that_does_not_fit_is_refused() {
    run(async {
        let world = world();
        world.call("host.reset_server_certificate h1").await.expect("one to begin with");
        let (before, fine) = (shown(&world), certificate(KEY, 0));
        let elliptic = self_signed("h1", &[], UNIX_EPOCH, None).expect("another sort of key");
        for (certificate, key, chain, expected) in [
            (&*fine, "nonsense", "", "SERVER_CERTIFICATE_KEY_INVALID"),
            (&*fine, &*elliptic, "", "SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED"),
            (&*fine, SMALL_KEY, "", "SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED"),
            ("nonsense", KEY, "", "SERVER_CERTIFICATE_INVALID"),
            (&*certificate(KEY, 2 * 86_400), KEY, "", "SERVER_CERTIFICATE_NOT_VALID_YET"),
            (&*certificate(KEY, -11 * YEAR), KEY, "", "SERVER_CERTIFICATE_EXPIRED"),
            (&*fine, OTHER_KEY, "", "SERVER_CERTIFICATE_KEY_MISMATCH"),
            (&*fine, KEY, "nonsense", "SERVER_CERTIFICATE_CHAIN_INVALID"),
        ] {
            assert_eq!(install(&world, certificate, key, chain).await, expected);
        }
        assert_eq!(shown(&world), before);
    });
}
