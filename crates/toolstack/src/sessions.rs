//! Sessions: how they begin, and those of a host that live in memory only.

use machine::Chance;
use model::{Date, Host, Ref, Session, Set, Subject, Text};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use store::{Snapshot, Transaction};

/// Who logs in.
#[derive(Clone, Debug)]
pub enum Login {
    /// A local user: may do everything.
    Local { name: Text },
    /// A member of the pool.
    Member,
    /// Somebody whom the directory knows.
    Subject { subject: Ref<Subject>, sid: Text, name: Text },
    /// A client known by its certificate.
    Certificate { name: Text },
}

/// A new session.
pub fn begin(
    tx: &mut Transaction,
    chance: &dyn Chance,
    now: Date,
    host: Ref<Host>,
    login: Login,
    originator: Text,
) -> Ref<Session> {
    let id = Ref::from_bits(chance.uuid().0);
    let mut row = Session {
        uuid: chance.uuid(),
        this_host: if tx.get(host).is_some() { host } else { Ref::NULL },
        last_active: now,
        validation_time: now,
        originator,
        ..Session::default()
    };
    match login {
        Login::Local { name } => {
            row.is_local_superuser = true;
            row.auth_user_name = name;
        }
        Login::Member => {
            row.is_local_superuser = true;
            row.pool = true;
        }
        Login::Subject { subject, sid, name } => {
            let rank = crate::rbac::rank_of_subject(tx, subject);
            row.rbac_permissions =
                rank.map_or(Set::EMPTY, |rank| crate::rbac::permissions(rank).into_iter().collect());
            (row.subject, row.auth_user_sid, row.auth_user_name) = (subject, sid, name);
        }
        Login::Certificate { name } => {
            row.client_certificate = true;
            row.auth_user_name = name;
        }
    }
    tx.insert(id, row);
    id
}

/// What the logs call a session: its reference is a secret.
pub fn track(session: Ref<Session>) -> String {
    let mut hasher = DefaultHasher::new();
    session.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Whether the session or one of its parents has a task that is not finished.
pub fn is_busy(pool: &Snapshot, session: Ref<Session>) -> bool {
    let mut next = Some(session);
    // A chain of parents is short; a circle ends here.
    for _ in 0..16 {
        let Some(id) = next else { return false };
        let pending = |task: &model::Task| task.status == model::TaskStatusType::Pending;
        if pool.many_rows(model::many::SESSION_TASKS, id).any(|(_, task)| pending(task)) {
            return true;
        }
        next = pool.get(id).and_then(|session| session.parent.some());
    }
    false
}

/// Sessions of this host alone, for the time when there is no coordinator: not rows, not seen by
/// anybody, gone with the process.
#[derive(Default)]
pub struct LocalSessions(Mutex<BTreeMap<Ref<Session>, Text>>);

impl LocalSessions {
    const MOST: usize = 100;

    /// Begin one. Where there are too many, one of the others ends.
    pub fn begin(&self, chance: &dyn Chance, who: Text) -> Ref<Session> {
        let id = Ref::from_bits(chance.uuid().0);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= Self::MOST {
            sessions.pop_first();
        }
        sessions.insert(id, who);
        id
    }
    pub fn get(&self, id: Ref<Session>) -> Option<Text> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
    pub fn end(&self, id: Ref<Session>) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id).is_some()
    }
}
