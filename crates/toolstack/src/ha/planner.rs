//! The failover planner: does everything that must run find room when any `n` hosts fail?
//!
//! Sizes and rooms only; what they stand for is said in `failover`. The question is as hard as bin
//! packing, for each set of hosts that may fail, so it is answered in three ways, the first that can:
//!
//! 1. *Impossible*: the memory that is left is less than what must move. Exact.
//! 2. *Certain*: two bounds under which first fit never fails, over all sets at once. Sound, never wrong
//!    when it says yes.
//! 3. *Tried*: each set of hosts is packed, while that is cheap; small packings are searched to the end.
//!
//! What none of them can say is no: a plan that is promised exists.

/// A host: the memory that is free, and the sizes of the protected machines that run there.
#[derive(Clone, Debug, Default)]
pub struct Room {
    pub free: i64,
    pub guests: Vec<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Planner {
    rooms: Vec<Room>,
    /// Sizes of protected machines that run nowhere now, and must.
    homeless: Vec<i64>,
}

/// How many placements may be looked at for one number of failures.
const TRIES: u64 = 8_000_000;
/// How many steps a search for an exact packing may take, and of how many machines it is made.
const SEARCH: u32 = 20_000;
const SEARCHED: usize = 24;

impl Planner {
    pub fn new(mut rooms: Vec<Room>, mut homeless: Vec<i64>) -> Planner {
        rooms.iter_mut().for_each(|room| room.guests.sort_unstable_by(|one, other| other.cmp(one)));
        homeless.sort_unstable_by(|one, other| other.cmp(one));
        Planner { rooms, homeless }
    }

    /// The most failures that are surely survived. All hosts but one at the most.
    pub fn most_failures(&self) -> usize {
        let last = self.rooms.len().saturating_sub(1);
        (1..=last).take_while(|failures| self.survives(*failures)).count()
    }

    /// Whether every protected machine finds room after any so many failures.
    pub fn survives(&self, failures: usize) -> bool {
        let nothing_to_do = self.homeless.is_empty() && self.rooms.iter().all(|room| room.guests.is_empty());
        if nothing_to_do {
            return true;
        }
        if failures >= self.rooms.len() || self.is_impossible(failures) {
            return false;
        }
        self.is_certain(failures) || self.each_can_be_packed(failures)
    }

    /// What the worst choice of failing hosts costs, if each costs so much.
    fn worst(&self, failures: usize, cost: impl Fn(&Room) -> i64) -> i64 {
        let mut costs: Vec<i64> = self.rooms.iter().map(cost).collect();
        costs.sort_unstable_by(|one, other| other.cmp(one));
        costs.iter().take(failures).sum()
    }

    fn is_impossible(&self, failures: usize) -> bool {
        let free = |room: &Room| room.free.max(0);
        let total: i64 = self.rooms.iter().map(free).sum();
        let lost = self.worst(failures, |room| free(room) + room.guests.iter().sum::<i64>());
        total - lost < self.homeless.iter().sum()
    }

    fn is_certain(&self, failures: usize) -> bool {
        let guests = || self.rooms.iter().flat_map(|room| &room.guests).chain(&self.homeless);
        let largest = guests().copied().max().unwrap_or(0).max(1);
        // Every machine counts as the largest one: then a host holds so many, and there is nothing to pack.
        let places = |room: &Room| room.free.max(0) / largest;
        let total: i64 = self.rooms.iter().map(places).sum();
        let lost = self.worst(failures, |room| places(room) + room.guests.len() as i64);
        if total - lost >= self.homeless.len() as i64 {
            return true;
        }
        // First fit fails only where each host has less left than the machine that does not fit.
        let surely = |room: &Room| (room.free - largest).max(0);
        let total: i64 = self.rooms.iter().map(surely).sum();
        let lost = self.worst(failures, |room| surely(room) + room.guests.iter().sum::<i64>());
        total - lost >= self.homeless.iter().sum()
    }

    fn each_can_be_packed(&self, failures: usize) -> bool {
        let count = self.rooms.len();
        let guests: usize = self.rooms.iter().map(|room| room.guests.len()).sum();
        let moving = self.homeless.len() + guests * failures / count.max(1) + 1;
        let each = moving as u64 * count as u64;
        if combinations(count as u64, failures as u64).saturating_mul(each) > TRIES {
            return false;
        }
        let mut failed = Vec::with_capacity(failures);
        self.all_sets(failures, 0, &mut failed)
    }

    fn all_sets(&self, left: usize, first: usize, failed: &mut Vec<usize>) -> bool {
        if left == 0 {
            return self.can_be_packed(failed);
        }
        (first..=self.rooms.len() - left).all(|room| {
            failed.push(room);
            let packed = self.all_sets(left - 1, room + 1, failed);
            failed.pop();
            packed
        })
    }

    fn can_be_packed(&self, failed: &[usize]) -> bool {
        let mut moving = self.homeless.clone();
        moving.extend(failed.iter().flat_map(|room| &self.rooms[*room].guests));
        moving.sort_unstable_by(|one, other| other.cmp(one));
        let survives = |number: &usize| !failed.contains(number);
        let rooms: Vec<i64> =
            (0..self.rooms.len()).filter(survives).map(|number| self.rooms[number].free).collect();
        place(&moving, &rooms).is_some()
    }
}

/// A room for each size, largest first; `None` if no way was found.
pub fn place(sizes: &[i64], rooms: &[i64]) -> Option<Vec<usize>> {
    // The roomiest first spreads them; the tightest first wastes the least.
    fit(sizes, rooms, std::cmp::Reverse)
        .or_else(|| fit(sizes, rooms, |free| free))
        .or_else(|| search(sizes, rooms))
}

/// Each size into the room of those that hold it that comes first by `order`.
fn fit<K: Ord>(sizes: &[i64], rooms: &[i64], order: impl Fn(i64) -> K) -> Option<Vec<usize>> {
    let mut rooms = rooms.to_vec();
    sizes
        .iter()
        .map(|size| {
            let holds = (0..rooms.len()).filter(|room| rooms[*room] >= *size);
            let room = holds.min_by_key(|room| order(rooms[*room]))?;
            rooms[room] -= size;
            Some(room)
        })
        .collect()
}

/// Every way there is, while there are not too many.
fn search(sizes: &[i64], rooms: &[i64]) -> Option<Vec<usize>> {
    if sizes.len() > SEARCHED || sizes.iter().sum::<i64>() > rooms.iter().sum() {
        return None;
    }
    let mut chosen = Vec::with_capacity(sizes.len());
    let mut steps = SEARCH;
    deeper(sizes, &mut rooms.to_vec(), &mut chosen, &mut steps).then_some(chosen)
}

fn deeper(sizes: &[i64], rooms: &mut [i64], chosen: &mut Vec<usize>, steps: &mut u32) -> bool {
    let Some((size, rest)) = sizes.split_first() else { return true };
    for room in 0..rooms.len() {
        // A room like one that was tried is the same room.
        if rooms[room] < *size || rooms[..room].contains(&rooms[room]) {
            continue;
        }
        *steps = steps.saturating_sub(1);
        if *steps == 0 {
            return false;
        }
        rooms[room] -= size;
        chosen.push(room);
        if deeper(rest, rooms, chosen, steps) {
            return true;
        }
        chosen.pop();
        rooms[room] += size;
    }
    false
}

fn combinations(of: u64, choose: u64) -> u64 {
    (0..choose.min(of - choose.min(of)))
        .fold(1u64, |count, step| count.saturating_mul(of - step) / (step + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::{Chance, Seeded};

    fn room(free: i64, guests: &[i64]) -> Room {
        Room { free, guests: guests.to_vec() }
    }

    #[test]
    fn counts_the_failures_that_are_survived() {
        let three = |free| Planner::new(vec![room(free, &[4]), room(free, &[4]), room(free, &[4])], vec![]);
        assert_eq!(three(1).most_failures(), 0);
        assert_eq!(three(4).most_failures(), 1);
        assert_eq!(three(8).most_failures(), 2);
        assert_eq!(Planner::new(vec![room(1, &[]), room(1, &[])], vec![]).most_failures(), 1);
        assert_eq!(Planner::new(vec![room(9, &[4])], vec![]).most_failures(), 0);
        assert_eq!(Planner::new(vec![], vec![]).most_failures(), 0);
    }

    #[test]
    fn what_runs_nowhere_needs_room_too() {
        assert!(!Planner::new(vec![room(3, &[]), room(3, &[])], vec![4]).survives(0));
        assert!(Planner::new(vec![room(3, &[]), room(4, &[])], vec![4]).survives(0));
        assert!(!Planner::new(vec![room(3, &[]), room(4, &[])], vec![4]).survives(1));
    }

    #[test]
    fn finds_the_packing_that_greed_misses() {
        assert!(fit(&[6, 5, 5, 4, 4], &[12, 12], |free| free).is_none());
        assert_eq!(place(&[6, 5, 4, 4, 3, 2], &[12, 12]).map(|rooms| rooms.len()), Some(6));
        assert!(place(&[4, 4, 3, 3, 2], &[8, 8]).is_some());
        assert!(place(&[5, 5, 5], &[9, 9]).is_none());
    }

    /// Against every way to pack every set, in small worlds.
    #[test]
    fn never_promises_what_cannot_be_and_knows_small_worlds_exactly() {
        let dice = Seeded::new(7);
        for _ in 0..400 {
            let number = |limit: u64| dice.below(limit) as i64;
            let rooms: Vec<Room> = (0..2 + dice.below(4))
                .map(|_| Room {
                    free: number(12),
                    guests: (0..dice.below(3)).map(|_| 1 + number(6)).collect(),
                })
                .collect();
            let homeless: Vec<i64> = (0..dice.below(2)).map(|_| 1 + number(5)).collect();
            let planner = Planner::new(rooms.clone(), homeless.clone());
            for failures in 0..rooms.len() {
                let truth = every_set(&rooms, failures).into_iter().all(|failed| {
                    let mut sizes = homeless.clone();
                    sizes.extend(failed.iter().flat_map(|room| rooms[*room].guests.clone()));
                    let frees: Vec<i64> = (0..rooms.len())
                        .filter(|room| !failed.contains(room))
                        .map(|room| rooms[room].free)
                        .collect();
                    by_force(&sizes, frees)
                });
                assert_eq!(planner.survives(failures), truth, "{rooms:?} {homeless:?} {failures}");
            }
        }
    }

    fn every_set(rooms: &[Room], failures: usize) -> Vec<Vec<usize>> {
        (0..1usize << rooms.len())
            .filter(|bits| bits.count_ones() as usize == failures)
            .map(|bits| (0..rooms.len()).filter(|room| bits & (1 << room) != 0).collect())
            .collect()
    }

    fn by_force(sizes: &[i64], frees: Vec<i64>) -> bool {
        let Some((size, rest)) = sizes.split_first() else { return true };
        (0..frees.len()).any(|room| {
            let mut less = frees.clone();
            less[room] -= size;
            less[room] >= 0 && by_force(rest, less)
        })
    }

    #[test]
    fn a_large_pool_is_planned_at_once() {
        let dice = Seeded::new(1);
        let rooms: Vec<Room> = (0..64)
            .map(|_| Room {
                free: (60 + dice.below(40) as i64) << 30,
                guests: (0..16).map(|_| (1 + dice.below(8) as i64) << 30).collect(),
            })
            .collect();
        let planner = Planner::new(rooms, vec![]);
        let most = planner.most_failures();
        assert!(most > 20, "{most}");
        assert!(!planner.survives(most + 20));
    }
}
