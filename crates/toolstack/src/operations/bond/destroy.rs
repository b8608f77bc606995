//! `Bond.destroy`: the primary member gets what the bond had.

use super::check_management;
use super::moving::{Moving, set_addresses, with_addresses_of};
use crate::allowed::pif as allowed;
use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::interfaces;
use crate::plan::{Edit, Plan};
use model::{ApiError, Bond, ClassId, Pif, Ref, many};

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    interfaces::in_turn(planning.pool)?;
    let pool = planning.pool;
    let id: Ref<Bond> = arguments.reference("self")?;
    let bond = pool.find(id)?;
    let master = bond.master;
    let members: Vec<Ref<Pif>> = pool.many(many::BOND_SLAVES, id).collect();
    let primary = members.iter().find(|pif| **pif == bond.primary_slave).or(members.first()).copied();
    let (Some(row), Some((primary, target))) =
        (pool.get(master), primary.and_then(|primary| Some((primary, pool.get(primary)?))))
    else {
        return Ok(Planned::new(Plan::Write(vec![Edit::drop(id)])));
    };
    check_management(pool, [master].into_iter())?;
    allowed::not_clustered(pool, master)?;

    let mut moving = Moving::new(pool, row.host);
    let heir = with_addresses_of(row, target.clone());
    moving.edits.extend(set_addresses(primary, &heir));
    moving.edits.push(Edit::set(primary, "disallow_unplug", row.disallow_unplug));
    moving.edits.extend(members.iter().map(|pif| Edit::set(*pif, "bond_slave_of", Ref::<Bond>::NULL)));
    moving.take_down(master);
    if row.currently_attached {
        members.iter().for_each(|pif| moving.bring_up(*pif));
    }
    moving.tags_and_tunnels(&[master], primary, &heir)?;
    moving.cards_of_network(row.network, target.network)?;
    moving.edits.push(Edit::drop(id));
    if pool.get(row.metrics).is_some() {
        moving.edits.push(Edit::drop(row.metrics));
    }
    moving.edits.push(Edit::drop(master));
    let held = moving.moved_cards().into_iter().map(|vif| (ClassId::Vif, vif.id(), "attach")).collect();
    Ok(Planned::new(moving.plan(row.management.then_some((master, primary)))).holding_all(held))
}
