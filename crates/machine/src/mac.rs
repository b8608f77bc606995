//! The hardware address of a virtual network card, by the seed of its machine.
//!
//! A snapshot keeps the seed and so the addresses; a clone gets a new seed and new addresses. The
//! address is locally administered and never a group's, so its second digit is 2, 6, a or e.

use md5::{Digest, Md5};

/// The address of card number `device`, in lower case with colons.
pub fn from_seed(seed: &str, device: u64) -> String {
    let mut first = digest(seed.as_bytes());
    for _ in 0..2 * device {
        first = digest(&first);
    }
    let second = digest(&first);
    let unicast_local = (first[0] | 0b10) & !1;
    format!(
        "{unicast_local:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
        first[1], first[2], first[3], second[1], second[2]
    )
}

fn digest(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_addresses() {
        assert_eq!(from_seed("95cbc3ea-36a2-459a-97fa-897cf56c6f08", 0), "1e:24:95:db:6f:ca");
        assert_eq!(from_seed("5a5edf0e-5213-4139-9ef7-4a0afd3d9ce2", 0), "32:9e:f6:b8:45:82");
    }

    #[test]
    fn every_card_has_its_own() {
        let of_eight: std::collections::BTreeSet<String> = (0..8).map(|n| from_seed("seed", n)).collect();
        assert_eq!(of_eight.len(), 8);
    }
}
