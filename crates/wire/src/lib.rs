//! The border between bytes and values: XML-RPC, JSON-RPC, HTTP, TLS, and a small client.
//!
//! Here is decided how things are spelled, never what they mean: this crate knows `model::Value`
//! but no class, session or role. Everything that comes in is bounded before it is looked at.

pub mod bad_request;
pub mod base64;
pub mod client;
pub mod decimal;
pub mod fuzzing;
pub mod http;
pub mod jsonrpc;
mod plain;
pub mod tls;
pub mod xmlrpc;

pub use bad_request::BadRequest;
