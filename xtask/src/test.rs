//! `cargo xtask test`: all tests of the workspace, then the real clients.
//!
//! The closing lines of both stand together at the end, so that a reader of the last lines sees
//! what ran.

use crate::{clients, command};
use anyhow::{Result, bail};
use std::path::Path;
use std::time::Instant;

pub fn run(root: &Path) -> Result<()> {
    clients::need_programs()?;
    let began = Instant::now();
    let binary = command::build_xenios(root, "dev")?;
    let (results, tests_ok) = command::run_keeping(
        &mut command::cargo(root, &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]),
        |line| line.starts_with("test result:"),
    )?;
    let tests_took = began.elapsed();
    let (closing, clients_ok) = clients::run_with(root, &binary, &[])?;
    println!();
    for line in results.iter().filter(|line| !line.contains(" 0 passed; 0 failed")) {
        println!("{line}");
    }
    println!("\nthe workspace's tests took {tests_took:.0?}, all of it {:.0?}", began.elapsed());
    println!("workspace: {} passed, {} failed", count(&results, "passed"), count(&results, "failed"));
    for line in closing {
        println!("{line}");
    }
    if !tests_ok || !clients_ok {
        bail!("tests failed");
    }
    Ok(())
}

/// The sum of the numbers before a word, as in `test result: ok. 12 passed; 0 failed; …`.
fn count(results: &[String], word: &str) -> u64 {
    let number = |line: &String| line.split(word).next()?.trim().rsplit(' ').next()?.parse::<u64>().ok();
    results.iter().filter_map(number).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn closing_lines_are_added_up() {
        let lines = [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured",
            "test result: FAILED. 3 passed; 2 failed;",
        ];
        let lines = lines.map(String::from);
        assert_eq!((super::count(&lines, "passed"), super::count(&lines, "failed")), (15, 2));
    }
}
