//! Running other programs: shown before, and their failure is ours.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `cargo` as it called us, in the workspace.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = program(root, cargo, arguments);
    // What cargo tells its children about the package it runs is nothing for another cargo.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    command
}

pub fn program(root: &Path, name: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    command
}

/// Run it in the foreground.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("\n> {shown}");
    let status = command.status().with_context(|| format!("failed to start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Run it in the foreground and keep those of its lines that `keep` wants. Whether it succeeded comes second.
pub fn run_keeping(command: &mut Command, keep: impl Fn(&str) -> bool) -> Result<(Vec<String>, bool)> {
    let shown = show(command);
    println!("\n> {shown}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("failed to start `{shown}`"))?;
    let mut kept = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            if keep(&line) {
                kept.push(line);
            }
        }
    }
    std::io::stdout().flush()?;
    Ok((kept, child.wait()?.success()))
}

/// Whether a program can be started at all.
pub fn is_there(name: &str, arguments: &[&str]) -> bool {
    let quiet = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// Build the program and say where it is.
pub fn build_xenios(root: &Path, profile: &str) -> Result<PathBuf> {
    run(&mut cargo(root, &["build", "--package", "xenios", "--bin", "xenios", "--profile", profile]))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target(root)?.join(folder).join("xenios"))
}

fn target(root: &Path) -> Result<PathBuf> {
    let metadata = metadata(root)?;
    let folder = metadata["target_directory"].as_str().context("cargo metadata has no target_directory")?;
    Ok(folder.into())
}

pub fn metadata(root: &Path) -> Result<serde_json::Value> {
    let output = cargo(root, &["metadata", "--no-deps", "--format-version", "1", "--offline"]).output()?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let name = words[0].rsplit('/').next().unwrap_or_default().to_string();
    std::iter::once(name.as_str()).chain(words[1..].iter().map(AsRef::as_ref)).collect::<Vec<_>>().join(" ")
}
