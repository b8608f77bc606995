//! What may be done to a disk now.

use super::nothing_runs;
use model::VdiOperations as Op;
use model::driver::Driver;
use model::{ApiEnum, ApiError, EnumSet, Ref, Sr, Vbd, VbdMode, Vdi, VdiOperations, VdiType, many};
use store::Snapshot;

const UNLISTED: &[Op] = &[Op::Blocked, Op::ForceUnlock, Op::RevertTo, Op::RevertFrom];

pub fn allowed(pool: &Snapshot, id: Ref<Vdi>) -> EnumSet<VdiOperations> {
    let listed = Op::all().filter(|op| !UNLISTED.contains(op));
    listed.filter(|op| check(pool, id, *op).is_ok()).collect()
}

/// Operations that a running machine does not mind.
fn is_live(op: Op) -> bool {
    matches!(
        op,
        Op::Snapshot
            | Op::ResizeOnline
            | Op::Blocked
            | Op::Clone
            | Op::RevertTo
            | Op::Mirror
            | Op::EnableCbt
            | Op::DisableCbt
            | Op::DataDestroy
    )
}

pub fn check(pool: &Snapshot, id: Ref<Vdi>, op: Op) -> Result<(), ApiError> {
    let vdi = pool.get(id).ok_or_else(|| ApiError::handle_invalid("VDI", id))?;
    let sr = pool.get(vdi.SR).ok_or_else(|| ApiError::handle_invalid("SR", vdi.SR))?;
    // What others stand on is the storage's own.
    if !vdi.managed && !matches!(op, Op::Forget | Op::Destroy | Op::Update) {
        return Err(ApiError::vdi_not_managed(id));
    }
    let beside = vdi.current_operations.values().all(|current| *current == Op::Copy)
        || (op == Op::Destroy && vdi.current_operations.values().all(|current| *current == Op::Mirror));
    if !beside {
        nothing_runs("VDI", id.id(), &vdi.current_operations)?;
    }
    if op == Op::Snapshot && !vdi.current_operations.is_empty() {
        return Err(ApiError::operation_not_allowed("the disk is being copied"));
    }
    if op == Op::Resize && !pool.many_rows(many::SR_PBDS, vdi.SR).any(|(_, pbd)| pbd.currently_attached) {
        return Err(ApiError::sr_has_no_pbds(vdi.SR));
    }
    check_use(pool, id, op)?;
    check_storage(pool, id, vdi, sr, op)
}

fn check_use(pool: &Snapshot, id: Ref<Vdi>, op: Op) -> Result<(), ApiError> {
    let active = |vbd: &Vbd| vbd.currently_attached || vbd.reserved;
    if is_live(op) {
        return Ok(());
    }
    let drives = || pool.many_rows(many::VDI_VBDS, id);
    let minds = |vbd: &Vbd| active(vbd) && !(vbd.mode == VbdMode::Ro && op == Op::Copy);
    if drives().any(|(_, vbd)| minds(vbd)) {
        return Err(ApiError::vdi_in_use(id, op.name()));
    }
    drives().try_for_each(|(vbd, row)| nothing_runs("VBD", vbd.id(), &row.current_operations))
}

fn check_storage(pool: &Snapshot, id: Ref<Vdi>, vdi: &Vdi, sr: &Sr, op: Op) -> Result<(), ApiError> {
    if !supports(sr, op) {
        return Err(ApiError::sr_operation_not_supported(vdi.SR));
    }
    if vdi.r#type == VdiType::CbtMetadata
        && !matches!(op, Op::Destroy | Op::Forget | Op::ListChangedBlocks | Op::DisableCbt | Op::Update)
    {
        return Err(ApiError::vdi_incompatible_type(id, vdi.r#type.name()));
    }
    if vdi.cbt_enabled && matches!(op, Op::Mirror | Op::SetOnBoot) {
        return Err(ApiError::vdi_cbt_enabled(id));
    }
    match op {
        Op::Destroy if sr.r#type == "udev" => Err(ApiError::vdi_is_a_physical_device(id)),
        Op::Destroy if sr.is_tools_sr => Err(ApiError::sr_operation_not_supported(vdi.SR)),
        Op::Destroy if vdi.r#type == VdiType::Rrd => Err(ApiError::vdi_has_rrds(id)),
        Op::Destroy | Op::Forget | Op::Resize if crate::ha::is_statefile(pool, id) => {
            Err(ApiError::ha_is_enabled())
        }
        Op::DataDestroy if !vdi.is_a_snapshot => {
            Err(ApiError::operation_not_allowed("the disk is no snapshot"))
        }
        Op::DataDestroy if !vdi.cbt_enabled => Err(ApiError::vdi_no_cbt_metadata(id)),
        Op::Snapshot if vdi.sharable => Err(ApiError::vdi_is_sharable([model::Text::new(id.to_string())])),
        Op::EnableCbt | Op::DisableCbt if vdi.is_a_snapshot => {
            Err(ApiError::operation_not_allowed("the disk is a snapshot"))
        }
        Op::EnableCbt | Op::DisableCbt if !matches!(vdi.r#type, VdiType::User | VdiType::System) => {
            Err(ApiError::vdi_incompatible_type(id, vdi.r#type.name()))
        }
        _ => Ok(()),
    }
}

/// Whether the driver of the storage can do this; one that we do not know may.
fn supports(sr: &Sr, op: Op) -> bool {
    let feature = match op {
        Op::Snapshot => "VDI_SNAPSHOT",
        Op::Resize | Op::ResizeOnline => "VDI_RESIZE",
        // What cannot be destroyed there says so in words of its own.
        Op::Destroy if sr.r#type != "udev" => "VDI_DELETE",
        Op::Mirror => "VDI_MIRROR",
        Op::EnableCbt | Op::DisableCbt | Op::DataDestroy | Op::ListChangedBlocks => "VDI_CONFIG_CBT",
        Op::SetOnBoot => "VDI_RESET_ON_BOOT",
        Op::GenerateConfig => "VDI_GENERATE_CONFIG",
        _ => return true,
    };
    Driver::find(&sr.r#type).is_none_or(|driver| driver.can(feature))
}
