//! What a machine gets of the host to which it comes: memory, and things that it borrows.

use crate::handler::{Planned, Planning};
use crate::placement::loans::{self, Loans};
use crate::placement::squeeze::{self, Range};
use crate::plan::{Edit, Plan};
use machine::{LiveStep, Loan, Step};
use model::{ApiError, ClassId, Host, Ref, RefId, Vm};

pub struct Seat {
    pub host: Ref<Host>,
    /// Its memory.
    pub bytes: i64,
    pub loans: Vec<Loan>,
    promises: Vec<Edit>,
    /// Machines that give memory back for it: what they have and what is left to them.
    squeezed: Vec<(Ref<Vm>, i64, i64)>,
}

impl Seat {
    /// A place for a machine that begins.
    pub fn new(planning: &Planning, id: Ref<Vm>, vm: &Vm, host: Ref<Host>) -> Result<Seat, ApiError> {
        let Loans { loans, promises } = loans::of(planning.pool, id, vm, host)?;
        let mut seat = Seat::of_memory(planning, id, host, Range::of(vm))?;
        seat.promises = promises;
        seat.promises.push(Edit::set(id, "memory_target", seat.bytes));
        seat.loans = loans;
        Ok(seat)
    }

    /// Memory alone, for a machine that comes from elsewhere.
    pub fn of_memory(
        planning: &Planning,
        id: Ref<Vm>,
        host: Ref<Host>,
        range: Range,
    ) -> Result<Seat, ApiError> {
        let balance = squeeze::balance(planning.pool, host, Some((id, range)))?;
        let mut squeezed = balance.others;
        squeezed.retain(|(_, now, then)| then < now);
        Ok(Seat { host, bytes: balance.bytes, loans: Vec::new(), promises: Vec::new(), squeezed })
    }

    /// Others give back what this machine needs.
    pub fn make_room(&self, planning: &Planning) -> Plan {
        Plan::Parallel(self.squeezed.iter().map(|change| balloon(planning, self.host, *change)).collect())
    }

    /// Hold and promise what the seat consists of while the operation runs.
    pub fn taken_by(self, vm: Ref<Vm>, planned: Planned) -> Planned {
        let holds = self.holds();
        planned.claiming(vm, self.host).holding_all(holds).promising(self.promises)
    }

    /// The machines that give memory back.
    pub fn holds(&self) -> Vec<(ClassId, RefId, &'static str)> {
        self.squeezed.iter().map(|(other, ..)| (ClassId::Vm, other.id(), "changing_memory_live")).collect()
    }
}

/// Bring the memory of a machine from one size to another.
pub fn balloon(
    planning: &Planning,
    host: Ref<Host>,
    (vm, from_bytes, to_bytes): (Ref<Vm>, i64, i64),
) -> Plan {
    match planning.pool.get(vm) {
        Some(row) => Plan::Do(host, Step::Live(LiveStep::Balloon { vm: row.uuid, from_bytes, to_bytes })),
        None => Plan::nothing(),
    }
}
