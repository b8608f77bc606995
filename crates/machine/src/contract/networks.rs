//! Interfaces come up and go down; cards are in a bond or on their own; guests need a bridge.

use super::Check;
use super::bench::{Bench, same};
use crate::step::network::{Addressing, Interface, Link, Member, V4};
use crate::{Fact, Fault, NetworkFact, NetworkFault, NetworkStep, Nic, Step};
use std::collections::BTreeMap;

pub const CHECKS: &[(&str, Check)] = &[
    ("an interface is shown while it is up, with its address", |bench| Box::pin(up_and_down(bench))),
    ("an interface that is up changes its shape", |bench| Box::pin(adjusts(bench))),
    ("members of a bond are up with it and carry nothing else", |bench| Box::pin(bonds(bench))),
    ("a card that is not there carries nothing", |bench| Box::pin(no_card(bench))),
    ("a guest's card needs a bridge, and an internal one makes its own", |bench| Box::pin(bridges(bench))),
];

fn interface(bench: &Bench<'_>, number: u128, link: Link) -> Interface {
    let v4 = V4::Static {
        address: "10.99.0.1".into(),
        netmask: "255.255.0.0".into(),
        gateway: "10.99.0.2".into(),
    };
    Interface {
        pif: bench.made(0x40 + number),
        bridge: format!("brtest{number}"),
        mac: "02:00:5e:10:20:40".into(),
        mtu: 1500,
        link,
        tag: None,
        addressing: Addressing { v4, ..Addressing::default() },
        properties: BTreeMap::new(),
    }
}

fn card(device: &str) -> Link {
    Link::Card { device: device.into() }
}

fn up(interface: &Interface) -> Step {
    Step::Network(NetworkStep::BringUp { interface: Box::new(interface.clone()), lent: false })
}

fn down(interface: &Interface) -> Step {
    Step::Network(NetworkStep::TakeDown { interface: Box::new(interface.clone()), unless_used: false })
}

fn address_of(facts: &[Fact]) -> Option<&str> {
    facts.iter().find_map(|fact| match fact {
        Fact::Network(NetworkFact::Address { ip, .. }) => Some(ip.as_str()),
        _ => None,
    })
}

async fn up_and_down(bench: &Bench<'_>) -> Result<(), String> {
    let Some(device) = bench.fixture.cards.first() else { return Ok(()) };
    let before = bench.everything().await;
    let interface = interface(bench, 1, card(device));
    let facts = bench.does(&up(&interface)).await?;
    bench.shows_all(&facts).await?;
    same("the address", &Some("10.99.0.1"), &address_of(&facts))?;
    let gone = vec![Fact::Network(NetworkFact::InterfaceDown { pif: interface.pif })];
    same("facts when it goes", &gone, &bench.does(&down(&interface)).await?)?;
    same("the world after it", &before, &bench.everything().await)
}

async fn adjusts(bench: &Bench<'_>) -> Result<(), String> {
    let Some(device) = bench.fixture.cards.first() else { return Ok(()) };
    let from = interface(bench, 1, card(device));
    let to = Interface { addressing: Addressing::default(), ..from.clone() };
    let adjust =
        Step::Network(NetworkStep::Adjust { to: Box::new(to.clone()), from: Box::new(from.clone()) });
    bench.refuses(&adjust, |fault| matches!(fault, Fault::Network(NetworkFault::Misfit { .. }))).await?;
    bench.does(&up(&from)).await?;
    let facts = bench.does(&adjust).await?;
    same("the address", &Some(""), &address_of(&facts))?;
    bench.shows_all(&facts).await?;
    bench.does(&down(&to)).await.map(drop)
}

async fn bonds(bench: &Bench<'_>) -> Result<(), String> {
    let [one, two, ..] = bench.fixture.cards.as_slice() else { return Ok(()) };
    let members = [one, two].into_iter().enumerate();
    let members = members
        .map(|(number, device)| Member { pif: bench.made(0x50 + number as u128), device: device.clone() });
    let members: Vec<Member> = members.collect();
    let (mode, properties) = ("active-backup".into(), BTreeMap::new());
    let link = Link::Bond { device: "bondtest".into(), members: members.clone(), mode, properties };
    let bond = interface(bench, 2, link);
    let busy = |fault: &Fault| matches!(fault, Fault::Network(NetworkFault::Misfit { .. }));
    let alone = interface(bench, 1, card(one));
    bench.does(&up(&alone)).await?;
    bench.refuses(&up(&bond), busy).await?;
    bench.does(&down(&alone)).await?;
    let facts = bench.does(&up(&bond)).await?;
    for member in &members {
        let is_up = Fact::Network(NetworkFact::InterfaceUp { pif: member.pif, mtu: bond.mtu });
        same("a member is up", &true, &facts.contains(&is_up))?;
    }
    bench.refuses(&up(&alone), busy).await?;
    bench.does(&down(&bond)).await.map(drop)
}

async fn no_card(bench: &Bench<'_>) -> Result<(), String> {
    let interface = interface(bench, 1, card("ethnowhere"));
    bench.refuses(&up(&interface), |fault| matches!(fault, Fault::Network(NetworkFault::NoCard { .. }))).await
}

async fn bridges(bench: &Bench<'_>) -> Result<(), String> {
    let vm = bench.vm();
    bench.does(&bench.create()).await?;
    let nowhere = Nic { bridge: "brnowhere".into(), ..bench.nic() };
    let plug = |nic: &Nic| Step::PlugNic { vm, nic: nic.clone() };
    let no_bridge = |fault: &Fault| matches!(fault, Fault::Network(NetworkFault::NoBridge { .. }));
    bench.refuses(&plug(&nowhere), no_bridge).await?;
    bench.does(&plug(&Nic { internal: true, ..nowhere })).await.map(drop)
}
