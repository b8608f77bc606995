//! `cargo xtask bench`: builds the program as users get it, and measures it. See the crate `bench`.

use crate::command;
use anyhow::Result;
use std::path::Path;

pub fn run(root: &Path, options: &[String]) -> Result<()> {
    command::run(&mut command::cargo(root, &["build", "--release", "-p", "xenios"]))?;
    let mut arguments = vec!["run", "--release", "-p", "bench", "--"];
    arguments.extend(options.iter().map(String::as_str));
    command::run(&mut command::cargo(root, &arguments))
}
