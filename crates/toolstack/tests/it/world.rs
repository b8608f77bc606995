//! A small pool without machines, and a few words to call it with.

use futures_util::future::BoxFuture;
use machine::clock::{Seeded, TokioClock};
use model::schema::Rank;
use model::{ApiError, Host, Pool, Ref, RefId, Role, Session, Set, Subject, Text, TextMap, Uuid, Value, Vm};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Header, MemoryEngine, Store, StoreError, Transaction};
use toolstack::directory::people::People;
use toolstack::directory::{Directories, Opened, Unopened};
use toolstack::handler::Origin;
use toolstack::passwords::Passwords;
use toolstack::sessions::{self, Login};
use toolstack::{Answer, Incoming, Settings, Toolstack, rbac};

pub const HOST: Ref<Host> = Ref::from_bits(0x10);
pub const POOL: Ref<Pool> = Ref::from_bits(0x11);
pub const WEB: Ref<Vm> = Ref::from_bits(0x20);
pub const DB: Ref<Vm> = Ref::from_bits(0x21);

/// 2026-01-01, in seconds.
pub const START: i64 = 1_767_225_600;

pub struct World {
    pub toolstack: Arc<Toolstack>,
    /// Of root.
    pub session: Value,
}

pub async fn world() -> World {
    world_with(Settings::default()).await
}

pub async fn world_with(settings: Settings) -> World {
    let store = Store::open_inline(MemoryEngine::default(), store::Settings::default()).unwrap();
    let (clock, chance) = (TokioClock::starting_at(START * 1_000_000), Seeded::new(7));
    let (store, clock, chance) = (Arc::new(store), Arc::new(clock), Arc::new(chance));
    let toolstack = Toolstack::new(store, clock, chance, BTreeMap::new(), settings);
    let toolstack = toolstack
        .with_passwords(Passwords::quick())
        .with_directories(Arc::new(InConfiguration))
        .with_files(Arc::new(OneFile))
        .at(HOST);
    let vm =
        |name: &str, number: u128| Vm { name_label: Text::new(name), uuid: Uuid(number), ..Vm::default() };
    edit(&toolstack, |tx| {
        let host = Host {
            name_label: Text::new("h1"),
            address: Text::new("10.0.0.1"),
            uuid: Uuid(1),
            ..Host::default()
        };
        tx.insert(HOST, host);
        tx.insert(POOL, Pool { master: HOST, uuid: Uuid(2), ..Pool::default() });
        tx.insert(WEB, vm("web", 0x1000));
        tx.insert(DB, vm("db", 0x1001));
        rbac::seed_roles(tx);
    })
    .await;
    toolstack.set_password("root", "secret").await.unwrap();
    let world = World { toolstack, session: Value::Nil };
    let session =
        world.bare("session.login_with_password", vec!["root".into(), "secret".into()]).await.unwrap();
    World { session, ..world }
}

pub async fn edit(toolstack: &Toolstack, change: impl FnOnce(&mut Transaction)) {
    let edit = |tx: &mut Transaction| {
        change(tx);
        Ok::<_, StoreError>(())
    };
    toolstack.store.commit(Header::default(), edit).await.unwrap();
}

impl World {
    pub async fn edit(&self, change: impl FnOnce(&mut Transaction)) {
        edit(&self.toolstack, change).await;
    }
    pub fn incoming(&self, method: &str, params: Vec<Value>) -> Incoming {
        let origin = Origin::Network([10, 0, 0, 9].into());
        Incoming { method: Text::new(method), params, origin, client: Text::new("test") }
    }
    /// A call without a session.
    pub async fn bare(&self, method: &str, params: Vec<Value>) -> Result<Value, ApiError> {
        self.toolstack.call(self.incoming(method, params)).await.map(Answer::into_value)
    }
    pub async fn with(
        &self,
        session: &Value,
        method: &str,
        params: impl Into<Vec<Value>>,
    ) -> Result<Value, ApiError> {
        let mut all = vec![session.clone()];
        all.extend(params.into());
        self.bare(method, all).await
    }
    /// A call of root.
    pub async fn call(&self, method: &str, params: impl Into<Vec<Value>>) -> Result<Value, ApiError> {
        self.with(&self.session, method, params).await
    }
    pub async fn ok(&self, method: &str, params: impl Into<Vec<Value>>) -> Value {
        self.call(method, params).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
    /// The error of a call of root, as one text.
    pub async fn fails(&self, method: &str, params: impl Into<Vec<Value>>) -> String {
        text(self.call(method, params).await)
    }
    /// A session of somebody with this role.
    pub async fn session_of(&self, name: &str, rank: Rank) -> Value {
        let (_, role) = rbac::LADDER.iter().find(|(own, _)| *own == rank).unwrap();
        let pool = self.toolstack.store.snapshot();
        let role = pool.all::<Role>().find(|(_, row)| row.name_label == *role).unwrap().0;
        let chance = self.toolstack.chance.clone();
        let subject: Ref<Subject> = Ref::from_bits(chance.uuid().0);
        let mut session = Ref::<Session>::NULL;
        self.edit(|tx| {
            let (sid, roles) = (Text::new(format!("S-{name}")), Set::from_iter([role]));
            let row =
                Subject { uuid: chance.uuid(), subject_identifier: sid.clone(), roles, ..Subject::default() };
            tx.insert(subject, row);
            let login = Login::Subject { subject, sid, name: Text::new(name) };
            session = sessions::begin(tx, &*chance, self.toolstack.clock.now(), HOST, login, Text::default());
        })
        .await;
        Value::Ref(session.id())
    }
    pub async fn sleep(&self, seconds: u64) {
        tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    }
}

pub fn text<T>(outcome: Result<T, ApiError>) -> String {
    match outcome {
        Ok(_) => "OK".into(),
        Err(error) => error.to_string(),
    }
}

pub fn reference<T>(id: Ref<T>) -> Value {
    Value::String(Text::new(id.to_string()))
}

pub fn id_of(value: &Value) -> RefId {
    match value {
        Value::Ref(id) => *id,
        other => panic!("{other:?} is no reference"),
    }
}

pub fn strings(items: &[&str]) -> Value {
    Value::Array(items.iter().map(|item| Value::from(*item)).collect())
}

/// Directories of the kind `test`, whose people stand in the configuration itself.
struct InConfiguration;

impl Directories for InConfiguration {
    fn open<'a>(&'a self, kind: &'a str, config: &'a TextMap) -> BoxFuture<'a, Result<Opened, Unopened>> {
        Box::pin(async move {
            if kind != "test" {
                return Err(Unopened::UnknownKind);
            }
            let people = People::parse(config.get("people").map_or("", Text::as_str));
            people.map(|people| Arc::new(people) as Opened).map_err(Unopened::Misconfigured)
        })
    }
}

/// `/kept.db` is the database of a pool with one machine, `/odd.db` is something else.
struct OneFile;

impl toolstack::foreign::Files for OneFile {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move {
            match path {
                "/kept.db" => {
                    let store = Store::open_inline(MemoryEngine::default(), store::Settings::default());
                    let store = store.map_err(|error| error.to_string())?;
                    let row = Vm { name_label: Text::new("lost"), uuid: Uuid(0x77), ..Vm::default() };
                    let edit = |tx: &mut Transaction| {
                        tx.insert(Ref::<Vm>::from_bits(0x99), row);
                        Ok::<_, StoreError>(())
                    };
                    store.commit(Header::default(), edit).await.map_err(|error| error.to_string())?;
                    let mut bytes = Vec::new();
                    store::statedb::write(&store.snapshot(), &mut bytes)
                        .map_err(|error| error.to_string())?;
                    Ok(bytes)
                }
                "/odd.db" => Ok(b"nothing of that sort".to_vec()),
                _ => Err(format!("{path}: there is no such file")),
            }
        })
    }
}
