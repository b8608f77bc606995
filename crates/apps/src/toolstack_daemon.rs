//! `xenios toolstack`: one host's daemon, as a system service, on the system's paths.

use crate::logging;
use crate::serve::{self, Plan};
use anyhow::Result;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
pub struct Daemon {
    #[arg(long, value_name = "FILE", default_value = "/etc/xapi.conf")]
    config: PathBuf,
    #[arg(long, value_name = "DIR", default_value = "/var/lib/xenios")]
    data: PathBuf,
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:443")]
    listen: SocketAddr,
    /// Plain HTTP on this loopback address.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:80")]
    plain: SocketAddr,
    #[arg(long, value_name = "PATH", default_value = "/var/lib/xcp/xapi")]
    socket: PathBuf,
    /// Certificate and key in one file; made if it is not there.
    #[arg(long, value_name = "FILE", default_value = "/etc/xensource/xapi-ssl.pem")]
    certificate: PathBuf,
    /// The pool at the first start, until there are real machines.
    #[arg(long, value_name = "SPEC")]
    simulate: Option<String>,
    #[arg(long, value_name = "SPEED", default_value = "10")]
    sim_speed: String,
    /// Log as JSON.
    #[arg(long)]
    log_json: bool,
}

pub fn run(daemon: &Daemon) -> Result<()> {
    logging::start(daemon.log_json);
    if !daemon.plain.ip().is_loopback() {
        anyhow::bail!("--plain {}: plain HTTP is for loopback addresses only", daemon.plain);
    }
    serve::run(Plan {
        folder: Some(daemon.data.clone()),
        simulate: daemon.simulate.clone(),
        default_pool: "hosts=1,vms=0",
        speed: daemon.sim_speed.clone(),
        page: None,
        tls: daemon.listen,
        members: None,
        plain: Some(daemon.plain),
        socket: Some(daemon.socket.clone()),
        config: daemon.config.exists().then(|| daemon.config.clone()),
        identity: Some(daemon.certificate.clone()),
    })
}
