//! `Server`: the program that is measured, as a process of its own.

use crate::Bench;
use crate::connection::Connection;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "measured";

pub struct Server {
    child: Child,
    pub plain: SocketAddr,
    /// From the start of the process to the line that says it is ready.
    pub ready: Duration,
    pub line: String,
    /// Kept open: the server may have more to say.
    _output: BufReader<ChildStdout>,
}

impl Bench {
    /// A data folder that is not there yet.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `xenios up` with ports that are free.
    pub fn up(&self, options: &str) -> Result<Server> {
        self.start(options, Some(PASSWORD))
    }

    /// The same, as users start it: root's password is the one that is kept, or a new one.
    pub fn up_plainly(&self, options: &str) -> Result<Server> {
        self.start(options, None)
    }

    fn start(&self, options: &str, password: Option<&str>) -> Result<Server> {
        let mut command = Command::new(&self.xenios);
        command.arg("up").args(options.split_whitespace());
        for listener in ["--listen", "--xapi-listen", "--xapi-plain"] {
            command.args([listener, "127.0.0.1:0"]);
        }
        command.env_remove("XENIOS_ROOT_PASSWORD").env("RUST_LOG", "error");
        command.envs(password.map(|password| ("XENIOS_ROOT_PASSWORD", password)));
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let begin = Instant::now();
        let mut child = command.spawn().context("start the server")?;
        let mut output = BufReader::new(child.stdout.take().context("the server's output")?);
        let mut line = String::new();
        while !line.starts_with("ready") {
            line.clear();
            if output.read_line(&mut line)? == 0 {
                let status = child.wait()?;
                anyhow::bail!("the server ended before it was ready ({status}): xenios up {options}");
            }
        }
        let ready = begin.elapsed();
        let plain = line.split_once("XenAPI at ").and_then(|(_, rest)| rest.split("http://").nth(1));
        let plain = plain.and_then(|rest| rest.split([',', '\n']).next()?.trim().parse().ok());
        let plain = plain.with_context(|| format!("no address in: {line}"))?;
        Ok(Server { child, plain, ready, line, _output: output })
    }
}

impl Server {
    /// User and system time so far.
    pub fn cpu(&self) -> Result<Duration> {
        cpu(self.child.id())
    }

    pub fn resident_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }

    /// A connection with a session.
    pub fn login(&self) -> Result<(Connection, String)> {
        let mut connection = Connection::open(self.plain)?;
        let session =
            connection.text("session.login_with_password", json!(["root", PASSWORD, "2.21", "bench"]))?;
        Ok((connection, session))
    }

    /// End in good order.
    pub fn end(mut self) -> Result<()> {
        let id = Pid::from_child(&self.child);
        kill_process(id, Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }
    // Dropped, it is killed on the spot.
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// User and system time of a process, in the kernel's ticks of ten milliseconds.
pub fn cpu(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("stat")?;
    let ticks =
        |number: usize| fields.split_whitespace().nth(number).and_then(|field| field.parse::<u64>().ok());
    // Fields 14 and 15 of the whole line.
    let ticks = ticks(11).zip(ticks(12)).map(|(user, system)| user + system).context("stat")?;
    Ok(Duration::from_millis(ticks * 10))
}

/// The virtual machines that can be started and stopped, in the order of their references.
pub fn machines(connection: &mut Connection, session: &str) -> Result<Vec<String>> {
    let filter = r#"field "is_a_template" = "false" and field "is_control_domain" = "false""#;
    let found = connection.call("VM.get_all_where", json!([session, filter]));
    let found = match found {
        Ok(found) => found,
        Err(_) => {
            let all = connection.call("VM.get_all_records", json!([session]))?;
            let plain = |record: &serde_json::Value| {
                record["is_a_template"] == json!(false) && record["is_control_domain"] == json!(false)
            };
            let all = all.as_object().context("records")?.iter().filter(|(_, record)| plain(record));
            json!(all.map(|(id, _)| id.clone()).collect::<Vec<_>>())
        }
    };
    Ok(serde_json::from_value(found)?)
}
