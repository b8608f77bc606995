//! `cargo xtask check`: everything that must be true before a change lands, the cheapest first.
//!
//! That generated code is fresh, the dependency picture true and the house tidy are tests of this
//! crate, so `test` runs them.

use crate::{command, test};
use anyhow::Result;
use std::path::Path;

pub fn run(root: &Path) -> Result<()> {
    command::run(&mut command::cargo(root, &["fmt", "--all", "--check"]))?;
    command::run(&mut command::cargo(
        root,
        &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    ))?;
    if command::is_there("cargo-deny", &["--version"]) {
        command::run(&mut command::cargo(
            root,
            &["deny", "--all-features", "check", "bans", "licenses", "sources"],
        ))?;
    } else {
        println!("cargo-deny is not installed: licences and banned crates were not looked at");
    }
    test::run(root)
}
