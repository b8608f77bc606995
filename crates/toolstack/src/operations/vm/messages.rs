//! The messages (alerts) that follow what happens to a machine.

use crate::handler::Planning;
use crate::plan::{Edit, Plan};
use model::{ApiEnum, Cls, Host, Message, Ref, Text, Vm};

/// Tell that something happened to a machine, as the original words it.
pub fn tell(planning: &Planning, name: &str, vm: &Vm, what: &str, host: Option<Ref<Host>>) -> Plan {
    let subject = format!("VM '{}' (uuid: {}) {what}", vm.name_label, vm.uuid);
    let body = match host.and_then(|host| planning.pool.get(host)) {
        Some(host) => format!("{subject} on host: {} (uuid: {})", host.name_label, host.uuid),
        None => subject,
    };
    let priority = model::generated::schema::ALERTS
        .iter()
        .find(|(alert, _)| *alert == name)
        .map_or(5, |(_, priority)| *priority);
    let message = Message {
        uuid: planning.new_uuid(),
        name: Text::new(name),
        priority,
        cls: Cls::parse("VM").unwrap_or_default(),
        obj_uuid: Text::new(vm.uuid.to_string()),
        timestamp: planning.now,
        body: Text::new(body),
    };
    Plan::Write(vec![Edit::make(planning.new_ref::<Message>(), message)])
}
