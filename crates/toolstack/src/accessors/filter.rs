//! The filters of `get_all_where` and `get_all_records_where`.
//!
//! ```text
//!  or    := and { "or" and }            and  := not { "and" not }
//!  not   := "not" not | "(" or ")" | "true" | "false" | value "=" value
//!  value := field "db__name" | "literal"
//! ```
//!
//! Fields have their names of the database, and literals are what the database would hold.

use crate::door::answer::field_value;
use model::{ClassId, RefId, Text, Uuid, Value};
use std::fmt::Write;
use store::Snapshot;

pub struct Filter {
    class: ClassId,
    expression: Expression,
}

enum Expression {
    Constant(bool),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Equal(Operand, Operand),
}

enum Operand {
    Reference,
    Field(usize),
    Literal(Text),
}

/// Brackets and negations may be nested about half as deep.
const DEEPEST: usize = 128;

impl Filter {
    pub fn parse(class: ClassId, text: &str) -> Result<Filter, String> {
        let mut parser = Parser { class, rest: text, depth: 0 };
        let expression = parser.or()?;
        if parser.rest.trim().is_empty() {
            Ok(Filter { class, expression })
        } else {
            Err(format!("unexpected {:?}", parser.rest.trim().chars().take(20).collect::<String>()))
        }
    }

    /// The rows that match, by reference.
    pub fn select(&self, pool: &Snapshot) -> Vec<RefId> {
        let matches = |id: &RefId| self.holds(&self.expression, pool, *id);
        match self.narrowed(&self.expression, pool) {
            Some(candidates) => candidates.into_iter().filter(matches).collect(),
            None => pool.table(self.class).keys().copied().filter(matches).collect(),
        }
    }

    /// The only rows that can match, where an index tells.
    fn narrowed(&self, expression: &Expression, pool: &Snapshot) -> Option<Vec<RefId>> {
        match expression {
            Expression::All(parts) => parts.iter().find_map(|part| self.narrowed(part, pool)),
            Expression::Any(parts) => match parts.as_slice() {
                [only] => self.narrowed(only, pool),
                _ => None,
            },
            Expression::Equal(Operand::Literal(text), other)
            | Expression::Equal(other, Operand::Literal(text)) => {
                let name = match other {
                    Operand::Reference => "_ref",
                    Operand::Field(number) => self.class.definition().fields[*number].name,
                    Operand::Literal(_) => return None,
                };
                match name {
                    "_ref" => Some(
                        RefId::parse(text).filter(|id| pool.contains(self.class, *id)).into_iter().collect(),
                    ),
                    "uuid" => {
                        let id = Uuid::parse(text).and_then(|uuid| pool.by_uuid(self.class, uuid));
                        Some(id.into_iter().collect())
                    }
                    "name_label" => {
                        let mut ids: Vec<RefId> = pool.by_name(self.class, text).collect();
                        ids.sort();
                        Some(ids)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn holds(&self, expression: &Expression, pool: &Snapshot, id: RefId) -> bool {
        match expression {
            Expression::Constant(value) => *value,
            Expression::Not(inner) => !self.holds(inner, pool, id),
            Expression::All(parts) => parts.iter().all(|part| self.holds(part, pool, id)),
            Expression::Any(parts) => parts.iter().any(|part| self.holds(part, pool, id)),
            Expression::Equal(left, right) => self.text(left, pool, id) == self.text(right, pool, id),
        }
    }

    fn text(&self, operand: &Operand, pool: &Snapshot, id: RefId) -> Text {
        match operand {
            Operand::Reference => Text::new(id.to_string()),
            Operand::Literal(text) => text.clone(),
            Operand::Field(number) => field_value(pool, self.class, id, *number)
                .map_or(Text::default(), |value| database_text(&value)),
        }
    }
}

/// A value as the database would hold it.
pub fn database_text(value: &Value) -> Text {
    match value {
        Value::Nil => Text::default(),
        Value::Bool(value) => Text::new_static(if *value { "true" } else { "false" }),
        Value::Int(value) => Text::new(value.to_string()),
        Value::Float(value) => Text::new(value.to_string()),
        Value::String(text) => text.clone(),
        Value::DateTime(date) => Text::new(date.to_string()),
        Value::Ref(id) => Text::new(id.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| format!("'{}'", database_text(item))).collect();
            Text::new(format!("({})", items.join(" ")))
        }
        Value::Struct(members) => {
            let mut text = String::from("(");
            for (number, (name, value)) in members.iter().enumerate() {
                let space = if number == 0 { "" } else { " " };
                let _ = write!(text, "{space}('{name}' '{}')", database_text(value));
            }
            text.push(')');
            Text::new(text)
        }
    }
}

struct Parser<'a> {
    class: ClassId,
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deep".into());
        }
        let mut parts = vec![self.and()?];
        while self.word("or") {
            parts.push(self.and()?);
        }
        self.depth -= 1;
        Ok(Expression::Any(parts))
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(Expression::All(parts))
    }

    fn not(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deep".into());
        }
        let result = self.term();
        self.depth -= 1;
        result
    }

    fn term(&mut self) -> Result<Expression, String> {
        if self.word("not") {
            return Ok(Expression::Not(Box::new(self.not()?)));
        }
        if self.symbol('(') {
            let inner = self.or()?;
            return if self.symbol(')') { Ok(inner) } else { Err("a closing bracket is missing".into()) };
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.word(word) {
                return Ok(Expression::Constant(value));
            }
        }
        let left = self.operand()?;
        if !self.symbol('=') {
            return Err("expected =".into());
        }
        Ok(Expression::Equal(left, self.operand()?))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        if !self.word("field") {
            return self.literal().map(|text| Operand::Literal(Text::new(text)));
        }
        let class = self.class;
        let name = self.literal()?;
        if name == "_ref" {
            return Ok(Operand::Reference);
        }
        let field = class.definition().field_by_db_name(name).filter(|(_, field)| !field.internal);
        field.map(|(number, _)| Operand::Field(number)).ok_or_else(|| format!("no field {name}"))
    }

    fn literal(&mut self) -> Result<&str, String> {
        let quoted = self.rest.trim_start().strip_prefix('"');
        let (text, rest) = quoted.and_then(|rest| rest.split_once('"')).ok_or("expected a quoted text")?;
        self.rest = rest;
        Ok(text)
    }

    fn symbol(&mut self, symbol: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(symbol);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(text: &str) -> bool {
        Filter::parse(ClassId::Vm, text).is_ok()
    }

    #[test]
    fn the_grammar_is_accepted_and_nothing_else() {
        assert!(parses("true"));
        assert!(parses(r#"field "name__label" = "a" and not (field "is_a_template"="true" or false)"#));
        assert!(parses(r#"(not field "uuid" = "x")"#));
        for bad in [
            "",
            "field",
            "field name = \"x\"",
            "field \"no_such\" = \"x\"",
            "true true",
            "(true",
            "truex",
            "\"a\"",
        ] {
            assert!(!parses(bad), "{bad}");
        }
    }

    #[test]
    fn deep_and_long_filters_end() {
        assert!(!parses(&"(".repeat(100_000)));
        assert!(!parses(&"not ".repeat(100_000)));
        assert!(parses(&format!("true{}", " or true".repeat(30_000))));
        assert!(parses(&format!("true{}", " and true".repeat(30_000))));
    }
}
