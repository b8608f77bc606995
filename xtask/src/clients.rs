//! `cargo xtask clients`: real, unmodified clients against the built binary (`tests/clients`).

use crate::command;
use anyhow::{Result, bail};
use std::path::Path;

pub fn run(root: &Path, tests: &[String]) -> Result<()> {
    need_programs()?;
    let binary = command::build_xenios(root, "dev")?;
    let (_, ok) = run_with(root, &binary, tests)?;
    if !ok {
        bail!("tests with clients failed");
    }
    Ok(())
}

/// The closing line of the run, and whether all passed.
pub fn run_with(root: &Path, binary: &Path, tests: &[String]) -> Result<(Vec<String>, bool)> {
    let mut command = command::program(root, "python3", &["tests/clients/run.py", "--binary"]);
    command.arg(binary).args(tests);
    command::run_keeping(&mut command, |line| line.starts_with("clients: "))
}

/// What this computer must have; everything else is installed, pinned.
pub fn need_programs() -> Result<()> {
    for program in ["python3", "node", "npm"] {
        if !command::is_there(program, &["--version"]) {
            bail!("`{program}` is needed for the tests with real clients, and is not there");
        }
    }
    Ok(())
}
