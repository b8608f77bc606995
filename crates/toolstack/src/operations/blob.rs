//! `blob`: small pieces of data that belong to an object. Here are their rows; what is in them comes
//! and goes over HTTP.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler};
use model::{
    ApiError, Blob, Class, ClassId, Date, Host, Map, Network, Pool, Ref, RefId, Sr, Text, Value, Vm,
};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("blob.create", Handler::Change(create)),
    ("blob.destroy", Handler::Change(destroy)),
    ("VM.create_new_blob", Handler::Change(create_for::<Vm>)),
    ("SR.create_new_blob", Handler::Change(create_for::<Sr>)),
    ("host.create_new_blob", Handler::Change(create_for::<Host>)),
    ("network.create_new_blob", Handler::Change(create_for::<Network>)),
    ("pool.create_new_blob", Handler::Change(create_for::<Pool>)),
];

/// Objects that have blobs, by name.
pub trait Owner: Class {
    fn blobs(&mut self) -> &mut Map<Text, Ref<Blob>>;
}
macro_rules! owner {
    ($($row:ty),*) => {$(
        impl Owner for $row {
            fn blobs(&mut self) -> &mut Map<Text, Ref<Blob>> {
                &mut self.blobs
            }
        }
    )*};
}
owner!(Vm, Sr, Host, Network, Pool);

fn insert(change: &mut Change, arguments: &Arguments) -> Result<Ref<Blob>, ApiError> {
    let mime_type = Some(arguments.text("mime_type")?).filter(|mime_type| !mime_type.is_empty());
    let row = Blob {
        uuid: change.new_uuid(),
        mime_type: mime_type.unwrap_or_else(|| Text::new_static("application/octet-stream")),
        public: arguments.bool("public")?,
        size: 0,
        last_updated: Date::from_seconds(0),
        ..Blob::default()
    };
    let id = change.new_ref();
    change.tx.insert(id, row);
    Ok(id)
}

fn create(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    insert(change, arguments).map(|blob| Value::Ref(blob.id()))
}

fn create_for<T: Owner>(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let (id, name) = (Ref::<T>::new(arguments.this()?), arguments.text("name")?);
    let mut owner = change.tx.find(id)?.clone();
    if owner.blobs().contains_key(&name) {
        return Err(ApiError::map_duplicate_key(T::ID.name(), "blobs", owner.uuid(), name));
    }
    let blob = insert(change, arguments)?;
    change.tx.update(id, |row| row.blobs().insert(name, blob));
    Ok(Value::Ref(blob.id()))
}

fn destroy(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Blob> = arguments.reference("self")?;
    let owners: Vec<(ClassId, RefId)> =
        change.tx.all_referrers(id.id()).map(|(class, _, owner)| (class, owner)).collect();
    for (class, owner) in owners {
        match class {
            ClassId::Vm => forget::<Vm>(change, owner, id),
            ClassId::Sr => forget::<Sr>(change, owner, id),
            ClassId::Host => forget::<Host>(change, owner, id),
            ClassId::Network => forget::<Network>(change, owner, id),
            ClassId::Pool => forget::<Pool>(change, owner, id),
            _ => {}
        }
    }
    change.tx.delete(id);
    Ok(Value::VOID)
}

/// The name of a blob goes with it.
fn forget<T: Owner>(change: &mut Change, owner: RefId, blob: Ref<Blob>) {
    change.tx.update(Ref::<T>::new(owner), |row| {
        let names: Vec<Text> =
            row.blobs().iter().filter(|(_, known)| **known == blob).map(|(name, _)| name.clone()).collect();
        for name in names {
            row.blobs().remove(&name);
        }
    });
}
