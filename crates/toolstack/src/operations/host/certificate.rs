//! The TLS certificates of a host: shown, replaced, made anew.

use super::reachable;
use crate::arguments::Arguments;
use crate::certificates;
use crate::handler::{Call, Change};
use crate::toolstack::Toolstack;
use model::{ApiError, CertificateType, Date, Host, Ref, Value};
use std::sync::Arc;
use wire::tls::key::{BadKey, RsaKey};
use wire::tls::{Certificate, first_pem, is_chain};

/// Signatures that count as strong: SHA-256 and SHA-512, with RSA.
const STRONG: [&str; 2] = ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.13"];

/// A host that has none yet has one as soon as somebody wants to see it.
pub async fn get(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    let pool = toolstack.store.snapshot();
    let kept = certificates::text(&pool, reachable(&pool, id)?, CertificateType::Host);
    let text = match kept {
        Some(text) => text.to_string(),
        None => anew(&toolstack, &call, arguments.message.full_name, id, CertificateType::Host).await?,
    };
    first_pem(&text).map(Value::string).ok_or_else(ApiError::server_certificate_invalid)
}

pub async fn install(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    reachable(&toolstack.store.snapshot(), id)?;
    let text = |name| arguments.text(name).map(|text| text.trim().to_string());
    let (certificate, key, chain) = (text("certificate")?, text("private_key")?, text("certificate_chain")?);
    check(toolstack.clock.now(), &certificate, &key, &chain)?;
    let pem = [key, certificate, chain]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    if !certificates::can_serve(&pem) {
        return Err(ApiError::server_certificate_invalid());
    }
    keep(&toolstack, &call, "host.install_server_certificate", id, CertificateType::Host, pem + "\n").await
}

/// In the original's order: the key, then the certificate, then what vouches for it.
fn check(now: Date, certificate: &str, key: &str, chain: &str) -> Result<(), ApiError> {
    let key = RsaKey::from_pem(key).map_err(|bad| match bad {
        BadKey::Unreadable => ApiError::server_certificate_key_invalid(),
        BadKey::Algorithm(oid) => ApiError::server_certificate_key_algorithm_not_supported(oid),
        BadKey::Length(bits) => ApiError::server_certificate_key_rsa_length_not_supported(bits),
        BadKey::MultiPrime => ApiError::server_certificate_key_rsa_multi_not_supported(),
    })?;
    let facts = Certificate::from_pem(certificate).ok_or_else(ApiError::server_certificate_invalid)?;
    let (first, last) = (Date::from_seconds(facts.not_before), Date::from_seconds(facts.not_after));
    if now < first {
        return Err(ApiError::server_certificate_not_valid_yet(now, first));
    }
    if now > last {
        return Err(ApiError::server_certificate_expired(now, last));
    }
    if !key.belongs_to(&facts) {
        return Err(ApiError::server_certificate_key_mismatch());
    }
    if !STRONG.contains(&facts.signed_with.as_str()) {
        return Err(ApiError::server_certificate_signature_not_supported());
    }
    if !chain.is_empty() && !is_chain(chain) {
        return Err(ApiError::server_certificate_chain_invalid());
    }
    Ok(())
}

pub async fn reset(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    anew(&toolstack, &call, arguments.message.full_name, id, CertificateType::Host).await?;
    Ok(Value::VOID)
}

/// The one that members show each other.
pub async fn refresh(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let id: Ref<Host> = arguments.reference("host")?;
    anew(&toolstack, &call, arguments.message.full_name, id, CertificateType::HostInternal).await?;
    Ok(Value::VOID)
}

/// Of the host that was asked.
pub async fn emergency_reset(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> Result<Value, ApiError> {
    let this = toolstack.this_host();
    anew(&toolstack, &call, arguments.message.full_name, this, CertificateType::Host).await?;
    Ok(Value::VOID)
}

async fn anew(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    name: &'static str,
    id: Ref<Host>,
    kind: CertificateType,
) -> Result<String, ApiError> {
    let pool = toolstack.store.snapshot();
    let pem = certificates::make(reachable(&pool, id)?, toolstack.clock.now())?;
    keep(toolstack, call, name, id, kind, pem.clone()).await?;
    Ok(pem)
}

/// Durable first, then shown.
async fn keep(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    name: &'static str,
    id: Ref<Host>,
    kind: CertificateType,
    pem: String,
) -> Result<Value, ApiError> {
    let store = |change: &mut Change<'_>| {
        certificates::put(change.tx, change.chance, id, kind, &pem)?;
        Ok(Value::VOID)
    };
    toolstack.change(call, name, store).await?;
    if kind == CertificateType::Host {
        toolstack.identity.send_replace(());
    }
    Ok(Value::VOID)
}
