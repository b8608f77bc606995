//! What a toolstack answers to the others of its pool.

use super::arrival;
use super::language::{Ask, Question, Reply};
use super::role::{Following, following, secret_left};
use crate::passwords::same_secret;
use crate::toolstack::Toolstack;
use machine::step::RoleStep;
use machine::{Fact, Fault, Machine, Step};
use model::{ApiError, ClassId, Ref, Text};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long a question for the next fact waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// The last fact that was told, kept until it is known to have arrived.
#[derive(Default)]
pub struct Telling(Mutex<(u64, Option<Fact>)>);

/// Answer a question, which is JSON, by JSON.
pub async fn answer(toolstack: &Arc<Toolstack>, question: &[u8]) -> Result<String, ApiError> {
    let question: Question =
        serde_json::from_slice(question).map_err(|error| ApiError::invalid_value("question", error))?;
    let reply = match reply(toolstack, question).await {
        Ok(reply) => reply,
        Err(error) => Reply::Refused { code: error.code, params: error.params },
    };
    serde_json::to_string(&reply).map_err(ApiError::internal_error)
}

async fn reply(toolstack: &Arc<Toolstack>, Question { secret, ask }: Question) -> Result<Reply, ApiError> {
    match ask {
        Ask::Admit(newcomer) => {
            coordinates(toolstack, &secret)?;
            arrival::admit(toolstack, *newcomer).await
        }
        Ask::Known { host } => {
            coordinates(toolstack, &secret)?;
            Ok(Reply::Known(toolstack.store.snapshot().by_uuid(ClassId::Host, host).is_some()))
        }
        Ask::Belief { host } => {
            coordinates(toolstack, &secret)?;
            let pool = toolstack.store.snapshot();
            let host = pool.by_uuid(ClassId::Host, host).map(Ref::new).ok_or_else(refused)?;
            let belief = crate::belief::of_hosts(&pool).remove(&host).ok_or_else(refused)?;
            Ok(Reply::Belief(Box::new(belief)))
        }
        Ask::Perform(step) => {
            if let Step::Role(RoleStep::Leave { .. }) = &step
                && has_left(toolstack, &secret)
            {
                return Ok(Reply::Performed(Ok(Vec::new())));
            }
            let machine = driven(toolstack, &secret)?;
            Ok(Reply::Performed(perform(toolstack, &*machine, &step).await))
        }
        Ask::Inspect => Ok(Reply::Facts(driven(toolstack, &secret)?.inspect().await)),
        Ask::NewSecret { secret: new } => {
            driven(toolstack, &secret)?;
            if let Some(known) = following(&toolstack.store.snapshot()).filter(|known| known.secret != new) {
                let former_secret = Some(known.secret.clone());
                let now = Following { secret: new, former_secret, ..known };
                toolstack.keep_following(Some(&now)).await?;
            }
            Ok(Reply::Done)
        }
        Ask::NextFact { heard } => {
            let machine = driven(toolstack, &secret)?;
            forget_former(toolstack, &secret).await?;
            Ok(Reply::Next(next_fact(toolstack, &*machine, heard).await))
        }
    }
}

fn refused() -> ApiError {
    ApiError::session_authentication_failed()
}

/// Whether this toolstack leads a pool with this secret.
fn coordinates(toolstack: &Toolstack, secret: &str) -> Result<(), ApiError> {
    if toolstack.knows_pool_secret(secret) && toolstack.role.coordinator().is_none() {
        Ok(())
    } else {
        Err(refused())
    }
}

/// The machine that a coordinator with this secret may drive.
fn driven(toolstack: &Toolstack, secret: &Text) -> Result<Arc<dyn Machine>, ApiError> {
    let known = following(&toolstack.store.snapshot()).filter(|known| known.accepts(secret));
    known.and_then(|_| toolstack.role.machine()).ok_or_else(refused)
}

/// The coordinator uses the new secret: the one before counts no more.
async fn forget_former(toolstack: &Arc<Toolstack>, secret: &Text) -> Result<(), ApiError> {
    let known = following(&toolstack.store.snapshot());
    match known.filter(|known| known.former_secret.is_some() && known.secret == *secret) {
        Some(known) => toolstack.keep_following(Some(&Following { former_secret: None, ..known })).await,
        None => Ok(()),
    }
}

fn has_left(toolstack: &Toolstack, secret: &str) -> bool {
    let pool = toolstack.store.snapshot();
    following(&pool).is_none()
        && secret_left(&pool).is_some_and(|left| !left.is_empty() && same_secret(&left, secret))
}

async fn perform(toolstack: &Arc<Toolstack>, machine: &dyn Machine, step: &Step) -> Result<Vec<Fact>, Fault> {
    let facts = machine.perform(step).await?;
    let kept = match step {
        Step::Role(RoleStep::Leave { .. }) => toolstack.lead_again().await,
        Step::Role(RoleStep::Follow { address, .. }) => {
            let address = Text::new(address);
            match following(&toolstack.store.snapshot()) {
                Some(known) if known.address != address => {
                    toolstack.follow(address.clone());
                    let now = Following { address, ..known };
                    toolstack.keep_following(Some(&now)).await
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    };
    kept.map_err(|error| Fault::Failed { reason: error.to_string() })?;
    Ok(facts)
}

async fn next_fact(toolstack: &Toolstack, machine: &dyn Machine, heard: u64) -> Option<(u64, Fact)> {
    let mut telling = toolstack.telling.0.lock().await;
    let (number, fact) = &*telling;
    if let Some(fact) = fact.clone().filter(|_| heard != *number) {
        return Some((*number, fact));
    }
    let number = number.max(&heard) + 1;
    telling.1 = None;
    tokio::select! {
        fact = machine.next_fact() => {
            *telling = (number, Some(fact.clone()));
            Some((number, fact))
        }
        () = toolstack.clock.sleep(PATIENCE) => None,
    }
}
