//! What operations do, and that they never leave a world between before and after.

mod compat;
mod devices;
mod disks;
mod fuzz;
mod machine_calls;
mod matrix;
mod memory;
mod pool;
mod refusals;
mod snapshots;
mod special_devices;
mod swarm;
mod templates;
mod turns;
mod vm_life;
