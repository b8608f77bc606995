//! Values as text: the columns of `state.db`.
//!
//! Sets are `('a' 'b')` and maps `(('k' 'v') ('k2' 'v2'))`, quoted s-expressions; what is inside a
//! quote is again the text of a value. Around everything stands a second layer that keeps white
//! space safe from XML (`%.` is a space).

use model::schema::Type;
use model::{Date, RefId, Text, Value};
use std::borrow::Cow;
use std::fmt::Write;

/// A text that is not of the type; says what is wrong with it.
pub type Wrong = String;

/// Quirk protected-spaces: white space and `%` in attributes.
pub fn protect(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            ' ' => out.push_str("%."),
            '\t' => out.push_str("%t"),
            '\n' => out.push_str("%n"),
            '\r' => out.push_str("%r"),
            '%' => out.push_str("%%"),
            other => out.push(other),
        }
    }
}

pub fn unprotect(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let meant = match (letter, letters.peek()) {
            ('%', Some('.')) => " ",
            ('%', Some('t')) => "\t",
            ('%', Some('n')) => "\n",
            ('%', Some('r')) => "\r",
            ('%', Some('%')) => "%",
            // Quirk old-spaces: older files write two spaces so.
            ('%', Some('_')) => "  ",
            (other, _) => {
                plain.push(other);
                continue;
            }
        };
        plain.push_str(meant);
        letters.next();
    }
    Cow::Owned(plain)
}

/// The text of a value of this type. An empty key in a map cannot be said.
pub fn print(ty: &Type, value: &Value, out: &mut String) -> Result<(), Wrong> {
    match (ty, value) {
        (Type::Set(item), Value::Array(items)) => {
            out.push('(');
            for (at, value) in items.iter().enumerate() {
                out.push_str(if at > 0 { " " } else { "" });
                quoted(item, value, out)?;
            }
            out.push(')');
        }
        (Type::Map(key, item), Value::Struct(members)) => {
            out.push('(');
            for (at, (name, value)) in members.iter().enumerate() {
                if name.is_empty() {
                    return Err("an empty key in a map".into());
                }
                out.push_str(if at > 0 { " (" } else { "(" });
                quoted(key, &Value::String(name.clone()), out)?;
                out.push(' ');
                quoted(item, value, out)?;
                out.push(')');
            }
            out.push(')');
        }
        (Type::Option(_), Value::Nil) => {}
        (Type::Option(item), value) => print(item, value, out)?,
        (_, Value::String(text)) => out.push_str(text),
        (_, Value::Ref(id)) => out.push_str(id.encode(&mut [0; 46])),
        (_, Value::Int(number)) => {
            let _ = write!(out, "{number}");
        }
        (_, Value::Bool(flag)) => out.push_str(if *flag { "true" } else { "false" }),
        (_, Value::DateTime(date)) => {
            let _ = write!(out, "{date}");
        }
        (_, Value::Float(number)) => float(*number, out),
        (ty, value) => return Err(format!("{} where {ty:?} should be", value.kind())),
    }
    Ok(())
}

fn quoted(ty: &Type, value: &Value, out: &mut String) -> Result<(), Wrong> {
    let mut plain = String::new();
    print(ty, value, &mut plain)?;
    out.push('\'');
    for letter in plain.chars() {
        if matches!(letter, '\\' | '"' | '\'') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('\'');
    Ok(())
}

/// As C prints it with `%.18g`.
fn float(number: f64, out: &mut String) {
    const DIGITS: i32 = 18;
    if !number.is_finite() {
        let text = if number.is_nan() {
            "nan"
        } else if number > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        return out.push_str(text);
    }
    let scientific = format!("{number:.*e}", DIGITS as usize - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..DIGITS).contains(&exponent) {
        out.push_str(shortened(&format!("{number:.*}", (DIGITS - 1 - exponent) as usize)));
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.abs();
        let _ = write!(out, "{}e{sign}{exponent:02}", shortened(mantissa));
    }
}

fn shortened(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// As much of a text as fits into a message.
pub fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(60)).unwrap_or(text)
}

/// The value that a text of this type means.
pub fn parse(ty: &Type, text: &str) -> Result<Value, Wrong> {
    let wrong = |what: &str| Err(format!("{:?} is no {what}", start_of(text)));
    Ok(match ty {
        Type::String | Type::Enum(_) => Value::string(text),
        Type::Int => match text.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => return wrong("int"),
        },
        Type::Float => match text.parse() {
            Ok(number) => Value::Float(number),
            Err(_) => return wrong("float"),
        },
        Type::Bool => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return wrong("bool"),
        },
        // A zone may move a date beyond the years that can be written.
        Type::DateTime => {
            match Date::parse(text).filter(|date| Date::parse(&date.to_string()) == Some(*date)) {
                Some(date) => Value::DateTime(date),
                None => return wrong("date"),
            }
        }
        Type::Ref(_) => match RefId::parse(text) {
            Some(id) => Value::Ref(id),
            None => return wrong("reference"),
        },
        Type::Option(_) if text.is_empty() => Value::Nil,
        Type::Option(item) => parse(item, text)?,
        Type::Set(item) => {
            let mut words = Words { text };
            words.expect(Word::Open)?;
            let mut items = Vec::new();
            loop {
                match words.next()? {
                    Word::Text(text) => items.push(parse(item, &text)?),
                    Word::Close => break,
                    Word::Open => return wrong("set"),
                }
            }
            words.end()?;
            Value::Array(items)
        }
        Type::Map(key, item) => {
            let mut words = Words { text };
            words.expect(Word::Open)?;
            let mut members = Vec::new();
            loop {
                match words.next()? {
                    Word::Open => {
                        let (Word::Text(name), Word::Text(text)) = (words.next()?, words.next()?) else {
                            return wrong("map");
                        };
                        if name.is_empty() {
                            return Err("an empty key in a map".into());
                        }
                        parse(key, &name)?;
                        members.push((Text::new(name), parse(item, &text)?));
                        words.expect(Word::Close)?;
                    }
                    Word::Close => break,
                    Word::Text(_) => return wrong("map"),
                }
            }
            words.end()?;
            Value::Struct(members)
        }
        Type::Void | Type::Record(_) | Type::AnyRecord => return wrong("column"),
    })
}

#[derive(PartialEq)]
enum Word {
    Open,
    Close,
    Text(String),
}

/// The words of an s-expression. Depth does not matter here: nothing recurses over brackets.
struct Words<'a> {
    text: &'a str,
}

impl Words<'_> {
    fn skip_space(&mut self) {
        loop {
            self.text = self.text.trim_start_matches([' ', '\t', '\r', '\n']);
            // A comment goes on to the end of its line.
            let Some(comment) = self.text.strip_prefix(';') else { break };
            let Some((_, rest)) = comment.split_once('\n') else { break };
            self.text = rest;
        }
    }

    fn next(&mut self) -> Result<Word, Wrong> {
        self.skip_space();
        let mut letters = self.text.char_indices();
        let Some((_, first)) = letters.next() else { return Err("a bracket is not closed".into()) };
        let rest = |at: usize| self.text.get(at..).unwrap_or_default();
        match first {
            '(' | ')' => {
                self.text = rest(1);
                Ok(if first == '(' { Word::Open } else { Word::Close })
            }
            '\'' | '"' => {
                let mut plain = String::new();
                let mut escaped = false;
                for (at, letter) in letters {
                    match letter {
                        '\\' if !escaped => escaped = true,
                        quote if quote == first && !escaped => {
                            self.text = rest(at + 1);
                            return Ok(Word::Text(plain));
                        }
                        other => {
                            plain.push(other);
                            escaped = false;
                        }
                    }
                }
                Err("a quote is not closed".into())
            }
            _ => {
                let ends = |letter: char| matches!(letter, '"' | ' ' | '\t' | '\n' | '(' | ')');
                let length = self.text.find(ends).unwrap_or(self.text.len());
                let symbol = self.text.get(..length).unwrap_or_default().to_owned();
                self.text = rest(length);
                Ok(Word::Text(symbol))
            }
        }
    }

    fn expect(&mut self, word: Word) -> Result<(), Wrong> {
        if self.next()? == word { Ok(()) } else { Err("a bracket is missing".into()) }
    }

    fn end(&mut self) -> Result<(), Wrong> {
        self.skip_space();
        if self.text.is_empty() { Ok(()) } else { Err(format!("{:?} is too much", start_of(self.text))) }
    }
}
