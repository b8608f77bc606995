//! What operations do, and that they never leave a world between before and after.

mod vm_life;
