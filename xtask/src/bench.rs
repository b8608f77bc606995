//! `cargo xtask bench`: measures the rows of `docs/performance.md` and prints them as a table.
//!
//! Each row is a function that returns what it measured. Where a floor exists (the same bytes through
//! a bare server) it is measured in the same run, so that the ratio means something on a noisy
//! computer.

use crate::command;
use anyhow::{Result, bail};
use std::path::Path;
use std::time::Instant;

/// One line of the table.
struct Row {
    what: &'static str,
    target: &'static str,
    measure: fn(&Bench) -> Result<Measured>,
}

/// What a row found: in words, with the floor's number and the ratio where there is one.
struct Measured {
    value: String,
    floor: Option<String>,
    ratio: Option<f64>,
}

/// What the rows share.
struct Bench {
    binary: std::path::PathBuf,
}

const ROWS: &[Row] =
    &[Row { what: "process start to ready, 3 hosts, 50 VMs", target: "0.3 s", measure: start_to_ready }];

pub fn run(root: &Path, wanted: &[String]) -> Result<()> {
    let bench = Bench { binary: command::build_xenios(root, "release")? };
    println!("\n| what | target | measured | floor | ratio |\n|---|---|---|---|---|");
    for row in ROWS
        .iter()
        .filter(|row| wanted.is_empty() || wanted.iter().any(|word| row.what.contains(word.as_str())))
    {
        let found = (row.measure)(&bench)?;
        let floor = found.floor.unwrap_or_else(|| "–".into());
        let ratio = found.ratio.map_or_else(|| "–".into(), |ratio| format!("{ratio:.2}"));
        println!("| {} | {} | {} | {floor} | {ratio} |", row.what, row.target, found.value);
    }
    Ok(())
}

/// The median of an odd number of starts.
fn start_to_ready(bench: &Bench) -> Result<Measured> {
    let mut seconds = Vec::new();
    for _ in 0..5 {
        seconds.push(one_start(bench)?);
    }
    seconds.sort_by(f64::total_cmp);
    Ok(Measured { value: format!("{:.2} s", seconds[seconds.len() / 2]), floor: None, ratio: None })
}

fn one_start(bench: &Bench) -> Result<f64> {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let began = Instant::now();
    let any_port = "127.0.0.1:0";
    let mut child = Command::new(&bench.binary)
        .args(["up", "--ephemeral", "--simulate", "hosts=3,vms=50", "--sim-speed", "max"])
        .args(["--listen", any_port, "--xapi-listen", any_port, "--xapi-plain", any_port])
        .env("XENIOS_ROOT_PASSWORD", "only for a measurement")
        .env("XENIOS_ADMIN_PASSWORD", "only for a measurement")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let ready = child.stdout.take().is_some_and(|output| {
        BufReader::new(output).lines().map_while(Result::ok).any(|line| line.contains("ready in "))
    });
    let took = began.elapsed().as_secs_f64();
    child.kill()?;
    child.wait()?;
    if !ready {
        bail!("the program did not get ready");
    }
    Ok(took)
}
