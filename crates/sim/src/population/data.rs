//! The data files: default templates and guests, read once.
//!
//! They are part of the program, so a mistake in them is a bug of ours, not of an input.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateFile {
    pub families: BTreeMap<String, Family>,
    pub templates: Vec<TemplateData>,
}

/// What templates of one sort share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub description: String,
    pub firmware: String,
    pub boot_order: String,
    #[serde(default)]
    pub generation_id: String,
    pub platform: BTreeMap<String, String>,
    pub other_config: BTreeMap<String, String>,
    #[serde(default)]
    pub recommends: Recommends,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateData {
    pub label: String,
    pub uuid: String,
    pub name: String,
    pub family: String,
    pub memory_mib: i64,
    #[serde(default = "one")]
    pub vcpus: i64,
    pub disk_gib: Option<i64>,
    #[serde(default)]
    pub platform: BTreeMap<String, String>,
    #[serde(default)]
    pub other_config: BTreeMap<String, String>,
    #[serde(default)]
    pub recommends: Recommends,
}

/// What a template says of the machines that may be made of it. What a template leaves out, its
/// family decides; what both leave out is usual.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recommends {
    pub memory_max_gib: Option<i64>,
    pub vcpus_min: Option<i64>,
    pub vendor_device: Option<bool>,
    pub gpu: Option<bool>,
    pub network_sriov: Option<bool>,
    pub supports_bios: Option<bool>,
    pub supports_uefi: Option<bool>,
    pub supports_secure_boot: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuestFile {
    guests: Vec<GuestData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestData {
    pub template: String,
    /// Of a hundred machines.
    pub share: u64,
    pub memory_mib: i64,
    pub vcpus: i64,
    pub tags: Vec<String>,
    pub os: BTreeMap<String, String>,
}

fn one() -> i64 {
    1
}

pub fn templates() -> &'static TemplateFile {
    static FILE: LazyLock<TemplateFile> =
        LazyLock::new(|| toml::from_str(include_str!("../../data/templates.toml")).expect("templates.toml"));
    &FILE
}

pub fn guests() -> &'static [GuestData] {
    static FILE: LazyLock<GuestFile> =
        LazyLock::new(|| toml::from_str(include_str!("../../data/guests.toml")).expect("guests.toml"));
    &FILE.guests
}
