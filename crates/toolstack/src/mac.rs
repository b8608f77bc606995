//! MAC addresses: from the machine's seed and the device number, or at random.

use machine::{Chance, mac};
use model::Text;

/// The address of a device. With the same seed a device always gets the same one.
pub fn generate(seed: Option<&str>, device: &str, chance: &dyn Chance) -> Text {
    let random = || chance.uuid().to_string();
    let number = device.parse().unwrap_or(0).min(crate::operations::vif::LAST_DEVICE.into());
    Text::new(mac::from_seed(seed.map(str::to_owned).unwrap_or_else(random).as_str(), number))
}

pub fn is_valid(mac: &str) -> bool {
    let parts: Vec<&str> = mac.split(':').collect();
    parts.len() == 6
        && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::Seeded;

    #[test]
    fn addresses_are_made_and_recognised() {
        let chance = Seeded::new(1);
        assert_eq!(generate(Some("95cbc3ea-36a2-459a-97fa-897cf56c6f08"), "0", &chance), "1e:24:95:db:6f:ca");
        assert!(is_valid(&generate(None, "0", &chance)));
        assert!(!is_valid("00:11:22:33:44") && !is_valid("00:11:22:33:44:zz"));
    }
}
