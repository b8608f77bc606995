//! `cargo xtask compat`: prints `docs/compat.md` anew.
//!
//! What is printed is decided by the test that holds the page to the truth
//! (`tests/tests/it/compat.rs`), because it must know the toolstack, and this crate must not: it has
//! to work while the generated code does not build.

use crate::command;
use anyhow::Result;
use std::path::Path;

pub fn run(root: &Path) -> Result<()> {
    let mut command =
        command::cargo(root, &["test", "--quiet", "--package", "worlds", "--test", "it", "compat_page"]);
    command::run(command.env("UPDATE_EXPECT", "1"))
}
