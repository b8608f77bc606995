//! XML-RPC as XenAPI speaks it: calls in, `Status`/`Value` envelopes out, and the same for clients.
//!
//! Quirks of the dialect: integers go out untyped, text is never wrapped in `<string>`, and a
//! failed call is a successful response whose struct says `Failure`; `<fault>` is never sent.

mod parser;
mod writer;

pub use parser::{parse_call, parse_response, parse_value};
pub use writer::{XmlWriter, escape};

use model::{ApiError, Text, Value, ValueWriter};

/// One call, as yet without any meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: Text,
    pub params: Vec<Value>,
}

const HEAD: &[u8] = b"<?xml version=\"1.0\"?><methodResponse><params><param>";
const TAIL: &[u8] = b"</param></params></methodResponse>";

/// The answer to a call that succeeded. `write` writes exactly one value.
pub fn success(out: &mut Vec<u8>, write: impl FnOnce(&mut dyn ValueWriter)) {
    bare(out, |writer| {
        writer.begin_struct();
        writer.member("Status");
        writer.string("Success");
        writer.member("Value");
        write(writer);
        writer.end_struct();
    });
}

/// The answer to a call that failed.
pub fn failure(out: &mut Vec<u8>, error: &ApiError) {
    bare(out, |writer| {
        writer.begin_struct();
        writer.member("Status");
        writer.string("Failure");
        writer.member("ErrorDescription");
        writer.begin_array();
        for part in std::iter::once(&error.code).chain(&error.params) {
            writer.string(part);
        }
        writer.end_array();
        writer.end_struct();
    });
}

/// An answer without the `Status` struct. Quirk bare-list-methods: `system.listMethods` has none.
pub fn bare(out: &mut Vec<u8>, write: impl FnOnce(&mut dyn ValueWriter)) {
    out.extend_from_slice(HEAD);
    write(&mut XmlWriter::new(out));
    out.extend_from_slice(TAIL);
}

/// A call, for clients.
pub fn write_call(out: &mut Vec<u8>, method: &str, params: &[Value]) {
    out.extend_from_slice(b"<?xml version=\"1.0\"?><methodCall><methodName>");
    escape(out, method);
    out.extend_from_slice(b"</methodName><params>");
    for param in params {
        out.extend_from_slice(b"<param>");
        param.write(&mut XmlWriter::new(out));
        out.extend_from_slice(b"</param>");
    }
    out.extend_from_slice(b"</params></methodCall>");
}

/// A value alone, `<value>...</value>`: the form in which `task.result` is kept.
pub fn value_text(value: &Value) -> String {
    let mut out = Vec::new();
    value.write(&mut XmlWriter::new(&mut out));
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Date, RefId};

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn success_and_failure_envelopes() {
        assert_eq!(
            text(|out| success(out, |writer| writer.int(5))),
            "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>\
             <member><name>Status</name><value>Success</value></member>\
             <member><name>Value</name><value>5</value></member>\
             </struct></value></param></params></methodResponse>"
        );
        let error = ApiError::from_parts("HANDLE_INVALID".into(), vec!["VM".into(), "a<b".into()]);
        assert_eq!(
            text(|out| failure(out, &error)),
            "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>\
             <member><name>Status</name><value>Failure</value></member>\
             <member><name>ErrorDescription</name><value><array><data><value>HANDLE_INVALID</value>\
             <value>VM</value><value>a&lt;b</value></data></array></value></member>\
             </struct></value></param></params></methodResponse>"
        );
    }

    #[test]
    fn task_results() {
        assert_eq!(value_text(&Value::VOID), "<value></value>");
        assert_eq!(value_text(&Value::Ref(RefId::NULL)), "<value>OpaqueRef:NULL</value>");
        assert_eq!(
            value_text(&Value::DateTime(Date::EPOCH)),
            "<value><dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601></value>"
        );
    }

    #[test]
    fn clients_read_what_servers_write() {
        let error = ApiError::from_parts("HANDLE_INVALID".into(), vec!["VM".into(), "x".into()]);
        let mut out = Vec::new();
        failure(&mut out, &error);
        assert_eq!(parse_response(&out).unwrap(), Err(error));
        out.clear();
        success(&mut out, |writer| writer.bool(true));
        assert_eq!(parse_response(&out).unwrap(), Ok(Value::Bool(true)));
        out.clear();
        bare(&mut out, |writer| writer.string("system.isAlive"));
        assert_eq!(parse_response(&out).unwrap(), Ok("system.isAlive".into()));
    }

    #[test]
    fn calls_survive_the_way() {
        let params = vec![Value::Ref(RefId(7)), Value::Array(vec![Value::Bool(false), "a & b".into()])];
        let call = parse_call(text(|out| write_call(out, "VM.start", &params)).as_bytes()).unwrap();
        assert_eq!(call.method, "VM.start");
        assert_eq!(call.params, [Value::string(RefId(7).to_string()), params[1].clone()]);
    }
}
