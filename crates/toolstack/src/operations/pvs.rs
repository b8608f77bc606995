//! Provisioning services: sites, their servers, where hosts cache for them, and which cards are meant.
//!
//! Only what is written down: the cache itself is a part of hosts that simulated ones do not have, so
//! a proxy stays `stopped`.

use crate::allowed::refuse_if_any;
use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C};
use crate::handler::{Change, Find};
use crate::interfaces::{is_ipv4, is_ipv6};
use model::{
    ApiError, Class, Item, PvsCacheStorage, PvsProxy, PvsServer, PvsSite, Ref, Text, Value, Vif, many,
};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("PVS_site.introduce", C(introduce_site)),
    ("PVS_site.forget", C(forget_site)),
    ("PVS_site.set_PVS_uuid", C(set_uuid)),
    ("PVS_server.introduce", C(introduce_server)),
    ("PVS_server.forget", C(forget_server)),
    ("PVS_proxy.create", C(create_proxy)),
    ("PVS_proxy.destroy", C(destroy_proxy)),
    ("PVS_cache_storage.create", C(create_storage)),
    ("PVS_cache_storage.destroy", C(destroy_storage)),
];

fn insert<T: Class>(change: &mut Change, row: T) -> Value {
    let id: Ref<T> = change.new_ref();
    change.tx.insert(id, row);
    id.to_value()
}

fn nothing_runs(change: &Change, site: Ref<PvsSite>) -> Result<(), ApiError> {
    let proxies = change.tx.many_rows(many::PVS_SITE_PROXIES, site);
    let running = proxies.filter(|(_, proxy)| proxy.currently_attached).map(|(id, _)| id);
    refuse_if_any("PVS_SITE_CONTAINS_RUNNING_PROXIES", running)
}

fn introduce_site(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let row = PvsSite {
        uuid: change.new_uuid(),
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        PVS_uuid: arguments.text("PVS_uuid")?,
    };
    Ok(insert(change, row))
}

fn forget_site(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<PvsSite> = arguments.reference("self")?;
    nothing_runs(change, id)?;
    refuse_if_any("PVS_SITE_CONTAINS_SERVERS", change.tx.many(many::PVS_SITE_SERVERS, id))?;
    let stopped: Vec<Ref<PvsProxy>> = change.tx.many(many::PVS_SITE_PROXIES, id).collect();
    let storage: Vec<Ref<PvsCacheStorage>> = change.tx.many(many::PVS_SITE_CACHE_STORAGE, id).collect();
    stopped.into_iter().for_each(|proxy| _ = change.tx.delete(proxy));
    storage.into_iter().for_each(|storage| _ = change.tx.delete(storage));
    change.tx.delete(id);
    Ok(Value::VOID)
}

fn set_uuid(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<PvsSite> = arguments.reference("self")?;
    let value = arguments.text("value")?;
    nothing_runs(change, id)?;
    change.tx.update(id, |site| site.PVS_uuid = value);
    Ok(Value::VOID)
}

fn introduce_server(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let addresses = arguments.set::<Text>("addresses")?;
    let (first_port, last_port) = (arguments.int("first_port")?, arguments.int("last_port")?);
    let site: Ref<PvsSite> = arguments.reference("site")?;
    change.tx.find(site)?;
    if addresses.iter().any(|address| !is_ipv4(address) && !is_ipv6(address)) {
        return Err(ApiError::invalid_ip_address_specified("addresses"));
    }
    let taken = |address: &Text| {
        change.tx.all::<PvsServer>().any(|(_, server)| server.addresses.iter().any(|other| other == address))
    };
    if let Some(address) = addresses.iter().find(|address| taken(address)) {
        return Err(ApiError::pvs_server_address_in_use(address));
    }
    for (name, port) in [("first_port", first_port), ("last_port", last_port)] {
        if !(1..=65535).contains(&port) {
            return Err(ApiError::value_not_supported(name, port, "a port is a number from 1 to 65535"));
        }
    }
    if last_port < first_port {
        let reason = "the last port comes before the first";
        return Err(ApiError::value_not_supported("last_port", last_port, reason));
    }
    let row = PvsServer { uuid: change.new_uuid(), addresses, first_port, last_port, site };
    Ok(insert(change, row))
}

fn forget_server(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    change.tx.delete(arguments.reference::<PvsServer>("self")?);
    Ok(Value::VOID)
}

/// A machine boots from its first card, so that is the one.
fn create_proxy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (site, vif): (Ref<PvsSite>, Ref<Vif>) = (arguments.reference("site")?, arguments.reference("VIF")?);
    change.tx.find(site)?;
    if change.tx.find(vif)?.device != "0" {
        return Err(ApiError::pvs_vif_must_be_first_device());
    }
    let same = change.tx.all::<PvsProxy>().filter(|(_, proxy)| proxy.VIF == vif).map(|(id, _)| id);
    refuse_if_any("PVS_PROXY_ALREADY_PRESENT", same)?;
    let row = PvsProxy { uuid: change.new_uuid(), site, VIF: vif, ..PvsProxy::default() };
    Ok(insert(change, row))
}

fn destroy_proxy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    change.tx.delete(arguments.reference::<PvsProxy>("self")?);
    Ok(Value::VOID)
}

fn create_storage(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let mut row: PvsCacheStorage = arguments.row()?;
    change.tx.find(row.site)?;
    change.tx.find(row.host)?;
    change.tx.find(row.SR)?;
    let mut others = change.tx.many_rows(many::PVS_SITE_CACHE_STORAGE, row.site);
    if others.any(|(_, other)| other.host == row.host) {
        return Err(ApiError::pvs_cache_storage_already_present(row.site, row.host));
    }
    drop(others);
    row.uuid = change.new_uuid();
    Ok(insert(change, row))
}

fn destroy_storage(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<PvsCacheStorage> = arguments.reference("self")?;
    let row = change.tx.find(id)?;
    let here = |proxy: &PvsProxy| {
        let vm = change.tx.get(proxy.VIF).and_then(|vif| change.tx.get(vif.VM));
        vm.is_some_and(|vm| vm.resident_on == row.host)
    };
    let mut proxies = change.tx.many_rows(many::PVS_SITE_PROXIES, row.site);
    if proxies.any(|(_, proxy)| proxy.currently_attached && here(proxy)) {
        return Err(ApiError::pvs_cache_storage_is_in_use(id));
    }
    drop(proxies);
    change.tx.delete(id);
    Ok(Value::VOID)
}
