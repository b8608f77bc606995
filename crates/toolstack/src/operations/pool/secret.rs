//! The secret by which the hosts of a pool know each other, and whether they check certificates.
//!
//! A new secret comes in three phases, so that no host is ever without one that all others accept:
//! all accept both, all send the new one, all forget the old one.

use super::{must_not_have_ha, the_pool};
use crate::arguments::Arguments;
use crate::begin::POOL_SECRET;
use crate::handler::{Call, Change, Find, Handler};
use crate::members::language::{Ask, Reply};
use crate::toolstack::Toolstack;
use crate::{allowed, kept, members, messages};
use model::{ApiError, ClassId, Cls, Host, Message, Pool, Ref, Text, Value};
use std::sync::Arc;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.rotate_secret", Handler::Serve(|toolstack, call, _| Box::pin(rotate(toolstack, call)))),
    ("pool.initial_auth", Handler::Change(tell)),
    ("host.notify_accept_new_pool_secret", Handler::Change(accept_both)),
    ("host.notify_send_new_pool_secret", Handler::Change(send_new)),
    ("host.cleanup_pool_secret", Handler::Change(forget_old)),
    ("host.update_pool_secret", Handler::Change(replace)),
    ("pool.enable_tls_verification", Handler::Change(check_certificates)),
    ("host.emergency_disable_tls_verification", Handler::Change(stop_checking)),
    ("host.emergency_reenable_tls_verification", Handler::Change(check_again)),
];

/// A second secret that is accepted while one is replaced.
pub const ALSO_ACCEPTED: &str = "pool_secret_also";

/// Members in other processes accept both until the new one is used: one that cannot be reached now
/// keeps everything as it was.
async fn rotate(toolstack: Arc<Toolstack>, call: Call) -> Result<Value, ApiError> {
    let pool = toolstack.store.snapshot();
    must_not_have_ha(&pool)?;
    if let Some((id, _)) = pool.all::<Host>().find(|(_, host)| !super::is_live(&pool, host)) {
        return Err(ApiError::cannot_contact_host(id));
    }
    let secret = Text::new(format!("{}/{}", toolstack.chance.uuid(), toolstack.chance.uuid()));
    for host in members::remote(&pool) {
        match members::ask(&toolstack, host, Ask::NewSecret { secret: secret.clone() }).await {
            Ok(Reply::Done) => {}
            _ => return Err(ApiError::cannot_contact_host(host)),
        }
    }
    toolstack
        .change(&call, "pool.rotate_secret", |change| {
            must_not_have_ha(change.tx)?;
            kept::put(change.tx, change.chance, POOL_SECRET, &secret);
            kept::forget(change.tx, ALSO_ACCEPTED);
            let (id, _) = the_pool(change.tx)?;
            change.tx.update(id, |pool| pool.is_psr_pending = false);
            Ok(Value::VOID)
        })
        .await
}

fn tell(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    Ok(Value::String(secret(change, POOL_SECRET)))
}

fn secret(change: &Change, name: &str) -> Text {
    kept::get(change.tx, name).cloned().unwrap_or_default()
}

/// What both sides believe to be the old secret.
fn must_be(change: &Change, name: &str, given: &str) -> Result<(), ApiError> {
    if crate::passwords::same_secret(&secret(change, name), given) {
        Ok(())
    } else {
        Err(ApiError::invalid_value(name, "not the secret of the pool"))
    }
}

fn accept_both(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    must_be(change, POOL_SECRET, &arguments.text("old_ps")?)?;
    kept::put(change.tx, change.chance, ALSO_ACCEPTED, &arguments.text("new_ps")?);
    Ok(Value::VOID)
}

fn send_new(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (old, new) = (arguments.text("old_ps")?, arguments.text("new_ps")?);
    if must_be(change, POOL_SECRET, &new).is_ok() {
        return Ok(Value::VOID);
    }
    must_be(change, POOL_SECRET, &old)?;
    must_be(change, ALSO_ACCEPTED, &new)?;
    kept::put(change.tx, change.chance, POOL_SECRET, &new);
    kept::put(change.tx, change.chance, ALSO_ACCEPTED, &old);
    Ok(Value::VOID)
}

fn forget_old(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    must_be(change, POOL_SECRET, &arguments.text("new_ps")?)?;
    kept::forget(change.tx, ALSO_ACCEPTED);
    Ok(Value::VOID)
}

fn replace(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let secret = arguments.text("pool_secret")?;
    if secret.is_empty() {
        return Err(ApiError::invalid_value("pool_secret", ""));
    }
    kept::put(change.tx, change.chance, POOL_SECRET, &secret);
    Ok(Value::VOID)
}

fn check_certificates(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    let (id, _) = the_pool(change.tx)?;
    allowed::check(change.tx, ClassId::Pool, id.id(), "tls_verification_enable")?;
    let hosts: Vec<Ref<Host>> = change.tx.all::<Host>().map(|(id, _)| id).collect();
    for host in hosts {
        check(change, host, true);
    }
    change.tx.update(id, |pool: &mut Pool| pool.tls_verification_enabled = true);
    Ok(Value::VOID)
}

fn check(change: &mut Change, host: Ref<Host>, value: bool) {
    change.tx.update(host, |host| host.tls_verification_enabled = value);
}

const NOT_CHECKING: &str = "TLS_VERIFICATION_EMERGENCY_DISABLED";

fn stop_checking(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    let here = change.toolstack.this_host();
    let uuid = change.tx.find(here)?.uuid.to_string();
    check(change, here, false);
    let priority = messages::priority(NOT_CHECKING);
    messages::send(change.tx, change.chance, change.now, NOT_CHECKING, priority, Cls::Host, &uuid, "");
    Ok(Value::VOID)
}

fn check_again(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    let here = change.toolstack.this_host();
    let uuid = change.tx.find(here)?.uuid.to_string();
    if !the_pool(change.tx)?.1.tls_verification_enabled {
        return Err(ApiError::tls_verification_not_enabled_in_pool());
    }
    check(change, here, true);
    let said = |message: &Message| message.name == NOT_CHECKING && message.obj_uuid == uuid;
    let said: Vec<Ref<Message>> =
        change.tx.all::<Message>().filter(|(_, message)| said(message)).map(|(id, _)| id).collect();
    for message in said {
        change.tx.delete(message);
    }
    Ok(Value::VOID)
}
