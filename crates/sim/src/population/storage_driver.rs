//! Rows of the storage drivers.

use crate::population::identity::Key;
use crate::population::world::World;
use model::driver::Driver;
use model::{Map, Sm, Text};

pub fn put(world: &mut World) {
    for driver in Driver::all() {
        put_driver(world, driver);
    }
}

fn put_driver(world: &mut World, driver: &Driver) {
    let key = Key::named(driver.name);
    let text = Text::new_static;
    world.put(
        world.ids.reference::<Sm>(key),
        Sm {
            uuid: world.ids.uuid::<Sm>(key),
            name_label: text(driver.label),
            name_description: text(driver.description),
            r#type: text(driver.name),
            vendor: text(driver.vendor),
            copyright: text(driver.copyright),
            version: text("1.0"),
            required_api_version: text(driver.api),
            configuration: driver
                .settings
                .iter()
                .map(|(name, meaning)| (text(name), text(meaning)))
                .collect(),
            capabilities: driver.features.iter().map(|(name, _)| text(name)).collect(),
            features: driver.features.iter().map(|(name, version)| (text(name), *version)).collect(),
            other_config: Map::EMPTY,
            driver_filename: format!("/opt/xensource/sm/{}", driver.file).into(),
            ..Sm::default()
        },
    );
}
