//! A pool that does not exist: the rows of a simulated XCP-ng 8.3 pool.
//!
//! The same seed gives the same pool, uuids and references included. Nothing here has a clock, dice
//! or a socket of its own.

pub mod population;
