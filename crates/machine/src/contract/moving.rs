//! Domains move between hosts that see the same storage.

use super::Check;
use super::bench::{Bench, domain_of, same};
use crate::{Fact, Step, StopReason};

pub const CHECKS: &[(&str, Check)] = &[
    ("a running domain moves with its devices", |bench| Box::pin(moves(bench))),
    ("receiving is taken back without a trace", |bench| Box::pin(taken_back(bench))),
    ("nothing is sent to a host that is not ready", |bench| Box::pin(not_ready(bench))),
];

async fn boot(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create_disk(bench.disc()), bench.create()]).await?;
    bench.all(&[Step::PlugDisk { vm, drive: bench.drive() }, Step::PlugNic { vm, nic: bench.nic() }]).await?;
    bench.all(&[Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await
}

fn receive(bench: &Bench<'_>) -> Step {
    let spec = bench.fixture.spec.clone();
    Step::ReceiveDomain { spec, drives: vec![bench.drive()], nics: vec![bench.nic()] }
}

async fn moves(bench: &Bench<'_>) -> Result<(), String> {
    let Some((to, neighbour)) = bench.fixture.neighbour else { return Ok(()) };
    let vm = bench.vm();
    boot(bench).await?;
    let told = bench.does_on(neighbour, &receive(bench)).await?;
    same("facts of receiving", &Vec::new(), &told)?;
    same("domain there before it is sent", &None, &domain_of(neighbour, vm).await)?;
    let facts = bench.does(&Step::SendDomain { vm, to }).await?;
    let [left, arrived] = facts.as_slice() else { return Err(format!("told {facts:?}")) };
    same("the first fact", &Fact::DomainGone { vm, reason: StopReason::Moved }, left)?;
    same("domain here", &None, &bench.domain().await)?;
    same("domain there", &Some(arrived.clone()), &domain_of(neighbour, vm).await)?;
    let there = neighbour.inspect().await;
    same("its card", &true, &there.contains(&Fact::NicPlugged { vif: bench.nic().vif }))?;
    let disk = Fact::DiskPlugged { vbd: bench.drive().vbd, device: "xvda".into() };
    same("its disk", &true, &there.contains(&disk))?;
    match arrived {
        Fact::DomainPresent { paused: false, .. } => Ok(()),
        other => Err(format!("arrived as {other:?}")),
    }
}

async fn taken_back(bench: &Bench<'_>) -> Result<(), String> {
    let Some((_, neighbour)) = bench.fixture.neighbour else { return Ok(()) };
    boot(bench).await?;
    let before = bench.everything().await;
    let step = receive(bench);
    bench.does_on(neighbour, &step).await?;
    let undo = step.undo().ok_or_else(|| format!("{step} has no undo"))?;
    bench.does_on(neighbour, &undo).await?;
    same("the world after it", &before, &bench.everything().await)
}

async fn not_ready(bench: &Bench<'_>) -> Result<(), String> {
    let Some((to, _)) = bench.fixture.neighbour else { return Ok(()) };
    boot(bench).await?;
    bench.refuses(&Step::SendDomain { vm: bench.vm(), to }, |_| true).await
}
