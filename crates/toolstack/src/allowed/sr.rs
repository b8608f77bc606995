//! What may be done to a storage repository now.

use super::nothing_runs;
use model::StorageOperations as Op;
use model::driver::Driver;
use model::{ApiError, EnumSet, Ref, Sr, StorageOperations, VdiType, many};
use store::Snapshot;

const LISTED: &[Op] = &[
    Op::Scan,
    Op::Destroy,
    Op::Forget,
    Op::Plug,
    Op::Unplug,
    Op::Update,
    Op::VdiCreate,
    Op::VdiIntroduce,
    Op::VdiDestroy,
    Op::VdiResize,
    Op::VdiClone,
    Op::VdiSnapshot,
    Op::VdiMirror,
    Op::VdiEnableCbt,
    Op::VdiDisableCbt,
    Op::VdiDataDestroy,
    Op::VdiListChangedBlocks,
    Op::VdiSetOnBoot,
    Op::PbdCreate,
    Op::PbdDestroy,
];

pub fn allowed(pool: &Snapshot, id: Ref<Sr>) -> EnumSet<StorageOperations> {
    LISTED.iter().copied().filter(|op| check(pool, id, *op).is_ok()).collect()
}

pub fn check(pool: &Snapshot, id: Ref<Sr>, op: Op) -> Result<(), ApiError> {
    let sr = pool.get(id).ok_or_else(|| ApiError::handle_invalid("SR", id))?;
    let plugs_only = op == Op::Plug && sr.current_operations.values().all(|current| *current == Op::Plug);
    if !plugs_only {
        nothing_runs("SR", id.id(), &sr.current_operations)?;
    }
    if let (Some(driver), Some(feature)) = (Driver::find(&sr.r#type), feature(op))
        && !driver.can(feature)
    {
        return Err(ApiError::sr_operation_not_supported(id));
    }
    let attached = || pool.many_rows(many::SR_PBDS, id).any(|(_, pbd)| pbd.currently_attached);
    match op {
        Op::Destroy | Op::Forget if attached() => Err(ApiError::sr_has_pbd(id)),
        Op::Destroy if pool.many(many::SR_PBDS, id).next().is_none() => Err(ApiError::sr_has_no_pbds(id)),
        Op::Destroy
            if pool
                .many_rows(many::SR_VDIS, id)
                .any(|(_, vdi)| vdi.managed && vdi.r#type != VdiType::Rrd) =>
        {
            Err(ApiError::sr_not_empty())
        }
        _ => Ok(()),
    }
}

/// What a driver must be able to do for an operation. The rest every driver can, or it is done for it.
fn feature(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::VdiCreate => "VDI_CREATE",
        Op::VdiIntroduce => "VDI_INTRODUCE",
        Op::VdiDestroy => "VDI_DELETE",
        Op::VdiResize => "VDI_RESIZE",
        Op::VdiSnapshot => "VDI_SNAPSHOT",
        Op::VdiMirror => "VDI_MIRROR",
        Op::VdiEnableCbt | Op::VdiDisableCbt | Op::VdiDataDestroy | Op::VdiListChangedBlocks => {
            "VDI_CONFIG_CBT"
        }
        Op::VdiSetOnBoot => "VDI_RESET_ON_BOOT",
        Op::Update => "SR_UPDATE",
        _ => return None,
    })
}
