//! `VM.get_all_records`: what most clients ask first.

use crate::Bench;
use crate::connection::{Connection, json_call, request};
use crate::server::Server;
use crate::statistics::median;
use crate::table::Line;
use anyhow::Result;
use serde_json::json;

const CALLS: usize = 100;
const ROUNDS: usize = 3;

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let server = bench.up("--ephemeral --simulate hosts=8,vms=1000 --sim-speed max")?;
    let (mut connection, session) = server.login()?;
    let rows = connection.call("VM.get_all", json!([session]))?.as_array().map_or(0, Vec::len);
    let xml = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>VM.get_all_records</methodName>\
         <params><param><value>{session}</value></param></params></methodCall>"
    );
    let ways = [
        ("JSON-RPC", 4.0, json_call("VM.get_all_records", &json!([session]))),
        ("XML-RPC", 8.0, request("/", "text/xml", &xml)),
    ];
    let mut lines = Vec::new();
    for (name, target, call) in ways {
        let (cpu_ms, bytes) = cost(&server, &mut connection, &call)?;
        let line = Line::new(
            format!("`VM.get_all_records`, {rows} rows, {name}"),
            &format!("{target:.0} ms server CPU"),
            format!("{cpu_ms:.2} ms ({:.2} MB)", bytes as f64 / 1e6),
        );
        lines.push(line.ok(cpu_ms <= target).how(format!(
            "`xenios up --ephemeral --simulate hosts=8,vms=1000`; one warm plain connection, {ROUNDS} times {CALLS} calls"
        )));
    }
    Ok(lines)
}

/// Server CPU in milliseconds of one call, and the bytes of its answer.
fn cost(server: &Server, connection: &mut Connection, call: &[u8]) -> Result<(f64, usize)> {
    let mut bytes = 0;
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let before = server.cpu()?;
        for _ in 0..CALLS {
            bytes = connection.exchange(call)?.len();
        }
        let used = (server.cpu()? - before).as_secs_f64() * 1e3 / CALLS as f64;
        // The first one warms up.
        rounds.extend((round > 0).then_some(used));
    }
    Ok((median(rounds), bytes))
}
