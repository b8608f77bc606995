//! `auth`: questions to the external directory.

use crate::arguments::Arguments;
use crate::handler::{Call, Handler};
use crate::toolstack::Toolstack;
use model::{ApiError, Text, Value};
use std::sync::Arc;

pub const HANDLERS: &[(&str, Handler)] = &[
    (
        "auth.get_subject_identifier",
        Handler::Serve(|toolstack, _: Call, arguments| Box::pin(identifier(toolstack, arguments))),
    ),
    (
        "auth.get_subject_information_from_identifier",
        Handler::Serve(|toolstack, _: Call, arguments| Box::pin(information(toolstack, arguments))),
    ),
    (
        "auth.get_group_membership",
        Handler::Serve(|toolstack, _: Call, arguments| Box::pin(membership(toolstack, arguments))),
    ),
];

async fn identifier(toolstack: Arc<Toolstack>, arguments: Arguments) -> Result<Value, ApiError> {
    let directory = toolstack.directory_or_error().await?;
    let found = directory.find(&arguments.text("subject_name")?).await;
    found.map(Value::String).ok_or_else(ApiError::subject_cannot_be_resolved)
}

async fn information(toolstack: Arc<Toolstack>, arguments: Arguments) -> Result<Value, ApiError> {
    let directory = toolstack.directory_or_error().await?;
    let known = directory.describe(&arguments.text("subject_identifier")?).await;
    let known = known.ok_or_else(ApiError::subject_cannot_be_resolved)?;
    let member = |(key, value): (&Text, &Text)| (key.clone(), Value::String(value.clone()));
    Ok(Value::Struct(known.iter().map(member).collect()))
}

async fn membership(toolstack: Arc<Toolstack>, arguments: Arguments) -> Result<Value, ApiError> {
    let directory = toolstack.directory_or_error().await?;
    let groups = directory.groups(&arguments.text("subject_identifier")?).await;
    let groups = groups.ok_or_else(ApiError::subject_cannot_be_resolved)?;
    Ok(Value::Array(groups.into_iter().map(Value::String).collect()))
}
