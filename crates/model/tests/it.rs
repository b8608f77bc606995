//! The tables against an independent list of all messages, and the small types.

use model::schema::*;
use model::{ApiEnum, Class, Date, EnumSet, Map, Ref, RefId, Set, Text, Uuid, Value, Vm, VmOperations};
use proptest::prelude::*;

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Void => "void".into(),
        Type::String => "string".into(),
        Type::Int => "int".into(),
        Type::Float => "float".into(),
        Type::Bool => "bool".into(),
        Type::DateTime => "datetime".into(),
        Type::Enum(def) => format!("enum {}", def.name),
        Type::Ref(class) => format!("{} ref", class.name()),
        Type::Record(class) => format!("{} record", class.name()),
        Type::AnyRecord => "<class> record".into(),
        Type::Set(item) => format!("{} set", type_name(item)),
        Type::Map(key, value) => format!("({} -> {}) map", type_name(key), type_name(value)),
        Type::Option(item) => format!("{} option", type_name(item)),
    }
}

fn kind_name(message: &MessageDef) -> &'static str {
    match message.kind {
        _ if message.explicit => "custom",
        MessageKind::Custom => "custom",
        MessageKind::Get(_) => "field_getter",
        MessageKind::Set(_) => "field_setter",
        MessageKind::Add(_) => "field_add",
        MessageKind::Remove(_) => "field_remove",
        MessageKind::Create => "constructor",
        MessageKind::Destroy => "destructor",
        MessageKind::GetRecord => "get_record",
        MessageKind::GetByUuid => "get_by_uuid",
        MessageKind::GetByNameLabel => "get_by_name_label",
        MessageKind::GetAll => "get_all",
        MessageKind::GetAllWhere => "get_all_where",
        MessageKind::GetAllRecords => "get_all_records",
        MessageKind::GetAllRecordsWhere => "get_all_records_where",
    }
}

fn rank_name(rank: Rank) -> &'static str {
    match rank {
        Rank::ReadOnly => "read-only",
        Rank::VmOperator => "vm-operator",
        Rank::VmAdmin => "vm-admin",
        Rank::VmPowerAdmin => "vm-power-admin",
        Rank::PoolOperator => "pool-operator",
        Rank::PoolAdmin => "pool-admin",
        Rank::LocalRoot => "local-root-only",
    }
}

/// `messages.tsv` was printed from the original's data model, not from our tables.
#[test]
fn every_message_is_as_the_original_declares_it() {
    let flag = |flag: bool| u8::from(flag).to_string();
    let mine: Vec<String> = model::generated::schema::MESSAGES
        .iter()
        .filter(|message| !message.class.definition().own)
        .map(|message| {
            let params: Vec<_> = message
                .params
                .iter()
                .map(|param| format!("{}: {}", param.name, type_name(&param.ty)))
                .collect();
            let fields = message.class.definition().fields;
            let members: Vec<_> = message
                .members
                .iter()
                .map(|(number, required)| {
                    format!("{}{}", if *required { "*" } else { "" }, fields[*number].name)
                })
                .collect();
            [
                message.full_name.to_string(),
                kind_name(message).into(),
                params.join("; "),
                type_name(&message.result),
                rank_name(message.role).into(),
                flag(message.is_async),
                flag(message.session),
                flag(message.hidden),
                flag(message.in_sdk),
                if message.removed { "removed" } else { "" }.into(),
                members.join(","),
            ]
            .join("\t")
        })
        .collect();
    let original: Vec<String> = include_str!("messages.tsv")
        .lines()
        .map(|line| {
            let mut columns: Vec<String> = line.split('\t').map(String::from).collect();
            let params: Vec<_> = columns[2]
                .split("; ")
                .map(|param| param.split(" = ").next().unwrap_or_default().to_string())
                .collect();
            columns[2] = params.join("; ");
            columns.join("\t")
        })
        .collect();
    for (mine, original) in mine.iter().zip(&original) {
        assert_eq!(mine, original);
    }
    assert_eq!((mine.len(), original.len()), (2258, 2258));
}

#[test]
fn every_class_and_explicit_message_has_a_sentence() {
    for class in ClassId::all() {
        assert!(class.definition().doc.ends_with('.'), "{}", class.name());
    }
    for message in model::generated::schema::MESSAGES.iter().filter(|message| message.explicit) {
        assert!(message.doc.ends_with('.'), "{}", message.full_name);
    }
}

#[test]
fn relations_name_each_other() {
    let mut count = 0;
    for class in ClassId::all() {
        for (number, field) in class.definition().fields.iter().enumerate() {
            let Some(relation) = field.relation else { continue };
            let back = relation.class.definition().fields[relation.field].relation.unwrap();
            assert_eq!((back.class, back.field), (class, number), "{}.{}", class.name(), field.name);
            count += 1;
        }
    }
    // 64 relations of the original, less two sets that are related to themselves.
    assert_eq!(count, 2 * 62);
}

#[test]
fn rows_have_the_fields_of_their_table() {
    for class in ClassId::all() {
        let Some(new_row) = class.definition().new_row else { continue };
        let mut row = new_row();
        for (number, field) in class.definition().fields.iter().enumerate() {
            assert_eq!(row.field(number).is_none(), field.derived(), "{}.{}", class.name(), field.name);
            let Some(value) = row.field(number).map(|field| field.value()) else { continue };
            row.field_mut(number).unwrap().assign(&value).unwrap();
            assert_eq!(row.field(number).unwrap().value(), value);
        }
    }
    assert_eq!(Vm::ID.name(), "VM");
}

#[test]
fn operations_are_shown_in_reverse() {
    let set: EnumSet<VmOperations> = [VmOperations::Snapshot, VmOperations::Clone].into_iter().collect();
    let names: Vec<_> = set.iter().map(VmOperations::name).collect();
    assert_eq!(names, ["clone", "snapshot"]);
}

#[test]
fn dates_read_and_print() {
    for (text, printed) in [
        ("20250319T04:16:24Z", "20250319T04:16:24Z"),
        ("2025-03-19T04:16:24Z", "20250319T04:16:24Z"),
        ("20250319T04:16:24+01:00", "20250319T03:16:24Z"),
        ("20250319T04:16:24", "20250319T04:16:24"),
        ("19700101T00:00:00Z", "19700101T00:00:00Z"),
    ] {
        assert_eq!(Date::parse(text).unwrap().to_string(), printed);
    }
    for bad in
        ["", "2025", "20251319T04:16:24Z", "20250319T04:16:24X", "20250229T00:00:00Z", "٢٠٢٥0319T04:16:24Z"]
    {
        assert_eq!(Date::parse(bad), None, "{bad}");
    }
}

#[test]
fn references_read_and_print() {
    assert_eq!(RefId::parse("OpaqueRef:NULL"), Some(RefId::NULL));
    assert_eq!(RefId::parse(""), Some(RefId::EMPTY));
    assert_eq!(RefId::parse("OpaqueRef:nonsense"), None);
    let text = "OpaqueRef:4c465420-6e42-4940-aee0-7ee5aaef1029";
    assert_eq!(RefId::parse(text).unwrap().to_string(), text);
    assert_eq!(Ref::<Vm>::EMPTY.to_string(), "");
}

proptest! {
    #[test]
    fn dates_round_trip(seconds in -10_000_000_000i64..10_000_000_000) {
        let date = Date::from_seconds(seconds);
        if seconds > -62_000_000_000 {
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn any_text_is_a_date_or_not(text in "\\PC*") {
        let _ = Date::parse(&text);
        let _ = Uuid::parse(&text);
        let _ = RefId::parse(&text);
    }

    #[test]
    fn sets_keep_their_members(items in proptest::collection::vec(0i64..20, 0..30), gone in 0i64..20) {
        let mut set: Set<i64> = Set::EMPTY;
        for item in &items {
            set.insert(*item);
        }
        prop_assert_eq!(set.remove(&gone), items.contains(&gone));
        prop_assert!(!set.contains(&gone));
        prop_assert!(set.insert(gone));
        prop_assert!(!set.insert(gone));
    }

    #[test]
    fn maps_forget_what_was_removed(keys in proptest::collection::vec("[a-c]{1,2}", 0..8)) {
        let mut map: Map<Text, Text> = Map::default();
        for key in &keys {
            map.insert(key.as_str(), "x");
        }
        for key in &keys {
            map.remove(key.as_str());
        }
        prop_assert!(map.is_empty() && map == Map::EMPTY);
        prop_assert_eq!(model::Field::value(&map), Value::Struct(vec![]));
    }
}

#[test]
fn what_a_message_holds_is_there() {
    for message in model::generated::schema::MESSAGES {
        for (what, _) in message.holds {
            let first = message.params.first().map(|param| &param.ty);
            let relation =
                matches!(first, Some(Type::Ref(class)) if class.definition().field(what).is_some());
            let named = message.params.iter().any(|param| param.name == *what);
            assert!(named || relation, "{} holds {what}, which it does not know", message.full_name);
        }
    }
}
