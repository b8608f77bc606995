//! The project's own commands: `cargo xtask <command>`.

mod bench;
mod clients;
mod codegen;
mod command;
mod compat;
mod dependencies;
mod fuzz;
mod lint;
mod test;
mod tidy;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  check      everything that must be true before a change lands: `lint`, then `test`
  lint       format, clippy, licences
  test       all tests: of the workspace, then with the real clients, which it installs
  clients    only the real clients; further words are names of tests, as unittest takes them
  codegen    print the generated Rust of crates/model
  compat     print docs/compat.md
  fuzz       a short run of each fuzz target; further words are names of targets
  bench      measure, and print docs/performance.md's table";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let root = root();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = arguments.split_first().map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
    match name {
        "check" => lint::run(&root).and_then(|()| test::run(&root)),
        "lint" => lint::run(&root),
        "test" => test::run(&root),
        "clients" => clients::run(&root, rest),
        "codegen" => {
            for path in codegen::write(&root)? {
                println!("wrote {path}");
            }
            Ok(())
        }
        "compat" => compat::run(&root),
        "fuzz" => fuzz::run(&root, rest),
        "bench" => bench::run(&root, rest),
        _ => bail!("{USAGE}"),
    }
}

/// The folder of the workspace: where cargo says it is now, since a build folder may serve several checkouts.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().unwrap_or(Path::new(".")).to_path_buf()
}
