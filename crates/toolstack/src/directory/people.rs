//! `People`: a directory that is a text file.
//!
//! ```text
//! # name : argon2 hash of the password : groups : full name : disabled, locked or expired
//! alice:$argon2id$v=19$m=19456,t=2,p=1$…:admins,operators:Alice Liddell:
//! bob:$argon2id$v=19$m=19456,t=2,p=1$…:operators::locked
//! ```
//! `xenios password` prints a hash. Groups are there when somebody is in them. Identifiers are
//! `user:alice` and `group:admins`.

use super::Directory;
use crate::passwords::Passwords;
use futures_util::future::{BoxFuture, ready};
use model::{Text, TextMap};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct People {
    users: BTreeMap<String, User>,
    groups: BTreeSet<String>,
}

#[derive(Debug)]
struct User {
    hash: Text,
    groups: Vec<String>,
    full_name: String,
    state: Option<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Disabled,
    Locked,
    Expired,
}

impl People {
    /// Read the text of a file; an error names the line, and nothing of what stands in it.
    pub fn parse(text: &str) -> Result<People, String> {
        let mut people = People::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let at = |what: &str| format!("line {}: {what}", number + 1);
            let fields: Vec<&str> = line.split(':').map(str::trim).collect();
            let [name, hash, groups, full_name, state] = fields.as_slice() else {
                return Err(at("five parts are expected, with four colons between them"));
            };
            if name.is_empty() || name.contains(['@', '\\', ',']) {
                return Err(at("this is no name"));
            }
            if !Passwords::is_hash(hash) {
                return Err(at("the password is no argon2 hash"));
            }
            let state = match *state {
                "" => None,
                "disabled" => Some(State::Disabled),
                "locked" => Some(State::Locked),
                "expired" => Some(State::Expired),
                _ => return Err(at("the state is disabled, locked, expired or nothing")),
            };
            let groups: Vec<String> = groups
                .split(',')
                .map(str::trim)
                .filter(|group| !group.is_empty())
                .map(String::from)
                .collect();
            people.groups.extend(groups.iter().cloned());
            let user = User { hash: Text::new(hash), groups, full_name: (*full_name).into(), state };
            if people.users.insert((*name).into(), user).is_some() {
                return Err(at("this name is there already"));
            }
        }
        Ok(people)
    }

    fn user_of(&self, sid: &str) -> Option<(&str, &User)> {
        let (name, user) = self.users.get_key_value(sid.strip_prefix("user:")?)?;
        Some((name, user))
    }

    fn describe_now(&self, sid: &str) -> Option<TextMap> {
        let yes = |flag: bool| Text::new_static(if flag { "true" } else { "false" });
        let mut map: Vec<(&'static str, Text)> = vec![("subject-sid", Text::new(sid))];
        if let Some(group) = sid.strip_prefix("group:") {
            let group = self.groups.get(group)?;
            map.extend([
                ("subject-name", Text::new(group)),
                ("subject-gecos", Text::new(group)),
                ("subject-is-group", yes(true)),
            ]);
        } else {
            let (name, user) = self.user_of(sid)?;
            let full_name = if user.full_name.is_empty() { name } else { user.full_name.as_str() };
            map.extend([
                ("subject-name", Text::new(name)),
                ("subject-displayname", Text::new(full_name)),
                ("subject-gecos", Text::new(full_name)),
                ("subject-is-group", yes(false)),
                ("subject-account-disabled", yes(user.state == Some(State::Disabled))),
                ("subject-account-locked", yes(user.state == Some(State::Locked))),
                ("subject-account-expired", yes(user.state == Some(State::Expired))),
                ("subject-password-expired", yes(false)),
            ]);
        }
        Some(map.into_iter().map(|(key, value)| (Text::new_static(key), value)).collect())
    }
}

impl Directory for People {
    fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Text>> {
        let sid = if self.users.contains_key(name) {
            Some(format!("user:{name}"))
        } else {
            self.groups.contains(name).then(|| format!("group:{name}"))
        };
        Box::pin(ready(sid.map(Text::new)))
    }

    fn describe<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<TextMap>> {
        Box::pin(ready(self.describe_now(sid)))
    }

    fn groups<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<Vec<Text>>> {
        let groups = match self.user_of(sid) {
            Some((_, user)) => {
                Some(user.groups.iter().map(|group| Text::new(format!("group:{group}"))).collect())
            }
            None => self.describe_now(sid).map(|_| Vec::new()),
        };
        Box::pin(ready(groups))
    }

    fn verify<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        passwords: &'a Passwords,
    ) -> BoxFuture<'a, bool> {
        Box::pin(passwords.verify(password, self.users.get(name).map(|user| user.hash.clone())))
    }

    fn obstacle<'a>(&'a self, sid: &'a str) -> BoxFuture<'a, Option<&'static str>> {
        let state = self.user_of(sid).and_then(|(_, user)| user.state);
        Box::pin(ready(state.map(|state| match state {
            State::Disabled => "the account is disabled",
            State::Locked => "the account is locked",
            State::Expired => "the account has expired",
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::clock::Seeded;

    async fn people(rest: &str) -> Result<People, String> {
        let hash = Passwords::quick().hash("secret", &Seeded::new(1)).await.unwrap();
        People::parse(&format!("# people\n\nalice:{hash}:{rest}"))
    }

    #[tokio::test]
    async fn people_have_groups_and_passwords() {
        let people = people("admins, ops:Alice Liddell:").await.unwrap();
        assert_eq!(people.find("alice").await, Some("user:alice".into()));
        assert_eq!(people.find("ops").await, Some("group:ops".into()));
        assert_eq!(people.find("bob").await, None);
        assert_eq!(people.groups("user:alice").await, Some(vec!["group:admins".into(), "group:ops".into()]));
        assert_eq!(people.groups("user:bob").await, None);
        let described = people.describe("user:alice").await.unwrap();
        assert_eq!(described.get("subject-gecos").map(Text::as_str), Some("Alice Liddell"));
        assert_eq!(described.get("subject-is-group").map(Text::as_str), Some("false"));
        let passwords = Passwords::quick();
        assert!(people.verify("alice", "secret", &passwords).await);
        assert!(!people.verify("alice", "Secret", &passwords).await);
        assert!(!people.verify("bob", "secret", &passwords).await);
        assert_eq!(people.obstacle("user:alice").await, None);
    }

    #[tokio::test]
    async fn a_bad_line_is_named_and_not_told() {
        assert_eq!(
            people("::locked").await.unwrap().obstacle("user:alice").await,
            Some("the account is locked")
        );
        let wrong = people("::away").await.unwrap_err();
        assert_eq!(wrong, "line 3: the state is disabled, locked, expired or nothing");
        assert_eq!(
            People::parse("root:x:0:0:root:/root:/bin/bash").unwrap_err(),
            "line 1: five parts are expected, with four colons between them"
        );
        assert_eq!(People::parse("a:secret:::").unwrap_err(), "line 1: the password is no argon2 hash");
    }
}
