//! Who calls: from a session's reference to a `Call`.

use crate::handler::{Call, Origin};
use crate::rbac;
use crate::toolstack::Toolstack;
use model::generated::schema::EMERGENCY_CALLS;
use model::schema::{MessageDef, Rank};
use model::{ApiError, Ref, RefId, Session, Text, Value};
use std::sync::Arc;
use store::Snapshot;

/// `last_active` is written again after so many seconds, not with every call.
const ACTIVE_SECONDS: i64 = 600;

impl Call {
    /// A caller without a session, for the calls that need none.
    pub fn nobody(origin: Origin, client: Text) -> Call {
        let who = Text::default();
        Call {
            session: Ref::NULL,
            superuser: false,
            rank: Rank::ReadOnly,
            who,
            task: Ref::NULL,
            origin,
            client,
        }
    }
    /// The toolstack itself.
    pub fn own(who: &'static str) -> Call {
        Call {
            superuser: true,
            rank: Rank::LocalRoot,
            who: Text::new_static(who),
            ..Call::nobody(Origin::Own, Text::default())
        }
    }
}

impl Toolstack {
    /// Check a session and what it may be used for at all; roles are checked later.
    pub(crate) async fn admit(
        self: &Arc<Self>,
        pool: &Snapshot,
        message: &MessageDef,
        session: Value,
        origin: Origin,
        client: Text,
    ) -> Result<Call, ApiError> {
        let Some(text) = session.as_text() else {
            return Err(ApiError::internal_error(format!(
                "session: expected string, got {}",
                session.kind()
            )));
        };
        let emergency =
            EMERGENCY_CALLS.contains(&message.full_name) || message.full_name == "session.local_logout";
        let id = RefId::parse(&text).map(Ref::<Session>::new).and_then(Ref::some);
        if let Some((id, who)) =
            id.filter(|_| emergency).and_then(|id| Some((id, self.door.local_sessions.get(id)?)))
        {
            return Ok(Call { session: id, client, origin, who, ..Call::own("root") });
        }
        // Those who are known to this host alone came first: all others are sent on to the coordinator.
        self.must_be_coordinator(pool)?;
        let row = id.and_then(|id| Some((id, pool.get(id)?)));
        let Some((id, session)) = row else { return Err(ApiError::session_invalid(text)) };
        if message.pool_internal && !session.pool {
            return Err(ApiError::internal_error("only members of the pool may call this"));
        }
        self.refresh_activity(id, session).await?;
        self.call_of(pool, id, session, origin, client)
    }

    /// The call of somebody who holds this session.
    pub(crate) fn call_of(
        &self,
        pool: &Snapshot,
        id: Ref<Session>,
        session: &Session,
        origin: Origin,
        client: Text,
    ) -> Result<Call, ApiError> {
        let rank = rbac::rank_of(pool, session);
        let superuser = session.is_local_superuser || session.pool;
        let who = match session.auth_user_name.as_str() {
            "" if session.pool => Text::new_static("pool"),
            "" if superuser => Text::new_static("root"),
            "" => session.auth_user_sid.clone(),
            _ => session.auth_user_name.clone(),
        };
        let Some(rank) = rank else {
            return Err(ApiError::session_authorization_failed(who, "the user has no role any more"));
        };
        let client = if session.originator.is_empty() { client } else { session.originator.clone() };
        Ok(Call { session: id, superuser, rank, who, task: Ref::NULL, origin, client })
    }

    /// Members send clients on to the coordinator.
    pub(crate) fn must_be_coordinator(&self, pool: &Snapshot) -> Result<(), ApiError> {
        self.coordinator_elsewhere(pool).map_or(Ok(()), |address| Err(ApiError::host_is_slave(address)))
    }

    async fn refresh_activity(self: &Arc<Self>, id: Ref<Session>, session: &Session) -> Result<(), ApiError> {
        let now = self.clock.now();
        if now.seconds() - session.last_active.seconds() <= ACTIVE_SECONDS {
            return Ok(());
        }
        self.change(&Call::own("door"), "session.refresh", |change| {
            change.tx.update(id, |session| session.last_active = now);
            Ok(Value::VOID)
        })
        .await
        .map(drop)
    }
}
