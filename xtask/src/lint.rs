//! `cargo xtask lint`: format and lints, for what needs no test to be seen.
//!
//! That generated code is fresh, the dependency picture true and the house tidy are tests of this
//! crate, so `test` runs them.

use crate::command;
use anyhow::Result;
use std::path::Path;

pub fn run(root: &Path) -> Result<()> {
    command::run(&mut command::cargo(root, &["fmt", "--all", "--check"]))?;
    let everything = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    command::run(&mut command::cargo(root, &everything))?;
    if command::is_there("cargo-deny", &["--version"]) {
        command::run(&mut command::cargo(root, &["deny", "check", "bans", "licenses", "sources"]))
    } else {
        println!("cargo-deny is not installed: licences and banned crates were not looked at");
        Ok(())
    }
}
