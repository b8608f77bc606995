//! What the pool trusts: certificates of authorities, pinned certificates, and lists of revoked ones.
//!
//! The rows of `Certificate` say what is there; the texts themselves are kept beside them. All hosts of
//! a pool trust the same, so what is asked of one host is asked of all.

use crate::arguments::Arguments;
use crate::handler::{Call, Change, Find, Handler, Reading};
use crate::kept;
use crate::peers::{Peer, PeerError};
use crate::toolstack::Toolstack;
use model::{
    ApiError, Certificate, CertificatePurpose, CertificateType, EnumSet, Ref, Set, Text, TextMap, Value,
};
use std::sync::Arc;
use store::Snapshot;
use wire::tls;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.install_ca_certificate", Handler::Change(install)),
    ("pool.certificate_install", Handler::Change(install)),
    ("host.install_ca_certificate", Handler::Change(install)),
    ("pool.uninstall_ca_certificate", Handler::Change(uninstall)),
    ("pool.certificate_uninstall", Handler::Change(uninstall)),
    ("host.uninstall_ca_certificate", Handler::Change(uninstall)),
    ("pool.certificate_list", Handler::Read(list)),
    ("host.certificate_list", Handler::Read(list)),
    ("pool.install_trusted_certificate", Handler::Change(install_trusted)),
    ("pool.uninstall_trusted_certificate", Handler::Change(uninstall_trusted)),
    ("pool.crl_install", Handler::Change(install_revocations)),
    ("host.crl_install", Handler::Change(install_revocations)),
    ("pool.crl_uninstall", Handler::Change(uninstall_revocations)),
    ("host.crl_uninstall", Handler::Change(uninstall_revocations)),
    ("pool.crl_list", Handler::Read(list_revocations)),
    ("host.crl_list", Handler::Read(list_revocations)),
    ("pool.certificate_sync", Handler::Read(all_have_the_same)),
    ("host.certificate_sync", Handler::Read(all_have_the_same)),
    ("host.copy_primary_host_certs", Handler::Read(all_have_the_same)),
    ("pool.exchange_certificates_on_join", Handler::Change(exchange_own)),
    ("pool.exchange_ca_certificates_on_join", Handler::Change(exchange_authorities)),
    ("pool.exchange_trusted_certificates_on_join", Handler::Change(exchange_trusted)),
    (
        "pool.sync_trusted_certificates_from",
        Handler::Serve(|toolstack, _, arguments| Box::pin(trust_what_they_trust(toolstack, arguments))),
    ),
    ("pool.exchange_crls_on_join", Handler::Change(exchange_revocations)),
];

/// Names of texts that are kept.
const TEXT: &str = "certificate ";
const REVOCATIONS: &str = "crl ";

fn install(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (name, pem) = (arguments.text("name")?, arguments.text("cert")?);
    if !is_file_name(&name) {
        return Err(ApiError::certificate_name_invalid(name));
    }
    if authority(change.tx, &name).is_some() {
        return Err(ApiError::certificate_already_exists(name));
    }
    let row = Certificate { name, r#type: CertificateType::Ca, ..Certificate::default() };
    add(change, row, &pem).map(|_| Value::VOID)
}

/// A new row for a certificate that is valid now.
fn add(change: &mut Change, row: Certificate, pem: &str) -> Result<Ref<Certificate>, ApiError> {
    let certificate = tls::Certificate::from_pem(pem).ok_or_else(ApiError::trusted_certificate_invalid)?;
    let (not_before, not_after) =
        (model::Date::from_seconds(certificate.not_before), model::Date::from_seconds(certificate.not_after));
    if change.now.seconds() < certificate.not_before {
        return Err(ApiError::trusted_certificate_not_valid_yet(change.now, not_before));
    }
    if change.now.seconds() > certificate.not_after {
        return Err(ApiError::trusted_certificate_expired(change.now, not_after));
    }
    let (id, uuid) = (change.new_ref(), change.new_uuid());
    kept::put(change.tx, change.chance, &format!("{TEXT}{uuid}"), pem);
    let row = Certificate {
        uuid,
        not_before,
        not_after,
        fingerprint: Text::new(&certificate.sha256),
        fingerprint_sha256: Text::new(&certificate.sha256),
        fingerprint_sha1: Text::new(&certificate.sha1),
        ..row
    };
    change.tx.insert(id, row);
    Ok(id)
}

fn take(change: &mut Change, id: Ref<Certificate>) {
    if let Some(uuid) = change.tx.get(id).map(|row| row.uuid) {
        kept::forget(change.tx, &format!("{TEXT}{uuid}"));
    }
    change.tx.delete(id);
}

/// There is no file that could be missing, so force changes nothing.
fn uninstall(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let name = arguments.text("name")?;
    if !is_file_name(&name) {
        return Err(ApiError::certificate_name_invalid(name));
    }
    let (id, _) = authority(change.tx, &name).ok_or_else(|| ApiError::certificate_does_not_exist(name))?;
    take(change, id);
    Ok(Value::VOID)
}

fn authorities(pool: &Snapshot) -> impl Iterator<Item = (Ref<Certificate>, &Certificate)> {
    pool.all::<Certificate>().filter(|(_, row)| row.r#type == CertificateType::Ca)
}

/// The certificate that was installed under a name.
fn authority<'a>(pool: &'a Snapshot, name: &str) -> Option<(Ref<Certificate>, &'a Certificate)> {
    authorities(pool).find(|(_, row)| row.name == name && !name.is_empty())
}

fn list(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let mut names: Vec<&Text> =
        authorities(reading.pool).map(|(_, row)| &row.name).filter(|name| !name.is_empty()).collect();
    names.sort();
    Ok(Value::Array(names.into_iter().map(|name| Value::String(name.clone())).collect()))
}

fn install_trusted(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let purposes: Set<CertificatePurpose> = arguments.set("purpose")?;
    trust(change, arguments.bool("ca")?, &arguments.text("cert")?, purposes.iter().copied().collect())
        .map(|_| Value::VOID)
}

/// Trust a certificate for some purposes; a pinned one without any would never be asked.
fn trust(
    change: &mut Change,
    is_authority: bool,
    pem: &str,
    purpose: EnumSet<CertificatePurpose>,
) -> Result<Ref<Certificate>, ApiError> {
    let kind = if is_authority { CertificateType::Ca } else { CertificateType::Pinned };
    if !is_authority && purpose.iter().next().is_none() {
        return Err(ApiError::certificate_lacks_purpose());
    }
    let given = tls::Certificate::from_pem(pem).ok_or_else(ApiError::trusted_certificate_invalid)?;
    let same = |row: &Certificate| row.r#type == kind && row.fingerprint_sha256 == given.sha256;
    if change.tx.all::<Certificate>().any(|(_, row)| same(row)) {
        return Err(ApiError::trusted_certificate_already_exists(&given.sha256));
    }
    add(change, Certificate { r#type: kind, purpose, ..Certificate::default() }, pem)
}

fn uninstall_trusted(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Certificate> = arguments.reference("certificate")?;
    if !matches!(change.tx.find(id)?.r#type, CertificateType::Ca | CertificateType::Pinned) {
        return Err(ApiError::not_trusted_certificate(id));
    }
    take(change, id);
    Ok(Value::VOID)
}

/// The list is called `cert` in the call of the pool and `crl` in the one of the host.
fn install_revocations(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let name = arguments.text("name")?;
    let list = arguments.text("cert").or_else(|_| arguments.text("crl"))?;
    keep_revocations(change, &name, &list).map(|()| Value::VOID)
}

fn keep_revocations(change: &mut Change, name: &str, list: &str) -> Result<(), ApiError> {
    if !is_file_name(name) {
        return Err(ApiError::crl_name_invalid(name));
    }
    let key = format!("{REVOCATIONS}{name}");
    if kept::get(change.tx, &key).is_some() {
        return Err(ApiError::crl_already_exists(name));
    }
    if !tls::is_revocation_list(list) {
        return Err(ApiError::crl_corrupt(name));
    }
    kept::put(change.tx, change.chance, &key, list);
    Ok(())
}

fn uninstall_revocations(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let name = arguments.text("name")?;
    if !is_file_name(&name) {
        return Err(ApiError::crl_name_invalid(name));
    }
    if kept::forget(change.tx, &format!("{REVOCATIONS}{name}")) {
        Ok(Value::VOID)
    } else {
        Err(ApiError::crl_does_not_exist(name))
    }
}

fn list_revocations(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let lists = kept::all(reading.pool, REVOCATIONS);
    Ok(Value::Array(lists.into_iter().map(|(name, _)| Value::from(name)).collect()))
}

/// What one host has, every host has.
fn all_have_the_same(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::VOID)
}

/// A name that is a file's name and nothing more: no folder, nothing hidden.
fn is_file_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// The certificate as it was installed.
pub fn text_of<'a>(pool: &'a Snapshot, row: &Certificate) -> Option<&'a Text> {
    kept::get(pool, &format!("{TEXT}{}", row.uuid))
}

/// The certificates of all authorities.
pub fn authority_texts(pool: &Snapshot) -> Vec<&str> {
    authorities(pool).filter_map(|(_, row)| text_of(pool, row)).map(Text::as_str).collect()
}

pub fn revocation_texts(pool: &Snapshot) -> Vec<&str> {
    kept::all(pool, REVOCATIONS).into_iter().map(|(_, list)| list.as_str()).collect()
}

/// Under this name and its uuid the fingerprint of a host is kept that is about to join.
pub const JOINING: &str = "joining ";

/// Know a joining host by its certificate from now on, and let it know us.
fn exchange_own(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (uuid, pem) = (arguments.text("uuid")?, arguments.text("certificate")?);
    let uuid = model::Uuid::parse(&uuid).ok_or_else(|| ApiError::invalid_value("uuid", &uuid))?;
    let theirs = tls::Certificate::from_pem(&pem).ok_or_else(ApiError::trusted_certificate_invalid)?;
    kept::put(change.tx, change.chance, &format!("{JOINING}{uuid}"), &theirs.sha256);
    let here = change.tx.find(change.toolstack.this_host())?.uuid.to_string();
    let shown = crate::certificates::shown(change.toolstack, change.tx);
    Ok(Value::Struct(vec![(Text::new(here), Value::String(shown))]))
}

/// Take what a joining host trusts, and give what it asks for: texts by name.
fn exchange_authorities(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let export: Set<Ref<Certificate>> = arguments.set("export")?;
    for (name, pem) in arguments.map("import")?.iter() {
        let known = authority(change.tx, name).map(|(_, row)| text_of(change.tx, row).cloned());
        match known {
            Some(Some(text)) if text == *pem => {}
            Some(_) => return Err(ApiError::pool_joining_host_ca_certificates_conflict()),
            None if is_file_name(name) => {
                let (name, r#type) = (name.clone(), CertificateType::Ca);
                add(change, Certificate { name, r#type, ..Certificate::default() }, pem)?;
            }
            None => return Err(ApiError::certificate_name_invalid(name)),
        }
    }
    let mut texts = Vec::new();
    for id in export.iter() {
        let row = change.tx.find(*id)?;
        let text = text_of(change.tx, row).ok_or_else(|| ApiError::not_trusted_certificate(id))?;
        texts.push((row.name.clone(), Value::String(text.clone())));
    }
    Ok(Value::Struct(texts))
}

/// The same for certificates with purposes: purposes by text.
fn exchange_trusted(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let export: Set<Ref<Certificate>> = arguments.set("export")?;
    let is_authority = arguments.bool("ca")?;
    let import: model::Map<Text, Set<Text>> = {
        use model::Field;
        let mut map = model::Map::EMPTY;
        map.assign(arguments.value("import")?)
            .map_err(|misfit| ApiError::internal_error(format!("import: {misfit:?}")))?;
        map
    };
    for (pem, names) in import.iter() {
        let purposes = purposes(names.iter())?;
        match trust(change, is_authority, pem, purposes) {
            Err(error) if error.code != "TRUSTED_CERTIFICATE_ALREADY_EXISTS" => return Err(error),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    for id in export.iter() {
        let row = change.tx.find(*id)?;
        let text = text_of(change.tx, row).ok_or_else(|| ApiError::not_trusted_certificate(id))?;
        texts.push((text.clone(), model::Field::value(&row.purpose)));
    }
    Ok(Value::Struct(texts))
}

/// Trust what another pool trusts, which is asked with a session there and known by its certificate.
async fn trust_what_they_trust(toolstack: Arc<Toolstack>, arguments: Arguments) -> Result<Value, ApiError> {
    let is_authority = arguments.bool("ca")?;
    let pem = arguments.text("remote_certificate")?;
    let shown = tls::Certificate::from_pem(&pem).ok_or_else(ApiError::trusted_certificate_invalid)?;
    let peer = Peer { address: arguments.text("remote_pool")?, fingerprint: Some(Text::new(shown.sha256)) };
    let session = arguments.value("remote_session")?.clone();
    let call = async |method, params: Vec<Value>| {
        let params = std::iter::once(session.clone()).chain(params).collect();
        toolstack.peers.call(&peer, method, params).await.map_err(|error| match error {
            PeerError::Api(error) => error,
            PeerError::Unreachable(_) => {
                let (host, port) = peer.address.rsplit_once(':').unwrap_or((&peer.address, "443"));
                ApiError::tls_connection_failed(host, port)
            }
        })
    };
    let nonsense = || ApiError::internal_error("the other pool gave another answer");
    let Value::Struct(rows) = call("Certificate.get_all_records", vec![]).await? else {
        return Err(nonsense());
    };
    let kind = if is_authority { "ca" } else { "pinned" };
    let wanted = rows
        .into_iter()
        .filter(|(_, row)| row.member("type").and_then(Value::as_text).as_deref() == Some(kind));
    let wanted = Value::Array(wanted.map(|(id, _)| Value::String(id)).collect());
    let Value::Array(pools) = call("pool.get_all", vec![]).await? else { return Err(nonsense()) };
    let pool = pools.into_iter().next().ok_or_else(nonsense)?;
    let exchange = vec![pool, Value::Bool(is_authority), Value::Struct(vec![]), wanted];
    let Value::Struct(texts) = call("pool.exchange_trusted_certificates_on_join", exchange).await? else {
        return Err(nonsense());
    };
    toolstack
        .change(&Call::own("pool"), "pool.sync_trusted_certificates_from", |change| {
            let mut new = Vec::new();
            for (pem, purposes) in &texts {
                let Value::Array(purposes) = purposes else { return Err(nonsense()) };
                let purposes: Vec<Text> = purposes.iter().filter_map(Value::as_text).collect();
                match trust(change, is_authority, pem, self::purposes(&purposes)?) {
                    Ok(id) => new.push(Value::Ref(id.id())),
                    Err(error) if error.code == "TRUSTED_CERTIFICATE_ALREADY_EXISTS" => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(Value::Array(new))
        })
        .await
}

fn purposes<'a>(names: impl IntoIterator<Item = &'a Text>) -> Result<EnumSet<CertificatePurpose>, ApiError> {
    let purpose = |name: &Text| {
        <CertificatePurpose as model::ApiEnum>::parse(name)
            .ok_or_else(|| ApiError::invalid_value("purpose", name))
    };
    names.into_iter().map(purpose).collect()
}

fn exchange_revocations(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let export: Set<Text> = arguments.set("export")?;
    let import: TextMap = arguments.map("import")?;
    for (name, list) in import.iter() {
        match keep_revocations(change, name, list) {
            Err(error) if error.code != "CRL_ALREADY_EXISTS" => return Err(error),
            _ => {}
        }
    }
    let text = |name: &Text| {
        let list = kept::get(change.tx, &format!("{REVOCATIONS}{name}"));
        list.map(|list| (name.clone(), Value::String(list.clone())))
            .ok_or_else(|| ApiError::crl_does_not_exist(name))
    };
    Ok(Value::Struct(export.iter().map(text).collect::<Result<_, _>>()?))
}
