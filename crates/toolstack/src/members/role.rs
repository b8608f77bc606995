//! `Role`: whether this toolstack leads its pool or follows one that is elsewhere.
//!
//! What it follows is kept on disk; the doors ask the copy in memory, which changes a moment later, so
//! that whoever asked to join still gets the answer here.

use super::own_call;
use crate::kept;
use crate::listen;
use crate::passwords::same_secret;
use crate::peers::Peer;
use crate::removal;
use crate::toolstack::{Toolstack, coordinator};
use machine::{Fact, Machine, Step};
use model::{ApiError, Host, Ref, Text, Value};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Snapshot;

/// The pool that is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    pub address: Text,
    pub fingerprint: Text,
    pub secret: Text,
    /// Asked to be taken in, and not known yet whether that happened.
    #[serde(default)]
    pub pending: bool,
    /// The secret that the pool had before, as long as the new one has not been used.
    #[serde(default)]
    pub former_secret: Option<Text>,
}

impl Following {
    /// Whether whoever shows this may drive the machine.
    pub fn accepts(&self, secret: &str) -> bool {
        let mut known = std::iter::once(&self.secret).chain(&self.former_secret);
        !self.pending && known.any(|known| !known.is_empty() && same_secret(known, secret))
    }
    pub fn peer(&self) -> Peer {
        Peer { address: self.address.clone(), fingerprint: Some(self.fingerprint.clone()) }
    }
}

const FOLLOWING: &str = "following";
/// The secret of the pool that was left last: it may ask for that again.
const LEFT: &str = "left";

#[derive(Default)]
pub struct Role(Mutex<State>);

#[derive(Default)]
struct State {
    /// The address to which clients are sent.
    coordinator: Option<Text>,
    /// This host's own machine, while another toolstack drives it.
    machine: Option<(Ref<Host>, Arc<dyn Machine>)>,
}

impl Role {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn coordinator(&self) -> Option<Text> {
        self.state().coordinator.clone()
    }
    /// This is the machine that is driven from elsewhere.
    pub fn let_drive(&self, host: Ref<Host>, machine: Arc<dyn Machine>) {
        self.state().machine = Some((host, machine));
    }
    /// The machine that is driven from elsewhere.
    pub fn machine(&self) -> Option<Arc<dyn Machine>> {
        self.state().machine.as_ref().map(|(_, machine)| machine.clone())
    }
}

pub fn following(pool: &Snapshot) -> Option<Following> {
    kept::get(pool, FOLLOWING).and_then(|text| serde_json::from_str(text).ok())
}

/// The secrets that a coordinator may show to this member: of the pool, and of the one left last.
pub fn secret_left(pool: &Snapshot) -> Option<Text> {
    kept::get(pool, LEFT).cloned()
}

impl Toolstack {
    /// Keep whom this toolstack follows; nobody if it leads.
    pub async fn keep_following(self: &Arc<Self>, following: Option<&Following>) -> Result<(), ApiError> {
        let text = following.map(serde_json::to_string).transpose().map_err(ApiError::internal_error)?;
        self.change(&own_call(), "pool.join", |change| {
            match &text {
                Some(text) => kept::put(change.tx, change.chance, FOLLOWING, text),
                None => _ = kept::forget(change.tx, FOLLOWING),
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
    }

    /// Whoever may log in there may log in here.
    pub async fn take_accounts(self: &Arc<Self>, accounts: Vec<(Text, Text)>) -> Result<(), ApiError> {
        self.change(&own_call(), "pool.join", |change| {
            for (name, hash) in accounts {
                crate::passwords::keep(change.tx, change.chance, &name, hash);
            }
            Ok(Value::VOID)
        })
        .await
        .map(drop)
    }

    /// From now on the coordinator drives this host's machine: nothing is heard here any more.
    pub fn hand_over(&self) {
        let host = coordinator(&self.store.snapshot());
        if let Some(machine) = self.machines.remove(host) {
            self.role.state().machine = Some((host, machine));
        }
    }

    /// From now on clients are sent to the coordinator.
    pub fn follow(&self, address: Text) {
        self.role.state().coordinator = Some(address);
    }

    /// After a start: be what is kept.
    pub fn take_up_role(&self) {
        if let Some(following) = following(&self.store.snapshot()).filter(|following| !following.pending) {
            self.hand_over();
            self.follow(following.address);
        }
    }

    /// Be a pool of one host again: what was kept from before the time as a member, without what went
    /// into the other pool.
    pub async fn lead_again(self: &Arc<Self>) -> Result<(), ApiError> {
        let host = coordinator(&self.store.snapshot());
        let machine = self.role.state().machine.take();
        if let Some((_, machine)) = &machine {
            clear(&**machine).await;
        }
        let secret = following(&self.store.snapshot()).map(|following| following.secret);
        self.change(&own_call(), "pool.eject", |change| {
            removal::stand_alone(change.tx, host, change.chance);
            kept::forget(change.tx, FOLLOWING);
            kept::put(change.tx, change.chance, LEFT, &secret.unwrap_or_default());
            Ok(Value::VOID)
        })
        .await?;
        crate::begin::prepare(self).await?;
        self.role.state().coordinator = None;
        if let Some((host, machine)) = machine {
            self.machines.put(host, machine);
            listen::look(self, host).await;
        }
        Ok(())
    }
}

/// Nothing runs any more, and no disk is left.
async fn clear(machine: &dyn Machine) {
    let facts = machine.inspect().await;
    let stop = facts.iter().filter_map(|fact| match fact {
        Fact::DomainPresent { vm, .. } => Some(Step::DestroyDomain { vm: *vm }),
        _ => None,
    });
    let wipe = facts.iter().filter_map(|fact| match fact {
        Fact::DiskPresent { disc, .. } => Some(Step::DestroyDisk { disc: *disc }),
        _ => None,
    });
    for step in stop.chain(wipe) {
        if let Err(fault) = machine.perform(&step).await {
            tracing::warn!(?fault, %step, "something of the time as a member is left");
        }
    }
}
