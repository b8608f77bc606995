//! The contract: what every machine does, whatever is below it. `sim`, `qemu` and `xen` run it.
//!
//! Each check begins on a machine without the fixture's domain and disks and ends on one: `run`
//! takes away what a check left, and asks that everything is as it was. What a machine surprises us
//! with becomes a check here.

mod bench;
mod devices;
mod disks;
mod domains;
mod guests;
mod hosts;
mod loans;
mod memory_images;
mod moving;
mod networks;
mod quorum;
mod roles;
mod storage;
mod updates;

use crate::{Disc, DomainSpec, Machine, Place};
use bench::Bench;
use futures_util::future::BoxFuture;
use model::Uuid;
use std::fmt;

/// What a machine under test is given to play with. Nothing of it may exist, except `iso`.
pub struct Fixture<'a> {
    pub spec: DomainSpec,
    /// The host of the machine, if it may be set and asked.
    pub host: Option<Uuid>,
    /// A bridge that is there, for a network card.
    pub bridge: String,
    /// Network cards that nobody uses; none if the machine has none to spare.
    pub cards: Vec<String>,
    /// Three disks that may be made, on one storage. `disk_bytes` has room for the memory of `spec`.
    pub discs: [Disc; 3],
    pub disk_bytes: i64,
    /// Larger than the storage.
    pub too_large_bytes: Option<i64>,
    /// More memory than the host has.
    pub too_much_memory_bytes: Option<i64>,
    /// A read-only disc that is there already.
    pub iso: Option<Disc>,
    /// A place that a storage can be made at, where none is.
    pub place: Option<Place>,
    /// Whether the guest boots from a blank disk and hears what it is asked.
    pub guest_answers: bool,
    /// Whether its agent speaks.
    pub guest_speaks: bool,
    /// Another host that sees the same storage.
    pub neighbour: Option<(Uuid, &'a dyn Machine)>,
}

/// A check that a machine does not pass, and what it did instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub check: &'static str,
    pub found: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.check, self.found)
    }
}

type Check = for<'a> fn(&'a Bench<'a>) -> BoxFuture<'a, Result<(), String>>;

/// Run every check; what is returned is what the machine does not keep.
pub async fn run(machine: &dyn Machine, fixture: &Fixture<'_>) -> Vec<Breach> {
    let bench = Bench { machine, fixture };
    let mut breaches = Vec::new();
    let tables = [
        domains::CHECKS,
        devices::CHECKS,
        disks::CHECKS,
        memory_images::CHECKS,
        guests::CHECKS,
        hosts::CHECKS,
        quorum::CHECKS,
        roles::CHECKS,
        updates::CHECKS,
        loans::CHECKS,
    ];
    let more = [moving::CHECKS, networks::CHECKS, storage::CHECKS];
    for &(check, test) in tables.into_iter().chain(more).flatten() {
        let mut found = Vec::new();
        let before = bench.everything().await;
        found.extend(test(&bench).await.err());
        found.extend(bench.clear().await.err());
        let after = bench.everything().await;
        if found.is_empty() && after != before {
            found.push(format!("left the machine changed: {before:?} became {after:?}"));
        }
        breaches.extend(found.into_iter().map(|found| Breach { check, found }));
    }
    breaches
}
