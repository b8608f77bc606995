//! Prints the generated Rust of `crates/model` from its TOML tables.
//!
//! The derived messages (`get_*`, `set_*`, `get_all_records`, …) are not written in the tables:
//! the rules that make them from the fields stand in `messages_of`.

mod drivers;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use toml::{Table, Value};

const HEAD: &str =
    "// Printed by `cargo xtask codegen` from crates/model/classes/*.toml and model.toml. Do not edit.\n\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    api_version: [i64; 2],
    api_vendor: String,
    schema_version: [i64; 2],
    classes: Vec<String>,
    emergency_calls: Vec<String>,
    unforwarded_calls: Vec<String>,
    enums: Table,
    errors: Table,
    undocumented_errors: Table,
    roles: Table,
    permissions: Table,
    alerts: Table,
    releases: Table,
    http: Vec<Http>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Http {
    name: String,
    method: String,
    uri: String,
    role: String,
    in_sdk: bool,
    args: Vec<String>,
    #[serde(default)]
    sub_actions: Table,
    checked_before: bool,
    own_rate_limit: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    name: String,
    doc: String,
    #[serde(default = "published")]
    state: String,
    lifecycle: Vec<String>,
    #[serde(default)]
    own: bool,
    persistent: bool,
    events: bool,
    constructor: bool,
    in_database: bool,
    get_all: bool,
    #[serde(default)]
    rows: bool,
    role: String,
    #[serde(default = "read_only")]
    implicit_role: String,
    #[serde(default)]
    fields: Table,
    #[serde(default)]
    operations: Table,
    #[serde(default)]
    methods: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    #[serde(rename = "type")]
    ty: String,
    #[serde(default = "dynamic")]
    access: String,
    default: Option<Value>,
    db: Option<String>,
    #[serde(default)]
    internal: bool,
    #[serde(default)]
    transient: bool,
    /// Only for `state.db`: the model's own opinion where it differs from `transient`.
    #[serde(rename = "model_persist")]
    _model_persist: Option<bool>,
    #[serde(default)]
    loose: bool,
    #[serde(default)]
    custom_setter: bool,
    #[serde(default, rename = "synthetic")]
    _synthetic: bool,
    relation: Option<String>,
    read_role: Option<String>,
    write_role: Option<String>,
    #[serde(default)]
    client_certificate: bool,
    #[serde(default)]
    key_roles: Table,
    #[serde(default = "published")]
    state: String,
    lifecycle: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Method {
    /// Set here, never in a table: the message follows from a field.
    #[serde(skip)]
    implied: bool,
    #[serde(default)]
    implicit: bool,
    #[serde(default)]
    absent: bool,
    /// It does to its field what a derived message would.
    #[serde(default)]
    plain: bool,
    #[serde(default)]
    doc: String,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default = "void")]
    result: String,
    role: Option<String>,
    #[serde(rename = "async", default = "yes")]
    is_async: bool,
    #[serde(default = "yes")]
    session: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default = "yes")]
    in_sdk: bool,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    pool_internal: bool,
    #[serde(default, rename = "no_current_operations")]
    _no_current_operations: bool,
    #[serde(default, rename = "custom_marshaller")]
    _custom_marshaller: bool,
    #[serde(default)]
    client_certificate: bool,
    #[serde(default)]
    key_roles: Table,
    extension: Option<String>,
    #[serde(default)]
    holds: Table,
    #[serde(default = "coordinator")]
    route: String,
    #[serde(default)]
    errors: Vec<String>,
    #[serde(default = "published")]
    state: String,
    #[serde(default, rename = "lifecycle")]
    _lifecycle: Vec<String>,
}

fn published() -> String {
    "published".into()
}
fn read_only() -> String {
    "read-only".into()
}
fn dynamic() -> String {
    "dynamic".into()
}
fn void() -> String {
    "void".into()
}
fn coordinator() -> String {
    "coordinator".into()
}
fn yes() -> bool {
    true
}

/// A type as the tables spell it: `VM ref set`, `(string -> enum x) map`.
#[derive(Clone, PartialEq)]
enum Type {
    Plain(&'static str),
    Enum(String),
    Ref(String),
    Record(String),
    AnyRecord,
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Option(Box<Type>),
}

impl Type {
    fn parse(text: &str) -> Result<Type> {
        let text = text.trim();
        if let Some(inner) = text.strip_suffix(" set") {
            return Ok(Type::Set(Box::new(Type::parse(inner)?)));
        }
        if let Some(inner) = text.strip_suffix(" option") {
            return Ok(Type::Option(Box::new(Type::parse(inner)?)));
        }
        if let Some(inner) = text.strip_suffix(") map").and_then(|rest| rest.strip_prefix('(')) {
            let (key, value) = inner.split_once(" -> ").context("a map needs ->")?;
            return Ok(Type::Map(Box::new(Type::parse(key)?), Box::new(Type::parse(value)?)));
        }
        if let Some(name) = text.strip_suffix(" ref") {
            return Ok(Type::Ref(name.into()));
        }
        if let Some(name) = text.strip_suffix(" record") {
            return Ok(if name.starts_with('<') { Type::AnyRecord } else { Type::Record(name.into()) });
        }
        if let Some(name) = text.strip_prefix("enum ") {
            return Ok(Type::Enum(name.into()));
        }
        Ok(Type::Plain(match text {
            "void" => "Void",
            "string" => "String",
            "int" => "Int",
            "float" => "Float",
            "bool" => "Bool",
            "datetime" => "DateTime",
            _ => bail!("unknown type {text:?}"),
        }))
    }

    /// As an expression of `schema::Type`.
    fn table(&self) -> String {
        match self {
            Type::Plain(name) => format!("Type::{name}"),
            Type::Enum(name) => format!("Type::Enum(&{})", constant_name(name)),
            Type::Ref(name) => format!("Type::Ref(ClassId::{})", rust_name(name)),
            Type::Record(name) => format!("Type::Record(ClassId::{})", rust_name(name)),
            Type::AnyRecord => "Type::AnyRecord".into(),
            Type::Set(item) => format!("Type::Set(&{})", item.table()),
            Type::Map(key, value) => format!("Type::Map(&{}, &{})", key.table(), value.table()),
            Type::Option(item) => format!("Type::Option(&{})", item.table()),
        }
    }

    /// As the Rust type of a field.
    fn rust(&self) -> Result<String> {
        Ok(match self {
            Type::Plain("String") => "Text".into(),
            Type::Plain("Int") => "i64".into(),
            Type::Plain("Float") => "f64".into(),
            Type::Plain("Bool") => "bool".into(),
            Type::Plain("DateTime") => "Date".into(),
            Type::Enum(name) => rust_name(name),
            Type::Ref(name) => format!("Ref<{}>", rust_name(name)),
            Type::Set(item) => match &**item {
                Type::Enum(name) => format!("EnumSet<{}>", rust_name(name)),
                item => format!("Set<{}>", item.rust()?),
            },
            Type::Map(key, value) => format!("Map<{}, {}>", key.rust()?, value.rust()?),
            Type::Option(item) => format!("Option<{}>", item.rust()?),
            Type::Plain(_) | Type::Record(_) | Type::AnyRecord => bail!("no such field type"),
        })
    }

    /// The expression for a default of this type.
    fn default(&self, default: Option<&Value>) -> Result<String> {
        Ok(match (self, default) {
            (Type::Plain("String"), None) => "Text::new_static(\"\")".into(),
            (Type::Plain("String"), Some(Value::String(text))) => format!("Text::new_static({text:?})"),
            (Type::Plain("DateTime"), Some(Value::String(text)))
                if !text.starts_with("1970-01-01T00:00:00") =>
            {
                bail!("no such default date {text}")
            }
            (Type::Plain("DateTime"), _) => "Date::EPOCH".into(),
            (Type::Plain("Bool"), value) => value.and_then(Value::as_bool).unwrap_or(false).to_string(),
            (Type::Plain("Int"), value) => value.and_then(Value::as_integer).unwrap_or(0).to_string(),
            (Type::Plain("Float"), value) => {
                let number =
                    value.and_then(|value| value.as_float().or(value.as_integer().map(|int| int as f64)));
                format!("{:?}", number.unwrap_or(0.0))
            }
            (Type::Enum(name), Some(Value::String(text))) => {
                format!("{}::{}", rust_name(name), variant_name(text))
            }
            (Type::Enum(name), None) => format!("{}::default()", rust_name(name)),
            (Type::Ref(_), Some(Value::String(text))) if text.is_empty() => "Ref::EMPTY".into(),
            (Type::Ref(_), _) => "Ref::NULL".into(),
            (Type::Set(item), Some(Value::Array(items))) if !items.is_empty() => {
                let items: Vec<_> =
                    items.iter().map(|value| item.default(Some(value))).collect::<Result<_>>()?;
                format!("[{}].into_iter().collect()", items.join(", "))
            }
            (Type::Set(item), _) if matches!(**item, Type::Enum(_)) => "EnumSet::EMPTY".into(),
            (Type::Set(_), _) => "Set::EMPTY".into(),
            (Type::Map(key, value), Some(Value::Table(members))) if !members.is_empty() => {
                let mut pairs = Vec::new();
                for (name, member) in members {
                    let name = key.default(Some(&Value::String(name.clone())))?;
                    pairs.push(format!("({name}, {})", value.default(Some(member))?));
                }
                format!("[{}].into_iter().collect()", pairs.join(", "))
            }
            (Type::Map(..), _) => "Map::EMPTY".into(),
            (Type::Option(_), None) => "None".into(),
            (_, default) => bail!("no default expression for {} = {default:?}", self.table()),
        })
    }
}

/// `VM_guest_metrics` → `VmGuestMetrics`, `balance-slb` → `BalanceSlb`.
fn rust_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut out = String::new();
    for word in words {
        let shout = word.chars().all(|c| !c.is_ascii_lowercase());
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.extend(chars.map(|c| if shout { c.to_ascii_lowercase() } else { c }));
    }
    out
}

fn variant_name(text: &str) -> String {
    let name = rust_name(text);
    match name.chars().next() {
        None => "Empty".into(),
        Some('0'..='9') => format!("V{name}"),
        Some(_) if name == "Self" => "Self_".into(),
        Some(_) => name,
    }
}

fn constant_name(name: &str) -> String {
    format!("ENUM_{}", name.to_ascii_uppercase())
}

fn field_name(name: &str) -> String {
    if matches!(
        name,
        "type"
            | "ref"
            | "self"
            | "match"
            | "use"
            | "move"
            | "in"
            | "where"
            | "final"
            | "virtual"
            | "abstract"
    ) {
        format!("r#{name}")
    } else {
        name.to_string()
    }
}

fn rank(role: &str) -> Result<String> {
    Ok(match role {
        "read-only" => "Rank::ReadOnly",
        "vm-operator" => "Rank::VmOperator",
        "vm-admin" => "Rank::VmAdmin",
        "vm-power-admin" => "Rank::VmPowerAdmin",
        "pool-operator" => "Rank::PoolOperator",
        "pool-admin" => "Rank::PoolAdmin",
        "local-root-only" => "Rank::LocalRoot",
        other => bail!("unknown role {other}"),
    }
    .into())
}

fn ranks(table: &Table) -> Result<String> {
    let pairs: Vec<String> = table
        .iter()
        .map(|(key, role)| Ok(format!("({key:?}, {})", rank(role.as_str().unwrap_or_default())?)))
        .collect::<Result<_>>()?;
    Ok(format!("&[{}]", pairs.join(", ")))
}

fn transitions(list: &[String]) -> String {
    let pairs: Vec<_> = list
        .iter()
        .map(|text| {
            let (change, release) = text.split_once(':').unwrap_or((text, ""));
            format!("({change:?}, {release:?})")
        })
        .collect();
    format!("&[{}]", pairs.join(", "))
}

fn strings(list: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<_> = list.into_iter().map(|item| format!("{:?}", item.as_ref())).collect();
    format!("&[{}]", items.join(", "))
}

fn array_of(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(String::from)).collect()
}

fn field_of(class: &Class, name: &str) -> Result<Field> {
    let value = class.fields.get(name).with_context(|| format!("{} has no field {name}", class.name))?;
    value.clone().try_into().with_context(|| format!("{}.{name}", class.name))
}

/// The generated files, by their path below the root.
pub fn generate(root: &Path) -> Result<BTreeMap<String, String>> {
    let folder = root.join("crates/model");
    let read =
        |path: &Path| std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()));
    let model: Model = toml::from_str(&read(&folder.join("model.toml"))?).context("model.toml")?;
    let mut classes = Vec::new();
    for name in &model.classes {
        let path = folder.join(format!("classes/{}.toml", name.to_lowercase()));
        let class: Class = toml::from_str(&read(&path)?).with_context(|| format!("{}", path.display()))?;
        if class.name != *name {
            bail!("{} says it is {}", path.display(), class.name);
        }
        classes.push(class);
    }
    let out = "crates/model/src/generated";
    let drivers = drivers::print(&read(&folder.join("storage.toml"))?).context("storage.toml")?;
    Ok(BTreeMap::from([
        (format!("{out}/drivers.rs"), drivers),
        (format!("{out}/enums.rs"), enums(&model)?),
        (format!("{out}/errors.rs"), errors(&model)?),
        (format!("{out}/many.rs"), many(&classes)?),
        (format!("{out}/rows.rs"), rows(&classes)?),
        (format!("{out}/schema.rs"), schema(&model, &classes)?),
    ]))
}

/// Write every generated file that is not up to date; their paths come back.
pub fn write(root: &Path) -> Result<Vec<String>> {
    let mut written = Vec::new();
    for (path, text) in generate(root)? {
        if std::fs::read_to_string(root.join(&path)).ok().as_deref() != Some(&text) {
            std::fs::write(root.join(&path), text)?;
            written.push(path);
        }
    }
    Ok(written)
}

fn enums(model: &Model) -> Result<String> {
    let mut out = String::from(HEAD) + "use crate::api_enum;\n\n";
    for (name, values) in &model.enums {
        let values = array_of(values);
        let mut seen = BTreeSet::new();
        let variants: Vec<_> =
            values.iter().map(|value| format!("{} = {value:?}", variant_name(value))).collect();
        if values.len() > 128 || !values.iter().all(|value| seen.insert(variant_name(value))) {
            bail!("enum {name} does not fit");
        }
        writeln!(out, "api_enum!({} {{ {} }});", rust_name(name), variants.join(", "))?;
    }
    Ok(out)
}

fn errors(model: &Model) -> Result<String> {
    let mut out = String::from(HEAD);
    out += "use crate::error::ApiError;\nuse crate::schema::ErrorDef;\nuse crate::value::Text;\nuse std::fmt::Display;\n\n";
    out += "fn text(value: impl Display) -> Text {\n    Text::new(value.to_string())\n}\n\nimpl ApiError {\n";
    for (code, params) in model.errors.iter().chain(&model.undocumented_errors) {
        let documented = model.errors.contains_key(code);
        let params = array_of(params);
        let function = code.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        if !documented {
            writeln!(
                out,
                "    pub fn {function}(params: impl IntoIterator<Item = Text>) -> ApiError {{\n        ApiError {{ code: Text::new_static({code:?}), params: params.into_iter().collect() }}\n    }}"
            )?;
            continue;
        }
        let mut names: Vec<String> = Vec::new();
        for param in &params {
            let mut name = param.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                name.insert(0, 'p');
            }
            if matches!(name.as_str(), "type" | "ref" | "self" | "in" | "use" | "match" | "where")
                || names.contains(&name)
            {
                write!(name, "_{}", names.len() + 1)?;
            }
            names.push(name);
        }
        let arguments: Vec<_> = names.iter().map(|name| format!("{name}: impl Display")).collect();
        let texts: Vec<_> = names.iter().map(|name| format!("text({name})")).collect();
        writeln!(
            out,
            "    pub fn {function}({}) -> ApiError {{\n        ApiError {{ code: Text::new_static({code:?}), params: vec![{}] }}\n    }}",
            arguments.join(", "),
            texts.join(", ")
        )?;
    }
    out += "}\n\npub static ERRORS: &[ErrorDef] = &[\n";
    for (code, params) in &model.errors {
        writeln!(out, "    ErrorDef {{ code: {code:?}, params: {} }},", strings(array_of(params)))?;
    }
    out += "];\n";
    Ok(out)
}

fn has_rows(class: &Class) -> bool {
    class.in_database || class.rows
}

/// How a field takes part in a relation, as an expression of `Option<Relation>`.
fn relation_of(classes: &[Class], class: &Class, name: &str, field: &Field) -> Result<String> {
    let position = |class: &Class, name: &str| {
        class.fields.keys().position(|key| key == name).context("relation to no field")
    };
    let find = |name: &str| classes.iter().find(|class| class.name == name).context("relation to no class");
    let text = |other: &Class, field: &str, kind: &str| -> Result<String> {
        let number = position(other, field)?;
        Ok(format!(
            "Some(Relation {{ class: ClassId::{}, field: {number}, kind: RelationKind::{kind} }})",
            rust_name(&other.name)
        ))
    };
    if let Some(target) = &field.relation {
        let (class, field) = target.split_once('.').context("a relation is Class.field")?;
        let other = find(class)?;
        let many = matches!(Type::parse(&field_of(other, field)?.ty)?, Type::Set(_));
        return text(other, field, if many { "ManyToMany" } else { "Many" });
    }
    let me = format!("{}.{name}", class.name);
    for other in classes {
        for field_name in other.fields.keys() {
            if field_of(other, field_name)?.relation.as_deref() == Some(&me) {
                let many = matches!(Type::parse(&field.ty)?, Type::Set(_));
                return text(other, field_name, if many { "ManyToMany" } else { "One" });
            }
        }
    }
    Ok("None".into())
}

fn derived(classes: &[Class], field: &Field) -> Result<bool> {
    let Some((class, name)) = field.relation.as_deref().and_then(|target| target.split_once('.')) else {
        return Ok(false);
    };
    let other = classes.iter().find(|candidate| candidate.name == class).context("relation to no class")?;
    Ok(matches!(Type::parse(&field_of(other, name)?.ty)?, Type::Ref(_)))
}

/// A constant for each one-to-many relation: `VM_VBDS: Many<Vm, Vbd>`.
fn many(classes: &[Class]) -> Result<String> {
    let mut out = String::from(HEAD) + "use crate::generated::rows::*;\nuse crate::row::Many;\n\n";
    for class in classes {
        for name in class.fields.keys() {
            let field = field_of(class, name)?;
            if !derived(classes, &field)? {
                continue;
            }
            let (other, reference) =
                field.relation.as_deref().and_then(|target| target.split_once('.')).context("a relation")?;
            let other =
                classes.iter().find(|candidate| candidate.name == other).context("relation to no class")?;
            let number =
                other.fields.keys().position(|key| key == reference).context("relation to no field")?;
            let constant = format!("{}_{}", class.name, name).to_uppercase();
            let (one, many) = (rust_name(&class.name), rust_name(&other.name));
            writeln!(
                out,
                "/// `{}.{name}`: the rows whose `{reference}` is this one.\npub const {constant}: Many<{one}, {many}> = Many::new({number});",
                class.name
            )?;
        }
    }
    Ok(out)
}

fn rows(classes: &[Class]) -> Result<String> {
    let mut out = String::from(HEAD);
    out += "#![expect(non_snake_case, reason = \"fields keep the names they have on the wire\")]\n\n";
    out += "use crate::generated::enums::*;\nuse crate::row;\nuse crate::types::{Date, EnumSet, Map, Ref, Set, Uuid};\nuse crate::value::Text;\n\n";
    for class in classes.iter() {
        if !has_rows(class) {
            // A class without rows still needs a name for its references.
            writeln!(
                out,
                "/// {}\n#[derive(Clone, Debug, PartialEq)]\npub enum {} {{}}\n",
                class.doc,
                rust_name(&class.name)
            )?;
            continue;
        }
        writeln!(
            out,
            "row! {{\n    /// {}\n    {} = {} {{",
            class.doc,
            rust_name(&class.name),
            rust_name(&class.name)
        )?;
        for (number, name) in class.fields.keys().enumerate() {
            let field = field_of(class, name)?;
            if derived(classes, &field)? {
                continue;
            }
            let ty = Type::parse(&field.ty)?;
            let (rust, default) = if name == "uuid" {
                ("Uuid".to_string(), "Uuid::NIL".to_string())
            } else {
                let default =
                    ty.default(field.default.as_ref()).with_context(|| format!("{}.{name}", class.name))?;
                (ty.rust().with_context(|| format!("{}.{name}", class.name))?, default)
            };
            writeln!(out, "        {number} {}: {rust} = {default},", field_name(name))?;
        }
        out += "    }\n}\n\n";
    }
    Ok(out)
}

/// One row of `MESSAGES`, before it is printed.
struct Message {
    name: String,
    kind: String,
    params: String,
    result: Type,
    role: String,
    method: Method,
    members: String,
    key_roles: String,
}

fn param(name: &str, ty: &Type) -> String {
    format!("ParamDef {{ name: {name:?}, ty: {}, default: None }}", ty.table())
}

fn constant(value: &Value) -> Result<String> {
    Ok(match value {
        Value::Boolean(value) => format!("Constant::Bool({value})"),
        Value::Integer(value) => format!("Constant::Int({value})"),
        Value::Float(value) => format!("Constant::Float({value:?})"),
        Value::String(value) => format!("Constant::Text({value:?})"),
        Value::Array(items) if items.is_empty() => "Constant::EmptySet".into(),
        Value::Table(members) => {
            let pairs: Vec<_> = members
                .iter()
                .map(|(key, value)| format!("({key:?}, {:?})", value.as_str().unwrap_or_default()))
                .collect();
            format!("Constant::Map(&[{}])", pairs.join(", "))
        }
        other => bail!("no constant for {other}"),
    })
}

/// A declared parameter: `name: type`, then optionally ` = default` and ` @since`.
fn declared_param(text: &str) -> Result<String> {
    let text = match text.rsplit_once(" @") {
        Some((text, _)) => text,
        None => text,
    };
    let (name, rest) = text.split_once(": ").context("a parameter is `name: type`")?;
    let (ty, default) = match rest.split_once(" = ") {
        Some((ty, default)) => (ty, Some(default)),
        None => (rest, None),
    };
    let default = match default {
        None => "None".to_string(),
        Some(json) => {
            let toml = if json.starts_with('{') { json.replace("\": ", "\" = ") } else { json.to_string() };
            let table: Table =
                toml::from_str(&format!("value = {toml}")).with_context(|| format!("default {json}"))?;
            format!("Some({})", constant(&table["value"])?)
        }
    };
    Ok(format!("ParamDef {{ name: {name:?}, ty: {}, default: {default} }}", Type::parse(ty)?.table()))
}

/// All messages of a class: what its fields imply, what it declares, and the `get_all` family.
fn messages_of(class: &Class) -> Result<Vec<Message>> {
    let mut declared: BTreeMap<&str, Method> = BTreeMap::new();
    for (name, value) in &class.methods {
        let method = value.clone().try_into().with_context(|| format!("{}.{name}", class.name))?;
        declared.insert(name, method);
    }
    let mut out: Vec<Message> = Vec::new();
    let me = Type::Ref(class.name.clone());
    let record = Type::Record(class.name.clone());
    let string = Type::Plain("String");
    let this = || vec![param("self", &me)];
    let implied =
        |name: String, kind: String, params: Vec<String>, result: Type, role: &str, hidden: bool| {
            let (holds, doc) = declared
                .get(name.as_str())
                .filter(|method| method.implicit)
                .map(|method| (method.holds.clone(), method.doc.clone()))
                .unwrap_or_default();
            let skipped = declared.get(name.as_str()).is_some_and(|method| !method.implicit);
            let method = Method {
                session: true,
                in_sdk: !hidden,
                hidden,
                is_async: matches!(kind.as_str(), "Create" | "Destroy"),
                state: class.state.clone(),
                route: coordinator(),
                holds,
                doc,
                implied: true,
                ..Method::default()
            };
            let message = Message {
                name,
                kind,
                params: format!("&[{}]", params.join(", ")),
                result,
                role: role.into(),
                method,
                members: "&[]".into(),
                key_roles: "&[]".into(),
            };
            (!skipped).then_some(message)
        };
    if class.in_database && !class.own {
        let read = &class.implicit_role;
        out.extend(implied("get_record".into(), "GetRecord".into(), this(), record.clone(), read, false));
        out.extend(implied(
            "get_by_uuid".into(),
            "GetByUuid".into(),
            vec![param("uuid", &string)],
            me.clone(),
            read,
            false,
        ));
        if class.constructor {
            let mut members = Vec::new();
            for (number, name) in class.fields.keys().enumerate() {
                let field = field_of(class, name)?;
                if field.access != "dynamic" {
                    members.push(format!("({number}, {})", field.default.is_none()));
                }
            }
            if let Some(mut create) = implied(
                "create".into(),
                "Create".into(),
                vec![param("args", &record)],
                me.clone(),
                &class.role,
                false,
            ) {
                create.members = format!("&[{}]", members.join(", "));
                out.push(create);
            }
            out.extend(implied(
                "destroy".into(),
                "Destroy".into(),
                this(),
                Type::Plain("Void"),
                &class.role,
                false,
            ));
        }
        if class.fields.contains_key("name_label") {
            let set = Type::Set(Box::new(me.clone()));
            out.extend(implied(
                "get_by_name_label".into(),
                "GetByNameLabel".into(),
                vec![param("label", &string)],
                set,
                read,
                false,
            ));
        }
        for (number, name) in class.fields.keys().enumerate() {
            let field = field_of(class, name)?;
            if field.internal {
                continue;
            }
            let role = field.read_role.as_ref().unwrap_or(read);
            if let Some(mut getter) = implied(
                format!("get_{name}"),
                format!("Get({number})"),
                this(),
                Type::parse(&field.ty)?,
                role,
                false,
            ) {
                getter.method.state = field.state;
                out.push(getter);
            }
        }
        for (number, name) in class.fields.keys().enumerate() {
            let field = field_of(class, name)?;
            if field.internal || field.access != "rw" {
                continue;
            }
            let ty = Type::parse(&field.ty)?;
            let role = field.write_role.as_ref().unwrap_or(&class.role);
            let mut family = vec![(format!("set_{name}"), "Set", vec![("value", ty.clone())])];
            match &ty {
                Type::Map(key, value) => {
                    family.push((
                        format!("add_to_{name}"),
                        "Add",
                        vec![("key", (**key).clone()), ("value", (**value).clone())],
                    ));
                    family.push((format!("remove_from_{name}"), "Remove", vec![("key", (**key).clone())]));
                }
                Type::Set(item) => {
                    family.push((format!("add_{name}"), "Add", vec![("value", (**item).clone())]));
                    family.push((format!("remove_{name}"), "Remove", vec![("value", (**item).clone())]));
                }
                _ => {}
            }
            for (message, kind, more) in family {
                let mut params = this();
                params.extend(more.iter().map(|(name, ty)| param(name, ty)));
                if let Some(mut setter) =
                    implied(message, format!("{kind}({number})"), params, Type::Plain("Void"), role, false)
                {
                    setter.method.state.clone_from(&field.state);
                    setter.method.client_certificate = field.client_certificate;
                    if kind != "Set" {
                        setter.key_roles = ranks(&field.key_roles)?;
                    }
                    out.push(setter);
                }
            }
        }
    }
    for name in class.methods.keys() {
        let Some(method) = declared.get(name.as_str()).filter(|method| !method.implicit && !method.absent)
        else {
            continue;
        };
        let params: Vec<_> = method
            .params
            .iter()
            .map(|text| declared_param(text))
            .collect::<Result<_>>()
            .with_context(|| format!("{}.{name}", class.name))?;
        let method: Method = class.methods[name]
            .clone()
            .try_into()
            .with_context(|| format!("{}.{name}: {}", class.name, method.doc))?;
        out.push(Message {
            name: name.clone(),
            kind: if method.plain { plain_kind(class, name)? } else { "Custom".into() },
            params: format!("&[{}]", params.join(", ")),
            result: Type::parse(&method.result)?,
            role: method.role.clone().unwrap_or_else(|| class.role.clone()),
            members: "&[]".into(),
            key_roles: ranks(&method.key_roles)?,
            method,
        });
    }
    if class.in_database && class.get_all && !class.own {
        let read = &class.implicit_role;
        let refs = Type::Set(Box::new(me.clone()));
        let records = Type::Map(Box::new(me.clone()), Box::new(record));
        let expr = || vec![param("expr", &string)];
        out.extend(implied("get_all".into(), "GetAll".into(), vec![], refs.clone(), read, false));
        out.extend(implied("get_all_where".into(), "GetAllWhere".into(), expr(), refs, read, true));
        out.extend(implied(
            "get_all_records_where".into(),
            "GetAllRecordsWhere".into(),
            expr(),
            records.clone(),
            read,
            true,
        ));
        out.extend(implied("get_all_records".into(), "GetAllRecords".into(), vec![], records, read, false));
    }
    out.retain(|message| !declared.get(message.name.as_str()).is_some_and(|method| method.absent));
    Ok(out)
}

/// `add_to_other_config`: what a derived message of this name would be.
fn plain_kind(class: &Class, name: &str) -> Result<String> {
    for (prefix, kind) in [
        ("set_", "Set"),
        ("add_to_", "Add"),
        ("remove_from_", "Remove"),
        ("add_", "Add"),
        ("remove_", "Remove"),
    ] {
        let number =
            name.strip_prefix(prefix).and_then(|field| class.fields.keys().position(|key| key == field));
        if let Some(number) = number {
            return Ok(format!("{kind}({number})"));
        }
    }
    bail!("{}.{name} is plain, but names no field", class.name)
}

fn schema(model: &Model, classes: &[Class]) -> Result<String> {
    let mut out = String::from(HEAD);
    out += "use crate::generated::rows;\nuse crate::schema::*;\n\n";
    out += "/// Every class, in the model's order.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum ClassId {\n";
    for class in classes {
        writeln!(out, "    {},", rust_name(&class.name))?;
    }
    out += "}\n\n";
    writeln!(
        out,
        "pub const API_VERSION: (i64, i64) = ({}, {});",
        model.api_version[0], model.api_version[1]
    )?;
    writeln!(out, "pub const API_VENDOR: &str = {:?};", model.api_vendor)?;
    writeln!(
        out,
        "pub const SCHEMA_VERSION: (i64, i64) = ({}, {});",
        model.schema_version[0], model.schema_version[1]
    )?;
    writeln!(out, "pub static EMERGENCY_CALLS: &[&str] = {};", strings(&model.emergency_calls))?;
    writeln!(out, "pub static UNFORWARDED_CALLS: &[&str] = {};\n", strings(&model.unforwarded_calls))?;
    for (name, values) in &model.enums {
        writeln!(
            out,
            "pub static {}: EnumDef = EnumDef {{ name: {name:?}, values: {} }};",
            constant_name(name),
            strings(array_of(values))
        )?;
    }
    out += "\n/// Lowest first; `client-cert` is below `read-only`.\npub static ROLES: &[RoleDef] = &[\n";
    for (name, uuid) in &model.roles {
        writeln!(out, "    RoleDef {{ name: {name:?}, uuid: {:?} }},", uuid.as_str().unwrap_or_default())?;
    }
    writeln!(
        out,
        "];\n\n/// Permissions that are not messages.\npub static EXTRA_PERMISSIONS: &[(&str, Rank)] = {};",
        ranks(&model.permissions)?
    )?;
    out += "\n/// Names and priorities of the messages (alerts) that the original sends.\npub static ALERTS: &[(&str, i64)] = &[\n";
    for (name, priority) in &model.alerts {
        writeln!(out, "    ({name:?}, {priority}),")?;
    }
    out += "];\n\n/// Code name, API version, brand.\npub static RELEASES: &[(&str, &str, &str)] = &[\n";
    for (name, release) in &model.releases {
        let member = |key: &str| release.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        writeln!(out, "    ({name:?}, {:?}, {:?}),", member("api"), member("brand"))?;
    }
    out += "];\n\npub static HTTP_ACTIONS: &[HttpAction] = &[\n";
    for Http { name, method, uri, role, in_sdk, args, sub_actions, checked_before, own_rate_limit } in
        &model.http
    {
        writeln!(
            out,
            "    HttpAction {{ name: {name:?}, method: {method:?}, uri: {uri:?}, role: {}, in_sdk: {in_sdk}, args: {}, sub_actions: {}, checked_before: {checked_before}, own_rate_limit: {own_rate_limit} }},",
            rank(role)?,
            strings(args),
            ranks(sub_actions)?
        )?;
    }
    out += "];\n\npub static CLASSES: &[ClassDef] = &[\n";
    let mut messages = String::new();
    let mut count = 0;
    for class in classes {
        let rust = rust_name(&class.name);
        let first = count;
        for message in messages_of(class)? {
            count += 1;
            let Message { name, kind, params, result, role, method, members, key_roles } = message;
            let holds: Vec<_> = method
                .holds
                .iter()
                .map(|(who, op)| format!("({who:?}, {:?})", op.as_str().unwrap_or_default()))
                .collect();
            let states: Vec<String> =
                match method.holds.iter().next().and_then(|(_, op)| class.operations.get(op.as_str()?)) {
                    Some(states) => array_of(states),
                    None => Vec::new(),
                };
            let route = match method.route.as_str() {
                "here" => "Here",
                "owner" => "Owner",
                "coordinator" => "Coordinator",
                other => bail!("unknown route {other}"),
            };
            writeln!(
                messages,
                "    MessageDef {{ class: ClassId::{rust}, name: {name:?}, full_name: {:?}, kind: MessageKind::{kind}, explicit: {}, doc: {:?}, params: {params}, result: {}, role: {}, client_certificate: {}, key_roles: {key_roles}, is_async: {}, session: {}, hidden: {}, in_sdk: {}, secret: {}, pool_internal: {}, removed: {}, errors: {}, members: {members}, states: {}, holds: &[{}], route: Route::{route}, extension: {:?} }},",
                format!("{}.{name}", class.name),
                !method.implied,
                method.doc,
                result.table(),
                rank(&role)?,
                method.client_certificate,
                method.is_async,
                method.session,
                method.hidden,
                method.in_sdk,
                method.secret,
                method.pool_internal,
                method.state == "removed",
                strings(&method.errors),
                strings(states),
                holds.join(", "),
                method.extension,
            )?;
        }
        let operations: Vec<_> = class
            .operations
            .iter()
            .map(|(op, states)| format!("({op:?}, {})", strings(array_of(states))))
            .collect();
        let new_row = if has_rows(class) {
            format!("Some(|| Box::new(rows::{rust}::default()))")
        } else {
            "None".into()
        };
        writeln!(
            out,
            "    ClassDef {{ id: ClassId::{rust}, name: {:?}, lower_name: {:?}, doc: {:?}, state: {:?}, transitions: {}, persistent: {}, events: {}, in_database: {}, own: {}, get_all: {}, operations: &[{}], messages: ({first}, {count}), new_row: {new_row}, fields: &[",
            class.name,
            class.name.to_lowercase(),
            class.doc,
            class.state,
            transitions(&class.lifecycle),
            class.persistent,
            class.events,
            class.in_database,
            class.own,
            class.get_all,
            operations.join(", "),
        )?;
        for name in class.fields.keys() {
            let field = field_of(class, name)?;
            let access = match field.access.as_str() {
                "rw" => "ReadWrite",
                "static" => "Static",
                "dynamic" => "Dynamic",
                other => bail!("unknown access {other}"),
            };
            let Field { db, default, internal, transient, loose, custom_setter, state, .. } = &field;
            writeln!(
                out,
                "        FieldDef {{ name: {name:?}, db_name: {:?}, ty: {}, access: Access::{access}, has_default: {}, internal: {internal}, db_persistent: {}, loose: {loose}, custom_setter: {custom_setter}, relation: {}, state: {state:?}, transitions: {}, read_role: {}, write_role: {}, key_roles: {} }},",
                db.as_ref().unwrap_or(name),
                Type::parse(&field.ty)?.table(),
                default.is_some(),
                !transient,
                relation_of(classes, class, name, &field)?,
                transitions(&field.lifecycle),
                rank(field.read_role.as_ref().unwrap_or(&class.implicit_role))?,
                rank(field.write_role.as_ref().unwrap_or(&class.role))?,
                ranks(&field.key_roles)?,
            )?;
        }
        out += "    ] },\n";
    }
    write!(
        out,
        "];\n\n/// Every message of every class, in the model's order.\npub static MESSAGES: &[MessageDef] = &[\n{messages}];\n"
    )?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_code_is_fresh() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (path, text) in super::generate(&root).unwrap() {
            let there = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
            assert!(there == text, "{path} is stale: run `cargo xtask codegen`");
        }
    }
}
