//! `state.db` files are read and written by the byte.

use super::*;
use model::schema::Type;
use model::*;
use proptest::prelude::*;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<database><manifest>\
    <pair key=\"schema_major_vsn\" value=\"5\"/><pair key=\"schema_minor_vsn\" value=\"909\"/>\
    <pair key=\"generation_count\" value=\"77\"/></manifest>";
const VM: &str = "OpaqueRef:00000000-0000-0000-0000-0000000000aa";
const VBD: &str = "OpaqueRef:00000000-0000-0000-0000-0000000000bb";
const UUID: &str = "00000000-0000-0000-0000-00000000000c";

fn file(tables: &str) -> String {
    format!("{HEAD}{tables}</database>")
}
fn vm_row(columns: &str) -> String {
    file(&format!("<table name=\"VM\"><row ref=\"{VM}\" {columns}/></table>"))
}
fn vm_of(columns: &str) -> Vm {
    let read = read(vm_row(columns).as_bytes()).unwrap();
    read.rows[0].row.as_any().downcast_ref::<Vm>().unwrap().clone()
}
fn refusal(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}
fn written(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    write(snapshot, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_row_is_read_column_by_column() {
    let text = file(&format!(
        "<table name=\"VM\"><row ref=\"{VM}\" __ctime=\"5\" __mtime=\"9\" _ref=\"{VM}\" uuid=\"{UUID}\" \
         name__label=\"a%.b%%&lt;%n%_c\" power_state=\"Running\" memory__target=\"4096\" is_a_template=\"true\" \
         HVM__shadow_multiplier=\"1.5\" snapshot_time=\"20250319T04:16:24Z\" tags=\"('x%.y'%.'it\\'s')\" \
         other_config=\"(('k'%.'v')%.('k2'%.''))\" NVRAM=\"()\" VBDs=\"('{VBD}')\" protection_policy=\"OpaqueRef:NULL\"/>\
         </table><table name=\"VBD\"><row ref=\"{VBD}\" VM=\"{VM}\" currently_attached=\"true\"/></table>"
    ));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!((read.schema, read.generation, read.warnings.as_slice()), ((5, 909), 77, [].as_slice()));
    let snapshot = read.into_snapshot();
    snapshot.verify().unwrap();
    let (id, vm) = snapshot.first::<Vm>().unwrap();
    assert_eq!(vm.name_label, "a b%<\n  c");
    assert_eq!((vm.power_state, vm.memory_target, vm.is_a_template), (VmPowerState::Running, 4096, true));
    assert_eq!(
        (vm.HVM_shadow_multiplier, vm.snapshot_time),
        (1.5, Date::parse("20250319T04:16:24Z").unwrap())
    );
    assert_eq!(vm.tags.iter().map(Text::as_str).collect::<Vec<_>>(), ["x y", "it's"]);
    assert_eq!(vm.other_config.get("k").unwrap(), "v");
    assert_eq!(vm.other_config.get("k2").unwrap(), "");
    assert_eq!(snapshot.many(many::VM_VBDS, id).count(), 1);
    let entry = snapshot.entry(ClassId::Vm, id.id()).unwrap();
    assert_eq!((entry.created, entry.modified), (5, 9));
}

#[test]
fn what_is_missing_is_at_its_default_and_what_is_not_kept_is_empty() {
    let vm = vm_of("");
    assert_eq!(vm, Vm::default());
    let mut tried = 0;
    for class in tables().into_iter().filter(|class| class.persistent) {
        for (number, field) in
            class.fields.iter().enumerate().filter(|(_, field)| !field.db_persistent && is_read(field))
        {
            let (text, empty) = match field.ty {
                Type::Int => ("5", Value::Int(0)),
                Type::Bool => ("true", Value::Bool(false)),
                Type::String if field.name != "uuid" => ("words", Value::string("")),
                _ => continue,
            };
            let (name, column) = (class.name, field.db_name);
            let text =
                file(&format!("<table name=\"{name}\"><row ref=\"{VM}\" {column}=\"{text}\"/></table>"));
            let read = read(text.as_bytes()).unwrap();
            assert_eq!(read.rows[0].row.field(number).unwrap().value(), empty, "{name}.{column}");
            tried += 1;
        }
    }
    assert!(tried > 3, "{tried}");
}

#[test]
fn removed_columns_are_skipped_and_unknown_ones_are_not() {
    assert!(!vm_of("is_snapshot_from_vmpp=\"true\"").is_snapshot_from_vmpp);
    assert_eq!(refusal(&vm_row("colour=\"red\"")), "line 2: VM has no column \"colour\"");
    assert!(refusal(&file("<table name=\"pet\"/>")).contains("no table \"pet\""));
    assert!(refusal(&file("<table name=\"xenios_setting\"/>")).contains("no table"));
}

#[test]
fn what_points_at_nothing_becomes_null() {
    let text =
        file(&format!("<table name=\"VBD\"><row ref=\"{VBD}\" VM=\"{VM}\" metrics=\"{VM}\"/></table>"));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!(read.warnings, [format!("VBD {VBD}: VM points at {VM}, which is not there")]);
    let snapshot = read.into_snapshot();
    snapshot.verify().unwrap();
    assert_eq!(snapshot.first::<model::Vbd>().unwrap().1.VM, Ref::NULL);
}

#[test]
fn one_sided_relations_are_dropped() {
    let group = VBD;
    let text = file(&format!(
        "<table name=\"VM\"><row ref=\"{VM}\" groups=\"('{group}')\"/></table>\
         <table name=\"VM_group\"><row ref=\"{group}\"/></table>"
    ));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!(read.warnings.len(), 1);
    read.into_snapshot().verify().unwrap();
}

#[test]
fn files_that_are_not_right_are_refused() {
    for (text, reason) in [
        ("", "ends early"),
        ("<database/>", "manifest"),
        (HEAD, "ends early"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><database/>", "document type"),
        (&file("<table name=\"VM\">words</table>"), "text between"),
        (&file("<table name=\"VM\"><table name=\"VM\"/></table>"), "unexpected <table>"),
        (&vm_row("memory__target=\"much\""), "\"much\" is no int"),
        (&vm_row("is_a_template=\"1\""), "no bool"),
        (&vm_row("affinity=\"somewhere\""), "no reference"),
        (&vm_row("other_config=\"((''%.'v'))\""), "empty key"),
        (&vm_row("other_config=\"(('k'%.'v')\""), "not closed"),
        (&vm_row("tags=\"('a') ('b')\""), "too much"),
        (&vm_row("name__label=\"&bomb;\""), "bomb"),
        (&vm_row("__ctime=\"-1\""), "__ctime"),
        (&vm_row("affinity=\"\" affinity=\"\""), "comes twice"),
        (&file(&format!("<table name=\"VM\"><row ref=\"{VM}\"/><row ref=\"{VM}\"/></table>")), "another row"),
        (
            &file(&format!(
                "<table name=\"VM\"><row ref=\"{VM}\" uuid=\"{UUID}\"/><row ref=\"{VBD}\" uuid=\"{UUID}\"/></table>"
            )),
            "uuid belongs",
        ),
    ] {
        let refusal = refusal(text);
        assert!(refusal.contains(reason), "{text}: {refusal}");
    }
    assert!(read(b"\xff").is_err());
    assert!(read("<a>".repeat(100_000).as_bytes()).is_err());
    let deep = format!("tags=\"{}\"", "(".repeat(1_000_000));
    assert!(read(vm_row(&deep).as_bytes()).is_err());
}

#[test]
fn an_unknown_value_of_an_enum_is_left_out() {
    let read = read(vm_row("power_state=\"Dreaming\"").as_bytes()).unwrap();
    assert_eq!(read.warnings, ["VM.power_state: unknown value \"Dreaming\""]);
}

#[test]
fn an_empty_pool_is_a_list_of_tables() {
    let text = written(&Snapshot::default());
    assert!(text.starts_with(&HEAD.replace("77", "0")));
    assert!(text.contains("</manifest><table name=\"Bond\"/><table name=\"Caller\"/>"), "{text}");
    assert!(
        text.ends_with("<table name=\"vtpm\"/></database>")
            || text.ends_with("<table name=\"user\"/></database>")
    );
    assert!(
        text.contains("<table name=\"session\"/>") && !text.contains("xenios") && !text.contains("\"event\"")
    );
}

#[test]
fn a_row_is_written_as_the_original_does() {
    let mut bulk = Bulk::default();
    let (host, secret, metrics) = (RefId(0xaa), RefId(0xbb), RefId(0xcc));
    let entry = |row: Box<dyn Row>| Entry { created: 3, modified: 4, row: Arc::from(row) };
    let other_config = [("a b", "it's \"<100%>\"")].into_iter().map(|(k, v)| (k.into(), v.into())).collect();
    bulk.add(secret, entry(Box::new(Secret { uuid: Uuid(12), value: Text::new("p&q\n"), other_config })));
    bulk.add(
        host,
        entry(Box::new(HostMetrics { uuid: Uuid(13), memory_total: 1 << 34, ..HostMetrics::default() })),
    );
    bulk.add(metrics, entry(VbdMetrics::default().clone_row()));
    let text = written(&bulk.snapshot(9));
    let id = "OpaqueRef:00000000-0000-0000-0000-0000000000bb";
    let row = format!(
        "<table name=\"secret\"><row ref=\"{id}\" __ctime=\"3\" __mtime=\"4\" _ref=\"{id}\" \
         other_config=\"(('a%.b'%.'it\\'s%.\\&quot;&lt;100%%&gt;\\&quot;'))\" uuid=\"{UUID}\" value=\"p&amp;q%n\"/></table>"
    );
    assert!(text.contains(&row), "{text}");
    assert!(text.contains(
        "last_updated=\"19700101T00:00:00Z\" live=\"false\" memory__free=\"0\" memory__total=\"17179869184\""
    ));
    assert!(text.contains("<table name=\"VBD_metrics\"/>"), "these are not kept");
}

#[test]
fn the_many_side_is_written_from_the_index() {
    let text = file(&format!(
        "<table name=\"VBD\"><row ref=\"{VBD}\" VM=\"{VM}\"/></table><table name=\"VM\"><row ref=\"{VM}\"/></table>"
    ));
    let text = written(&read(text.as_bytes()).unwrap().into_snapshot());
    assert!(text.contains(&format!(" VBDs=\"('{VBD}')\"")), "{text}");
    assert!(text.contains(" VGPUs=\"()\""));
}

#[test]
fn floats_are_written_as_c_does() {
    for (number, text) in [
        (0.0, "0"),
        (1.0, "1"),
        (-2.5, "-2.5"),
        (0.1, "0.100000000000000006"),
        (1e-5, "1.00000000000000008e-05"),
        (1e17, "100000000000000000"),
        (1e18, "1e+18"),
        (1e300, "1.00000000000000005e+300"),
        (f64::INFINITY, "inf"),
    ] {
        let mut out = String::new();
        text::print(&Type::Float, &Value::Float(number), &mut out).unwrap();
        assert_eq!(out, text);
    }
}

#[test]
fn nested_values_are_quoted_twice() {
    let ty = Type::Map(&Type::Int, &Type::Set(&Type::String));
    let value = Value::Struct(vec![("0".into(), Value::Array(vec!["a'b".into()]))]);
    let mut out = String::new();
    text::print(&ty, &value, &mut out).unwrap();
    assert_eq!(out, r"(('0' '(\'a\\\'b\')'))");
    assert_eq!(text::parse(&ty, &out), Ok(value));
    assert_eq!(text::parse(&Type::Set(&Type::String), " ( a \"b c\" ; note\n'd\\\\' )").unwrap(), {
        Value::Array(vec!["a".into(), "b c".into(), "d\\".into()])
    });
}

/// Any value of a type, as a client could have set it. References are null.
fn any_value(ty: &'static Type) -> BoxedStrategy<Value> {
    // What XML can say: no control characters but white space.
    let text = "[ -~\t\n\ré→𝄞%'\"\\\\()<>&;]{0,12}";
    match ty {
        Type::Int => any::<i64>().prop_map(Value::Int).boxed(),
        Type::Float => (-1e9..1e9f64).prop_map(Value::Float).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::DateTime => {
            (0..253_402_300_000i64).prop_map(|at| Value::DateTime(Date::from_seconds(at))).boxed()
        }
        Type::Enum(values) => (0..values.values.len()).prop_map(|at| values.values[at].into()).boxed(),
        Type::Ref(_) => Just(Value::Ref(RefId::NULL)).boxed(),
        Type::Set(Type::Ref(_)) => Just(Value::Array(Vec::new())).boxed(),
        Type::Set(item) => prop::collection::vec(any_value(item), 0..4).prop_map(Value::Array).boxed(),
        Type::Map(Type::Ref(_), _) => Just(Value::Struct(Vec::new())).boxed(),
        Type::Map(key, item) => {
            let key = any_value(key).prop_map(|key| match key {
                Value::Int(number) => Text::new(number.to_string()),
                other => Text::new(format!(
                    "{}",
                    other.as_text().filter(|key| !key.is_empty()).unwrap_or("k".into())
                )),
            });
            prop::collection::vec((key, any_value(item)), 0..4).prop_map(Value::Struct).boxed()
        }
        _ => text.prop_map(Value::from).boxed(),
    }
}

/// A row of any kept class, with every field that a file brings back set to anything.
fn any_row() -> impl Strategy<Value = Box<dyn Row>> {
    let classes: Vec<ClassId> =
        tables().into_iter().filter(|class| class.persistent).map(|class| class.id).collect();
    prop::sample::select(classes).prop_flat_map(|class| {
        let fields = class.definition().fields;
        let kept =
            move |number: &usize| is_read(&fields[*number]) && fields[*number].db_persistent && *number > 0;
        let values: Vec<_> = (0..fields.len())
            .filter(kept)
            .map(|number| (Just(number), any_value(&fields[number].ty)))
            .collect();
        values.prop_map(move |values| {
            let mut row = class.definition().new_row.unwrap()();
            for (number, value) in values {
                row.field_mut(number).unwrap().assign(&value).unwrap();
            }
            row
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_again(rows in prop::collection::vec(any_row(), 1..4)) {
        let mut bulk = Bulk::default();
        let mut pools = 0;
        for (at, row) in rows.into_iter().enumerate() {
            pools += usize::from(row.class() == ClassId::Pool);
            if row.class() == ClassId::Pool && pools > 1 {
                continue;
            }
            let at = at as u64 + 2;
            bulk.add(RefId(u128::from(at)), Entry { created: at, modified: at + 1, row: Arc::from(row) });
        }
        let before = bulk.snapshot(50);
        let text = written(&before);
        let read = read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.warnings, &Vec::<String>::new());
        let after = read.into_snapshot();
        after.verify().unwrap();
        for class in ClassId::all() {
            for (id, entry) in before.table(class) {
                let again = after.entry(class, *id).unwrap();
                prop_assert!(entry.row.same(&*again.row), "{:?}\n{:?}", entry.row, again.row);
                prop_assert_eq!((entry.created, entry.modified), (again.created, again.modified));
            }
        }
        prop_assert_eq!(written(&after), text);
    }

    #[test]
    fn any_text_gets_an_answer(text in "[<>/=a-zA-Z_\"' &;()%]{0,80}") {
        fuzzing::statedb(text.as_bytes());
        fuzzing::statedb(file(&text).as_bytes());
        fuzzing::statedb(vm_row(&text).as_bytes());
        fuzzing::statedb(vm_row(&format!("tags=\"{}\"", text.replace(['"', '<', '&'], ""))).as_bytes());
    }

    #[test]
    fn spaces_are_protected(text in "[ \t\r\n%._tnra]{0,20}") {
        let mut safe = String::new();
        text::protect(&text, &mut safe);
        prop_assert!(!safe.contains([' ', '\t', '\r', '\n']));
        prop_assert_eq!(text::unprotect(&safe), text);
    }
}
