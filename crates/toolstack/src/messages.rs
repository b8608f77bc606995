//! Messages (alerts): told to people, kept as rows, the oldest dropped.

use machine::Chance;
use model::generated::schema::ALERTS;
use model::{ClassId, Cls, Date, Message, Ref, Text, Uuid};
use store::Transaction;

/// Post a message about an object.
#[expect(clippy::too_many_arguments, reason = "a message is just these parts")]
pub fn send(
    tx: &mut Transaction,
    chance: &dyn Chance,
    now: Date,
    name: &str,
    priority: i64,
    class: Cls,
    uuid: &str,
    body: &str,
) -> Ref<Message> {
    let id = Ref::from_bits(chance.uuid().0);
    let row = Message {
        uuid: chance.uuid(),
        name: Text::new(name),
        priority,
        cls: class,
        obj_uuid: Text::new(uuid),
        timestamp: now,
        body: Text::new(body),
    };
    tx.insert(id, row);
    id
}

/// The priority that the model gives to an alert.
pub fn priority(name: &str) -> i64 {
    ALERTS.iter().find(|(alert, _)| *alert == name).map_or(5, |(_, priority)| *priority)
}

/// The class of the objects that a message can be about.
pub fn class_of(class: Cls) -> ClassId {
    match class {
        Cls::Vm => ClassId::Vm,
        Cls::Host => ClassId::Host,
        Cls::Sr => ClassId::Sr,
        Cls::Pool => ClassId::Pool,
        Cls::Vmpp => ClassId::Vmpp,
        Cls::Vmss => ClassId::Vmss,
        Cls::PvsProxy => ClassId::PvsProxy,
        Cls::Vdi => ClassId::Vdi,
        Cls::Certificate => ClassId::Certificate,
    }
}

/// Whether there is an object of this class with this uuid.
pub fn is_about_something(tx: &Transaction, class: Cls, uuid: &str) -> bool {
    Uuid::parse(uuid).is_some_and(|uuid| tx.by_uuid(class_of(class), uuid).is_some())
}
