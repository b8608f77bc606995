//! Who leads: agreeing, disagreeing, following.

use super::Check;
use super::bench::Bench;
use crate::step::RoleStep;
use crate::{Fault, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a host agrees to one coordinator at a time", |bench| Box::pin(agree(bench))),
    ("a host follows whom it agreed to", |bench| Box::pin(follow(bench))),
];

fn agree_to(bench: &Bench<'_>, address: &str) -> Step {
    Step::Role(RoleStep::Agree { host: bench.made(9), address: address.into() })
}

async fn agree(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&agree_to(bench, "192.0.2.1")).await?;
    bench.refuses(&agree_to(bench, "192.0.2.2"), |fault| matches!(fault, Fault::Failed { .. })).await?;
    bench.does(&Step::Role(RoleStep::Disagree { host: bench.made(9) })).await?;
    bench.does(&agree_to(bench, "192.0.2.2")).await?;
    bench.does(&Step::Role(RoleStep::Disagree { host: bench.made(9) })).await.map(drop)
}

/// Following ends what was agreed to.
async fn follow(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&agree_to(bench, "192.0.2.1")).await?;
    let follow = RoleStep::Follow { host: bench.made(9), address: "192.0.2.1".into() };
    bench.does(&Step::Role(follow)).await?;
    bench.does(&agree_to(bench, "192.0.2.2")).await?;
    bench.does(&Step::Role(RoleStep::Disagree { host: bench.made(9) })).await.map(drop)
}
