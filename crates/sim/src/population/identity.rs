//! Uuids and references from a seed.
//!
//! An identity depends on the seed, the class and the key of its object, and on nothing else: adding
//! a host does not change the uuid of a machine. Keys come from names, and the parts of an object
//! (its disks, its metrics) have keys made of its own.

use model::{Class, Ref, RefId, Uuid};

/// What an object is known by while a pool is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    pub fn named(name: &str) -> Key {
        Key(hash(name))
    }
    /// The key of one part of this object.
    pub fn part(self, number: usize) -> Key {
        Key(mix(self.0 ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
}

/// The giver of identities.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    seed: u64,
}

impl Identity {
    pub fn new(seed: u64) -> Identity {
        Identity { seed: mix(seed ^ 0x5851_f42d_4c95_7f2d) }
    }
    pub fn reference<T: Class>(self, key: Key) -> Ref<T> {
        Ref::from_bits(self.bits(hash(T::ID.name()) ^ 0xa5a5, key))
    }
    pub fn uuid<T: Class>(self, key: Key) -> Uuid {
        Uuid(self.bits(hash(T::ID.name()), key))
    }
    /// A uuid that belongs to no row: a seed of addresses, a destroyed task.
    pub fn loose(self, purpose: &str, key: Key) -> Uuid {
        Uuid(self.bits(hash(purpose), key))
    }
    /// An arbitrary number, the same each time.
    pub fn number(self, purpose: &str, key: Key) -> u64 {
        self.bits(hash(purpose), key) as u64 >> 2
    }

    /// The bits of a random uuid (version 4, variant 1).
    fn bits(self, purpose: u64, key: Key) -> u128 {
        let high = mix(self.seed ^ purpose.rotate_left(17) ^ key.0);
        let low = mix(high ^ purpose.wrapping_add(key.0.rotate_left(32)));
        let high = high & !0xf000 | 0x4000;
        let low = low & !(0b11 << 62) | (0b10 << 62);
        u128::from(high) << 64 | u128::from(low)
    }
}

/// Also for references that are not of a known class.
pub fn reference_text(id: RefId) -> model::Text {
    id.encode(&mut [0; 46]).into()
}

/// FNV-1a, then mixed: names differ in few bits.
fn hash(text: &str) -> u64 {
    mix(text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)))
}

/// The finalizer of SplitMix64: every bit of the input reaches every bit of the output.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Host, Vm};

    #[test]
    fn looks_like_a_random_uuid() {
        let uuid = Identity::new(7).uuid::<Vm>(Key::named("vm-0001")).to_string();
        assert_eq!(&uuid[14..15], "4", "{uuid}");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }

    #[test]
    fn depends_on_seed_class_and_key() {
        let (key, other) = (Key::named("a"), Key::named("b"));
        let uuid = Identity::new(1).uuid::<Vm>(key);
        assert_eq!(uuid, Identity::new(1).uuid::<Vm>(key));
        assert_ne!(uuid, Identity::new(2).uuid::<Vm>(key));
        assert_ne!(uuid, Identity::new(1).uuid::<Host>(key));
        assert_ne!(uuid, Identity::new(1).uuid::<Vm>(other));
        assert_ne!(uuid, Identity::new(1).uuid::<Vm>(key.part(0)));
        assert_ne!(uuid.0, Identity::new(1).reference::<Vm>(key).id().0);
    }
}
