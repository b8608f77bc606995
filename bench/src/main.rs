//! `bench`: the numbers that the project holds itself to, measured on this machine.
//!
//! ```text
//! cargo build --release -p xenios && cargo run --release -p bench -- [--only N]… [--write]
//! ```
//!
//! Every row starts the real program, speaks to it as clients do, and counts what the kernel says it
//! used. The load comes from threads of this process with blocking sockets, on the same processors.

mod computer;
mod connection;
mod floor;
mod load;
mod rows;
mod server;
mod statistics;
mod table;

use anyhow::{Context, Result, bail};
use clap::Parser;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(about = "Measure the numbers that the project holds itself to.")]
struct Options {
    /// Only these rows, by number.
    #[arg(long, value_name = "N")]
    only: Vec<usize>,
    /// Write docs/performance.md.
    #[arg(long)]
    write: bool,
    /// The program to measure (default: the one beside this one).
    #[arg(long, value_name = "PATH")]
    xenios: Option<PathBuf>,
    /// Where data folders are made for a while: on the disk that is meant.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Not a measurement: be the floor, and answer every request with this file.
    #[arg(long, hide = true, value_name = "FILE")]
    be_the_floor: Option<PathBuf>,
}

/// What every row needs.
pub struct Bench {
    pub xenios: PathBuf,
    pub folder: tempfile::TempDir,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(answer) = &options.be_the_floor {
        return floor::serve(answer);
    }
    if options.write && !options.only.is_empty() {
        bail!("--write wants all rows");
    }
    let beside = || Ok::<_, anyhow::Error>(std::env::current_exe()?.with_file_name("xenios"));
    let xenios = options.xenios.map_or_else(beside, Ok)?;
    if !xenios.is_file() {
        bail!("{} is not there: cargo build --release -p xenios", xenios.display());
    }
    let within = options.data.unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("xenios-bench-").tempdir_in(&within);
    let bench = Bench { xenios, folder: folder.with_context(|| format!("make {}", within.display()))? };

    let mut lines = Vec::new();
    for (number, (name, run)) in rows::ALL.iter().enumerate().map(|(at, row)| (at + 1, row)) {
        if !options.only.is_empty() && !options.only.contains(&number) {
            continue;
        }
        eprintln!("{number}: {name}");
        let measured = run(&bench).with_context(|| format!("row {number}, {name}"))?;
        measured.iter().for_each(|line| eprintln!("   {}: {}", line.what, line.measured));
        lines.extend(measured.into_iter().map(|line| (number, line)));
    }
    let computer = computer::describe();
    println!("{}", table::plain(&computer, &lines));
    if options.write {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
        std::fs::write(&path, table::markdown(&computer, &lines)).context("write docs/performance.md")?;
    }
    Ok(())
}
