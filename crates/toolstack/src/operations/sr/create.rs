//! `SR.create`: format new storage and plug it, on one host or on all.
//!
//! Hosts that do not live get their link and plug it when they boot. If a host that lives cannot have
//! it, nothing is left of it.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning, Reading};
use crate::operations::storage;
use crate::plan::{Edit, Plan};
use machine::{Step, StorageStep};
use model::driver::Driver;
use model::{ApiError, Host, Item, Ref, Sr, Text, TextMap, Value};

pub fn create(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let pool = planning.pool;
    pool.find(host)?;
    let shared = arguments.bool("shared")?;
    let driver = storage::registered(pool, &arguments.text("type")?)?;
    let config = arguments.map("device_config")?;
    let sr = Sr {
        uuid: planning.new_uuid(),
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        sm_config: sm_config(&driver, &config, arguments.map("sm_config")?),
        r#type: driver,
        content_type: arguments.text("content_type")?,
        shared,
        default_vdi_visibility: true,
        ..Sr::default()
    };
    let id: Ref<Sr> = planning.new_ref();
    let links =
        storage::new_links(planning, id, &sr, &arguments.map("device_config")?, (!shared).then_some(host));
    let place = links.places.into_iter().find(|(on, _)| *on == host).map(|(_, place)| place);
    let place = place.ok_or_else(|| ApiError::handle_invalid("host", host))?;
    let mut rows = vec![Edit::make(id, sr.clone())];
    rows.extend(links.rows);
    let plan = Plan::Serial(vec![
        Plan::Do(host, Step::Storage(StorageStep::Create { place, names: storage::names(&sr) })),
        Plan::Write(rows),
        Plan::Parallel(links.plugs),
        storage::scan_new(&sr, host),
    ]);
    Ok(Planned::new(plan).returning(id.to_value()))
}

/// What drivers write down about the storage when they make it.
fn sm_config(driver: &str, config: &TextMap, mut given: TextMap) -> TextMap {
    let set = |map: &mut TextMap, key: &'static str, value: Text| {
        if map.get(key).is_none() {
            map.insert(key, value);
        }
    };
    let value = |key: &str| config.get(key).map(Text::as_str).unwrap_or_default();
    if driver.starts_with("lvm") {
        set(&mut given, "allocation", Text::new_static("thick"));
        set(&mut given, "use_vhd", Text::new_static("true"));
    }
    if driver.starts_with("lvmo") {
        set(&mut given, "multipathable", Text::new_static("true"));
    }
    if driver == "iso" && !value("type").is_empty() {
        set(&mut given, "iso_type", Text::new(value("type")));
    }
    if Driver::find(driver).is_some_and(|driver| driver.settings.iter().any(|(key, _)| *key == "SCSIid")) {
        set(&mut given, "devserial", Text::new(format!("scsi-{}", value("SCSIid"))));
    } else if Driver::find(driver).is_some_and(|driver| driver.place == ["device"]) {
        let serial = value("device").strip_prefix("/dev/disk/by-id/").unwrap_or_default();
        set(&mut given, "devserial", Text::new(serial));
    }
    given
}

/// Long since replaced by `SR.create`.
pub fn make(_: &Reading, _: &Arguments) -> Result<Value, ApiError> {
    Err(ApiError::message_deprecated())
}
