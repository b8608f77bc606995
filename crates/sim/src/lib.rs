//! A pool that does not exist: its rows (`population`) and the machines behind them (`machine`).
//!
//! The same seed gives the same pool, uuids and references included. Nothing here has a clock, dice
//! or a socket of its own.

mod cards;
pub mod machine;
pub mod population;
