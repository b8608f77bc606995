// Printed by `cargo xtask codegen` from crates/model/classes/*.toml and model.toml. Do not edit.

use crate::error::ApiError;
use crate::schema::ErrorDef;
use crate::value::Text;
use std::fmt::Display;

fn text(value: impl Display) -> Text {
    Text::new(value.to_string())
}

impl ApiError {
    pub fn activation_while_not_free() -> ApiError {
        ApiError { code: Text::new_static("ACTIVATION_WHILE_NOT_FREE"), params: vec![] }
    }
    pub fn address_violates_locking_constraint(address: impl Display) -> ApiError {
        ApiError { code: Text::new_static("ADDRESS_VIOLATES_LOCKING_CONSTRAINT"), params: vec![text(address)] }
    }
    pub fn apply_guidance_failed(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("APPLY_GUIDANCE_FAILED"), params: vec![text(ref_1)] }
    }
    pub fn apply_livepatch_failed(livepatch: impl Display) -> ApiError {
        ApiError { code: Text::new_static("APPLY_LIVEPATCH_FAILED"), params: vec![text(livepatch)] }
    }
    pub fn apply_updates_failed(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("APPLY_UPDATES_FAILED"), params: vec![text(ref_1)] }
    }
    pub fn apply_updates_in_progress() -> ApiError {
        ApiError { code: Text::new_static("APPLY_UPDATES_IN_PROGRESS"), params: vec![] }
    }
    pub fn auth_already_enabled(current_auth_type: impl Display, current_service_name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ALREADY_ENABLED"), params: vec![text(current_auth_type), text(current_service_name)] }
    }
    pub fn auth_disable_failed(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_DISABLE_FAILED"), params: vec![text(message)] }
    }
    pub fn auth_disable_failed_permission_denied(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_DISABLE_FAILED_PERMISSION_DENIED"), params: vec![text(message)] }
    }
    pub fn auth_disable_failed_wrong_credentials(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_DISABLE_FAILED_WRONG_CREDENTIALS"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_domain_lookup_failed(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_invalid_account(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_INVALID_ACCOUNT"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_invalid_ou(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_INVALID_OU"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_invalid_trusted_certs(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_no_trusted_certs(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_permission_denied(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_PERMISSION_DENIED"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_unavailable(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_UNAVAILABLE"), params: vec![text(message)] }
    }
    pub fn auth_enable_failed_wrong_credentials(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_ENABLE_FAILED_WRONG_CREDENTIALS"), params: vec![text(message)] }
    }
    pub fn auth_invalid_trusted_certs(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_INVALID_TRUSTED_CERTS"), params: vec![text(message)] }
    }
    pub fn auth_is_disabled() -> ApiError {
        ApiError { code: Text::new_static("AUTH_IS_DISABLED"), params: vec![] }
    }
    pub fn auth_no_trusted_certs(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_NO_TRUSTED_CERTS"), params: vec![text(message)] }
    }
    pub fn auth_service_error(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_SERVICE_ERROR"), params: vec![text(message)] }
    }
    pub fn auth_setup_tls_connection(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_SETUP_TLS_CONNECTION"), params: vec![text(message)] }
    }
    pub fn auth_set_ldaps_failed(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_SET_LDAPS_FAILED"), params: vec![text(host), text(message)] }
    }
    pub fn auth_unknown_type(type_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("AUTH_UNKNOWN_TYPE"), params: vec![text(type_1)] }
    }
    pub fn backup_script_failed(log: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BACKUP_SCRIPT_FAILED"), params: vec![text(log)] }
    }
    pub fn ballooning_timeout_before_migration(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BALLOONING_TIMEOUT_BEFORE_MIGRATION"), params: vec![text(vm)] }
    }
    pub fn blocked_repo_url(url: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BLOCKED_REPO_URL"), params: vec![text(url)] }
    }
    pub fn bootloader_failed(vm: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BOOTLOADER_FAILED"), params: vec![text(vm), text(msg)] }
    }
    pub fn boot_device_passthrough_disallowed(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BOOT_DEVICE_PASSTHROUGH_DISALLOWED"), params: vec![text(device)] }
    }
    pub fn bridge_name_exists(bridge: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BRIDGE_NAME_EXISTS"), params: vec![text(bridge)] }
    }
    pub fn bridge_not_available(bridge: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BRIDGE_NOT_AVAILABLE"), params: vec![text(bridge)] }
    }
    pub fn bundle_repository_already_exists(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BUNDLE_REPOSITORY_ALREADY_EXISTS"), params: vec![text(ref_1)] }
    }
    pub fn bundle_repo_not_enabled() -> ApiError {
        ApiError { code: Text::new_static("BUNDLE_REPO_NOT_ENABLED"), params: vec![] }
    }
    pub fn bundle_sync_failed() -> ApiError {
        ApiError { code: Text::new_static("BUNDLE_SYNC_FAILED"), params: vec![] }
    }
    pub fn bundle_unpack_failed(error: impl Display) -> ApiError {
        ApiError { code: Text::new_static("BUNDLE_UNPACK_FAILED"), params: vec![text(error)] }
    }
    pub fn cannot_add_tunnel_to_bond_slave(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_ADD_TUNNEL_TO_BOND_SLAVE"), params: vec![text(pif)] }
    }
    pub fn cannot_add_tunnel_to_sriov_logical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL"), params: vec![text(pif)] }
    }
    pub fn cannot_add_tunnel_to_vlan_on_sriov_logical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL"), params: vec![text(pif)] }
    }
    pub fn cannot_add_vlan_to_bond_slave(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_ADD_VLAN_TO_BOND_SLAVE"), params: vec![text(pif)] }
    }
    pub fn cannot_change_pif_properties(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_CHANGE_PIF_PROPERTIES"), params: vec![text(pif)] }
    }
    pub fn cannot_contact_host(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_CONTACT_HOST"), params: vec![text(host)] }
    }
    pub fn cannot_create_state_file() -> ApiError {
        ApiError { code: Text::new_static("CANNOT_CREATE_STATE_FILE"), params: vec![] }
    }
    pub fn cannot_destroy_disaster_recovery_task(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_DESTROY_DISASTER_RECOVERY_TASK"), params: vec![text(reason)] }
    }
    pub fn cannot_destroy_system_network(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_DESTROY_SYSTEM_NETWORK"), params: vec![text(network)] }
    }
    pub fn cannot_enable_redo_log(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_ENABLE_REDO_LOG"), params: vec![text(reason)] }
    }
    pub fn cannot_evacuate_host(errors: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_EVACUATE_HOST"), params: vec![text(errors)] }
    }
    pub fn cannot_fetch_patch(uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FETCH_PATCH"), params: vec![text(uuid)] }
    }
    pub fn cannot_find_oem_backup_partition() -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FIND_OEM_BACKUP_PARTITION"), params: vec![] }
    }
    pub fn cannot_find_patch() -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FIND_PATCH"), params: vec![] }
    }
    pub fn cannot_find_state_partition() -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FIND_STATE_PARTITION"), params: vec![] }
    }
    pub fn cannot_find_update() -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FIND_UPDATE"), params: vec![] }
    }
    pub fn cannot_forget_sriov_logical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_FORGET_SRIOV_LOGICAL"), params: vec![text(pif)] }
    }
    pub fn cannot_plug_bond_slave(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_PLUG_BOND_SLAVE"), params: vec![text(pif)] }
    }
    pub fn cannot_plug_vif(vif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_PLUG_VIF"), params: vec![text(vif)] }
    }
    pub fn cannot_reset_control_domain(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_RESET_CONTROL_DOMAIN"), params: vec![text(vm)] }
    }
    pub fn cannot_restart_device_model(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CANNOT_RESTART_DEVICE_MODEL"), params: vec![text(ref_1)] }
    }
    pub fn can_not_periodic_sync_updates() -> ApiError {
        ApiError { code: Text::new_static("CAN_NOT_PERIODIC_SYNC_UPDATES"), params: vec![] }
    }
    pub fn can_not_sync_updates() -> ApiError {
        ApiError { code: Text::new_static("CAN_NOT_SYNC_UPDATES"), params: vec![] }
    }
    pub fn certificate_already_exists(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_ALREADY_EXISTS"), params: vec![text(name)] }
    }
    pub fn certificate_corrupt(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_CORRUPT"), params: vec![text(name)] }
    }
    pub fn certificate_does_not_exist(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_DOES_NOT_EXIST"), params: vec![text(name)] }
    }
    pub fn certificate_lacks_purpose() -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_LACKS_PURPOSE"), params: vec![] }
    }
    pub fn certificate_library_corrupt() -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_LIBRARY_CORRUPT"), params: vec![] }
    }
    pub fn certificate_name_invalid(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CERTIFICATE_NAME_INVALID"), params: vec![text(name)] }
    }
    pub fn change_password_rejected(msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CHANGE_PASSWORD_REJECTED"), params: vec![text(msg)] }
    }
    pub fn clustered_sr_degraded(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTERED_SR_DEGRADED"), params: vec![text(sr)] }
    }
    pub fn clustering_disabled(cluster_host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTERING_DISABLED"), params: vec![text(cluster_host)] }
    }
    pub fn clustering_enabled(cluster_host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTERING_ENABLED"), params: vec![text(cluster_host)] }
    }
    pub fn cluster_already_exists() -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_ALREADY_EXISTS"), params: vec![] }
    }
    pub fn cluster_create_in_progress() -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_CREATE_IN_PROGRESS"), params: vec![] }
    }
    pub fn cluster_does_not_have_one_node(number_of_nodes: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_DOES_NOT_HAVE_ONE_NODE"), params: vec![text(number_of_nodes)] }
    }
    pub fn cluster_force_destroy_failed(cluster: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_FORCE_DESTROY_FAILED"), params: vec![text(cluster)] }
    }
    pub fn cluster_host_is_last(cluster_host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_HOST_IS_LAST"), params: vec![text(cluster_host)] }
    }
    pub fn cluster_host_not_joined(cluster_host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_HOST_NOT_JOINED"), params: vec![text(cluster_host)] }
    }
    pub fn cluster_stack_in_use(cluster_stack: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_STACK_IN_USE"), params: vec![text(cluster_stack)] }
    }
    pub fn configure_repositories_in_progress() -> ApiError {
        ApiError { code: Text::new_static("CONFIGURE_REPOSITORIES_IN_PROGRESS"), params: vec![] }
    }
    pub fn could_not_find_network_interface_with_specified_device_name_and_mac_address(device: impl Display, mac: impl Display) -> ApiError {
        ApiError { code: Text::new_static("COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS"), params: vec![text(device), text(mac)] }
    }
    pub fn could_not_import_database(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("COULD_NOT_IMPORT_DATABASE"), params: vec![text(reason)] }
    }
    pub fn could_not_update_igmp_snooping_everywhere() -> ApiError {
        ApiError { code: Text::new_static("COULD_NOT_UPDATE_IGMP_SNOOPING_EVERYWHERE"), params: vec![] }
    }
    pub fn cpu_feature_masking_not_supported(details: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CPU_FEATURE_MASKING_NOT_SUPPORTED"), params: vec![text(details)] }
    }
    pub fn crl_already_exists(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CRL_ALREADY_EXISTS"), params: vec![text(name)] }
    }
    pub fn crl_corrupt(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CRL_CORRUPT"), params: vec![text(name)] }
    }
    pub fn crl_does_not_exist(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CRL_DOES_NOT_EXIST"), params: vec![text(name)] }
    }
    pub fn crl_name_invalid(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("CRL_NAME_INVALID"), params: vec![text(name)] }
    }
    pub fn db_uniqueness_constraint_violation(table: impl Display, field: impl Display, value: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DB_UNIQUENESS_CONSTRAINT_VIOLATION"), params: vec![text(table), text(field), text(value)] }
    }
    pub fn default_sr_not_found(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEFAULT_SR_NOT_FOUND"), params: vec![text(sr)] }
    }
    pub fn device_already_attached(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_ALREADY_ATTACHED"), params: vec![text(device)] }
    }
    pub fn device_already_detached(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_ALREADY_DETACHED"), params: vec![text(device)] }
    }
    pub fn device_already_exists(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_ALREADY_EXISTS"), params: vec![text(device)] }
    }
    pub fn device_attach_timeout(type_1: impl Display, ref_2: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_ATTACH_TIMEOUT"), params: vec![text(type_1), text(ref_2)] }
    }
    pub fn device_detach_rejected(type_1: impl Display, ref_2: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_DETACH_REJECTED"), params: vec![text(type_1), text(ref_2), text(msg)] }
    }
    pub fn device_detach_timeout(type_1: impl Display, ref_2: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_DETACH_TIMEOUT"), params: vec![text(type_1), text(ref_2)] }
    }
    pub fn device_not_attached(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DEVICE_NOT_ATTACHED"), params: vec![text(vbd)] }
    }
    pub fn disable_ssh_failed(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DISABLE_SSH_FAILED"), params: vec![text(host)] }
    }
    pub fn disable_ssh_partially_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DISABLE_SSH_PARTIALLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn disk_vbd_must_be_readwrite_for_hvm(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DISK_VBD_MUST_BE_READWRITE_FOR_HVM"), params: vec![text(vbd)] }
    }
    pub fn domain_builder_error(function: impl Display, code: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DOMAIN_BUILDER_ERROR"), params: vec![text(function), text(code), text(message)] }
    }
    pub fn domain_exists(vm: impl Display, domid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DOMAIN_EXISTS"), params: vec![text(vm), text(domid)] }
    }
    pub fn duplicate_mac_seed(seed: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DUPLICATE_MAC_SEED"), params: vec![text(seed)] }
    }
    pub fn duplicate_pif_device_name(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DUPLICATE_PIF_DEVICE_NAME"), params: vec![text(device)] }
    }
    pub fn duplicate_vm(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("DUPLICATE_VM"), params: vec![text(vm)] }
    }
    pub fn enable_ssh_failed(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("ENABLE_SSH_FAILED"), params: vec![text(host)] }
    }
    pub fn enable_ssh_partially_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("ENABLE_SSH_PARTIALLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn events_lost() -> ApiError {
        ApiError { code: Text::new_static("EVENTS_LOST"), params: vec![] }
    }
    pub fn event_from_token_parse_failure(token: impl Display) -> ApiError {
        ApiError { code: Text::new_static("EVENT_FROM_TOKEN_PARSE_FAILURE"), params: vec![text(token)] }
    }
    pub fn event_subscription_parse_failure(subscription: impl Display) -> ApiError {
        ApiError { code: Text::new_static("EVENT_SUBSCRIPTION_PARSE_FAILURE"), params: vec![text(subscription)] }
    }
    pub fn failed_to_start_emulator(vm: impl Display, name: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("FAILED_TO_START_EMULATOR"), params: vec![text(vm), text(name), text(msg)] }
    }
    pub fn feature_requires_hvm(details: impl Display) -> ApiError {
        ApiError { code: Text::new_static("FEATURE_REQUIRES_HVM"), params: vec![text(details)] }
    }
    pub fn feature_restricted() -> ApiError {
        ApiError { code: Text::new_static("FEATURE_RESTRICTED"), params: vec![] }
    }
    pub fn field_type_error(field: impl Display) -> ApiError {
        ApiError { code: Text::new_static("FIELD_TYPE_ERROR"), params: vec![text(field)] }
    }
    pub fn get_host_updates_failed(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("GET_HOST_UPDATES_FAILED"), params: vec![text(ref_1)] }
    }
    pub fn get_updates_failed() -> ApiError {
        ApiError { code: Text::new_static("GET_UPDATES_FAILED"), params: vec![] }
    }
    pub fn gpu_group_contains_no_pgpus(gpu_group: impl Display) -> ApiError {
        ApiError { code: Text::new_static("GPU_GROUP_CONTAINS_NO_PGPUS"), params: vec![text(gpu_group)] }
    }
    pub fn gpu_group_contains_pgpu(pgpus: impl Display) -> ApiError {
        ApiError { code: Text::new_static("GPU_GROUP_CONTAINS_PGPU"), params: vec![text(pgpus)] }
    }
    pub fn gpu_group_contains_vgpu(vgpus: impl Display) -> ApiError {
        ApiError { code: Text::new_static("GPU_GROUP_CONTAINS_VGPU"), params: vec![text(vgpus)] }
    }
    pub fn handle_invalid(class: impl Display, handle: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HANDLE_INVALID"), params: vec![text(class), text(handle)] }
    }
    pub fn ha_abort_new_master(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_ABORT_NEW_MASTER"), params: vec![text(reason)] }
    }
    pub fn ha_cannot_change_bond_status_of_mgmt_iface() -> ApiError {
        ApiError { code: Text::new_static("HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE"), params: vec![] }
    }
    pub fn ha_constraint_violation_network_not_shared(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED"), params: vec![text(network)] }
    }
    pub fn ha_constraint_violation_sr_not_shared(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED"), params: vec![text(sr)] }
    }
    pub fn ha_disable_in_progress() -> ApiError {
        ApiError { code: Text::new_static("HA_DISABLE_IN_PROGRESS"), params: vec![] }
    }
    pub fn ha_enable_in_progress() -> ApiError {
        ApiError { code: Text::new_static("HA_ENABLE_IN_PROGRESS"), params: vec![] }
    }
    pub fn ha_failed_to_form_liveset() -> ApiError {
        ApiError { code: Text::new_static("HA_FAILED_TO_FORM_LIVESET"), params: vec![] }
    }
    pub fn ha_heartbeat_daemon_startup_failed() -> ApiError {
        ApiError { code: Text::new_static("HA_HEARTBEAT_DAEMON_STARTUP_FAILED"), params: vec![] }
    }
    pub fn ha_host_cannot_access_statefile() -> ApiError {
        ApiError { code: Text::new_static("HA_HOST_CANNOT_ACCESS_STATEFILE"), params: vec![] }
    }
    pub fn ha_host_cannot_see_peers(host: impl Display, all: impl Display, subset: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_HOST_CANNOT_SEE_PEERS"), params: vec![text(host), text(all), text(subset)] }
    }
    pub fn ha_host_is_armed(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_HOST_IS_ARMED"), params: vec![text(host)] }
    }
    pub fn ha_is_enabled() -> ApiError {
        ApiError { code: Text::new_static("HA_IS_ENABLED"), params: vec![] }
    }
    pub fn ha_lost_statefile() -> ApiError {
        ApiError { code: Text::new_static("HA_LOST_STATEFILE"), params: vec![] }
    }
    pub fn ha_not_enabled() -> ApiError {
        ApiError { code: Text::new_static("HA_NOT_ENABLED"), params: vec![] }
    }
    pub fn ha_not_installed(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_NOT_INSTALLED"), params: vec![text(host)] }
    }
    pub fn ha_no_plan() -> ApiError {
        ApiError { code: Text::new_static("HA_NO_PLAN"), params: vec![] }
    }
    pub fn ha_operation_would_break_failover_plan() -> ApiError {
        ApiError { code: Text::new_static("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"), params: vec![] }
    }
    pub fn ha_pool_is_enabled_but_host_is_disabled() -> ApiError {
        ApiError { code: Text::new_static("HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED"), params: vec![] }
    }
    pub fn ha_should_be_fenced(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HA_SHOULD_BE_FENCED"), params: vec![text(host)] }
    }
    pub fn ha_too_few_hosts() -> ApiError {
        ApiError { code: Text::new_static("HA_TOO_FEW_HOSTS"), params: vec![] }
    }
    pub fn hosts_not_compatible() -> ApiError {
        ApiError { code: Text::new_static("HOSTS_NOT_COMPATIBLE"), params: vec![] }
    }
    pub fn hosts_not_homogeneous(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOSTS_NOT_HOMOGENEOUS"), params: vec![text(reason)] }
    }
    pub fn host_broken() -> ApiError {
        ApiError { code: Text::new_static("HOST_BROKEN"), params: vec![] }
    }
    pub fn host_cannot_attach_network(host: impl Display, network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_CANNOT_ATTACH_NETWORK"), params: vec![text(host), text(network)] }
    }
    pub fn host_cannot_destroy_self(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_CANNOT_DESTROY_SELF"), params: vec![text(host)] }
    }
    pub fn host_cannot_read_metrics() -> ApiError {
        ApiError { code: Text::new_static("HOST_CANNOT_READ_METRICS"), params: vec![] }
    }
    pub fn host_cd_drive_empty() -> ApiError {
        ApiError { code: Text::new_static("HOST_CD_DRIVE_EMPTY"), params: vec![] }
    }
    pub fn host_disabled(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_DISABLED"), params: vec![text(host)] }
    }
    pub fn host_disabled_indefinitely(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_DISABLED_INDEFINITELY"), params: vec![text(host)] }
    }
    pub fn host_disabled_until_reboot(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_DISABLED_UNTIL_REBOOT"), params: vec![text(host)] }
    }
    pub fn host_driver_no_hardware(driver_variant: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_DRIVER_NO_HARDWARE"), params: vec![text(driver_variant)] }
    }
    pub fn host_evacuate_in_progress(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_EVACUATE_IN_PROGRESS"), params: vec![text(host)] }
    }
    pub fn host_evacuate_vm_not_ha_protected(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_EVACUATE_VM_NOT_HA_PROTECTED"), params: vec![text(vm)] }
    }
    pub fn host_evacuation_is_required(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_EVACUATION_IS_REQUIRED"), params: vec![text(host)] }
    }
    pub fn host_has_no_management_ip() -> ApiError {
        ApiError { code: Text::new_static("HOST_HAS_NO_MANAGEMENT_IP"), params: vec![] }
    }
    pub fn host_has_resident_vms(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_HAS_RESIDENT_VMS"), params: vec![text(host)] }
    }
    pub fn host_in_emergency_mode() -> ApiError {
        ApiError { code: Text::new_static("HOST_IN_EMERGENCY_MODE"), params: vec![] }
    }
    pub fn host_in_use(host: impl Display, type_2: impl Display, ref_3: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_IN_USE"), params: vec![text(host), text(type_2), text(ref_3)] }
    }
    pub fn host_is_live(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_IS_LIVE"), params: vec![text(host)] }
    }
    pub fn host_is_slave(master_ip_address: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_IS_SLAVE"), params: vec![text(master_ip_address)] }
    }
    pub fn host_its_own_slave() -> ApiError {
        ApiError { code: Text::new_static("HOST_ITS_OWN_SLAVE"), params: vec![] }
    }
    pub fn host_master_cannot_talk_back(ip: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_MASTER_CANNOT_TALK_BACK"), params: vec![text(ip)] }
    }
    pub fn host_name_invalid(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_NAME_INVALID"), params: vec![text(reason)] }
    }
    pub fn host_not_disabled() -> ApiError {
        ApiError { code: Text::new_static("HOST_NOT_DISABLED"), params: vec![] }
    }
    pub fn host_not_enough_free_memory(needed: impl Display, available: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_NOT_ENOUGH_FREE_MEMORY"), params: vec![text(needed), text(available)] }
    }
    pub fn host_not_enough_pcpus(vcpus: impl Display, pcpus: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_NOT_ENOUGH_PCPUS"), params: vec![text(vcpus), text(pcpus)] }
    }
    pub fn host_not_live() -> ApiError {
        ApiError { code: Text::new_static("HOST_NOT_LIVE"), params: vec![] }
    }
    pub fn host_offline(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_OFFLINE"), params: vec![text(host)] }
    }
    pub fn host_pending_mandatory_guidance_not_empty(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY"), params: vec![text(host)] }
    }
    pub fn host_power_on_mode_disabled() -> ApiError {
        ApiError { code: Text::new_static("HOST_POWER_ON_MODE_DISABLED"), params: vec![] }
    }
    pub fn host_still_booting() -> ApiError {
        ApiError { code: Text::new_static("HOST_STILL_BOOTING"), params: vec![] }
    }
    pub fn host_unknown_to_master(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_UNKNOWN_TO_MASTER"), params: vec![text(host)] }
    }
    pub fn host_xapi_version_higher_than_coordinator(host_xapi_version: impl Display) -> ApiError {
        ApiError { code: Text::new_static("HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR"), params: vec![text(host_xapi_version)] }
    }
    pub fn illegal_vbd_device(vbd: impl Display, device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("ILLEGAL_VBD_DEVICE"), params: vec![text(vbd), text(device)] }
    }
    pub fn import_error(msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR"), params: vec![text(msg)] }
    }
    pub fn import_error_attached_disks_not_found() -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND"), params: vec![] }
    }
    pub fn import_error_cannot_handle_chunked() -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_CANNOT_HANDLE_CHUNKED"), params: vec![] }
    }
    pub fn import_error_failed_to_find_object(id: impl Display) -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_FAILED_TO_FIND_OBJECT"), params: vec![text(id)] }
    }
    pub fn import_error_premature_eof() -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_PREMATURE_EOF"), params: vec![] }
    }
    pub fn import_error_some_checksums_failed() -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_SOME_CHECKSUMS_FAILED"), params: vec![] }
    }
    pub fn import_error_unexpected_file(filename_expected: impl Display, filename_found: impl Display) -> ApiError {
        ApiError { code: Text::new_static("IMPORT_ERROR_UNEXPECTED_FILE"), params: vec![text(filename_expected), text(filename_found)] }
    }
    pub fn import_incompatible_version() -> ApiError {
        ApiError { code: Text::new_static("IMPORT_INCOMPATIBLE_VERSION"), params: vec![] }
    }
    pub fn incompatible_cluster_stack_active(cluster_stack: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INCOMPATIBLE_CLUSTER_STACK_ACTIVE"), params: vec![text(cluster_stack)] }
    }
    pub fn incompatible_pif_properties() -> ApiError {
        ApiError { code: Text::new_static("INCOMPATIBLE_PIF_PROPERTIES"), params: vec![] }
    }
    pub fn incompatible_statefile_sr(sr_type: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INCOMPATIBLE_STATEFILE_SR"), params: vec![text(sr_type)] }
    }
    pub fn interface_has_no_ip(interface: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INTERFACE_HAS_NO_IP"), params: vec![text(interface)] }
    }
    pub fn internal_error(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INTERNAL_ERROR"), params: vec![text(message)] }
    }
    pub fn invalid_base_url(url: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_BASE_URL"), params: vec![text(url)] }
    }
    pub fn invalid_cidr_address_specified(parameter: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_CIDR_ADDRESS_SPECIFIED"), params: vec![text(parameter)] }
    }
    pub fn invalid_cluster_stack(cluster_stack: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_CLUSTER_STACK"), params: vec![text(cluster_stack)] }
    }
    pub fn invalid_device(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_DEVICE"), params: vec![text(device)] }
    }
    pub fn invalid_edition(edition: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_EDITION"), params: vec![text(edition)] }
    }
    pub fn invalid_feature_string(details: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_FEATURE_STRING"), params: vec![text(details)] }
    }
    pub fn invalid_gpgkey_path(gpgkey_path: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_GPGKEY_PATH"), params: vec![text(gpgkey_path)] }
    }
    pub fn invalid_ip_address_specified(parameter: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_IP_ADDRESS_SPECIFIED"), params: vec![text(parameter)] }
    }
    pub fn invalid_ntp_config(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_NTP_CONFIG"), params: vec![text(reason)] }
    }
    pub fn invalid_patch() -> ApiError {
        ApiError { code: Text::new_static("INVALID_PATCH"), params: vec![] }
    }
    pub fn invalid_patch_with_log(log: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_PATCH_WITH_LOG"), params: vec![text(log)] }
    }
    pub fn invalid_repomd_xml() -> ApiError {
        ApiError { code: Text::new_static("INVALID_REPOMD_XML"), params: vec![] }
    }
    pub fn invalid_repository_domain_allowlist(domains: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_REPOSITORY_DOMAIN_ALLOWLIST"), params: vec![text(domains)] }
    }
    pub fn invalid_repository_proxy_credential() -> ApiError {
        ApiError { code: Text::new_static("INVALID_REPOSITORY_PROXY_CREDENTIAL"), params: vec![] }
    }
    pub fn invalid_repository_proxy_url(url: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_REPOSITORY_PROXY_URL"), params: vec![text(url)] }
    }
    pub fn invalid_update(info: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_UPDATE"), params: vec![text(info)] }
    }
    pub fn invalid_updateinfo_xml() -> ApiError {
        ApiError { code: Text::new_static("INVALID_UPDATEINFO_XML"), params: vec![] }
    }
    pub fn invalid_update_sync_day(day: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_UPDATE_SYNC_DAY"), params: vec![text(day)] }
    }
    pub fn invalid_value(field: impl Display, value: impl Display) -> ApiError {
        ApiError { code: Text::new_static("INVALID_VALUE"), params: vec![text(field), text(value)] }
    }
    pub fn is_tunnel_access_pif(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("IS_TUNNEL_ACCESS_PIF"), params: vec![text(pif)] }
    }
    pub fn joining_host_cannot_be_master_of_other_hosts() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"), params: vec![] }
    }
    pub fn joining_host_cannot_contain_shared_srs() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS"), params: vec![] }
    }
    pub fn joining_host_cannot_have_running_or_suspended_vms() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS"), params: vec![] }
    }
    pub fn joining_host_cannot_have_running_vms() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"), params: vec![] }
    }
    pub fn joining_host_cannot_have_vms_with_current_operations() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS"), params: vec![] }
    }
    pub fn joining_host_connection_failed() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_CONNECTION_FAILED"), params: vec![] }
    }
    pub fn joining_host_service_failed() -> ApiError {
        ApiError { code: Text::new_static("JOINING_HOST_SERVICE_FAILED"), params: vec![] }
    }
    pub fn licence_restriction(feature: impl Display) -> ApiError {
        ApiError { code: Text::new_static("LICENCE_RESTRICTION"), params: vec![text(feature)] }
    }
    pub fn license_cannot_downgrade_while_in_pool() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_CANNOT_DOWNGRADE_WHILE_IN_POOL"), params: vec![] }
    }
    pub fn license_checkout_error(code: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("LICENSE_CHECKOUT_ERROR"), params: vec![text(code), text(message)] }
    }
    pub fn license_does_not_support_pooling() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_DOES_NOT_SUPPORT_POOLING"), params: vec![] }
    }
    pub fn license_does_not_support_xha() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_DOES_NOT_SUPPORT_XHA"), params: vec![] }
    }
    pub fn license_expired() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_EXPIRED"), params: vec![] }
    }
    pub fn license_file_deprecated() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_FILE_DEPRECATED"), params: vec![] }
    }
    pub fn license_host_pool_mismatch() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_HOST_POOL_MISMATCH"), params: vec![] }
    }
    pub fn license_processing_error() -> ApiError {
        ApiError { code: Text::new_static("LICENSE_PROCESSING_ERROR"), params: vec![] }
    }
    pub fn location_not_unique(sr: impl Display, location: impl Display) -> ApiError {
        ApiError { code: Text::new_static("LOCATION_NOT_UNIQUE"), params: vec![text(sr), text(location)] }
    }
    pub fn mac_does_not_exist(mac: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MAC_DOES_NOT_EXIST"), params: vec![text(mac)] }
    }
    pub fn mac_invalid(mac: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MAC_INVALID"), params: vec![text(mac)] }
    }
    pub fn mac_still_exists(mac: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MAC_STILL_EXISTS"), params: vec![text(mac)] }
    }
    pub fn map_duplicate_key(type_1: impl Display, param_name: impl Display, uuid: impl Display, key: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MAP_DUPLICATE_KEY"), params: vec![text(type_1), text(param_name), text(uuid), text(key)] }
    }
    pub fn memory_constraint_violation(constraint: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MEMORY_CONSTRAINT_VIOLATION"), params: vec![text(constraint)] }
    }
    pub fn memory_constraint_violation_maxpin(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MEMORY_CONSTRAINT_VIOLATION_MAXPIN"), params: vec![text(reason)] }
    }
    pub fn memory_constraint_violation_order() -> ApiError {
        ApiError { code: Text::new_static("MEMORY_CONSTRAINT_VIOLATION_ORDER"), params: vec![] }
    }
    pub fn message_deprecated() -> ApiError {
        ApiError { code: Text::new_static("MESSAGE_DEPRECATED"), params: vec![] }
    }
    pub fn message_method_unknown(method: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MESSAGE_METHOD_UNKNOWN"), params: vec![text(method)] }
    }
    pub fn message_parameter_count_mismatch(method: impl Display, expected: impl Display, received: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MESSAGE_PARAMETER_COUNT_MISMATCH"), params: vec![text(method), text(expected), text(received)] }
    }
    pub fn message_removed() -> ApiError {
        ApiError { code: Text::new_static("MESSAGE_REMOVED"), params: vec![] }
    }
    pub fn mirror_failed(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("MIRROR_FAILED"), params: vec![text(vdi)] }
    }
    pub fn missing_connection_details() -> ApiError {
        ApiError { code: Text::new_static("MISSING_CONNECTION_DETAILS"), params: vec![] }
    }
    pub fn multiple_update_repositories_enabled() -> ApiError {
        ApiError { code: Text::new_static("MULTIPLE_UPDATE_REPOSITORIES_ENABLED"), params: vec![] }
    }
    pub fn network_already_connected(network: impl Display, connected_pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_ALREADY_CONNECTED"), params: vec![text(network), text(connected_pif)] }
    }
    pub fn network_contains_pif(pifs: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_CONTAINS_PIF"), params: vec![text(pifs)] }
    }
    pub fn network_contains_vif(vifs: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_CONTAINS_VIF"), params: vec![text(vifs)] }
    }
    pub fn network_has_incompatible_sriov_pifs(pif: impl Display, network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS"), params: vec![text(pif), text(network)] }
    }
    pub fn network_has_incompatible_vlan_on_sriov_pifs(pif: impl Display, network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_HAS_INCOMPATIBLE_VLAN_ON_SRIOV_PIFS"), params: vec![text(pif), text(network)] }
    }
    pub fn network_incompatible_purposes(new_purpose: impl Display, conflicting_purpose: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_PURPOSES"), params: vec![text(new_purpose), text(conflicting_purpose)] }
    }
    pub fn network_incompatible_with_bond(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_BOND"), params: vec![text(network)] }
    }
    pub fn network_incompatible_with_sriov(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_SRIOV"), params: vec![text(network)] }
    }
    pub fn network_incompatible_with_trunks(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_TRUNKS"), params: vec![text(network)] }
    }
    pub fn network_incompatible_with_tunnel(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_TUNNEL"), params: vec![text(network)] }
    }
    pub fn network_incompatible_with_vlan_on_bridge(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE"), params: vec![text(network)] }
    }
    pub fn network_incompatible_with_vlan_on_sriov(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_INCOMPATIBLE_WITH_VLAN_ON_SRIOV"), params: vec![text(network)] }
    }
    pub fn network_sriov_already_enabled(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_SRIOV_ALREADY_ENABLED"), params: vec![text(pif)] }
    }
    pub fn network_sriov_disable_failed(pif: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_SRIOV_DISABLE_FAILED"), params: vec![text(pif), text(msg)] }
    }
    pub fn network_sriov_enable_failed(pif: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_SRIOV_ENABLE_FAILED"), params: vec![text(pif), text(msg)] }
    }
    pub fn network_sriov_insufficient_capacity(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_SRIOV_INSUFFICIENT_CAPACITY"), params: vec![text(network)] }
    }
    pub fn network_unmanaged(network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NETWORK_UNMANAGED"), params: vec![text(network)] }
    }
    pub fn not_allowed_on_oem_edition(command: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NOT_ALLOWED_ON_OEM_EDITION"), params: vec![text(command)] }
    }
    pub fn not_allowed_when_ntp_is_enabled(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NOT_ALLOWED_WHEN_NTP_IS_ENABLED"), params: vec![text(host)] }
    }
    pub fn not_implemented(function: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NOT_IMPLEMENTED"), params: vec![text(function)] }
    }
    pub fn not_in_emergency_mode() -> ApiError {
        ApiError { code: Text::new_static("NOT_IN_EMERGENCY_MODE"), params: vec![] }
    }
    pub fn not_supported_during_upgrade() -> ApiError {
        ApiError { code: Text::new_static("NOT_SUPPORTED_DURING_UPGRADE"), params: vec![] }
    }
    pub fn not_system_domain(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NOT_SYSTEM_DOMAIN"), params: vec![text(vm)] }
    }
    pub fn not_trusted_certificate(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NOT_TRUSTED_CERTIFICATE"), params: vec![text(ref_1)] }
    }
    pub fn no_cluster_hosts_reachable(cluster: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NO_CLUSTER_HOSTS_REACHABLE"), params: vec![text(cluster)] }
    }
    pub fn no_compatible_cluster_host(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NO_COMPATIBLE_CLUSTER_HOST"), params: vec![text(host)] }
    }
    pub fn no_hosts_available() -> ApiError {
        ApiError { code: Text::new_static("NO_HOSTS_AVAILABLE"), params: vec![] }
    }
    pub fn no_more_redo_logs_allowed() -> ApiError {
        ApiError { code: Text::new_static("NO_MORE_REDO_LOGS_ALLOWED"), params: vec![] }
    }
    pub fn no_repositories_configured() -> ApiError {
        ApiError { code: Text::new_static("NO_REPOSITORIES_CONFIGURED"), params: vec![] }
    }
    pub fn no_repository_enabled() -> ApiError {
        ApiError { code: Text::new_static("NO_REPOSITORY_ENABLED"), params: vec![] }
    }
    pub fn nvidia_sriov_misconfigured(host: impl Display, device_name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NVIDIA_SRIOV_MISCONFIGURED"), params: vec![text(host), text(device_name)] }
    }
    pub fn nvidia_tools_error(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("NVIDIA_TOOLS_ERROR"), params: vec![text(host)] }
    }
    pub fn object_nolonger_exists() -> ApiError {
        ApiError { code: Text::new_static("OBJECT_NOLONGER_EXISTS"), params: vec![] }
    }
    pub fn only_allowed_on_oem_edition(command: impl Display) -> ApiError {
        ApiError { code: Text::new_static("ONLY_ALLOWED_ON_OEM_EDITION"), params: vec![text(command)] }
    }
    pub fn openvswitch_not_active() -> ApiError {
        ApiError { code: Text::new_static("OPENVSWITCH_NOT_ACTIVE"), params: vec![] }
    }
    pub fn operation_blocked(ref_1: impl Display, code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("OPERATION_BLOCKED"), params: vec![text(ref_1), text(code)] }
    }
    pub fn operation_not_allowed(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("OPERATION_NOT_ALLOWED"), params: vec![text(reason)] }
    }
    pub fn operation_partially_failed(operation: impl Display) -> ApiError {
        ApiError { code: Text::new_static("OPERATION_PARTIALLY_FAILED"), params: vec![text(operation)] }
    }
    pub fn other_operation_in_progress(class: impl Display, object: impl Display, operation_type: impl Display, operation_ref: impl Display) -> ApiError {
        ApiError { code: Text::new_static("OTHER_OPERATION_IN_PROGRESS"), params: vec![text(class), text(object), text(operation_type), text(operation_ref)] }
    }
    pub fn out_of_space(location: impl Display) -> ApiError {
        ApiError { code: Text::new_static("OUT_OF_SPACE"), params: vec![text(location)] }
    }
    pub fn patch_already_applied(patch: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_ALREADY_APPLIED"), params: vec![text(patch)] }
    }
    pub fn patch_already_exists(uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_ALREADY_EXISTS"), params: vec![text(uuid)] }
    }
    pub fn patch_apply_failed(output: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_APPLY_FAILED"), params: vec![text(output)] }
    }
    pub fn patch_apply_failed_backup_files_exist(output: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_APPLY_FAILED_BACKUP_FILES_EXIST"), params: vec![text(output)] }
    }
    pub fn patch_is_applied() -> ApiError {
        ApiError { code: Text::new_static("PATCH_IS_APPLIED"), params: vec![] }
    }
    pub fn patch_precheck_failed_iso_mounted(patch: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_ISO_MOUNTED"), params: vec![text(patch)] }
    }
    pub fn patch_precheck_failed_out_of_space(patch: impl Display, found_space: impl Display, required_required: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_OUT_OF_SPACE"), params: vec![text(patch), text(found_space), text(required_required)] }
    }
    pub fn patch_precheck_failed_prerequisite_missing(patch: impl Display, prerequisite_patch_uuid_list: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING"), params: vec![text(patch), text(prerequisite_patch_uuid_list)] }
    }
    pub fn patch_precheck_failed_unknown_error(patch: impl Display, info: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_UNKNOWN_ERROR"), params: vec![text(patch), text(info)] }
    }
    pub fn patch_precheck_failed_vm_running(patch: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_VM_RUNNING"), params: vec![text(patch)] }
    }
    pub fn patch_precheck_failed_wrong_server_build(patch: impl Display, found_build: impl Display, required_build: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD"), params: vec![text(patch), text(found_build), text(required_build)] }
    }
    pub fn patch_precheck_failed_wrong_server_version(patch: impl Display, found_version: impl Display, required_version: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION"), params: vec![text(patch), text(found_version), text(required_version)] }
    }
    pub fn pbd_exists(sr: impl Display, host: impl Display, pbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PBD_EXISTS"), params: vec![text(sr), text(host), text(pbd)] }
    }
    pub fn permission_denied(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PERMISSION_DENIED"), params: vec![text(message)] }
    }
    pub fn pgpu_insufficient_capacity_for_vgpu(pgpu: impl Display, vgpu_type: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PGPU_INSUFFICIENT_CAPACITY_FOR_VGPU"), params: vec![text(pgpu), text(vgpu_type)] }
    }
    pub fn pgpu_in_use_by_vm(vms: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PGPU_IN_USE_BY_VM"), params: vec![text(vms)] }
    }
    pub fn pgpu_not_compatible_with_gpu_group(type_1: impl Display, group_types: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP"), params: vec![text(type_1), text(group_types)] }
    }
    pub fn pif_allows_unplug(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_ALLOWS_UNPLUG"), params: vec![text(pif)] }
    }
    pub fn pif_already_bonded(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_ALREADY_BONDED"), params: vec![text(pif)] }
    }
    pub fn pif_bond_more_than_one_ip() -> ApiError {
        ApiError { code: Text::new_static("PIF_BOND_MORE_THAN_ONE_IP"), params: vec![] }
    }
    pub fn pif_bond_needs_more_members() -> ApiError {
        ApiError { code: Text::new_static("PIF_BOND_NEEDS_MORE_MEMBERS"), params: vec![] }
    }
    pub fn pif_cannot_bond_cross_host() -> ApiError {
        ApiError { code: Text::new_static("PIF_CANNOT_BOND_CROSS_HOST"), params: vec![] }
    }
    pub fn pif_configuration_error(pif: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_CONFIGURATION_ERROR"), params: vec![text(pif), text(msg)] }
    }
    pub fn pif_device_not_found() -> ApiError {
        ApiError { code: Text::new_static("PIF_DEVICE_NOT_FOUND"), params: vec![] }
    }
    pub fn pif_does_not_allow_unplug(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_DOES_NOT_ALLOW_UNPLUG"), params: vec![text(pif)] }
    }
    pub fn pif_has_fcoe_sr_in_use(pif: impl Display, sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_HAS_FCOE_SR_IN_USE"), params: vec![text(pif), text(sr)] }
    }
    pub fn pif_has_no_network_configuration(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_HAS_NO_NETWORK_CONFIGURATION"), params: vec![text(pif)] }
    }
    pub fn pif_has_no_v6_network_configuration(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_HAS_NO_V6_NETWORK_CONFIGURATION"), params: vec![text(pif)] }
    }
    pub fn pif_incompatible_primary_address_type(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE"), params: vec![text(pif)] }
    }
    pub fn pif_is_management_interface(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_MANAGEMENT_INTERFACE"), params: vec![text(pif)] }
    }
    pub fn pif_is_not_physical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_NOT_PHYSICAL"), params: vec![text(pif)] }
    }
    pub fn pif_is_not_sriov_capable(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_NOT_SRIOV_CAPABLE"), params: vec![text(pif)] }
    }
    pub fn pif_is_physical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_PHYSICAL"), params: vec![text(pif)] }
    }
    pub fn pif_is_sriov_logical(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_SRIOV_LOGICAL"), params: vec![text(pif)] }
    }
    pub fn pif_is_vlan(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_IS_VLAN"), params: vec![text(pif)] }
    }
    pub fn pif_not_attached_to_host(pif: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_NOT_ATTACHED_TO_HOST"), params: vec![text(pif), text(host)] }
    }
    pub fn pif_not_present(host: impl Display, network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_NOT_PRESENT"), params: vec![text(host), text(network)] }
    }
    pub fn pif_sriov_still_exists(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_SRIOV_STILL_EXISTS"), params: vec![text(pif)] }
    }
    pub fn pif_tunnel_still_exists(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_TUNNEL_STILL_EXISTS"), params: vec![text(pif)] }
    }
    pub fn pif_unmanaged(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_UNMANAGED"), params: vec![text(pif)] }
    }
    pub fn pif_vlan_exists(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_VLAN_EXISTS"), params: vec![text(pif)] }
    }
    pub fn pif_vlan_still_exists(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PIF_VLAN_STILL_EXISTS"), params: vec![text(pif)] }
    }
    pub fn pool_auth_already_enabled(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ALREADY_ENABLED"), params: vec![text(host)] }
    }
    pub fn pool_auth_disable_failed(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_DISABLE_FAILED"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_disable_failed_invalid_account(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_DISABLE_FAILED_INVALID_ACCOUNT"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_disable_failed_permission_denied(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_DISABLE_FAILED_PERMISSION_DENIED"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_disable_failed_wrong_credentials(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_DISABLE_FAILED_WRONG_CREDENTIALS"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_domain_lookup_failed(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_duplicate_hostname(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_invalid_account(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_INVALID_ACCOUNT"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_invalid_ou(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_INVALID_OU"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_invalid_trusted_certs(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_no_support_encrypt_type(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_NO_SUPPORT_ENCRYPT_TYPE"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_no_trusted_certs(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_permission_denied(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_PERMISSION_DENIED"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_setup_tls_connection(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_SETUP_TLS_CONNECTION"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_unavailable(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_UNAVAILABLE"), params: vec![text(host), text(message)] }
    }
    pub fn pool_auth_enable_failed_wrong_credentials(host: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_AUTH_ENABLE_FAILED_WRONG_CREDENTIALS"), params: vec![text(host), text(message)] }
    }
    pub fn pool_joining_external_auth_mismatch() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_EXTERNAL_AUTH_MISMATCH"), params: vec![] }
    }
    pub fn pool_joining_host_ca_certificates_conflict() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT"), params: vec![] }
    }
    pub fn pool_joining_host_has_bonds() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_HAS_BONDS"), params: vec![] }
    }
    pub fn pool_joining_host_has_network_sriovs() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_HAS_NETWORK_SRIOVS"), params: vec![] }
    }
    pub fn pool_joining_host_has_non_management_vlans() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS"), params: vec![] }
    }
    pub fn pool_joining_host_has_tunnels() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_HAS_TUNNELS"), params: vec![] }
    }
    pub fn pool_joining_host_management_vlan_does_not_match(local: impl Display, remote: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH"), params: vec![text(local), text(remote)] }
    }
    pub fn pool_joining_host_must_have_only_one_ip_on_clustering_network() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK"), params: vec![] }
    }
    pub fn pool_joining_host_must_have_physical_management_nic() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC"), params: vec![] }
    }
    pub fn pool_joining_host_must_have_same_api_version(host_api_version: impl Display, master_api_version: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION"), params: vec![text(host_api_version), text(master_api_version)] }
    }
    pub fn pool_joining_host_must_have_same_db_schema(host_db_schema: impl Display, master_db_schema: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA"), params: vec![text(host_db_schema), text(master_db_schema)] }
    }
    pub fn pool_joining_host_must_have_same_product_version() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION"), params: vec![] }
    }
    pub fn pool_joining_host_must_only_have_physical_pifs() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_MUST_ONLY_HAVE_PHYSICAL_PIFS"), params: vec![] }
    }
    pub fn pool_joining_host_tls_verification_mismatch() -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH"), params: vec![] }
    }
    pub fn pool_joining_host_trusted_certificates_conflict(ref_in_pool: impl Display, ref_on_host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT"), params: vec![text(ref_in_pool), text(ref_on_host)] }
    }
    pub fn pool_joining_master_certificate_not_in_pool_bundle(master_uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE"), params: vec![text(master_uuid)] }
    }
    pub fn pool_joining_pool_bundle_empty_after_import(bundle_path: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_POOL_BUNDLE_EMPTY_AFTER_IMPORT"), params: vec![text(bundle_path)] }
    }
    pub fn pool_joining_pool_cannot_enable_clustering_on_vlan_network(vlan: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK"), params: vec![text(vlan)] }
    }
    pub fn pool_joining_sm_features_incompatible(pool_sm_ref: impl Display, candidate_sm_ref: impl Display) -> ApiError {
        ApiError { code: Text::new_static("POOL_JOINING_SM_FEATURES_INCOMPATIBLE"), params: vec![text(pool_sm_ref), text(candidate_sm_ref)] }
    }
    pub fn provision_failed_out_of_space() -> ApiError {
        ApiError { code: Text::new_static("PROVISION_FAILED_OUT_OF_SPACE"), params: vec![] }
    }
    pub fn provision_only_allowed_on_template() -> ApiError {
        ApiError { code: Text::new_static("PROVISION_ONLY_ALLOWED_ON_TEMPLATE"), params: vec![] }
    }
    pub fn pusb_vdi_conflict(pusb: impl Display, vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PUSB_VDI_CONFLICT"), params: vec![text(pusb), text(vdi)] }
    }
    pub fn pvs_cache_storage_already_present(site: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_CACHE_STORAGE_ALREADY_PRESENT"), params: vec![text(site), text(host)] }
    }
    pub fn pvs_cache_storage_is_in_use(pvs_cache_storage: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_CACHE_STORAGE_IS_IN_USE"), params: vec![text(pvs_cache_storage)] }
    }
    pub fn pvs_proxy_already_present(proxies: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_PROXY_ALREADY_PRESENT"), params: vec![text(proxies)] }
    }
    pub fn pvs_proxy_present_on_higher_vif_device(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_PROXY_PRESENT_ON_HIGHER_VIF_DEVICE"), params: vec![text(device)] }
    }
    pub fn pvs_server_address_in_use(address: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_SERVER_ADDRESS_IN_USE"), params: vec![text(address)] }
    }
    pub fn pvs_site_contains_running_proxies(proxies: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_SITE_CONTAINS_RUNNING_PROXIES"), params: vec![text(proxies)] }
    }
    pub fn pvs_site_contains_servers(servers: impl Display) -> ApiError {
        ApiError { code: Text::new_static("PVS_SITE_CONTAINS_SERVERS"), params: vec![text(servers)] }
    }
    pub fn pvs_vif_must_be_first_device() -> ApiError {
        ApiError { code: Text::new_static("PVS_VIF_MUST_BE_FIRST_DEVICE"), params: vec![] }
    }
    pub fn rbac_permission_denied(permission: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("RBAC_PERMISSION_DENIED"), params: vec![text(permission), text(message)] }
    }
    pub fn redo_log_is_enabled() -> ApiError {
        ApiError { code: Text::new_static("REDO_LOG_IS_ENABLED"), params: vec![] }
    }
    pub fn repository_already_exists(ref_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("REPOSITORY_ALREADY_EXISTS"), params: vec![text(ref_1)] }
    }
    pub fn repository_cleanup_failed() -> ApiError {
        ApiError { code: Text::new_static("REPOSITORY_CLEANUP_FAILED"), params: vec![] }
    }
    pub fn repository_is_in_use() -> ApiError {
        ApiError { code: Text::new_static("REPOSITORY_IS_IN_USE"), params: vec![] }
    }
    pub fn reposync_failed() -> ApiError {
        ApiError { code: Text::new_static("REPOSYNC_FAILED"), params: vec![] }
    }
    pub fn repo_should_be_single_one_enabled() -> ApiError {
        ApiError { code: Text::new_static("REPO_SHOULD_BE_SINGLE_ONE_ENABLED"), params: vec![] }
    }
    pub fn required_pif_is_unplugged(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("REQUIRED_PIF_IS_UNPLUGGED"), params: vec![text(pif)] }
    }
    pub fn restore_incompatible_version() -> ApiError {
        ApiError { code: Text::new_static("RESTORE_INCOMPATIBLE_VERSION"), params: vec![] }
    }
    pub fn restore_script_failed(log: impl Display) -> ApiError {
        ApiError { code: Text::new_static("RESTORE_SCRIPT_FAILED"), params: vec![text(log)] }
    }
    pub fn restore_target_mgmt_if_not_in_backup() -> ApiError {
        ApiError { code: Text::new_static("RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP"), params: vec![] }
    }
    pub fn restore_target_missing_device(device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("RESTORE_TARGET_MISSING_DEVICE"), params: vec![text(device)] }
    }
    pub fn role_already_exists() -> ApiError {
        ApiError { code: Text::new_static("ROLE_ALREADY_EXISTS"), params: vec![] }
    }
    pub fn role_not_found() -> ApiError {
        ApiError { code: Text::new_static("ROLE_NOT_FOUND"), params: vec![] }
    }
    pub fn server_certificate_chain_invalid() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_CHAIN_INVALID"), params: vec![] }
    }
    pub fn server_certificate_expired(now: impl Display, not_after: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_EXPIRED"), params: vec![text(now), text(not_after)] }
    }
    pub fn server_certificate_invalid() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_INVALID"), params: vec![] }
    }
    pub fn server_certificate_key_algorithm_not_supported(algorithm_oid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED"), params: vec![text(algorithm_oid)] }
    }
    pub fn server_certificate_key_invalid() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_KEY_INVALID"), params: vec![] }
    }
    pub fn server_certificate_key_mismatch() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_KEY_MISMATCH"), params: vec![] }
    }
    pub fn server_certificate_key_rsa_length_not_supported(length: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED"), params: vec![text(length)] }
    }
    pub fn server_certificate_key_rsa_multi_not_supported() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED"), params: vec![] }
    }
    pub fn server_certificate_not_valid_yet(now: impl Display, not_before: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_NOT_VALID_YET"), params: vec![text(now), text(not_before)] }
    }
    pub fn server_certificate_signature_not_supported() -> ApiError {
        ApiError { code: Text::new_static("SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED"), params: vec![] }
    }
    pub fn session_authentication_failed() -> ApiError {
        ApiError { code: Text::new_static("SESSION_AUTHENTICATION_FAILED"), params: vec![] }
    }
    pub fn session_authorization_failed(username: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SESSION_AUTHORIZATION_FAILED"), params: vec![text(username), text(msg)] }
    }
    pub fn session_invalid(handle: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SESSION_INVALID"), params: vec![text(handle)] }
    }
    pub fn session_not_registered(handle: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SESSION_NOT_REGISTERED"), params: vec![text(handle)] }
    }
    pub fn set_console_timeout_partially_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SET_CONSOLE_TIMEOUT_PARTIALLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn set_ssh_auto_mode_partially_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SET_SSH_AUTO_MODE_PARTIALLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn set_ssh_timeout_partially_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SET_SSH_TIMEOUT_PARTIALLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn slave_requires_management_interface() -> ApiError {
        ApiError { code: Text::new_static("SLAVE_REQUIRES_MANAGEMENT_INTERFACE"), params: vec![] }
    }
    pub fn sm_plugin_communication_failure(sm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SM_PLUGIN_COMMUNICATION_FAILURE"), params: vec![text(sm)] }
    }
    pub fn sr_attach_failed(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_ATTACH_FAILED"), params: vec![text(sr)] }
    }
    pub fn sr_backend_failure(status: impl Display, stdout: impl Display, stderr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_BACKEND_FAILURE"), params: vec![text(status), text(stdout), text(stderr)] }
    }
    pub fn sr_device_in_use() -> ApiError {
        ApiError { code: Text::new_static("SR_DEVICE_IN_USE"), params: vec![] }
    }
    pub fn sr_does_not_support_migration(sr: impl Display, capabilities: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_DOES_NOT_SUPPORT_MIGRATION"), params: vec![text(sr), text(capabilities)] }
    }
    pub fn sr_full(requested: impl Display, maximum: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_FULL"), params: vec![text(requested), text(maximum)] }
    }
    pub fn sr_has_multiple_pbds(pbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_HAS_MULTIPLE_PBDS"), params: vec![text(pbd)] }
    }
    pub fn sr_has_no_pbds(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_HAS_NO_PBDS"), params: vec![text(sr)] }
    }
    pub fn sr_has_pbd(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_HAS_PBD"), params: vec![text(sr)] }
    }
    pub fn sr_indestructible(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_INDESTRUCTIBLE"), params: vec![text(sr)] }
    }
    pub fn sr_is_cache_sr(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_IS_CACHE_SR"), params: vec![text(host)] }
    }
    pub fn sr_not_attached(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_NOT_ATTACHED"), params: vec![text(sr)] }
    }
    pub fn sr_not_empty() -> ApiError {
        ApiError { code: Text::new_static("SR_NOT_EMPTY"), params: vec![] }
    }
    pub fn sr_not_sharable(sr: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_NOT_SHARABLE"), params: vec![text(sr), text(host)] }
    }
    pub fn sr_operation_not_supported(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_OPERATION_NOT_SUPPORTED"), params: vec![text(sr)] }
    }
    pub fn sr_requires_upgrade(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_REQUIRES_UPGRADE"), params: vec![text(sr)] }
    }
    pub fn sr_source_space_insufficient(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_SOURCE_SPACE_INSUFFICIENT"), params: vec![text(sr)] }
    }
    pub fn sr_suspend_space_insufficient(sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_SUSPEND_SPACE_INSUFFICIENT"), params: vec![text(sr)] }
    }
    pub fn sr_unhealthy(sr: impl Display, health: impl Display, fix: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_UNHEALTHY"), params: vec![text(sr), text(health), text(fix)] }
    }
    pub fn sr_unknown_driver(driver: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_UNKNOWN_DRIVER"), params: vec![text(driver)] }
    }
    pub fn sr_uuid_exists(uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SR_UUID_EXISTS"), params: vec![text(uuid)] }
    }
    pub fn sr_vdi_locking_failed() -> ApiError {
        ApiError { code: Text::new_static("SR_VDI_LOCKING_FAILED"), params: vec![] }
    }
    pub fn ssl_verify_error(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SSL_VERIFY_ERROR"), params: vec![text(reason)] }
    }
    pub fn subject_already_exists() -> ApiError {
        ApiError { code: Text::new_static("SUBJECT_ALREADY_EXISTS"), params: vec![] }
    }
    pub fn subject_cannot_be_resolved() -> ApiError {
        ApiError { code: Text::new_static("SUBJECT_CANNOT_BE_RESOLVED"), params: vec![] }
    }
    pub fn suspend_image_not_accessible(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SUSPEND_IMAGE_NOT_ACCESSIBLE"), params: vec![text(vdi)] }
    }
    pub fn sync_bundle_in_progress() -> ApiError {
        ApiError { code: Text::new_static("SYNC_BUNDLE_IN_PROGRESS"), params: vec![] }
    }
    pub fn sync_updates_in_progress() -> ApiError {
        ApiError { code: Text::new_static("SYNC_UPDATES_IN_PROGRESS"), params: vec![] }
    }
    pub fn sysprep(vm: impl Display, message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SYSPREP"), params: vec![text(vm), text(message)] }
    }
    pub fn system_status_must_use_tar_on_oem() -> ApiError {
        ApiError { code: Text::new_static("SYSTEM_STATUS_MUST_USE_TAR_ON_OEM"), params: vec![] }
    }
    pub fn system_status_retrieval_failed(reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("SYSTEM_STATUS_RETRIEVAL_FAILED"), params: vec![text(reason)] }
    }
    pub fn task_cancelled(task: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TASK_CANCELLED"), params: vec![text(task)] }
    }
    pub fn telemetry_next_collection_too_late(timestamp: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TELEMETRY_NEXT_COLLECTION_TOO_LATE"), params: vec![text(timestamp)] }
    }
    pub fn tls_connection_failed(address: impl Display, port: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TLS_CONNECTION_FAILED"), params: vec![text(address), text(port)] }
    }
    pub fn tls_verification_not_enabled_in_pool() -> ApiError {
        ApiError { code: Text::new_static("TLS_VERIFICATION_NOT_ENABLED_IN_POOL"), params: vec![] }
    }
    pub fn too_busy() -> ApiError {
        ApiError { code: Text::new_static("TOO_BUSY"), params: vec![] }
    }
    pub fn too_many_groups() -> ApiError {
        ApiError { code: Text::new_static("TOO_MANY_GROUPS"), params: vec![] }
    }
    pub fn too_many_pending_tasks() -> ApiError {
        ApiError { code: Text::new_static("TOO_MANY_PENDING_TASKS"), params: vec![] }
    }
    pub fn too_many_storage_migrates(number: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TOO_MANY_STORAGE_MIGRATES"), params: vec![text(number)] }
    }
    pub fn too_many_vusbs(number: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TOO_MANY_VUSBS"), params: vec![text(number)] }
    }
    pub fn transport_pif_not_configured(pif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TRANSPORT_PIF_NOT_CONFIGURED"), params: vec![text(pif)] }
    }
    pub fn trusted_certificate_already_exists(fingerprint: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TRUSTED_CERTIFICATE_ALREADY_EXISTS"), params: vec![text(fingerprint)] }
    }
    pub fn trusted_certificate_expired(now: impl Display, not_after: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TRUSTED_CERTIFICATE_EXPIRED"), params: vec![text(now), text(not_after)] }
    }
    pub fn trusted_certificate_invalid() -> ApiError {
        ApiError { code: Text::new_static("TRUSTED_CERTIFICATE_INVALID"), params: vec![] }
    }
    pub fn trusted_certificate_not_valid_yet(now: impl Display, not_before: impl Display) -> ApiError {
        ApiError { code: Text::new_static("TRUSTED_CERTIFICATE_NOT_VALID_YET"), params: vec![text(now), text(not_before)] }
    }
    pub fn unimplemented_in_sm_backend(message: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UNIMPLEMENTED_IN_SM_BACKEND"), params: vec![text(message)] }
    }
    pub fn unknown_bootloader(vm: impl Display, bootloader: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UNKNOWN_BOOTLOADER"), params: vec![text(vm), text(bootloader)] }
    }
    pub fn updateinfo_hash_mismatch() -> ApiError {
        ApiError { code: Text::new_static("UPDATEINFO_HASH_MISMATCH"), params: vec![] }
    }
    pub fn update_already_applied(update: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_ALREADY_APPLIED"), params: vec![text(update)] }
    }
    pub fn update_already_applied_in_pool(update: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_ALREADY_APPLIED_IN_POOL"), params: vec![text(update)] }
    }
    pub fn update_already_exists(uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_ALREADY_EXISTS"), params: vec![text(uuid)] }
    }
    pub fn update_apply_failed(output: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_APPLY_FAILED"), params: vec![text(output)] }
    }
    pub fn update_is_applied() -> ApiError {
        ApiError { code: Text::new_static("UPDATE_IS_APPLIED"), params: vec![] }
    }
    pub fn update_pool_apply_failed(hosts: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_POOL_APPLY_FAILED"), params: vec![text(hosts)] }
    }
    pub fn update_precheck_failed_conflict_present(update: impl Display, conflict_update: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT"), params: vec![text(update), text(conflict_update)] }
    }
    pub fn update_precheck_failed_gpgkey_not_imported(update: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED"), params: vec![text(update)] }
    }
    pub fn update_precheck_failed_out_of_space(update: impl Display, available_space: impl Display, required_space_: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_OUT_OF_SPACE"), params: vec![text(update), text(available_space), text(required_space_)] }
    }
    pub fn update_precheck_failed_prerequisite_missing(update: impl Display, prerequisite_update: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING"), params: vec![text(update), text(prerequisite_update)] }
    }
    pub fn update_precheck_failed_unknown_error(update: impl Display, info: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR"), params: vec![text(update), text(info)] }
    }
    pub fn update_precheck_failed_wrong_server_version(update: impl Display, installed_version: impl Display, required_version_: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION"), params: vec![text(update), text(installed_version), text(required_version_)] }
    }
    pub fn update_syncing_remote_pool_coordinator_connection_failed() -> ApiError {
        ApiError { code: Text::new_static("UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_CONNECTION_FAILED"), params: vec![] }
    }
    pub fn update_syncing_remote_pool_coordinator_service_failed() -> ApiError {
        ApiError { code: Text::new_static("UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_SERVICE_FAILED"), params: vec![] }
    }
    pub fn usb_already_attached(pusb: impl Display, vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USB_ALREADY_ATTACHED"), params: vec![text(pusb), text(vm)] }
    }
    pub fn usb_group_conflict(usb_group: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USB_GROUP_CONFLICT"), params: vec![text(usb_group)] }
    }
    pub fn usb_group_contains_no_pusbs(usb_group: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USB_GROUP_CONTAINS_NO_PUSBS"), params: vec![text(usb_group)] }
    }
    pub fn usb_group_contains_pusb(pusbs: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USB_GROUP_CONTAINS_PUSB"), params: vec![text(pusbs)] }
    }
    pub fn usb_group_contains_vusb(vusbs: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USB_GROUP_CONTAINS_VUSB"), params: vec![text(vusbs)] }
    }
    pub fn user_is_not_local_superuser(msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("USER_IS_NOT_LOCAL_SUPERUSER"), params: vec![text(msg)] }
    }
    pub fn uuid_invalid(type_1: impl Display, uuid: impl Display) -> ApiError {
        ApiError { code: Text::new_static("UUID_INVALID"), params: vec![text(type_1), text(uuid)] }
    }
    pub fn v6d_failure() -> ApiError {
        ApiError { code: Text::new_static("V6D_FAILURE"), params: vec![] }
    }
    pub fn value_not_supported(field: impl Display, value: impl Display, reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VALUE_NOT_SUPPORTED"), params: vec![text(field), text(value), text(reason)] }
    }
    pub fn vbd_cds_must_be_readonly() -> ApiError {
        ApiError { code: Text::new_static("VBD_CDS_MUST_BE_READONLY"), params: vec![] }
    }
    pub fn vbd_is_empty(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VBD_IS_EMPTY"), params: vec![text(vbd)] }
    }
    pub fn vbd_not_empty(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VBD_NOT_EMPTY"), params: vec![text(vbd)] }
    }
    pub fn vbd_not_removable_media(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VBD_NOT_REMOVABLE_MEDIA"), params: vec![text(vbd)] }
    }
    pub fn vbd_not_unpluggable(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VBD_NOT_UNPLUGGABLE"), params: vec![text(vbd)] }
    }
    pub fn vbd_tray_locked(vbd: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VBD_TRAY_LOCKED"), params: vec![text(vbd)] }
    }
    pub fn vcpu_max_not_cores_per_socket_multiple(vcpu_max: impl Display, cores_per_socket: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE"), params: vec![text(vcpu_max), text(cores_per_socket)] }
    }
    pub fn vdi_cbt_enabled(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_CBT_ENABLED"), params: vec![text(vdi)] }
    }
    pub fn vdi_contains_metadata_of_this_pool(vdi: impl Display, pool: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_CONTAINS_METADATA_OF_THIS_POOL"), params: vec![text(vdi), text(pool)] }
    }
    pub fn vdi_copy_failed() -> ApiError {
        ApiError { code: Text::new_static("VDI_COPY_FAILED"), params: vec![] }
    }
    pub fn vdi_has_rrds(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_HAS_RRDS"), params: vec![text(vdi)] }
    }
    pub fn vdi_incompatible_type(vdi: impl Display, type_2: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_INCOMPATIBLE_TYPE"), params: vec![text(vdi), text(type_2)] }
    }
    pub fn vdi_in_use(vdi: impl Display, operation: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_IN_USE"), params: vec![text(vdi), text(operation)] }
    }
    pub fn vdi_is_a_physical_device(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_IS_A_PHYSICAL_DEVICE"), params: vec![text(vdi)] }
    }
    pub fn vdi_is_encrypted(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_IS_ENCRYPTED"), params: vec![text(vdi)] }
    }
    pub fn vdi_is_not_iso(vdi: impl Display, type_2: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_IS_NOT_ISO"), params: vec![text(vdi), text(type_2)] }
    }
    pub fn vdi_location_missing(sr: impl Display, location: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_LOCATION_MISSING"), params: vec![text(sr), text(location)] }
    }
    pub fn vdi_missing(sr: impl Display, vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_MISSING"), params: vec![text(sr), text(vdi)] }
    }
    pub fn vdi_needs_vm_for_migrate(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NEEDS_VM_FOR_MIGRATE"), params: vec![text(vdi)] }
    }
    pub fn vdi_not_available(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NOT_AVAILABLE"), params: vec![text(vdi)] }
    }
    pub fn vdi_not_in_map(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NOT_IN_MAP"), params: vec![text(vdi)] }
    }
    pub fn vdi_not_managed(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NOT_MANAGED"), params: vec![text(vdi)] }
    }
    pub fn vdi_not_sparse(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NOT_SPARSE"), params: vec![text(vdi)] }
    }
    pub fn vdi_no_cbt_metadata(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_NO_CBT_METADATA"), params: vec![text(vdi)] }
    }
    pub fn vdi_on_boot_mode_incompatible_with_operation() -> ApiError {
        ApiError { code: Text::new_static("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION"), params: vec![] }
    }
    pub fn vdi_readonly(vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_READONLY"), params: vec![text(vdi)] }
    }
    pub fn vdi_too_large(vdi: impl Display, maximum_size: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_TOO_LARGE"), params: vec![text(vdi), text(maximum_size)] }
    }
    pub fn vdi_too_small(vdi: impl Display, minimum_size: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VDI_TOO_SMALL"), params: vec![text(vdi), text(minimum_size)] }
    }
    pub fn vgpu_destination_incompatible(reason: impl Display, vgpu: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_DESTINATION_INCOMPATIBLE"), params: vec![text(reason), text(vgpu), text(host)] }
    }
    pub fn vgpu_guest_driver_limit(reason: impl Display, vm: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_GUEST_DRIVER_LIMIT"), params: vec![text(reason), text(vm), text(host)] }
    }
    pub fn vgpu_suspension_not_supported(reason: impl Display, vgpu: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_SUSPENSION_NOT_SUPPORTED"), params: vec![text(reason), text(vgpu), text(host)] }
    }
    pub fn vgpu_type_not_compatible(type_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_TYPE_NOT_COMPATIBLE"), params: vec![text(type_1)] }
    }
    pub fn vgpu_type_not_compatible_with_running_type(pgpu: impl Display, type_2: impl Display, running_type: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_TYPE_NOT_COMPATIBLE_WITH_RUNNING_TYPE"), params: vec![text(pgpu), text(type_2), text(running_type)] }
    }
    pub fn vgpu_type_not_enabled(type_1: impl Display, enabled_types: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_TYPE_NOT_ENABLED"), params: vec![text(type_1), text(enabled_types)] }
    }
    pub fn vgpu_type_not_supported(type_1: impl Display, supported_types: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_TYPE_NOT_SUPPORTED"), params: vec![text(type_1), text(supported_types)] }
    }
    pub fn vgpu_type_no_longer_supported(type_1: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VGPU_TYPE_NO_LONGER_SUPPORTED"), params: vec![text(type_1)] }
    }
    pub fn vif_in_use(network: impl Display, vif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VIF_IN_USE"), params: vec![text(network), text(vif)] }
    }
    pub fn vif_not_in_map(vif: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VIF_NOT_IN_MAP"), params: vec![text(vif)] }
    }
    pub fn vlan_in_use(device: impl Display, vlan: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VLAN_IN_USE"), params: vec![text(device), text(vlan)] }
    }
    pub fn vlan_tag_invalid(vlan: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VLAN_TAG_INVALID"), params: vec![text(vlan)] }
    }
    pub fn vmpp_archive_more_frequent_than_backup() -> ApiError {
        ApiError { code: Text::new_static("VMPP_ARCHIVE_MORE_FREQUENT_THAN_BACKUP"), params: vec![] }
    }
    pub fn vmpp_has_vm() -> ApiError {
        ApiError { code: Text::new_static("VMPP_HAS_VM"), params: vec![] }
    }
    pub fn vmss_has_vm() -> ApiError {
        ApiError { code: Text::new_static("VMSS_HAS_VM"), params: vec![] }
    }
    pub fn vms_failed_to_cooperate() -> ApiError {
        ApiError { code: Text::new_static("VMS_FAILED_TO_COOPERATE"), params: vec![] }
    }
    pub fn vm_assigned_to_protection_policy(vm: impl Display, vmpp: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_ASSIGNED_TO_PROTECTION_POLICY"), params: vec![text(vm), text(vmpp)] }
    }
    pub fn vm_assigned_to_snapshot_schedule(vm: impl Display, vmss: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_ASSIGNED_TO_SNAPSHOT_SCHEDULE"), params: vec![text(vm), text(vmss)] }
    }
    pub fn vm_attached_to_more_than_one_vdi_with_timeoffset_marked_as_reset_on_boot(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_ATTACHED_TO_MORE_THAN_ONE_VDI_WITH_TIMEOFFSET_MARKED_AS_RESET_ON_BOOT"), params: vec![text(vm)] }
    }
    pub fn vm_bad_power_state(vm: impl Display, expected: impl Display, actual: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_BAD_POWER_STATE"), params: vec![text(vm), text(expected), text(actual)] }
    }
    pub fn vm_bios_strings_already_set() -> ApiError {
        ApiError { code: Text::new_static("VM_BIOS_STRINGS_ALREADY_SET"), params: vec![] }
    }
    pub fn vm_call_plugin_rate_limit(vm: impl Display, interval: impl Display, wait: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_CALL_PLUGIN_RATE_LIMIT"), params: vec![text(vm), text(interval), text(wait)] }
    }
    pub fn vm_cannot_delete_default_template(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_CANNOT_DELETE_DEFAULT_TEMPLATE"), params: vec![text(vm)] }
    }
    pub fn vm_checkpoint_resume_failed(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_CHECKPOINT_RESUME_FAILED"), params: vec![text(vm)] }
    }
    pub fn vm_checkpoint_suspend_failed(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_CHECKPOINT_SUSPEND_FAILED"), params: vec![text(vm)] }
    }
    pub fn vm_crashed(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_CRASHED"), params: vec![text(vm)] }
    }
    pub fn vm_duplicate_vbd_device(vm: impl Display, vbd: impl Display, device: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_DUPLICATE_VBD_DEVICE"), params: vec![text(vm), text(vbd), text(device)] }
    }
    pub fn vm_failed_shutdown_acknowledgment(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT"), params: vec![text(vm)] }
    }
    pub fn vm_failed_suspend_acknowledgment(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_FAILED_SUSPEND_ACKNOWLEDGMENT"), params: vec![text(vm)] }
    }
    pub fn vm_halted(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HALTED"), params: vec![text(vm)] }
    }
    pub fn vm_has_checkpoint(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_CHECKPOINT"), params: vec![text(vm)] }
    }
    pub fn vm_has_no_suspend_vdi(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_NO_SUSPEND_VDI"), params: vec![text(vm)] }
    }
    pub fn vm_has_pci_attached(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_PCI_ATTACHED"), params: vec![text(vm)] }
    }
    pub fn vm_has_sriov_vif(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_SRIOV_VIF"), params: vec![text(vm)] }
    }
    pub fn vm_has_too_many_snapshots(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_TOO_MANY_SNAPSHOTS"), params: vec![text(vm)] }
    }
    pub fn vm_has_vgpu(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_VGPU"), params: vec![text(vm)] }
    }
    pub fn vm_has_vusbs(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HAS_VUSBS"), params: vec![text(vm)] }
    }
    pub fn vm_host_incompatible_version(host: impl Display, vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HOST_INCOMPATIBLE_VERSION"), params: vec![text(host), text(vm)] }
    }
    pub fn vm_host_incompatible_version_migrate(host: impl Display, vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HOST_INCOMPATIBLE_VERSION_MIGRATE"), params: vec![text(host), text(vm)] }
    }
    pub fn vm_host_incompatible_virtual_hardware_platform_version(host: impl Display, host_versions: impl Display, vm: impl Display, vm_version: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION"), params: vec![text(host), text(host_versions), text(vm), text(vm_version)] }
    }
    pub fn vm_hvm_required(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_HVM_REQUIRED"), params: vec![text(vm)] }
    }
    pub fn vm_incompatible_with_this_host(vm: impl Display, host: impl Display, reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_INCOMPATIBLE_WITH_THIS_HOST"), params: vec![text(vm), text(host), text(reason)] }
    }
    pub fn vm_is_immobile(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_IMMOBILE"), params: vec![text(vm)] }
    }
    pub fn vm_is_part_of_an_appliance(vm: impl Display, appliance: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_PART_OF_AN_APPLIANCE"), params: vec![text(vm), text(appliance)] }
    }
    pub fn vm_is_protected(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_PROTECTED"), params: vec![text(vm)] }
    }
    pub fn vm_is_template(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_TEMPLATE"), params: vec![text(vm)] }
    }
    pub fn vm_is_using_nested_virt(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_USING_NESTED_VIRT"), params: vec![text(vm)] }
    }
    pub fn vm_lacks_feature(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_LACKS_FEATURE"), params: vec![text(vm)] }
    }
    pub fn vm_memory_size_too_low(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_MEMORY_SIZE_TOO_LOW"), params: vec![text(vm)] }
    }
    pub fn vm_migrate_contact_remote_service_failed() -> ApiError {
        ApiError { code: Text::new_static("VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED"), params: vec![] }
    }
    pub fn vm_migrate_failed(vm: impl Display, source: impl Display, destination: impl Display, msg: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_MIGRATE_FAILED"), params: vec![text(vm), text(source), text(destination), text(msg)] }
    }
    pub fn vm_missing_pv_drivers(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_MISSING_PV_DRIVERS"), params: vec![text(vm)] }
    }
    pub fn vm_non_suspendable(vm: impl Display, reason: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NON_SUSPENDABLE"), params: vec![text(vm), text(reason)] }
    }
    pub fn vm_not_resident_here(vm: impl Display, host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NOT_RESIDENT_HERE"), params: vec![text(vm), text(host)] }
    }
    pub fn vm_no_crashdump_sr(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NO_CRASHDUMP_SR"), params: vec![text(vm)] }
    }
    pub fn vm_no_empty_cd_vbd(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NO_EMPTY_CD_VBD"), params: vec![text(vm)] }
    }
    pub fn vm_no_suspend_sr(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NO_SUSPEND_SR"), params: vec![text(vm)] }
    }
    pub fn vm_no_vcpus(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_NO_VCPUS"), params: vec![text(vm)] }
    }
    pub fn vm_old_pv_drivers(vm: impl Display, major: impl Display, minor: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_OLD_PV_DRIVERS"), params: vec![text(vm), text(major), text(minor)] }
    }
    pub fn vm_pci_bus_full(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_PCI_BUS_FULL"), params: vec![text(vm)] }
    }
    pub fn vm_pv_drivers_in_use(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_PV_DRIVERS_IN_USE"), params: vec![text(vm)] }
    }
    pub fn vm_rebooted(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REBOOTED"), params: vec![text(vm)] }
    }
    pub fn vm_requires_gpu(vm: impl Display, gpu_group: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_GPU"), params: vec![text(vm), text(gpu_group)] }
    }
    pub fn vm_requires_iommu(host: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_IOMMU"), params: vec![text(host)] }
    }
    pub fn vm_requires_network(vm: impl Display, network: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_NETWORK"), params: vec![text(vm), text(network)] }
    }
    pub fn vm_requires_sr(vm: impl Display, sr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_SR"), params: vec![text(vm), text(sr)] }
    }
    pub fn vm_requires_vdi(vm: impl Display, vdi: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_VDI"), params: vec![text(vm), text(vdi)] }
    }
    pub fn vm_requires_vgpu(vm: impl Display, gpu_group: impl Display, vgpu_type: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_VGPU"), params: vec![text(vm), text(gpu_group), text(vgpu_type)] }
    }
    pub fn vm_requires_vusb(vm: impl Display, usb_group: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REQUIRES_VUSB"), params: vec![text(vm), text(usb_group)] }
    }
    pub fn vm_revert_failed(vm: impl Display, snapshot: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_REVERT_FAILED"), params: vec![text(vm), text(snapshot)] }
    }
    pub fn vm_shutdown_timeout(vm: impl Display, timeout: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SHUTDOWN_TIMEOUT"), params: vec![text(vm), text(timeout)] }
    }
    pub fn vm_snapshot_with_quiesce_failed(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SNAPSHOT_WITH_QUIESCE_FAILED"), params: vec![text(vm)] }
    }
    pub fn vm_snapshot_with_quiesce_not_supported(vm: impl Display, error: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED"), params: vec![text(vm), text(error)] }
    }
    pub fn vm_snapshot_with_quiesce_plugin_deos_not_respond(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SNAPSHOT_WITH_QUIESCE_PLUGIN_DEOS_NOT_RESPOND"), params: vec![text(vm)] }
    }
    pub fn vm_snapshot_with_quiesce_timeout(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT"), params: vec![text(vm)] }
    }
    pub fn vm_suspend_timeout(vm: impl Display, timeout: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_SUSPEND_TIMEOUT"), params: vec![text(vm), text(timeout)] }
    }
    pub fn vm_too_many_vcpus(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_TOO_MANY_VCPUS"), params: vec![text(vm)] }
    }
    pub fn vm_to_import_is_not_newer_version(vm: impl Display, existing_version: impl Display, version_to_import: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_TO_IMPORT_IS_NOT_NEWER_VERSION"), params: vec![text(vm), text(existing_version), text(version_to_import)] }
    }
    pub fn vm_unsafe_boot(vm: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VM_UNSAFE_BOOT"), params: vec![text(vm)] }
    }
    pub fn vtpm_max_amount_reached(amount: impl Display) -> ApiError {
        ApiError { code: Text::new_static("VTPM_MAX_AMOUNT_REACHED"), params: vec![text(amount)] }
    }
    pub fn wlb_authentication_failed() -> ApiError {
        ApiError { code: Text::new_static("WLB_AUTHENTICATION_FAILED"), params: vec![] }
    }
    pub fn wlb_connection_refused() -> ApiError {
        ApiError { code: Text::new_static("WLB_CONNECTION_REFUSED"), params: vec![] }
    }
    pub fn wlb_connection_reset() -> ApiError {
        ApiError { code: Text::new_static("WLB_CONNECTION_RESET"), params: vec![] }
    }
    pub fn wlb_disabled() -> ApiError {
        ApiError { code: Text::new_static("WLB_DISABLED"), params: vec![] }
    }
    pub fn wlb_internal_error() -> ApiError {
        ApiError { code: Text::new_static("WLB_INTERNAL_ERROR"), params: vec![] }
    }
    pub fn wlb_malformed_request() -> ApiError {
        ApiError { code: Text::new_static("WLB_MALFORMED_REQUEST"), params: vec![] }
    }
    pub fn wlb_malformed_response(method: impl Display, reason: impl Display, response: impl Display) -> ApiError {
        ApiError { code: Text::new_static("WLB_MALFORMED_RESPONSE"), params: vec![text(method), text(reason), text(response)] }
    }
    pub fn wlb_not_initialized() -> ApiError {
        ApiError { code: Text::new_static("WLB_NOT_INITIALIZED"), params: vec![] }
    }
    pub fn wlb_timeout(configured_timeout: impl Display) -> ApiError {
        ApiError { code: Text::new_static("WLB_TIMEOUT"), params: vec![text(configured_timeout)] }
    }
    pub fn wlb_unknown_host() -> ApiError {
        ApiError { code: Text::new_static("WLB_UNKNOWN_HOST"), params: vec![] }
    }
    pub fn wlb_url_invalid(url: impl Display) -> ApiError {
        ApiError { code: Text::new_static("WLB_URL_INVALID"), params: vec![text(url)] }
    }
    pub fn wlb_xenserver_authentication_failed() -> ApiError {
        ApiError { code: Text::new_static("WLB_XENSERVER_AUTHENTICATION_FAILED"), params: vec![] }
    }
    pub fn wlb_xenserver_connection_refused() -> ApiError {
        ApiError { code: Text::new_static("WLB_XENSERVER_CONNECTION_REFUSED"), params: vec![] }
    }
    pub fn wlb_xenserver_malformed_response() -> ApiError {
        ApiError { code: Text::new_static("WLB_XENSERVER_MALFORMED_RESPONSE"), params: vec![] }
    }
    pub fn wlb_xenserver_timeout() -> ApiError {
        ApiError { code: Text::new_static("WLB_XENSERVER_TIMEOUT"), params: vec![] }
    }
    pub fn wlb_xenserver_unknown_host() -> ApiError {
        ApiError { code: Text::new_static("WLB_XENSERVER_UNKNOWN_HOST"), params: vec![] }
    }
    pub fn xapi_hook_failed(hook_name: impl Display, reason: impl Display, stdout: impl Display, exit_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XAPI_HOOK_FAILED"), params: vec![text(hook_name), text(reason), text(stdout), text(exit_code)] }
    }
    pub fn xenapi_missing_plugin(name: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XENAPI_MISSING_PLUGIN"), params: vec![text(name)] }
    }
    pub fn xenapi_plugin_failure(status: impl Display, stdout: impl Display, stderr: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XENAPI_PLUGIN_FAILURE"), params: vec![text(status), text(stdout), text(stderr)] }
    }
    pub fn xen_incompatible() -> ApiError {
        ApiError { code: Text::new_static("XEN_INCOMPATIBLE"), params: vec![] }
    }
    pub fn xen_vss_req_error_adding_volume_to_snapset_failed(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_ADDING_VOLUME_TO_SNAPSET_FAILED"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_creating_snapshot(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_creating_snapshot_xml_string(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT_XML_STRING"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_init_failed(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_INIT_FAILED"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_no_volumes_supported(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_NO_VOLUMES_SUPPORTED"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_preparing_writers(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_PREPARING_WRITERS"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_prov_not_loaded(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_PROV_NOT_LOADED"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xen_vss_req_error_start_snapshot_set_failed(vm: impl Display, error_code: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XEN_VSS_REQ_ERROR_START_SNAPSHOT_SET_FAILED"), params: vec![text(vm), text(error_code)] }
    }
    pub fn xmlrpc_unmarshal_failure(expected: impl Display, received: impl Display) -> ApiError {
        ApiError { code: Text::new_static("XMLRPC_UNMARSHAL_FAILURE"), params: vec![text(expected), text(received)] }
    }
    pub fn ballooning_disabled(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("BALLOONING_DISABLED"), params: params.into_iter().collect() }
    }
    pub fn ca_certificate_expired(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CA_CERTIFICATE_EXPIRED"), params: params.into_iter().collect() }
    }
    pub fn ca_certificate_invalid(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CA_CERTIFICATE_INVALID"), params: params.into_iter().collect() }
    }
    pub fn ca_certificate_not_valid_yet(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CA_CERTIFICATE_NOT_VALID_YET"), params: params.into_iter().collect() }
    }
    pub fn cert_refresh_in_progress(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CERT_REFRESH_IN_PROGRESS"), params: params.into_iter().collect() }
    }
    pub fn client_error(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CLIENT_ERROR"), params: params.into_iter().collect() }
    }
    pub fn cluster_has_no_certificate(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CLUSTER_HAS_NO_CERTIFICATE"), params: params.into_iter().collect() }
    }
    pub fn createrepo_failed(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("CREATEREPO_FAILED"), params: params.into_iter().collect() }
    }
    pub fn designate_new_master_in_progress(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("DESIGNATE_NEW_MASTER_IN_PROGRESS"), params: params.into_iter().collect() }
    }
    pub fn extension_protocol_failure(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("EXTENSION_PROTOCOL_FAILURE"), params: params.into_iter().collect() }
    }
    pub fn get_updates_in_progress(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("GET_UPDATES_IN_PROGRESS"), params: params.into_iter().collect() }
    }
    pub fn hosts_failed_to_disable_caching(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("HOSTS_FAILED_TO_DISABLE_CACHING"), params: params.into_iter().collect() }
    }
    pub fn hosts_failed_to_enable_caching(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("HOSTS_FAILED_TO_ENABLE_CACHING"), params: params.into_iter().collect() }
    }
    pub fn host_cannot_see_sr(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("HOST_CANNOT_SEE_SR"), params: params.into_iter().collect() }
    }
    pub fn illegal_in_fips_mode(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("ILLEGAL_IN_FIPS_MODE"), params: params.into_iter().collect() }
    }
    pub fn no_local_storage(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("NO_LOCAL_STORAGE"), params: params.into_iter().collect() }
    }
    pub fn pool_secret_rotation_pending(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("POOL_SECRET_ROTATION_PENDING"), params: params.into_iter().collect() }
    }
    pub fn revert_only_allowed_on_snapshot(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("REVERT_ONLY_ALLOWED_ON_SNAPSHOT"), params: params.into_iter().collect() }
    }
    pub fn sr_attached(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("SR_ATTACHED"), params: params.into_iter().collect() }
    }
    pub fn sr_not_shared(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("SR_NOT_SHARED"), params: params.into_iter().collect() }
    }
    pub fn suspend_vdi_replacement_is_not_identical(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL"), params: params.into_iter().collect() }
    }
    pub fn tls_verification_enable_in_progress(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("TLS_VERIFICATION_ENABLE_IN_PROGRESS"), params: params.into_iter().collect() }
    }
    pub fn vbd_missing(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VBD_MISSING"), params: params.into_iter().collect() }
    }
    pub fn vdi_content_id_missing(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VDI_CONTENT_ID_MISSING"), params: params.into_iter().collect() }
    }
    pub fn vdi_io_error(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VDI_IO_ERROR"), params: params.into_iter().collect() }
    }
    pub fn vdi_is_sharable(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VDI_IS_SHARABLE"), params: params.into_iter().collect() }
    }
    pub fn vm_is_snapshot(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VM_IS_SNAPSHOT"), params: params.into_iter().collect() }
    }
    pub fn vm_memory_target_wait_timeout(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VM_MEMORY_TARGET_WAIT_TIMEOUT"), params: params.into_iter().collect() }
    }
    pub fn vm_snapshot_failed(params: impl IntoIterator<Item = Text>) -> ApiError {
        ApiError { code: Text::new_static("VM_SNAPSHOT_FAILED"), params: params.into_iter().collect() }
    }
}

pub static ERRORS: &[ErrorDef] = &[
    ErrorDef { code: "ACTIVATION_WHILE_NOT_FREE", params: &[] },
    ErrorDef { code: "ADDRESS_VIOLATES_LOCKING_CONSTRAINT", params: &["address"] },
    ErrorDef { code: "APPLY_GUIDANCE_FAILED", params: &["ref"] },
    ErrorDef { code: "APPLY_LIVEPATCH_FAILED", params: &["livepatch"] },
    ErrorDef { code: "APPLY_UPDATES_FAILED", params: &["ref"] },
    ErrorDef { code: "APPLY_UPDATES_IN_PROGRESS", params: &[] },
    ErrorDef { code: "AUTH_ALREADY_ENABLED", params: &["current auth_type", "current service_name"] },
    ErrorDef { code: "AUTH_DISABLE_FAILED", params: &["message"] },
    ErrorDef { code: "AUTH_DISABLE_FAILED_PERMISSION_DENIED", params: &["message"] },
    ErrorDef { code: "AUTH_DISABLE_FAILED_WRONG_CREDENTIALS", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_INVALID_ACCOUNT", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_INVALID_OU", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_PERMISSION_DENIED", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_UNAVAILABLE", params: &["message"] },
    ErrorDef { code: "AUTH_ENABLE_FAILED_WRONG_CREDENTIALS", params: &["message"] },
    ErrorDef { code: "AUTH_INVALID_TRUSTED_CERTS", params: &["message"] },
    ErrorDef { code: "AUTH_IS_DISABLED", params: &[] },
    ErrorDef { code: "AUTH_NO_TRUSTED_CERTS", params: &["message"] },
    ErrorDef { code: "AUTH_SERVICE_ERROR", params: &["message"] },
    ErrorDef { code: "AUTH_SETUP_TLS_CONNECTION", params: &["message"] },
    ErrorDef { code: "AUTH_SET_LDAPS_FAILED", params: &["host", "message"] },
    ErrorDef { code: "AUTH_UNKNOWN_TYPE", params: &["type"] },
    ErrorDef { code: "BACKUP_SCRIPT_FAILED", params: &["log"] },
    ErrorDef { code: "BALLOONING_TIMEOUT_BEFORE_MIGRATION", params: &["vm"] },
    ErrorDef { code: "BLOCKED_REPO_URL", params: &["url"] },
    ErrorDef { code: "BOOTLOADER_FAILED", params: &["vm", "msg"] },
    ErrorDef { code: "BOOT_DEVICE_PASSTHROUGH_DISALLOWED", params: &["device"] },
    ErrorDef { code: "BRIDGE_NAME_EXISTS", params: &["bridge"] },
    ErrorDef { code: "BRIDGE_NOT_AVAILABLE", params: &["bridge"] },
    ErrorDef { code: "BUNDLE_REPOSITORY_ALREADY_EXISTS", params: &["ref"] },
    ErrorDef { code: "BUNDLE_REPO_NOT_ENABLED", params: &[] },
    ErrorDef { code: "BUNDLE_SYNC_FAILED", params: &[] },
    ErrorDef { code: "BUNDLE_UNPACK_FAILED", params: &["error"] },
    ErrorDef { code: "CANNOT_ADD_TUNNEL_TO_BOND_SLAVE", params: &["PIF"] },
    ErrorDef { code: "CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL", params: &["PIF"] },
    ErrorDef { code: "CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL", params: &["PIF"] },
    ErrorDef { code: "CANNOT_ADD_VLAN_TO_BOND_SLAVE", params: &["PIF"] },
    ErrorDef { code: "CANNOT_CHANGE_PIF_PROPERTIES", params: &["PIF"] },
    ErrorDef { code: "CANNOT_CONTACT_HOST", params: &["host"] },
    ErrorDef { code: "CANNOT_CREATE_STATE_FILE", params: &[] },
    ErrorDef { code: "CANNOT_DESTROY_DISASTER_RECOVERY_TASK", params: &["reason"] },
    ErrorDef { code: "CANNOT_DESTROY_SYSTEM_NETWORK", params: &["network"] },
    ErrorDef { code: "CANNOT_ENABLE_REDO_LOG", params: &["reason"] },
    ErrorDef { code: "CANNOT_EVACUATE_HOST", params: &["errors"] },
    ErrorDef { code: "CANNOT_FETCH_PATCH", params: &["uuid"] },
    ErrorDef { code: "CANNOT_FIND_OEM_BACKUP_PARTITION", params: &[] },
    ErrorDef { code: "CANNOT_FIND_PATCH", params: &[] },
    ErrorDef { code: "CANNOT_FIND_STATE_PARTITION", params: &[] },
    ErrorDef { code: "CANNOT_FIND_UPDATE", params: &[] },
    ErrorDef { code: "CANNOT_FORGET_SRIOV_LOGICAL", params: &["PIF"] },
    ErrorDef { code: "CANNOT_PLUG_BOND_SLAVE", params: &["PIF"] },
    ErrorDef { code: "CANNOT_PLUG_VIF", params: &["VIF"] },
    ErrorDef { code: "CANNOT_RESET_CONTROL_DOMAIN", params: &["vm"] },
    ErrorDef { code: "CANNOT_RESTART_DEVICE_MODEL", params: &["ref"] },
    ErrorDef { code: "CAN_NOT_PERIODIC_SYNC_UPDATES", params: &[] },
    ErrorDef { code: "CAN_NOT_SYNC_UPDATES", params: &[] },
    ErrorDef { code: "CERTIFICATE_ALREADY_EXISTS", params: &["name"] },
    ErrorDef { code: "CERTIFICATE_CORRUPT", params: &["name"] },
    ErrorDef { code: "CERTIFICATE_DOES_NOT_EXIST", params: &["name"] },
    ErrorDef { code: "CERTIFICATE_LACKS_PURPOSE", params: &[] },
    ErrorDef { code: "CERTIFICATE_LIBRARY_CORRUPT", params: &[] },
    ErrorDef { code: "CERTIFICATE_NAME_INVALID", params: &["name"] },
    ErrorDef { code: "CHANGE_PASSWORD_REJECTED", params: &["msg"] },
    ErrorDef { code: "CLUSTERED_SR_DEGRADED", params: &["sr"] },
    ErrorDef { code: "CLUSTERING_DISABLED", params: &["cluster_host"] },
    ErrorDef { code: "CLUSTERING_ENABLED", params: &["cluster_host"] },
    ErrorDef { code: "CLUSTER_ALREADY_EXISTS", params: &[] },
    ErrorDef { code: "CLUSTER_CREATE_IN_PROGRESS", params: &[] },
    ErrorDef { code: "CLUSTER_DOES_NOT_HAVE_ONE_NODE", params: &["number_of_nodes"] },
    ErrorDef { code: "CLUSTER_FORCE_DESTROY_FAILED", params: &["cluster"] },
    ErrorDef { code: "CLUSTER_HOST_IS_LAST", params: &["cluster_host"] },
    ErrorDef { code: "CLUSTER_HOST_NOT_JOINED", params: &["cluster_host"] },
    ErrorDef { code: "CLUSTER_STACK_IN_USE", params: &["cluster_stack"] },
    ErrorDef { code: "CONFIGURE_REPOSITORIES_IN_PROGRESS", params: &[] },
    ErrorDef { code: "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", params: &["device", "mac"] },
    ErrorDef { code: "COULD_NOT_IMPORT_DATABASE", params: &["reason"] },
    ErrorDef { code: "COULD_NOT_UPDATE_IGMP_SNOOPING_EVERYWHERE", params: &[] },
    ErrorDef { code: "CPU_FEATURE_MASKING_NOT_SUPPORTED", params: &["details"] },
    ErrorDef { code: "CRL_ALREADY_EXISTS", params: &["name"] },
    ErrorDef { code: "CRL_CORRUPT", params: &["name"] },
    ErrorDef { code: "CRL_DOES_NOT_EXIST", params: &["name"] },
    ErrorDef { code: "CRL_NAME_INVALID", params: &["name"] },
    ErrorDef { code: "DB_UNIQUENESS_CONSTRAINT_VIOLATION", params: &["table", "field", "value"] },
    ErrorDef { code: "DEFAULT_SR_NOT_FOUND", params: &["sr"] },
    ErrorDef { code: "DEVICE_ALREADY_ATTACHED", params: &["device"] },
    ErrorDef { code: "DEVICE_ALREADY_DETACHED", params: &["device"] },
    ErrorDef { code: "DEVICE_ALREADY_EXISTS", params: &["device"] },
    ErrorDef { code: "DEVICE_ATTACH_TIMEOUT", params: &["type", "ref"] },
    ErrorDef { code: "DEVICE_DETACH_REJECTED", params: &["type", "ref", "msg"] },
    ErrorDef { code: "DEVICE_DETACH_TIMEOUT", params: &["type", "ref"] },
    ErrorDef { code: "DEVICE_NOT_ATTACHED", params: &["VBD"] },
    ErrorDef { code: "DISABLE_SSH_FAILED", params: &["host"] },
    ErrorDef { code: "DISABLE_SSH_PARTIALLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "DISK_VBD_MUST_BE_READWRITE_FOR_HVM", params: &["vbd"] },
    ErrorDef { code: "DOMAIN_BUILDER_ERROR", params: &["function", "code", "message"] },
    ErrorDef { code: "DOMAIN_EXISTS", params: &["vm", "domid"] },
    ErrorDef { code: "DUPLICATE_MAC_SEED", params: &["seed"] },
    ErrorDef { code: "DUPLICATE_PIF_DEVICE_NAME", params: &["device"] },
    ErrorDef { code: "DUPLICATE_VM", params: &["vm"] },
    ErrorDef { code: "ENABLE_SSH_FAILED", params: &["host"] },
    ErrorDef { code: "ENABLE_SSH_PARTIALLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "EVENTS_LOST", params: &[] },
    ErrorDef { code: "EVENT_FROM_TOKEN_PARSE_FAILURE", params: &["token"] },
    ErrorDef { code: "EVENT_SUBSCRIPTION_PARSE_FAILURE", params: &["subscription"] },
    ErrorDef { code: "FAILED_TO_START_EMULATOR", params: &["vm", "name", "msg"] },
    ErrorDef { code: "FEATURE_REQUIRES_HVM", params: &["details"] },
    ErrorDef { code: "FEATURE_RESTRICTED", params: &[] },
    ErrorDef { code: "FIELD_TYPE_ERROR", params: &["field"] },
    ErrorDef { code: "GET_HOST_UPDATES_FAILED", params: &["ref"] },
    ErrorDef { code: "GET_UPDATES_FAILED", params: &[] },
    ErrorDef { code: "GPU_GROUP_CONTAINS_NO_PGPUS", params: &["gpu_group"] },
    ErrorDef { code: "GPU_GROUP_CONTAINS_PGPU", params: &["pgpus"] },
    ErrorDef { code: "GPU_GROUP_CONTAINS_VGPU", params: &["vgpus"] },
    ErrorDef { code: "HANDLE_INVALID", params: &["class", "handle"] },
    ErrorDef { code: "HA_ABORT_NEW_MASTER", params: &["reason"] },
    ErrorDef { code: "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE", params: &[] },
    ErrorDef { code: "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", params: &["network"] },
    ErrorDef { code: "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", params: &["SR"] },
    ErrorDef { code: "HA_DISABLE_IN_PROGRESS", params: &[] },
    ErrorDef { code: "HA_ENABLE_IN_PROGRESS", params: &[] },
    ErrorDef { code: "HA_FAILED_TO_FORM_LIVESET", params: &[] },
    ErrorDef { code: "HA_HEARTBEAT_DAEMON_STARTUP_FAILED", params: &[] },
    ErrorDef { code: "HA_HOST_CANNOT_ACCESS_STATEFILE", params: &[] },
    ErrorDef { code: "HA_HOST_CANNOT_SEE_PEERS", params: &["host", "all", "subset"] },
    ErrorDef { code: "HA_HOST_IS_ARMED", params: &["host"] },
    ErrorDef { code: "HA_IS_ENABLED", params: &[] },
    ErrorDef { code: "HA_LOST_STATEFILE", params: &[] },
    ErrorDef { code: "HA_NOT_ENABLED", params: &[] },
    ErrorDef { code: "HA_NOT_INSTALLED", params: &["host"] },
    ErrorDef { code: "HA_NO_PLAN", params: &[] },
    ErrorDef { code: "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", params: &[] },
    ErrorDef { code: "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED", params: &[] },
    ErrorDef { code: "HA_SHOULD_BE_FENCED", params: &["host"] },
    ErrorDef { code: "HA_TOO_FEW_HOSTS", params: &[] },
    ErrorDef { code: "HOSTS_NOT_COMPATIBLE", params: &[] },
    ErrorDef { code: "HOSTS_NOT_HOMOGENEOUS", params: &["reason"] },
    ErrorDef { code: "HOST_BROKEN", params: &[] },
    ErrorDef { code: "HOST_CANNOT_ATTACH_NETWORK", params: &["host", "network"] },
    ErrorDef { code: "HOST_CANNOT_DESTROY_SELF", params: &["host"] },
    ErrorDef { code: "HOST_CANNOT_READ_METRICS", params: &[] },
    ErrorDef { code: "HOST_CD_DRIVE_EMPTY", params: &[] },
    ErrorDef { code: "HOST_DISABLED", params: &["host"] },
    ErrorDef { code: "HOST_DISABLED_INDEFINITELY", params: &["host"] },
    ErrorDef { code: "HOST_DISABLED_UNTIL_REBOOT", params: &["host"] },
    ErrorDef { code: "HOST_DRIVER_NO_HARDWARE", params: &["driver variant"] },
    ErrorDef { code: "HOST_EVACUATE_IN_PROGRESS", params: &["host"] },
    ErrorDef { code: "HOST_EVACUATE_VM_NOT_HA_PROTECTED", params: &["vm"] },
    ErrorDef { code: "HOST_EVACUATION_IS_REQUIRED", params: &["host"] },
    ErrorDef { code: "HOST_HAS_NO_MANAGEMENT_IP", params: &[] },
    ErrorDef { code: "HOST_HAS_RESIDENT_VMS", params: &["host"] },
    ErrorDef { code: "HOST_IN_EMERGENCY_MODE", params: &[] },
    ErrorDef { code: "HOST_IN_USE", params: &["host", "type", "ref"] },
    ErrorDef { code: "HOST_IS_LIVE", params: &["host"] },
    ErrorDef { code: "HOST_IS_SLAVE", params: &["Master IP address"] },
    ErrorDef { code: "HOST_ITS_OWN_SLAVE", params: &[] },
    ErrorDef { code: "HOST_MASTER_CANNOT_TALK_BACK", params: &["ip"] },
    ErrorDef { code: "HOST_NAME_INVALID", params: &["reason"] },
    ErrorDef { code: "HOST_NOT_DISABLED", params: &[] },
    ErrorDef { code: "HOST_NOT_ENOUGH_FREE_MEMORY", params: &["needed", "available"] },
    ErrorDef { code: "HOST_NOT_ENOUGH_PCPUS", params: &["vcpus", "pcpus"] },
    ErrorDef { code: "HOST_NOT_LIVE", params: &[] },
    ErrorDef { code: "HOST_OFFLINE", params: &["host"] },
    ErrorDef { code: "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", params: &["host"] },
    ErrorDef { code: "HOST_POWER_ON_MODE_DISABLED", params: &[] },
    ErrorDef { code: "HOST_STILL_BOOTING", params: &[] },
    ErrorDef { code: "HOST_UNKNOWN_TO_MASTER", params: &["host"] },
    ErrorDef { code: "HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR", params: &["host_xapi_version"] },
    ErrorDef { code: "ILLEGAL_VBD_DEVICE", params: &["vbd", "device"] },
    ErrorDef { code: "IMPORT_ERROR", params: &["msg"] },
    ErrorDef { code: "IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND", params: &[] },
    ErrorDef { code: "IMPORT_ERROR_CANNOT_HANDLE_CHUNKED", params: &[] },
    ErrorDef { code: "IMPORT_ERROR_FAILED_TO_FIND_OBJECT", params: &["id"] },
    ErrorDef { code: "IMPORT_ERROR_PREMATURE_EOF", params: &[] },
    ErrorDef { code: "IMPORT_ERROR_SOME_CHECKSUMS_FAILED", params: &[] },
    ErrorDef { code: "IMPORT_ERROR_UNEXPECTED_FILE", params: &["filename_expected", "filename_found"] },
    ErrorDef { code: "IMPORT_INCOMPATIBLE_VERSION", params: &[] },
    ErrorDef { code: "INCOMPATIBLE_CLUSTER_STACK_ACTIVE", params: &["cluster_stack"] },
    ErrorDef { code: "INCOMPATIBLE_PIF_PROPERTIES", params: &[] },
    ErrorDef { code: "INCOMPATIBLE_STATEFILE_SR", params: &["SR type"] },
    ErrorDef { code: "INTERFACE_HAS_NO_IP", params: &["interface"] },
    ErrorDef { code: "INTERNAL_ERROR", params: &["message"] },
    ErrorDef { code: "INVALID_BASE_URL", params: &["url"] },
    ErrorDef { code: "INVALID_CIDR_ADDRESS_SPECIFIED", params: &["parameter"] },
    ErrorDef { code: "INVALID_CLUSTER_STACK", params: &["cluster_stack"] },
    ErrorDef { code: "INVALID_DEVICE", params: &["device"] },
    ErrorDef { code: "INVALID_EDITION", params: &["edition"] },
    ErrorDef { code: "INVALID_FEATURE_STRING", params: &["details"] },
    ErrorDef { code: "INVALID_GPGKEY_PATH", params: &["gpgkey_path"] },
    ErrorDef { code: "INVALID_IP_ADDRESS_SPECIFIED", params: &["parameter"] },
    ErrorDef { code: "INVALID_NTP_CONFIG", params: &["reason"] },
    ErrorDef { code: "INVALID_PATCH", params: &[] },
    ErrorDef { code: "INVALID_PATCH_WITH_LOG", params: &["log"] },
    ErrorDef { code: "INVALID_REPOMD_XML", params: &[] },
    ErrorDef { code: "INVALID_REPOSITORY_DOMAIN_ALLOWLIST", params: &["domains"] },
    ErrorDef { code: "INVALID_REPOSITORY_PROXY_CREDENTIAL", params: &[] },
    ErrorDef { code: "INVALID_REPOSITORY_PROXY_URL", params: &["url"] },
    ErrorDef { code: "INVALID_UPDATE", params: &["info"] },
    ErrorDef { code: "INVALID_UPDATEINFO_XML", params: &[] },
    ErrorDef { code: "INVALID_UPDATE_SYNC_DAY", params: &["day"] },
    ErrorDef { code: "INVALID_VALUE", params: &["field", "value"] },
    ErrorDef { code: "IS_TUNNEL_ACCESS_PIF", params: &["PIF"] },
    ErrorDef { code: "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS", params: &[] },
    ErrorDef { code: "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS", params: &[] },
    ErrorDef { code: "JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS", params: &[] },
    ErrorDef { code: "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", params: &[] },
    ErrorDef { code: "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS", params: &[] },
    ErrorDef { code: "JOINING_HOST_CONNECTION_FAILED", params: &[] },
    ErrorDef { code: "JOINING_HOST_SERVICE_FAILED", params: &[] },
    ErrorDef { code: "LICENCE_RESTRICTION", params: &["feature"] },
    ErrorDef { code: "LICENSE_CANNOT_DOWNGRADE_WHILE_IN_POOL", params: &[] },
    ErrorDef { code: "LICENSE_CHECKOUT_ERROR", params: &["code", "message"] },
    ErrorDef { code: "LICENSE_DOES_NOT_SUPPORT_POOLING", params: &[] },
    ErrorDef { code: "LICENSE_DOES_NOT_SUPPORT_XHA", params: &[] },
    ErrorDef { code: "LICENSE_EXPIRED", params: &[] },
    ErrorDef { code: "LICENSE_FILE_DEPRECATED", params: &[] },
    ErrorDef { code: "LICENSE_HOST_POOL_MISMATCH", params: &[] },
    ErrorDef { code: "LICENSE_PROCESSING_ERROR", params: &[] },
    ErrorDef { code: "LOCATION_NOT_UNIQUE", params: &["SR", "location"] },
    ErrorDef { code: "MAC_DOES_NOT_EXIST", params: &["MAC"] },
    ErrorDef { code: "MAC_INVALID", params: &["MAC"] },
    ErrorDef { code: "MAC_STILL_EXISTS", params: &["MAC"] },
    ErrorDef { code: "MAP_DUPLICATE_KEY", params: &["type", "param_name", "uuid", "key"] },
    ErrorDef { code: "MEMORY_CONSTRAINT_VIOLATION", params: &["constraint"] },
    ErrorDef { code: "MEMORY_CONSTRAINT_VIOLATION_MAXPIN", params: &["reason"] },
    ErrorDef { code: "MEMORY_CONSTRAINT_VIOLATION_ORDER", params: &[] },
    ErrorDef { code: "MESSAGE_DEPRECATED", params: &[] },
    ErrorDef { code: "MESSAGE_METHOD_UNKNOWN", params: &["method"] },
    ErrorDef { code: "MESSAGE_PARAMETER_COUNT_MISMATCH", params: &["method", "expected", "received"] },
    ErrorDef { code: "MESSAGE_REMOVED", params: &[] },
    ErrorDef { code: "MIRROR_FAILED", params: &["vdi"] },
    ErrorDef { code: "MISSING_CONNECTION_DETAILS", params: &[] },
    ErrorDef { code: "MULTIPLE_UPDATE_REPOSITORIES_ENABLED", params: &[] },
    ErrorDef { code: "NETWORK_ALREADY_CONNECTED", params: &["network", "connected PIF"] },
    ErrorDef { code: "NETWORK_CONTAINS_PIF", params: &["pifs"] },
    ErrorDef { code: "NETWORK_CONTAINS_VIF", params: &["vifs"] },
    ErrorDef { code: "NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS", params: &["PIF", "network"] },
    ErrorDef { code: "NETWORK_HAS_INCOMPATIBLE_VLAN_ON_SRIOV_PIFS", params: &["PIF", "network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_PURPOSES", params: &["new_purpose", "conflicting_purpose"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_BOND", params: &["network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_SRIOV", params: &["network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_TRUNKS", params: &["network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_TUNNEL", params: &["network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE", params: &["network"] },
    ErrorDef { code: "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_SRIOV", params: &["network"] },
    ErrorDef { code: "NETWORK_SRIOV_ALREADY_ENABLED", params: &["PIF"] },
    ErrorDef { code: "NETWORK_SRIOV_DISABLE_FAILED", params: &["PIF", "msg"] },
    ErrorDef { code: "NETWORK_SRIOV_ENABLE_FAILED", params: &["PIF", "msg"] },
    ErrorDef { code: "NETWORK_SRIOV_INSUFFICIENT_CAPACITY", params: &["network"] },
    ErrorDef { code: "NETWORK_UNMANAGED", params: &["network"] },
    ErrorDef { code: "NOT_ALLOWED_ON_OEM_EDITION", params: &["command"] },
    ErrorDef { code: "NOT_ALLOWED_WHEN_NTP_IS_ENABLED", params: &["host"] },
    ErrorDef { code: "NOT_IMPLEMENTED", params: &["function"] },
    ErrorDef { code: "NOT_IN_EMERGENCY_MODE", params: &[] },
    ErrorDef { code: "NOT_SUPPORTED_DURING_UPGRADE", params: &[] },
    ErrorDef { code: "NOT_SYSTEM_DOMAIN", params: &["vm"] },
    ErrorDef { code: "NOT_TRUSTED_CERTIFICATE", params: &["ref"] },
    ErrorDef { code: "NO_CLUSTER_HOSTS_REACHABLE", params: &["cluster"] },
    ErrorDef { code: "NO_COMPATIBLE_CLUSTER_HOST", params: &["host"] },
    ErrorDef { code: "NO_HOSTS_AVAILABLE", params: &[] },
    ErrorDef { code: "NO_MORE_REDO_LOGS_ALLOWED", params: &[] },
    ErrorDef { code: "NO_REPOSITORIES_CONFIGURED", params: &[] },
    ErrorDef { code: "NO_REPOSITORY_ENABLED", params: &[] },
    ErrorDef { code: "NVIDIA_SRIOV_MISCONFIGURED", params: &["host", "device_name"] },
    ErrorDef { code: "NVIDIA_TOOLS_ERROR", params: &["host"] },
    ErrorDef { code: "OBJECT_NOLONGER_EXISTS", params: &[] },
    ErrorDef { code: "ONLY_ALLOWED_ON_OEM_EDITION", params: &["command"] },
    ErrorDef { code: "OPENVSWITCH_NOT_ACTIVE", params: &[] },
    ErrorDef { code: "OPERATION_BLOCKED", params: &["ref", "code"] },
    ErrorDef { code: "OPERATION_NOT_ALLOWED", params: &["reason"] },
    ErrorDef { code: "OPERATION_PARTIALLY_FAILED", params: &["operation"] },
    ErrorDef { code: "OTHER_OPERATION_IN_PROGRESS", params: &["class", "object", "operation_type", "operation_ref"] },
    ErrorDef { code: "OUT_OF_SPACE", params: &["location"] },
    ErrorDef { code: "PATCH_ALREADY_APPLIED", params: &["patch"] },
    ErrorDef { code: "PATCH_ALREADY_EXISTS", params: &["uuid"] },
    ErrorDef { code: "PATCH_APPLY_FAILED", params: &["output"] },
    ErrorDef { code: "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST", params: &["output"] },
    ErrorDef { code: "PATCH_IS_APPLIED", params: &[] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_ISO_MOUNTED", params: &["patch"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_OUT_OF_SPACE", params: &["patch", "found_space", "required_required"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", params: &["patch", "prerequisite_patch_uuid_list"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR", params: &["patch", "info"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_VM_RUNNING", params: &["patch"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD", params: &["patch", "found_build", "required_build"] },
    ErrorDef { code: "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", params: &["patch", "found_version", "required_version"] },
    ErrorDef { code: "PBD_EXISTS", params: &["sr", "host", "pbd"] },
    ErrorDef { code: "PERMISSION_DENIED", params: &["message"] },
    ErrorDef { code: "PGPU_INSUFFICIENT_CAPACITY_FOR_VGPU", params: &["pgpu", "vgpu_type"] },
    ErrorDef { code: "PGPU_IN_USE_BY_VM", params: &["VMs"] },
    ErrorDef { code: "PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP", params: &["type", "group_types"] },
    ErrorDef { code: "PIF_ALLOWS_UNPLUG", params: &["PIF"] },
    ErrorDef { code: "PIF_ALREADY_BONDED", params: &["PIF"] },
    ErrorDef { code: "PIF_BOND_MORE_THAN_ONE_IP", params: &[] },
    ErrorDef { code: "PIF_BOND_NEEDS_MORE_MEMBERS", params: &[] },
    ErrorDef { code: "PIF_CANNOT_BOND_CROSS_HOST", params: &[] },
    ErrorDef { code: "PIF_CONFIGURATION_ERROR", params: &["PIF", "msg"] },
    ErrorDef { code: "PIF_DEVICE_NOT_FOUND", params: &[] },
    ErrorDef { code: "PIF_DOES_NOT_ALLOW_UNPLUG", params: &["PIF"] },
    ErrorDef { code: "PIF_HAS_FCOE_SR_IN_USE", params: &["PIF", "SR"] },
    ErrorDef { code: "PIF_HAS_NO_NETWORK_CONFIGURATION", params: &["PIF"] },
    ErrorDef { code: "PIF_HAS_NO_V6_NETWORK_CONFIGURATION", params: &["PIF"] },
    ErrorDef { code: "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_MANAGEMENT_INTERFACE", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_NOT_PHYSICAL", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_NOT_SRIOV_CAPABLE", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_PHYSICAL", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_SRIOV_LOGICAL", params: &["PIF"] },
    ErrorDef { code: "PIF_IS_VLAN", params: &["PIF"] },
    ErrorDef { code: "PIF_NOT_ATTACHED_TO_HOST", params: &["pif", "host"] },
    ErrorDef { code: "PIF_NOT_PRESENT", params: &["host", "network"] },
    ErrorDef { code: "PIF_SRIOV_STILL_EXISTS", params: &["PIF"] },
    ErrorDef { code: "PIF_TUNNEL_STILL_EXISTS", params: &["PIF"] },
    ErrorDef { code: "PIF_UNMANAGED", params: &["PIF"] },
    ErrorDef { code: "PIF_VLAN_EXISTS", params: &["PIF"] },
    ErrorDef { code: "PIF_VLAN_STILL_EXISTS", params: &["PIF"] },
    ErrorDef { code: "POOL_AUTH_ALREADY_ENABLED", params: &["host"] },
    ErrorDef { code: "POOL_AUTH_DISABLE_FAILED", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_DISABLE_FAILED_INVALID_ACCOUNT", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_DISABLE_FAILED_PERMISSION_DENIED", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_DISABLE_FAILED_WRONG_CREDENTIALS", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_INVALID_ACCOUNT", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_INVALID_OU", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_INVALID_TRUSTED_CERTS", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_NO_SUPPORT_ENCRYPT_TYPE", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_NO_TRUSTED_CERTS", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_PERMISSION_DENIED", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_SETUP_TLS_CONNECTION", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_UNAVAILABLE", params: &["host", "message"] },
    ErrorDef { code: "POOL_AUTH_ENABLE_FAILED_WRONG_CREDENTIALS", params: &["host", "message"] },
    ErrorDef { code: "POOL_JOINING_EXTERNAL_AUTH_MISMATCH", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_HAS_BONDS", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_HAS_TUNNELS", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH", params: &["local", "remote"] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION", params: &["host_api_version", "master_api_version"] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", params: &["host_db_schema", "master_db_schema"] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_MUST_ONLY_HAVE_PHYSICAL_PIFS", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH", params: &[] },
    ErrorDef { code: "POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT", params: &["ref_in_pool", "ref_on_host"] },
    ErrorDef { code: "POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE", params: &["master_uuid"] },
    ErrorDef { code: "POOL_JOINING_POOL_BUNDLE_EMPTY_AFTER_IMPORT", params: &["bundle_path"] },
    ErrorDef { code: "POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK", params: &["vlan"] },
    ErrorDef { code: "POOL_JOINING_SM_FEATURES_INCOMPATIBLE", params: &["pool_sm_ref", "candidate_sm_ref"] },
    ErrorDef { code: "PROVISION_FAILED_OUT_OF_SPACE", params: &[] },
    ErrorDef { code: "PROVISION_ONLY_ALLOWED_ON_TEMPLATE", params: &[] },
    ErrorDef { code: "PUSB_VDI_CONFLICT", params: &["PUSB", "VDI"] },
    ErrorDef { code: "PVS_CACHE_STORAGE_ALREADY_PRESENT", params: &["site", "host"] },
    ErrorDef { code: "PVS_CACHE_STORAGE_IS_IN_USE", params: &["PVS_cache_storage"] },
    ErrorDef { code: "PVS_PROXY_ALREADY_PRESENT", params: &["proxies"] },
    ErrorDef { code: "PVS_PROXY_PRESENT_ON_HIGHER_VIF_DEVICE", params: &["device"] },
    ErrorDef { code: "PVS_SERVER_ADDRESS_IN_USE", params: &["address"] },
    ErrorDef { code: "PVS_SITE_CONTAINS_RUNNING_PROXIES", params: &["proxies"] },
    ErrorDef { code: "PVS_SITE_CONTAINS_SERVERS", params: &["servers"] },
    ErrorDef { code: "PVS_VIF_MUST_BE_FIRST_DEVICE", params: &[] },
    ErrorDef { code: "RBAC_PERMISSION_DENIED", params: &["permission", "message"] },
    ErrorDef { code: "REDO_LOG_IS_ENABLED", params: &[] },
    ErrorDef { code: "REPOSITORY_ALREADY_EXISTS", params: &["ref"] },
    ErrorDef { code: "REPOSITORY_CLEANUP_FAILED", params: &[] },
    ErrorDef { code: "REPOSITORY_IS_IN_USE", params: &[] },
    ErrorDef { code: "REPOSYNC_FAILED", params: &[] },
    ErrorDef { code: "REPO_SHOULD_BE_SINGLE_ONE_ENABLED", params: &[] },
    ErrorDef { code: "REQUIRED_PIF_IS_UNPLUGGED", params: &["PIF"] },
    ErrorDef { code: "RESTORE_INCOMPATIBLE_VERSION", params: &[] },
    ErrorDef { code: "RESTORE_SCRIPT_FAILED", params: &["log"] },
    ErrorDef { code: "RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP", params: &[] },
    ErrorDef { code: "RESTORE_TARGET_MISSING_DEVICE", params: &["device"] },
    ErrorDef { code: "ROLE_ALREADY_EXISTS", params: &[] },
    ErrorDef { code: "ROLE_NOT_FOUND", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_CHAIN_INVALID", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_EXPIRED", params: &["now", "not_after"] },
    ErrorDef { code: "SERVER_CERTIFICATE_INVALID", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", params: &["algorithm_oid"] },
    ErrorDef { code: "SERVER_CERTIFICATE_KEY_INVALID", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_KEY_MISMATCH", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", params: &["length"] },
    ErrorDef { code: "SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED", params: &[] },
    ErrorDef { code: "SERVER_CERTIFICATE_NOT_VALID_YET", params: &["now", "not_before"] },
    ErrorDef { code: "SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED", params: &[] },
    ErrorDef { code: "SESSION_AUTHENTICATION_FAILED", params: &[] },
    ErrorDef { code: "SESSION_AUTHORIZATION_FAILED", params: &["username", "msg"] },
    ErrorDef { code: "SESSION_INVALID", params: &["handle"] },
    ErrorDef { code: "SESSION_NOT_REGISTERED", params: &["handle"] },
    ErrorDef { code: "SET_CONSOLE_TIMEOUT_PARTIALLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "SET_SSH_AUTO_MODE_PARTIALLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "SET_SSH_TIMEOUT_PARTIALLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "SLAVE_REQUIRES_MANAGEMENT_INTERFACE", params: &[] },
    ErrorDef { code: "SM_PLUGIN_COMMUNICATION_FAILURE", params: &["sm"] },
    ErrorDef { code: "SR_ATTACH_FAILED", params: &["sr"] },
    ErrorDef { code: "SR_BACKEND_FAILURE", params: &["status", "stdout", "stderr"] },
    ErrorDef { code: "SR_DEVICE_IN_USE", params: &[] },
    ErrorDef { code: "SR_DOES_NOT_SUPPORT_MIGRATION", params: &["sr", "capabilities"] },
    ErrorDef { code: "SR_FULL", params: &["requested", "maximum"] },
    ErrorDef { code: "SR_HAS_MULTIPLE_PBDS", params: &["PBD"] },
    ErrorDef { code: "SR_HAS_NO_PBDS", params: &["sr"] },
    ErrorDef { code: "SR_HAS_PBD", params: &["sr"] },
    ErrorDef { code: "SR_INDESTRUCTIBLE", params: &["sr"] },
    ErrorDef { code: "SR_IS_CACHE_SR", params: &["host"] },
    ErrorDef { code: "SR_NOT_ATTACHED", params: &["sr"] },
    ErrorDef { code: "SR_NOT_EMPTY", params: &[] },
    ErrorDef { code: "SR_NOT_SHARABLE", params: &["sr", "host"] },
    ErrorDef { code: "SR_OPERATION_NOT_SUPPORTED", params: &["sr"] },
    ErrorDef { code: "SR_REQUIRES_UPGRADE", params: &["SR"] },
    ErrorDef { code: "SR_SOURCE_SPACE_INSUFFICIENT", params: &["sr"] },
    ErrorDef { code: "SR_SUSPEND_SPACE_INSUFFICIENT", params: &["sr"] },
    ErrorDef { code: "SR_UNHEALTHY", params: &["sr", "health", "fix"] },
    ErrorDef { code: "SR_UNKNOWN_DRIVER", params: &["driver"] },
    ErrorDef { code: "SR_UUID_EXISTS", params: &["uuid"] },
    ErrorDef { code: "SR_VDI_LOCKING_FAILED", params: &[] },
    ErrorDef { code: "SSL_VERIFY_ERROR", params: &["reason"] },
    ErrorDef { code: "SUBJECT_ALREADY_EXISTS", params: &[] },
    ErrorDef { code: "SUBJECT_CANNOT_BE_RESOLVED", params: &[] },
    ErrorDef { code: "SUSPEND_IMAGE_NOT_ACCESSIBLE", params: &["vdi"] },
    ErrorDef { code: "SYNC_BUNDLE_IN_PROGRESS", params: &[] },
    ErrorDef { code: "SYNC_UPDATES_IN_PROGRESS", params: &[] },
    ErrorDef { code: "SYSPREP", params: &["vm", "message"] },
    ErrorDef { code: "SYSTEM_STATUS_MUST_USE_TAR_ON_OEM", params: &[] },
    ErrorDef { code: "SYSTEM_STATUS_RETRIEVAL_FAILED", params: &["reason"] },
    ErrorDef { code: "TASK_CANCELLED", params: &["task"] },
    ErrorDef { code: "TELEMETRY_NEXT_COLLECTION_TOO_LATE", params: &["timestamp"] },
    ErrorDef { code: "TLS_CONNECTION_FAILED", params: &["address", "port"] },
    ErrorDef { code: "TLS_VERIFICATION_NOT_ENABLED_IN_POOL", params: &[] },
    ErrorDef { code: "TOO_BUSY", params: &[] },
    ErrorDef { code: "TOO_MANY_GROUPS", params: &[] },
    ErrorDef { code: "TOO_MANY_PENDING_TASKS", params: &[] },
    ErrorDef { code: "TOO_MANY_STORAGE_MIGRATES", params: &["number"] },
    ErrorDef { code: "TOO_MANY_VUSBS", params: &["number"] },
    ErrorDef { code: "TRANSPORT_PIF_NOT_CONFIGURED", params: &["PIF"] },
    ErrorDef { code: "TRUSTED_CERTIFICATE_ALREADY_EXISTS", params: &["fingerprint"] },
    ErrorDef { code: "TRUSTED_CERTIFICATE_EXPIRED", params: &["now", "not_after"] },
    ErrorDef { code: "TRUSTED_CERTIFICATE_INVALID", params: &[] },
    ErrorDef { code: "TRUSTED_CERTIFICATE_NOT_VALID_YET", params: &["now", "not_before"] },
    ErrorDef { code: "UNIMPLEMENTED_IN_SM_BACKEND", params: &["message"] },
    ErrorDef { code: "UNKNOWN_BOOTLOADER", params: &["vm", "bootloader"] },
    ErrorDef { code: "UPDATEINFO_HASH_MISMATCH", params: &[] },
    ErrorDef { code: "UPDATE_ALREADY_APPLIED", params: &["update"] },
    ErrorDef { code: "UPDATE_ALREADY_APPLIED_IN_POOL", params: &["update"] },
    ErrorDef { code: "UPDATE_ALREADY_EXISTS", params: &["uuid"] },
    ErrorDef { code: "UPDATE_APPLY_FAILED", params: &["output"] },
    ErrorDef { code: "UPDATE_IS_APPLIED", params: &[] },
    ErrorDef { code: "UPDATE_POOL_APPLY_FAILED", params: &["hosts"] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT", params: &["update", "conflict_update"] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED", params: &["update"] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_OUT_OF_SPACE", params: &["update", "available_space", "required_space "] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING", params: &["update", "prerequisite_update"] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR", params: &["update", "info"] },
    ErrorDef { code: "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION", params: &["update", "installed_version", "required_version "] },
    ErrorDef { code: "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_CONNECTION_FAILED", params: &[] },
    ErrorDef { code: "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_SERVICE_FAILED", params: &[] },
    ErrorDef { code: "USB_ALREADY_ATTACHED", params: &["PUSB", "VM"] },
    ErrorDef { code: "USB_GROUP_CONFLICT", params: &["USB_group"] },
    ErrorDef { code: "USB_GROUP_CONTAINS_NO_PUSBS", params: &["usb_group"] },
    ErrorDef { code: "USB_GROUP_CONTAINS_PUSB", params: &["pusbs"] },
    ErrorDef { code: "USB_GROUP_CONTAINS_VUSB", params: &["vusbs"] },
    ErrorDef { code: "USER_IS_NOT_LOCAL_SUPERUSER", params: &["msg"] },
    ErrorDef { code: "UUID_INVALID", params: &["type", "uuid"] },
    ErrorDef { code: "V6D_FAILURE", params: &[] },
    ErrorDef { code: "VALUE_NOT_SUPPORTED", params: &["field", "value", "reason"] },
    ErrorDef { code: "VBD_CDS_MUST_BE_READONLY", params: &[] },
    ErrorDef { code: "VBD_IS_EMPTY", params: &["vbd"] },
    ErrorDef { code: "VBD_NOT_EMPTY", params: &["vbd"] },
    ErrorDef { code: "VBD_NOT_REMOVABLE_MEDIA", params: &["vbd"] },
    ErrorDef { code: "VBD_NOT_UNPLUGGABLE", params: &["vbd"] },
    ErrorDef { code: "VBD_TRAY_LOCKED", params: &["vbd"] },
    ErrorDef { code: "VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE", params: &["vcpu_max", "cores_per_socket"] },
    ErrorDef { code: "VDI_CBT_ENABLED", params: &["vdi"] },
    ErrorDef { code: "VDI_CONTAINS_METADATA_OF_THIS_POOL", params: &["vdi", "pool"] },
    ErrorDef { code: "VDI_COPY_FAILED", params: &[] },
    ErrorDef { code: "VDI_HAS_RRDS", params: &["vdi"] },
    ErrorDef { code: "VDI_INCOMPATIBLE_TYPE", params: &["vdi", "type"] },
    ErrorDef { code: "VDI_IN_USE", params: &["vdi", "operation"] },
    ErrorDef { code: "VDI_IS_A_PHYSICAL_DEVICE", params: &["vdi"] },
    ErrorDef { code: "VDI_IS_ENCRYPTED", params: &["vdi"] },
    ErrorDef { code: "VDI_IS_NOT_ISO", params: &["vdi", "type"] },
    ErrorDef { code: "VDI_LOCATION_MISSING", params: &["sr", "location"] },
    ErrorDef { code: "VDI_MISSING", params: &["sr", "vdi"] },
    ErrorDef { code: "VDI_NEEDS_VM_FOR_MIGRATE", params: &["vdi"] },
    ErrorDef { code: "VDI_NOT_AVAILABLE", params: &["vdi"] },
    ErrorDef { code: "VDI_NOT_IN_MAP", params: &["vdi"] },
    ErrorDef { code: "VDI_NOT_MANAGED", params: &["vdi"] },
    ErrorDef { code: "VDI_NOT_SPARSE", params: &["vdi"] },
    ErrorDef { code: "VDI_NO_CBT_METADATA", params: &["vdi"] },
    ErrorDef { code: "VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION", params: &[] },
    ErrorDef { code: "VDI_READONLY", params: &["vdi"] },
    ErrorDef { code: "VDI_TOO_LARGE", params: &["vdi", "maximum size"] },
    ErrorDef { code: "VDI_TOO_SMALL", params: &["vdi", "minimum size"] },
    ErrorDef { code: "VGPU_DESTINATION_INCOMPATIBLE", params: &["reason", "vgpu", "host"] },
    ErrorDef { code: "VGPU_GUEST_DRIVER_LIMIT", params: &["reason", "vm", "host"] },
    ErrorDef { code: "VGPU_SUSPENSION_NOT_SUPPORTED", params: &["reason", "vgpu", "host"] },
    ErrorDef { code: "VGPU_TYPE_NOT_COMPATIBLE", params: &["type"] },
    ErrorDef { code: "VGPU_TYPE_NOT_COMPATIBLE_WITH_RUNNING_TYPE", params: &["pgpu", "type", "running_type"] },
    ErrorDef { code: "VGPU_TYPE_NOT_ENABLED", params: &["type", "enabled_types"] },
    ErrorDef { code: "VGPU_TYPE_NOT_SUPPORTED", params: &["type", "supported_types"] },
    ErrorDef { code: "VGPU_TYPE_NO_LONGER_SUPPORTED", params: &["type"] },
    ErrorDef { code: "VIF_IN_USE", params: &["network", "VIF"] },
    ErrorDef { code: "VIF_NOT_IN_MAP", params: &["vif"] },
    ErrorDef { code: "VLAN_IN_USE", params: &["device", "vlan"] },
    ErrorDef { code: "VLAN_TAG_INVALID", params: &["VLAN"] },
    ErrorDef { code: "VMPP_ARCHIVE_MORE_FREQUENT_THAN_BACKUP", params: &[] },
    ErrorDef { code: "VMPP_HAS_VM", params: &[] },
    ErrorDef { code: "VMSS_HAS_VM", params: &[] },
    ErrorDef { code: "VMS_FAILED_TO_COOPERATE", params: &[] },
    ErrorDef { code: "VM_ASSIGNED_TO_PROTECTION_POLICY", params: &["vm", "vmpp"] },
    ErrorDef { code: "VM_ASSIGNED_TO_SNAPSHOT_SCHEDULE", params: &["vm", "vmss"] },
    ErrorDef { code: "VM_ATTACHED_TO_MORE_THAN_ONE_VDI_WITH_TIMEOFFSET_MARKED_AS_RESET_ON_BOOT", params: &["vm"] },
    ErrorDef { code: "VM_BAD_POWER_STATE", params: &["vm", "expected", "actual"] },
    ErrorDef { code: "VM_BIOS_STRINGS_ALREADY_SET", params: &[] },
    ErrorDef { code: "VM_CALL_PLUGIN_RATE_LIMIT", params: &["VM", "interval", "wait"] },
    ErrorDef { code: "VM_CANNOT_DELETE_DEFAULT_TEMPLATE", params: &["vm"] },
    ErrorDef { code: "VM_CHECKPOINT_RESUME_FAILED", params: &["vm"] },
    ErrorDef { code: "VM_CHECKPOINT_SUSPEND_FAILED", params: &["vm"] },
    ErrorDef { code: "VM_CRASHED", params: &["vm"] },
    ErrorDef { code: "VM_DUPLICATE_VBD_DEVICE", params: &["vm", "vbd", "device"] },
    ErrorDef { code: "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", params: &["vm"] },
    ErrorDef { code: "VM_FAILED_SUSPEND_ACKNOWLEDGMENT", params: &["vm"] },
    ErrorDef { code: "VM_HALTED", params: &["vm"] },
    ErrorDef { code: "VM_HAS_CHECKPOINT", params: &["vm"] },
    ErrorDef { code: "VM_HAS_NO_SUSPEND_VDI", params: &["vm"] },
    ErrorDef { code: "VM_HAS_PCI_ATTACHED", params: &["vm"] },
    ErrorDef { code: "VM_HAS_SRIOV_VIF", params: &["vm"] },
    ErrorDef { code: "VM_HAS_TOO_MANY_SNAPSHOTS", params: &["vm"] },
    ErrorDef { code: "VM_HAS_VGPU", params: &["vm"] },
    ErrorDef { code: "VM_HAS_VUSBS", params: &["VM"] },
    ErrorDef { code: "VM_HOST_INCOMPATIBLE_VERSION", params: &["host", "vm"] },
    ErrorDef { code: "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", params: &["host", "vm"] },
    ErrorDef { code: "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION", params: &["host", "host_versions", "vm", "vm_version"] },
    ErrorDef { code: "VM_HVM_REQUIRED", params: &["vm"] },
    ErrorDef { code: "VM_INCOMPATIBLE_WITH_THIS_HOST", params: &["vm", "host", "reason"] },
    ErrorDef { code: "VM_IS_IMMOBILE", params: &["VM"] },
    ErrorDef { code: "VM_IS_PART_OF_AN_APPLIANCE", params: &["vm", "appliance"] },
    ErrorDef { code: "VM_IS_PROTECTED", params: &["vm"] },
    ErrorDef { code: "VM_IS_TEMPLATE", params: &["vm"] },
    ErrorDef { code: "VM_IS_USING_NESTED_VIRT", params: &["VM"] },
    ErrorDef { code: "VM_LACKS_FEATURE", params: &["vm"] },
    ErrorDef { code: "VM_MEMORY_SIZE_TOO_LOW", params: &["vm"] },
    ErrorDef { code: "VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED", params: &[] },
    ErrorDef { code: "VM_MIGRATE_FAILED", params: &["vm", "source", "destination", "msg"] },
    ErrorDef { code: "VM_MISSING_PV_DRIVERS", params: &["vm"] },
    ErrorDef { code: "VM_NON_SUSPENDABLE", params: &["vm", "reason"] },
    ErrorDef { code: "VM_NOT_RESIDENT_HERE", params: &["vm", "host"] },
    ErrorDef { code: "VM_NO_CRASHDUMP_SR", params: &["vm"] },
    ErrorDef { code: "VM_NO_EMPTY_CD_VBD", params: &["vm"] },
    ErrorDef { code: "VM_NO_SUSPEND_SR", params: &["vm"] },
    ErrorDef { code: "VM_NO_VCPUS", params: &["vm"] },
    ErrorDef { code: "VM_OLD_PV_DRIVERS", params: &["vm", "major", "minor"] },
    ErrorDef { code: "VM_PCI_BUS_FULL", params: &["VM"] },
    ErrorDef { code: "VM_PV_DRIVERS_IN_USE", params: &["vm"] },
    ErrorDef { code: "VM_REBOOTED", params: &["vm"] },
    ErrorDef { code: "VM_REQUIRES_GPU", params: &["vm", "GPU_group"] },
    ErrorDef { code: "VM_REQUIRES_IOMMU", params: &["host"] },
    ErrorDef { code: "VM_REQUIRES_NETWORK", params: &["vm", "network"] },
    ErrorDef { code: "VM_REQUIRES_SR", params: &["vm", "sr"] },
    ErrorDef { code: "VM_REQUIRES_VDI", params: &["vm", "vdi"] },
    ErrorDef { code: "VM_REQUIRES_VGPU", params: &["vm", "GPU_group", "vGPU_type"] },
    ErrorDef { code: "VM_REQUIRES_VUSB", params: &["vm", "USB_group"] },
    ErrorDef { code: "VM_REVERT_FAILED", params: &["vm", "snapshot"] },
    ErrorDef { code: "VM_SHUTDOWN_TIMEOUT", params: &["vm", "timeout"] },
    ErrorDef { code: "VM_SNAPSHOT_WITH_QUIESCE_FAILED", params: &["vm"] },
    ErrorDef { code: "VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED", params: &["vm", "error"] },
    ErrorDef { code: "VM_SNAPSHOT_WITH_QUIESCE_PLUGIN_DEOS_NOT_RESPOND", params: &["vm"] },
    ErrorDef { code: "VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT", params: &["vm"] },
    ErrorDef { code: "VM_SUSPEND_TIMEOUT", params: &["vm", "timeout"] },
    ErrorDef { code: "VM_TOO_MANY_VCPUS", params: &["vm"] },
    ErrorDef { code: "VM_TO_IMPORT_IS_NOT_NEWER_VERSION", params: &["vm", "existing_version", "version_to_import"] },
    ErrorDef { code: "VM_UNSAFE_BOOT", params: &["vm"] },
    ErrorDef { code: "VTPM_MAX_AMOUNT_REACHED", params: &["amount"] },
    ErrorDef { code: "WLB_AUTHENTICATION_FAILED", params: &[] },
    ErrorDef { code: "WLB_CONNECTION_REFUSED", params: &[] },
    ErrorDef { code: "WLB_CONNECTION_RESET", params: &[] },
    ErrorDef { code: "WLB_DISABLED", params: &[] },
    ErrorDef { code: "WLB_INTERNAL_ERROR", params: &[] },
    ErrorDef { code: "WLB_MALFORMED_REQUEST", params: &[] },
    ErrorDef { code: "WLB_MALFORMED_RESPONSE", params: &["method", "reason", "response"] },
    ErrorDef { code: "WLB_NOT_INITIALIZED", params: &[] },
    ErrorDef { code: "WLB_TIMEOUT", params: &["configured_timeout"] },
    ErrorDef { code: "WLB_UNKNOWN_HOST", params: &[] },
    ErrorDef { code: "WLB_URL_INVALID", params: &["url"] },
    ErrorDef { code: "WLB_XENSERVER_AUTHENTICATION_FAILED", params: &[] },
    ErrorDef { code: "WLB_XENSERVER_CONNECTION_REFUSED", params: &[] },
    ErrorDef { code: "WLB_XENSERVER_MALFORMED_RESPONSE", params: &[] },
    ErrorDef { code: "WLB_XENSERVER_TIMEOUT", params: &[] },
    ErrorDef { code: "WLB_XENSERVER_UNKNOWN_HOST", params: &[] },
    ErrorDef { code: "XAPI_HOOK_FAILED", params: &["hook_name", "reason", "stdout", "exit_code"] },
    ErrorDef { code: "XENAPI_MISSING_PLUGIN", params: &["name"] },
    ErrorDef { code: "XENAPI_PLUGIN_FAILURE", params: &["status", "stdout", "stderr"] },
    ErrorDef { code: "XEN_INCOMPATIBLE", params: &[] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_ADDING_VOLUME_TO_SNAPSET_FAILED", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT_XML_STRING", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_INIT_FAILED", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_NO_VOLUMES_SUPPORTED", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_PREPARING_WRITERS", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_PROV_NOT_LOADED", params: &["vm", "error_code"] },
    ErrorDef { code: "XEN_VSS_REQ_ERROR_START_SNAPSHOT_SET_FAILED", params: &["vm", "error_code"] },
    ErrorDef { code: "XMLRPC_UNMARSHAL_FAILURE", params: &["expected", "received"] },
];
