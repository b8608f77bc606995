//! What operations do, and that they never leave a world between before and after.

mod compat;
mod devices;
mod disks;
mod fuzz;
mod groups;
mod ha;
mod matrix;
mod pool;
mod refusals;
mod snapshots;
mod swarm;
mod templates;
mod turns;
mod vm_life;
