//! `XmlWriter`: values as XML, straight into a buffer.
//!
//! It keeps no state. Whether a member is the first of its struct is seen from the bytes before
//! it: `<struct>` opens, `</value>` ends the member before.

use crate::{decimal, plain};
use model::{Date, RefId, ValueWriter};

pub struct XmlWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> XmlWriter<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> XmlWriter<'a> {
        XmlWriter { out }
    }
    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
    fn close_member(&mut self) {
        if self.out.ends_with(b"</value>") {
            self.put(b"</member>");
        }
    }
}

impl ValueWriter for XmlWriter<'_> {
    fn nil(&mut self) {
        self.put(b"<value><nil/></value>");
    }
    fn bool(&mut self, value: bool) {
        self.put(if value {
            b"<value><boolean>1</boolean></value>"
        } else {
            b"<value><boolean>0</boolean></value>"
        });
    }
    fn int(&mut self, value: i64) {
        self.put(b"<value>");
        decimal::integer(self.out, value);
        self.put(b"</value>");
    }
    fn tagged_int(&mut self, value: i64) {
        self.put(b"<value><i4>");
        decimal::integer(self.out, value);
        self.put(b"</i4></value>");
    }
    fn float(&mut self, value: f64) {
        self.put(b"<value><double>");
        decimal::float_16g(self.out, value);
        self.put(b"</double></value>");
    }
    fn string(&mut self, value: &str) {
        self.put(b"<value>");
        escape(self.out, value);
        self.put(b"</value>");
    }
    fn date(&mut self, value: Date) {
        self.put(b"<value><dateTime.iso8601>");
        self.put(value.to_string().as_bytes());
        self.put(b"</dateTime.iso8601></value>");
    }
    fn reference(&mut self, value: RefId) {
        self.put(b"<value>");
        self.put(value.encode(&mut [0; 46]).as_bytes());
        self.put(b"</value>");
    }
    fn begin_array(&mut self) {
        self.put(b"<value><array><data>");
    }
    fn end_array(&mut self) {
        self.put(b"</data></array></value>");
    }
    fn begin_struct(&mut self) {
        self.put(b"<value><struct>");
    }
    fn member(&mut self, name: &str) {
        self.close_member();
        self.put(b"<member><name>");
        escape(self.out, name);
        self.put(b"</name>");
    }
    fn end_struct(&mut self) {
        self.close_member();
        self.put(b"</struct></value>");
    }
}

/// Bytes at which plain copying stops: markup, control characters, and the first byte of
/// U+FFFE and U+FFFF, which XML forbids.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[b'"' as usize] = true;
    table[0xef] = true;
    table
};

/// Text as XML content. What XML cannot carry is left out.
pub fn escape(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if plain::xml(bytes) {
        return out.extend_from_slice(bytes);
    }
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !SPECIAL[byte as usize] {
            at += 1;
            continue;
        }
        let (entity, length): (&[u8], usize) = match byte {
            b'<' => (b"&lt;", 1),
            b'>' => (b"&gt;", 1),
            b'&' => (b"&amp;", 1),
            b'"' => (b"&quot;", 1),
            0xef if !matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => {
                at += 3;
                continue;
            }
            0xef => (b"", 3),
            _ => (b"", 1),
        };
        out.extend_from_slice(&bytes[copied..at]);
        out.extend_from_slice(entity);
        at += length;
        copied = at;
    }
    out.extend_from_slice(&bytes[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Value;

    fn written(value: &Value) -> String {
        super::super::value_text(value)
    }

    #[test]
    fn text_is_escaped_and_controls_are_dropped() {
        assert_eq!(
            written(&"a<b>&\"'\u{1}\t\n\r\u{7f}é\u{1f600}".into()),
            "<value>a&lt;b&gt;&amp;&quot;'\t\n\r\u{7f}é\u{1f600}</value>"
        );
        assert_eq!(written(&"\u{ffff}x\u{fffe}\u{fffd}".into()), "<value>x\u{fffd}</value>");
    }

    #[test]
    fn integers_are_untyped_unless_tagged() {
        assert_eq!(written(&Value::Int(-3)), "<value>-3</value>");
        let mut out = Vec::new();
        XmlWriter::new(&mut out).tagged_int(4);
        assert_eq!(out, b"<value><i4>4</i4></value>");
    }

    #[test]
    fn members_are_closed_once_each() {
        let inner = Value::Struct(vec![]);
        let value = Value::Struct(vec![
            ("a".into(), inner.clone()),
            ("b".into(), Value::Struct(vec![("c".into(), inner)])),
        ]);
        assert_eq!(
            written(&value),
            "<value><struct><member><name>a</name><value><struct></struct></value></member>\
             <member><name>b</name><value><struct><member><name>c</name><value><struct></struct></value></member>\
             </struct></value></member></struct></value>"
        );
    }
}
