//! What is asked of the agent in a guest: `VM.call_plugin`, `VM.sysprep`.
//!
//! No simulated guest runs scripts, so a call that has passed all checks ends as not implemented.

use crate::allowed::check;
use crate::arguments::Arguments;
use crate::door::names;
use crate::handler::{Answering, Call, Find, Reading};
use crate::toolstack::Toolstack;
use model::{ApiError, ClassId, Host, Ref, Text, Value, VbdType, Vm, VmPowerState, many};
use std::sync::Arc;

const AGENT: &str = "guest-agent-operation";
const RUN_SCRIPT: &str = "run-script";
const SCRIPT_ARGUMENTS: [&str; 3] = ["username", "password", "script"];
const LONGEST_UNATTEND: usize = 32 << 10;

pub fn call_plugin(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    check(reading.pool, ClassId::Vm, id.id(), "call_plugin")?;
    let plugin = arguments.text("plugin")?;
    if plugin != AGENT {
        return Err(ApiError::xenapi_missing_plugin(plugin));
    }
    take_turn(reading.toolstack, id)?;
    let failure = |what: &str, message: String| ApiError::xenapi_plugin_failure(what, &message, &message);
    let function = arguments.text("fn")?;
    if function != RUN_SCRIPT {
        return Err(failure("failed to find fn", format!("{plugin} has no function {function}")));
    }
    let given = arguments.map("args")?;
    if let Some(missing) = SCRIPT_ARGUMENTS.iter().find(|name| !given.contains_key(**name)) {
        return Err(failure("missing argument", format!("{function} needs the argument {missing}")));
    }
    // Partly VM.call_plugin.
    Err(ApiError::not_implemented(RUN_SCRIPT))
}

/// A guest is not called more often than once in an interval.
fn take_turn(toolstack: &Toolstack, id: Ref<Vm>) -> Result<(), ApiError> {
    let interval = toolstack.settings.vm_call_plugin_interval;
    let now = toolstack.clock.micros();
    let mut calls = toolstack.guest_calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let interval_micros = interval.as_micros() as i64;
    calls.retain(|_, last| now.saturating_sub(*last) < interval_micros);
    match calls.get(&id) {
        Some(last) => {
            let wait = (last + interval_micros - now) as f64 / 1e6;
            Err(ApiError::vm_call_plugin_rate_limit(id, interval.as_secs_f64(), wait))
        }
        None => {
            calls.insert(id, now);
            Ok(())
        }
    }
}

/// A plugin of the host on which the machine runs, which is told the machine.
pub fn call_host_plugin(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let pool = toolstack.store.snapshot();
        let id: Ref<Vm> = arguments.reference("vm")?;
        let vm = pool.find(id)?;
        let host: Ref<Host> = vm.resident_on;
        if host.is_null() {
            let state = crate::learn::lower(vm.power_state);
            return Err(ApiError::vm_bad_power_state(id, "running, paused", state));
        }
        let mut given = arguments.map("args")?;
        given.insert(Text::new_static("vm_uuid"), Text::new(vm.uuid.to_string()));
        let given = given.iter().map(|(key, value)| (key.clone(), Value::String(value.clone()))).collect();
        let Some(named) = names::find("host.call_plugin") else {
            return Err(ApiError::internal_error("host.call_plugin"));
        };
        let values = vec![
            Value::Ref(host.id()),
            Value::String(arguments.text("plugin")?),
            Value::String(arguments.text("fn")?),
            Value::Struct(given),
        ];
        let arguments = Arguments { message: named.message, values };
        toolstack.perform(pool, call, arguments).await.map(crate::Answer::into_value)
    })
}

pub fn sysprep(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vm> = arguments.reference("self")?;
    let vm = reading.pool.find(id)?;
    check(reading.pool, ClassId::Vm, id.id(), "sysprep")?;
    let refuse = |why: &str| Err(ApiError::sysprep(id, why));
    if arguments.text("unattend")?.len() > LONGEST_UNATTEND {
        return refuse("XML_too_large");
    }
    if vm.power_state != VmPowerState::Running {
        return refuse("VM_not_running");
    }
    let guest = reading.pool.get(vm.guest_metrics);
    let offers = guest.and_then(|guest| guest.other.get("feature-sysprep")).is_some_and(|value| value == "1");
    if !offers {
        return refuse("VM_misses_feature");
    }
    let mut drives = reading.pool.many_rows(many::VM_VBDS, id);
    if !drives.any(|(_, vbd)| vbd.r#type == VbdType::Cd) {
        return refuse("VM_CDR_not_found");
    }
    // Partly VM.sysprep.
    Err(ApiError::not_implemented("VM.sysprep"))
}
