//! The `xenios` program: one binary, told by its first word (or its own name) what to be.

mod chance;
mod configuration;
mod data;
mod doors;
mod explain;
mod files;
mod logging;
mod memory;
mod page;
mod past;
mod peers;
mod people;
mod pool;
mod restart;
mod serve;
mod signals;
mod toolstack_daemon;
mod up;
mod web_folder;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A management stack for virtual machines, compatible with XenAPI.
#[derive(Parser)]
#[command(name = "xenios", version)]
struct Program {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// A pool and its toolstack in one process.
    Up(up::Up),
    /// One host's toolstack as a system service.
    Toolstack(toolstack_daemon::Daemon),
    /// The plan that a call would run, without running it.
    Explain(explain::Explain),
    /// Who changed an object, when, by which call, and from what to what.
    History(past::History),
    /// What is different between two generations.
    Diff(past::Diff),
    /// Give an object's fields the values of an earlier generation.
    Revert(past::Revert),
    /// The hash of a password, for a line in a file of people.
    Password(people::Password),
    /// Wait until the local toolstack answers.
    WaitInitComplete(restart::Wait),
    /// Restart the local toolstack; nothing that runs is disturbed.
    ToolstackRestart(restart::Restart),
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().collect();
    // The names that administrators type are links to this program.
    let called = arguments.first().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let command = match called {
        "xe-toolstack-restart" => Some("toolstack-restart"),
        "xapi-wait-init-complete" => Some("wait-init-complete"),
        _ if arguments.len() == 1 => Some("up"),
        _ => None,
    };
    if let Some(command) = command {
        arguments.insert(1, command.to_string());
    }
    let program = Program::parse_from(arguments);
    let outcome = match program.command.unwrap_or(Command::Up(up::Up::default_options())) {
        Command::Up(up) => up::run(up),
        Command::Toolstack(daemon) => toolstack_daemon::run(&daemon),
        Command::Explain(explain) => explain::run(&explain),
        Command::History(history) => past::history(&history),
        Command::Diff(diff) => past::diff(&diff),
        Command::Revert(revert) => past::revert(&revert),
        Command::Password(password) => people::print_hash(&password),
        Command::WaitInitComplete(wait) => restart::wait(&wait),
        Command::ToolstackRestart(again) => restart::restart(&again),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xenios: {error:#}");
            ExitCode::FAILURE
        }
    }
}
