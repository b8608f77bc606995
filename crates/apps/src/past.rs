//! `xenios history`, `diff` and `revert`: who did what, what is different since, and back again.

use crate::restart::socket;
use anyhow::{Context, Result};
use clap::Args;
use model::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use wire::client::{Client, Endpoint};

#[derive(Args)]
pub struct History {
    /// The class: `VM`, `VDI`, `host`, …
    class: String,
    /// The object, by name, uuid or reference. What is gone has only its reference.
    object: String,
    /// How many changes at most.
    #[arg(long, default_value_t = 20)]
    limit: i64,
    /// The toolstack's socket.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

#[derive(Args)]
pub struct Diff {
    /// The earlier generation, as `xenios history` shows them.
    from: i64,
    /// The later generation (default: now).
    to: Option<i64>,
    /// Only this object: class and name, uuid or reference.
    #[arg(long, num_args = 2, value_names = ["CLASS", "OBJECT"])]
    of: Vec<String>,
    /// The toolstack's socket.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

#[derive(Args)]
pub struct Revert {
    /// The class: `VM`, `VDI`, `host`, …
    class: String,
    /// The object, by name, uuid or reference.
    object: String,
    /// The generation at which it was as it shall be.
    generation: i64,
    /// The toolstack's socket.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

pub fn history(wanted: &History) -> Result<()> {
    let params = vec![word(&wanted.class), word(&wanted.object), Value::Int(wanted.limit)];
    let Value::Array(changes) = ask(wanted.socket.as_deref(), "xenios.history", params)? else {
        return Ok(());
    };
    for change in &changes {
        let line: Vec<String> = ["generation", "at", "who", "call", "what"]
            .iter()
            .map(|name| shown(change.member(name)))
            .collect();
        println!("{}", line.join("  "));
        print!("{}", fields(change));
    }
    Ok(())
}

pub fn diff(wanted: &Diff) -> Result<()> {
    let mut params = vec![Value::Int(wanted.from), Value::Int(wanted.to.unwrap_or(-1))];
    params.extend(wanted.of.iter().map(|text| word(text)));
    let Value::Array(changes) = ask(wanted.socket.as_deref(), "xenios.diff", params)? else { return Ok(()) };
    for change in &changes {
        let line: Vec<String> =
            ["class", "name", "what", "ref"].iter().map(|name| shown(change.member(name))).collect();
        println!("{}", line.join("  "));
        print!("{}", fields(change));
    }
    Ok(())
}

pub fn revert(wanted: &Revert) -> Result<()> {
    let params = vec![word(&wanted.class), word(&wanted.object), Value::Int(wanted.generation)];
    let done = ask(wanted.socket.as_deref(), "xenios.revert", params)?;
    println!("reverted: {}", shown(done.member("reverted")));
    println!("kept: {}", shown(done.member("kept")));
    Ok(())
}

fn word(text: &str) -> Value {
    Value::from(text)
}

/// `  name: old -> new`, a line for each field.
fn fields(change: &Value) -> String {
    let mut out = String::new();
    if let Some(Value::Array(fields)) = change.member("fields") {
        for field in fields {
            let side = |name: &str| field.member(name).map_or("-".to_string(), |value| shown(Some(value)));
            let _ = writeln!(out, "    {}: {} -> {}", shown(field.member("name")), side("old"), side("new"));
        }
    }
    out
}

/// A value on one line.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Nil) => "-".into(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Int(value)) => value.to_string(),
        Some(Value::Float(value)) => value.to_string(),
        Some(Value::String(value)) => value.to_string(),
        Some(Value::DateTime(value)) => value.to_string(),
        Some(Value::Ref(value)) => value.to_string(),
        Some(Value::Array(items)) => items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(" "),
        Some(Value::Struct(members)) => {
            let member = |(name, value): &(model::Text, Value)| format!("{name}: {}", shown(Some(value)));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

/// One call as root: whoever may open the socket is.
fn ask(chosen: Option<&Path>, method: &str, mut params: Vec<Value>) -> Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let path = socket(chosen);
    runtime
        .block_on(async {
            let client = Client::connect(Endpoint::Unix(path.clone())).await?;
            let login = ["root", "", "", "xenios"].map(Value::from).to_vec();
            let session = client.call("session.login_with_password", login).await?;
            params.insert(0, session.clone());
            let answer = client.call(method, params).await;
            // The session would end by itself, some day.
            drop(client.call("session.logout", vec![session]).await);
            Ok::<_, anyhow::Error>(answer?)
        })
        .with_context(|| format!("ask the toolstack on {}", path.display()))
}
