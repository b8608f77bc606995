//! Packing: which machine goes to which host, so that the memory of all of them suffices.
//!
//! First the simple way: the largest first, each where it leaves the least. Where that leaves
//! something over, all ways are tried for a while. The same question has always the same answer.

use model::{Host, Ref, Vm};
use std::collections::BTreeMap;

/// A machine, what it needs, and the hosts where it may go, best first.
pub struct Parcel {
    pub vm: Ref<Vm>,
    pub bytes: i64,
    pub hosts: Vec<Ref<Host>>,
}

/// How many placements are tried before the simple way is good enough.
const PATIENCE: usize = 50_000;

/// Where each machine goes; those that found no room are missing.
pub fn pack(mut parcels: Vec<Parcel>, free: &BTreeMap<Ref<Host>, i64>) -> BTreeMap<Ref<Vm>, Ref<Host>> {
    parcels.sort_by_key(|parcel| (std::cmp::Reverse(parcel.bytes), parcel.hosts.len(), parcel.vm));
    let simple = simply(&parcels, free.clone());
    if simple.len() == parcels.len() {
        return simple;
    }
    let mut placed = Vec::with_capacity(parcels.len());
    let mut patience = PATIENCE;
    if thoroughly(&parcels, &mut free.clone(), &mut placed, &mut patience) {
        return parcels.iter().map(|parcel| parcel.vm).zip(placed).collect();
    }
    simple
}

fn simply(parcels: &[Parcel], mut free: BTreeMap<Ref<Host>, i64>) -> BTreeMap<Ref<Vm>, Ref<Host>> {
    let mut placed = BTreeMap::new();
    for parcel in parcels {
        let room = |host: &&Ref<Host>| free.get(*host).is_some_and(|free| *free >= parcel.bytes);
        // Spread as long as there is room: the host that has most left.
        let roomiest =
            parcel.hosts.iter().filter(room).max_by_key(|host| (free[*host], std::cmp::Reverse(**host)));
        if let Some(host) = roomiest.copied() {
            free.entry(host).and_modify(|free| *free -= parcel.bytes);
            placed.insert(parcel.vm, host);
        }
    }
    placed
}

/// Depth first, with the fullest host that has room first.
fn thoroughly(
    parcels: &[Parcel],
    free: &mut BTreeMap<Ref<Host>, i64>,
    placed: &mut Vec<Ref<Host>>,
    patience: &mut usize,
) -> bool {
    let Some(parcel) = parcels.get(placed.len()) else { return true };
    let mut hosts: Vec<(i64, Ref<Host>)> = parcel
        .hosts
        .iter()
        .filter_map(|host| Some((*free.get(host)?, *host)))
        .filter(|(free, _)| *free >= parcel.bytes)
        .collect();
    hosts.sort();
    // Hosts with as much room and as many uses are one as good as the other; sizes alone are not enough
    // to know that, so all are tried while patience lasts.
    for (room, host) in hosts {
        if *patience == 0 {
            return false;
        }
        *patience -= 1;
        free.insert(host, room - parcel.bytes);
        placed.push(host);
        if thoroughly(parcels, free, placed, patience) {
            return true;
        }
        placed.pop();
        free.insert(host, room);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(sizes: &[i64], free: &[i64]) -> Vec<Option<u128>> {
        let hosts: Vec<Ref<Host>> =
            (0..free.len()).map(|number| Ref::from_bits(number as u128 + 1)).collect();
        let free = hosts.iter().copied().zip(free.iter().copied()).collect();
        let vm = |number: usize| Ref::from_bits(number as u128 + 100);
        let parcels = sizes.iter().enumerate();
        let parcels =
            parcels.map(|(number, bytes)| Parcel { vm: vm(number), bytes: *bytes, hosts: hosts.clone() });
        let placed = pack(parcels.collect(), &free);
        (0..sizes.len()).map(|number| placed.get(&vm(number)).map(|host| host.id().0)).collect()
    }

    #[test]
    fn spreads_where_there_is_room() {
        assert_eq!(packed(&[2, 2], &[8, 8]), [Some(1), Some(2)]);
    }

    #[test]
    fn fills_where_there_is_little() {
        // The simple way puts the 5 with 4 left beside the 6, and has no room for the last.
        assert!(packed(&[6, 5, 5, 4], &[10, 10]).iter().all(Option::is_some));
        assert!(packed(&[3, 3, 2, 2, 2], &[6, 6]).iter().all(Option::is_some));
    }

    #[test]
    fn says_what_does_not_fit() {
        assert_eq!(packed(&[9, 2], &[4]), [None, Some(1)]);
    }

    #[test]
    fn gives_up_in_time() {
        let sizes: Vec<i64> = (0..60).map(|number| 1000 + number * 7).collect();
        packed(&sizes, &[9_000; 7]);
    }
}
