//! What the pool does on its own schedule: it asks its repositories, and looks at its storage.

use machine::Clock;
use model::{Message, Pool, Sr, Vdi};
use sim::machine::Speed;
use std::time::Duration;
use toolstack::keepers::{scans, updates};
use worlds::world::{Origin, World, run};

const POOL: &str = "host h1 8GiB; host h2 8GiB; sr nfs on h1 h2; vm web 1GiB halted disk nfs";

fn messages(world: &World) -> Vec<String> {
    world.pool().all::<Message>().map(|(_, row)| row.name.to_string()).collect()
}

#[test]
fn repositories_are_asked_when_it_is_time() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let synced = || world.pool().first::<Pool>().unwrap().1.last_update_sync.seconds();
        let tried = &mut None;
        updates::pass(&world.toolstack, tried).await.unwrap();
        assert_eq!(synced(), 0, "nobody has asked for it");
        for words in [
            "Repository.introduce main '' https://updates.example/main '' true",
            "pool.set_repositories pool main",
            "pool.configure_update_sync pool daily 0",
            "pool.set_update_sync_enabled pool true",
        ] {
            world.call(words).await.unwrap();
        }
        updates::pass(&world.toolstack, tried).await.unwrap();
        let first = synced();
        assert!(first > 0);
        updates::pass(&world.toolstack, tried).await.unwrap();
        assert_eq!(synced(), first, "once a day");
        world.clock.sleep(Duration::from_secs(86_400)).await;
        updates::pass(&world.toolstack, tried).await.unwrap();
        assert!(synced() >= first + 86_000);
        assert!(messages(&world).is_empty());
        world.clock.sleep(Duration::from_secs(86_400)).await;
        world.prepare("set Repository main update false").await;
        updates::pass(&world.toolstack, tried).await.unwrap();
        updates::pass(&world.toolstack, tried).await.unwrap();
        assert_eq!(messages(&world), ["PERIODIC_UPDATE_SYNC_FAILED"]);
    });
}

#[test]
fn storage_is_scanned_where_something_has_changed() {
    run(async {
        let world = World::new(Origin::Words(POOL), 1, Speed::Max);
        let looked = &mut scans::Looked::new();
        let pool = world.pool();
        let (sr, _) = pool.all::<Sr>().find(|(_, row)| row.name_label == "nfs").unwrap();
        world.call("SR.scan nfs").await.unwrap();
        world.quiet().await;
        world.prepare("set SR nfs other_config {auto-scan: true}").await;
        let generation = world.pool().generation();
        scans::pass(&world.toolstack, looked).await;
        assert_eq!(world.pool().generation(), generation, "nothing has changed");
        world.prepare("set VDI web/disk0 physical_utilisation 17").await;
        scans::pass(&world.toolstack, looked).await;
        let used = || {
            let pool = world.pool();
            pool.all::<Vdi>().find(|(_, vdi)| vdi.SR == sr).unwrap().1.physical_utilisation
        };
        assert_eq!(used(), 17, "it is not time yet");
        world.clock.sleep(Duration::from_secs(30)).await;
        scans::pass(&world.toolstack, looked).await;
        assert_ne!(used(), 17);
        world.quiet().await;
        world.prepare("set VDI web/disk0 physical_utilisation 17").await;
        world.prepare("set SR nfs other_config {}").await;
        world.clock.sleep(Duration::from_secs(60)).await;
        scans::pass(&world.toolstack, looked).await;
        assert_eq!(used(), 17, "nobody asks for it");
    });
}

#[test]
fn a_server_is_asked_for_an_answer() {
    run(async {
        let street = worlds::street::Street::default();
        let world =
            World::new(Origin::Words("host h1 8GiB"), 1, Speed::Max).on(&street, "10.0.0.1:443").await;
        let post = async |words: &str| match world.call(&format!("pool.send_test_post {words}")).await {
            Ok(answer) => answer.as_text().unwrap().to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(post("10.0.0.1 443 hello").await, "/: hello");
        assert_eq!(post("10.0.0.2 443 hello").await, "TLS_CONNECTION_FAILED[10.0.0.2, 443]");
        assert_eq!(post("10.0.0.1 0 hello").await, "INVALID_VALUE[port, 0]");
        assert_eq!(post("10.0.0.1 70000 hello").await, "INVALID_VALUE[port, 70000]");
    });
}
