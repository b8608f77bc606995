//! Domains begin, run, pause and end.

use super::Check;
use super::bench::{Bench, gone, same};
use crate::{DomainSpec, Fact, Fault, Step, StopReason};

pub const CHECKS: &[(&str, Check)] = &[
    ("a domain begins paused, with the size it was given", |bench| Box::pin(begins(bench))),
    ("a domain runs, pauses and runs again", |bench| Box::pin(runs(bench))),
    ("a new domain has a new number", |bench| Box::pin(numbers(bench))),
    ("what undoes a step leaves no trace", |bench| Box::pin(undo(bench))),
    ("a domain that is not there cannot be used", |bench| Box::pin(absent(bench))),
    ("a domain that does not fit is not made", |bench| Box::pin(too_large(bench))),
    ("memory is given back", |bench| Box::pin(memory_back(bench))),
    ("memory and processors change while it runs", |bench| Box::pin(sizes(bench))),
];

async fn begins(bench: &Bench<'_>) -> Result<(), String> {
    let facts = bench.does(&bench.create()).await?;
    bench.shows_all(&facts).await?;
    let spec = &bench.fixture.spec;
    match facts.as_slice() {
        [Fact::DomainPresent { vm, domid, paused: true, memory_bytes, vcpus }] => {
            same("number above 0", &true, &(*domid > 0))?;
            same("its size", &(spec.vm, spec.memory_bytes, spec.vcpus), &(*vm, *memory_bytes, *vcpus))
        }
        other => Err(format!("told {other:?}")),
    }
}

async fn runs(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create(), Step::StartDeviceModel { vm }]).await?;
    for (step, expected) in
        [(Step::Unpause { vm }, false), (Step::Pause { vm }, true), (Step::Unpause { vm }, false)]
    {
        let facts = bench.does(&step).await?;
        bench.shows_all(&facts).await?;
        let [Fact::DomainPresent { paused, .. }] = facts.as_slice() else {
            return Err(format!("{step} told {facts:?}"));
        };
        same(&format!("paused after {step}"), &expected, paused)?;
    }
    let facts = bench.does(&Step::DestroyDomain { vm }).await?;
    same("facts of the end", &gone(vm, StopReason::Halted), &facts)?;
    bench.has_no_domain().await
}

async fn numbers(bench: &Bench<'_>) -> Result<(), String> {
    let first = bench.does(&bench.create()).await?;
    bench.does(&Step::DestroyDomain { vm: bench.vm() }).await?;
    let second = bench.does(&bench.create()).await?;
    if first == second { Err(format!("both times {first:?}")) } else { Ok(()) }
}

async fn undo(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    let steps = [
        bench.create_disk(bench.disc()),
        bench.create(),
        Step::PlugDisk { vm, drive: bench.drive() },
        Step::PlugNic { vm, nic: bench.nic() },
        Step::PlugDisk { vm, drive: bench.cd_drive() },
    ];
    let mut before = Vec::new();
    for step in &steps {
        before.push(bench.everything().await);
        bench.does(step).await?;
    }
    for (step, before) in steps.iter().zip(before).rev() {
        let undo = step.undo().ok_or_else(|| format!("{step} has no undo"))?;
        bench.does(&undo).await?;
        same(&format!("the world after {undo}"), &before, &bench.everything().await)?;
    }
    Ok(())
}

async fn absent(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.does(&bench.create_disk(bench.disc())).await?;
    let impossible = [
        Step::PlugDisk { vm, drive: bench.drive() },
        Step::PlugNic { vm, nic: bench.nic() },
        Step::StartDeviceModel { vm },
        Step::Unpause { vm },
        Step::Pause { vm },
        Step::SetMemory { vm, bytes: bench.fixture.spec.memory_bytes },
        Step::SetVcpus { vm, count: 1 },
        Step::SaveMemory { vm, image: bench.disc() },
        Step::CopyMemory { vm, image: bench.disc() },
    ];
    for step in &impossible {
        bench.refuses(step, |fault| matches!(fault, Fault::NoSuchDomain { .. })).await?;
    }
    let (drive, cd) = (bench.drive(), bench.cd_drive());
    for step in [
        Step::DestroyDomain { vm },
        Step::UnplugDisk { vm, vbd: drive.vbd },
        Step::UnplugNic { vm, vif: bench.nic().vif },
        Step::EjectDisc { vm, vbd: cd.vbd },
    ] {
        bench.does(&step).await?;
    }
    Ok(())
}

async fn too_large(bench: &Bench<'_>) -> Result<(), String> {
    let Some(memory_bytes) = bench.fixture.too_much_memory_bytes else { return Ok(()) };
    let spec = DomainSpec { memory_bytes, ..bench.fixture.spec.clone() };
    let refused = |fault: &Fault| matches!(fault, Fault::NotEnoughMemory { .. });
    bench.refuses(&Step::CreateDomain { spec }, refused).await?;
    bench.does(&bench.create()).await?;
    bench.refuses(&Step::SetMemory { vm: bench.vm(), bytes: memory_bytes }, refused).await
}

async fn memory_back(bench: &Bench<'_>) -> Result<(), String> {
    let Some(too_much_bytes) = bench.fixture.too_much_memory_bytes else { return Ok(()) };
    // More often than the host is large.
    let rounds = (too_much_bytes / bench.fixture.spec.memory_bytes.max(1) + 1).min(64);
    for _ in 0..rounds {
        bench.does(&bench.create()).await?;
        bench.does(&Step::DestroyDomain { vm: bench.vm() }).await?;
    }
    Ok(())
}

async fn sizes(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create(), Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await?;
    let bytes = bench.fixture.spec.memory_bytes / 2;
    let facts = bench.does(&Step::SetMemory { vm, bytes }).await?;
    same("facts of the memory", &vec![Fact::MemoryIs { vm, bytes }], &facts)?;
    let facts = bench.does(&Step::SetVcpus { vm, count: 1 }).await?;
    same("facts of the processors", &vec![Fact::VcpusAre { vm, count: 1 }], &facts)?;
    match bench.domain().await {
        Some(Fact::DomainPresent { memory_bytes, vcpus, .. }) => {
            same("size", &(bytes, 1), &(memory_bytes, vcpus))
        }
        other => Err(format!("inspect shows {other:?}")),
    }
}
