//! Rows of the storage drivers: all of them in a furnished pool, else those that its storage needs.

use crate::population::data::{self, Driver};
use crate::population::identity::Key;
use crate::population::world::World;
use model::{Map, Sm, Text};

pub fn put(world: &mut World) {
    for driver in &data::drivers().drivers {
        let needed = world.plan.storages.iter().any(|storage| storage.kind.driver() == driver.r#type);
        if needed || world.plan.furnished {
            put_driver(world, driver);
        }
    }
}

fn put_driver(world: &mut World, driver: &Driver) {
    let key = Key::named(&driver.r#type);
    let setting = |name: &String| (Text::new(name), Text::new(&data::drivers().settings[name]));
    let features = || driver.capabilities.iter().map(|capability| versioned(capability));
    world.put(
        world.ids.reference::<Sm>(key),
        Sm {
            uuid: world.ids.uuid::<Sm>(key),
            name_label: Text::new(&driver.name),
            name_description: Text::new(&driver.description),
            r#type: Text::new(&driver.r#type),
            vendor: Text::new(&driver.vendor),
            copyright: Text::new(&driver.copyright),
            version: Text::new_static("1.0"),
            required_api_version: Text::new(&driver.api),
            configuration: driver.settings.iter().map(setting).collect(),
            capabilities: features().map(|(name, _)| Text::new(name)).collect(),
            features: features().map(|(name, version)| (Text::new(name), version)).collect(),
            other_config: Map::EMPTY,
            driver_filename: format!("/opt/xensource/sm/{}", driver.file).into(),
            ..Sm::default()
        },
    );
}

/// `VDI_RESET_ON_BOOT/2` is version 2, `VDI_CLONE` is version 1.
fn versioned(capability: &str) -> (&str, i64) {
    capability
        .split_once('/')
        .and_then(|(name, version)| Some((name, version.parse().ok()?)))
        .unwrap_or((capability, 1))
}
