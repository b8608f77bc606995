//! The images that are in every folder of discs.

use super::fabric::hash;
use machine::{Label, Names};
use model::Uuid;

/// Names and sizes in bytes.
pub const IMAGES: [(&str, i64); 4] = [
    ("Rocky-9.5-x86_64-minimal.iso", 1_963_982_848),
    ("alpine-virt-3.21.3-x86_64.iso", 66_060_288),
    ("debian-12.11.0-amd64-netinst.iso", 702_545_920),
    ("ubuntu-24.04.2-live-server-amd64.iso", 3_213_064_192),
];

/// The discs of a storage; always the same for the same storage.
pub fn discs(sr: Uuid) -> impl Iterator<Item = (Label, i64)> {
    IMAGES.into_iter().map(move |(name, size_bytes)| {
        let bits =
            u128::from(hash(&format!("{sr} {name}"))) << 64 | u128::from(hash(&format!("{name} {sr}")));
        let label = Label {
            vdi: Uuid(bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62)),
            names: Names { label: name.into(), description: String::new() },
            kind: "user".into(),
            location: name.into(),
            read_only: true,
            ..Label::default()
        };
        (label, size_bytes)
    })
}
