//! Events: what changed since a client last asked.
//!
//! Nothing is queued. A client holds a token, the generation up to which it knows; the answer is what
//! the rows say now about everything that changed after it, the newest state only. The old calls
//! (`register`, `next`) keep the same number for the client.

mod batch;
mod registrations;
mod subscriptions;
mod token;

pub use batch::{Batch, Event, Form, Operation, size};
pub use registrations::Registrations;
pub use subscriptions::Subscriptions;
pub use token::Token;
