//! The server certificates of hosts: texts that are kept, and rows that say what is in them.
//!
//! A text holds the key as well, so it is in no row of the API. What this toolstack's own server
//! shows follows at once.

use crate::handler::Call;
use crate::localdb;
use crate::toolstack::Toolstack;
use machine::Chance;
use model::{ApiError, Certificate, CertificateType, Date, Host, Ref, Text, Value, many};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Snapshot, Transaction};
use wire::tls::{Identity, self_signed};

fn key(kind: CertificateType) -> &'static str {
    match kind {
        CertificateType::HostInternal => "internal_certificate",
        _ => "server_certificate",
    }
}

/// Key and certificate of a host, as PEM; `None` if it has none yet.
pub fn text(pool: &Snapshot, host: &Host, kind: CertificateType) -> Option<Text> {
    localdb::get(pool, host.uuid, key(kind))
}

/// The certificate that the server of this host shows, as PEM, without its key. One process may serve
/// several hosts, so it is what is kept for this one; before anything is kept, what others see.
pub fn shown(toolstack: &Toolstack, pool: &Snapshot) -> Text {
    let host = pool.get(toolstack.this_host());
    let kept = host.and_then(|host| text(pool, host, CertificateType::Host));
    let identity = kept.and_then(|text| Identity::from_pem(text.as_bytes()).ok());
    identity
        .map_or_else(|| toolstack.peers.own_certificate(), |identity| Text::new(identity.certificate_pem()))
}

/// A new one that nobody but the host itself vouches for.
pub fn make(host: &Host, now: Date) -> Result<String, ApiError> {
    let now: SystemTime = UNIX_EPOCH + Duration::from_secs(now.seconds().max(86_400) as u64);
    let address = host.address.rsplit_once(':').map_or(host.address.as_str(), |(address, _)| address);
    let addresses: Vec<_> = address.parse().into_iter().chain([[127, 0, 0, 1].into()]).collect();
    let name = if host.hostname.is_empty() { "localhost" } else { host.hostname.as_str() };
    self_signed(name, &addresses, now, None).map_err(ApiError::internal_error)
}

/// Keep a text, and make the row say what is in it.
pub fn put(
    tx: &mut Transaction,
    chance: &dyn Chance,
    id: Ref<Host>,
    kind: CertificateType,
    pem: &str,
) -> Result<(), ApiError> {
    let Some(uuid) = tx.get(id).map(|host| host.uuid) else { return Ok(()) };
    let facts = wire::tls::Certificate::from_pem(pem).ok_or_else(ApiError::server_certificate_invalid)?;
    localdb::put(tx, (chance.uuid(), chance.uuid()), uuid, key(kind), pem);
    let former: Vec<Ref<Certificate>> = tx
        .many_rows(many::HOST_CERTIFICATES, id)
        .filter(|(_, row)| row.r#type == kind)
        .map(|(former, _)| former)
        .collect();
    former.into_iter().for_each(|former| _ = tx.delete(former));
    let row = Certificate { uuid: chance.uuid(), r#type: kind, host: id, ..row_of(&facts) };
    tx.insert(Ref::from_bits(chance.uuid().0), row);
    Ok(())
}

fn row_of(facts: &wire::tls::Certificate) -> Certificate {
    Certificate {
        not_before: Date::from_seconds(facts.not_before),
        not_after: Date::from_seconds(facts.not_after),
        fingerprint: Text::new(&facts.sha256),
        fingerprint_sha256: Text::new(&facts.sha256),
        fingerprint_sha1: Text::new(&facts.sha1),
        ..Certificate::default()
    }
}

/// What the server of this host shows is what the rows say, and every other host has certificates too.
pub async fn adopt(toolstack: &Arc<Toolstack>, this: Ref<Host>, pem: &str) -> Result<(), ApiError> {
    let call = Call::own("toolstack");
    let adopted = toolstack.change(&call, "start", |change| {
        let kept = change.tx.get(this).and_then(|host| text(change.tx, host, CertificateType::Host));
        if kept.is_none_or(|kept| kept != pem) {
            put(change.tx, change.chance, this, CertificateType::Host, pem)?;
        }
        complete(change.tx, change.chance, change.now)?;
        Ok(Value::VOID)
    });
    adopted.await.map(drop)
}

/// Whether a server can show it.
pub fn can_serve(pem: &str) -> bool {
    Identity::from_pem(pem.as_bytes()).is_ok_and(|identity| identity.server_config().is_ok())
}

/// Every host has both of its certificates.
fn complete(tx: &mut Transaction, chance: &dyn Chance, now: Date) -> Result<(), ApiError> {
    let hosts: Vec<(Ref<Host>, Host)> = tx.all::<Host>().map(|(id, host)| (id, host.clone())).collect();
    for (id, host) in hosts {
        for kind in [CertificateType::Host, CertificateType::HostInternal] {
            if text(tx, &host, kind).is_none() {
                let pem = make(&host, now)?;
                put(tx, chance, id, kind, &pem)?;
            }
        }
    }
    Ok(())
}
