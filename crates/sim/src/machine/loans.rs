//! Things of the host that guests borrow. No more of a thing is lent than there is.

use super::world::World;
use machine::{Fact, Fault, Loan, LoanStep};
use model::Uuid;

pub fn apply(world: &mut World, host: Uuid, step: &LoanStep) -> Result<Vec<Fact>, Fault> {
    match step {
        LoanStep::Lend { vm, loan } => lend(world, host, *vm, loan),
        LoanStep::TakeBack { vm, device } => take_back(world, host, *vm, *device),
        LoanStep::LookForUsb { .. } => {
            Ok(vec![Fact::UsbPlugged { devices: world.host(host)?.usb.values().cloned().collect() }])
        }
    }
}

fn lend(world: &mut World, host: Uuid, vm: Uuid, loan: &Loan) -> Result<Vec<Fact>, Fault> {
    let fact = Fact::Lent { vm, device: loan.device, thing: loan.thing };
    if world.domain(host, vm)?.loans.contains_key(&loan.device) {
        return Ok(vec![fact]);
    }
    let loans = world.host(host)?.domains.values().flat_map(|domain| domain.loans.values());
    let lent: i64 = loans.filter(|other| other.thing == loan.thing).map(|other| other.units).sum();
    if lent + loan.units > loan.of_units {
        return Err(Fault::LentOut { thing: loan.thing });
    }
    world.domain_mut(host, vm)?.loans.insert(loan.device, loan.clone());
    Ok(vec![fact])
}

fn take_back(world: &mut World, host: Uuid, vm: Uuid, device: Uuid) -> Result<Vec<Fact>, Fault> {
    world.host(host)?;
    if let Ok(domain) = world.domain_mut(host, vm) {
        domain.loans.remove(&device);
    }
    Ok(vec![Fact::TakenBack { vm, device }])
}
