//! Disks are made, shared, copied, resized and destroyed.

use super::Check;
use super::bench::{Bench, same};
use crate::{Disc, DiskFact, DiskStep, Fact, Fault, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a disk is made as large as asked, and destroyed", |bench| Box::pin(makes(bench))),
    ("clones, snapshots and copies outlive what they came from", |bench| Box::pin(outlive(bench))),
    ("a clone or snapshot is taken back without a trace", |bench| Box::pin(taken_back(bench))),
    ("what one disk stands on is merged into it", |bench| Box::pin(coalesces(bench))),
    ("changed blocks are told", |bench| Box::pin(tells_changes(bench))),
    ("a drive goes over to the mirror of its disk, and back", |bench| Box::pin(mirrors(bench))),
    ("a disk is written over another one", |bench| Box::pin(copies_over(bench))),
    ("a drive is held and let go", |bench| Box::pin(holds(bench))),
    ("a disk is reset to how it was at first", |bench| Box::pin(resets(bench))),
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
        (clone(bench, from, to), Step::CopyDisk { from, to: third }),
        (snapshot(bench, from, to), clone(bench, to, third)),
        (Step::CopyDisk { from, to }, snapshot(bench, to, third)),
    ] {
        bench.does(&bench.create_disk(from)).await?;
        bench.does(&first).await?;
        bench.does(&second).await?;
        bench.does(&Step::DestroyDisk { disc: from }).await?;
        for disc in [to, third] {
            same("its size", &Some(bench.fixture.disk_bytes), &bench.size_of(disc).await)?;
            bench.does(&Step::DestroyDisk { disc }).await?;
        }
        bench.clear_bases().await?;
    }
    Ok(())
}

fn clone(bench: &Bench<'_>, from: Disc, to: Disc) -> Step {
    Step::CloneDisk { from, to, base: bench.base(from) }
}

fn snapshot(bench: &Bench<'_>, from: Disc, to: Disc) -> Step {
    Step::SnapshotDisk { from, to, base: bench.base(from) }
}

/// Taking a copy back leaves no trace of it.
async fn taken_back(bench: &Bench<'_>) -> Result<(), String> {
    let [from, to, _] = bench.fixture.discs;
    bench.does(&bench.create_disk(from)).await?;
    for step in [clone(bench, from, to), snapshot(bench, from, to)] {
        let before = bench.everything().await;
        bench.does(&step).await?;
        let undo = step.undo().ok_or_else(|| format!("{step} has no undo"))?;
        bench.does(&undo).await?;
        same("the world after it", &before, &bench.everything().await)?;
    }
    Ok(())
}

/// What two disks stand on stays until one of them is gone, and is then merged into the other.
async fn coalesces(bench: &Bench<'_>) -> Result<(), String> {
    let [from, to, _] = bench.fixture.discs;
    bench.does(&bench.create_disk(from)).await?;
    let before = bench.everything().await;
    bench.does(&snapshot(bench, from, to)).await?;
    let merge: Step = DiskStep::Coalesce { child: from, parent: bench.base(from) }.into();
    let two = bench.everything().await;
    bench.does(&merge).await?;
    same("what two stand on", &two, &bench.everything().await)?;
    bench.does(&Step::DestroyDisk { disc: to }).await?;
    bench.does(&merge).await?;
    same("the world after merging", &before, &bench.everything().await)
}

async fn mirrors(bench: &Bench<'_>) -> Result<(), String> {
    let ([from, to, _], vm, vbd) = (bench.fixture.discs, bench.vm(), bench.drive().vbd);
    bench
        .all(&[bench.create_disk(from), bench.create(), Step::PlugDisk { vm, drive: bench.drive() }])
        .await?;
    let switch: Step = DiskStep::Switch { vm, vbd, from, to }.into();
    bench.refuses(&switch, |fault| matches!(fault, Fault::Failed { .. })).await?;
    bench.does(&DiskStep::Mirror { from, to }.into()).await?;
    let told = bench.does(&switch).await?;
    same("facts of going over", &vec![Fact::Disk(DiskFact::Switched { vbd, disc: to })], &told)?;
    bench.refuses(&Step::DestroyDisk { disc: to }, |fault| matches!(fault, Fault::DiskInUse { .. })).await?;
    let back = switch.undo().ok_or_else(|| format!("{switch} has no undo"))?;
    bench.does(&back).await?;
    bench.does(&DiskStep::StopMirror { from, to }.into()).await?;
    same("the mirror's size once gone", &None, &bench.size_of(to).await)
}

async fn copies_over(bench: &Bench<'_>) -> Result<(), String> {
    let [from, to, _] = bench.fixture.discs;
    let copy: Step = DiskStep::CopyInto { from, to, base: None }.into();
    bench.does(&bench.create_disk(from)).await?;
    bench.refuses(&copy, |fault| matches!(fault, Fault::NoSuchDisk { .. })).await?;
    bench.does(&bench.create_disk(to)).await?;
    bench.does(&copy).await?;
    let sum = async |disc: Disc| match bench.does(&DiskStep::Checksum { disc }.into()).await?.as_slice() {
        [Fact::Disk(DiskFact::Sum { sum, .. })] => Ok(sum.clone()),
        other => Err(format!("told {other:?}")),
    };
    same("its content", &sum(from).await?, &sum(to).await?)
}

async fn holds(bench: &Bench<'_>) -> Result<(), String> {
    let (vm, vbd) = (bench.vm(), bench.drive().vbd);
    bench.all(&[bench.create_disk(bench.disc()), bench.create()]).await?;
    let hold: Step = DiskStep::HoldDrive { vm, vbd }.into();
    bench.refuses(&hold, |fault| matches!(fault, Fault::Failed { .. })).await?;
    bench.does(&Step::PlugDisk { vm, drive: bench.drive() }).await?;
    bench.all(&[hold, DiskStep::ReleaseDrive { vm, vbd }.into()]).await
}

/// Which blocks have changed is known between tracked disks of one line.
async fn tells_changes(bench: &Bench<'_>) -> Result<(), String> {
    let [disc, first, second] = bench.fixture.discs;
    bench.all(&[bench.create_disk(disc), DiskStep::Track { disc }.into()]).await?;
    bench.does(&snapshot(bench, disc, first)).await?;
    bench.does(&Step::SnapshotDisk { from: disc, to: second, base: bench.made(0x51) }).await?;
    let list: Step = DiskStep::ListChanged { from: first, to: second }.into();
    let told = bench.does(&list).await?;
    bench.does(&DiskStep::DestroyData { disc: first }.into()).await?;
    same("what has changed, without the data", &told, &bench.does(&list).await?)?;
    let back: Step = DiskStep::ListChanged { from: second, to: first }.into();
    bench.refuses(&back, |fault| matches!(fault, Fault::Failed { .. })).await
}

/// That what was written is gone, only a guest could tell.
async fn resets(bench: &Bench<'_>) -> Result<(), String> {
    let disc = bench.disc();
    bench.does(&bench.create_disk(disc)).await?;
    let reset: Step = DiskStep::Reset { disc }.into();
    let told = bench.does(&reset).await?;
    same("what is told at the second time", &told, &bench.does(&reset).await?)?;
    bench.does(&DiskStep::Persist { disc }.into()).await?;
    same("its size", &Some(bench.fixture.disk_bytes), &bench.size_of(disc).await)
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
        clone(bench, from, to),
        snapshot(bench, from, to),
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
