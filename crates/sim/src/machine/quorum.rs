//! The guard of high availability and the cluster stack, as far as a simulated host has them.
//!
//! An armed host that does not see its statefile, or is cut off from the others, loses its power by
//! itself and at once: so nobody who waited for it to be dead can be wrong.

use super::world::World;
use machine::{Fact, Fault, QuorumStep};
use model::Uuid;

pub fn perform(world: &mut World, host: Uuid, step: &QuorumStep) -> Result<Vec<Fact>, Fault> {
    match *step {
        QuorumStep::Arm { statefile, .. } => {
            world.disk_at(host, statefile)?;
            world.host_mut(host)?.armed = Some(statefile);
        }
        QuorumStep::Disarm { .. } => world.host_mut(host)?.armed = None,
        QuorumStep::Beat { .. } => {
            let Some(statefile) = world.host(host)?.armed else {
                return Err(Fault::Failed { reason: "the host is not armed".into() });
            };
            world.disk_at(host, statefile)?;
        }
        QuorumStep::JoinCluster { cluster, .. } => {
            let found = world.host_mut(host)?;
            if found.cluster.is_some_and(|other| other != cluster) {
                return Err(Fault::Failed { reason: "the host is a member of another cluster".into() });
            }
            found.cluster = Some(cluster);
        }
        QuorumStep::LeaveCluster { cluster, .. } => {
            let found = world.host_mut(host)?;
            found.cluster = found.cluster.filter(|member_of| *member_of != cluster);
        }
    }
    Ok(Vec::new())
}

/// Whether a host that is armed has to cut its own power now.
pub fn must_fence(world: &World, host: Uuid) -> bool {
    let Some(found) = world.hosts.get(&host).filter(|found| found.powered) else { return false };
    found.armed.is_some_and(|statefile| found.cut_off || !found.storage.contains(&statefile.sr))
}
