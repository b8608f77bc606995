//! Doors: one for each host that listens, and what is behind it when the host has left the pool.
//!
//! All hosts of a simulated pool live in this process. A host that is ejected becomes a pool of its own
//! behind the same door, kept in memory only: a client finds a fresh coordinator there.

use crate::peers::WirePeers;
use crate::pool;
use crate::web_folder::WebFolder;
use anyhow::{Context, Result};
use model::{ClassId, Console, Host, Pif, Ref, Text};
use sim::machine::Speed;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{Header, Snapshot, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use toolstack::Toolstack;
use toolstack::http::{Front, Pages};
use wire::http::{Handler, Head, Intake, Request, Response};

/// Answers with whatever toolstack is behind it now.
pub struct Door(Handle);

pub type Handle = Arc<watch::Sender<Arc<Front>>>;

impl Door {
    pub fn new(toolstack: Arc<Toolstack>) -> Door {
        let folder = toolstack.settings.web_dir.clone();
        let pages = folder.map(|folder| Arc::new(WebFolder(folder)) as Arc<dyn Pages>);
        Door(Arc::new(watch::Sender::new(Arc::new(Front::new(toolstack).with_pages(pages)))))
    }
    pub fn handle(&self) -> Handle {
        self.0.clone()
    }
    fn front(&self) -> Arc<Front> {
        self.0.borrow().clone()
    }
}

impl Handler for Door {
    fn intake(&self, head: &Head) -> Intake {
        self.front().intake(head)
    }
    async fn handle(&self, request: Request) -> Response {
        self.front().handle(request).await
    }
}

/// Which host answers where.
#[derive(Default)]
pub struct Places {
    /// Whose the main address is; `None`: of whoever is the coordinator.
    pub main: Option<Ref<Host>>,
    pub members: Vec<(Ref<Host>, TcpListener)>,
}

impl Places {
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.members.iter().filter_map(|(_, listener)| listener.local_addr().ok()).collect()
    }
}

/// Ports for so many hosts, counted up from the first.
pub async fn listen(first: SocketAddr, count: usize) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for number in 0..count {
        let mut address = first;
        if first.port() != 0 {
            let port =
                u16::try_from(usize::from(first.port()) + number).context("there are not so many ports")?;
            address.set_port(port);
        }
        listeners.push(crate::serve::listen(address, "a member").await?);
    }
    Ok(listeners)
}

pub fn addresses(listeners: &[TcpListener]) -> Result<Vec<Text>> {
    listeners.iter().map(|listener| Ok(Text::new(listener.local_addr()?.to_string()))).collect()
}

/// Give each host its door, the one it had before if it is there, and write the addresses down.
pub async fn settle(store: &Store, main: &TcpListener, members: Vec<TcpListener>) -> Result<Places> {
    let pool = store.snapshot();
    let main_address = Text::new(main.local_addr()?.to_string());
    let mut hosts: Vec<(Ref<Host>, &Host)> = pool.all::<Host>().collect();
    hosts.sort_by(|(_, one), (_, other)| one.name_label.cmp(&other.name_label));
    let at_main = hosts.iter().position(|(_, host)| host.address == main_address);
    let leads = toolstack::toolstack::coordinator(&pool);
    let at_main = at_main.or_else(|| hosts.iter().position(|(id, _)| *id == leads)).unwrap_or(0);
    let (main_host, _) = hosts.remove(at_main);
    let mut doors: BTreeMap<Text, TcpListener> = addresses(&members)?.into_iter().zip(members).collect();
    let mut places = Places { main: Some(main_host), members: Vec::new() };
    let mut moved = vec![(main_host, main_address)];
    let known = hosts.iter().filter_map(|(id, host)| Some((*id, doors.remove(&host.address)?)));
    places.members.extend(known.collect::<Vec<_>>());
    hosts.retain(|(id, _)| !places.members.iter().any(|(placed, _)| placed == id));
    for ((id, _), (address, door)) in hosts.into_iter().zip(doors) {
        moved.push((id, address));
        places.members.push((id, door));
    }
    drop(pool);
    write_down(store, moved).await?;
    Ok(places)
}

async fn write_down(store: &Store, moved: Vec<(Ref<Host>, Text)>) -> Result<()> {
    let change = |tx: &mut store::Transaction| {
        for (host, address) in moved {
            let Some(before) = tx.get(host).map(|host| host.address.clone()).filter(|old| *old != address)
            else {
                continue;
            };
            tx.update(host, |host| host.address = address.clone());
            let pifs = tx.all::<Pif>().filter(|(_, pif)| pif.host == host && pif.IP == before);
            for pif in pifs.map(|(id, _)| id).collect::<Vec<_>>() {
                tx.update(pif, |pif| pif.IP = address.clone());
            }
            let there = format!("https://{before}/");
            let consoles = tx.all::<Console>().filter(|(_, console)| console.location.starts_with(&there));
            for console in consoles.map(|(id, _)| id).collect::<Vec<_>>() {
                tx.update(console, |console| {
                    let rest = console.location.trim_start_matches(&there);
                    console.location = Text::new(format!("https://{address}/{rest}"));
                });
            }
        }
        Ok::<_, store::StoreError>(())
    };
    store.commit(Header::default(), change).await.context("write down where the hosts listen")
}

/// Wait until a host has left the pool; then it is a pool of its own behind its door.
pub async fn move_out(
    door: Handle,
    toolstack: Arc<Toolstack>,
    peers: Arc<WirePeers>,
    host: Ref<Host>,
    speed: Speed,
) {
    let mut changes = toolstack.store.watch();
    let mut last = toolstack.store.snapshot();
    loop {
        changes.mark_unchanged();
        let now = toolstack.store.snapshot();
        if now.get(host).is_none() {
            break;
        }
        last = now;
        if changes.changed().await.is_err() {
            return;
        }
    }
    match alone(&toolstack, &last, peers, host, speed).await {
        Ok(own) => drop(door.send_replace(Arc::new(Front::new(own)))),
        Err(error) => tracing::error!(%error, "a host that left the pool does not start on its own"),
    }
}

async fn alone(
    toolstack: &Toolstack,
    last: &Snapshot,
    peers: Arc<WirePeers>,
    host: Ref<Host>,
    speed: Speed,
) -> Result<Arc<Toolstack>> {
    let store = Arc::new(pool::open(None)?);
    let all = |put: &mut dyn FnMut(model::RefId, Box<dyn model::Row>)| {
        for class in ClassId::all() {
            last.table(class).iter().for_each(|(id, entry)| put(*id, entry.row.clone_row()));
        }
    };
    store.seed(all, |_, _, _| None)?;
    let (clock, chance) = (toolstack.clock.clone(), toolstack.chance.clone());
    let header = Header { at_micros: clock.micros(), ..Header::default() };
    let change = |tx: &mut store::Transaction| {
        toolstack::removal::stand_alone(tx, host, &*toolstack.chance);
        toolstack::derived::refresh(tx);
        Ok::<_, store::StoreError>(())
    };
    store.commit(header, change).await?;
    let machines = pool::machines(&store, clock.clone(), chance.clone(), speed);
    let own = Toolstack::new(store, clock, chance, machines, toolstack.settings.clone());
    let own = own.with_directories(toolstack.directories.clone()).with_peers(peers);
    let own = Arc::new(own);
    toolstack::begin::prepare(&own).await?;
    toolstack::members::start(&own);
    tokio::spawn(toolstack::listen::run(own.clone()));
    tokio::spawn(toolstack::keepers::run(own.clone()));
    Ok(own)
}
