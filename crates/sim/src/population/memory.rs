//! How memory is shared out: overhead of a machine, size of a control domain, what a host has left.

use crate::population::blueprint::{Blueprint, HostPlan, MIB};

/// What the hypervisor and the device model need beside the memory of a hardware machine.
pub fn overhead_bytes(memory_bytes: i64, vcpus: i64) -> i64 {
    (2 + shadow_mib(memory_bytes, vcpus)) * MIB
}

/// The same for a control domain, which has no device model.
pub fn control_domain_overhead_bytes(memory_bytes: i64, vcpus: i64) -> i64 {
    (1 + shadow_mib(memory_bytes, vcpus)) * MIB
}

fn shadow_mib(memory_bytes: i64, vcpus: i64) -> i64 {
    ((256 * vcpus + 2 * (memory_bytes / MIB) + 255) / 256).max(1)
}

/// A gibibyte and a twentieth of the host, in steps of 32 MiB, at most 8 GiB.
pub fn control_domain_bytes(host: &HostPlan) -> i64 {
    let mib = 1024 + host.memory_bytes / MIB / 20;
    // A small host of a scenario still has room for machines.
    mib.min(8192).min(host.memory_bytes / MIB / 4) / 32 * 32 * MIB
}

/// What the hypervisor keeps for itself.
pub fn hypervisor_bytes(host: &HostPlan) -> i64 {
    host.memory_bytes / 40 / 4096 * 4096
}

/// What every host has left once its machines run.
pub fn free_bytes(blueprint: &Blueprint, control_domain_vcpus: i64) -> Vec<i64> {
    let empty = |host: &HostPlan| {
        let control_domain = control_domain_bytes(host);
        host.memory_bytes
            - hypervisor_bytes(host)
            - control_domain
            - control_domain_overhead_bytes(control_domain, control_domain_vcpus)
    };
    let mut free: Vec<i64> = blueprint.hosts.iter().map(empty).collect();
    for machine in &blueprint.machines {
        if let Some(host) = machine.host {
            free[host] -= machine.footprint_bytes();
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::blueprint::GIB;

    #[test]
    fn agrees_with_real_records() {
        assert_eq!(overhead_bytes(8 * GIB, 8), 77_594_624);
        assert_eq!(overhead_bytes(2 * GIB, 2), 20_971_520);
        assert_eq!(control_domain_overhead_bytes(2_785_017_856, 8), 31_457_280);
        let host = HostPlan {
            name: "h".into(),
            address: "".into(),
            memory_bytes: 34_277_031_936,
            local_storage: None,
        };
        assert_eq!(control_domain_bytes(&host), 2_785_017_856);
    }
}
