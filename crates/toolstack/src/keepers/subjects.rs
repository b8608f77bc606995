//! People whom the directory knows: whether they may still be logged in, and what they are called.

use crate::directory::{Opened, subject_of};
use crate::handler::Call;
use crate::rbac;
use crate::toolstack::Toolstack;
use model::{ApiError, Ref, Session, Subject, Text, TextMap, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Look again and again, for as long as the future is polled.
pub async fn run(toolstack: Arc<Toolstack>) {
    let sessions = async {
        loop {
            toolstack.clock.sleep(toolstack.settings.session_revalidation_interval).await;
            report(revalidate(&toolstack).await);
        }
    };
    let subjects = async {
        loop {
            toolstack.clock.sleep(toolstack.settings.update_all_subjects_interval).await;
            report(refresh(&toolstack).await);
        }
    };
    futures_util::join!(sessions, subjects);
}

fn report(outcome: Result<(), ApiError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "the directory could not be compared with the pool");
    }
}

/// The directory, if there is one and it answers.
async fn reachable(toolstack: &Toolstack) -> Option<Opened> {
    match toolstack.directory().await? {
        Ok(directory) => Some(directory),
        Err(unopened) => {
            tracing::warn!(reason = unopened.text(), "the directory cannot be asked");
            None
        }
    }
}

/// End the sessions of people who are gone, locked out, or without a role. While the directory does
/// not answer, nobody is logged out.
async fn revalidate(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    let external = |session: &Session| !session.auth_user_sid.is_empty();
    let mut people: BTreeMap<Text, Vec<Ref<Session>>> = BTreeMap::new();
    for (id, session) in pool.all::<Session>().filter(|(_, session)| external(session)) {
        people.entry(session.auth_user_sid.clone()).or_default().push(id);
    }
    if people.is_empty() {
        return Ok(());
    }
    let Some(directory) = reachable(toolstack).await else { return Ok(()) };
    let mut standing: Vec<(Vec<Ref<Session>>, Option<Ref<Subject>>)> = Vec::new();
    for (sid, sessions) in people {
        let groups = directory.groups(&sid).await;
        let barred = directory.obstacle(&sid).await.is_some();
        let subject = groups.filter(|_| !barred).and_then(|groups| subject_of(&pool, &sid, &groups));
        standing.push((sessions, subject.filter(|subject| rbac::rank_of_subject(&pool, *subject).is_some())));
    }
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            for (sessions, subject) in standing {
                let subject = subject.filter(|subject| change.tx.get(*subject).is_some());
                let rank = subject.and_then(|subject| rbac::rank_of_subject(change.tx, subject));
                for session in sessions {
                    let (Some(subject), Some(rank)) = (subject, rank) else {
                        change.tx.delete(session);
                        continue;
                    };
                    let now = change.now;
                    change.tx.update(session, |row| {
                        row.validation_time = now;
                        row.subject = subject;
                        row.rbac_permissions = rbac::permissions(rank).into_iter().collect();
                    });
                }
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}

/// Bring the names of subjects up to date with the directory. One who is not there any more stays,
/// for an administrator to see.
async fn refresh(toolstack: &Arc<Toolstack>) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    if pool.first::<Subject>().is_none() {
        return Ok(());
    }
    let Some(directory) = reachable(toolstack).await else { return Ok(()) };
    let mut news: Vec<(Ref<Subject>, TextMap)> = Vec::new();
    for (id, subject) in pool.all::<Subject>() {
        let known = directory.describe(&subject.subject_identifier).await.unwrap_or_default();
        if known.iter().any(|(key, value)| subject.other_config.get(key) != Some(value)) {
            news.push((id, known));
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    toolstack
        .change(&Call::own("keeper"), "keeper", |change| {
            for (id, known) in news {
                change.tx.update(id, |subject| {
                    known
                        .iter()
                        .for_each(|(key, value)| _ = subject.other_config.insert(key.clone(), value.clone()));
                });
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
}
