//! Guests hear what they are asked, and speak.

use super::Check;
use super::bench::{Bench, gone, same};
use crate::{Fact, Fault, ShutdownKind, Step, StopReason};

pub const CHECKS: &[(&str, Check)] = &[
    ("a guest goes down when asked", |bench| Box::pin(goes_down(bench))),
    ("a guest prepares to be suspended when asked", |bench| Box::pin(suspends(bench))),
    ("a guest that does not run does not answer", |bench| Box::pin(paused(bench))),
    ("the agent of a guest speaks", |bench| Box::pin(speaks(bench))),
];

async fn boot(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create_disk(bench.disc()), bench.create()]).await?;
    bench.all(&[Step::PlugDisk { vm, drive: bench.drive() }, Step::PlugNic { vm, nic: bench.nic() }]).await?;
    bench.all(&[Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await
}

async fn goes_down(bench: &Bench<'_>) -> Result<(), String> {
    if !bench.fixture.guest_answers {
        return Ok(());
    }
    let vm = bench.vm();
    for (kind, reason) in
        [(ShutdownKind::Shutdown, StopReason::Halted), (ShutdownKind::Reboot, StopReason::Rebooted)]
    {
        boot(bench).await?;
        let facts = bench.does(&Step::AskGuest { vm, kind, timeout_seconds: 120 }).await?;
        same("facts", &gone(vm, reason), &facts)?;
        bench.has_no_domain().await?;
    }
    bench.does(&Step::DestroyDisk { disc: bench.disc() }).await?;
    Ok(())
}

async fn suspends(bench: &Bench<'_>) -> Result<(), String> {
    if !bench.fixture.guest_answers {
        return Ok(());
    }
    boot(bench).await?;
    let step = Step::AskGuest { vm: bench.vm(), kind: ShutdownKind::Suspend, timeout_seconds: 120 };
    let facts = bench.does(&step).await?;
    bench.shows_all(&facts).await?;
    match facts.as_slice() {
        [Fact::DomainPresent { paused: true, .. }] => Ok(()),
        other => Err(format!("told {other:?}")),
    }
}

async fn paused(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&bench.create()).await?;
    let step = Step::AskGuest { vm: bench.vm(), kind: ShutdownKind::Shutdown, timeout_seconds: 1 };
    bench.refuses(&step, |fault| matches!(fault, Fault::GuestSilent { seconds: 1, .. })).await
}

async fn speaks(bench: &Bench<'_>) -> Result<(), String> {
    if !bench.fixture.guest_speaks {
        return Ok(());
    }
    boot(bench).await?;
    // Guests of the checks before may have left words about themselves.
    for _ in 0..64 {
        if let Fact::GuestSays { vm, networks, os, .. } = bench.machine.next_fact().await
            && vm == bench.vm()
        {
            same("it names an address", &true, &networks.contains_key("0/ip"))?;
            same("it names its system", &true, &os.contains_key("name"))?;
            return Ok(());
        }
    }
    Err("64 facts, and none is what the guest says".into())
}
