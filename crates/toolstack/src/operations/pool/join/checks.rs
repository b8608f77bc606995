//! What speaks against joining, in the original's order.

use super::Session;
use model::{
    ApiEnum, ApiError, Bond, Host, NetworkSriov, Pif, Ref, Sm, Sr, Text, Tunnel, Value, Vlan, Vm,
    VmPowerState,
};
use store::Snapshot;

/// The other pool, as far as it counts. Records, by the names of their fields.
pub struct Theirs {
    pool: Value,
    coordinator: Value,
    pub coordinator_uuid: Text,
    /// Of the coordinator.
    management: Value,
    drivers: Vec<(Text, Value)>,
    networks: Vec<(Text, Value)>,
}

fn text(record: &Value, field: &str) -> Text {
    record.member(field).and_then(Value::as_text).unwrap_or_default()
}

fn flag(record: &Value, field: &str) -> bool {
    matches!(record.member(field), Some(Value::Bool(true)))
}

/// A number, which some encodings write as text.
fn number(record: &Value, field: &str) -> i64 {
    match record.member(field) {
        Some(Value::Int(number)) => *number,
        Some(other) => other.as_text().and_then(|text| text.parse().ok()).unwrap_or_default(),
        None => 0,
    }
}

fn entry(record: &Value, field: &str, key: &str) -> Text {
    record.member(field).map(|map| text(map, key)).unwrap_or_default()
}

fn same_reference(value: &Value, field: &str, reference: &str) -> bool {
    text(value, field) == reference
}

impl Theirs {
    pub(super) async fn read(session: &Session<'_>) -> Result<Theirs, ApiError> {
        let records = async |method| match session.call(method, []).await? {
            Value::Struct(records) => Ok(records),
            _ => Err(ApiError::joining_host_service_failed()),
        };
        let pools = records("pool.get_all_records").await?;
        let (_, pool) = pools.into_iter().next().ok_or_else(ApiError::joining_host_service_failed)?;
        let leads = text(&pool, "master");
        let hosts = records("host.get_all_records").await?;
        let coordinator = hosts.into_iter().find(|(id, _)| *id == leads).map(|(_, host)| host);
        let coordinator = coordinator.ok_or_else(ApiError::joining_host_service_failed)?;
        let pifs = records("PIF.get_all_records").await?;
        let management =
            pifs.into_iter().find(|(_, pif)| flag(pif, "management") && same_reference(pif, "host", &leads));
        Ok(Theirs {
            coordinator_uuid: text(&coordinator, "uuid"),
            pool,
            coordinator,
            management: management.map_or(Value::Nil, |(_, pif)| pif),
            drivers: records("SM.get_all_records").await?,
            networks: records("network.get_all_records").await?,
        })
    }
}

type Check = fn(&Snapshot, &Host, &Theirs) -> Result<(), ApiError>;

/// One after the other; the first that fails is told.
const CHECKS: &[Check] = &[
    has_management_interface,
    has_no_ha,
    is_another_pool,
    is_alone,
    runs_nothing,
    does_nothing,
    has_no_pending_guidance,
];

const AFTER_PROCESSORS: &[Check] = &[
    has_no_shared_storage,
    has_plain_interfaces,
    has_same_management_tag,
    knows_same_people,
    has_same_edition,
    has_same_controller,
    speaks_same_version,
    has_same_product,
    has_same_addresses,
    has_fitting_networks,
    checks_certificates_alike,
    has_same_drivers,
];

pub fn check(pool: &Snapshot, here: Ref<Host>, theirs: &Theirs, force: bool) -> Result<(), ApiError> {
    let host = pool.get(here).ok_or_else(|| ApiError::handle_invalid("host", here))?;
    let processors: &[Check] = if force { &[same_vendor] } else { &[same_vendor, same_processors] };
    for check in CHECKS.iter().chain(processors).chain(AFTER_PROCESSORS) {
        check(pool, host, theirs)?;
    }
    Ok(())
}

fn refuse(unless: bool, error: fn() -> ApiError) -> Result<(), ApiError> {
    if unless { Ok(()) } else { Err(error()) }
}

fn management(pool: &Snapshot) -> Option<&Pif> {
    pool.all::<Pif>().map(|(_, pif)| pif).find(|pif| pif.management)
}

fn has_management_interface(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    refuse(management(pool).is_some(), ApiError::host_still_booting)
}

fn has_no_ha(_: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    refuse(!flag(&theirs.pool, "ha_enabled"), ApiError::ha_is_enabled)
}

fn is_another_pool(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    refuse(theirs.coordinator_uuid != host.uuid.to_string(), || {
        ApiError::operation_not_allowed("Host cannot become slave of itself")
    })
}

fn is_alone(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    refuse(pool.all::<Host>().count() == 1, ApiError::joining_host_cannot_be_master_of_other_hosts)
}

fn machines(pool: &Snapshot) -> impl Iterator<Item = &Vm> {
    pool.all::<Vm>().map(|(_, vm)| vm).filter(|vm| !vm.is_control_domain)
}

fn runs_nothing(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    let runs = |vm: &Vm| matches!(vm.power_state, VmPowerState::Running | VmPowerState::Paused);
    refuse(!machines(pool).any(runs), ApiError::joining_host_cannot_have_running_vms)
}

fn does_nothing(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    let idle = machines(pool).all(|vm| vm.current_operations.is_empty());
    refuse(idle, ApiError::joining_host_cannot_have_vms_with_current_operations)
}

fn has_no_pending_guidance(pool: &Snapshot, host: &Host, _: &Theirs) -> Result<(), ApiError> {
    match pool.first::<Host>() {
        Some((id, _)) if host.pending_guidances.iter().next().is_some() => {
            Err(ApiError::host_pending_mandatory_guidance_not_empty(id))
        }
        _ => Ok(()),
    }
}

fn same_vendor(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let vendor = entry(&theirs.coordinator, "cpu_info", "vendor");
    let ours = host.cpu_info.get("vendor").cloned().unwrap_or_default();
    if ours == vendor { Ok(()) } else { Err(ApiError::hosts_not_homogeneous("CPUs differ")) }
}

fn same_processors(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let same = ["modelname", "family", "model", "features_hvm_host"].into_iter().all(|key| {
        host.cpu_info.get(key).cloned().unwrap_or_default() == entry(&theirs.coordinator, "cpu_info", key)
    });
    if same { Ok(()) } else { Err(ApiError::hosts_not_homogeneous("CPUs differ")) }
}

/// The storage of guest tools is in every pool.
fn has_no_shared_storage(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    let shared = pool.all::<Sr>().any(|(_, sr)| sr.shared && !sr.is_tools_sr);
    refuse(!shared, ApiError::joining_host_cannot_contain_shared_srs)
}

fn has_plain_interfaces(pool: &Snapshot, _: &Host, _: &Theirs) -> Result<(), ApiError> {
    refuse(pool.first::<Bond>().is_none(), ApiError::pool_joining_host_has_bonds)?;
    refuse(pool.first::<Tunnel>().is_none(), ApiError::pool_joining_host_has_tunnels)?;
    refuse(pool.first::<NetworkSriov>().is_none(), ApiError::pool_joining_host_has_network_sriovs)?;
    let other_tags =
        pool.all::<Vlan>().any(|(_, vlan)| !pool.get(vlan.untagged_PIF).is_some_and(|pif| pif.management));
    refuse(!other_tags, ApiError::pool_joining_host_has_non_management_vlans)
}

fn has_same_management_tag(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let ours = management(pool).map_or(-1, |pif| pif.VLAN);
    let other = number(&theirs.management, "VLAN");
    if ours == other {
        Ok(())
    } else {
        Err(ApiError::pool_joining_host_management_vlan_does_not_match(ours, other))
    }
}

fn knows_same_people(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let same = host.external_auth_type == text(&theirs.coordinator, "external_auth_type")
        && host.external_auth_service_name == text(&theirs.coordinator, "external_auth_service_name");
    refuse(same, ApiError::pool_joining_external_auth_mismatch)
}

fn has_same_edition(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let same = host.edition == text(&theirs.coordinator, "edition");
    refuse(same, ApiError::license_host_pool_mismatch)
}

fn has_same_controller(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let ours =
        pool.first::<model::Pool>().map(|(_, pool)| pool.vswitch_controller.clone()).unwrap_or_default();
    let fits = ours.is_empty() || ours == text(&theirs.pool, "vswitch_controller");
    refuse(fits, || ApiError::operation_not_allowed("vswitch controller address differs"))
}

fn speaks_same_version(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let ours = format!("{}.{}", host.API_version_major, host.API_version_minor);
    let other = format!(
        "{}.{}",
        number(&theirs.coordinator, "API_version_major"),
        number(&theirs.coordinator, "API_version_minor")
    );
    if ours != other {
        return Err(ApiError::pool_joining_host_must_have_same_api_version(ours, other));
    }
    let ours = host.software_version.get("db_schema").cloned().unwrap_or_default();
    let other = entry(&theirs.coordinator, "software_version", "db_schema");
    if ours == other {
        Ok(())
    } else {
        Err(ApiError::pool_joining_host_must_have_same_db_schema(ours, other))
    }
}

fn has_same_product(_: &Snapshot, host: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let same =
        ["product_brand", "product_version", "platform_name", "platform_version"].into_iter().all(|key| {
            host.software_version.get(key).cloned().unwrap_or_default()
                == entry(&theirs.coordinator, "software_version", key)
        });
    refuse(same, ApiError::pool_joining_host_must_have_same_product_version)
}

fn has_same_addresses(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let ours = management(pool).map(|pif| pif.primary_address_type.name()).unwrap_or_default();
    let same = text(&theirs.management, "primary_address_type") == ours;
    refuse(same, || ApiError::operation_not_allowed("Primary address type differs"))
}

/// A network that is merged with one of theirs may not promise what the other forbids.
fn has_fitting_networks(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    for (_, network) in pool.all::<model::Network>() {
        let Some((_, other)) =
            theirs.networks.iter().find(|(_, other)| text(other, "bridge") == network.bridge)
        else {
            continue;
        };
        let Some(Value::Array(purposes)) = other.member("purpose") else { continue };
        for one in network.purpose.iter().map(|purpose| purpose.name()) {
            for two in purposes.iter().filter_map(Value::as_text) {
                if matches!((one, two.as_str()), ("nbd", "insecure_nbd") | ("insecure_nbd", "nbd")) {
                    return Err(ApiError::network_incompatible_purposes(one, two));
                }
            }
        }
    }
    Ok(())
}

fn checks_certificates_alike(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    let ours = pool.first::<model::Pool>().is_some_and(|(_, pool)| pool.tls_verification_enabled);
    let same = ours == flag(&theirs.pool, "tls_verification_enabled");
    refuse(same, ApiError::pool_joining_host_tls_verification_mismatch)
}

/// What a driver of theirs can, ours can too.
fn has_same_drivers(pool: &Snapshot, _: &Host, theirs: &Theirs) -> Result<(), ApiError> {
    for (id, ours) in pool.all::<Sm>() {
        let same_kind = |(_, other): &&(Text, Value)| text(other, "type") == ours.r#type;
        let Some((other_id, other)) = theirs.drivers.iter().find(same_kind) else { continue };
        let Some(Value::Struct(features)) = other.member("features") else { continue };
        if features.iter().any(|(feature, _)| !ours.features.keys().any(|known| known == feature)) {
            return Err(ApiError::pool_joining_sm_features_incompatible(other_id, id));
        }
    }
    Ok(())
}
