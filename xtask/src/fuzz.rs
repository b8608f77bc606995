//! `cargo xtask fuzz`: a short run of each fuzz target.
//!
//! It needs `cargo-fuzz` and a nightly compiler. Without them the tests run that replay the kept
//! inputs and some mutants of them, and that is said: they see less.

use crate::command;
use anyhow::{Result, bail};
use std::path::Path;

const SECONDS_EACH: &str = "-max_total_time=20";

pub fn run(root: &Path, wanted: &[String]) -> Result<()> {
    let can_fuzz = command::is_there("cargo", &["+nightly", "fuzz", "--version"]);
    if !can_fuzz || !root.join("fuzz").is_dir() {
        println!(
            "cargo-fuzz, a nightly compiler or the folder `fuzz` is not there: only replaying the kept inputs, with some mutants"
        );
        return command::run(&mut command::cargo(
            root,
            &["test", "--workspace", "--tests", "--", "corpus", "fuzz"],
        ));
    }
    let mut targets: Vec<String> = std::fs::read_dir(root.join("fuzz/fuzz_targets"))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_string()))
        .filter(|name| wanted.is_empty() || wanted.contains(name))
        .collect();
    targets.sort();
    if targets.is_empty() {
        bail!("no such fuzz target");
    }
    for target in targets {
        command::run(&mut command::program(
            root,
            "cargo",
            &["+nightly", "fuzz", "run", &target, "--", SECONDS_EACH],
        ))?;
    }
    Ok(())
}
