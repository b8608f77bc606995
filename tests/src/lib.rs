//! Whole worlds: toolstacks over the simulator, on one thread, with virtual time and a seed.
//!
//! `check` is the language of most tests: a pool in words, a call, and what it does. It runs the call
//! plainly, then with every step failing, then with a crash at every commit.

#![allow(clippy::disallowed_methods, reason = "virtual time passes here")]

pub mod agreement;
pub mod check;
pub mod matrix;
pub mod networks;
pub mod street;
pub mod swarm;
pub mod words;
pub mod world;

pub use check::check;
pub use world::World;
