//! `pool.join`: this host becomes a member of another pool.
//!
//! ```text
//!  log in ─► checks ─► secret ─► certificates ─► log in again, the other side known by its certificate
//!         ─► be taken in: the rows are theirs now ─► follow
//! ```
//!
//! That it asks to be taken in is written down before it asks: after a crash in between the other
//! side is asked whether that has happened.

mod checks;

use crate::arguments::Arguments;
use crate::handler::{Answering, Call, Handler};
use crate::members::language::{Ask, Newcomer, Reply};
use crate::members::{self, Following};
use crate::peers::{Peer, PeerError};
use crate::toolstack::{Toolstack, coordinator};
use checks::Theirs;
use model::{ApiError, Certificate, CertificateType, Host, Ref, Text, Value};
use std::sync::Arc;
use std::time::Duration;
use store::Snapshot;
use wire::tls;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("pool.join", Handler::Serve(|toolstack, call, arguments| join(toolstack, call, arguments, false))),
    ("pool.join_force", Handler::Serve(|toolstack, call, arguments| join(toolstack, call, arguments, true))),
];

fn join(toolstack: Arc<Toolstack>, _: Call, arguments: Arguments, force: bool) -> Answering<Value> {
    Box::pin(async move {
        let address = arguments.text("master_address")?;
        let (name, password) = (arguments.text("master_username")?, arguments.text("master_password")?);
        let peer = Peer { address, fingerprint: None };
        let mut coordinator =
            Session::begin(&toolstack, peer, &name, &password).await.map_err(unreachable)?;
        let outcome = prepare(&mut coordinator, force).await;
        coordinator.end().await;
        let (known, secret) = outcome?;
        // From here on only the host that showed this certificate is talked to.
        let again = Session::begin(&toolstack, known.clone(), &name, &password).await;
        again.map_err(|_| ApiError::joining_host_service_failed())?.end().await;
        move_in(&toolstack, known, secret).await?;
        Ok(Value::VOID)
    })
}

fn unreachable(error: PeerError) -> ApiError {
    match error {
        PeerError::Api(error) => error,
        PeerError::Unreachable(reason) => {
            tracing::info!(reason, "the coordinator to be cannot be reached");
            ApiError::joining_host_connection_failed()
        }
    }
}

/// A session at another coordinator.
struct Session<'a> {
    toolstack: &'a Arc<Toolstack>,
    peer: Peer,
    session: Value,
}

impl Session<'_> {
    async fn begin<'a>(
        toolstack: &'a Arc<Toolstack>,
        peer: Peer,
        name: &str,
        password: &str,
    ) -> Result<Session<'a>, PeerError> {
        let params = [name, password, "1.0", "xenios pool.join"].map(Value::from).to_vec();
        let session = toolstack.peers.call(&peer, "session.login_with_password", params).await?;
        Ok(Session { toolstack, peer, session })
    }
    async fn call(
        &self,
        method: &'static str,
        params: impl IntoIterator<Item = Value>,
    ) -> Result<Value, ApiError> {
        let params = std::iter::once(self.session.clone()).chain(params).collect();
        self.toolstack.peers.call(&self.peer, method, params).await.map_err(unreachable)
    }
    async fn end(self) {
        if let Err(error) = self.call("session.logout", []).await {
            tracing::debug!(%error, "a session at another pool stays until it is forgotten");
        }
    }
}

/// All that is asked and agreed before anything changes: the coordinator as it will be known, and the
/// secret of its pool.
async fn prepare(theirs: &mut Session<'_>, force: bool) -> Result<(Peer, Text), ApiError> {
    let there = Theirs::read(theirs).await?;
    let pool = theirs.toolstack.store.snapshot();
    let here = theirs.toolstack.this_host();
    checks::check(&pool, here, &there, force)?;
    let secret = theirs.call("pool.initial_auth", []).await?.as_text().unwrap_or_default();
    let uuid = pool.get(here).map(|host| host.uuid.to_string()).unwrap_or_default();
    let own = theirs.toolstack.peers.own_certificate();
    let certificates =
        theirs.call("pool.exchange_certificates_on_join", [Value::from(uuid), Value::String(own)]).await?;
    let certificate = certificates.member(&there.coordinator_uuid).and_then(Value::as_text);
    let certificate = certificate.and_then(|pem| tls::Certificate::from_pem(&pem)).ok_or_else(|| {
        ApiError::pool_joining_master_certificate_not_in_pool_bundle(&there.coordinator_uuid)
    })?;
    let trusted = Value::Struct(authorities(&pool));
    theirs.call("pool.exchange_ca_certificates_on_join", [trusted, Value::Array(Vec::new())]).await?;
    let fingerprint = Some(Text::new(&certificate.sha256));
    Ok((Peer { fingerprint, ..theirs.peer.clone() }, secret))
}

/// The authorities that are trusted here by name.
fn authorities(pool: &Snapshot) -> Vec<(Text, Value)> {
    let rows = pool.all::<Certificate>();
    let named = rows.filter(|(_, row)| row.r#type == CertificateType::Ca && !row.name.is_empty());
    let text = |row: &Certificate| super::certificates::text_of(pool, row).cloned();
    named.filter_map(|(_, row)| Some((row.name.clone(), Value::String(text(row)?)))).collect()
}

/// Be taken in, and follow.
async fn move_in(toolstack: &Arc<Toolstack>, peer: Peer, secret: Text) -> Result<(), ApiError> {
    let pool = toolstack.store.snapshot();
    let here = toolstack.this_host();
    let host = pool.get(here).map(|host| host.uuid).unwrap_or_default();
    let own = tls::Certificate::from_pem(&toolstack.peers.own_certificate());
    let following = Following {
        address: peer.address.clone(),
        fingerprint: peer.fingerprint.clone().unwrap_or_default(),
        secret,
        pending: true,
        former_secret: None,
    };
    toolstack.keep_following(Some(&following)).await?;
    let newcomer = Newcomer {
        host,
        fingerprint: Text::new(own.map(|own| own.sha256).unwrap_or_default()),
        rows: members::arrival::luggage(&pool, here),
    };
    match members::ask_coordinator(toolstack, &following, Ask::Admit(Box::new(newcomer))).await {
        Ok(Reply::Admitted { accounts }) => {
            settle(toolstack, following, accounts).await?;
            Ok(())
        }
        Ok(Reply::Refused { code, params }) => {
            toolstack.keep_following(None).await?;
            Err(ApiError::from_parts(code, params))
        }
        // Whether that happened, nobody knows: the other side is asked until it says.
        Ok(_) | Err(_) => {
            tokio::spawn(find_out(toolstack.clone()));
            Err(ApiError::joining_host_service_failed())
        }
    }
}

/// The rows are theirs: let them drive the machine, and after a while send clients there.
async fn settle(
    toolstack: &Arc<Toolstack>,
    following: Following,
    accounts: Vec<(Text, Text)>,
) -> Result<(), ApiError> {
    let following = Following { pending: false, ..following };
    toolstack.keep_following(Some(&following)).await?;
    toolstack.take_accounts(accounts).await?;
    toolstack.hand_over();
    let toolstack = toolstack.clone();
    tokio::spawn(async move {
        toolstack.clock.sleep(toolstack.settings.fuse_time).await;
        // It may have left again meanwhile.
        if members::following(&toolstack.store.snapshot()).as_ref() == Some(&following) {
            toolstack.follow(following.address);
        }
    });
    Ok(())
}

/// How long it takes until the other side is asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// Find out whether this host has been taken in by the pool that it asked.
pub async fn find_out(toolstack: Arc<Toolstack>) {
    let pool = toolstack.store.snapshot();
    let Some(following) = members::following(&pool).filter(|following| following.pending) else { return };
    let here: Ref<Host> = coordinator(&pool);
    let host = pool.get(here).map(|host| host.uuid).unwrap_or_default();
    loop {
        let done = match members::ask_coordinator(&toolstack, &following, Ask::Known { host }).await {
            Ok(Reply::Known(true)) => settle(&toolstack, following.clone(), Vec::new()).await,
            Ok(Reply::Known(false) | Reply::Refused { .. }) => toolstack.keep_following(None).await,
            _ => Err(ApiError::joining_host_connection_failed()),
        };
        match done {
            Ok(()) => return,
            Err(error) => tracing::info!(%error, "whether this host is a member is not known yet"),
        }
        toolstack.clock.sleep(PAUSE).await;
    }
}
