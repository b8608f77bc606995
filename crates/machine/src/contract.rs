//! The contract: what every machine does, whatever is below it. `sim`, `qemu` and `xen` run it.
