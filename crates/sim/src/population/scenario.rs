//! A pool by names, in a small language for tests and demonstrations.
//!
//! ```text
//! host h1 8GiB; host h2 16GiB
//! network lan; network dmz vlan 20 on h1
//! sr nfs on h1 h2; sr local ext on h1 100GiB; sr isos iso on h1 h2
//! vdi data on nfs 10GiB; vdi debian.iso on isos
//! gpu grid on h1 h2 count 2; usb stick on h1 passthrough
//! vm web 4GiB halted disk nfs              # a comment
//! vm db 2GiB running on h1 vcpus 2 disk nfs 20GiB disk data cd debian.iso nic lan
//! vm elastic 1GiB..4GiB running            # memory that can be squeezed
//! template tpl 1GiB
//! ```
//!
//! Statements end with a line or a semicolon, and their order does not matter. The pool has what is
//! named, and beside that what no pool is without: a control domain for each host, the network
//! `management` with an interface on each host, and the drivers of its storage. The first shared
//! storage that holds disks is the default one. Every name is used once.

mod build;
mod parse;

use crate::population::blueprint::Blueprint;
use crate::population::{Sink, Summary, put_all};
use model::{Date, Text};
use std::fmt;
use std::str::FromStr;

/// A pool that was described by names.
#[derive(Clone, Debug)]
pub struct Scenario {
    blueprint: Blueprint,
}

/// Where a scenario is wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// Counted from 1.
    pub line: usize,
    /// The word that does not fit; empty if one is missing.
    pub word: String,
    pub reason: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.word.is_empty() {
            write!(out, "line {}: {}", self.line, self.reason)
        } else {
            write!(out, "line {}, `{}`: {}", self.line, self.word, self.reason)
        }
    }
}
impl std::error::Error for ScenarioError {}

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Scenario, ScenarioError> {
        let blueprint = build::blueprint(&parse::statements(text)?)?;
        Ok(Scenario { blueprint })
    }
}

impl Scenario {
    /// The same pool with all that a real one has beside what is named: the default templates, every
    /// storage driver, processors, certificates.
    pub fn furnished(mut self) -> Scenario {
        self.blueprint.furnished = true;
        self
    }
    /// The same pool with other identities.
    pub fn with_seed(mut self, seed: u64) -> Scenario {
        self.blueprint.seed = seed;
        self
    }
    /// The same pool with its first hosts at these addresses.
    pub fn at(mut self, addresses: &[Text]) -> Scenario {
        for (host, address) in self.blueprint.hosts.iter_mut().zip(addresses) {
            host.address = address.clone();
        }
        self
    }

    /// Put the rows of this pool.
    pub fn populate(&self, now: Date, sink: &mut dyn Sink) -> Summary {
        put_all(&self.blueprint, now, sink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        text.parse::<Scenario>().expect_err("a bad scenario").to_string()
    }

    #[test]
    fn says_where_it_is_wrong() {
        assert_eq!(
            complaint("host h1 8GiB\nhots h2"),
            "line 2, `hots`: no such statement; there are host, network, sr, vdi, gpu, usb, vm, template"
        );
        assert_eq!(complaint("host h1"), "line 1: expected a size such as 4GiB at the end");
        assert_eq!(complaint("host h1 8GB"), "line 1, `8GB`: expected a size such as 4GiB");
        assert_eq!(
            complaint("host h1 8GiB; vm a 1GiB disk nfs"),
            "line 1, `nfs`: no sr or vdi has this name"
        );
        assert_eq!(complaint("host h1 8GiB; vm a 1GiB on h2"), "line 1, `h2`: no host has this name");
        assert_eq!(complaint("host a 8GiB\nvm a 1GiB"), "line 2, `a`: this name is used twice");
        assert_eq!(
            complaint("host a 8GiB\nvm b 1GiB fast"),
            "line 2, `fast`: expected halted, running, paused, suspended, on, vcpus, disk, cd, nic, template"
        );
        assert_eq!(complaint("# nothing"), "line 1: a pool has at least one host");
        assert_eq!(
            complaint("host a 8GiB; vm b 64GiB running"),
            "line 1, `b`: no host has room for it; say which with `on`"
        );
    }

    #[test]
    fn order_does_not_matter() {
        let puts = |text: &str| {
            let mut ids = std::collections::BTreeSet::new();
            let scenario: Scenario = text.parse().expect("a good scenario");
            scenario.populate(Date::from_seconds(1_800_000_000), &mut |id, _| {
                ids.insert(id);
            });
            ids
        };
        let one = puts("host h1 8GiB; sr nfs on h1; vm a 1GiB disk nfs");
        assert_eq!(one, puts("vm a 1GiB disk nfs\nsr nfs on h1 # all of them\n\nhost h1 8GiB"));
    }
}
