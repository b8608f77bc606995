//! Passwords are kept as argon2 hashes and checked off the threads that serve.
//!
//! Only a few are checked at a time: each check takes megabytes, and whoever knocks has not shown
//! yet who they are. In a world with virtual time everything happens in place and costs nothing.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, CustomizedPasswordHasher, Params, PasswordVerifier, Version};
use machine::Chance;
use model::{Ref, Text, XeniosAccount};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Snapshot, Transaction};
use tokio::sync::Semaphore;

/// How many are checked at a time, unless the pool says otherwise.
const AT_ONCE: usize = 2;

fn permits(count: usize) -> Mutex<Arc<Semaphore>> {
    Mutex::new(Arc::new(Semaphore::new(count)))
}

pub struct Passwords {
    inline: bool,
    memory_kib: u32,
    permits: Mutex<Arc<Semaphore>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords { inline: false, memory_kib: Params::DEFAULT_M_COST, permits: permits(AT_ONCE) }
    }
}

impl Passwords {
    /// For worlds with virtual time: no thread, hardly any work, no protection.
    pub fn quick() -> Passwords {
        Passwords { inline: true, memory_kib: Params::MIN_M_COST, permits: permits(AT_ONCE) }
    }

    /// From now on so many are checked at a time.
    pub fn limit(&self, count: usize) {
        *self.permits.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(Semaphore::new(count.max(1)));
    }

    /// Whether a text is a hash that `verify` can use.
    pub fn is_hash(text: &str) -> bool {
        PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str().starts_with("argon2"))
    }

    /// The hash to keep, with a salt that `chance` gives.
    pub async fn hash(&self, password: &str, chance: &dyn Chance) -> Option<Text> {
        let salt = chance.bits().to_be_bytes();
        let (password, memory) = (password.to_string(), self.memory_kib);
        self.run(move || hash(&password, &salt, memory)).await.flatten()
    }

    /// Whether the password is the one of the hash. Without a hash it takes as long and is wrong.
    pub async fn verify(&self, password: &str, kept: Option<Text>) -> bool {
        let (password, memory) = (password.to_string(), self.memory_kib);
        let check = move || match kept {
            Some(kept) => PasswordHash::new(&kept)
                .is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok()),
            None => {
                let _ = hash(&password, &[0; 16], memory);
                false
            }
        };
        self.run(check).await.unwrap_or(false)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        if self.inline {
            return Some(work());
        }
        let permits = self.permits.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let _permit = permits.acquire_owned().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

fn hash(password: &str, salt: &[u8], memory_kib: u32) -> Option<Text> {
    let rounds = if memory_kib == Params::MIN_M_COST { 1 } else { Params::DEFAULT_T_COST };
    let params = Params::new(memory_kib, rounds, Params::DEFAULT_P_COST, None).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hash = argon.hash_password_with_params(password.as_bytes(), salt, params).ok()?;
    Some(Text::new(hash.to_string()))
}

/// The hash that is kept for a local user.
pub fn kept(pool: &Snapshot, name: &str) -> Option<Text> {
    account(pool, name).map(|(_, account)| account.password_hash.clone())
}

pub fn account<'a>(pool: &'a Snapshot, name: &str) -> Option<(Ref<XeniosAccount>, &'a XeniosAccount)> {
    pool.all::<XeniosAccount>().find(|(_, account)| account.name == name)
}

/// Keep a hash for a local user, who is made if need be.
pub fn keep(tx: &mut Transaction, chance: &dyn Chance, name: &str, hash: Text) {
    let id = account(tx, name).map(|(id, _)| id);
    match id {
        Some(id) => {
            tx.update(id, |account| account.password_hash = hash);
        }
        None => {
            let row = XeniosAccount { uuid: chance.uuid(), name: Text::new(name), password_hash: hash };
            tx.insert(Ref::from_bits(chance.uuid().0), row);
        }
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn same_secret(one: &str, other: &str) -> bool {
    let difference = |sum: u8, (one, other): (u8, u8)| sum | (one ^ other);
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::clock::Seeded;

    #[tokio::test]
    async fn a_password_fits_its_hash_only() {
        let passwords = Passwords::quick();
        let kept = passwords.hash("secret", &Seeded::new(1)).await;
        assert!(kept.as_ref().is_some_and(|kept| kept.starts_with("$argon2id$")));
        assert!(passwords.verify("secret", kept.clone()).await);
        assert!(!passwords.verify("Secret", kept).await);
        assert!(!passwords.verify("secret", Some("broken".into())).await);
        assert!(!passwords.verify("secret", None).await);
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab"));
    }
}
