//! From the start of the process until it says that it is ready.

use crate::Bench;
use crate::statistics::median;
use crate::table::Line;
use anyhow::Result;

const RUNS: usize = 11;
const POOL: &str = "--simulate hosts=3,vms=50";

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let (ready, resident) = starts(bench, &format!("--ephemeral {POOL}"))?;
    let folder = bench.folder("start");
    bench.up_plainly(&format!("--data {} {POOL}", folder.display()))?.end()?;
    let (again, resident_again) = starts(bench, &format!("--data {}", folder.display()))?;
    let line = |what: &str, seconds: f64, mb: f64| {
        Line::new(what, "0.3 s; 60 MB resident", format!("{seconds:.3} s; {mb:.0} MB"))
            .ok(seconds <= 0.3 && mb <= 60.0)
            .how(format!(
                "`xenios up --ephemeral {POOL}`, and `xenios up --data DIR` a second time; {RUNS} starts each"
            ))
    };
    Ok(vec![
        line("start to ready, 3 hosts, 50 VMs, `--ephemeral`", ready, resident),
        line("the same from disk", again, resident_again),
    ])
}

fn starts(bench: &Bench, options: &str) -> Result<(f64, f64)> {
    let mut found = Vec::new();
    for _ in 0..RUNS {
        let server = bench.up_plainly(options)?;
        found.push((server.ready.as_secs_f64(), server.resident_mb()?));
        server.end()?;
    }
    Ok((median(found.iter().map(|(ready, _)| *ready)), median(found.iter().map(|(_, resident)| *resident))))
}
