//! What operations do, and that they never leave a world between before and after.

mod compat;
mod devices;
mod disks;
mod fuzz;
mod matrix;
mod pool;
mod refusals;
mod snapshots;
mod storage;
mod swarm;
mod templates;
mod turns;
mod vm_life;
