//! What updates still ask for: noted when they are installed, and struck out when it has happened.
//!
//! A host that has booted has everything new, a toolstack that was restarted is new, and a machine
//! has a new device model with every new domain; but its memory goes on when it moves or resumes.

use model::{ClassId, EnumSet, Host, Ref, UpdateGuidances as Guidance, Vm, VmPowerState};
use store::Transaction;

/// The three lists that hosts and machines have.
pub trait Guided {
    fn lists(&mut self) -> [&mut EnumSet<Guidance>; 3];
}
macro_rules! guided {
    ($($row:ty),*) => {$(
        impl Guided for $row {
            fn lists(&mut self) -> [&mut EnumSet<Guidance>; 3] {
                [&mut self.pending_guidances, &mut self.pending_guidances_recommended, &mut self.pending_guidances_full]
            }
        }
    )*};
}
guided!(Host, Vm);

/// Ask for more. What a reboot brings anyway is not asked for beside it.
pub fn add(row: &mut impl Guided, more: [EnumSet<Guidance>; 3]) {
    for (list, more) in row.lists().into_iter().zip(more) {
        more.iter().for_each(|guidance| list.insert(guidance));
        if list.contains(Guidance::RebootHost) {
            *list = EnumSet::from_iter([Guidance::RebootHost]);
        }
    }
}

fn strike(row: &mut impl Guided, done: &[Guidance]) {
    for list in row.lists() {
        done.iter().for_each(|guidance| list.remove(*guidance));
    }
}

fn has_any(row: &mut impl Guided) -> bool {
    row.lists().iter().any(|list| !list.is_empty())
}

/// Strike out what a transaction has made happen.
pub fn refresh(tx: &mut Transaction) {
    let touched: Vec<_> = tx
        .touched()
        .iter()
        .filter(|(class, _)| matches!(class, ClassId::Host | ClassId::Vm))
        .copied()
        .collect();
    for (class, id) in touched {
        match class {
            ClassId::Host => host(tx, Ref::new(id)),
            _ => machine(tx, Ref::new(id)),
        }
    }
}

fn host(tx: &mut Transaction, id: Ref<Host>) {
    let (Some(before), Some(now)) = (tx.before().get(id), tx.get(id)) else { return };
    let other = |key: &str| {
        let (before, now) = (before.other_config.get(key), now.other_config.get(key));
        before.is_some() && before != now
    };
    let done: &[Guidance] = if other("boot_time") {
        &[
            Guidance::RebootHost,
            Guidance::RebootHostOnLivepatchFailure,
            Guidance::RebootHostOnKernelLivepatchFailure,
            Guidance::RebootHostOnXenLivepatchFailure,
            Guidance::RestartToolstack,
            Guidance::RestartDeviceModel,
        ]
    } else if other("agent_start_time") {
        &[Guidance::RestartToolstack]
    } else {
        return;
    };
    if has_any(&mut now.clone()) {
        tx.update(id, |row| strike(row, done));
    }
}

fn machine(tx: &mut Transaction, id: Ref<Vm>) {
    let (Some(before), Some(now)) = (tx.before().get(id), tx.get(id)) else { return };
    let asked = has_any(&mut now.clone());
    let stopped = now.power_state == VmPowerState::Halted && before.power_state != VmPowerState::Halted;
    let new_domain = now.domid != -1 && (now.domid, now.resident_on) != (before.domid, before.resident_on);
    let same_memory = before.power_state == VmPowerState::Suspended || before.resident_on != now.resident_on;
    let done: &[Guidance] = match () {
        () if stopped || (new_domain && !same_memory) => &[Guidance::RestartDeviceModel, Guidance::RestartVm],
        () if new_domain => &[Guidance::RestartDeviceModel],
        () => return,
    };
    if asked {
        tx.update(id, |row| strike(row, done));
    }
}
