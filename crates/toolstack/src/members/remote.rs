//! `RemoteMachine`: the machine of a member, driven over the network.

use super::language::{Ask, Reply};
use crate::peers::PeerError;
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use machine::step::RoleStep;
use machine::{Disc, Fact, Fault, Machine, Step};
use model::{ClassId, Host, Ref, Sr, Uuid, Vdi};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

pub struct RemoteMachine {
    /// The toolstack holds its machines.
    toolstack: Weak<crate::toolstack::Parts>,
    host: Ref<Host>,
    uuid: Uuid,
    /// The number of the last fact that arrived.
    heard: AtomicU64,
}

/// How long a member that does not answer is left alone before it is asked again.
const PAUSE: Duration = Duration::from_secs(5);

impl RemoteMachine {
    pub fn new(toolstack: &Toolstack, host: Ref<Host>) -> RemoteMachine {
        let uuid = toolstack.store.snapshot().get(host).map_or(Uuid::NIL, |row| row.uuid);
        RemoteMachine { toolstack: Arc::downgrade(toolstack.parts()), host, uuid, heard: AtomicU64::new(0) }
    }

    /// Nothing of the toolstack is held while the answer is waited for.
    async fn ask(&self, ask: Ask) -> Result<Reply, PeerError> {
        let asking = self.toolstack.upgrade().map(|toolstack| super::ask(&toolstack, self.host, ask));
        asking.ok_or_else(|| PeerError::Unreachable("the toolstack ends".into()))?.await
    }

    fn unreachable(&self) -> Fault {
        Fault::HostUnreachable { host: self.uuid }
    }

    async fn perform_there(&self, step: &Step) -> Result<Vec<Fact>, Fault> {
        for sight in self.to_see(step)? {
            self.send(&sight).await?;
        }
        self.send(step).await
    }

    async fn send(&self, step: &Step) -> Result<Vec<Fact>, Fault> {
        match self.ask(Ask::Perform(step.clone())).await {
            Ok(Reply::Performed(outcome)) => outcome,
            Ok(_) => Err(Fault::Failed { reason: "the member gave another answer".into() }),
            Err(_) => Err(self.unreachable()),
        }
    }

    /// What the member must have seen before it can do a step: disks on storage that others have too.
    /// A step that changes such a storage is done by a host that all others of this process can see.
    fn to_see(&self, step: &Step) -> Result<Vec<Step>, Fault> {
        let Some(toolstack) = self.toolstack.upgrade() else { return Err(self.unreachable()) };
        let pool = toolstack.store.snapshot();
        let disk_of = |vdi| pool.by_uuid(ClassId::Vdi, vdi).and_then(|id| pool.get(Ref::<Vdi>::new(id)));
        let is_shared = |sr: Ref<Sr>| pool.get(sr).is_some_and(|sr| sr.shared);
        if step.anywhere() && disk_of(step.object()).is_some_and(|disk| is_shared(disk.SR)) {
            return Err(self.unreachable());
        }
        let mut storages: BTreeMap<Ref<Sr>, Vec<(Disc, i64, i64)>> = BTreeMap::new();
        for disc in discs(step) {
            let Some(sr) = pool.by_uuid(ClassId::Sr, disc.sr).map(Ref::<Sr>::new) else { continue };
            if !is_shared(sr) {
                continue;
            }
            if step.anywhere() {
                return Err(self.unreachable());
            }
            let (size, used) =
                disk_of(disc.vdi).map_or((0, 0), |disk| (disk.virtual_size, disk.physical_utilisation));
            storages.entry(sr).or_default().push((disc, size, used));
        }
        let see = |(sr, disks): (Ref<Sr>, Vec<(Disc, i64, i64)>)| {
            let row = pool.get(sr)?;
            let (host, storage, capacity_bytes) = (self.uuid, row.uuid, row.physical_size);
            Some(Step::Role(RoleStep::See { host, storage, capacity_bytes, disks }))
        };
        Ok(storages.into_iter().filter_map(see).collect())
    }

    async fn hear(&self) -> Fact {
        loop {
            let heard = self.heard.load(Ordering::Relaxed);
            match self.ask(Ask::NextFact { heard }).await {
                Ok(Reply::Next(Some((number, fact)))) => {
                    self.heard.store(number, Ordering::Relaxed);
                    return fact;
                }
                Ok(Reply::Next(None)) => {}
                _ => match self.toolstack.upgrade().map(|toolstack| toolstack.clock.clone()) {
                    Some(clock) => clock.sleep(PAUSE).await,
                    None => std::future::pending().await,
                },
            }
        }
    }
}

impl Machine for RemoteMachine {
    fn perform<'a>(&'a self, step: &'a Step) -> BoxFuture<'a, Result<Vec<Fact>, Fault>> {
        Box::pin(self.perform_there(step))
    }
    /// Nothing at all if it cannot be asked.
    fn inspect(&self) -> BoxFuture<'_, Vec<Fact>> {
        Box::pin(async {
            match self.ask(Ask::Inspect).await {
                Ok(Reply::Facts(facts)) => facts,
                _ => Vec::new(),
            }
        })
    }
    fn next_fact(&self) -> BoxFuture<'_, Fact> {
        Box::pin(self.hear())
    }
}

/// The disks that a step puts to use, and the one that it makes.
fn discs(step: &Step) -> Vec<Disc> {
    match step {
        Step::PlugDisk { drive, .. } => drive.disc.into_iter().collect(),
        Step::InsertDisc { disc, .. } | Step::CreateDisk { disc, .. } => vec![*disc],
        Step::SaveMemory { image, .. }
        | Step::RestoreMemory { image, .. }
        | Step::CopyMemory { image, .. } => {
            vec![*image]
        }
        Step::ReceiveDomain { drives, .. } => drives.iter().filter_map(|drive| drive.disc).collect(),
        _ => Vec::new(),
    }
}
