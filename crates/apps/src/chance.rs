//! Chance from the operating system.

use machine::Chance;

pub struct OsChance;

impl Chance for OsChance {
    fn bits(&self) -> u128 {
        let mut bytes = [0; 16];
        // The kernel's source does not fail once the system is up; a pool of equal ids must never be.
        getrandom::fill(&mut bytes).expect("random numbers from the kernel");
        u128::from_le_bytes(bytes)
    }
}
