//! Things of the host are lent to guests, as far as they go, and what changes while a domain runs.

use super::Check;
use super::bench::{Bench, same};
use crate::{DomainSpec, Fact, Fault, LiveStep, Loan, LoanStep, Step};

pub const CHECKS: &[(&str, Check)] = &[
    ("what is lent is shown, and gone when taken back", |bench| Box::pin(lends(bench))),
    ("no more of a thing is lent than there is", |bench| Box::pin(limits(bench))),
    ("the end of a domain gives back what it had", |bench| Box::pin(ends(bench))),
    ("memory is squeezed and given back", |bench| Box::pin(balloons(bench))),
];

fn lend(bench: &Bench<'_>, device: u128, units: i64) -> (Step, Loan) {
    let loan = Loan { device: bench.made(device), thing: bench.made(0x50), units, of_units: 4 };
    (Step::Loan(LoanStep::Lend { vm: bench.vm(), loan: loan.clone() }), loan)
}

async fn lends(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.does(&bench.create()).await?;
    let without = bench.everything().await;
    let (step, loan) = lend(bench, 0x51, 1);
    let facts = bench.does(&step).await?;
    same("facts of a loan", &vec![Fact::Lent { vm, device: loan.device, thing: loan.thing }], &facts)?;
    bench.shows_all(&facts).await?;
    let undo = step.undo().ok_or("a loan cannot be taken back")?;
    let facts = bench.does(&undo).await?;
    same("facts of its end", &vec![Fact::TakenBack { vm, device: loan.device }], &facts)?;
    same("the world after it", &without, &bench.everything().await)
}

async fn limits(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&bench.create()).await?;
    bench.does(&lend(bench, 0x51, 3).0).await?;
    let full = |fault: &Fault| matches!(fault, Fault::LentOut { .. });
    bench.refuses(&lend(bench, 0x52, 2).0, full).await?;
    bench.does(&lend(bench, 0x52, 1).0).await.map(drop)
}

async fn ends(bench: &Bench<'_>) -> Result<(), String> {
    bench.does(&bench.create()).await?;
    bench.does(&lend(bench, 0x51, 4).0).await?;
    bench.does(&Step::DestroyDomain { vm: bench.vm() }).await?;
    let second = DomainSpec { vm: bench.made(0x53), ..bench.fixture.spec.clone() };
    bench.does(&Step::CreateDomain { spec: second.clone() }).await?;
    let (_, loan) = lend(bench, 0x51, 4);
    bench.does(&Step::Loan(LoanStep::Lend { vm: second.vm, loan })).await?;
    bench.does(&Step::DestroyDomain { vm: second.vm }).await.map(drop)
}

async fn balloons(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.all(&[bench.create(), Step::StartDeviceModel { vm }, Step::Unpause { vm }]).await?;
    let from_bytes = bench.fixture.spec.memory_bytes;
    let squeeze = Step::Live(LiveStep::Balloon { vm, from_bytes, to_bytes: from_bytes / 2 });
    let before = bench.everything().await;
    let facts = bench.does(&squeeze).await?;
    same("facts of the memory", &vec![Fact::MemoryIs { vm, bytes: from_bytes / 2 }], &facts)?;
    let undo = squeeze.undo().ok_or("what was squeezed cannot grow")?;
    bench.does(&undo).await?;
    same("the world after it", &before, &bench.everything().await)
}
