//! What operations do, and that they never leave a world between before and after.

mod additions;
mod chains;
mod changed_blocks;
mod compat;
mod devices;
mod disk_calls;
mod disks;
mod fuzz;
mod host_power;
mod hosts;
mod join;
mod matrix;
mod network_refusals;
mod networks;
mod pool;
mod refusals;
mod snapshots;
mod storage_motion;
mod swarm;
mod templates;
mod turns;
mod updates;
mod vm_life;
