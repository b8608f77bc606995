//! The storage drivers: `storage.toml` as a static table.

use super::{HEAD, strings};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    errors: BTreeMap<String, String>,
    /// What every setting of a driver means.
    settings: BTreeMap<String, String>,
    drivers: Vec<Driver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Driver {
    r#type: String,
    name: String,
    description: String,
    vendor: String,
    copyright: String,
    #[serde(default = "first_api")]
    api: String,
    file: String,
    settings: Vec<String>,
    backing: String,
    shared: bool,
    thick: bool,
    place: Vec<String>,
    needs: Vec<(String, u16)>,
    #[serde(default)]
    secrets: Vec<String>,
    capabilities: Vec<String>,
}

fn first_api() -> String {
    "1.0".into()
}

pub fn print(text: &str) -> Result<String> {
    let file: File = toml::from_str(text)?;
    let mut out = String::from(HEAD) + "use crate::driver::{Backing, Driver};\n\n";
    let mut errors = file.errors.iter().map(|(number, words)| Ok((number.parse::<u16>()?, words)));
    let errors = errors.by_ref().collect::<Result<BTreeMap<_, _>>>().context("numbers of errors")?;
    out += "/// What a driver says is wrong, by number.\npub static ERRORS: &[(u16, &str)] = &[\n";
    for (number, words) in errors {
        writeln!(out, "    ({number}, {words:?}),")?;
    }
    out += "];\n\npub static DRIVERS: &[Driver] = &[\n";
    for driver in &file.drivers {
        let setting = |name: &String| {
            let meaning = file.settings.get(name).with_context(|| format!("{}: {name}", driver.r#type))?;
            Ok(format!("({name:?}, {meaning:?})"))
        };
        let settings = driver.settings.iter().map(setting).collect::<Result<Vec<_>>>()?;
        let features: Vec<String> = driver.capabilities.iter().map(|name| versioned(name)).collect();
        let needs: Vec<String> =
            driver.needs.iter().map(|(name, number)| format!("({name:?}, {number})")).collect();
        let backing = driver.backing[..1].to_uppercase() + &driver.backing[1..];
        let Driver { r#type, name, description, vendor, copyright, api, file, shared, thick, .. } = driver;
        writeln!(out, "    Driver {{")?;
        writeln!(out, "        name: {type:?},")?;
        writeln!(out, "        label: {name:?},")?;
        writeln!(out, "        description: {description:?},")?;
        writeln!(out, "        vendor: {vendor:?},")?;
        writeln!(out, "        copyright: {copyright:?},")?;
        writeln!(out, "        api: {api:?},")?;
        writeln!(out, "        file: {file:?},")?;
        writeln!(out, "        settings: &[{}],", settings.join(", "))?;
        writeln!(out, "        backing: Backing::{backing},")?;
        writeln!(out, "        shared: {shared},")?;
        writeln!(out, "        thick: {thick},")?;
        writeln!(out, "        place: {},", strings(&driver.place))?;
        writeln!(out, "        needs: &[{}],", needs.join(", "))?;
        writeln!(out, "        secrets: {},", strings(&driver.secrets))?;
        writeln!(out, "        features: &[{}],", features.join(", "))?;
        writeln!(out, "    }},")?;
    }
    out += "];\n";
    Ok(out)
}

/// `VDI_RESET_ON_BOOT/2` is version 2, `VDI_CLONE` is version 1.
fn versioned(capability: &str) -> String {
    let (name, version) = capability.split_once('/').unwrap_or((capability, "1"));
    format!("({name:?}, {version})")
}
