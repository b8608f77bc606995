//! A hundred thousand virtual machines, about a million objects, in one process.

use crate::Bench;
use crate::statistics::median;
use crate::table::Line;
use anyhow::Result;

const LOADS: usize = 3;

pub fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let folder = bench.folder("fleet");
    let first = bench.up_plainly(&format!("--data {} --simulate hosts=64,vms=100000", folder.display()))?;
    let (generate, generated_mb) = (first.ready.as_secs_f64(), first.resident_mb()?);
    let generate_cpu = first.cpu()?.as_secs_f64();
    first.end()?;
    let mut loads = Vec::new();
    for _ in 0..LOADS {
        let server = bench.up_plainly(&format!("--data {}", folder.display()))?;
        loads.push((server.ready.as_secs_f64(), server.resident_mb()?, server.cpu()?.as_secs_f64()));
        server.end()?;
    }
    let bytes =
        std::fs::read_dir(&folder)?.filter_map(|file| file.ok()?.metadata().ok()).map(|file| file.len());
    let on_disk_mb = bytes.sum::<u64>() >> 20;
    std::fs::remove_dir_all(&folder)?;
    let load = median(loads.iter().map(|load| load.0));
    let loaded_mb = median(loads.iter().map(|load| load.1));
    let load_cpu = median(loads.iter().map(|load| load.2));
    let how = format!(
        "`xenios up --data DIR --simulate hosts=64,vms=100000`, then {LOADS} times `xenios up --data DIR`; process start to ready"
    );
    Ok(vec![
        Line::new(
            "100,000 VMs: generate and keep",
            "6 s",
            format!("{generate:.1} s ({generate_cpu:.1} s CPU, {on_disk_mb} MB on disk)"),
        )
        .ok(generate <= 6.0)
        .how(how.clone()),
        Line::new("100,000 VMs: load from disk", "3 s", format!("{load:.1} s ({load_cpu:.1} s CPU)"))
            .ok(load <= 3.0)
            .how(how.clone()),
        Line::new(
            "100,000 VMs: resident, generated / loaded",
            "900 MB",
            format!("{generated_mb:.0} MB / {loaded_mb:.0} MB"),
        )
        .ok(generated_mb <= 900.0 && loaded_mb <= 900.0)
        .how(how),
    ])
}
