//! Which sessions end: those that nobody uses, and the oldest where there are too many.

use crate::sessions::is_busy;
use crate::settings::Settings;
use model::{Date, Ref, Session, Text};
use std::collections::BTreeMap;
use store::Snapshot;

/// Sessions are counted in groups, each with a limit of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Pool,
    RootWithoutOriginator,
    RootOf(Text),
    UserOf(Text),
}

pub fn stale(pool: &Snapshot, settings: &Settings, now: Date) -> Vec<Ref<Session>> {
    let mut gone = Vec::new();
    let mut groups: BTreeMap<Group, Vec<(Date, Ref<Session>)>> = BTreeMap::new();
    let patience = settings.inactive_session_timeout.as_secs() as i64;
    for (id, session) in pool.all::<Session>().filter(|(id, _)| !is_busy(pool, *id)) {
        if now.seconds() - session.last_active.seconds() > patience {
            gone.push(id);
        } else {
            groups.entry(group(session)).or_default().push((session.last_active, id));
        }
    }
    for (group, mut members) in groups {
        let limits = settings.session_limits;
        let limit = match group {
            Group::Pool => limits.pool,
            Group::RootWithoutOriginator => limits.root_without_originator,
            Group::RootOf(_) => limits.root_per_originator,
            Group::UserOf(_) => limits.per_user,
        };
        members.sort();
        let excess = members.len().saturating_sub(limit);
        gone.extend(members.into_iter().take(excess).map(|(_, id)| id));
    }
    gone
}

fn group(session: &Session) -> Group {
    match session {
        _ if session.pool => Group::Pool,
        _ if !session.is_local_superuser => Group::UserOf(session.auth_user_name.clone()),
        _ if session.originator.is_empty() => Group::RootWithoutOriginator,
        _ => Group::RootOf(session.originator.clone()),
    }
}

/// Whether nobody used the session since it was looked at.
pub fn unchanged(before: &Snapshot, now: &Snapshot, id: Ref<Session>) -> bool {
    let active = |pool: &Snapshot| pool.get(id).map(|session| session.last_active);
    active(before) == active(now) && !is_busy(now, id)
}
