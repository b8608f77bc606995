//! Updates: repositories are asked, hosts get what is due, and what that asks for is struck out when
//! it has happened.

use expect_test::expect;
use machine::Disc;
use machine::fact::update::{Package, Update};
use machine::step::update::Versions;
use model::{Host, LatestSyncedUpdatesAppliedState as Synced, Ref, Repository, UpdateGuidances, Vdi, Vm};
use sim::machine::Speed;
use worlds::check;
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; vdi hotfix on nfs 1GiB;
    vm web 1GiB running on h1 disk nfs; vm db 1GiB halted disk nfs";

const SOURCE: &str = "Repository.introduce main '' https://updates.example/main '' true";

async fn synchronised() -> (World, String) {
    let world = World::new(Origin::Words(POOL), 1, Speed::Max);
    world.call(SOURCE).await.unwrap();
    world.call("pool.set_repositories pool main").await.unwrap();
    let hash = world.call("pool.sync_updates pool true").await.unwrap();
    world.quiet().await;
    (world, hash.as_text().unwrap().to_string())
}

fn host(world: &World, name: &str) -> Host {
    let pool = world.pool();
    let found = pool.all::<Host>().find(|(_, host)| host.name_label == name).map(|(_, host)| host.clone());
    found.unwrap()
}

fn words(list: model::EnumSet<UpdateGuidances>) -> Vec<&'static str> {
    list.iter().map(model::ApiEnum::name).collect()
}

#[test]
fn a_repository_is_asked() {
    check(
        POOL,
        &format!("{SOURCE}; pool.set_repositories pool main; pool.sync_updates pool true"),
        expect![[r#"
            h1: read repository main
        "#]],
    );
}

#[test]
fn a_host_gets_what_is_due() {
    run(async {
        let (world, hash) = synchronised().await;
        assert_eq!(host(&world, "h1").latest_synced_updates_applied, Synced::No);
        assert_eq!(hash, world.pool().first::<Repository>().unwrap().1.hash.as_str());
        let apply = format!("host.apply_updates h1 {hash}");
        assert_eq!(world.call(&apply).await.unwrap_err().code, "HOST_NOT_DISABLED");
        world.prepare("set host h1 enabled false").await;
        assert_eq!(
            world.call("host.apply_updates h1 other").await.unwrap_err().code,
            "UPDATEINFO_HASH_MISMATCH"
        );
        world.call(&apply).await.unwrap();
        world.quiet().await;
        let row = host(&world, "h1");
        assert_eq!(words(row.pending_guidances), ["reboot_host"]);
        assert_eq!((row.latest_synced_updates_applied, row.last_update_hash.as_str()), (Synced::Yes, &*hash));
        assert_eq!(host(&world, "h2").latest_synced_updates_applied, Synced::No);
        let machine = |name: &str| {
            let pool = world.pool();
            let found = pool.all::<Vm>().find(|(_, vm)| vm.name_label == name).map(|(_, vm)| vm.clone());
            found.unwrap()
        };
        assert_eq!(words(machine("web").pending_guidances_recommended), ["restart_device_model"]);
        assert_eq!(words(machine("db").pending_guidances_recommended), [""; 0]);
        worlds::check::healthy(&world);

        world.call("VM.hard_reboot web").await.unwrap();
        world.quiet().await;
        assert_eq!(words(machine("web").pending_guidances_recommended), [""; 0]);
        // A new boot time is what a host that has booted tells.
        world.prepare("set host h1 other_config {boot_time: 5.}").await;
        world.prepare("set host h1 other_config {boot_time: 9.}").await;
        assert_eq!(words(host(&world, "h1").pending_guidances), [""; 0]);
    });
}

#[test]
fn a_restarted_toolstack_is_asked_for_only_once() {
    run(async {
        let (world, hash) = synchronised().await;
        world.prepare("set host h2 enabled false").await;
        world.call(&format!("host.apply_updates h2 {hash}")).await.unwrap();
        world.quiet().await;
        world
            .prepare(
                "set host h2 other_config {boot_time: 1.; agent_start_time: 1.}".replace("; ", ", ").as_str(),
            )
            .await;
        world.prepare("set host h2 other_config {boot_time: 2., agent_start_time: 1.}").await;
        let update = Update {
            id: "UPD-0009".into(),
            packages: Versions::from([("sm".to_string(), "4".to_string())]),
            mandatory: vec!["restart_toolstack".into()],
            ..Update::default()
        };
        world.simulation.publish(update);
        let hash = world.call("pool.sync_updates pool true").await.unwrap().as_text().unwrap();
        assert_eq!(host(&world, "h2").latest_synced_updates_applied, Synced::No);
        world.call(&format!("host.apply_updates h2 {hash}")).await.unwrap();
        world.quiet().await;
        assert_eq!(words(host(&world, "h2").pending_guidances), ["restart_toolstack"]);
        world.prepare("set host h2 other_config {boot_time: 2., agent_start_time: 7.}").await;
        assert_eq!(words(host(&world, "h2").pending_guidances), [""; 0]);
    });
}

#[test]
fn an_installation_that_fails_leaves_the_host_as_it_was() {
    let hash = run(async { synchronised().await.1 });
    check(
        POOL,
        &format!(
            "{SOURCE}; pool.set_repositories pool main; pool.sync_updates pool true; \
             set host h1 enabled false; host.apply_updates h1 {hash}"
        ),
        expect![[r#"
            h1: install updates h1
        "#]],
    );
}

#[test]
fn repositories_that_make_no_sense_are_refused() {
    run(async {
        let (world, hash) = synchronised().await;
        let secrets = || world.pool().table(model::ClassId::Secret).len();
        let before = secrets();
        let fails = async |call: &str| match world.call(call).await {
            Ok(_) => "OK".to_string(),
            Err(error) => format!("{}{:?}", error.code, error.params),
        };
        let introduce = |name: &str, url: &str| format!("Repository.introduce {name} '' {url} '' true");
        assert_eq!(fails(&introduce("a", "ftp://x")).await, r#"INVALID_BASE_URL["ftp://x"]"#);
        assert!(fails(&introduce("main", "https://b")).await.starts_with("REPOSITORY_ALREADY_EXISTS"));
        assert_eq!(
            fails(&(introduce("b", "https://b") + " ../key")).await,
            r#"INVALID_GPGKEY_PATH["../key"]"#
        );
        assert_eq!(fails("Repository.forget main").await, "REPOSITORY_IS_IN_USE[]");
        assert_eq!(fails("Repository.introduce_bundle file ''").await, "OK");
        assert!(fails("Repository.introduce_bundle other ''").await.starts_with("BUNDLE_REPOSITORY_ALREADY"));
        assert_eq!(fails("pool.add_repository pool file").await, "OK");
        assert_eq!(fails("pool.sync_updates pool true").await, "MULTIPLE_UPDATE_REPOSITORIES_ENABLED[]");
        assert_eq!(fails("pool.set_update_sync_enabled pool true").await, "CAN_NOT_PERIODIC_SYNC_UPDATES[]");
        assert_eq!(fails("pool.remove_repository pool main").await, "OK");
        assert_eq!(fails("pool.sync_updates pool true").await, "CAN_NOT_SYNC_UPDATES[]");
        assert_eq!(fails("pool.remove_repository pool file").await, "OK");
        assert_eq!(fails("pool.sync_updates pool true").await, "NO_REPOSITORY_ENABLED[]");
        assert_eq!(fails("pool.set_update_sync_enabled pool true").await, "NO_REPOSITORIES_CONFIGURED[]");
        assert_eq!(
            fails("pool.configure_update_sync pool weekly 7").await,
            r#"INVALID_UPDATE_SYNC_DAY["7"]"#
        );
        assert_eq!(fails("pool.configure_update_sync pool daily 0").await, "OK");
        let proxy = |words: &str| format!("pool.configure_repository_proxy pool {words}");
        assert_eq!(fails(&proxy("gopher://x '' ''")).await, r#"INVALID_REPOSITORY_PROXY_URL["gopher://x"]"#);
        assert_eq!(fails(&proxy("http://proxy me ''")).await, "INVALID_REPOSITORY_PROXY_CREDENTIAL[]");
        assert_eq!(fails(&proxy("http://proxy me secret")).await, "OK");
        assert_eq!(secrets(), before + 1);
        assert_eq!(fails("pool.disable_repository_proxy pool").await, "OK");
        assert_eq!(secrets(), before);
        world.prepare("set host h1 enabled false").await;
        assert_eq!(fails(&format!("host.apply_updates h1 {hash}")).await, "NO_REPOSITORY_ENABLED[]");
        assert_eq!(fails("Repository.forget main").await, "OK");
    });
}

#[test]
fn an_update_on_a_disk_is_installed_everywhere() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let introduce = "pool_update.introduce hotfix";
        assert_eq!(world.call(introduce).await.unwrap_err().code, "INVALID_UPDATE");
        let pool = world.pool();
        let vdi = Ref::<Vdi>::new(worlds::words::named(&pool, model::ClassId::Vdi, "hotfix"));
        let row = pool.get(vdi).unwrap();
        let disc = Disc { sr: pool.get(row.SR).unwrap().uuid, vdi: row.uuid };
        let package = Package {
            uuid: model::Uuid(77),
            name: "XS90E001".into(),
            version: "1.0".into(),
            guidance: vec!["restartHost".into()],
            ..Package::default()
        };
        world.simulation.put_package(disc, package);
        world.call(introduce).await.unwrap();
        assert_eq!(world.call(introduce).await.unwrap_err().code, "UPDATE_ALREADY_EXISTS");
        world.call("pool_update.apply XS90E001 h1").await.unwrap();
        assert_eq!(
            world.call("pool_update.precheck XS90E001 h1").await.unwrap_err().code,
            "UPDATE_ALREADY_APPLIED"
        );
        assert_eq!(world.call("pool_update.precheck XS90E001 h2").await.unwrap().as_text().unwrap(), "ok");
        world.call("pool_update.pool_apply XS90E001").await.unwrap();
        world.quiet().await;
        assert_eq!(words(host(&world, "h2").pending_guidances), ["reboot_host"]);
        let again = world.call("pool_update.pool_apply XS90E001").await.unwrap_err();
        assert_eq!(again.code, "UPDATE_ALREADY_APPLIED_IN_POOL");
        assert_eq!(world.call("pool_update.destroy XS90E001").await.unwrap_err().code, "UPDATE_IS_APPLIED");
        world.call("pool_update.pool_clean XS90E001").await.unwrap();
        world.quiet().await;
        assert!(world.pool().get(vdi).is_none());
        worlds::check::healthy(&world);
    });
}
