//! The memory of a domain goes to a disk and comes back.

use super::Check;
use super::bench::{Bench, gone, same};
use crate::{Fact, Step, StopReason};

pub const CHECKS: &[(&str, Check)] = &[
    ("a domain is saved and restored", |bench| Box::pin(save(bench))),
    ("memory is copied while the domain goes on", |bench| Box::pin(copy(bench))),
    ("what was never saved is not restored", |bench| Box::pin(blank(bench))),
];

async fn save(bench: &Bench<'_>) -> Result<(), String> {
    let (vm, image, spec) = (bench.vm(), bench.disc(), bench.fixture.spec.clone());
    bench.all(&[bench.create_disk(image), bench.create(), Step::StartDeviceModel { vm }]).await?;
    bench.all(&[Step::Unpause { vm }, Step::Pause { vm }]).await?;
    let facts = bench.does(&Step::SaveMemory { vm, image }).await?;
    same("first fact", &gone(vm, StopReason::Suspended), &facts[..1.min(facts.len())].to_vec())?;
    bench.has_no_domain().await?;
    let facts = bench.does(&Step::RestoreMemory { spec, image }).await?;
    bench.shows_all(&facts).await?;
    let [Fact::DomainPresent { paused: true, .. }] = facts.as_slice() else {
        return Err(format!("restored as {facts:?}"));
    };
    bench.all(&[Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await
}

async fn copy(bench: &Bench<'_>) -> Result<(), String> {
    let (vm, image, spec) = (bench.vm(), bench.disc(), bench.fixture.spec.clone());
    bench.all(&[bench.create_disk(image), bench.create(), Step::StartDeviceModel { vm }]).await?;
    let running = bench.does(&Step::Unpause { vm }).await?;
    bench.does(&Step::CopyMemory { vm, image }).await?;
    bench.shows_all(&running).await?;
    bench.does(&Step::DestroyDomain { vm }).await?;
    bench.does(&Step::RestoreMemory { spec, image }).await?;
    bench.all(&[Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await
}

async fn blank(bench: &Bench<'_>) -> Result<(), String> {
    let (image, spec) = (bench.disc(), bench.fixture.spec.clone());
    bench.does(&bench.create_disk(image)).await?;
    bench.refuses(&Step::RestoreMemory { spec, image }, |_| true).await
}
