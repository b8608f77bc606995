//! `kill -9` in the middle of everything, and back.

use crate::Bench;
use crate::load::together;
use crate::server::machines;
use crate::table::Line;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const OPERATIONS: usize = 200;
const CONNECTIONS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let data = format!("--data {}", bench.folder("restart").display());
    // As slow as real pools, so that none has ended when the process is killed.
    let server = bench.up(&format!("{data} --simulate hosts=8,vms={OPERATIONS},running=0 --sim-speed 1"))?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let tasks = together(server.plain, CONNECTIONS, |number, mut connection| {
        let own = machines.iter().skip(number).step_by(CONNECTIONS);
        own.map(|machine| connection.text("Async.VM.start", json!([session, machine, false, false])))
            .collect::<Result<Vec<_>>>()
    })?;
    let tasks = tasks.concat();
    drop((connection, server));

    let server = bench.up_plainly(&format!("{data} --sim-speed 10"))?;
    let ready = server.ready.as_secs_f64();
    let taken_up = server.line.split(", ").find_map(|part| part.trim().strip_suffix(" operations taken up"));
    let taken_up: usize = taken_up.and_then(|count| count.parse().ok()).unwrap_or(0);
    let (mut connection, session) = server.login()?;
    let begin = Instant::now();
    let (there, succeeded) = loop {
        let all = connection.call("task.get_all_records", json!([session]))?;
        let ours: Vec<&Value> = tasks.iter().filter_map(|task| all.get(task)).collect();
        let with = |status: &str| ours.iter().filter(|task| task["status"] == status).count();
        if with("pending") == 0 {
            break (ours.len(), with("success"));
        }
        if begin.elapsed() > PATIENCE {
            bail!("{} tasks do not end", with("pending"));
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let ended = begin.elapsed().as_secs_f64();
    let running = connection
        .call("VM.get_all_records", json!([session]))?
        .as_object()
        .context("records")?
        .values()
        .filter(|machine| machine["power_state"] == "Running" && machine["is_control_domain"] == json!(false))
        .count();
    Ok(vec![
        Line::new(
            format!("`kill -9` with {taken_up} running operations: start to ready"),
            "0.5 s, none lost",
            format!("{ready:.2} s; {there} of {OPERATIONS} tasks there, {succeeded} succeeded within {ended:.1} s, {running} VMs run"),
        )
        .ok(ready <= 0.5 && there == OPERATIONS && succeeded == OPERATIONS && running == OPERATIONS)
        .how(format!(
            "`xenios up --data DIR --simulate hosts=8,vms={OPERATIONS},running=0 --sim-speed 1`, {OPERATIONS} `Async.VM.start`, \
             `kill -9`, `xenios up --data DIR --sim-speed 10`"
        )),
    ])
}
