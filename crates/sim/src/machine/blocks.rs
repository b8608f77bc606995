//! `Blocks`: what is written where on a disk, in blocks of 64 KiB, as few runs as possible.
//!
//! A block has a content, which is only a number: equal numbers at the same place are equal bytes.
//! What is in no run was never written here: it is seen through to the disk below, or is zeros.

use std::collections::BTreeMap;

pub const BLOCK_BYTES: i64 = 64 << 10;

/// What is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub first: u64,
    pub count: u64,
    pub content: Content,
}

impl Run {
    pub fn end(&self) -> u64 {
        self.first + self.count
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// By the first block of each run; runs do not overlap.
    runs: BTreeMap<u64, (u64, Content)>,
    count: u64,
}

impl Blocks {
    /// The first so many blocks, all of one content.
    pub fn filled(count: u64, content: Content) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.write(Run { first: 0, count, content });
        blocks
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn runs(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().map(|(&first, &(count, content))| Run { first, count, content })
    }

    pub fn write(&mut self, run: Run) {
        if run.count == 0 {
            return;
        }
        self.cut(run.first, run.end());
        self.runs.insert(run.first, (run.count, run.content));
        self.count += run.count;
    }

    /// These blocks were never written.
    pub fn cut(&mut self, first: u64, end: u64) {
        let touched: Vec<Run> = self
            .runs
            .range(..end)
            .rev()
            .take_while(|(start, (count, _))| **start + count > first)
            .map(|(&first, &(count, content))| Run { first, count, content })
            .collect();
        for run in touched {
            self.runs.remove(&run.first);
            self.count -= run.count;
            for (from, to) in [(run.first, run.end().min(first)), (run.first.max(end), run.end())] {
                if from < to {
                    self.runs.insert(from, (to - from, run.content));
                    self.count += to - from;
                }
            }
        }
    }

    /// What is seen through these: they themselves, and what is below where they were not written.
    pub fn over(&self, below: &Blocks) -> Blocks {
        let mut seen = below.clone();
        self.runs().for_each(|run| seen.write(run));
        seen
    }

    /// The parts of these that are something else, or nothing, in the others.
    pub fn beside(&self, others: &Blocks) -> Blocks {
        let mut rest = self.clone();
        for run in self.runs() {
            let near = others.runs().filter(|other| other.first < run.end() && run.first < other.end());
            for other in near.filter(|other| other.content == run.content) {
                rest.cut(run.first.max(other.first), run.end().min(other.end()));
            }
        }
        rest
    }

    /// The same content in as few runs as there can be: two that say the same are equal.
    pub fn joined(&self) -> Vec<Run> {
        let mut joined: Vec<Run> = Vec::new();
        for run in self.runs() {
            match joined.last_mut() {
                Some(last) if last.end() == run.first && last.content == run.content => {
                    last.count += run.count;
                }
                _ => joined.push(run),
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(first: u64, count: u64, content: u64) -> Run {
        Run { first, count, content: Content(content) }
    }

    #[test]
    fn later_writes_cover_earlier_ones() {
        let mut blocks = Blocks::filled(10, Content(1));
        blocks.write(run(3, 2, 2));
        blocks.write(run(9, 4, 3));
        assert_eq!(blocks.joined(), [run(0, 3, 1), run(3, 2, 2), run(5, 4, 1), run(9, 4, 3)]);
        assert_eq!(blocks.count(), 13);
        blocks.write(run(0, 20, 4));
        assert_eq!((blocks.joined(), blocks.count()), (vec![run(0, 20, 4)], 20));
    }

    #[test]
    fn one_is_seen_over_the_other() {
        let below = Blocks::filled(10, Content(1));
        let mut above = Blocks::default();
        above.write(run(8, 4, 2));
        assert_eq!(above.over(&below).joined(), [run(0, 8, 1), run(8, 4, 2)]);
        assert_eq!(above.over(&below).beside(&below).joined(), [run(8, 4, 2)]);
    }
}
