//! `role`: the fixed roles and what they permit.

use crate::arguments::Arguments;
use crate::handler::{Handler, Reading};
use crate::rbac;
use model::schema::Rank;
use model::{ApiError, Ref, Role, Text, Value};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("role.get_permissions_name_label", Handler::Read(permission_names)),
    ("role.get_by_permission_name_label", Handler::Read(by_permission_name)),
];

fn rank(reading: &Reading, role: Ref<Role>) -> Option<Rank> {
    rbac::rank_named(&reading.pool.get(role)?.name_label)
}

fn permission_names(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let names: Vec<Text> = rank(reading, arguments.reference("self")?).map_or(Vec::new(), rbac::permissions);
    Ok(Value::Array(names.into_iter().map(Value::String).collect()))
}

fn by_permission_name(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let label = arguments.text("label")?;
    let holds = |role: &Role| {
        rbac::rank_named(&role.name_label).is_some_and(|rank| rbac::permissions(rank).contains(&label))
    };
    let roles = reading.pool.all::<Role>().filter(|(_, role)| holds(role));
    Ok(Value::Array(roles.map(|(id, _)| Value::Ref(id.id())).collect()))
}
