//! `ApiError`: what a client may see. Built by name through the functions of `generated::errors`
//! (`ApiError::vm_bad_power_state(vm, "halted", "running")`), never from a list of strings.

use crate::schema::ErrorDef;
use crate::value::Text;
use std::fmt;

/// An error with its code and parameters, in wire order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub code: Text,
    pub params: Vec<Text>,
}

impl ApiError {
    /// For errors that come from outside (a journal, another host). Prefer the named constructors.
    pub fn from_parts(code: Text, params: Vec<Text>) -> ApiError {
        ApiError { code, params }
    }
    /// The error's row in the model, if the model knows it.
    pub fn definition(&self) -> Option<&'static ErrorDef> {
        crate::generated::errors::ERRORS.iter().find(|error| error.code == self.code)
    }
    /// Code and parameters in one list, as XML-RPC's `ErrorDescription` and `task.error_info` have it.
    pub fn description(&self) -> Vec<Text> {
        std::iter::once(&self.code).chain(&self.params).cloned().collect()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}[{}]", self.code, self.params.join(", "))
    }
}
impl std::error::Error for ApiError {}
