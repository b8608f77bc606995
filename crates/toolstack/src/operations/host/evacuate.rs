//! `host.evacuate` and the questions before it: every machine of a host moves to another one.
//!
//! Each move is an operation of its own. Those that are done stay done if another fails; the call
//! then fails with the first of the errors.

use super::reachable;
use crate::arguments::Arguments;
use crate::evacuation::{self, words};
use crate::handler::{Planned, Planning, Reading};
use crate::plan::Plan;
use model::{ApiError, Host, Network, Ref, Text, Value, Vm, many};
use store::Snapshot;

pub fn assert_can(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let found = evacuation::plan(reading.pool, arguments.reference("host")?);
    let errors: Vec<String> = found
        .values()
        .filter_map(|verdict| verdict.as_ref().err())
        .map(|error| words(error).join(","))
        .collect();
    if errors.is_empty() { Ok(Value::VOID) } else { Err(ApiError::cannot_evacuate_host(errors.join("|"))) }
}

pub fn which_prevent(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let found = evacuation::plan(reading.pool, arguments.reference("self")?);
    let member = |(vm, verdict): (&Ref<Vm>, &Result<Ref<Host>, ApiError>)| {
        let words = words(verdict.as_ref().err()?).into_iter().map(Value::String).collect();
        Some((Text::new(vm.to_string()), Value::Array(words)))
    };
    Ok(Value::Struct(found.iter().filter_map(member).collect()))
}

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let from: Ref<Host> = arguments.reference("host")?;
    let network: Ref<Network> = arguments.reference("network")?;
    let pool = planning.pool;
    reachable(pool, from)?;
    let found = evacuation::plan(pool, from);
    let moves: Vec<(Ref<Vm>, Ref<Host>)> =
        found.into_iter().map(|(vm, verdict)| Ok((vm, verdict?))).collect::<Result<_, ApiError>>()?;
    let mut options = vec![(Text::new_static("live"), Value::string("true"))];
    if !network.is_null() {
        for (_, host) in &moves {
            has_address(pool, *host, network)?;
        }
        options.push((Text::new_static("network"), Value::string(network.to_string())));
    }
    let asked = usize::try_from(arguments.int("evacuate_batch_size")?).unwrap_or(0);
    let size = if asked > 0 { asked } else { planning.toolstack.settings.evacuation_batch_size };
    let migrate = |(vm, host): &(Ref<Vm>, Ref<Host>)| {
        let options = Value::Struct(options.clone());
        planning.call("VM.pool_migrate", vec![Value::Ref(vm.id()), Value::Ref(host.id()), options])
    };
    let batches = moves.chunks(size).map(|batch| Plan::Parallel(batch.iter().map(migrate).collect()));
    Ok(Planned::new(Plan::Serial(batches.collect())))
}

/// Whether a host can be reached over a network.
fn has_address(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> Result<(), ApiError> {
    let mut pifs = pool.many_rows(many::NETWORK_PIFS, network).filter(|(_, pif)| pif.host == host);
    match pifs.next() {
        None => Err(ApiError::host_cannot_attach_network(host, network)),
        Some((id, pif)) if pif.IP.is_empty() && pif.IPv6.iter().next().is_none() => {
            Err(ApiError::interface_has_no_ip(id))
        }
        Some(_) => Ok(()),
    }
}
