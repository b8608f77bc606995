//! A directory of people in a file: opened for the toolstack, and a hash for a new line of it.

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::future::BoxFuture;
use machine::Chance;
use model::TextMap;
use std::io::BufRead;
use std::sync::Arc;
use toolstack::directory::people::People;
use toolstack::directory::{Directories, Opened, Unopened};
use toolstack::passwords::Passwords;

/// The kind of directory that this program can open, and the key that says where it is.
const KIND: &str = "file";
const PATH: &str = "path";
/// A file of people is read whole at each login.
const MOST_BYTES: u64 = 4 << 20;

pub struct Files;

impl Directories for Files {
    fn open<'a>(&'a self, kind: &'a str, config: &'a TextMap) -> BoxFuture<'a, Result<Opened, Unopened>> {
        Box::pin(async move {
            if kind != KIND {
                return Err(Unopened::UnknownKind);
            }
            let path = config.get(PATH).ok_or_else(|| {
                Unopened::Misconfigured(format!("the configuration has no {PATH}: the file of people"))
            })?;
            let unreadable = |error: std::io::Error| Unopened::Unavailable(format!("{path}: {error}"));
            let known = tokio::fs::metadata(path.as_str()).await.map_err(unreadable)?;
            if !known.is_file() || known.len() > MOST_BYTES {
                return Err(Unopened::Misconfigured(format!("{path}: not a file of people")));
            }
            let text = tokio::fs::read(path.as_str()).await.map_err(unreadable)?;
            let people = People::parse(&String::from_utf8_lossy(&text));
            let people = people.map_err(|error| Unopened::Misconfigured(format!("{path}: {error}")))?;
            Ok(Arc::new(people) as Opened)
        })
    }
}

/// `xenios password`: reads a password from standard input and prints its hash.
#[derive(Args)]
pub struct Password {}

pub fn print_hash(_: &Password) -> Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("read the password")?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("the password is the first line of standard input, and that is empty");
    }
    let chance: &dyn Chance = &crate::chance::OsChance;
    let runtime = tokio::runtime::Builder::new_current_thread().build().context("start the runtime")?;
    let hash = runtime.block_on(Passwords::default().hash(password, chance));
    println!("{}", hash.context("hash the password")?);
    Ok(())
}
