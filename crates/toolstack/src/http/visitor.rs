//! Who stands behind an HTTP request that is no RPC.
//!
//! A session named by the client; else the local socket, the pool's secret, or a name and password,
//! each of which gets a session for as long as the request takes.

use super::origin;
use crate::handler::{Call, Origin};
use crate::rbac;
use crate::sessions::Login;
use crate::toolstack::Toolstack;
use model::generated::schema::HTTP_ACTIONS;
use model::schema::Rank;
use model::{ApiError, Ref, RefId, Session, Text};
use std::sync::Arc;
use wire::http::{Head, Response, StatusCode, header};

pub struct Visitor {
    pub call: Call,
    /// The session was made for this request.
    temporary: bool,
}

impl Visitor {
    /// End what was begun for the request.
    pub async fn leave(self, toolstack: &Arc<Toolstack>) {
        if self.temporary
            && let Err(error) = toolstack.close_session(self.call.session).await
        {
            tracing::warn!(%error, "a session for one request stays");
        }
    }
}

/// Find out who asks, and whether they may do this: `action` is a name such as `get_export`.
pub async fn authenticate(
    toolstack: &Arc<Toolstack>,
    head: &Head,
    action: &str,
) -> Result<Visitor, Response> {
    let visitor = identify(toolstack, head).await.map_err(|error| refusal(&error, action))?;
    let rank =
        HTTP_ACTIONS.iter().find(|known| known.name == action).map_or(Rank::LocalRoot, |known| known.role);
    if let Err(error) = rbac::check_rank(&visitor.call, &format!("http/{action}"), rank) {
        tracing::info!(target: "audit", call = action, who = %visitor.call.who, outcome = "DENIED");
        visitor.leave(toolstack).await;
        return Err(refusal(&error, action));
    }
    Ok(visitor)
}

async fn identify(toolstack: &Arc<Toolstack>, head: &Head) -> Result<Visitor, ApiError> {
    let given = |name: &str| head.query(name).cloned().or_else(|| head.cookie(name).map(Text::new));
    let origin = origin(&head.peer);
    let client =
        Text::new(head.header(header::USER_AGENT).unwrap_or_default().chars().take(200).collect::<String>());
    let nobody = Call::nobody(origin, client.clone());
    if let Some(text) = given("session_id") {
        let pool = toolstack.store.snapshot();
        let id = RefId::parse(&text).map(Ref::<Session>::new);
        let found = id.and_then(|id| Some((id, pool.get(id)?)));
        let (id, session) = found.ok_or_else(|| ApiError::session_invalid(&text))?;
        if toolstack.foreign_rows(&pool, id)?.is_some() {
            return Err(ApiError::rbac_permission_denied("http", "the session is on another database"));
        }
        let call = toolstack.call_of(&pool, id, session, origin, client)?;
        return Ok(Visitor { call, temporary: false });
    }
    let login = if origin == Origin::Socket {
        Login::Local { name: Text::new_static("root") }
    } else if let Some(secret) = given("pool_secret") {
        if !toolstack.knows_pool_secret(&secret) {
            toolstack.clock.sleep(toolstack.settings.failed_login_delay).await;
            return Err(ApiError::session_authentication_failed());
        }
        Login::Member
    } else if let Some((name, password)) = head.basic_credentials() {
        toolstack.identify_caller(&name, &password, "http", &nobody).await?
    } else {
        return Err(ApiError::session_authentication_failed());
    };
    let id = toolstack.open_session(&nobody, login, Text::new_static("http")).await?;
    let pool = toolstack.store.snapshot();
    let session = pool.get(id).ok_or_else(|| ApiError::session_invalid(id))?;
    Ok(Visitor { call: toolstack.call_of(&pool, id, session, origin, client)?, temporary: true })
}

fn refusal(error: &ApiError, action: &str) -> Response {
    match error.code.as_str() {
        "RBAC_PERMISSION_DENIED" | "SESSION_AUTHORIZATION_FAILED" => Response::page(StatusCode::FORBIDDEN),
        "SESSION_INVALID" | "SESSION_AUTHENTICATION_FAILED" => Response::unauthorized(action),
        _ => Response::page(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
