//! One step, done: the table from steps to what they do. Nothing waits here.

use super::power::Moments;
use super::world::World;
use super::{
    chains, changes, devices, disks, domains, guest, host_state, live, loans, memory_image, mirrors, moving,
    network, power, quorum, role, storage, updates,
};
use machine::{DiskStep, Fact, Fault, HostStep, Step};
use model::Uuid;

/// When things happen that a step lets happen later, in microseconds; 0 is at once.
#[derive(Clone, Copy, Default)]
pub struct Later {
    /// A guest that begins to run now will speak.
    pub wakes: i64,
    pub power: Moments,
}

/// Do a step on a host.
/// It is done whole or, with a fault, not at all.
pub fn apply(world: &mut World, host: Uuid, step: &Step, later: Later) -> Result<Vec<Fact>, Fault> {
    let Later { wakes, power } = later;
    match step {
        Step::CreateDomain { spec } => domains::create(world, host, spec),
        Step::DestroyDomain { vm } => domains::destroy(world, host, *vm),
        Step::StartDeviceModel { vm } => domains::start_device_model(world, host, *vm),
        Step::Unpause { vm } => domains::unpause(world, host, *vm, wakes),
        Step::Pause { vm } => domains::pause(world, host, *vm),
        Step::SetMemory { vm, bytes } => domains::set_memory(world, host, *vm, *bytes),
        Step::SetVcpus { vm, count } => domains::set_vcpus(world, host, *vm, *count),
        Step::AskGuest { vm, kind, timeout_seconds } => guest::ask(world, host, *vm, *kind, *timeout_seconds),

        Step::PlugDisk { vm, drive } => devices::plug_disk(world, host, *vm, drive),
        Step::UnplugDisk { vm, vbd } => devices::unplug_disk(world, host, *vm, *vbd),
        Step::PlugNic { vm, nic } => devices::plug_nic(world, host, *vm, nic, wakes),
        Step::UnplugNic { vm, vif } => devices::unplug_nic(world, host, *vm, *vif, wakes),
        Step::InsertDisc { vm, vbd, disc } => devices::insert_disc(world, host, *vm, *vbd, *disc),
        Step::EjectDisc { vm, vbd } => devices::eject_disc(world, host, *vm, *vbd),

        Step::SaveMemory { vm, image } => memory_image::save(world, host, *vm, *image),
        Step::RestoreMemory { spec, image } => memory_image::restore(world, host, spec, *image),
        Step::CopyMemory { vm, image } => memory_image::copy(world, host, *vm, *image),
        Step::ReceiveDomain { spec, drives, nics } => moving::receive(world, host, spec, drives, nics),
        Step::SendDomain { vm, to } => moving::send(world, host, *vm, *to),

        Step::CreateDisk { disc, size_bytes } => disks::create(world, host, *disc, *size_bytes),
        Step::DestroyDisk { disc } => disks::destroy(world, host, *disc),
        Step::CloneDisk { from, to, base } => {
            chains::share(world, host, (*from, *to, *base), chains::Kind::Clone)
        }
        Step::SnapshotDisk { from, to, base } => {
            chains::share(world, host, (*from, *to, *base), chains::Kind::Snapshot)
        }
        Step::CopyDisk { from, to } => disks::copy(world, host, *from, *to),
        Step::ResizeDisk { disc, size_bytes } => disks::resize(world, host, *disc, *size_bytes),

        Step::Loan(step) => loans::apply(world, host, step),
        Step::Live(step) => live::apply(world, host, step),
        Step::Storage(step) => storage::apply(world, host, step),
        Step::Host(step) if step.host() != host && !step.anywhere() => {
            Err(Fault::Failed { reason: format!("this is host {host}, not {}", step.host()) })
        }
        Step::Host(step) => apply_to_host(world, host, step, power),
        Step::Update(step) => updates::apply(world, host, step),
        Step::Network(step) => network::apply(world, host, step, wakes),
        Step::Role(step) => role::play(world, host, step),
        Step::Disk(step) => apply_disk(world, host, step),
        Step::Quorum(step) => quorum::perform(world, host, step),
    }
}

fn apply_to_host(
    world: &mut World,
    here: Uuid,
    step: &HostStep,
    moments: Moments,
) -> Result<Vec<Fact>, Fault> {
    match step {
        HostStep::Greet { host } => host_state::greet(world, *host),
        HostStep::Reboot { host, since_seconds } => power::reboot(world, *host, *since_seconds, moments),
        HostStep::PowerOff { host, since_seconds } => power::power_off(world, *host, *since_seconds, moments),
        HostStep::PowerOn { host, way } => power::wake(world, here, *host, way, moments),
        HostStep::Set { host, setting, value, .. } => host_state::set(world, *host, *setting, value),
        HostStep::DebugKeys { host, keys } => host_state::debug_keys(world, *host, keys),
        HostStep::ReadLog { host, clear } => host_state::read_log(world, *host, *clear),
        HostStep::HoldDisk { host, disc, reason } => host_state::hold_disk(world, *host, *disc, reason),
        HostStep::ReleaseDisk { host, disc } => host_state::release_disk(world, *host, *disc),
    }
}

fn apply_disk(world: &mut World, host: Uuid, step: &DiskStep) -> Result<Vec<Fact>, Fault> {
    match step {
        DiskStep::TakeBack { from, to, base } => chains::take_back(world, host, *from, *to, *base),
        DiskStep::Coalesce { child, parent } => chains::coalesce(world, host, *child, *parent),
        DiskStep::CopyInto { from, to, base } => disks::copy_into(world, host, *from, *to, *base),
        DiskStep::Mirror { from, to } => mirrors::mirror(world, host, *from, *to),
        DiskStep::StopMirror { from, to } => mirrors::stop(world, host, *from, *to),
        DiskStep::Switch { vm, vbd, from, to } => mirrors::switch(world, host, (*vm, *vbd), *from, *to),
        DiskStep::Track { disc } => changes::track(world, host, *disc, true),
        DiskStep::Untrack { disc } => changes::track(world, host, *disc, false),
        DiskStep::DestroyData { disc } => changes::destroy_data(world, host, *disc),
        DiskStep::Reset { disc } => disks::reset(world, host, *disc),
        DiskStep::Persist { disc } => disks::persist(world, host, *disc),
        DiskStep::ListChanged { from, to } => changes::list(world, host, *from, *to),
        DiskStep::Checksum { disc } => disks::checksum(world, host, *disc),
        DiskStep::Look { disc } => mirrors::look(world, host, *disc),
        DiskStep::HoldDrive { vm, vbd } => mirrors::hold(world, host, *vm, *vbd, true),
        DiskStep::ReleaseDrive { vm, vbd } => mirrors::hold(world, host, *vm, *vbd, false),
    }
}
