//! What changes about a domain while it runs: its memory by ballooning, its settings, its sleep.

use super::domains;
use super::world::{State, World};
use machine::{Fact, Fault, LiveStep};
use model::Uuid;
use std::collections::BTreeMap;

pub fn apply(world: &mut World, host: Uuid, step: &LiveStep) -> Result<Vec<Fact>, Fault> {
    match step {
        LiveStep::Balloon { vm, to_bytes, .. } => domains::set_memory(world, host, *vm, *to_bytes),
        LiveStep::Adjust { vm, settings } => adjust(world, host, *vm, settings),
        LiveStep::RestartDeviceModel { vm } => restart_device_model(world, host, *vm),
        LiveStep::Sleep { vm } => fall_asleep(world, host, *vm),
        LiveStep::WakeUp { vm } => {
            world.domain_mut(host, *vm)?.asleep = false;
            Ok(Vec::new())
        }
    }
}

fn adjust(
    world: &mut World,
    host: Uuid,
    vm: Uuid,
    settings: &BTreeMap<String, String>,
) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    domain.spec.settings.extend(settings.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(Vec::new())
}

fn restart_device_model(world: &mut World, host: Uuid, vm: Uuid) -> Result<Vec<Fact>, Fault> {
    let domain = world.domain_mut(host, vm)?;
    if !domain.spec.hvm {
        return Err(Fault::Failed { reason: format!("restart the device model of {vm}: it has none") });
    }
    domain.device_model = true;
    Ok(Vec::new())
}

/// A guest that hears nothing does not fall asleep either.
fn fall_asleep(world: &mut World, host: Uuid, vm: Uuid) -> Result<Vec<Fact>, Fault> {
    let silent = world.silent.contains(&vm);
    let domain = world.domain_mut(host, vm)?;
    if silent || domain.state != State::Running {
        return Err(Fault::GuestSilent { vm, seconds: 0 });
    }
    domain.asleep = true;
    Ok(Vec::new())
}
