//! Small calls on many connections, against the least that any server must do.

use crate::Bench;
use crate::connection::json_call;
use crate::floor::Floor;
use crate::load::rate;
use crate::server::machines;
use crate::statistics::median;
use crate::table::Line;
use anyhow::{Context, Result};
use serde_json::json;
use std::time::Duration;

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_millis(1500);

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let server = bench.up("--ephemeral --simulate hosts=3,vms=50")?;
    let (mut connection, session) = server.login()?;
    let machines = machines(&mut connection, &session)?;
    let machine = machines.first().context("no machine")?;
    let calls = [
        ("VM.get_power_state", json_call("VM.get_power_state", &json!([session, machine]))),
        ("session.get_uuid", json_call("session.get_uuid", &json!([session, session]))),
    ];
    let mut lines = Vec::new();
    for (name, call) in calls {
        let answer = connection.exchange(&call)?.to_vec();
        let floor = Floor::start(bench.folder.path(), &answer)?;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        let warm = Duration::from_millis(300);
        rate(server.plain, CONNECTIONS, warm, &call)?;
        rate(floor.address, CONNECTIONS, warm, &call)?;
        for _ in 0..ROUNDS {
            let before = server.cpu()?;
            let calls = rate(server.plain, CONNECTIONS, TIME, &call)?;
            ours.push((calls, (server.cpu()? - before).as_secs_f64() * 1e6 / calls / TIME.as_secs_f64()));
            let before = floor.cpu()?;
            let calls = rate(floor.address, CONNECTIONS, TIME, &call)?;
            bare.push((calls, (floor.cpu()? - before).as_secs_f64() * 1e6 / calls / TIME.as_secs_f64()));
        }
        let middle = |runs: &[(f64, f64)]| {
            (median(runs.iter().map(|run| run.0)), median(runs.iter().map(|run| run.1)))
        };
        let ((ours_rate, ours_cpu), (bare_rate, bare_cpu)) = (middle(&ours), middle(&bare));
        let ratio = median(ours.iter().zip(&bare).map(|(ours, bare)| ours.0 / bare.0));
        lines.push(
            Line::new(
                format!("`{name}`, {CONNECTIONS} connections"),
                "half the floor's calls/s",
                format!("{ours_rate:.0}/s ({ours_cpu:.0} µs server CPU)"),
            )
            .floor(format!("{bare_rate:.0}/s ({bare_cpu:.0} µs); ×{ratio:.2}"))
            .ok(ratio >= 0.5)
            .how(format!(
                "`xenios up --ephemeral --simulate hosts=3,vms=50`; JSON-RPC, {CONNECTIONS} keep-alive connections, \
                 {ROUNDS} rounds of {:.1} s, in turns with the floor",
                TIME.as_secs_f64()
            )),
        );
    }
    Ok(lines)
}
