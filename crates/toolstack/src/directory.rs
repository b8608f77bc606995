//! `Directory`: people and groups that are known outside of the pool.
//!
//! A pool that has external authentication enabled asks its directory who somebody is; what they may
//! do here is said by the rows of class `subject`. A toolstack opens directories by `Directories`,
//! so that it needs no file or connection of its own.

pub mod people;

use crate::passwords::Passwords;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use model::{ApiError, Ref, Subject, Text, TextMap};
use std::sync::Arc;
use store::Snapshot;

/// Opens a directory by its kind (`auth_type`), its service name and its configuration.
pub trait Directories: Send + Sync {
    fn open<'a>(&'a self, kind: &'a str, config: &'a TextMap) -> BoxFuture<'a, Result<Opened, Unopened>>;
}

pub type Opened = Arc<dyn Directory>;

/// Why a directory could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    UnknownKind,
    /// The configuration lacks something or is wrong, in words.
    Misconfigured(String),
    /// It is not there now, in words.
    Unavailable(String),
}

/// People and groups, each known by an identifier that stays the same when names change.
pub trait Directory: Send + Sync {
    /// The identifier of a person or group of this name.
    fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Text>>;
    /// What is known of an identifier, in the keys that XenAPI's clients look for.
    fn describe<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<TextMap>>;
    /// The groups that somebody belongs to.
    fn groups<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<Vec<Text>>>;
    /// Whether the password is theirs. Takes as long for people who do not exist.
    fn verify<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        passwords: &'a Passwords,
    ) -> BoxFuture<'a, bool>;
    /// Why somebody may not come in although the password is right.
    fn obstacle<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<&'static str>>;
}

/// For a toolstack that can open none.
pub struct NoDirectories;

impl Directories for NoDirectories {
    fn open<'a>(&'a self, _: &'a str, _: &'a TextMap) -> BoxFuture<'a, Result<Opened, Unopened>> {
        Box::pin(async { Err(Unopened::UnknownKind) })
    }
}

impl Unopened {
    pub fn text(&self) -> String {
        match self {
            Unopened::UnknownKind => "there is no directory of this kind".into(),
            Unopened::Misconfigured(text) | Unopened::Unavailable(text) => text.clone(),
        }
    }
}

impl Toolstack {
    /// The directory of this host; `None` if external authentication is off.
    pub async fn directory(&self) -> Option<Result<Opened, Unopened>> {
        let pool = self.store.snapshot();
        let host = pool.get(self.this_host()).filter(|host| !host.external_auth_type.is_empty())?;
        Some(self.directories.open(&host.external_auth_type, &host.external_auth_configuration).await)
    }

    /// The same for calls that make no sense without one.
    pub async fn directory_or_error(&self) -> Result<Opened, ApiError> {
        match self.directory().await {
            None => Err(ApiError::auth_is_disabled()),
            Some(opened) => opened.map_err(|unopened| ApiError::auth_service_error(unopened.text())),
        }
    }
}

/// The subject under which somebody acts: of those that name them or a group of theirs, the one with
/// the most powerful role.
pub fn subject_of(pool: &Snapshot, sid: &str, groups: &[Text]) -> Option<Ref<Subject>> {
    let theirs =
        |subject: &Subject| subject.subject_identifier == sid || groups.contains(&subject.subject_identifier);
    pool.all::<Subject>()
        .filter(|(_, subject)| theirs(subject))
        .max_by_key(|(id, subject)| {
            (crate::rbac::rank_of_subject(pool, *id), subject.subject_identifier == sid)
        })
        .map(|(id, _)| id)
}
