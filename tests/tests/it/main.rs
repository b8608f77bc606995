//! What operations do, and that they never leave a world between before and after.

mod additions;
mod compat;
mod devices;
mod disks;
mod fuzz;
mod matrix;
mod refusals;
mod snapshots;
mod swarm;
mod templates;
mod turns;
mod updates;
mod vm_life;
