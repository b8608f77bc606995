//! What the toolstack itself costs, when machines answer at once.

use crate::Bench;
use crate::load::together;
use crate::server::machines;
use crate::table::Line;
use anyhow::{Context, Result};
use serde_json::json;
use std::time::{Duration, Instant};

const STARTS: usize = 200;
const LIVES: usize = 512;
const CONNECTIONS: usize = 32;

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let kept = |name: &str| format!("--data {}", bench.folder(name).display());
    for (name, options) in [("--ephemeral", "--ephemeral".to_owned()), ("--data", kept("starts"))] {
        let (cpu_ms, wall_ms) = starts(bench, &options)?;
        lines.push(
            Line::new(
                format!("one `VM.start`, `{name}`"),
                "2 ms server CPU",
                format!("{cpu_ms:.2} ms CPU, {wall_ms:.2} ms wall"),
            )
            .ok(cpu_ms <= 2.0)
            .how(format!(
                "`xenios up … --simulate hosts=8,vms={STARTS},running=0 --sim-speed max`; one after the other, {STARTS} machines"
            )),
        );
    }
    for (name, options) in [("--ephemeral", "--ephemeral".to_owned()), ("--data", kept("lives"))] {
        let (seconds, cpu_seconds) = lives(bench, &options)?;
        lines.push(
            Line::new(
                format!("{LIVES} VMs: clone, start, hard_shutdown, destroy, `{name}`"),
                "10 s",
                format!("{seconds:.1} s ({cpu_seconds:.1} s server CPU)"),
            )
            .ok(seconds <= 10.0)
            .how(format!(
                "`xenios up … --simulate hosts=8,vms={CONNECTIONS},running=0 --sim-speed max`; {CONNECTIONS} connections"
            )),
        );
    }
    Ok(lines)
}

/// Milliseconds of one start: server CPU, wall.
fn starts(bench: &Bench, options: &str) -> Result<(f64, f64)> {
    let server = bench.up(&format!("{options} --simulate hosts=8,vms={STARTS},running=0 --sim-speed max"))?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let (before, begin) = (server.cpu()?, Instant::now());
    for machine in machines.iter().take(STARTS) {
        connection.call("VM.start", json!([session, machine, false, false]))?;
    }
    let wall = begin.elapsed();
    // What guests say when they are up is learned a moment later.
    std::thread::sleep(Duration::from_millis(300));
    let each = |time: Duration| time.as_secs_f64() * 1e3 / STARTS as f64;
    Ok((each(server.cpu()? - before), each(wall)))
}

/// Seconds of many whole lives: wall, server CPU.
fn lives(bench: &Bench, options: &str) -> Result<(f64, f64)> {
    let server =
        bench.up(&format!("{options} --simulate hosts=8,vms={CONNECTIONS},running=0 --sim-speed max"))?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let (before, begin) = (server.cpu()?, Instant::now());
    together(server.plain, CONNECTIONS, |number, mut connection| {
        let origin = machines.get(number).context("too few machines")?;
        for life in 0..LIVES / CONNECTIONS {
            let name = format!("life {number}.{life}");
            let machine = connection.text("VM.clone", json!([session, origin, name]))?;
            connection.call("VM.start", json!([session, machine, false, false]))?;
            connection.call("VM.hard_shutdown", json!([session, machine]))?;
            connection.call("VM.destroy", json!([session, machine]))?;
        }
        Ok(())
    })?;
    Ok((begin.elapsed().as_secs_f64(), (server.cpu()? - before).as_secs_f64()))
}
