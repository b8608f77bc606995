//! External authentication, enabled and disabled: for a host, and for all hosts of the pool.

use crate::arguments::Arguments;
use crate::directory::Unopened;
use crate::handler::{Call, Change, Handler, Reading};
use crate::toolstack::Toolstack;
use model::{ApiError, Host, Ref, Session, Text, TextMap, Value};
use std::sync::Arc;
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    (
        "host.enable_external_auth",
        Handler::Serve(|toolstack, call, arguments| Box::pin(enable_host(toolstack, call, arguments))),
    ),
    (
        "pool.enable_external_auth",
        Handler::Serve(|toolstack, call, arguments| Box::pin(enable_pool(toolstack, call, arguments))),
    ),
    ("host.disable_external_auth", Handler::Change(disable_host)),
    ("pool.disable_external_auth", Handler::Change(disable_pool)),
    ("host.external_auth_set_ldaps", Handler::Read(set_ldaps)),
    ("pool.external_auth_set_ldaps", Handler::Read(set_ldaps)),
];

async fn enable_host(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    if let Some((kind, service)) = enabled(&toolstack.store.snapshot(), host) {
        return Err(ApiError::auth_already_enabled(kind, service));
    }
    try_out(&toolstack, &arguments).await.map_err(|refused| refused.of_host())?;
    enable(&toolstack, &call, &arguments, vec![host]).await
}

async fn enable_pool(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let pool = toolstack.store.snapshot();
    let hosts: Vec<Ref<Host>> = pool.all::<Host>().map(|(host, _)| host).collect();
    if let Some(host) = hosts.iter().find(|host| enabled(&pool, **host).is_some()) {
        return Err(ApiError::pool_auth_already_enabled(*host));
    }
    let this = toolstack.this_host();
    try_out(&toolstack, &arguments).await.map_err(|refused| refused.of_pool(this))?;
    enable(&toolstack, &call, &arguments, hosts).await
}

/// Kind and service of a host that has a directory already.
fn enabled(pool: &Snapshot, host: Ref<Host>) -> Option<(Text, Text)> {
    let row = pool.get(host).filter(|row| !row.external_auth_type.is_empty())?;
    Some((row.external_auth_type.clone(), row.external_auth_service_name.clone()))
}

enum Refused {
    UnknownType(Text),
    Failed(String),
    Unavailable(String),
}

impl Refused {
    fn of_host(self) -> ApiError {
        match self {
            Refused::UnknownType(kind) => ApiError::auth_unknown_type(kind),
            Refused::Failed(text) => ApiError::auth_enable_failed(text),
            Refused::Unavailable(text) => ApiError::auth_enable_failed_unavailable(text),
        }
    }
    fn of_pool(self, host: Ref<Host>) -> ApiError {
        match self {
            Refused::UnknownType(kind) => ApiError::auth_unknown_type(kind),
            Refused::Failed(text) => ApiError::pool_auth_enable_failed(host, text),
            Refused::Unavailable(text) => ApiError::pool_auth_enable_failed_unavailable(host, text),
        }
    }
}

/// A directory is opened before anybody depends on it.
async fn try_out(toolstack: &Toolstack, arguments: &Arguments) -> Result<(), Refused> {
    let text = |name: &str| arguments.text(name).unwrap_or_default();
    let (kind, service) = (text("auth_type"), text("service_name"));
    let config = arguments.map("config").unwrap_or_default();
    if kind.is_empty() {
        return Err(Refused::UnknownType(kind));
    }
    if service.is_empty() {
        return Err(Refused::Failed("the service has no name".into()));
    }
    match toolstack.directories.open(&kind, &config).await {
        Ok(_) => Ok(()),
        Err(Unopened::UnknownKind) => Err(Refused::UnknownType(kind)),
        Err(Unopened::Misconfigured(text)) => Err(Refused::Failed(text)),
        Err(Unopened::Unavailable(text)) => Err(Refused::Unavailable(text)),
    }
}

async fn enable(
    toolstack: &Arc<Toolstack>,
    call: &Call,
    arguments: &Arguments,
    hosts: Vec<Ref<Host>>,
) -> Result<Value, ApiError> {
    let (kind, service) = (arguments.text("auth_type")?, arguments.text("service_name")?);
    // What was needed to join only is not kept.
    let mut config = arguments.map("config")?;
    ["user", "pass"].iter().for_each(|key| _ = config.remove(*key));
    toolstack
        .change(call, arguments.message.full_name, |change| {
            for host in hosts {
                set(change, host, &kind, &service, &config);
            }
            Ok(Value::VOID)
        })
        .await
}

fn set(change: &mut Change, host: Ref<Host>, kind: &Text, service: &Text, config: &TextMap) {
    change.tx.update(host, |row| {
        row.external_auth_type = kind.clone();
        row.external_auth_service_name = service.clone();
        row.external_auth_configuration = config.clone();
    });
}

fn disable_host(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    disable(change, vec![arguments.reference("host")?])
}

fn disable_pool(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    let hosts = change.tx.all::<Host>().map(|(host, _)| host).collect();
    disable(change, hosts)
}

/// Without a directory nobody whom it knew is logged in any more.
fn disable(change: &mut Change, hosts: Vec<Ref<Host>>) -> Result<Value, ApiError> {
    if hosts.contains(&change.toolstack.this_host()) {
        let external: Vec<Ref<Session>> = change
            .tx
            .all::<Session>()
            .filter(|(_, session)| !session.subject.is_null())
            .map(|(id, _)| id)
            .collect();
        for session in external {
            change.tx.delete(session);
        }
    }
    for host in hosts {
        set(change, host, &Text::default(), &Text::default(), &TextMap::EMPTY);
    }
    Ok(Value::VOID)
}

/// Only a domain of Active Directory is asked over LDAP.
fn set_ldaps(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let host = reading.toolstack.this_host();
    match enabled(reading.pool, host) {
        None => Err(ApiError::auth_is_disabled()),
        Some((kind, _)) => Err(ApiError::auth_set_ldaps_failed(
            host,
            format!("a directory of type {kind} is not asked over LDAP"),
        )),
    }
}
