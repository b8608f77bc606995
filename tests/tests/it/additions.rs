//! Asked first: the plan that a call would run, as data.

use model::{ClassId, Value};
use sim::machine::Speed;
use toolstack::explain::dry_run;
use toolstack::listen::own_call;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vdi data on nfs 1GiB;
    vm web 2GiB halted disk nfs nic management; vm db 1GiB running on h1 disk nfs";

async fn ask(world: &World, call: &str, arguments: &[Value]) -> Value {
    dry_run::ask(&world.toolstack, &own_call(), call, arguments.to_vec()).await.unwrap()
}

fn list(value: &Value, name: &str) -> Vec<Value> {
    match value.member(name) {
        Some(Value::Array(items)) => items.clone(),
        other => panic!("{name}: {other:?} in {value:?}"),
    }
}

fn text(value: &Value, name: &str) -> String {
    value.member(name).and_then(Value::as_text).unwrap_or_else(|| panic!("{name} in {value:?}")).to_string()
}

#[test]
fn a_plan_is_told_with_its_steps_and_what_it_holds() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let start = [Value::from("web"), Value::Bool(false), Value::Bool(false)];
        let told = ask(&world, "VM.start", &start).await;
        assert_eq!((text(&told, "verdict"), text(&told, "kind")), ("runs".into(), "plan".into()));
        let steps: Vec<_> = list(&told, "steps").iter().map(|line| line.as_text().unwrap()).collect();
        assert_eq!(steps[0], "h2: create web");
        let holds: Vec<_> = list(&told, "holds")
            .iter()
            .map(|hold| format!("{} {}", text(hold, "name"), text(hold, "operation")))
            .collect();
        assert!(holds.contains(&"web start".to_string()), "{holds:?}");
        assert!(told.member("plan").unwrap().member("parts").is_some());
        assert!(world.simulation.taken().is_empty() && world.pool().table(ClassId::Task).is_empty());

        // As it was told, so it happens.
        world.call("VM.start web").await.unwrap();
        let taken = world.simulation.taken();
        let host = |uuid| world.pool().by_uuid(ClassId::Host, uuid).map(model::Ref::new).unwrap();
        let taken: Vec<_> = taken
            .iter()
            .map(|(at, step)| toolstack::explain::step_on(&world.pool(), host(*at), step))
            .collect();
        let told: Vec<_> = steps.iter().filter(|line| !line.starts_with("row: ")).collect();
        assert_eq!(
            taken.iter().collect::<std::collections::BTreeSet<_>>().len(),
            told.len(),
            "{taken:?} {told:?}"
        );
    });
}

#[test]
fn a_refusal_and_a_conflict_are_told() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let start = [Value::from("db"), Value::Bool(false), Value::Bool(false)];
        let told = ask(&world, "VM.start", &start).await;
        assert_eq!(text(&told, "verdict"), "refused");
        assert_eq!(list(&told, "error")[0], "VM_BAD_POWER_STATE".into());

        let db = model::Ref::<model::Vm>::new(worlds::words::named(&world.pool(), ClassId::Vm, "db"));
        let mark = |tx: &mut store::Transaction| {
            let task = "OpaqueRef:00000000-0000-0000-0000-00000000beef";
            tx.update(db, |row| row.current_operations.insert(task, model::VmOperations::CleanShutdown));
            Ok::<_, store::StoreError>(())
        };
        world.toolstack.store.commit(store::Header::default(), mark).await.unwrap();
        let told = ask(&world, "VM.pause", &[Value::from("db")]).await;
        assert_eq!(text(&told, "verdict"), "waits");
        let conflicts = list(&told, "conflicts");
        assert_eq!(
            (text(&conflicts[0], "name"), text(&conflicts[0], "operation")),
            ("db".into(), "clean_shutdown".into())
        );
    });
}

#[test]
fn operations_of_operations_are_looked_into() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let pool = world.pool();
        let vdi = worlds::words::named(&pool, ClassId::Vdi, "data");
        let row = model::PoolUpdate {
            uuid: model::Uuid(5),
            name_label: "fix".into(),
            vdi: model::Ref::new(vdi),
            ..model::PoolUpdate::default()
        };
        let insert = |tx: &mut store::Transaction| {
            tx.insert(model::Ref::from_bits(5), row);
            Ok::<_, store::StoreError>(())
        };
        world.toolstack.store.commit(store::Header::default(), insert).await.unwrap();
        let told = ask(&world, "pool_update.destroy", &[Value::from("fix")]).await;
        let lines = |told: &Value| -> Vec<_> {
            list(told, "steps").iter().map(|line| line.as_text().unwrap()).collect()
        };
        assert_eq!(lines(&told), ["call VDI.destroy data", "row: drop pool_update fix"]);
        let parts = list(told.member("plan").unwrap(), "parts");
        assert_eq!((text(&parts[0], "kind"), text(&parts[0], "verdict")), ("call".into(), "runs".into()));
        assert!(lines(&parts[0]).contains(&"h1: destroy disk data".into()));
    });
}
