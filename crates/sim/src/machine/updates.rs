//! Repositories that do not exist, and software that is only a list of versions.
//!
//! Every repository has the same few updates, one for each kind of guidance; a test may publish more.

use super::Simulation;
use super::world::{Host, World};
use machine::fact::update::{Package, Update};
use machine::step::update::{UpdateStep, Versions};
use machine::{Disc, Fact, Fault, UpdateFact};
use model::Uuid;
use std::time::Duration;

pub fn apply(world: &mut World, host: Uuid, step: &UpdateStep) -> Result<Vec<Fact>, Fault> {
    match step {
        UpdateStep::ReadRepository { repository, .. } => {
            world.host(host)?;
            let updates = always().into_iter().chain(world.published.iter().cloned()).collect();
            Ok(vec![Fact::Update(UpdateFact::RepositoryOffers { repository: *repository, updates })])
        }
        UpdateStep::ReadPackage { disc } => {
            world.disk_at(host, *disc)?;
            match world.packages.get(disc) {
                Some(package) => {
                    let package = package.clone();
                    Ok(vec![Fact::Update(UpdateFact::PackageIs { disc: *disc, package })])
                }
                None => Err(Fault::Failed { reason: "there is no update on this disk".into() }),
            }
        }
        UpdateStep::Install { to, .. } => {
            let found = world.host_mut(host)?;
            found.software.extend(to.clone());
            found.software.retain(|_, version| !version.is_empty());
            Ok(vec![fact(host, found)])
        }
    }
}

pub fn fact(host: Uuid, found: &Host) -> Fact {
    Fact::Update(UpdateFact::SoftwareIs { host, versions: found.software.clone() })
}

pub fn real(step: &UpdateStep) -> Duration {
    match step {
        UpdateStep::ReadRepository { .. } => Duration::from_secs(20),
        UpdateStep::ReadPackage { .. } => Duration::from_secs(2),
        UpdateStep::Install { to, .. } => Duration::from_secs(5 + 10 * to.len() as u64),
    }
}

impl Simulation {
    /// From now on every repository offers this, too.
    pub fn publish(&self, update: Update) {
        self.world().published.push(update);
    }

    /// Write an update of the older sort on a disk.
    pub fn put_package(&self, disc: Disc, package: Package) {
        self.world().packages.insert(disc, package);
    }
}

/// What every repository has.
fn always() -> Vec<Update> {
    let update = |id: &str, summary: &str, kind: &str, package: (&str, &str), guidance: &str| {
        let words = |word: &str| if word.is_empty() { Vec::new() } else { vec![word.to_string()] };
        let mandatory = if guidance == "restart_device_model" { "" } else { guidance };
        Update {
            id: id.into(),
            summary: summary.into(),
            kind: kind.into(),
            severity: if kind == "security" { "high".into() } else { "none".into() },
            packages: Versions::from([(package.0.to_string(), package.1.to_string())]),
            mandatory: words(mandatory),
            recommended: words(guidance),
            full: words(guidance),
        }
    };
    vec![
        update("UPD-0001", "Hypervisor", "security", ("xen-hypervisor", "4.17.6-3"), "reboot_host"),
        update("UPD-0002", "Toolstack", "bugfix", ("xapi-core", "26.17.1-1"), "restart_toolstack"),
        update("UPD-0003", "Device model", "security", ("qemu", "4.2.1-5.2.14"), "restart_device_model"),
        update("UPD-0004", "Templates", "enhancement", ("guest-templates-json", "2.0.16-1"), ""),
    ]
}
