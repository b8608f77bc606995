//! The two simplest shapes of handlers, carried out: a read, and one transaction.

use crate::arguments::Arguments;
use crate::derived;
use crate::door::Answer;
use crate::handler::{Call, Change, Handler, Reading};
use crate::toolstack::Toolstack;
use model::{ApiError, Text, Value};
use std::sync::Arc;
use store::Header;

impl Toolstack {
    /// Answer a message by its handler. A plan is run by `runner::start` instead, under a task.
    pub async fn perform(self: &Arc<Self>, call: Call, arguments: Arguments) -> Result<Value, ApiError> {
        let message = arguments.message;
        match crate::operations::find(message.full_name) {
            None => Err(ApiError::not_implemented(message.full_name)),
            Some(Handler::Read(read)) => {
                read(&Reading { pool: &self.store.snapshot(), call: &call, toolstack: self }, &arguments)
            }
            Some(Handler::Change(change)) => {
                self.transact(&call, message.full_name, |transaction| change(transaction, &arguments)).await
            }
            Some(Handler::Serve(serve)) => serve(self.clone(), call, arguments).await,
            Some(Handler::Tell(tell)) => tell(self.clone(), call, arguments).await.map(Answer::into_value),
            Some(Handler::Plan(planner)) => {
                crate::runner::start(self.clone(), call, arguments, *planner, message.full_name)
                    .await?
                    .outcome
                    .await
            }
        }
    }

    /// One transaction on behalf of a call.
    pub async fn transact<T>(
        &self,
        call: &Call,
        name: &'static str,
        change: impl FnOnce(&mut Change) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let header = Header {
            at_micros: self.clock.micros(),
            who: call.who.clone(),
            call: Text::new_static(name),
            task: call.task.id(),
        };
        self.store
            .commit(header, |tx| {
                let now = self.clock.now();
                let result = change(&mut Change { tx, now, chance: &*self.chance, call, toolstack: self })?;
                derived::refresh(tx);
                Ok::<_, ApiError>(result)
            })
            .await
    }
}
