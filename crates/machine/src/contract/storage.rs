//! Storage is formatted, plugged, looked through and wiped.

use super::Check;
use super::bench::{Bench, same};
use crate::{Disc, Fact, Fault, Label, Names, Place, Step, StorageFact, StorageStep};

pub const CHECKS: &[(&str, Check)] = &[
    ("storage is made, plugged, unplugged and destroyed", |bench| Box::pin(lives(bench))),
    ("what was on a storage is there when it is plugged again", |bench| Box::pin(remembers(bench))),
    ("making and plugging storage is taken back without a trace", |bench| Box::pin(taken_back(bench))),
    ("storage that is plugged is not destroyed", |bench| Box::pin(in_use(bench))),
    ("a disk that is missing is told", |bench| Box::pin(missing(bench))),
];

fn names(label: &str) -> Names {
    Names { label: label.into(), description: String::new() }
}

fn create(place: &Place) -> Step {
    Step::Storage(StorageStep::Create { place: place.clone(), names: names("bench") })
}

fn plug(place: &Place) -> Step {
    Step::Storage(StorageStep::Plug { place: place.clone() })
}

fn unplug(place: &Place) -> Step {
    Step::Storage(StorageStep::Unplug { place: place.clone() })
}

fn destroy(place: &Place) -> Step {
    Step::Storage(StorageStep::Destroy { place: place.clone() })
}

async fn lives(bench: &Bench<'_>) -> Result<(), String> {
    let Some(place) = &bench.fixture.place else { return Ok(()) };
    bench.refuses(&plug(place), |fault| matches!(fault, Fault::Storage(_))).await?;
    bench.does(&create(place)).await?;
    let facts = bench.does(&plug(place)).await?;
    bench.shows_all(&facts).await?;
    match facts.as_slice() {
        [Fact::Storage(StorageFact::Plugged { sr, .. })] => same("what is plugged", &place.sr, sr)?,
        other => return Err(format!("told {other:?}")),
    }
    let facts = bench.does(&unplug(place)).await?;
    same("facts of an unplug", &vec![Fact::Storage(StorageFact::Unplugged { sr: place.sr })], &facts)?;
    bench.does(&destroy(place)).await?;
    bench.refuses(&plug(place), |fault| matches!(fault, Fault::Storage(_))).await
}

async fn remembers(bench: &Bench<'_>) -> Result<(), String> {
    let Some(place) = &bench.fixture.place else { return Ok(()) };
    let disc = Disc { sr: place.sr, vdi: bench.made(0x60) };
    let label = Label { vdi: disc.vdi, names: names("kept"), kind: "user".into(), ..Label::default() };
    let written = StorageStep::Label { sr: place.sr, names: names("bench"), labels: vec![label.clone()] };
    bench.all(&[create(place), plug(place), bench.create_disk(disc), Step::Storage(written)]).await?;
    bench.does(&unplug(place)).await?;
    bench
        .refuses(&bench.create_disk(disc), |fault| matches!(fault, Fault::StorageUnavailable { .. }))
        .await?;
    bench.does(&plug(place)).await?;
    let facts = bench.does(&Step::Storage(StorageStep::Scan { sr: place.sr, known: Vec::new() })).await?;
    let [Fact::Storage(StorageFact::Scanned { disks, .. })] = facts.as_slice() else {
        return Err(format!("a scan told {facts:?}"));
    };
    let found: Vec<_> = disks.iter().map(|disk| (&disk.label, disk.size_bytes)).collect();
    same("what is found", &vec![(&label, bench.fixture.disk_bytes)], &found)?;
    bench.all(&[Step::DestroyDisk { disc }, unplug(place), destroy(place)]).await
}

async fn taken_back(bench: &Bench<'_>) -> Result<(), String> {
    let Some(place) = &bench.fixture.place else { return Ok(()) };
    let steps = [create(place), plug(place)];
    let mut before = Vec::new();
    for step in &steps {
        before.push(bench.everything().await);
        bench.does(step).await?;
    }
    for (step, before) in steps.iter().zip(before).rev() {
        let undo = step.undo().ok_or_else(|| format!("{step} has no undo"))?;
        bench.does(&undo).await?;
        same(&format!("the world after {undo}"), &before, &bench.everything().await)?;
    }
    bench.refuses(&plug(place), |fault| matches!(fault, Fault::Storage(_))).await
}

async fn in_use(bench: &Bench<'_>) -> Result<(), String> {
    let Some(place) = &bench.fixture.place else { return Ok(()) };
    bench.all(&[create(place), plug(place)]).await?;
    bench.refuses(&destroy(place), |fault| matches!(fault, Fault::Storage(_))).await?;
    bench.all(&[unplug(place), destroy(place)]).await
}

async fn missing(bench: &Bench<'_>) -> Result<(), String> {
    let Some(place) = &bench.fixture.place else { return Ok(()) };
    bench.all(&[create(place), plug(place)]).await?;
    let known = vec![bench.made(0x61)];
    let facts = bench.does(&Step::Storage(StorageStep::Scan { sr: place.sr, known: known.clone() })).await?;
    match facts.as_slice() {
        [Fact::Storage(StorageFact::Scanned { missing, .. })] => same("what is missing", &known, missing)?,
        other => return Err(format!("told {other:?}")),
    }
    bench.all(&[unplug(place), destroy(place)]).await
}
