//! Settings of the whole pool, and what is set for every host at once.

use super::the_pool;
use crate::arguments::Arguments;
use crate::handler::{Answering, Call, Change, Find, Handler, Reading};
use crate::peers::{Peer, PeerError};
use crate::toolstack::Toolstack;
use model::{ApiError, Host, Pool, PoolGuestSecurebootReadiness, Ref, Text, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.enable_ssh", Handler::Serve(for_every_host)),
    ("pool.disable_ssh", Handler::Serve(for_every_host)),
    ("pool.set_ssh_enabled_timeout", Handler::Serve(for_every_host)),
    ("pool.set_ssh_auto_mode", Handler::Serve(for_every_host)),
    ("pool.set_console_idle_timeout", Handler::Serve(for_every_host)),
    ("pool.set_https_only", Handler::Serve(for_every_host)),
    ("pool.has_extension", Handler::Serve(for_every_host)),
    ("pool.disable_ssl_legacy", Handler::Change(disable_ssl_legacy)),
    ("pool.enable_client_certificate_auth", Handler::Serve(enable_client_certificates)),
    ("pool.disable_client_certificate_auth", Handler::Serve(disable_client_certificates)),
    ("pool.set_local_auth_max_threads", Handler::Change(set_local_threads)),
    ("pool.set_ext_auth_max_threads", Handler::Change(set_external_threads)),
    ("pool.set_ext_auth_cache_enabled", Handler::Change(set_cache_enabled)),
    ("pool.set_ext_auth_cache_size", Handler::Change(set_cache_size)),
    ("pool.set_ext_auth_cache_expiry", Handler::Change(set_cache_expiry)),
    ("pool.set_uefi_certificates", Handler::Change(set_uefi_certificates)),
    ("pool.set_custom_uefi_certificates", Handler::Change(set_uefi_certificates)),
    ("pool.get_guest_secureboot_readiness", Handler::Read(secure_boot_readiness)),
    ("pool.audit_log_append", Handler::Read(audit_log_append)),
    (
        "pool.send_test_post",
        Handler::Serve(|toolstack, _, arguments| Box::pin(send_test_post(toolstack, arguments))),
    ),
    ("pool.test_archive_target", Handler::Read(test_archive_target)),
];

/// The call of the same name for each host, one after the other. Failures are told together, where
/// there is an error for that; a question is answered yes if every host says so.
fn for_every_host(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let verb = arguments.message.name;
        let message =
            model::ClassId::Host.definition().messages().iter().find(|message| message.name == verb);
        let message = message.ok_or_else(|| ApiError::internal_error(arguments.message.full_name))?;
        let hosts: Vec<Ref<Host>> = toolstack.store.snapshot().all::<Host>().map(|(id, _)| id).collect();
        let (mut failed, mut first, mut yes) = (Vec::new(), None, true);
        for host in &hosts {
            let mut values = arguments.values.clone();
            values[0] = Value::Ref(host.id());
            let (pool, each) = (toolstack.store.snapshot(), Arguments { message, values });
            // The task is of the whole.
            let call = Call { task: Ref::NULL, ..call.clone() };
            match toolstack.perform(pool, call, each).await.map(crate::door::Answer::into_value) {
                Ok(Value::Bool(answer)) => yes &= answer,
                Ok(_) => {}
                Err(error) => {
                    failed.push(host.to_string());
                    first.get_or_insert(error);
                }
            }
        }
        match first {
            None if arguments.message.result == model::schema::Type::Bool => Ok(Value::Bool(yes)),
            None => Ok(Value::VOID),
            Some(error) if error.code == "NOT_IMPLEMENTED" => Err(error),
            Some(error) => Err(partly_failed(verb, &failed.join(", ")).unwrap_or(error)),
        }
    })
}

fn partly_failed(verb: &str, hosts: &str) -> Option<ApiError> {
    Some(match verb {
        "enable_ssh" => ApiError::enable_ssh_partially_failed(hosts),
        "disable_ssh" => ApiError::disable_ssh_partially_failed(hosts),
        "set_ssh_enabled_timeout" => ApiError::set_ssh_timeout_partially_failed(hosts),
        "set_ssh_auto_mode" => ApiError::set_ssh_auto_mode_partially_failed(hosts),
        "set_console_idle_timeout" => ApiError::set_console_timeout_partially_failed(hosts),
        _ => return None,
    })
}

fn disable_ssl_legacy(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    let hosts: Vec<Ref<Host>> = change.tx.all::<Host>().map(|(id, _)| id).collect();
    for host in hosts {
        change.tx.update(host, |host| host.ssl_legacy = false);
    }
    Ok(Value::VOID)
}

fn update(
    change: &mut Change,
    arguments: &Arguments,
    edit: impl FnOnce(&mut Pool),
) -> Result<Value, ApiError> {
    let id: Ref<Pool> = arguments.reference("self")?;
    change.tx.find(id)?;
    change.tx.update(id, edit);
    Ok(Value::VOID)
}

/// A name there must be: without one, whoever has any certificate of an authority could come in.
fn enable_client_certificates(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> Answering<Value> {
    Box::pin(async move {
        let name = arguments.text("name")?;
        if name.is_empty() {
            return Err(ApiError::invalid_value("name", name));
        }
        ask_for_certificates(&toolstack, &call, &arguments, true, name).await
    })
}

fn disable_client_certificates(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> Answering<Value> {
    Box::pin(async move { ask_for_certificates(&toolstack, &call, &arguments, false, Text::default()).await })
}

/// Durable first; then the servers ask, or no longer do.
async fn ask_for_certificates(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    enabled: bool,
    name: Text,
) -> Result<Value, ApiError> {
    let edit = |change: &mut Change<'_>| {
        update(change, arguments, |pool| {
            pool.client_certificate_auth_enabled = enabled;
            pool.client_certificate_auth_name = name;
        })
    };
    toolstack.change(call, arguments.message.full_name, edit).await?;
    toolstack.identity.send_replace(());
    Ok(Value::VOID)
}

/// A number within bounds.
fn number(arguments: &Arguments, field: &str, least: i64, most: i64) -> Result<i64, ApiError> {
    let value = arguments.int("value")?;
    if (least..=most).contains(&value) { Ok(value) } else { Err(ApiError::invalid_value(field, value)) }
}

fn set_local_threads(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = number(arguments, "value", 1, 100)?;
    change.toolstack.door.passwords.limit(value as usize);
    update(change, arguments, |pool| pool.local_auth_max_threads = value)
}

fn set_external_threads(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = number(arguments, "value", 1, 100)?;
    update(change, arguments, |pool| pool.ext_auth_max_threads = value)
}

fn set_cache_enabled(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = arguments.bool("value")?;
    update(change, arguments, |pool| pool.ext_auth_cache_enabled = value)
}

fn set_cache_size(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = number(arguments, "size", 1, i64::MAX)?;
    update(change, arguments, |pool| pool.ext_auth_cache_size = value)
}

fn set_cache_expiry(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = number(arguments, "expiry", 1, i64::MAX)?;
    update(change, arguments, |pool| pool.ext_auth_cache_expiry = value)
}

/// Both names set the same: what guests with secure boot are given instead of the usual.
fn set_uefi_certificates(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let value = arguments.text("value")?;
    if wire::base64::decode(&value).is_none() {
        return Err(ApiError::invalid_value("value", value));
    }
    update(change, arguments, |pool| {
        pool.custom_uefi_certificates = value.clone();
        pool.uefi_certificates = value;
    })
}

/// The names in a tar archive: what its headers say, as far as they can be read.
fn names_in_archive(archive: &[u8]) -> BTreeSet<String> {
    const BLOCK: usize = 512;
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).trim().to_string()
    };
    let mut names = BTreeSet::new();
    let mut rest = archive;
    while rest.len() >= BLOCK && rest[0] != 0 {
        let name = text(&rest[..100]);
        names.insert(name.rsplit('/').next().unwrap_or_default().to_string());
        let Ok(size) = usize::from_str_radix(&text(&rest[124..136]), 8) else { break };
        let skip = size.saturating_add(2 * BLOCK - 1) / BLOCK * BLOCK;
        rest = rest.get(skip..).unwrap_or_default();
    }
    names
}

/// Whether guests find the keys that secure boot needs: an archive of them, and of what is revoked.
fn secure_boot_readiness(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let (_, pool) = the_pool(reading.pool)?;
    let own = Some(&pool.custom_uefi_certificates).filter(|own| !own.is_empty());
    let names =
        wire::base64::decode(own.unwrap_or(&pool.uefi_certificates)).map(|bytes| names_in_archive(&bytes));
    let has = |name: &str| names.as_ref().is_some_and(|names| names.contains(name));
    let ready = match (["PK.auth", "KEK.auth", "db.auth"].into_iter().all(has), has("dbx.auth")) {
        (true, true) => PoolGuestSecurebootReadiness::Ready,
        (true, false) => PoolGuestSecurebootReadiness::ReadyNoDbx,
        (false, _) => PoolGuestSecurebootReadiness::NotReady,
    };
    Ok(Value::from(model::ApiEnum::name(ready)))
}

fn audit_log_append(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let line = arguments.text("line")?;
    tracing::info!(target: "audit", who = %reading.call.who, line = %line, "appended");
    Ok(Value::VOID)
}

/// Whether a server can be reached from here, and what it says.
async fn send_test_post(toolstack: Arc<Toolstack>, arguments: Arguments) -> Result<Value, ApiError> {
    let (host, port) = (arguments.text("host")?, arguments.int("port")?);
    let port = u16::try_from(port).ok().filter(|port| *port > 0);
    let port =
        port.ok_or_else(|| ApiError::invalid_value("port", arguments.int("port").unwrap_or_default()))?;
    let name = if host.contains(':') { format!("[{host}]") } else { host.to_string() };
    let peer = Peer { address: Text::new(format!("{name}:{port}")), fingerprint: None };
    match toolstack.peers.post(&peer, "/", arguments.text("body")?.to_string()).await {
        Ok((200, body)) => Ok(Value::string(body)),
        Ok((status, _)) => Err(ApiError::internal_error(format!("the server answered with {status}"))),
        Err(PeerError::Api(error)) => Err(error),
        Err(PeerError::Unreachable(_)) => Err(ApiError::tls_connection_failed(host, port)),
    }
}

/// Archives of machines have gone from the original; what is left of them is this refusal.
fn test_archive_target(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Err(ApiError::message_removed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_read_by_their_headers() {
        let mut archive = vec![0; 512 * 3];
        archive[..8].copy_from_slice(b"./PK.aut");
        archive[8] = b'h';
        archive[124..135].copy_from_slice(b"00000000005");
        assert_eq!(names_in_archive(&archive).into_iter().collect::<Vec<_>>(), ["PK.auth"]);
        assert!(names_in_archive(b"no archive").is_empty());
    }
}
