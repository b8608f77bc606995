//! Software goes from one version to another, and back.

use super::Check;
use super::bench::{Bench, same};
use crate::step::update::{UpdateStep, Versions};
use crate::{Fact, Step, UpdateFact};

pub const CHECKS: &[(&str, Check)] = &[
    ("packages are installed, and taken back", |bench| Box::pin(installs(bench))),
    ("a repository offers the same when asked again", |bench| Box::pin(offers(bench))),
];

async fn installs(bench: &Bench<'_>) -> Result<(), String> {
    let Some(host) = bench.fixture.host else { return Ok(()) };
    let versions = |version: &str| Versions::from([("contract-package".to_string(), version.to_string())]);
    let install = |from: &str, to: &str| UpdateStep::Install { host, to: versions(to), from: versions(from) };
    let facts = bench.does(&Step::Update(install("", "1"))).await?;
    bench.shows_all(&facts).await?;
    let facts = bench.does(&Step::Update(install("1", "2"))).await?;
    same("what is installed", &vec![("contract-package", "2")], &ours(&facts))?;
    for (step, left) in [(install("1", "2"), vec![("contract-package", "1")]), (install("", "1"), vec![])] {
        let undo = Step::Update(step).undo().ok_or("installing cannot be undone")?;
        let facts = bench.does(&undo).await?;
        same("what is left", &left, &ours(&facts))?;
    }
    Ok(())
}

fn ours(facts: &[Fact]) -> Vec<(&str, &str)> {
    let versions = facts.iter().filter_map(|fact| match fact {
        Fact::Update(UpdateFact::SoftwareIs { versions, .. }) => Some(versions),
        _ => None,
    });
    let all = versions.flatten().map(|(name, version)| (name.as_str(), version.as_str()));
    all.filter(|(name, _)| *name == "contract-package").collect()
}

async fn offers(bench: &Bench<'_>) -> Result<(), String> {
    let url = "https://updates.example/repository".to_string();
    bench
        .does(&Step::Update(UpdateStep::ReadRepository { repository: bench.made(0x51), url }))
        .await
        .map(drop)
}
