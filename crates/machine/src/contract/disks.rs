//! Disks are made, shared, copied, resized and destroyed.

use super::Check;
use super::bench::{Bench, same};
use crate::{Disc, Fact, Fault, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a disk is made as large as asked, and destroyed", |bench| Box::pin(makes(bench))),
    ("clones, snapshots and copies outlive what they came from", |bench| Box::pin(outlive(bench))),
    ("a disk grows", |bench| Box::pin(grows(bench))),
    ("what is not there is not cloned", |bench| Box::pin(missing(bench))),
    ("a disk that does not fit is not made", |bench| Box::pin(full(bench))),
    ("storage that is not there is told as such", |bench| Box::pin(unavailable(bench))),
];

async fn makes(bench: &Bench<'_>) -> Result<(), String> {
    let facts = bench.does(&bench.create_disk(bench.disc())).await?;
    bench.shows_all(&facts).await?;
    same("its size", &Some(bench.fixture.disk_bytes), &bench.size_of(bench.disc()).await)?;
    bench.does(&Step::DestroyDisk { disc: bench.disc() }).await?;
    same("its size once gone", &None, &bench.size_of(bench.disc()).await)
}

async fn outlive(bench: &Bench<'_>) -> Result<(), String> {
    let [from, to, third] = bench.fixture.discs;
    for (first, second) in [
        (Step::CloneDisk { from, to }, Step::CopyDisk { from, to: third }),
        (Step::SnapshotDisk { from, to }, Step::CloneDisk { from: to, to: third }),
        (Step::CopyDisk { from, to }, Step::SnapshotDisk { from: to, to: third }),
    ] {
        bench.does(&bench.create_disk(from)).await?;
        for step in [first, second] {
            let facts = bench.does(&step).await?;
            same(&format!("number of facts of {step}"), &1, &facts.len())?;
        }
        bench.does(&Step::DestroyDisk { disc: from }).await?;
        for disc in [to, third] {
            same("its size", &Some(bench.fixture.disk_bytes), &bench.size_of(disc).await)?;
            bench.does(&Step::DestroyDisk { disc }).await?;
        }
    }
    Ok(())
}

async fn grows(bench: &Bench<'_>) -> Result<(), String> {
    let disc = bench.disc();
    bench.does(&bench.create_disk(disc)).await?;
    let size_bytes = bench.fixture.disk_bytes + (64 << 20);
    bench.does(&Step::ResizeDisk { disc, size_bytes }).await?;
    same("its size", &Some(size_bytes), &bench.size_of(disc).await)?;
    let shrink = Step::ResizeDisk { disc, size_bytes: bench.fixture.disk_bytes };
    bench.refuses(&shrink, |fault| matches!(fault, Fault::Failed { .. })).await
}

async fn missing(bench: &Bench<'_>) -> Result<(), String> {
    let [from, to, _] = bench.fixture.discs;
    for step in [
        Step::CloneDisk { from, to },
        Step::SnapshotDisk { from, to },
        Step::CopyDisk { from, to },
        Step::ResizeDisk { disc: from, size_bytes: bench.fixture.disk_bytes },
    ] {
        bench.refuses(&step, |fault| matches!(fault, Fault::NoSuchDisk { .. })).await?;
    }
    let facts = bench.does(&Step::DestroyDisk { disc: from }).await?;
    same("facts of destroying what is not there", &vec![Fact::DiskGone { disc: from }], &facts)
}

async fn full(bench: &Bench<'_>) -> Result<(), String> {
    let Some(size_bytes) = bench.fixture.too_large_bytes else { return Ok(()) };
    let refused = |fault: &Fault| matches!(fault, Fault::StorageFull { .. });
    bench.refuses(&Step::CreateDisk { disc: bench.disc(), size_bytes }, refused).await
}

async fn unavailable(bench: &Bench<'_>) -> Result<(), String> {
    let disc = Disc { sr: bench.made(0x40), ..bench.disc() };
    let refused = |fault: &Fault| matches!(fault, Fault::StorageUnavailable { .. });
    bench.refuses(&bench.create_disk(disc), refused).await?;
    bench.refuses(&Step::DestroyDisk { disc }, refused).await
}
