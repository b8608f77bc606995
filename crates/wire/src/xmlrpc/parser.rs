//! Reading XML-RPC: calls, responses and lone values.
//!
//! No DTD and no entities but the five of XML and character references, so nothing can expand.
//! Depth is bounded, and length by whoever read the body. Line ends are normalised as XML says.

use super::Call;
use crate::bad_request::{BadRequest, MAX_DEPTH, keep_last};
use crate::base64;
use model::{ApiError, Date, Text, Value};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

type Read<T> = Result<T, BadRequest>;

/// A call, as a client sends it.
pub fn parse_call(body: &[u8]) -> Read<Call> {
    let mut scanner = Scanner::new(body)?;
    scanner.open(Element::MethodCall)?;
    scanner.open(Element::MethodName)?;
    let method = Text::new(scanner.text_to_close()?.trim());
    let mut params = Vec::new();
    if scanner.another(Element::Params)? {
        while scanner.another(Element::Param)? {
            scanner.open(Element::Value)?;
            params.push(scanner.value(0)?);
            scanner.close()?;
        }
        scanner.close()?;
    }
    scanner.end()?;
    Ok(Call { method, params })
}

/// A response: what the server answered, or the error it answered with.
pub fn parse_response(body: &[u8]) -> Read<Result<Value, ApiError>> {
    let mut scanner = Scanner::new(body)?;
    scanner.open(Element::MethodResponse)?;
    let value = match scanner.next()? {
        Tag::Open(Element::Params) => {
            scanner.open(Element::Param)?;
            scanner.open(Element::Value)?;
            let value = scanner.value(0)?;
            scanner.close()?;
            value
        }
        Tag::Open(Element::Fault) => {
            scanner.open(Element::Value)?;
            let text = scanner.value(0)?.member("faultString").and_then(Value::as_text).unwrap_or_default();
            return Ok(Err(ApiError::from_parts("INTERNAL_ERROR".into(), vec![text])));
        }
        _ => return Err(BadRequest::malformed("expected params or fault")),
    };
    match value.member("Status").and_then(Value::as_text).as_deref() {
        Some("Success") => Ok(Ok(value.member("Value").cloned().unwrap_or(Value::VOID))),
        Some("Failure") => match value.member("ErrorDescription") {
            Some(Value::Array(parts)) => {
                let mut parts = parts.iter().filter_map(Value::as_text);
                let code = parts.next().ok_or_else(|| BadRequest::malformed("an error without a code"))?;
                Ok(Err(ApiError::from_parts(code, parts.collect())))
            }
            _ => Err(BadRequest::malformed("a failure without ErrorDescription")),
        },
        _ => Ok(Ok(value)),
    }
}

/// A value alone, as `value_text` writes it.
pub fn parse_value(text: &str) -> Read<Value> {
    let mut scanner = Scanner::new(text.as_bytes())?;
    scanner.open(Element::Value)?;
    let value = scanner.value(0)?;
    scanner.end()?;
    Ok(value)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    MethodCall,
    MethodName,
    MethodResponse,
    Params,
    Param,
    Fault,
    Value,
    Int,
    String,
    Boolean,
    Double,
    DateTime,
    Base64,
    Nil,
    Array,
    Data,
    Struct,
    Member,
    Name,
}

impl Element {
    fn parse(name: &str) -> Option<Element> {
        Some(match name {
            "value" => Element::Value,
            "member" => Element::Member,
            "name" => Element::Name,
            "string" => Element::String,
            "boolean" => Element::Boolean,
            "int" | "i4" | "i8" => Element::Int,
            "double" => Element::Double,
            "dateTime.iso8601" => Element::DateTime,
            "struct" => Element::Struct,
            "array" => Element::Array,
            "data" => Element::Data,
            "nil" => Element::Nil,
            "base64" => Element::Base64,
            "param" => Element::Param,
            "params" => Element::Params,
            "methodCall" => Element::MethodCall,
            "methodName" => Element::MethodName,
            "methodResponse" => Element::MethodResponse,
            "fault" => Element::Fault,
            _ => return None,
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Tag {
    Open(Element),
    /// Which element is closed needs no check: the reader refuses crossed tags.
    Close,
    End,
}

struct Scanner<'a> {
    reader: Reader<&'a [u8]>,
}

impl<'a> Scanner<'a> {
    fn new(body: &'a [u8]) -> Read<Scanner<'a>> {
        let text = std::str::from_utf8(body).map_err(|_| BadRequest::NotUtf8)?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Scanner { reader })
    }

    /// The text up to the next tag, and that tag. Text comes in pieces: every entity is its own event.
    fn text_and_tag(&mut self) -> Read<(Cow<'a, str>, Tag)> {
        let mut text: Cow<'a, str> = Cow::Borrowed("");
        loop {
            let event = self.reader.read_event().map_err(|error| BadRequest::malformed(error.to_string()))?;
            match event {
                Event::Text(part) => append(&mut text, part.xml10_content()),
                Event::CData(part) => append(&mut text, part.xml10_content()),
                Event::GeneralRef(reference) => text.to_mut().push(match &*reference {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => reference
                        .resolve_char_ref()
                        .ok()
                        .flatten()
                        .ok_or_else(|| BadRequest::malformed("an unknown entity"))?,
                }),
                Event::Start(start) => {
                    let name = start.name();
                    let element = Element::parse(name.as_ref())
                        .ok_or_else(|| BadRequest::malformed(format!("unknown element {}", name.as_ref())))?;
                    return Ok((text, Tag::Open(element)));
                }
                Event::End(_) => return Ok((text, Tag::Close)),
                Event::Eof => return Ok((text, Tag::End)),
                Event::DocType(_) => return Err(BadRequest::malformed("a document type is not accepted")),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The next tag; only white space may come before it.
    fn next(&mut self) -> Read<Tag> {
        let (text, tag) = self.text_and_tag()?;
        blank(&text)?;
        Ok(tag)
    }
    fn open(&mut self, element: Element) -> Read<()> {
        if self.next()? == Tag::Open(element) {
            Ok(())
        } else {
            Err(BadRequest::malformed(format!("expected {element:?}")))
        }
    }
    fn close(&mut self) -> Read<()> {
        if self.next()? == Tag::Close { Ok(()) } else { Err(BadRequest::malformed("expected a closing tag")) }
    }
    /// Another child of this kind, or the end of the parent.
    fn another(&mut self, element: Element) -> Read<bool> {
        match self.next()? {
            Tag::Open(found) if found == element => Ok(true),
            Tag::Close => Ok(false),
            _ => Err(BadRequest::malformed(format!("expected {element:?} or a closing tag"))),
        }
    }
    fn text_to_close(&mut self) -> Read<Cow<'a, str>> {
        match self.text_and_tag()? {
            (text, Tag::Close) => Ok(text),
            _ => Err(BadRequest::malformed("expected text only")),
        }
    }
    fn end(&mut self) -> Read<()> {
        if self.next()? == Tag::End { Ok(()) } else { Err(BadRequest::malformed("text after the message")) }
    }

    /// The rest of a value whose `<value>` has been read.
    fn value(&mut self, depth: usize) -> Read<Value> {
        let (text, tag) = self.text_and_tag()?;
        let element = match tag {
            Tag::Close => return Ok(Value::string(text)),
            Tag::Open(element) => element,
            Tag::End => return Err(BadRequest::malformed("a value without its end")),
        };
        blank(&text)?;
        let value = match element {
            Element::String => Value::string(self.text_to_close()?),
            Element::Int => self.scalar("int", |text| text.parse().ok().map(Value::Int))?,
            Element::Boolean => self.scalar("boolean", |text| match text {
                "1" => Some(Value::Bool(true)),
                "0" => Some(Value::Bool(false)),
                _ => None,
            })?,
            Element::Double => self.scalar("double", |text| text.parse().ok().map(Value::Float))?,
            Element::DateTime => self.scalar("date", |text| Date::parse(text).map(Value::DateTime))?,
            Element::Base64 => {
                self.scalar("base64", |text| String::from_utf8(base64::decode(text)?).ok().map(Value::from))?
            }
            Element::Nil => {
                self.close()?;
                Value::Nil
            }
            Element::Array => self.array(depth + 1)?,
            Element::Struct => self.members(depth + 1)?,
            other => return Err(BadRequest::malformed(format!("{other:?} is not a type"))),
        };
        self.close()?;
        Ok(value)
    }
    fn scalar(&mut self, kind: &str, parse: impl FnOnce(&str) -> Option<Value>) -> Read<Value> {
        let text = self.text_to_close()?;
        parse(text.trim()).ok_or_else(|| BadRequest::malformed(format!("not a value of type {kind}")))
    }
    fn array(&mut self, depth: usize) -> Read<Value> {
        bounded(depth)?;
        let mut items = Vec::new();
        self.open(Element::Data)?;
        while self.another(Element::Value)? {
            items.push(self.value(depth)?);
        }
        self.close()?;
        Ok(Value::Array(items))
    }
    fn members(&mut self, depth: usize) -> Read<Value> {
        bounded(depth)?;
        let mut members = Vec::new();
        while self.another(Element::Member)? {
            self.open(Element::Name)?;
            let name = Text::new(self.text_to_close()?);
            self.open(Element::Value)?;
            members.push((name, self.value(depth)?));
            self.close()?;
        }
        keep_last(&mut members);
        Ok(Value::Struct(members))
    }
}

fn append<'a>(text: &mut Cow<'a, str>, part: Cow<'a, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}

fn blank(text: &str) -> Read<()> {
    if text.trim_ascii().is_empty() { Ok(()) } else { Err(BadRequest::malformed("text between elements")) }
}

fn bounded(depth: usize) -> Read<()> {
    if depth > MAX_DEPTH { Err(BadRequest::TooDeep) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(inner: &str) -> Read<Value> {
        parse_value(&format!("<value>{inner}</value>"))
    }

    #[test]
    fn every_type_is_read() {
        assert_eq!(value("<int> 5 </int>"), Ok(Value::Int(5)));
        assert_eq!(value("<i4>-5</i4>"), Ok(Value::Int(-5)));
        assert_eq!(value("<i8>9223372036854775807</i8>"), Ok(Value::Int(i64::MAX)));
        assert_eq!(value("<string>a b </string>"), Ok("a b ".into()));
        assert_eq!(value("plain"), Ok("plain".into()));
        assert_eq!(value(""), Ok(Value::VOID));
        assert_eq!(parse_value("<value/>"), Ok(Value::VOID));
        assert_eq!(value("<string/>"), Ok(Value::VOID));
        assert_eq!(value("<boolean>1</boolean>"), Ok(Value::Bool(true)));
        assert_eq!(value("<double>1.5</double>"), Ok(Value::Float(1.5)));
        assert_eq!(value("<nil/>"), Ok(Value::Nil));
        assert_eq!(value("<base64>aGVs\nbG8=</base64>"), Ok("hello".into()));
        assert_eq!(value("<array><data/></array>"), Ok(Value::Array(vec![])));
        for text in ["20250319T04:16:24Z", "2025-03-19T04:16:24Z", "20250319T05:16:24+01:00"] {
            let date = value(&format!("<dateTime.iso8601>{text}</dateTime.iso8601>"));
            assert_eq!(date, Ok(Value::DateTime(Date::from_seconds(1_742_357_784))), "{text}");
        }
    }

    #[test]
    fn entities_and_sections_are_text() {
        assert_eq!(value("a&amp;b&#60;&#x263a;<![CDATA[<c>]]>&gt;d"), Ok("a&b<☺<c>>d".into()));
        assert!(value("&nbsp;").is_err());
    }

    #[test]
    fn calls_with_white_space_comments_and_no_params() {
        let call = parse_call(
            b"<?xml version='1.0'?>\n<methodCall>\n <methodName>a.b</methodName>\n <params>\n  <param>\n   \
              <value>\n<struct>\n<member><name>k</name>\n<value><!-- c -->v</value></member></struct></value> \
              </param>\n </params>\n</methodCall>\n",
        );
        let params = vec![Value::Struct(vec![("k".into(), "v".into())])];
        assert_eq!(call, Ok(Call { method: "a.b".into(), params }));
        let bare = parse_call(b"<methodCall><methodName>m</methodName></methodCall>");
        assert_eq!(bare, Ok(Call { method: "m".into(), params: vec![] }));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "x",
            "<methodCall>",
            "<methodCall><methodName>m</methodName>",
            "<methodCall><methodName>m</methodName><params></params>",
            "<methodCall><methodName>m</methodName></methodCall><more/>",
            "<methodCall><methodName>m</methodName></methodCall>more",
            "<methodCall><methodName>m</methodName><params><param></param></params></methodCall>",
            "<methodCall><methodName>m</methodName><params><param><value><b>1</b></value></param></params></methodCall>",
            "<!DOCTYPE x [<!ENTITY a 'b'>]><methodCall><methodName>m</methodName></methodCall>",
        ] {
            assert!(matches!(parse_call(text.as_bytes()), Err(BadRequest::Malformed(_))), "{text}");
        }
        assert_eq!(parse_call(b"\xff"), Err(BadRequest::NotUtf8));
        assert!(value("<boolean>true</boolean>").is_err());
        assert!(value("<int>99999999999999999999</int>").is_err());
    }

    #[test]
    fn depth_is_bounded() {
        let nest =
            |depth: usize| "<array><data><value>".repeat(depth) + &"</value></data></array>".repeat(depth);
        assert!(value(&nest(MAX_DEPTH)).is_ok());
        assert_eq!(value(&nest(MAX_DEPTH + 1)), Err(BadRequest::TooDeep));
        assert_eq!(value(&nest(20_000)), Err(BadRequest::TooDeep));
    }
}
