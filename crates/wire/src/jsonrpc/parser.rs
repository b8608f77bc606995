//! Reading JSON-RPC. `serde_json` reads the JSON; here it becomes `Value`, with bounded depth.
//!
//! Of equal members the last counts, and an integer too large for 64 bits becomes a float.

use super::{Envelope, Id, Request, Version};
use crate::bad_request::{BadRequest, MAX_DEPTH, keep_last};
use model::{ApiError, Text, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A request, of either version.
pub fn parse_request(body: &[u8]) -> Result<Request, BadRequest> {
    let Value::Struct(members) = parse_value(body)? else {
        return Err(BadRequest::malformed("a request is an object"));
    };
    let mut version = Version::V1;
    let (mut id, mut method, mut params) = (None, None, None);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("jsonrpc", Value::String(text)) if text == "2.0" => version = Version::V2,
            ("jsonrpc", _) => return Err(BadRequest::malformed("an unknown version of JSON-RPC")),
            ("id", Value::Int(value)) => id = Some(Id::Int(value)),
            ("id", Value::String(value)) => id = Some(Id::Text(value)),
            ("method", Value::String(value)) => method = Some(value),
            ("params", value) => params = Some(value),
            _ => {}
        }
    }
    let params = match (params, version) {
        (Some(Value::Array(params)), _) => params,
        (Some(params @ Value::Struct(_)), Version::V2) => vec![params],
        (None, Version::V2) => Vec::new(),
        _ => return Err(BadRequest::malformed("no params that could be used")),
    };
    let id = id.ok_or_else(|| BadRequest::malformed("no id that is an integer or a string"))?;
    let method = method.ok_or_else(|| BadRequest::malformed("no method"))?;
    Ok(Request { envelope: Envelope { version, id }, method, params })
}

/// A reply of either version: the result, or the error.
pub fn parse_response(body: &[u8]) -> Result<Result<Value, ApiError>, BadRequest> {
    let Value::Struct(members) = parse_value(body)? else {
        return Err(BadRequest::malformed("a reply is an object"));
    };
    let mut result = None;
    for (name, value) in members {
        match (name.as_str(), value) {
            ("error", Value::Nil) => {}
            ("error", error) => return read_error(&error).map(Err),
            ("result", value) => result = Some(value),
            _ => {}
        }
    }
    result.map(Ok).ok_or_else(|| BadRequest::malformed("neither result nor error"))
}

fn read_error(error: &Value) -> Result<ApiError, BadRequest> {
    let (code, params) = match error {
        Value::Array(parts) => match parts.as_slice() {
            [code, params @ ..] => (code.as_text(), params),
            [] => (None, [].as_slice()),
        },
        _ => match error.member("data") {
            Some(Value::Array(params)) => {
                (error.member("message").and_then(Value::as_text), params.as_slice())
            }
            _ => (error.member("message").and_then(Value::as_text), [].as_slice()),
        },
    };
    let code = code.ok_or_else(|| BadRequest::malformed("an error without a code"))?;
    Ok(ApiError::from_parts(code, params.iter().filter_map(Value::as_text).collect()))
}

/// Any JSON text as a value.
pub fn parse_value(body: &[u8]) -> Result<Value, BadRequest> {
    let text = std::str::from_utf8(body).map_err(|_| BadRequest::NotUtf8)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = ValueAt { depth: 0 }.deserialize(&mut deserializer).map_err(refusal)?;
    deserializer.end().map_err(refusal)?;
    Ok(value)
}

const TOO_DEEP: &str = "nested too deep";

fn refusal(error: serde_json::Error) -> BadRequest {
    let text = error.to_string();
    if text.starts_with(TOO_DEEP) { BadRequest::TooDeep } else { BadRequest::Malformed(text) }
}

/// Reads one value that lies this deep inside others.
#[derive(Clone, Copy)]
struct ValueAt {
    depth: usize,
}

impl ValueAt {
    fn inside<E: Error>(self) -> Result<ValueAt, E> {
        if self.depth >= MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(ValueAt { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for ValueAt {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueAt {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Float(value as f64), Value::Int))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::string(value))
    }
    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let seed = self.inside()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let seed = self.inside()?;
        let mut members = Vec::new();
        while let Some(name) = entries.next_key_seed(Name)? {
            members.push((name, entries.next_value_seed(seed)?));
        }
        keep_last(&mut members);
        Ok(Value::Struct(members))
    }
}

/// The name of a member, without a heap allocation when it is short.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Text;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_str(self)
    }
}
impl Visitor<'_> for Name {
    type Value = Text;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text::new(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Result<Request, BadRequest> {
        parse_request(text.as_bytes())
    }

    #[test]
    fn both_versions() {
        let v1 = request(r#"{"method":"a.b","params":["x",1],"id":"q"}"#).unwrap();
        assert_eq!(v1.envelope, Envelope { version: Version::V1, id: Id::Text("q".into()) });
        assert_eq!(v1.params, ["x".into(), Value::Int(1)]);
        let v2 = request(r#"{"jsonrpc":"2.0","method":"a.b","id":1}"#).unwrap();
        assert_eq!((v2.envelope.version, v2.params.len()), (Version::V2, 0));
        let named = request(r#"{"jsonrpc":"2.0","method":"a.b","params":{"a":1,"a":2},"id":1}"#).unwrap();
        assert_eq!(named.params, [Value::Struct(vec![("a".into(), Value::Int(2))])]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "[]",
            "{",
            "{} x",
            r#"{"method":"a","params":[]}"#,
            r#"{"method":"a","params":[],"id":null}"#,
            r#"{"method":"a","params":[],"id":1.5}"#,
            r#"{"method":"a","id":1}"#,
            r#"{"method":"a","params":{},"id":1}"#,
            r#"{"params":[],"id":1}"#,
            r#"{"jsonrpc":"3.0","method":"a","params":[],"id":1}"#,
            r#"{"method":"a","params":["\ud800"],"id":1}"#,
            r#"{"method":"a","params":[1e999],"id":1}"#,
        ] {
            assert!(matches!(request(text), Err(BadRequest::Malformed(_))), "{text}");
        }
        assert_eq!(parse_request(b"\"\xff\""), Err(BadRequest::NotUtf8));
    }

    #[test]
    fn numbers() {
        let numbers = parse_value(b"[9223372036854775807,9223372036854775808,-9223372036854775808,1.0,1e3]");
        let expected = [
            Value::Int(i64::MAX),
            Value::Float(2f64.powi(63)),
            Value::Int(i64::MIN),
            Value::Float(1.0),
            Value::Float(1000.0),
        ];
        assert_eq!(numbers, Ok(Value::Array(expected.into())));
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse_value(nest(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(parse_value(nest(MAX_DEPTH + 1).as_bytes()), Err(BadRequest::TooDeep));
        assert_eq!(parse_value(nest(100_000).as_bytes()), Err(BadRequest::TooDeep));
    }
}
