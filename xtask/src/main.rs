//! The project's own commands: `cargo xtask <command>`.

mod codegen;

use anyhow::{Result, bail};
use std::path::Path;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("codegen") => {
            for path in codegen::write(&root)? {
                println!("wrote {path}");
            }
            Ok(())
        }
        _ => bail!("commands: codegen"),
    }
}
