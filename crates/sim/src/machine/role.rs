//! Which part a host plays in its pool, as far as the host itself keeps it.

use super::rebuild;
use super::world::World;
use machine::step::RoleStep;
use machine::{BelievedChain, Fact, Fault};
use model::Uuid;

pub fn play(world: &mut World, host: Uuid, step: &RoleStep) -> Result<Vec<Fact>, Fault> {
    let here = world.host_mut(host)?;
    match step {
        RoleStep::Agree { address, .. } => match &here.agreed {
            Some(other) if other != address => {
                return Err(Fault::Failed { reason: format!("already agreed to follow {other}") });
            }
            _ => here.agreed = Some(address.clone()),
        },
        RoleStep::Disagree { .. } | RoleStep::Follow { .. } => here.agreed = None,
        RoleStep::See { storage, capacity_bytes, disks, .. } => {
            rebuild::attach(world, host, *storage, *capacity_bytes);
            for (disc, size_bytes, used_bytes) in disks {
                rebuild::believe_disk(world, *disc, *size_bytes, *used_bytes, &BelievedChain::default());
            }
        }
        RoleStep::Leave { storages, .. } => {
            for storage in storages {
                if let Some(storage) = world.storage.get_mut(storage) {
                    storage.used_bytes = 0;
                }
            }
            world.disks.retain(|disc, _| !storages.contains(&disc.sr));
        }
    }
    Ok(Vec::new())
}
