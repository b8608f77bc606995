//! `JsonWriter`: values as JSON, straight into a buffer.
//!
//! It keeps no state. Whether a comma is due is seen from the byte before: none is after what
//! opens (`[`, `{`), after a `:`, and at the very start.

use crate::{decimal, plain};
use model::{Date, RefId, ValueWriter};

pub struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> JsonWriter<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> JsonWriter<'a> {
        JsonWriter { out }
    }
    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'[' | b'{' | b':')) {
            self.out.push(b',');
        }
    }
    fn plain(&mut self, text: &str) {
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
    }
}

impl ValueWriter for JsonWriter<'_> {
    fn nil(&mut self) {
        self.comma();
        self.out.extend_from_slice(b"null");
    }
    fn bool(&mut self, value: bool) {
        self.comma();
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }
    fn int(&mut self, value: i64) {
        self.comma();
        decimal::integer(self.out, value);
    }
    fn float(&mut self, value: f64) {
        self.comma();
        decimal::float_shortest(self.out, value);
    }
    fn string(&mut self, value: &str) {
        self.comma();
        quote(self.out, value);
    }
    fn date(&mut self, value: Date) {
        self.plain(&value.to_string());
    }
    fn reference(&mut self, value: RefId) {
        self.plain(value.encode(&mut [0; 46]));
    }
    fn begin_array(&mut self) {
        self.comma();
        self.out.push(b'[');
    }
    fn end_array(&mut self) {
        self.out.push(b']');
    }
    fn begin_struct(&mut self) {
        self.comma();
        self.out.push(b'{');
    }
    fn member(&mut self, name: &str) {
        self.comma();
        quote(self.out, name);
        self.out.push(b':');
    }
    fn end_struct(&mut self) {
        self.out.push(b'}');
    }
}

/// What stands for a byte inside quotes: itself (0), `\u00XX` (`u`), or a letter after a backslash.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = b'u';
        byte += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// Text as a JSON string.
pub fn quote(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    out.push(b'"');
    if plain::json(bytes) {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let escape = ESCAPES[byte as usize];
        if escape == 0 {
            continue;
        }
        out.extend_from_slice(&bytes[copied..at]);
        copied = at + 1;
        if escape == b'u' {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        } else {
            out.extend_from_slice(&[b'\\', escape]);
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Value;

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        value.write(&mut JsonWriter::new(&mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn commas_stand_only_between() {
        let inner = Value::Struct(vec![]);
        let list =
            Value::Array(vec![Value::Nil, inner.clone(), Value::Array(vec![]), "[".into(), Value::Int(1)]);
        let value =
            Value::Struct(vec![("a:".into(), list), ("b{".into(), inner), (":".into(), Value::Bool(true))]);
        assert_eq!(written(&value), r#"{"a:":[null,{},[],"[",1],"b{":{},":":true}"#);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            written(&"a\"\\\n\u{1}\u{1f}\t/é\u{1f600}".into()),
            "\"a\\\"\\\\\\n\\u0001\\u001f\\t/é\u{1f600}\""
        );
    }

    #[test]
    fn dates_and_references_are_strings() {
        let value = Value::Array(vec![
            Value::DateTime(Date::EPOCH),
            Value::Ref(RefId::NULL),
            Value::Ref(RefId::EMPTY),
        ]);
        assert_eq!(written(&value), r#"["19700101T00:00:00Z","OpaqueRef:NULL",""]"#);
    }
}
