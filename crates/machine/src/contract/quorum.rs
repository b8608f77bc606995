//! A host is armed with a statefile and disarmed, and is a member of a cluster or not.

use super::Check;
use super::bench::Bench;
use crate::{Disc, Fault, QuorumStep, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a host is armed and disarmed", |bench| Box::pin(arms(bench))),
    ("a host is not armed with what it does not see", |bench| Box::pin(blind(bench))),
    ("a host joins a cluster and leaves it", |bench| Box::pin(joins(bench))),
];

async fn arms(bench: &Bench<'_>) -> Result<(), String> {
    let host = bench.made(0x50);
    let (arm, beat) = (QuorumStep::Arm { host, statefile: bench.disc() }, QuorumStep::Beat { host });
    let disarm = arm.undo().ok_or("arming has no undo")?;
    let refused = |fault: &Fault| matches!(fault, Fault::Failed { .. });
    bench.refuses(&Step::Quorum(beat.clone()), refused).await?;
    bench.does(&bench.create_disk(bench.disc())).await?;
    bench.does(&Step::Quorum(arm)).await?;
    bench.does(&Step::Quorum(beat.clone())).await?;
    bench.does(&Step::Quorum(disarm)).await?;
    bench.refuses(&Step::Quorum(beat), refused).await?;
    bench.does(&Step::DestroyDisk { disc: bench.disc() }).await.map(drop)
}

async fn blind(bench: &Bench<'_>) -> Result<(), String> {
    let host = bench.made(0x50);
    let arm = |statefile| Step::Quorum(QuorumStep::Arm { host, statefile });
    let away = Disc { sr: bench.made(0x40), ..bench.disc() };
    bench.refuses(&arm(away), |fault| matches!(fault, Fault::StorageUnavailable { .. })).await?;
    bench.refuses(&arm(bench.disc()), |fault| matches!(fault, Fault::NoSuchDisk { .. })).await
}

async fn joins(bench: &Bench<'_>) -> Result<(), String> {
    let (host, cluster) = (bench.made(0x50), bench.made(0x51));
    let join = QuorumStep::JoinCluster { host, cluster };
    let leave = join.undo().ok_or("joining has no undo")?;
    bench.does(&Step::Quorum(join)).await?;
    let other = QuorumStep::JoinCluster { host, cluster: bench.made(0x52) };
    bench.refuses(&Step::Quorum(other), |fault| matches!(fault, Fault::Failed { .. })).await?;
    bench.does(&Step::Quorum(leave)).await.map(drop)
}
