//! `auth`: questions to an external directory. None is connected.

use crate::handler::Handler;
use model::ApiError;

pub const HANDLERS: &[(&str, Handler)] = &[
    ("auth.get_subject_identifier", Handler::Read(|_, _| Err(ApiError::auth_is_disabled()))),
    ("auth.get_subject_information_from_identifier", Handler::Read(|_, _| Err(ApiError::auth_is_disabled()))),
    ("auth.get_group_membership", Handler::Read(|_, _| Err(ApiError::auth_is_disabled()))),
];
