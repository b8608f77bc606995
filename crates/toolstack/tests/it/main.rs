//! What clients see at the door, in a world with virtual time.

#![allow(clippy::disallowed_methods, reason = "tests measure virtual time")]

mod accessors;
mod additions;
mod callers;
mod directory;
mod events;
mod http;
mod keepers;
mod logins;
mod parameters;
mod small_classes;
mod subjects;
mod tasks;
mod trust;
mod world;
