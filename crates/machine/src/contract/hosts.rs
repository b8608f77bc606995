//! A host itself: it answers, keeps what it is set to, and writes of itself.

use super::Check;
use super::bench::{Bench, same};
use crate::{Disc, Fact, Fault, HostFact, HostSetting, HostStep, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a host that is asked tells since when it is up", |bench| Box::pin(answers(bench))),
    ("a host keeps what it is set to, and is set back", |bench| Box::pin(keeps(bench))),
    ("a host holds a disk, and lets it go", |bench| Box::pin(holds(bench))),
    ("a host that is not this one is not asked here", |bench| Box::pin(another(bench))),
];

async fn answers(bench: &Bench<'_>) -> Result<(), String> {
    let Some(host) = bench.fixture.host else { return Ok(()) };
    let facts = bench.does(&Step::Host(HostStep::Greet { host })).await?;
    match facts.as_slice() {
        [Fact::Host(HostFact::Up { host: told, .. })] if *told == host => bench.shows_all(&facts).await,
        other => Err(format!("told {other:?}")),
    }
}

async fn keeps(bench: &Bench<'_>) -> Result<(), String> {
    let Some(host) = bench.fixture.host else { return Ok(()) };
    let setting = HostSetting::SyslogDestination;
    let step = HostStep::Set { host, setting, value: "192.0.2.1".into(), before: String::new() };
    let is = |value: &str| vec![Fact::Host(HostFact::SettingIs { host, setting, value: value.into() })];
    same("facts", &is("192.0.2.1"), &bench.does(&Step::Host(step.clone())).await?)?;
    let undo = step.undo().ok_or("a setting has no undo")?;
    same("facts of the undo", &is(""), &bench.does(&Step::Host(undo)).await?)
}

async fn holds(bench: &Bench<'_>) -> Result<(), String> {
    let (Some(host), disc) = (bench.fixture.host, bench.disc()) else { return Ok(()) };
    bench.does(&bench.create_disk(disc)).await?;
    let step = HostStep::HoldDisk { host, disc, reason: "a test".into() };
    bench.does(&Step::Host(step.clone())).await?;
    let in_use = |fault: &Fault| matches!(fault, Fault::DiskInUse { disc: Disc { .. } });
    bench.refuses(&Step::DestroyDisk { disc }, in_use).await?;
    let undo = step.undo().ok_or("a held disk has no undo")?;
    bench.does(&Step::Host(undo)).await?;
    bench.does(&Step::DestroyDisk { disc }).await.map(drop)
}

async fn another(bench: &Bench<'_>) -> Result<(), String> {
    let Some((neighbour, _)) = bench.fixture.neighbour else { return Ok(()) };
    let step = Step::Host(HostStep::Greet { host: neighbour });
    bench.refuses(&step, |fault| matches!(fault, Fault::Failed { .. })).await
}
