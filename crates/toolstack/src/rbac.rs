//! Who may do what.
//!
//! Roles form one line: each includes those before it. So a session has a rank, a message asks for
//! one, and comparing them is all there is. Root and members of the pool pass everywhere. Sessions of
//! client certificates stand beside the line: they may do what the table marks for them.

use crate::handler::Call;
use md5::{Digest, Md5};
use model::generated::schema::{EXTRA_PERMISSIONS, ROLES};
use model::schema::{MessageDef, MessageKind, Rank};
use model::{ApiError, Ref, RefId, Role, Session, Set, Subject, Text, Uuid, Value};
use std::collections::HashMap;
use std::sync::OnceLock;
use store::{Snapshot, Transaction};

/// Roles by the power they give, least first.
pub const LADDER: &[(Rank, &str)] = &[
    (Rank::ReadOnly, "read-only"),
    (Rank::VmOperator, "vm-operator"),
    (Rank::VmAdmin, "vm-admin"),
    (Rank::VmPowerAdmin, "vm-power-admin"),
    (Rank::PoolOperator, "pool-operator"),
    (Rank::PoolAdmin, "pool-admin"),
];

/// What a session may do; `None` if it has no role at all.
pub fn rank_of(pool: &Snapshot, session: &Session) -> Option<Rank> {
    if session.is_local_superuser || session.pool {
        return Some(Rank::LocalRoot);
    }
    if session.client_certificate {
        return Some(Rank::ReadOnly);
    }
    rank_of_subject(pool, session.subject)
}

pub fn rank_of_subject(pool: &Snapshot, subject: Ref<Subject>) -> Option<Rank> {
    let roles = pool.get(subject)?.roles.clone();
    roles.iter().filter_map(|role| rank_named(&pool.get(*role)?.name_label)).max()
}

pub fn rank_named(role: &str) -> Option<Rank> {
    LADDER.iter().find(|(_, name)| *name == role).map(|(rank, _)| *rank)
}

/// Refuse a call that the caller's role does not allow.
pub fn check(pool: &Snapshot, call: &Call, message: &MessageDef, values: &[Value]) -> Result<(), ApiError> {
    if call.superuser {
        return Ok(());
    }
    let (rank, permission) = asked(message, values);
    let by_certificate = pool.get(call.session).is_some_and(|session| session.client_certificate);
    let allowed = if by_certificate { message.client_certificate } else { call.rank >= rank };
    if allowed { Ok(()) } else { Err(denied(&permission, rank)) }
}

/// Refuse what asks for a permission that belongs to no message, such as `task.destroy/any`.
pub fn check_extra(call: &Call, permission: &str) -> Result<(), ApiError> {
    let rank = EXTRA_PERMISSIONS.iter().find(|(name, _)| *name == permission).map(|(_, rank)| *rank);
    check_rank(call, permission, rank.unwrap_or(Rank::LocalRoot))
}

pub fn check_rank(call: &Call, permission: &str, rank: Rank) -> Result<(), ApiError> {
    if call.superuser || call.rank >= rank { Ok(()) } else { Err(denied(permission, rank)) }
}

/// The rank that a message asks for, and the name of the permission. A key of a map may have its own.
fn asked(message: &MessageDef, values: &[Value]) -> (Rank, String) {
    let name = message.full_name.to_ascii_lowercase();
    let position = message.params.iter().position(|param| param.name == "key");
    let key = position.and_then(|position| values.get(position)).and_then(Value::as_text);
    let own = key.and_then(|key| message.key_roles.iter().find(|(pattern, _)| matches(pattern, &key)));
    match own {
        Some((pattern, rank)) => (*rank, format!("{name}/key:{pattern}")),
        None => (message.role, name),
    }
}

fn matches(pattern: &str, key: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => pattern == key,
    }
}

pub fn denied(permission: &str, rank: Rank) -> ApiError {
    let roles: Vec<&str> = LADDER.iter().filter(|(own, _)| *own >= rank).map(|(_, name)| *name).collect();
    let text = format!("No permission in user session. (Roles with this permission: {})", roles.join(", "));
    ApiError::rbac_permission_denied(permission, text)
}

/// The permissions of a rank, by name and in order.
pub fn permissions(rank: Rank) -> Vec<Text> {
    let mut names = Vec::new();
    let listed = |message: &&MessageDef| message.session && !message.class.definition().own;
    for message in model::generated::schema::MESSAGES.iter().filter(listed) {
        let name = message.full_name.to_ascii_lowercase();
        let by_key =
            matches!(message.kind, MessageKind::Add(_) | MessageKind::Remove(_) | MessageKind::Custom);
        if by_key {
            let keys = message.key_roles.iter().filter(|(_, own)| *own <= rank);
            names.extend(keys.map(|(key, _)| Text::new(format!("{name}/key:{key}"))));
        }
        if message.role <= rank {
            names.push(Text::new(name));
        }
    }
    names.extend(
        EXTRA_PERMISSIONS.iter().filter(|(_, own)| *own <= rank).map(|(name, _)| Text::new_static(name)),
    );
    names.sort();
    names.dedup();
    names
}

/// The reference of a permission: the MD5 of its name, as roles have their uuids.
pub fn permission_id(name: &str) -> RefId {
    RefId(u128::from_be_bytes(Md5::digest(name.as_bytes()).into()))
}

/// The name of the permission that a reference stands for.
pub fn permission_named(id: RefId) -> Option<&'static str> {
    static NAMES: OnceLock<HashMap<RefId, Text>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        permissions(Rank::LocalRoot).into_iter().map(|name| (permission_id(&name), name)).collect()
    });
    names.get(&id).map(Text::as_str)
}

/// The rows of the fixed roles, in a pool that has none yet.
pub fn seed_roles(tx: &mut Transaction) {
    for role in ROLES {
        let Some(uuid) = Uuid::parse(role.uuid) else { continue };
        if tx.by_uuid(model::ClassId::Role, uuid).is_none() {
            let row = Role {
                uuid,
                name_label: Text::new_static(role.name),
                is_internal: role.name == "client-cert",
                subroles: Set::EMPTY,
                ..Role::default()
            };
            tx.insert(Ref::from_bits(uuid.0), row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::names::find;

    #[test]
    fn a_key_may_ask_for_another_role_than_its_map() {
        let add = find("VM.add_to_other_config").unwrap().message;
        let ask = |key: &str| asked(add, &[Value::Nil, key.into(), "v".into()]);
        assert_eq!(ask("folder"), (Rank::VmOperator, "vm.add_to_other_config/key:folder".into()));
        assert_eq!(ask("XenCenter.CustomFields.a").1, "vm.add_to_other_config/key:XenCenter.CustomFields.*");
        assert_eq!(ask("other"), (add.role, "vm.add_to_other_config".into()));
    }

    #[test]
    fn a_higher_role_has_every_permission_of_a_lower_one() {
        let (low, high) = (permissions(Rank::VmOperator), permissions(Rank::PoolAdmin));
        assert!(low.iter().all(|name| high.contains(name)));
        assert!(low.len() < high.len());
    }
}
