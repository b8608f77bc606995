//! `SR.introduce`: a row for storage that is there already; and whether it is for several hosts.

use crate::arguments::Arguments;
use crate::handler::{Change, Find};
use crate::operations::storage;
use model::{ApiError, ClassId, Item, Pbd, Ref, Sr, Text, Uuid, Value, many};

pub fn introduce(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let given = arguments.text("uuid")?;
    let driver = storage::registered(change.tx, &arguments.text("type")?)?;
    let uuid = match Uuid::parse(&given) {
        Some(Uuid::NIL) => change.new_uuid(),
        Some(uuid) => uuid,
        None => return Err(ApiError::uuid_invalid("SR", given)),
    };
    if change.tx.by_uuid(ClassId::Sr, uuid).is_some() {
        return Err(ApiError::sr_uuid_exists(uuid));
    }
    let row = Sr {
        uuid,
        name_label: arguments.text("name_label")?,
        name_description: arguments.text("name_description")?,
        r#type: driver,
        content_type: arguments.text("content_type")?,
        shared: arguments.bool("shared")?,
        sm_config: arguments.map("sm_config")?,
        default_vdi_visibility: true,
        ..Sr::default()
    };
    let id: Ref<Sr> = change.new_ref();
    change.tx.insert(id, row);
    Ok(id.to_value())
}

/// Whoever is used by several hosts is shared.
pub fn set_shared(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Sr> = arguments.reference("sr")?;
    let value = arguments.bool("value")?;
    change.tx.find(id)?;
    let links: Vec<Ref<Pbd>> = change.tx.many(many::SR_PBDS, id).collect();
    if !value && links.len() > 1 {
        let links = links.into_iter().map(|pbd| Text::new(pbd.to_string())).collect();
        return Err(ApiError::from_parts(Text::new_static("SR_HAS_MULTIPLE_PBDS"), links));
    }
    change.tx.update(id, |sr| sr.shared = value);
    Ok(Value::VOID)
}
