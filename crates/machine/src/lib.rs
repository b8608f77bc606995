//! What a toolstack and a machine say to each other: *steps* go down, *facts* come up.
//!
//! A machine is the hypervisor, disks and networks of one host. It knows virtual machines, disks
//! and network cards by their uuids, and nothing of rows, tasks or clients. `contract` is the test
//! that every machine passes.

pub mod clock;
pub mod contract;
pub mod fact;
pub mod mac;
pub mod measure;
pub mod step;

pub use clock::{Chance, Clock, Seeded, TokioClock};
pub use fact::network::{BelievedNetwork, Card, NetworkFact, NetworkFault};
pub use fact::storage::{BelievedStorage, FoundDisk, FoundStorage, StorageFact, StorageFault};
pub use fact::update::UpdateFact;
pub use fact::{
    Belief, BelievedChain, BelievedDomain, BelievedHost, DiskFact, Fact, Fault, HostFact, StopReason,
    UsbDevice,
};
pub use step::network::{Interface, NetworkStep};
pub use step::storage::{Label, Names, Place, StorageStep};
pub use step::{
    Disc, DiskStep, DomainSpec, Drive, HostSetting, HostStep, LiveStep, Loan, LoanStep, Nic, PowerOnWay,
    QuorumStep, ShutdownKind, Step,
};

use futures_util::future::BoxFuture;

/// One host's machine.
pub trait Machine: Send + Sync {
    /// Do one step. Doing a step again that is done already is a success that tells the same facts,
    /// so a step whose outcome was not written down is simply done again.
    fn perform<'a>(&'a self, step: &'a Step) -> BoxFuture<'a, Result<Vec<Fact>, Fault>>;

    /// Everything that is there now, as facts: what a toolstack asks when it starts.
    fn inspect(&self) -> BoxFuture<'_, Vec<Fact>>;

    /// The next thing that happens unasked: a guest that stops, an address that appears.
    fn next_fact(&self) -> BoxFuture<'_, Fact>;

    /// What the meters show now. A machine without meters shows nothing.
    fn measure(&self) -> BoxFuture<'_, measure::Measures> {
        Box::pin(async { measure::Measures::default() })
    }
}
