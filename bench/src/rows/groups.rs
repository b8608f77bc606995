//! What is done to many machines by one call: a failover plan, an evacuation, a schedule's snapshots.

use crate::Bench;
use crate::connection::Connection;
use crate::load::together;
use crate::server::{Server, machines};
use crate::table::Line;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const MACHINES: usize = 1_000;
const HOSTS: usize = 64;
const PLANS: usize = 20;
const LEAVING: usize = 200;
const CONNECTIONS: usize = 16;

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    Ok(vec![replan(bench)?, evacuation(bench)?, snapshots(bench)?])
}

/// One call for each machine, over many connections.
fn for_each(
    server: &Server,
    all: &[String],
    call: impl Fn(&str) -> (&'static str, Value) + Sync,
) -> Result<()> {
    let session = &server.login()?.1;
    together(server.plain, CONNECTIONS, |number, mut connection| {
        for machine in all.iter().skip(number).step_by(CONNECTIONS) {
            let (method, mut params) = call(machine);
            params.as_array_mut().context("parameters")?.insert(0, json!(session));
            connection.call(method, params)?;
        }
        Ok(())
    })
    .map(drop)
}

fn replan(bench: &Bench) -> Result<Line> {
    let server = bench
        .up(&format!("--ephemeral --simulate hosts={HOSTS},vms={MACHINES},running=1 --sim-speed max"))?;
    let (mut connection, session) = server.login()?;
    let all = machines(&mut connection, &session)?;
    for_each(&server, &all, |machine| ("VM.set_ha_restart_priority", json!([machine, "restart"])))?;
    let (cpu, begin) = (server.cpu()?, Instant::now());
    let mut most = Value::Null;
    for _ in 0..PLANS {
        most = connection.call("pool.ha_compute_max_host_failures_to_tolerate", json!([session]))?;
    }
    let each = |time: Duration| time.as_secs_f64() * 1e3 / PLANS as f64;
    let (wall_ms, cpu_ms) = (each(begin.elapsed()), each(server.cpu()? - cpu));
    let what = format!("failover plan of {HOSTS} hosts and {} protected VMs", all.len());
    let measured = format!("{wall_ms:.1} ms wall, {cpu_ms:.1} ms CPU; {most} failures survived");
    Ok(Line::new(what, "100 ms", measured).ok(wall_ms <= 100.0).how(format!(
        "`xenios up --ephemeral --simulate hosts={HOSTS},vms={MACHINES},running=1`; \
         {PLANS} times `pool.ha_compute_max_host_failures_to_tolerate`"
    )))
}

fn evacuation(bench: &Bench) -> Result<Line> {
    let vms = 3 * LEAVING;
    let server = bench.up(&format!("--ephemeral --simulate hosts=3,vms={vms},running=1 --sim-speed max"))?;
    let (mut connection, session) = server.login()?;
    let hosts: Vec<String> = serde_json::from_value(connection.call("host.get_all", json!([session]))?)?;
    let host = hosts.last().context("a host")?;
    // One of them is the control domain, which stays.
    let residents = |connection: &mut Connection| -> Result<usize> {
        let all = connection.call("host.get_resident_VMs", json!([session, host]))?;
        Ok(all.as_array().context("machines")?.len() - 1)
    };
    let before = residents(&mut connection)?;
    connection.call("host.disable", json!([session, host]))?;
    let (cpu, begin) = (server.cpu()?, Instant::now());
    connection.call("host.evacuate", json!([session, host]))?;
    let (wall, cpu) = (begin.elapsed().as_secs_f64(), (server.cpu()? - cpu).as_secs_f64());
    let left = residents(&mut connection)?;
    ensure!(left == 0, "{left} machines are left");
    Ok(Line::new(
        format!("`host.evacuate` of {before} VMs"),
        "",
        format!("{wall:.2} s ({cpu:.2} s server CPU)"),
    )
    .how(format!(
        "`xenios up --ephemeral --simulate hosts=3,vms={vms},running=1 --sim-speed max`; one `host.evacuate`"
    )))
}

fn snapshots(bench: &Bench) -> Result<Line> {
    let data = bench.folder("snapshots");
    let options =
        format!("--data {} --simulate hosts=8,vms={MACHINES},running=0.5 --sim-speed max", data.display());
    let server = bench.up(&options)?;
    let (mut connection, session) = server.login()?;
    let all = machines(&mut connection, &session)?;
    let row = json!({"name_label": "bench", "type": "snapshot", "frequency": "daily", "schedule": {}});
    let schedule = connection.text("VMSS.create", json!([session, row]))?;
    for_each(&server, &all, |machine| ("VM.set_snapshot_schedule", json!([machine, schedule])))?;
    let (cpu, begin) = (server.cpu()?, Instant::now());
    connection.call("VMSS.snapshot_now", json!([session, schedule]))?;
    let (wall, cpu) = (begin.elapsed().as_secs_f64(), (server.cpu()? - cpu).as_secs_f64());
    let records = connection.call("VM.get_all_records", json!([session]))?;
    let taken = records.as_object().context("records")?.values();
    let taken = taken.filter(|record| record["is_vmss_snapshot"] == json!(true)).count();
    ensure!(taken == all.len(), "{taken} snapshots of {} machines", all.len());
    Ok(Line::new(
        format!("{taken} snapshots by one schedule, `--data`"),
        "",
        format!("{wall:.1} s ({cpu:.1} s server CPU)"),
    )
    .how(format!(
        "`xenios up --data DIR --simulate hosts=8,vms={MACHINES} --sim-speed max`; one `VMSS.snapshot_now`"
    )))
}
