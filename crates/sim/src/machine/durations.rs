//! How long each step takes on a real pool, in one table; and how much faster the simulation is.

use super::blocks::BLOCK_BYTES;
use super::world::World;
use super::{chains, guest, updates};
use machine::{
    Disc, DiskStep, HostStep, LiveStep, LoanStep, NetworkStep, QuorumStep, ShutdownKind, Step, StorageStep,
};
use model::Uuid;
use std::time::Duration;

/// How fast simulated time goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speed {
    /// Ten times as fast as real pools.
    #[default]
    Default,
    /// Nothing takes any time, and the clock is never asked.
    Max,
    Divided(u32),
}

impl Speed {
    /// `max`, or by what number durations are divided.
    pub fn parse(text: &str) -> Option<Speed> {
        match text {
            "max" => Some(Speed::Max),
            "default" => Some(Speed::Default),
            number => number.parse().ok().filter(|&by| by > 0).map(Speed::Divided),
        }
    }

    pub fn of(self, real: Duration) -> Duration {
        match self {
            Speed::Max => Duration::ZERO,
            Speed::Default => real / 10,
            Speed::Divided(by) => real / by.max(1),
        }
    }
}

/// From the first instruction of a guest until its agent speaks.
pub const AGENT_WAKES: Duration = Duration::from_secs(20);

const COPY_BYTES_PER_SECOND: i64 = 150 << 20;
const SAVE_BYTES_PER_SECOND: i64 = 250 << 20;
const RESTORE_BYTES_PER_SECOND: i64 = 400 << 20;
const SEND_BYTES_PER_SECOND: i64 = 500 << 20;
const BALLOON_BYTES_PER_SECOND: i64 = 1 << 30;

/// How long this step really takes, in this world.
pub fn real(world: &World, host: Uuid, step: &Step) -> Duration {
    let memory_of = |vm: &Uuid| world.domain(host, *vm).map_or(0, |domain| domain.spec.memory_bytes);
    // All that is read of a disk, also what it only sees through to.
    let used_of = |disc: &Disc| chains::seen(world, *disc).count() as i64 * BLOCK_BYTES;
    match step {
        Step::CreateDomain { .. } => millis(800),
        Step::DestroyDomain { .. } => millis(600),
        Step::PlugDisk { .. } => millis(400),
        Step::UnplugDisk { .. } => millis(400),
        Step::PlugNic { .. } => millis(200),
        Step::UnplugNic { .. } => millis(200),
        Step::StartDeviceModel { .. } => millis(1_000),
        Step::Unpause { .. } => millis(50),
        Step::Pause { .. } => millis(50),
        Step::AskGuest { vm, kind, timeout_seconds } => {
            let patience = Duration::from_secs(*timeout_seconds);
            let answer = match kind {
                ShutdownKind::Shutdown => millis(8_000),
                ShutdownKind::Reboot => millis(8_000),
                ShutdownKind::Suspend => millis(1_000),
            };
            if guest::answers(world, host, *vm) { answer.min(patience) } else { patience }
        }
        Step::SaveMemory { vm, .. } => millis(1_000) + at_rate(memory_of(vm), SAVE_BYTES_PER_SECOND),
        Step::CopyMemory { vm, .. } => millis(1_000) + at_rate(memory_of(vm), SAVE_BYTES_PER_SECOND),
        Step::RestoreMemory { spec, .. } => {
            millis(1_000) + at_rate(spec.memory_bytes, RESTORE_BYTES_PER_SECOND)
        }
        Step::ReceiveDomain { .. } => millis(1_500),
        Step::SendDomain { vm, .. } => millis(1_000) + at_rate(memory_of(vm), SEND_BYTES_PER_SECOND),
        Step::InsertDisc { .. } => millis(300),
        Step::EjectDisc { .. } => millis(300),
        Step::SetMemory { .. } => millis(1_000),
        Step::SetVcpus { .. } => millis(200),
        Step::CreateDisk { .. } => millis(700),
        Step::DestroyDisk { .. } => millis(700),
        Step::CloneDisk { .. } => millis(1_000),
        Step::SnapshotDisk { .. } => millis(1_000),
        Step::CopyDisk { from, .. } => millis(1_500) + at_rate(used_of(from), COPY_BYTES_PER_SECOND),
        Step::ResizeDisk { .. } => millis(500),
        Step::Loan(LoanStep::Lend { .. } | LoanStep::TakeBack { .. }) => millis(700),
        Step::Loan(LoanStep::LookForUsb { .. }) => millis(2_000),
        Step::Live(LiveStep::Balloon { from_bytes, to_bytes, .. }) => {
            millis(200) + at_rate((from_bytes - to_bytes).abs(), BALLOON_BYTES_PER_SECOND)
        }
        Step::Live(LiveStep::Adjust { .. }) => millis(100),
        Step::Live(LiveStep::RestartDeviceModel { .. }) => millis(3_000),
        Step::Live(LiveStep::Sleep { .. } | LiveStep::WakeUp { .. }) => millis(1_000),
        Step::Host(HostStep::Greet { .. }) => Duration::ZERO,
        Step::Update(step) => updates::real(step),
        Step::Host(_) => millis(300),
        Step::Network(NetworkStep::BringUp { .. }) => millis(1_500),
        Step::Network(NetworkStep::Adjust { .. }) => millis(1_000),
        Step::Network(NetworkStep::TakeDown { .. }) => millis(500),
        Step::Network(_) => millis(200),
        Step::Role(_) => millis(200),
        Step::Quorum(QuorumStep::Arm { .. }) if world.host(host).is_ok_and(|found| found.armed.is_some()) => {
            Duration::ZERO
        }
        Step::Quorum(QuorumStep::Arm { .. }) => millis(3_000),
        Step::Quorum(QuorumStep::Disarm { .. }) => millis(500),
        Step::Quorum(QuorumStep::Beat { .. }) => Duration::ZERO,
        Step::Quorum(QuorumStep::JoinCluster { .. } | QuorumStep::LeaveCluster { .. }) => millis(2_000),
        Step::Storage(StorageStep::Create { .. }) => millis(4_000),
        Step::Storage(StorageStep::Destroy { .. }) => millis(2_000),
        Step::Storage(StorageStep::Plug { .. }) => millis(1_500),
        Step::Storage(StorageStep::Unplug { .. }) => millis(800),
        Step::Storage(StorageStep::Label { .. }) => millis(100),
        Step::Storage(StorageStep::Scan { .. }) => millis(900),
        Step::Storage(StorageStep::Measure { .. }) => millis(300),
        Step::Storage(StorageStep::WriteDatabase { .. }) => millis(500),
        Step::Storage(StorageStep::Probe { .. }) => millis(1_000),
        Step::Disk(step) => real_disk(step, used_of),
    }
}

fn real_disk(step: &DiskStep, used_of: impl Fn(&Disc) -> i64) -> Duration {
    let reading = |disc: &Disc| at_rate(used_of(disc), COPY_BYTES_PER_SECOND);
    match step {
        DiskStep::TakeBack { .. } => millis(1_000),
        DiskStep::Coalesce { child, parent } => millis(1_500) + reading(&Disc { sr: child.sr, vdi: *parent }),
        DiskStep::CopyInto { from, .. } | DiskStep::Mirror { from, .. } => millis(1_500) + reading(from),
        DiskStep::StopMirror { .. } => millis(700),
        DiskStep::Switch { .. } => millis(300),
        DiskStep::Track { .. }
        | DiskStep::Untrack { .. }
        | DiskStep::Reset { .. }
        | DiskStep::Persist { .. } => millis(500),
        DiskStep::DestroyData { .. } => millis(700),
        DiskStep::ListChanged { .. } => millis(500),
        DiskStep::Checksum { disc } => millis(500) + reading(disc),
        DiskStep::Look { .. } => millis(200),
        DiskStep::HoldDrive { .. } | DiskStep::ReleaseDrive { .. } => millis(100),
    }
}

const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn at_rate(bytes: i64, bytes_per_second: i64) -> Duration {
    Duration::from_secs_f64(bytes.max(0) as f64 / bytes_per_second as f64)
}
