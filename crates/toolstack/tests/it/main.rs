//! What clients see at the door, in a world with virtual time.

mod accessors;
mod events;
mod keepers;
mod logins;
mod parameters;
mod tasks;
mod world;
