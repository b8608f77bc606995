//! What operations do, and that they never leave a world between before and after.

mod compat;
mod vm_life;
