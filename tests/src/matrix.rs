//! The matrix of bad input: every message, every parameter, everything that does not belong there.
//!
//! Values that fit come from the pool itself; each case replaces one of them. What a case may end in
//! follows from the model alone, so a message that is added tomorrow is tested tomorrow.

use model::schema::{MessageDef, Rank, Type};
use model::{ClassId, Date, RefId, Text, Value};
use store::Snapshot;
use toolstack::door::fit;

/// What a case puts in, and whether the call may succeed all the same.
pub struct Bad {
    pub what: &'static str,
    pub value: Value,
    /// A value of the right type that may even be meant.
    pub may_be_fine: bool,
}

pub const LONG: usize = 1 << 20;

/// A reference that points at nothing.
const DANGLING: RefId = RefId(0xdead_beef_dead_beef_dead_beef_dead_beef);

/// A value that fits the type: an object of the pool, if there is one.
pub fn good(pool: &Snapshot, ty: &Type) -> Value {
    match ty {
        Type::Void | Type::AnyRecord => Value::Nil,
        Type::String => Value::string("word"),
        Type::Int => Value::Int(1),
        Type::Float => Value::Float(1.0),
        Type::Bool => Value::Bool(false),
        Type::DateTime => Value::DateTime(Date::from_seconds(crate::world::BEGIN)),
        Type::Enum(values) => Value::string(values.values.first().copied().unwrap_or_default()),
        Type::Ref(class) => Value::Ref(pool.table(*class).keys().next().copied().unwrap_or(RefId::NULL)),
        Type::Set(_) => Value::Array(Vec::new()),
        Type::Record(_) | Type::Map(..) => Value::Struct(Vec::new()),
        Type::Option(item) => good(pool, item),
    }
}

/// The one struct of a constructor, with all its members.
pub fn members(pool: &Snapshot, message: &MessageDef) -> Vec<(Text, Value)> {
    let fields = message.members.iter().map(|(number, _)| &message.class.definition().fields[*number]);
    fields.map(|field| (Text::new_static(field.name), good(pool, &field.ty))).collect()
}

/// The parameters of a call that fits, without the session.
pub fn parameters(pool: &Snapshot, message: &MessageDef) -> Vec<Value> {
    let value = |ty: &Type| match ty {
        Type::Record(_) => Value::Struct(members(pool, message)),
        ty => good(pool, ty),
    };
    message.params.iter().map(|param| value(&param.ty)).collect()
}

/// What does not belong into a parameter of this type.
pub fn bad(pool: &Snapshot, ty: &Type) -> Vec<Bad> {
    let mut cases = vec![wrong("nothing", Value::Nil)];
    match ty {
        Type::Ref(class) => {
            let rows = class.definition().new_row.is_some();
            let stranger = ClassId::all()
                .filter(|other| other != class && !other.definition().own)
                .find_map(|other| pool.table(other).keys().next().copied());
            let reference = |what, id| Bad { what, value: Value::Ref(id), may_be_fine: !rows };
            cases.push(reference("a dangling reference", DANGLING));
            cases.extend(stranger.map(|id| reference("a reference of another class", id)));
            cases.push(Bad { what: "the null reference", value: Value::Ref(RefId::NULL), may_be_fine: true });
            for text in ["OpaqueRef:", "OpaqueRef:not-a-uuid", "\u{0}", ""] {
                cases.push(Bad {
                    what: "a malformed reference",
                    value: text.into(),
                    may_be_fine: text.is_empty() || !rows,
                });
            }
            cases.push(wrong("a number for a reference", Value::Int(7)));
        }
        Type::String => {
            let text = |what, text: String| Bad { what, value: Value::from(text), may_be_fine: true };
            cases.push(text("no text", String::new()));
            cases.push(text("a very long text", "x".repeat(LONG)));
            cases.push(text("control characters", "\u{0}\u{1}\u{1b}[31m\r\n\u{7f}\u{202e}\u{feff}".into()));
            cases.push(text("a path out of the folder", "../../../../etc/passwd".into()));
            cases.push(text("a negative number", "-9223372036854775809".into()));
            cases.push(text(
                "a reference that points at nothing",
                format!("OpaqueRef:{}", model::Uuid(DANGLING.0)),
            ));
            cases.push(wrong("a number for a text", Value::Int(7)));
            cases.push(wrong("a struct for a text", Value::Struct(Vec::new())));
        }
        Type::Int => {
            for number in [-1, 0, i64::MIN, i64::MAX, 1 << 53] {
                cases.push(Bad { what: "an odd number", value: Value::Int(number), may_be_fine: true });
            }
            cases.push(wrong("a word for a number", "many".into()));
            cases.push(wrong("a number with a rest", "12monkeys".into()));
            cases.push(wrong("a number that is too large", "99999999999999999999".into()));
        }
        Type::Float => {
            for number in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -0.0] {
                cases.push(Bad { what: "an odd number", value: Value::Float(number), may_be_fine: true });
            }
            cases.push(wrong("a word for a number", "many".into()));
        }
        Type::Bool => cases.push(wrong("a word for a truth", "perhaps".into())),
        Type::DateTime => {
            for text in ["", "yesterday", "99999999T99:99:99Z", "20260230T00:00:00Z"] {
                cases.push(wrong("no date", text.into()));
            }
        }
        Type::Enum(_) => {
            cases.push(wrong("an unknown value", "no such value".into()));
            cases.push(wrong("a number for a value", Value::Int(0)));
        }
        Type::Set(item) => {
            cases.push(wrong("a struct for a set", Value::Struct(Vec::new())));
            for case in bad(pool, item) {
                cases.push(Bad { value: Value::Array(vec![case.value]), ..case });
            }
            let many = vec![good(pool, item); 1000];
            cases.push(Bad {
                what: "a thousand times the same",
                value: Value::Array(many),
                may_be_fine: true,
            });
        }
        Type::Map(key, item) => {
            cases.push(wrong("an array for a map", Value::Array(Vec::new())));
            let fine = matches!(**key, Type::String);
            for name in ["", "no such key", "-1", "OpaqueRef:NULL", "\u{0}"] {
                let member = vec![(Text::new(name), good(pool, item))];
                let may_be_fine = fine || matches!(**key, Type::Int | Type::Ref(_));
                cases.push(Bad { what: "a wrong key", value: Value::Struct(member), may_be_fine });
            }
            for case in bad(pool, item) {
                let key = good(pool, key).as_text().unwrap_or_else(|| Text::new("1"));
                let may_be_fine = case.may_be_fine;
                cases.push(Bad { value: Value::Struct(vec![(key, case.value)]), may_be_fine, ..case });
            }
            let twice = vec![(Text::new("1"), good(pool, item)), (Text::new("1"), good(pool, item))];
            cases.push(Bad { what: "a key twice", value: Value::Struct(twice), may_be_fine: true });
        }
        Type::Option(item) => cases = bad(pool, item),
        Type::Void | Type::AnyRecord | Type::Record(_) => {}
    }
    if matches!(ty, Type::Option(_)) {
        cases.retain(|case| case.value != Value::Nil);
    }
    cases
}

fn wrong(what: &'static str, value: Value) -> Bad {
    Bad { what, value, may_be_fine: false }
}

/// Calls of a message that differ from one that fits in one place.
pub fn calls(pool: &Snapshot, message: &'static MessageDef) -> Vec<(String, Vec<Value>, bool)> {
    let fits = parameters(pool, message);
    let mut calls = vec![("what fits".to_string(), fits.clone(), true)];
    for (position, param) in message.params.iter().enumerate() {
        let mut put = |what: String, value: Value, may_be_fine: bool| {
            let mut values = fits.clone();
            values[position] = value;
            calls.push((what, values, may_be_fine));
        };
        for case in bad(pool, &param.ty) {
            put(format!("{}: {}", param.name, case.what), case.value, case.may_be_fine);
        }
        if !matches!(param.ty, Type::Record(_)) {
            continue;
        }
        let whole = members(pool, message);
        put("a word for a struct".into(), "struct".into(), false);
        let stranger = (Text::new("no_such_member"), Value::Int(1));
        put("a member too many".into(), Value::Struct([whole.clone(), vec![stranger]].concat()), true);
        for (place, (number, required)) in message.members.iter().enumerate() {
            let field = &message.class.definition().fields[*number];
            let mut without = whole.clone();
            without.remove(place);
            put(format!("without {}", field.name), Value::Struct(without), !required);
            for case in bad(pool, &field.ty) {
                let mut with = whole.clone();
                with[place].1 = case.value;
                let may_be_fine = case.may_be_fine || field.loose;
                put(format!("{}: {}", field.name, case.what), Value::Struct(with), may_be_fine);
            }
        }
    }
    let required = message.params.iter().filter(|param| param.default.is_none()).count();
    if required > 0 {
        calls.push(("a parameter too few".into(), fits[..required - 1].to_vec(), false));
    }
    let one_more = [fits.clone(), vec![Value::Int(0)]].concat();
    calls.push(("a parameter too many".into(), one_more, false));
    calls
}

/// What the table itself says against these parameters.
pub fn unfit(message: &'static MessageDef, values: &[Value]) -> Option<model::ApiError> {
    fit::parameters(message, values.to_vec(), values.len() as i64).err()
}

/// Roles that may not call it.
pub fn below(message: &MessageDef) -> impl Iterator<Item = Rank> {
    toolstack::rbac::LADDER.iter().map(|(rank, _)| *rank).filter(|rank| *rank < message.role)
}
