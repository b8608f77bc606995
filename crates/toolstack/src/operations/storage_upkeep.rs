//! What people who look after storage ask of hosts, and dumps of crashed machines.

use crate::allowed;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Plan as P, Read as R, Serve as S};
use crate::handler::{Answering, Call, Find, Planned, Planning, Reading};
use crate::operations::{device, storage};
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use machine::{Fact, Step, StorageFact};
use model::{ApiError, ClassId, Crashdump, Host, Ref, Value, many};
use std::fmt::Write;
use std::sync::Arc;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.get_sm_diagnostics", S(diagnostics)),
    ("host.sm_dp_destroy", P(destroy_datapath)),
    ("LVHD.enable_thin_provisioning", R(enable_thin_provisioning)),
    ("crashdump.destroy", P(destroy_crashdump)),
];

/// What the host itself says of its storage, in words.
fn diagnostics(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments) -> Answering<Value> {
    Box::pin(async move {
        let host: Ref<Host> = arguments.reference("host")?;
        let pool = toolstack.store.snapshot();
        pool.find(host)?;
        let machine = toolstack.machines.get(&host).ok_or_else(|| ApiError::host_offline(host))?;
        let facts = machine.inspect().await;
        if facts.is_empty() {
            return Err(ApiError::host_offline(host));
        }
        let mut text = String::new();
        for fact in &facts {
            let _ = match fact {
                Fact::Storage(StorageFact::Plugged { sr, size_bytes }) => {
                    writeln!(text, "SR {sr}: attached, {size_bytes} bytes")
                }
                Fact::DiskPlugged { vbd, device } => writeln!(text, "VBD {vbd}: plugged as {device}"),
                Fact::DiscInserted { vbd, disc } => writeln!(text, "VBD {vbd}: holds VDI {}", disc.vdi),
                _ => Ok(()),
            };
        }
        Ok(Value::string(text))
    })
}

/// A datapath is called `vbd/<domid>/<device>`. One that is not there is destroyed already.
fn destroy_datapath(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let pool = planning.pool;
    let name = arguments.text("dp")?;
    let mut parts = name.splitn(3, '/');
    let (Some("vbd"), Some(domid), Some(device)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(Planned::new(Plan::nothing()));
    };
    for (vm, row) in pool.many_rows(many::HOST_RESIDENT_VMS, host) {
        if row.domid.to_string() != domid {
            continue;
        }
        let drive =
            pool.many_rows(many::VM_VBDS, vm).find(|(_, vbd)| vbd.device == device && vbd.currently_attached);
        let Some((vbd, drive)) = drive else { continue };
        allowed::nothing_runs("VBD", vbd.id(), &drive.current_operations)?;
        let unplug = Plan::Do(host, Step::UnplugDisk { vm: row.uuid, vbd: drive.uuid });
        let plan = if arguments.bool("allow_leak")? { unplug.best_effort() } else { unplug };
        return Ok(Planned::new(plan).holding(ClassId::Vbd, vbd.id(), "unplug"));
    }
    Ok(Planned::new(Plan::nothing()))
}

/// The original leaves this to an extension of the host, which no installation has.
fn enable_thin_provisioning(_: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    Err(ApiError::message_method_unknown(arguments.message.full_name))
}

/// The dump goes with its disk.
fn destroy_crashdump(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Crashdump> = arguments.reference("self")?;
    let pool = planning.pool;
    let dump = pool.find(id)?;
    let Some(disc) = device::disc(pool, dump.VDI) else {
        return Ok(Planned::new(Plan::Write(vec![Edit::drop(id)])));
    };
    allowed::check(pool, ClassId::Vdi, dump.VDI.id(), "destroy")?;
    let host = device::host_of_sr(pool, pool.find(dump.VDI)?.SR)?;
    let plan = Plan::Serial(vec![
        Plan::Write(storage::without_disks(pool, &[dump.VDI])),
        Plan::Pivot,
        Plan::Do(host, Step::DestroyDisk { disc }),
    ]);
    Ok(Planned::new(plan).holding(ClassId::Vdi, dump.VDI.id(), "destroy"))
}
