//! Where a host keeps copies of what it reads from shared storage: `enable_local_storage_caching`.

use crate::arguments::Arguments;
use crate::handler::Handler::{self, Change as C};
use crate::handler::{Change, Find};
use model::driver::Driver;
use model::{ApiError, Host, Ref, Sr, Text, Value, Vm, VmPowerState, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("host.enable_local_storage_caching", C(enable)),
    ("host.disable_local_storage_caching", C(disable)),
    ("pool.enable_local_storage_caching", C(enable_all)),
    ("pool.disable_local_storage_caching", C(disable_all)),
];

fn enable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (host, sr): (Ref<Host>, Ref<Sr>) = (arguments.reference("host")?, arguments.reference("sr")?);
    may_change(change.tx, host)?;
    let links: Vec<Ref<Host>> = change.tx.many_rows(many::SR_PBDS, sr).map(|(_, pbd)| pbd.host).collect();
    match links.as_slice() {
        [one] if is_suitable(change.tx.find(sr)?) => {
            if *one != host {
                return Err(ApiError::host_cannot_see_sr([host.to_string(), sr.to_string()].map(Text::new)));
            }
        }
        _ => return Err(ApiError::sr_operation_not_supported(sr)),
    }
    use_for_cache(change, host, sr);
    Ok(Value::VOID)
}

fn disable(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    may_change(change.tx, host)?;
    use_for_cache(change, host, Ref::NULL);
    Ok(Value::VOID)
}

/// Every host with the first of its storage that suits.
fn enable_all(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    each(change, ApiError::hosts_failed_to_enable_caching, |pool, host| {
        let own = pool.many_rows(many::HOST_PBDS, host).map(|(_, pbd)| pbd.SR);
        let alone = |sr: &Ref<Sr>| pool.many(many::SR_PBDS, *sr).count() == 1;
        own.filter(alone).find(|sr| pool.get(*sr).is_some_and(is_suitable))
    })
}

fn disable_all(change: &mut Change, _: &Arguments) -> Result<Value, ApiError> {
    each(change, ApiError::hosts_failed_to_disable_caching, |_, _| Some(Ref::NULL))
}

/// All hosts or none.
fn each(
    change: &mut Change,
    error: fn(Vec<Text>) -> ApiError,
    choose: impl Fn(&Snapshot, Ref<Host>) -> Option<Ref<Sr>>,
) -> Result<Value, ApiError> {
    let hosts: Vec<Ref<Host>> = change.tx.all::<Host>().map(|(host, _)| host).collect();
    let choice = |host: &Ref<Host>| {
        may_change(change.tx, *host).ok().and_then(|()| choose(change.tx, *host)).map(|sr| (*host, sr))
    };
    let chosen: Vec<_> = hosts.iter().filter_map(choice).collect();
    if chosen.len() < hosts.len() {
        let failed = hosts.iter().filter(|host| !chosen.iter().any(|(chosen, _)| chosen == *host));
        return Err(error(failed.map(|host| Text::new(host.to_string())).collect()));
    }
    for (host, sr) in chosen {
        use_for_cache(change, host, sr);
    }
    Ok(Value::VOID)
}

fn is_suitable(sr: &Sr) -> bool {
    !sr.shared && Driver::find(&sr.r#type).is_some_and(|driver| driver.can("SR_SUPPORTS_LOCAL_CACHING"))
}

/// Only while nothing runs on the host.
fn may_change(pool: &Snapshot, host: Ref<Host>) -> Result<(), ApiError> {
    if pool.find(host)?.enabled {
        return Err(ApiError::host_not_disabled());
    }
    let runs = |vm: &Vm| !vm.is_control_domain && vm.power_state != VmPowerState::Halted;
    match pool.many_rows(many::HOST_RESIDENT_VMS, host).find(|(_, vm)| runs(vm)) {
        Some((vm, _)) => Err(ApiError::host_in_use(host, "vm", vm)),
        None => Ok(()),
    }
}

fn use_for_cache(change: &mut Change, host: Ref<Host>, sr: Ref<Sr>) {
    let before = change.tx.get(host).map_or(Ref::NULL, |host| host.local_cache_sr);
    change.tx.update(before, |sr| sr.local_cache_enabled = false);
    change.tx.update(host, |host| host.local_cache_sr = sr);
    change.tx.update(sr, |sr| sr.local_cache_enabled = true);
}
