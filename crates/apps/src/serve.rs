//! Serving: from options to sockets, and back down in good order.

use crate::chance::OsChance;
use crate::doors::{self, Door};
use crate::page::Page;
use crate::peers::WirePeers;
use crate::{configuration, data, pool, signals};
use anyhow::{Context, Result, bail};
use machine::{Chance, Clock, TokioClock};
use model::{Host, Ref, Text};
use sim::machine::Speed;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use toolstack::{Toolstack, certificates, client_certificates};
use wire::http::{Handler, Listener, Server};
use wire::tls::{Identity, ServerConfig, self_signed};

/// What to serve, and where.
pub struct Plan {
    /// `None`: keep nothing.
    pub folder: Option<PathBuf>,
    pub simulate: Option<String>,
    pub default_pool: &'static str,
    pub speed: String,
    pub page: Option<SocketAddr>,
    pub tls: SocketAddr,
    /// Where the first of the other hosts listens; `None`: they have no doors of their own.
    pub members: Option<SocketAddr>,
    pub plain: Option<SocketAddr>,
    pub socket: Option<PathBuf>,
    pub config: Option<PathBuf>,
    /// Certificate and key; `None`: in the data folder.
    pub identity: Option<PathBuf>,
}

/// How long running requests may take to end when everything ends.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a port may be in somebody else's hands.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn run(plan: Plan) -> Result<()> {
    let started = Instant::now();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    let end = runtime.block_on(serve(plan, started))?;
    // Operations that still run are in the journal: the next start takes them up.
    runtime.shutdown_timeout(Duration::from_millis(200));
    if end == End::Again {
        let error =
            std::process::Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).exec();
        bail!("start again: {error}");
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum End {
    Stop,
    Again,
}

async fn serve(plan: Plan, started: Instant) -> Result<End> {
    signals::survive_size_limit()?;
    let settings = match &plan.config {
        Some(path) => configuration::read(path)?,
        None => toolstack::Settings::default(),
    };
    let speed = Speed::parse(&plan.speed)
        .with_context(|| format!("--sim-speed {}: a whole number from 1, or max", plan.speed))?;
    if let Some(folder) = &plan.folder {
        data::prepare(folder)?;
    }
    // Ports first: a taken one should not cost anything.
    let tls = listen(plan.tls, "XenAPI over TLS").await?;
    let plain = match plan.plain {
        Some(address) => Some(listen(address, "XenAPI over plain HTTP").await?),
        None => None,
    };
    let page = match plan.page {
        Some(address) => Some(listen(address, "the page").await?),
        None => None,
    };

    let chance: Arc<dyn Chance> = Arc::new(OsChance);
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64);
    let clock: Arc<dyn Clock> = Arc::new(TokioClock::starting_at(micros));
    let store = Arc::new(pool::open(plan.folder.as_deref())?);
    let mut members = Vec::new();
    if store.snapshot().is_empty() {
        let simulate = plan.simulate.as_deref().unwrap_or(plan.default_pool);
        let mut addresses = vec![Text::new(tls.local_addr()?.to_string())];
        if let Some(first) = plan.members {
            let hosts = pool::count_hosts(simulate, clock.now())?;
            members = doors::listen(first, hosts - 1).await?;
            addresses.extend(doors::addresses(&members)?);
        }
        pool::fill(&store, simulate, clock.now(), &addresses)?;
    } else if plan.simulate.is_some() {
        eprintln!("the data folder holds a pool already: --simulate is for the first start only");
    }
    if let Some(first) = plan.members.filter(|_| members.is_empty()) {
        members = doors::listen(first, store.snapshot().table(model::ClassId::Host).len() - 1).await?;
    }
    let places = match plan.members {
        Some(_) => doors::settle(&store, &tls, members).await?,
        None => doors::Places::default(),
    };
    let machines = pool::machines(&store, clock.clone(), chance.clone(), speed, plan.folder.as_deref())?;
    let main_host = places.main.unwrap_or_else(|| toolstack::toolstack::coordinator(&store.snapshot()));
    let named = settings.server_cert_path.clone().or(plan.identity.clone());
    let file = named.clone().or_else(|| plan.folder.as_ref().map(|folder| folder.join("xapi-ssl.pem")));
    let text = identity(&store.snapshot(), main_host, named.as_deref(), file.as_deref(), plan.tls)?;
    let own = Identity::from_pem(text.as_bytes())?;
    let peers = Arc::new(WirePeers::default());
    peers.show(&own);
    let settings = toolstack::Settings { resident_bytes: crate::memory::resident_bytes, ..settings };
    let toolstack = Toolstack::new(store.clone(), clock, chance, machines, settings)
        .with_directories(Arc::new(crate::people::Files))
        .with_files(Arc::new(crate::files::Disk))
        .with_peers(peers.clone());
    let toolstack = Arc::new(toolstack);
    toolstack::begin::prepare(&toolstack).await?;
    toolstack::members::start(&toolstack);
    tokio::spawn(pool::recall(toolstack.clone(), speed));
    let generated = passwords(&toolstack).await?;
    let resumed = toolstack::runner::resume(&toolstack);
    tokio::spawn(toolstack::listen::run(toolstack.clone()));
    tokio::spawn(toolstack::keepers::run(toolstack.clone()));

    let (stop, stopped) = watch::channel(false);
    let front = Arc::new(Door::new(toolstack.clone()));
    let limits = toolstack.settings.http.clone();
    let mut serving = tokio::task::JoinSet::new();
    let (certificate, tls_settings) =
        watch::channel(client_certificates::server_config(&store.snapshot(), &own)?);
    certificates::adopt(&toolstack, main_host, &text).await?;
    if let Some(file) = file.as_ref().filter(|file| !file.exists()) {
        data::write_secret(file, text.as_bytes())?;
    }
    tokio::spawn(follow_identity(toolstack.clone(), main_host, certificate, peers, file));
    let server = Server::new(front, limits.clone(), stopped.clone());
    let addresses = Addresses {
        tls: tls.local_addr()?,
        plain: plain.as_ref().map(TcpListener::local_addr).transpose()?,
        page: page.as_ref().map(TcpListener::local_addr).transpose()?,
        members: places.addresses(),
        socket: plan.socket.clone(),
    };
    let main = places.main.map_or_else(
        || server.clone(),
        |host| start(Door::new(toolstack.at(host)), limits.clone(), stopped.clone()),
    );
    serving.spawn(main.serve(Listener::Tls(tls, tls_settings)));
    for (host, listener) in places.members {
        let door = Door::new(toolstack.at(host));
        let text = identity(&toolstack.store.snapshot(), host, None, None, plan.tls)?;
        let own = Identity::from_pem(text.as_bytes())?;
        let peers = Arc::new(WirePeers::default());
        peers.show(&own);
        let config = client_certificates::server_config(&toolstack.store.snapshot(), &own)?;
        let (certificate, shown) = watch::channel(config);
        tokio::spawn(doors::move_out(door.handle(), toolstack.clone(), peers.clone(), host, speed));
        let server = start(door, limits.clone(), stopped.clone());
        tokio::spawn(follow_identity(toolstack.clone(), host, certificate, peers, None));
        serving.spawn(server.serve(Listener::Tls(listener, shown)));
    }
    if let Some(plain) = plain {
        serving.spawn(server.clone().serve(Listener::Tcp(plain)));
    }
    if let Some(path) = &plan.socket {
        serving.spawn(server.clone().serve(Listener::Unix(unix(path)?)));
    }
    if let Some(page) = page {
        let summary = summary(&toolstack);
        let plain = addresses.plain.map(|address| address.to_string());
        let content = Page::new(&addresses.tls.to_string(), plain.as_deref(), &summary);
        serving.spawn(start(content, limits, stopped).serve(Listener::Tcp(page)));
    }
    if let Some(folder) = &plan.folder {
        std::fs::write(folder.join("pid"), std::process::id().to_string()).context("write the pid")?;
    }
    if let Some(password) = generated {
        println!("root's password is {password} (shown once; it is kept as a hash only)");
    }
    let resumed = if resumed == 0 { String::new() } else { format!(", {resumed} operations taken up") };
    println!("ready in {:.2} s: {}{resumed}", started.elapsed().as_secs_f64(), addresses);
    std::io::stdout().flush().context("say that it is ready")?;

    let again = tokio::select! {
        again = signals::end_or_again() => again?,
        ending = toolstack.ending.asked() => ending == toolstack::ending::Ending::Again,
    };
    stop.send_replace(true);
    let drained = tokio::time::timeout(DRAIN, async { while serving.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::info!("some requests were still running");
    }
    if let Some(path) = &plan.socket {
        drop(std::fs::remove_file(path));
    }
    tokio::task::spawn_blocking(move || store.checkpoint()).await.context("write the last checkpoint")??;
    Ok(if again { End::Again } else { End::Stop })
}

fn start<H: Handler>(
    handler: H,
    limits: wire::http::Settings,
    stopped: watch::Receiver<bool>,
) -> Arc<Server<H>> {
    Server::new(Arc::new(handler), limits, stopped)
}

struct Addresses {
    tls: SocketAddr,
    plain: Option<SocketAddr>,
    page: Option<SocketAddr>,
    members: Vec<SocketAddr>,
    socket: Option<PathBuf>,
}

impl std::fmt::Display for Addresses {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(page) = self.page {
            write!(out, "http://{page}, ")?;
        }
        write!(out, "XenAPI at https://{}", self.tls)?;
        if let Some(plain) = self.plain {
            write!(out, ", http://{plain}")?;
        }
        for (number, member) in self.members.iter().enumerate() {
            write!(out, "{}https://{member}", if number == 0 { ", members at " } else { ", " })?;
        }
        if let Some(socket) = &self.socket {
            write!(out, ", {}", socket.display())?;
        }
        Ok(())
    }
}

/// Somebody who was killed a moment ago may still hold the port for a moment.
pub async fn listen(address: SocketAddr, what: &str) -> Result<TcpListener> {
    let patient_until = Instant::now() + PATIENCE;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() != std::io::ErrorKind::AddrInUse => {
                return Err(error).with_context(|| format!("{what}: listen on {address}"));
            }
            Err(_) if Instant::now() < patient_until => tokio::time::sleep(PATIENCE / 40).await,
            Err(_) => bail!(
                "{what}: {address} is taken by another program; choose another address (see --help), or stop the other one"
            ),
        }
    }
}

/// A socket that only its owner may use. One that is left over from before is taken away.
fn unix(path: &Path) -> Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    if path.exists() {
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            bail!("{} is in use by another process", path.display());
        }
        std::fs::remove_file(path).with_context(|| format!("take away the old socket {}", path.display()))?;
    }
    data::make_folder_of(path)?;
    let listener = UnixListener::bind(path).with_context(|| format!("listen on {}", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("protect {}", path.display()))?;
    Ok(listener)
}

/// Key and certificate as text: of the file that was named, else what the pool keeps, else what is in
/// the data folder, else new ones.
fn identity(
    pool: &store::Snapshot,
    host: Ref<Host>,
    named: Option<&Path>,
    file: Option<&Path>,
    address: SocketAddr,
) -> Result<String> {
    let read =
        |path: &Path| std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()));
    if let Some(path) = named.filter(|path| path.exists()) {
        return read(path);
    }
    let row = pool.get(host);
    let kept = row.and_then(|host| certificates::text(pool, host, model::CertificateType::Host));
    if let Some(text) = kept {
        return Ok(text.to_string());
    }
    match file.filter(|path| path.exists()) {
        Some(path) => read(path),
        None => self_signed(
            row.map_or("localhost", |host| &host.hostname),
            &[address.ip(), [127, 0, 0, 1].into()],
            SystemTime::now(),
            None,
        )
        .context("make a certificate"),
    }
}

/// The server shows what the toolstack says from now on, and the file holds it.
async fn follow_identity(
    toolstack: Arc<Toolstack>,
    host: Ref<Host>,
    shown: watch::Sender<Arc<ServerConfig>>,
    peers: Arc<WirePeers>,
    file: Option<PathBuf>,
) {
    let mut changes = toolstack.identity.subscribe();
    let mut last = None;
    while changes.changed().await.is_ok() {
        let pool = toolstack.store.snapshot();
        let row = pool.get(host);
        let kept = row.and_then(|host| certificates::text(&pool, host, model::CertificateType::Host));
        let asks = client_certificates::are_asked_for(&pool);
        let Some(text) = kept.filter(|text| last.as_ref() != Some(&(asks, text.clone()))) else { continue };
        last = Some((asks, text.clone()));
        let identity = Identity::from_pem(text.as_bytes());
        match identity
            .and_then(|identity| Ok((client_certificates::server_config(&pool, &identity)?, identity)))
        {
            Ok((config, identity)) => {
                peers.show(&identity);
                shown.send_replace(config);
            }
            Err(error) => tracing::error!(%error, "the new certificate cannot be shown"),
        }
        if let Some(file) = &file
            && let Err(error) = data::write_secret(file, text.as_bytes())
        {
            tracing::error!(%error, "the new certificate could not be written into its file");
        }
    }
}

/// Root's password: from the environment, else the one that is kept, else a new one, which comes back.
async fn passwords(toolstack: &Arc<Toolstack>) -> Result<Option<String>> {
    let given = std::env::var("XENIOS_ROOT_PASSWORD").ok().filter(|password| !password.is_empty());
    let kept = toolstack::passwords::kept(&toolstack.store.snapshot(), "root");
    let (password, new) = match (given, &kept) {
        (Some(password), _) => (password, false),
        (None, Some(_)) => return Ok(None),
        (None, None) => {
            let bits = toolstack.chance.bits();
            let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
            ((0..16).map(|place| letters[(bits >> (5 * place)) as usize & 31] as char).collect(), true)
        }
    };
    if kept.is_some() && toolstack.door.passwords.verify(&password, kept).await {
        return Ok(None);
    }
    toolstack.set_password("root", &password).await?;
    Ok(new.then_some(password))
}

fn summary(toolstack: &Toolstack) -> String {
    let pool = toolstack.store.snapshot();
    let machines =
        pool.all::<model::Vm>().filter(|(_, vm)| !vm.is_a_template && !vm.is_control_domain).count();
    format!(
        "a simulated pool of {} hosts and {machines} virtual machines",
        pool.table(model::ClassId::Host).len()
    )
}
