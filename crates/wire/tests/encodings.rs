//! Both encodings, with values nobody would think of: what goes out comes back, and no bytes from
//! outside make a parser panic.

use model::{Date, RefId, Text, Value, ValueWriter};
use proptest::prelude::*;
use wire::{jsonrpc, xmlrpc};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\u{0}-\u{7f}]{0,40}",
        "[<>&\"'\\]\\[{}:,;\\\\ \t\n\r]{0,20}",
        "[\u{fff0}-\u{ffff}\u{1f600}-\u{1f64f}]{0,9}"
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -9i64..9].prop_map(Value::Int),
        prop_oneof![proptest::num::f64::NORMAL | proptest::num::f64::ZERO, (-1e9..1e9)]
            .prop_map(Value::Float),
        text().prop_map(Value::from),
        // The years that four digits can say.
        (-62_167_219_200i64..=253_402_300_799, any::<bool>()).prop_map(|(seconds, zoneless)| {
            Value::DateTime(if zoneless { Date::zoneless(seconds) } else { Date::from_seconds(seconds) })
        }),
        any::<u128>().prop_map(|bits| Value::Ref(RefId(bits))),
    ];
    leaf.prop_recursive(8, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(text().prop_map(Text::from), inner, 0..6)
                .prop_map(|members| Value::Struct(members.into_iter().collect())),
        ]
    })
}

/// The value as a reader of JSON sees it: dates and references are strings.
fn seen_in_json(value: &Value) -> Value {
    match value {
        Value::DateTime(date) => Value::string(date.to_string()),
        Value::Ref(id) => Value::string(id.to_string()),
        Value::Array(items) => Value::Array(items.iter().map(seen_in_json).collect()),
        Value::Struct(members) => {
            Value::Struct(members.iter().map(|(name, value)| (name.clone(), seen_in_json(value))).collect())
        }
        other => other.clone(),
    }
}

/// The value as a reader of XML-RPC sees it: integers and references are strings as well, floats
/// have 16 digits, and text has lost what XML cannot carry.
fn seen_in_xml(value: &Value) -> Value {
    match value {
        Value::Int(number) => Value::string(number.to_string()),
        Value::Float(number) => Value::Float(format!("{number:.15e}").parse().unwrap()),
        Value::String(text) => Value::String(xml_text(text)),
        Value::Ref(id) => Value::string(id.to_string()),
        Value::Array(items) => Value::Array(items.iter().map(seen_in_xml).collect()),
        Value::Struct(members) => {
            Value::Struct(members.iter().map(|(name, value)| (xml_text(name), seen_in_xml(value))).collect())
        }
        other => other.clone(),
    }
}

fn xml_text(text: &str) -> Text {
    let kept = |letter: &char| match *letter {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    };
    let text: String = text.chars().filter(kept).collect();
    text.replace("\r\n", "\n").replace('\r', "\n").into()
}

/// Names that differ only in what XML cannot carry become one: the last stays.
fn merged(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(merged).collect()),
        Value::Struct(members) => {
            let again = |at: usize| members[at + 1..].iter().any(|(name, _)| *name == members[at].0);
            let kept: Vec<usize> = (0..members.len()).filter(|at| !again(*at)).collect();
            Value::Struct(
                kept.into_iter().map(|at| (members[at].0.clone(), merged(members[at].1.clone()))).collect(),
            )
        }
        other => other,
    }
}

fn json(write: impl FnOnce(&mut dyn ValueWriter)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut jsonrpc::JsonWriter::new(&mut out));
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_values_come_back(value in value()) {
        let bytes = json(|writer| value.write(writer));
        prop_assert_eq!(jsonrpc::parse_value(&bytes), Ok(seen_in_json(&value)));
        // Another reader agrees that this is JSON.
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    }

    #[test]
    fn xml_values_come_back(value in value()) {
        let text = xmlrpc::value_text(&value);
        prop_assert_eq!(xmlrpc::parse_value(&text), Ok(merged(seen_in_xml(&value))));
    }

    #[test]
    fn calls_come_back(method in "[A-Za-z_.]{1,30}", params in prop::collection::vec(value(), 0..4)) {
        let mut out = Vec::new();
        jsonrpc::write_call(&mut out, 1, &method, &params);
        let request = jsonrpc::parse_request(&out).unwrap();
        prop_assert_eq!(request.method.as_str(), method.as_str());
        prop_assert_eq!(request.params, params.iter().map(seen_in_json).collect::<Vec<_>>());
        out.clear();
        xmlrpc::write_call(&mut out, &method, &params);
        let call = xmlrpc::parse_call(&out).unwrap();
        prop_assert_eq!(call.method.as_str(), method.as_str());
        prop_assert_eq!(call.params, params.iter().map(|value| merged(seen_in_xml(value))).collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        wire::fuzzing::xmlrpc(&bytes);
        wire::fuzzing::jsonrpc(&bytes);
        wire::fuzzing::http_head(&bytes);
    }

    #[test]
    fn no_tags_make_a_parser_panic(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40)) {
        let text = parts.concat();
        wire::fuzzing::xmlrpc(text.as_bytes());
        wire::fuzzing::xmlrpc(format!("<methodCall><methodName>a</methodName><params><param>{text}").as_bytes());
        wire::fuzzing::jsonrpc(text.as_bytes());
    }
}

const PARTS: &[&str] = &[
    "<value>",
    "</value>",
    "<value/>",
    "<struct>",
    "</struct>",
    "<member>",
    "</member>",
    "<name>",
    "</name>",
    "<array>",
    "</array>",
    "<data>",
    "</data>",
    "<int>",
    "</int>",
    "<i8/>",
    "<base64>",
    "</base64>",
    "<nil/>",
    "<dateTime.iso8601>",
    "</dateTime.iso8601>",
    "20250319T04:16:24Z",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE",
    "1",
    "-",
    "é",
    "a",
    " ",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"id\"",
    "\"params\"",
    "\"method\"",
    "\\u",
    "null",
    "1e9",
];

#[test]
fn the_corpus_of_the_fuzzer_is_replayed() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
    type Target = (&'static str, fn(&[u8]));
    let targets: [Target; 3] = [
        ("xmlrpc", wire::fuzzing::xmlrpc),
        ("jsonrpc", wire::fuzzing::jsonrpc),
        ("http_head", wire::fuzzing::http_head),
    ];
    for (target, run) in targets {
        let files: Vec<_> = std::fs::read_dir(format!("{corpus}/{target}")).unwrap().collect();
        assert!(!files.is_empty(), "{target} has seeds");
        for file in files {
            run(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }
}
