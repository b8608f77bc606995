//! Disks, cards and discs go in and out.

use super::Check;
use super::bench::{Bench, same};
use crate::{Disc, Drive, Fact, Fault, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("a plugged disk and card are shown, and gone when unplugged", |bench| Box::pin(plugs(bench))),
    ("drives are named by their number", |bench| Box::pin(names(bench))),
    ("a disk that is not there is not plugged", |bench| Box::pin(missing(bench))),
    ("a disk that is written is plugged once", |bench| Box::pin(exclusive(bench))),
    ("a disc goes in and out of a CD drive", |bench| Box::pin(disc(bench))),
    ("the end of a domain frees its disks", |bench| Box::pin(freed(bench))),
];

async fn plugs(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create_disk(bench.disc()), bench.create()]).await?;
    let without = bench.everything().await;
    let (drive, nic) = (bench.drive(), bench.nic());
    for (plug, unplug, unplugged) in [
        (
            Step::PlugDisk { vm, drive: drive.clone() },
            Step::UnplugDisk { vm, vbd: drive.vbd },
            Fact::DiskUnplugged { vbd: drive.vbd },
        ),
        (
            Step::PlugNic { vm, nic: nic.clone() },
            Step::UnplugNic { vm, vif: nic.vif },
            Fact::NicUnplugged { vif: nic.vif },
        ),
    ] {
        let facts = bench.does(&plug).await?;
        bench.shows_all(&facts).await?;
        same("facts of a plug", &1, &facts.len())?;
        same("facts of an unplug", &vec![unplugged], &bench.does(&unplug).await?)?;
        same("the world after it", &without, &bench.everything().await)?;
    }
    Ok(())
}

async fn names(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&bench.create()).await?;
    for (number, (userdevice, device)) in
        [("0", "xvda"), ("1", "xvdb"), ("3", "xvdd")].into_iter().enumerate()
    {
        let vbd = bench.made(0x10 + number as u128);
        let drive = Drive { vbd, userdevice: userdevice.into(), ..bench.cd_drive() };
        let facts = bench.does(&Step::PlugDisk { vm: bench.vm(), drive }).await?;
        same("facts", &vec![Fact::DiskPlugged { vbd, device: device.into() }], &facts)?;
    }
    Ok(())
}

async fn missing(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&bench.create()).await?;
    let step = Step::PlugDisk { vm: bench.vm(), drive: bench.drive() };
    bench.refuses(&step, |fault| matches!(fault, Fault::NoSuchDisk { .. })).await?;
    let disc = Disc { sr: bench.made(0x20), ..bench.disc() };
    let step = Step::PlugDisk { vm: bench.vm(), drive: Drive { disc: Some(disc), ..bench.drive() } };
    bench.refuses(&step, |fault| matches!(fault, Fault::StorageUnavailable { .. })).await
}

async fn exclusive(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    let plug = Step::PlugDisk { vm, drive: bench.drive() };
    bench.all(&[bench.create_disk(bench.disc()), bench.create(), plug.clone()]).await?;
    let in_use = |fault: &Fault| matches!(fault, Fault::DiskInUse { .. });
    bench.refuses(&Step::DestroyDisk { disc: bench.disc() }, in_use).await?;
    let second = Drive { vbd: bench.made(0x30), userdevice: "1".into(), ..bench.drive() };
    bench.refuses(&Step::PlugDisk { vm, drive: second }, in_use).await?;
    if let Some((_, neighbour)) = bench.fixture.neighbour {
        bench.does_on(neighbour, &bench.create()).await?;
        bench.refuses_on(neighbour, &plug, in_use).await?;
        bench.does(&Step::UnplugDisk { vm, vbd: bench.drive().vbd }).await?;
        bench.does_on(neighbour, &plug).await?;
    }
    Ok(())
}

async fn disc(bench: &Bench<'_>) -> Result<(), String> {
    let Some(disc) = bench.fixture.iso else { return Ok(()) };
    let (vm, drive) = (bench.vm(), bench.cd_drive());
    let vbd = drive.vbd;
    bench.all(&[bench.create(), Step::PlugDisk { vm, drive }]).await?;
    let empty = bench.everything().await;
    let facts = bench.does(&Step::InsertDisc { vm, vbd, disc }).await?;
    same("facts of the disc", &vec![Fact::DiscInserted { vbd, disc }], &facts)?;
    bench.shows_all(&facts).await?;
    let facts = bench.does(&Step::EjectDisc { vm, vbd }).await?;
    same("facts without it", &vec![Fact::DiscEjected { vbd }], &facts)?;
    same("the world after it", &empty, &bench.everything().await)
}

async fn freed(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    let plug = Step::PlugDisk { vm, drive: bench.drive() };
    bench.all(&[bench.create_disk(bench.disc()), bench.create(), plug]).await?;
    bench.does(&Step::DestroyDomain { vm }).await?;
    let facts = bench.does(&Step::DestroyDisk { disc: bench.disc() }).await?;
    same("facts", &vec![Fact::DiskGone { disc: bench.disc() }], &facts)
}
