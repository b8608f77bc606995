//! What operations do, and that they never leave a world between before and after.

mod devices;
mod disks;
mod refusals;
mod snapshots;
mod swarm;
mod templates;
mod vm_life;
