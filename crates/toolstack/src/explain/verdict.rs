//! What a call would do now, or why it would be refused: decided as if it were made, without making it.

use super::{plan, words};
use crate::handler::{Handler, Planning};
use crate::listen::own_call;
use crate::toolstack::Toolstack;
use crate::{allowed, placement, runner};
use model::{ClassId, Ref, Vm};
use std::fmt::Write;
use std::sync::Arc;
use store::Snapshot;

/// The plan in words; for machines that look for a host, what speaks for and against each.
pub fn verdict<'a>(
    toolstack: &Arc<Toolstack>,
    call: impl IntoIterator<Item = &'a str>,
) -> Result<String, String> {
    let pool = toolstack.store.snapshot();
    let arguments = words::parse(&pool, call)?;
    let name = arguments.message.full_name;
    let planner = match crate::operations::find(name) {
        Some(Handler::Plan(planner)) => *planner,
        Some(_) => return Ok(format!("{name} changes rows or answers at once; it has no plan\n")),
        None if !arguments.message.explicit => {
            return Ok(format!("{name} reads or sets a field; it has no plan\n"));
        }
        None => return Err(format!("{name} is not implemented")),
    };
    let held = runner::holds_of(&pool, &arguments).map_err(|error| error.to_string())?;
    let mut out = String::new();
    let call = own_call();
    let planning = Planning {
        pool: &pool,
        now: toolstack.clock.now(),
        chance: &*toolstack.chance,
        call: &call,
        toolstack,
    };
    let first = held.first();
    let refused =
        first.map_or(Ok(()), |(class, id, operation)| allowed::check(&pool, *class, *id, operation));
    match refused.and_then(|()| planner(&planning, &arguments)) {
        Ok(planned) => {
            out += &plan(&pool, &planned.plan);
            for (class, id, operation) in &held {
                let _ = writeln!(
                    out,
                    "holds: {} {} ({operation})",
                    class.name(),
                    super::name_of(&pool, *class, *id)
                );
            }
        }
        Err(error) => {
            let _ = writeln!(out, "refused: {error}");
        }
    }
    if let Some((ClassId::Vm, id, operation)) = first
        && matches!(operation.as_str(), "start" | "start_on" | "resume" | "resume_on" | "pool_migrate")
    {
        hosts(&pool, Ref::new(*id), &mut out);
    }
    Ok(out)
}

fn hosts(pool: &Snapshot, id: Ref<Vm>, out: &mut String) {
    let Some(vm) = pool.get(id) else { return };
    for (host, verdict) in placement::explain(pool, id, vm) {
        let name = super::name_of(pool, ClassId::Host, host.id());
        let _ = match verdict {
            Ok(free) => {
                let others = match crate::operations::vm_group::companions(pool, id, vm, host) {
                    0 => String::new(),
                    count => format!(", {count} of its group there"),
                };
                writeln!(out, "host {name}: could, {} MiB free{others}", free >> 20)
            }
            Err(error) => writeln!(out, "host {name}: could not, {error}"),
        };
    }
}
