//! `xenios up`: a pool, its toolstack and a page that says so, in one process.

use crate::serve::{self, Plan};
use crate::{data, logging};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The pool that a newcomer gets who says nothing.
const DEFAULT_POOL: &str = "hosts=3,vms=20";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MachineKind {
    Auto,
    Sim,
    Qemu,
    Xen,
}

#[derive(Args)]
pub struct Up {
    /// Everything that is kept goes here (default: the XDG data folder).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep nothing.
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// What runs the virtual machines.
    #[arg(long, value_enum, default_value = "auto")]
    machine: MachineKind,
    /// "hosts=3,vms=50,srs=2,seed=7", a scenario file, or a state.db: the pool at the first start.
    #[arg(long, value_name = "SPEC")]
    simulate: Option<String>,
    /// "max": no waiting; a number: real durations divided by it.
    #[arg(long, value_name = "SPEED", default_value = "10")]
    sim_speed: String,
    /// The page that says what is here.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// XenAPI over TLS.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8443")]
    xapi_listen: SocketAddr,
    /// Each other host listens too, on TLS ports counted up from this address (default: from the one
    /// after --xapi-listen).
    #[arg(long, value_name = "ADDR", num_args = 0..=1, require_equals = true)]
    xapi_members: Option<Option<SocketAddr>>,
    /// XenAPI over plain HTTP: loopback only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    xapi_plain: SocketAddr,
    /// XenAPI on a Unix socket, root without a password (default: DIR/xapi).
    #[arg(long, value_name = "PATH")]
    xapi_socket: Option<PathBuf>,
    /// Settings in the form of xapi.conf; files of a folder `xapi.conf.d` beside it are read after it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Log as JSON.
    #[arg(long)]
    log_json: bool,
}

impl Up {
    pub fn default_options() -> Up {
        use clap::Parser;
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            up: Up,
        }
        Alone::parse_from(["xenios"]).up
    }
}

pub fn run(up: Up) -> Result<()> {
    logging::start(up.log_json);
    match up.machine {
        MachineKind::Auto | MachineKind::Sim => {}
        MachineKind::Qemu => bail!("--machine qemu is not there yet; --machine sim is"),
        MachineKind::Xen => bail!("--machine xen is not there yet; --machine sim is"),
    }
    if !up.xapi_plain.ip().is_loopback() {
        bail!(
            "--xapi-plain {}: plain HTTP is for loopback addresses only; use --xapi-listen for others",
            up.xapi_plain
        );
    }
    let folder = if up.ephemeral { None } else { Some(up.data.unwrap_or_else(data::default_folder)) };
    let socket = up.xapi_socket.or_else(|| folder.as_ref().map(|folder| folder.join("xapi")));
    serve::run(Plan {
        folder,
        simulate: up.simulate,
        default_pool: DEFAULT_POOL,
        speed: up.sim_speed,
        page: Some(up.listen),
        tls: up.xapi_listen,
        members: up.xapi_members.map(|first| first.unwrap_or_else(|| after(up.xapi_listen))),
        plain: Some(up.xapi_plain),
        socket,
        config: up.config,
        identity: None,
    })
}

/// The address with the next port; with any, if the port is any.
fn after(address: SocketAddr) -> SocketAddr {
    let port = if address.port() == 0 { 0 } else { address.port().wrapping_add(1) };
    SocketAddr::new(address.ip(), port)
}
