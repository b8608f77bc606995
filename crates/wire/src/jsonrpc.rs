//! JSON-RPC 1.0 and 2.0 as XenAPI speaks it.
//!
//! The version of the request decides the shape of the reply, and the id comes back as it came.
//! There are no notifications: a request without an id is malformed.

mod parser;
mod writer;

pub use parser::{parse_request, parse_response, parse_value};
pub use writer::JsonWriter;

use model::{ApiError, Text, Value, ValueWriter};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1,
    V2,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    Int(i64),
    Text(Text),
}

/// What a reply repeats of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub version: Version,
    pub id: Id,
}

/// One call, as yet without any meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub envelope: Envelope,
    pub method: Text,
    pub params: Vec<Value>,
}

impl Envelope {
    /// The reply to a call that succeeded. `write` writes exactly one value.
    pub fn success(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut dyn ValueWriter)) {
        match self.version {
            Version::V1 => {
                out.extend_from_slice(b"{\"result\":");
                write(&mut JsonWriter::new(out));
                out.extend_from_slice(b",\"error\":null");
            }
            Version::V2 => {
                out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"result\":");
                write(&mut JsonWriter::new(out));
            }
        }
        self.id.end_reply(out);
    }

    /// The reply to a call that failed. In version 2 the error's code is always 1.
    pub fn failure(&self, out: &mut Vec<u8>, error: &ApiError) {
        match self.version {
            Version::V1 => {
                out.extend_from_slice(b"{\"result\":null,\"error\":");
                write_texts(out, std::iter::once(&error.code).chain(&error.params));
            }
            Version::V2 => {
                out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":");
                writer::quote(out, &error.code);
                out.extend_from_slice(b",\"data\":");
                write_texts(out, error.params.iter());
                out.push(b'}');
            }
        }
        self.id.end_reply(out);
    }
}

/// Quirk early-json-error: an error from before the dispatch has the shape of version 2, a plain
/// array and id 0, whatever was asked.
pub fn failure_before_dispatch(out: &mut Vec<u8>, error: &ApiError) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"error\":");
    write_texts(out, std::iter::once(&error.code).chain(&error.params));
    Id::Int(0).end_reply(out);
}

/// A call in version 2, for clients.
pub fn write_call(out: &mut Vec<u8>, id: i64, method: &str, params: &[Value]) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":");
    writer::quote(out, method);
    out.extend_from_slice(b",\"params\":");
    let mut writer = JsonWriter::new(out);
    writer.begin_array();
    for param in params {
        param.write(&mut writer);
    }
    writer.end_array();
    Id::Int(id).end_reply(out);
}

impl Id {
    fn end_reply(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"id\":");
        match self {
            Id::Int(id) => crate::decimal::integer(out, *id),
            Id::Text(id) => writer::quote(out, id),
        }
        out.push(b'}');
    }
}

fn write_texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a Text>) {
    let mut writer = JsonWriter::new(out);
    writer.begin_array();
    for text in texts {
        writer.string(text);
    }
    writer.end_array();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }
    fn error() -> ApiError {
        ApiError::from_parts("HANDLE_INVALID".into(), vec!["VM".into(), "x".into()])
    }

    #[test]
    fn replies_of_version_1() {
        let envelope = Envelope { version: Version::V1, id: Id::Text("a\"b".into()) };
        let ok = text(|out| envelope.success(out, |writer| writer.string("")));
        assert_eq!(ok, r#"{"result":"","error":null,"id":"a\"b"}"#);
        let failed = text(|out| envelope.failure(out, &error()));
        assert_eq!(failed, r#"{"result":null,"error":["HANDLE_INVALID","VM","x"],"id":"a\"b"}"#);
        assert_eq!(parse_response(ok.as_bytes()).unwrap(), Ok(Value::VOID));
        assert_eq!(parse_response(failed.as_bytes()).unwrap(), Err(error()));
    }

    #[test]
    fn replies_of_version_2() {
        let envelope = Envelope { version: Version::V2, id: Id::Int(7) };
        let ok =
            text(|out| envelope.success(out, |writer| Value::Array(vec![1.into(), 2.into()]).write(writer)));
        assert_eq!(ok, r#"{"jsonrpc":"2.0","result":[1,2],"id":7}"#);
        let failed = text(|out| envelope.failure(out, &error()));
        assert_eq!(
            failed,
            r#"{"jsonrpc":"2.0","error":{"code":1,"message":"HANDLE_INVALID","data":["VM","x"]},"id":7}"#
        );
        assert_eq!(parse_response(ok.as_bytes()).unwrap(), Ok(Value::Array(vec![1.into(), 2.into()])));
        assert_eq!(parse_response(failed.as_bytes()).unwrap(), Err(error()));
    }

    #[test]
    fn errors_before_the_dispatch_have_their_own_shape() {
        let early = text(|out| failure_before_dispatch(out, &error()));
        assert_eq!(early, r#"{"jsonrpc":"2.0","error":["HANDLE_INVALID","VM","x"],"id":0}"#);
        assert_eq!(parse_response(early.as_bytes()).unwrap(), Err(error()));
    }

    #[test]
    fn calls_survive_the_way() {
        let params = vec!["s".into(), Value::Struct(vec![("k".into(), Value::Float(1.0))])];
        let request = parse_request(text(|out| write_call(out, 3, "VM.start", &params)).as_bytes()).unwrap();
        assert_eq!(request.envelope, Envelope { version: Version::V2, id: Id::Int(3) });
        assert_eq!((request.method.as_str(), request.params), ("VM.start", params));
    }
}
