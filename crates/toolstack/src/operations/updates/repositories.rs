//! `Repository`, and which of them the pool takes its updates from, how and when.

use super::nothing_blocks;
use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler};
use crate::learn::update::forget_offers;
use model::{
    ApiError, Date, Origin, Pool, Ref, Repository, Secret, Set, Text, TextMap, UpdateSyncFrequency, Value,
};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("Repository.introduce", Handler::Change(introduce)),
    ("Repository.introduce_bundle", Handler::Change(introduce_bundle)),
    ("Repository.introduce_remote_pool", Handler::Change(introduce_remote_pool)),
    ("Repository.forget", Handler::Change(forget)),
    ("Repository.set_gpgkey_path", Handler::Change(set_gpgkey_path)),
    ("pool.set_repositories", Handler::Change(set_repositories)),
    ("pool.add_repository", Handler::Change(add_repository)),
    ("pool.remove_repository", Handler::Change(remove_repository)),
    ("pool.configure_repository_proxy", Handler::Change(configure_proxy)),
    ("pool.disable_repository_proxy", Handler::Change(disable_proxy)),
    ("pool.configure_update_sync", Handler::Change(configure_sync)),
    ("pool.set_update_sync_enabled", Handler::Change(set_sync_enabled)),
];

fn introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (binary_url, source_url) = (arguments.text("binary_url")?, arguments.text("source_url")?);
    is_address(&binary_url)?;
    if !source_url.is_empty() {
        is_address(&source_url)?;
    }
    let gpgkey_path = arguments.text("gpgkey_path")?;
    is_file_name(&gpgkey_path)?;
    let row = Repository {
        binary_url,
        source_url,
        gpgkey_path,
        update: arguments.bool("update")?,
        origin: Origin::Remote,
        ..Repository::default()
    };
    insert(change, arguments, row)
}

/// There is one at most that is filled from a file.
fn introduce_bundle(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    if let Some((id, _)) = change.tx.all::<Repository>().find(|(_, row)| row.origin == Origin::Bundle) {
        return Err(ApiError::bundle_repository_already_exists(id));
    }
    let row = Repository { update: true, origin: Origin::Bundle, ..Repository::default() };
    insert(change, arguments, row)
}

fn introduce_remote_pool(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let binary_url = arguments.text("binary_url")?;
    let host = binary_url.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/repository/enabled"));
    if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
        return Err(ApiError::invalid_base_url(binary_url));
    }
    let certificate = arguments.text("certificate")?;
    let row = Repository {
        binary_url,
        certificate,
        update: true,
        origin: Origin::RemotePool,
        ..Repository::default()
    };
    insert(change, arguments, row)
}

fn insert(change: &mut Change, arguments: &Arguments, row: Repository) -> Result<Value, ApiError> {
    let name = arguments.text("name_label")?;
    let same = |other: &Repository| {
        other.name_label == name || (!row.binary_url.is_empty() && other.binary_url == row.binary_url)
    };
    if let Some((id, _)) = change.tx.all::<Repository>().find(|(_, other)| same(other)) {
        return Err(ApiError::repository_already_exists(id));
    }
    let id: Ref<Repository> = change.new_ref();
    let row = Repository {
        uuid: change.new_uuid(),
        name_label: name,
        name_description: arguments.text("name_description")?,
        ..row
    };
    change.tx.insert(id, row);
    Ok(Value::Ref(id.id()))
}

/// `http://host/path` or `https://host/path`.
fn is_address(url: &Text) -> Result<(), ApiError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let fine = rest.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
            && !rest.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    });
    if fine { Ok(()) } else { Err(ApiError::invalid_base_url(url)) }
}

/// A key is a file in one folder.
fn is_file_name(path: &Text) -> Result<(), ApiError> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if path.chars().all(letter) && !path.starts_with('.') {
        Ok(())
    } else {
        Err(ApiError::invalid_gpgkey_path(path))
    }
}

fn forget(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Repository> = arguments.reference("self")?;
    if change.tx.all::<Pool>().any(|(_, pool)| pool.repositories.contains(&id)) {
        return Err(ApiError::repository_is_in_use());
    }
    let uuid = change.tx.find(id)?.uuid;
    crate::localdb::forget(change.tx, uuid);
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn set_gpgkey_path(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let path = arguments.text("value")?;
    is_file_name(&path)?;
    change.tx.update(arguments.reference("self")?, |row: &mut Repository| row.gpgkey_path = path);
    Ok(Value::VOID)
}

fn set_repositories(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let wanted: Set<Ref<Repository>> = arguments.set("value")?;
    enable(change, arguments, |_| wanted)
}

fn add_repository(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let more: Ref<Repository> = arguments.reference("value")?;
    enable(change, arguments, |mut enabled| {
        enabled.insert(more);
        enabled
    })
}

fn remove_repository(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let gone: Ref<Repository> = arguments.reference("value")?;
    enable(change, arguments, |mut enabled| {
        enabled.remove(&gone);
        enabled
    })
}

/// What comes or goes is asked anew before it counts; a pool without repositories asks nobody.
fn enable(
    change: &mut Change,
    arguments: &Arguments,
    edit: impl FnOnce(Set<Ref<Repository>>) -> Set<Ref<Repository>>,
) -> Result<Value, ApiError> {
    nothing_blocks(change.tx)?;
    let id: Ref<Pool> = arguments.reference("self")?;
    let before = change.tx.find(id)?.repositories.clone();
    let after = edit(before.clone());
    for repository in after.iter() {
        change.tx.find(*repository)?;
    }
    let moved: Vec<Ref<Repository>> = before
        .iter()
        .filter(|id| !after.contains(id))
        .chain(after.iter().filter(|id| !before.contains(id)))
        .copied()
        .collect();
    if moved.is_empty() {
        return Ok(Value::VOID);
    }
    change.tx.update(id, |pool| {
        pool.update_sync_enabled &= !after.is_empty();
        pool.last_update_sync = Date::from_seconds(0);
        pool.repositories = after;
    });
    moved.into_iter().for_each(|repository| forget_offers(change.tx, repository));
    Ok(Value::VOID)
}

fn configure_proxy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    nothing_blocks(change.tx)?;
    let id: Ref<Pool> = arguments.reference("self")?;
    let (url, username, password) =
        (arguments.text("url")?, arguments.text("username")?, arguments.text("password")?);
    is_address(&url).map_err(|_| ApiError::invalid_repository_proxy_url(&url))?;
    let printable = |text: &str| text.chars().all(|letter| letter.is_ascii_graphic());
    if username.is_empty() != password.is_empty() || !printable(&username) || !printable(&password) {
        return Err(ApiError::invalid_repository_proxy_credential());
    }
    let old = change.tx.find(id)?.repository_proxy_password;
    change.tx.delete(old);
    let mut secret: Ref<Secret> = Ref::NULL;
    if !password.is_empty() {
        secret = change.new_ref();
        let row = Secret { uuid: change.new_uuid(), value: password, other_config: TextMap::EMPTY };
        change.tx.insert(secret, row);
    }
    change.tx.update(id, |pool| {
        pool.repository_proxy_url = url;
        pool.repository_proxy_username = username;
        pool.repository_proxy_password = secret;
    });
    Ok(Value::VOID)
}

fn disable_proxy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    nothing_blocks(change.tx)?;
    let id: Ref<Pool> = arguments.reference("self")?;
    let old = change.tx.find(id)?.repository_proxy_password;
    change.tx.delete(old);
    change.tx.update(id, |pool| {
        pool.repository_proxy_url = Text::default();
        pool.repository_proxy_username = Text::default();
        pool.repository_proxy_password = Ref::NULL;
    });
    Ok(Value::VOID)
}

/// Days of the week from Sunday, 0; each day has no day.
fn configure_sync(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let frequency: UpdateSyncFrequency = arguments.choice("update_sync_frequency")?;
    let day = arguments.int("update_sync_day")?;
    let days = match frequency {
        UpdateSyncFrequency::Daily => 0..=0,
        UpdateSyncFrequency::Weekly => 0..=6,
    };
    if !days.contains(&day) {
        return Err(ApiError::invalid_update_sync_day(day));
    }
    change.tx.update(arguments.reference("self")?, |pool: &mut Pool| {
        pool.update_sync_frequency = frequency;
        pool.update_sync_day = day;
    });
    Ok(Value::VOID)
}

fn set_sync_enabled(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, value): (Ref<Pool>, bool) = (arguments.reference("self")?, arguments.bool("value")?);
    if value {
        let repositories = change.tx.find(id)?.repositories.clone();
        if repositories.is_empty() {
            return Err(ApiError::no_repositories_configured());
        }
        let asks = |id: &Ref<Repository>| change.tx.get(*id).is_some_and(|row| row.origin == Origin::Remote);
        if !repositories.iter().all(asks) {
            return Err(ApiError::can_not_periodic_sync_updates());
        }
    }
    change.tx.update(id, |pool| pool.update_sync_enabled = value);
    Ok(Value::VOID)
}
