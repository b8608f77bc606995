//! `Bench`: the machine under test, and the small words that checks are written in.

use super::Fixture;
use crate::{Disc, DiskFact, Drive, Fact, Fault, Machine, Nic, Step, StopReason};
use model::Uuid;

pub struct Bench<'a> {
    pub machine: &'a dyn Machine,
    pub fixture: &'a Fixture<'a>,
}

/// A refusal that a check expects.
pub type Expected = fn(&Fault) -> bool;

impl Bench<'_> {
    pub fn vm(&self) -> Uuid {
        self.fixture.spec.vm
    }
    pub fn disc(&self) -> Disc {
        self.fixture.discs[0]
    }
    pub fn create(&self) -> Step {
        Step::CreateDomain { spec: self.fixture.spec.clone() }
    }
    pub fn create_disk(&self, disc: Disc) -> Step {
        Step::CreateDisk { disc, size_bytes: self.fixture.disk_bytes }
    }
    pub fn drive(&self) -> Drive {
        let disc = Some(self.disc());
        Drive { vbd: self.made(1), userdevice: "0".into(), read_only: false, cd: false, disc }
    }
    pub fn cd_drive(&self) -> Drive {
        Drive { vbd: self.made(2), userdevice: "3".into(), read_only: true, cd: true, disc: None }
    }
    pub fn nic(&self) -> Nic {
        let (device, mac) = ("0".into(), "02:00:5e:10:20:30".into());
        Nic {
            vif: self.made(3),
            device,
            mac,
            bridge: self.fixture.bridge.clone(),
            mtu: 1500,
            ..Nic::default()
        }
    }
    /// A uuid of something that belongs to the fixture's machine.
    pub fn made(&self, number: u128) -> Uuid {
        Uuid(self.vm().0 ^ number)
    }

    /// The hidden disk below a clone or snapshot of this one.
    pub fn base(&self, disc: Disc) -> Uuid {
        Uuid(disc.vdi.0 ^ 0x50)
    }
    /// Hidden disks on which nobody stands any more, the upper ones first.
    pub async fn clear_bases(&self) -> Result<(), String> {
        for _ in 0..4 {
            for fact in self.machine.inspect().await {
                if let Fact::Disk(DiskFact::Base { disc, .. }) = fact {
                    // One that is stood on goes in the next round.
                    drop(self.machine.perform(&Step::DestroyDisk { disc }).await);
                }
            }
        }
        Ok(())
    }

    /// Do a step twice: it works, and tells the same both times.
    pub async fn does(&self, step: &Step) -> Result<Vec<Fact>, String> {
        self.does_on(self.machine, step).await
    }

    pub async fn does_on(&self, machine: &dyn Machine, step: &Step) -> Result<Vec<Fact>, String> {
        let first = machine.perform(step).await.map_err(|fault| format!("{step} failed with {fault:?}"))?;
        let again = machine.perform(step).await.map_err(|fault| format!("{step} again: {fault:?}"))?;
        same(&format!("{step} done again"), &first, &again)?;
        Ok(first)
    }

    pub async fn all(&self, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            self.does(step).await?;
        }
        Ok(())
    }

    /// A step that is refused, also when asked again, and changes nothing.
    pub async fn refuses(&self, step: &Step, expected: Expected) -> Result<(), String> {
        self.refuses_on(self.machine, step, expected).await
    }

    pub async fn refuses_on(
        &self,
        machine: &dyn Machine,
        step: &Step,
        expected: Expected,
    ) -> Result<(), String> {
        let before = self.everything().await;
        for _ in 0..2 {
            match machine.perform(step).await {
                Err(fault) if expected(&fault) => {}
                other => return Err(format!("{step} gave {other:?}")),
            }
        }
        same(&format!("the world after {step} was refused"), &before, &self.everything().await)
    }

    /// What `inspect` says of this machine and its neighbour.
    pub async fn everything(&self) -> (Vec<Fact>, Vec<Fact>) {
        let here = quiet(self.machine.inspect().await);
        match self.fixture.neighbour {
            Some((_, neighbour)) => (here, quiet(neighbour.inspect().await)),
            None => (here, Vec::new()),
        }
    }

    pub async fn shows(&self, fact: &Fact) -> Result<(), String> {
        let facts = self.machine.inspect().await;
        if facts.contains(fact) {
            Ok(())
        } else {
            Err(format!("inspect does not show {fact:?} but {facts:?}"))
        }
    }

    pub async fn shows_all(&self, facts: &[Fact]) -> Result<(), String> {
        for fact in facts {
            self.shows(fact).await?;
        }
        Ok(())
    }

    /// The fixture's domain as `inspect` shows it.
    pub async fn domain(&self) -> Option<Fact> {
        domain_of(self.machine, self.vm()).await
    }

    pub async fn has_no_domain(&self) -> Result<(), String> {
        self.domain().await.map_or(Ok(()), |fact| Err(format!("the domain is still there: {fact:?}")))
    }

    pub async fn size_of(&self, disc: Disc) -> Option<i64> {
        let facts = self.machine.inspect().await;
        facts.iter().find_map(|fact| match fact {
            Fact::DiskPresent { disc: there, size_bytes, .. } if *there == disc => Some(*size_bytes),
            _ => None,
        })
    }

    /// Take away whatever a check left.
    pub async fn clear(&self) -> Result<(), String> {
        let destroy = Step::DestroyDomain { vm: self.vm() };
        if let Some((_, neighbour)) = self.fixture.neighbour {
            self.does_on(neighbour, &destroy).await?;
        }
        self.does(&destroy).await?;
        for disc in self.fixture.discs {
            self.does(&Step::DestroyDisk { disc }).await?;
        }
        self.clear_bases().await
    }
}

pub async fn domain_of(machine: &dyn Machine, vm: Uuid) -> Option<Fact> {
    let facts = machine.inspect().await;
    facts.into_iter().find(|fact| matches!(fact, Fact::DomainPresent { vm: there, .. } if *there == vm))
}

pub fn gone(vm: Uuid, reason: StopReason) -> Vec<Fact> {
    vec![Fact::DomainGone { vm, reason }]
}

/// Whether two things are equal, said with their subject if not.
pub fn same<T: PartialEq + std::fmt::Debug>(subject: &str, expected: &T, found: &T) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{subject}: {expected:?} expected, {found:?} found")) }
}

/// What does not change by itself: guests speak and fill their disks when they like.
fn quiet(facts: Vec<Fact>) -> Vec<Fact> {
    let facts = facts.into_iter().filter(|fact| !matches!(fact, Fact::GuestSays { .. }));
    facts
        .map(|fact| match fact {
            Fact::DiskPresent { disc, size_bytes, .. } => {
                Fact::DiskPresent { disc, size_bytes, used_bytes: 0 }
            }
            Fact::Disk(DiskFact::Base { disc, parent, size_bytes, .. }) => {
                Fact::Disk(DiskFact::Base { disc, parent, size_bytes, used_bytes: 0 })
            }
            other => other,
        })
        .collect()
}
