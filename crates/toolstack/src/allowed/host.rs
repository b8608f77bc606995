//! What may be done to a host now.

use super::in_progress;
use model::HostAllowedOperations as Op;
use model::{ApiEnum, ApiError, EnumSet, Host, HostAllowedOperations, Map, Ref, Text};
use store::Snapshot;

pub fn allowed(pool: &Snapshot, id: Ref<Host>) -> EnumSet<HostAllowedOperations> {
    Op::all().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Host>, op: Op) -> Result<(), ApiError> {
    let host = pool.get(id).ok_or_else(|| ApiError::handle_invalid("host", id))?;
    let against: Map<Text, Op> = host
        .current_operations
        .iter()
        .filter(|(_, current)| excludes(**current, op))
        .map(|(task, current)| (task.clone(), *current))
        .collect();
    if !against.is_empty() {
        return Err(in_progress("host", id.id(), &against));
    }
    match op {
        Op::Reboot | Op::Shutdown | Op::ApplyUpdates if host.enabled => Err(ApiError::host_not_disabled()),
        Op::PowerOn if pool.get(host.metrics).is_some_and(|metrics| metrics.live) => {
            Err(ApiError::host_is_live(id))
        }
        Op::PowerOn if host.power_on_mode.is_empty() => Err(ApiError::host_power_on_mode_disabled()),
        _ => Ok(()),
    }
}

/// Whether one cannot run beside the other, whichever came first.
fn excludes(one: Op, other: Op) -> bool {
    let either = |group: fn(Op) -> bool, rest: fn(Op) -> bool| {
        (group(one) && rest(other)) || (group(other) && rest(one))
    };
    let brings = |op| matches!(op, Op::Provision | Op::VmResume | Op::VmMigrate);
    let removes = |op| matches!(op, Op::Evacuate | Op::Reboot | Op::Shutdown);
    let ends = |op| matches!(op, Op::Reboot | Op::Shutdown | Op::ApplyUpdates);
    let updates = |op| op == Op::ApplyUpdates;
    let enables = |op| op == Op::Enable;
    let provisions = |op| op == Op::Provision;
    either(brings, removes)
        || either(ends, ends)
        || either(updates, enables)
        || either(provisions, provisions)
}
