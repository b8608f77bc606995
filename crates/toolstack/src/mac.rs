//! MAC addresses: from the machine's seed and the device number, or at random.

use machine::Chance;
use md5::{Digest, Md5};
use model::Text;

/// The address of a device. With the same seed a device always gets the same one.
pub fn generate(seed: Option<&str>, device: &str, chance: &dyn Chance) -> Text {
    match (seed, device.parse::<u32>()) {
        (Some(seed), Ok(device)) => from_seed(seed, device.min(4096)),
        _ => {
            let bytes = chance.bits().to_be_bytes();
            print([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]])
        }
    }
}

/// A chain of MD5: twice for each device before this one, once more for the first four bytes, once
/// more for the last two. (Rule of xen-api's `xapi_vif_helpers.ml`.)
fn from_seed(seed: &str, device: u32) -> Text {
    let hash = |bytes: &[u8]| -> [u8; 16] { Md5::digest(bytes).into() };
    let mut chain: Vec<u8> = seed.as_bytes().to_vec();
    for _ in 0..2 * device {
        chain = hash(&chain).to_vec();
    }
    let first = hash(&chain);
    let second = hash(&first);
    print([first[0], first[1], first[2], first[3], second[1], second[2]])
}

/// Locally administered, for one receiver.
fn print(mut bytes: [u8; 6]) -> Text {
    bytes[0] = (bytes[0] | 2) & !1;
    let parts: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Text::new(parts.join(":"))
}

pub fn is_valid(mac: &str) -> bool {
    let parts: Vec<&str> = mac.split(':').collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::Seeded;

    #[test]
    fn the_same_seed_gives_the_same_address() {
        let chance = Seeded::new(1);
        let one = generate(Some("5e0c8f66-3f5d-4b39-9c61-2a1f5c7e9f10"), "0", &chance);
        assert_eq!(one, generate(Some("5e0c8f66-3f5d-4b39-9c61-2a1f5c7e9f10"), "0", &chance));
        assert_ne!(one, generate(Some("5e0c8f66-3f5d-4b39-9c61-2a1f5c7e9f10"), "1", &chance));
        assert!(is_valid(&one) && matches!(&one[1..2], "2" | "6" | "a" | "e"));
        assert!(is_valid(&generate(None, "0", &chance)) && !is_valid("00:11:22:33:44") && !is_valid("00:11:22:33:44:zz"));
    }
}
