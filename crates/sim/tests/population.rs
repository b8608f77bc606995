//! What holds for every pool that is made: references resolve, sizes add up, the seed tells all.

#![allow(clippy::disallowed_methods, reason = "tests measure time")]

use model::{
    Class, Date, Host, HostMetrics, Pbd, Pif, Ref, RefId, Row, Sm, Sr, Vbd, Vdi, Vif, Vm, VmGuestMetrics,
    VmMetrics, VmPowerState,
};
use sim::population::{Scenario, Spec, Summary, populate};
use std::collections::{BTreeMap, BTreeSet};

const NOW: Date = Date::from_seconds(1_779_264_000);

#[derive(Default)]
struct Rows(BTreeMap<RefId, Box<dyn Row>>);

impl Rows {
    fn of_spec(text: &str) -> (Rows, Summary) {
        let spec: Spec = text.parse().expect("a good spec");
        Rows::of(|sink| populate(&spec, NOW, &[], sink))
    }
    fn of_scenario(text: &str) -> (Rows, Summary) {
        let scenario: Scenario = text.parse().expect("a good scenario");
        Rows::of(|sink| scenario.populate(NOW, sink))
    }
    fn of(make: impl FnOnce(&mut dyn sim::population::Sink) -> Summary) -> (Rows, Summary) {
        let mut rows = Rows::default();
        let summary = make(&mut |id: RefId, row: Box<dyn Row>| {
            assert!(!id.is_null(), "{row:?}");
            let before = rows.0.insert(id, row);
            assert!(before.is_none(), "{id} is put twice: {before:?}");
        });
        assert_eq!(summary.rows, rows.0.len());
        (rows, summary)
    }
    fn all<T: Class>(&self) -> Vec<(Ref<T>, &T)> {
        self.0
            .iter()
            .filter_map(|(id, row)| Some((Ref::new(*id), row.as_any().downcast_ref::<T>()?)))
            .collect()
    }
    fn get<T: Class>(&self, id: Ref<T>) -> &T {
        self.0[&id.id()].as_any().downcast_ref().expect("a row of this class")
    }
    fn named<'a, T: Class>(&'a self, name: &str, label: impl Fn(&T) -> &str) -> &'a T {
        let found = self.all::<T>().into_iter().find(|(_, row)| label(row) == name);
        found.unwrap_or_else(|| panic!("no {} {name}", T::ID.name())).1
    }

    /// Every reference points at a row, of the class that the model says, and uuids are unique.
    fn check(&self) {
        let mut uuids = BTreeSet::new();
        for (id, row) in &self.0 {
            assert!(uuids.insert(row.uuid()), "uuid {} of {row:?} is there twice", row.uuid());
            assert_ne!(row.uuid(), model::Uuid::NIL);
            for (number, definition) in row.definition().fields.iter().enumerate() {
                let Some(field) = row.field(number) else { continue };
                field.references(&mut |to| {
                    let target = self.0.get(&to);
                    let what = format!("{}.{} of {id}", row.class().name(), definition.name);
                    let target = target.unwrap_or_else(|| panic!("{what} points at nothing"));
                    if let model::schema::Type::Ref(class) = definition.ty {
                        assert_eq!(target.class(), class, "{what}");
                    }
                });
                self.check_value(&field.value(), row.as_ref());
            }
        }
        self.check_spaces();
        self.check_memory();
    }

    /// The reference fields that stand empty are null, not the empty text; texts name live rows.
    fn check_value(&self, value: &model::Value, row: &dyn Row) {
        assert_ne!(*value, model::Value::Ref(RefId::EMPTY), "{row:?}");
        if let model::Value::Struct(members) = value
            && let Some(model::Value::String(text)) = value.member("storage_driver_domain")
        {
            let id = RefId::parse(text).expect("a reference");
            assert!(self.0.contains_key(&id), "{members:?}");
        }
    }

    fn check_spaces(&self) {
        let disks = self.all::<Vdi>();
        for (id, storage) in self.all::<Sr>() {
            if storage.is_tools_sr {
                continue;
            }
            let mine = || disks.iter().filter(|(_, disk)| disk.SR == id).map(|(_, disk)| disk);
            assert_eq!(storage.virtual_allocation, mine().map(|disk| disk.virtual_size).sum::<i64>());
            let used = mine().map(|disk| disk.physical_utilisation).sum::<i64>();
            assert_eq!(storage.physical_utilisation, used, "{}", storage.name_label);
            assert!(storage.physical_size >= used, "{}", storage.name_label);
        }
    }

    fn check_memory(&self) {
        for (id, host) in self.all::<Host>() {
            let metrics = self.get(host.metrics);
            let of_machines: i64 = self
                .all::<Vm>()
                .iter()
                .filter(|(_, vm)| vm.resident_on == id)
                .map(|(_, vm)| vm.memory_target + vm.memory_overhead)
                .sum();
            assert_eq!(metrics.memory_total - host.memory_overhead - of_machines, metrics.memory_free);
            assert!(metrics.memory_free >= 0, "{}", host.name_label);
        }
    }
}

/// User machines: neither templates nor control domains.
fn machines(rows: &Rows) -> Vec<(Ref<Vm>, &Vm)> {
    rows.all::<Vm>().into_iter().filter(|(_, vm)| !vm.is_a_template && !vm.is_control_domain).collect()
}

#[test]
fn pools_of_every_shape_are_whole() {
    for spec in [
        "",
        "hosts=1,vms=3,srs=0,networks=0",
        "hosts=3,vms=50,srs=2,seed=7",
        "hosts=5,vms=300,srs=3,networks=4,running=1",
        "hosts=2,vms=40,srs=0,running=0.3",
        "hosts=300,vms=2",
    ] {
        Rows::of_spec(spec).0.check();
    }
}

#[test]
fn the_spec_counts() {
    let (rows, summary) = Rows::of_spec("hosts=3,vms=50,srs=2,networks=3,running=0.4,seed=7");
    assert_eq!(rows.all::<Host>().len(), 3);
    assert_eq!(summary.hosts.len(), 3);
    let vms = machines(&rows);
    assert_eq!(vms.len(), 50);
    let running = vms.iter().filter(|(_, vm)| vm.power_state == VmPowerState::Running).count();
    assert_eq!((running, rows.all::<VmGuestMetrics>().len()), (20, 20));
    assert_eq!(rows.all::<VmMetrics>().len(), rows.all::<Vm>().len());
    assert_eq!(rows.all::<Vif>().len(), 50);
    assert_eq!(rows.all::<Vbd>().len(), 100);
    assert_eq!(rows.all::<Sm>().len(), 18);
    assert_eq!(summary.networks.len(), 4);
    assert_eq!(rows.all::<Pif>().len(), 3 * 4);
    let shared = rows.all::<Sr>().into_iter().filter(|(_, sr)| sr.shared && sr.content_type != "iso").count();
    assert_eq!(shared, 2);
    // Shared ones and the two libraries on every host, three more for each host.
    assert_eq!(rows.all::<Pbd>().len(), 3 * (2 + 2 + 3));
    let default = rows.get(summary.default_storage.expect("a default storage"));
    assert_eq!((default.name_label.as_str(), default.shared), ("Shared storage 1", true));
}

#[test]
fn a_machine_is_like_those_of_real_pools() {
    let (rows, summary) = Rows::of_spec("hosts=2,vms=4,running=1");
    let vm = rows.get(summary.machines[0]);
    assert_eq!(vm.name_label, "vm-0001");
    assert_eq!(vm.domid, 1);
    assert!(vm.other_config.contains_key("base_template_name"));
    let creation = format!("xo:{}", &vm.uuid.to_string()[..8]);
    assert!(vm.other_config.get(creation.as_str()).is_some_and(|note| note.contains("\"template\":\"")));
    let devices: Vec<&Vbd> = rows
        .all::<Vbd>()
        .into_iter()
        .map(|(_, vbd)| vbd)
        .filter(|vbd| vbd.VM == summary.machines[0])
        .collect();
    let drive = devices.iter().find(|vbd| vbd.userdevice == "3").expect("a drive");
    assert!(drive.empty && drive.VDI.is_null());
    let disk = devices.iter().find(|vbd| vbd.userdevice == "0").expect("a disk");
    assert_eq!((disk.device.as_str(), disk.bootable), ("xvda", true));
    let card =
        rows.all::<Vif>().into_iter().find(|(_, vif)| vif.VM == summary.machines[0]).expect("a card").1;
    assert_eq!(card.MAC, machine::mac::from_seed(vm.other_config.get("mac_seed").expect("a seed"), 0));
}

#[test]
fn every_default_template_is_there() {
    let (rows, _) = Rows::of_spec("");
    let templates: Vec<&Vm> =
        rows.all::<Vm>().into_iter().map(|(_, vm)| vm).filter(|vm| vm.is_default_template).collect();
    assert_eq!(templates.len(), 39);
    let other = rows.named::<Vm>("Other install media", |vm| &vm.name_label);
    assert_eq!(other.uuid.to_string(), "552bce37-51b2-445d-84f2-5f33fa112d7e");
    assert_eq!(other.memory_overhead, 5_242_880);
    assert!(!other.other_config.contains_key("disks"));
    let windows = rows.named::<Vm>("Windows 11", |vm| &vm.name_label);
    assert_eq!(windows.platform.get("vtpm").map(|text| text.as_str()), Some("true"));
    assert_eq!(windows.memory_overhead, 71_303_168);
    assert!(windows.recommendations.contains("<restriction field=\"supports-bios\" value=\"no\"/>"));
}

#[test]
fn the_seed_tells_all() {
    let text = "hosts=2,vms=20,seed=9";
    let (one, other) = (Rows::of_spec(text).0, Rows::of_spec(text).0);
    assert_eq!(one.0.len(), other.0.len());
    for (id, row) in &one.0 {
        assert!(row.same(other.0[id].as_ref()), "{row:?}");
    }
    let elsewhere = Rows::of_spec("hosts=2,vms=20,seed=10").1;
    assert_ne!(elsewhere.pool, Rows::of_spec(text).1.pool);
}

#[test]
fn a_machine_stays_itself_when_other_counts_change() {
    let few = Rows::of_spec("hosts=1,vms=5").1;
    let many = Rows::of_spec("hosts=4,vms=30,srs=3,networks=2").1;
    assert_eq!(few.machines, many.machines[..5]);
    assert_eq!(few.hosts, many.hosts[..1]);
}

#[test]
fn all_machines_fit_when_a_host_is_away() {
    let (rows, _) = Rows::of_spec("hosts=4,vms=500,running=0.5");
    let all: i64 = machines(&rows).iter().map(|(_, vm)| vm.memory_static_max + vm.memory_overhead).sum();
    let room = |(_, metrics): &(Ref<HostMetrics>, &HostMetrics)| metrics.memory_total - 12 * (1 << 30);
    assert!(rows.all::<HostMetrics>().iter().take(3).map(room).sum::<i64>() >= all);
}

#[test]
fn hosts_have_the_addresses_that_are_given() {
    let spec: Spec = "hosts=2".parse().expect("a good spec");
    let (rows, summary) = Rows::of(|sink| populate(&spec, NOW, &["127.0.0.1".into()], sink));
    assert_eq!(rows.get(summary.hosts[0]).address, "127.0.0.1");
    assert_eq!(rows.get(summary.hosts[1]).address, "10.10.0.12");
}

#[test]
fn a_scenario_has_what_is_named() {
    let (rows, summary) = Rows::of_scenario(
        "host h1 8GiB; host h2 16GiB
         network lan; network dmz vlan 20 on h1
         sr local ext on h1 100GiB; sr nfs on h1 h2; sr isos iso
         vdi data on nfs 10GiB; vdi debian.iso on isos
         vm web 4GiB halted disk nfs
         vm db 2GiB running vcpus 2 disk nfs 20GiB disk data cd debian.iso nic lan nic management
         vm idle 1GiB suspended disk local cd; vm still 1GiB paused on h1
         template tpl 1GiB disk nfs",
    );
    rows.check();
    assert_eq!(rows.all::<Host>().len(), 2);
    let mut names: Vec<&str> = rows.all::<Vm>().iter().map(|(_, vm)| vm.name_label.as_str()).collect();
    names.sort_unstable();
    let control = ["Control domain on host: h1", "Control domain on host: h2"];
    assert_eq!(names, [&control[..], &["db", "idle", "still", "tpl", "web"]].concat());
    let vm = |name: &str| rows.named::<Vm>(name, |vm| &vm.name_label);
    assert_eq!(rows.get(vm("db").resident_on).name_label, "h2");
    assert_eq!(rows.get(vm("still").resident_on).name_label, "h1");
    assert!(vm("tpl").is_a_template);
    assert_eq!(rows.get(vm("idle").suspend_VDI).r#type, model::VdiType::Suspend);
    assert_eq!(rows.get(rows.get(vm("idle").suspend_VDI).SR).name_label, "local");
    assert_eq!(rows.get(summary.default_storage.expect("a default storage")).name_label, "nfs");
    let labels: Vec<&str> = summary.machines.iter().map(|vm| rows.get(*vm).name_label.as_str()).collect();
    assert_eq!(labels, ["web", "db", "idle", "still", "tpl"]);
    assert_eq!(rows.all::<Sm>().len(), 18);
}

#[test]
fn a_scenario_can_be_furnished() {
    let text = "host h1 8GiB; host h2 8GiB; sr nfs; vm web 1GiB running disk nfs nic management";
    let scenario: Scenario = text.parse().expect("a good scenario");
    let scenario = scenario.furnished().with_seed(5).at(&["127.0.0.1".into()]);
    let (rows, summary) = Rows::of(|sink| scenario.populate(NOW, sink));
    rows.check();
    assert_eq!(rows.all::<Sm>().len(), 18);
    assert_eq!(rows.get(summary.hosts[0]).address, "127.0.0.1");
}

#[test]
fn storage_is_of_the_kind_that_its_name_says() {
    let (rows, _) =
        Rows::of_scenario("host h 8GiB; sr nfs; sr iso; sr ext; sr vault; sr san lvmoiscsi; sr disks lvm");
    rows.check();
    let kind = |name: &str| rows.named::<Sr>(name, |sr| &sr.name_label).r#type.clone();
    assert_eq!(
        ["nfs", "iso", "ext", "vault", "san", "disks"].map(kind),
        ["nfs", "iso", "ext", "nfs", "lvmoiscsi", "lvm"]
    );
}

#[test]
fn a_scenario_is_small() {
    let (rows, _) =
        Rows::of_scenario("host h1 8GiB; host h2 16GiB; sr nfs on h1 h2; vm web 4GiB halted disk nfs");
    assert!(rows.0.len() < 70, "{} rows", rows.0.len());
}

/// `cargo test --release -p sim -- --ignored` prints how long a large pool takes.
#[test]
#[ignore = "measures; only a release build says something"]
fn a_large_pool_is_quick() {
    let spec: Spec = "hosts=64,vms=100000,srs=8".parse().expect("a good spec");
    let mut rows = Vec::new();
    let start = std::time::Instant::now();
    populate(&spec, NOW, &[], &mut |id: RefId, row: Box<dyn Row>| rows.push((id, row)));
    eprintln!("{} rows in {:?}", rows.len(), start.elapsed());
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        eprintln!("{}", status.lines().filter(|line| line.starts_with("VmHWM")).collect::<String>());
    }
}
