//! `session`: logging in and out.

use crate::arguments::Arguments;
use crate::directory::{Directory, subject_of};
use crate::handler::{Call, Change, Handler, Origin, Reading};
use crate::passwords;
use crate::sessions::{self, Login};
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use model::{ApiError, Ref, Session, Text, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

pub const HANDLERS: &[(&str, Handler)] = &[
    (
        "session.login_with_password",
        Handler::Serve(|toolstack, call, arguments| Box::pin(login(toolstack, call, arguments))),
    ),
    (
        "session.slave_login",
        Handler::Serve(|toolstack, call, arguments| Box::pin(member_login(toolstack, call, arguments))),
    ),
    ("session.slave_local_login", Handler::Serve(local_login)),
    ("session.slave_local_login_with_password", Handler::Serve(local_login_with_password)),
    (
        "session.create_from_db_file",
        Handler::Serve(|toolstack, call, arguments| Box::pin(open_file(toolstack, call, arguments))),
    ),
    ("session.logout", Handler::Change(logout)),
    ("session.local_logout", Handler::Read(local_logout)),
    (
        "session.change_password",
        Handler::Serve(|toolstack, call, arguments| Box::pin(change_password(toolstack, call, arguments))),
    ),
    ("session.get_all_subject_identifiers", Handler::Read(all_subject_identifiers)),
    ("session.logout_subject_identifier", Handler::Change(logout_subject_identifier)),
];

async fn login(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let (name, password) = (arguments.text("uname")?, arguments.text("pwd")?);
    let originator = arguments.text("originator")?;
    let login = if call.origin == Origin::Socket {
        Login::Local { name: if name.is_empty() { Text::new_static("root") } else { name } }
    } else if let Origin::Certified(_) = call.origin {
        let pool = toolstack.store.snapshot();
        toolstack.must_be_coordinator(&pool)?;
        let (_, pool) = crate::operations::pool::the_pool(&pool)?;
        Login::Certificate { name: pool.client_certificate_auth_name.clone() }
    } else {
        toolstack.must_be_coordinator(&toolstack.store.snapshot())?;
        toolstack.identify_caller(&name, &password, &originator, &call).await?
    };
    toolstack.open_session(&call, login, originator).await.map(|id| Value::Ref(id.id()))
}

async fn member_login(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> Result<Value, ApiError> {
    let host: Ref<model::Host> = arguments.reference("host")?;
    check_pool_secret(&toolstack, &arguments.text("psecret")?, &host.to_string()).await?;
    toolstack.open_session(&call, Login::Member, Text::default()).await.map(|id| Value::Ref(id.id()))
}

fn local_login(
    toolstack: Arc<Toolstack>,
    _: Call,
    arguments: Arguments,
) -> BoxFuture<'static, Result<Value, ApiError>> {
    Box::pin(async move {
        check_pool_secret(&toolstack, &arguments.text("psecret")?, "localhost").await?;
        let id = toolstack.door.local_sessions.begin(&*toolstack.chance, Text::new_static("pool"));
        Ok(Value::Ref(id.id()))
    })
}

fn local_login_with_password(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> BoxFuture<'static, Result<Value, ApiError>> {
    Box::pin(async move {
        let (name, password) = (arguments.text("uname")?, arguments.text("pwd")?);
        if call.origin != Origin::Socket {
            toolstack.authenticate(&name, &password).await?;
        }
        Ok(Value::Ref(toolstack.door.local_sessions.begin(&*toolstack.chance, name).id()))
    })
}

impl Toolstack {
    /// The same as `identify`; a failure is noted, to be told later.
    pub async fn identify_caller(
        &self,
        name: &str,
        password: &str,
        originator: &str,
        call: &Call,
    ) -> Result<Login, ApiError> {
        let outcome = self.identify(name, password).await;
        if outcome.as_ref().is_err_and(|error| error.code == "SESSION_AUTHENTICATION_FAILED") {
            let now = self.clock.now();
            self.door.failed_logins.note(name, &call.client, originator, call.origin, now);
        }
        outcome
    }

    /// Who somebody is by name and password: a local user, else one whom the directory knows.
    pub async fn identify(&self, name: &str, password: &str) -> Result<Login, ApiError> {
        let local = passwords::kept(&self.store.snapshot(), name).is_some();
        let directory = if local { None } else { self.directory().await };
        match directory {
            None => {
                self.authenticate(name, password).await?;
                Ok(Login::Local { name: Text::new(name) })
            }
            Some(Ok(directory)) => self.identify_in(&*directory, name, password).await,
            Some(Err(unopened)) => {
                tracing::warn!(reason = unopened.text(), "the directory cannot be asked");
                self.denied(name, "The directory cannot be asked").await
            }
        }
    }

    async fn identify_in(
        &self,
        directory: &dyn Directory,
        name: &str,
        password: &str,
    ) -> Result<Login, ApiError> {
        let own = plain_name(name);
        if !directory.verify(own, password, &self.door.passwords).await {
            return self.denied(name, "Authentication failure").await;
        }
        let Some(sid) = directory.find(own).await else {
            return self.denied(name, "Authentication failure").await;
        };
        if let Some(obstacle) = directory.obstacle(&sid).await {
            return Err(ApiError {
                params: vec![Text::new(name), Text::new_static(obstacle)],
                ..ApiError::session_authorization_failed(name, obstacle)
            });
        }
        let groups = directory.groups(&sid).await.unwrap_or_default();
        let pool = self.store.snapshot();
        let Some(subject) = subject_of(&pool, &sid, &groups) else {
            return self.denied(name, "No subject of the pool stands for this user").await;
        };
        if crate::rbac::rank_of_subject(&pool, subject).is_none() {
            let reason = format!("The subject of {name} has no role");
            return Err(ApiError::rbac_permission_denied("session.login_with_password", reason));
        }
        Ok(Login::Subject { subject, sid, name: Text::new(name) })
    }

    /// Check the password of a local user. A wrong one is answered late, which delays nobody else.
    pub async fn authenticate(&self, name: &str, password: &str) -> Result<(), ApiError> {
        let kept = passwords::kept(&self.store.snapshot(), name);
        if self.door.passwords.verify(password, kept).await {
            return Ok(());
        }
        self.denied(name, "Authentication failure").await
    }

    async fn denied<T>(&self, name: &str, reason: &'static str) -> Result<T, ApiError> {
        tracing::info!(target: "audit", call = "session.login_with_password", who = name, outcome = "DENIED");
        self.clock.sleep(self.settings.failed_login_delay).await;
        Err(not_authenticated(name, reason))
    }

    /// A session for somebody who has proved who they are.
    pub async fn open_session(
        self: &Arc<Self>,
        call: &Call,
        login: Login,
        originator: Text,
    ) -> Result<Ref<Session>, ApiError> {
        let who = match &login {
            Login::Local { name } | Login::Subject { name, .. } | Login::Certificate { name } => name.clone(),
            Login::Member => Text::new_static("pool"),
        };
        let value = self
            .change(&Call { who, ..call.clone() }, "session.login_with_password", |change| {
                let id = sessions::begin(
                    change.tx,
                    change.chance,
                    change.now,
                    self.this_host(),
                    login,
                    originator,
                );
                Ok(Value::Ref(id.id()))
            })
            .await?;
        match value {
            Value::Ref(id) => Ok(Ref::new(id)),
            _ => Err(ApiError::internal_error("a session has no reference")),
        }
    }

    pub async fn close_session(self: &Arc<Self>, session: Ref<Session>) -> Result<(), ApiError> {
        self.change(&Call::own("door"), "session.logout", |change| {
            change.tx.delete(session);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
    }

    /// Set the password of a local user, who is made if need be.
    pub async fn set_password(self: &Arc<Self>, name: &str, password: &str) -> Result<(), ApiError> {
        let hash = self.door.passwords.hash(password, &*self.chance).await;
        let hash = hash.ok_or_else(|| ApiError::internal_error("the password could not be hashed"))?;
        self.change(&Call::own("door"), "session.change_password", |change| {
            passwords::keep(change.tx, change.chance, name, hash);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
    }

    /// The secret by which the members of a pool know each other.
    pub fn knows_pool_secret(&self, secret: &str) -> bool {
        let pool = self.store.snapshot();
        let names = [crate::begin::POOL_SECRET, crate::operations::pool::secret::ALSO_ACCEPTED];
        let kept = names.into_iter().filter_map(|name| crate::kept::get(&pool, name));
        kept.filter(|kept| !kept.is_empty()).any(|kept| passwords::same_secret(kept, secret))
    }
}

/// A name as the directory has it: `EXAMPLE\\ann` and `ann@example.net` are `ann`.
fn plain_name(name: &str) -> &str {
    let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
    name.split_once('@').map_or(name, |(name, _)| name)
}

async fn check_pool_secret(toolstack: &Toolstack, secret: &str, host: &str) -> Result<(), ApiError> {
    if toolstack.knows_pool_secret(secret) {
        return Ok(());
    }
    toolstack.clock.sleep(toolstack.settings.failed_login_delay).await;
    Err(not_authenticated(host, "Pool credentials invalid"))
}

/// The model declares no parameters for it, but it has always had two.
fn not_authenticated(who: &str, text: &'static str) -> ApiError {
    ApiError {
        params: vec![Text::new(who), Text::new_static(text)],
        ..ApiError::session_authentication_failed()
    }
}

/// A file by its whole path.
async fn open_file(toolstack: Arc<Toolstack>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
    let path = arguments.text("filename")?;
    if !path.starts_with('/') {
        return Err(ApiError::invalid_value("filename", path));
    }
    let bytes = toolstack.files.read(&path).await.map_err(ApiError::could_not_import_database)?;
    crate::foreign::open(&toolstack, &call, bytes).await
}

fn logout(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    change.tx.delete(change.call.session);
    if !change.dry {
        change.toolstack.door.local_sessions.end(change.call.session);
    }
    Ok(Value::VOID)
}

fn local_logout(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    reading.toolstack.door.local_sessions.end(reading.call.session);
    Ok(Value::VOID)
}

async fn change_password(
    toolstack: Arc<Toolstack>,
    call: Call,
    arguments: Arguments,
) -> Result<Value, ApiError> {
    let (old, new) = (arguments.text("old_pwd")?, arguments.text("new_pwd")?);
    let pool = toolstack.store.snapshot();
    let session = pool.get(call.session);
    let by_member = session.is_some_and(|session| session.pool);
    let name = session.map(|session| session.auth_user_name.clone()).filter(|name| !name.is_empty());
    let name = name.unwrap_or(Text::new_static("root"));
    if !by_member {
        toolstack.authenticate(&name, &old).await?;
    }
    if new.is_empty() {
        return Err(ApiError::change_password_rejected("the password is empty"));
    }
    toolstack.set_password(&name, &new).await?;
    Ok(Value::VOID)
}

fn all_subject_identifiers(reading: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    let external = reading.pool.all::<Session>().filter(|(_, session)| !session.is_local_superuser);
    let sids: BTreeSet<&str> =
        external.map(|(_, session)| session.auth_user_sid.as_str()).filter(|sid| !sid.is_empty()).collect();
    Ok(Value::Array(sids.into_iter().map(Value::from).collect()))
}

/// The caller's own session stays.
fn logout_subject_identifier(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let sid = arguments.text("subject_identifier")?;
    let sessions = change.tx.all::<Session>();
    let theirs = sessions.filter(|(id, session)| session.auth_user_sid == sid && *id != change.call.session);
    let theirs: Vec<Ref<Session>> = theirs.map(|(id, _)| id).collect();
    for id in theirs {
        change.tx.delete(id);
    }
    Ok(Value::VOID)
}
