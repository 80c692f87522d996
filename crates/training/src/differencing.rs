//! Karmarkar and Karp's differencing method, as verl divides sequences among ranks.
//!
//! A state is k sets in falling order of their sums. The two states with the largest spread are
//! merged, the largest set of one with the smallest of the other, until one is left. Source:
//! `karmarkar_karp` in verl's `utils/seqlen_balancing.py`, rule for rule, ties too.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Items of one set, by index and workload, in the order in which they came together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Set {
    sum: u64,
    items: Vec<(usize, u64)>,
}

impl Set {
    fn one(index: usize, workload: u64) -> Self {
        Self {
            sum: workload,
            items: vec![(index, workload)],
        }
    }

    fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.items.extend(other.items);
    }
}

impl Ord for Set {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = (self.sum, self.items.len(), &self.items);
        key.cmp(&(other.sum, other.items.len(), &other.items))
    }
}

impl PartialOrd for Set {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Sets in falling order; states are in order of their spread, then of their largest set.
#[derive(Debug, PartialEq, Eq)]
struct State(Vec<Set>);

impl State {
    fn of(sets: impl Iterator<Item = Set>, k: usize) -> Self {
        let mut sets: Vec<Set> = sets.collect();
        sets.resize(k, Set::default());
        sets.sort_by(|a, b| b.cmp(a));
        Self(sets)
    }

    fn spread(&self) -> u64 {
        self.0[0].sum - self.0[self.0.len() - 1].sum
    }

    /// The largest sets of the one with the smallest of the other.
    fn merged(self, other: Self) -> Self {
        let k = self.0.len();
        let pairs = self.0.into_iter().zip(other.0.into_iter().rev());
        let sets = pairs.map(|(mut set, small)| {
            set.merge(small);
            set
        });
        Self::of(sets, k)
    }
}

impl Ord for State {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.spread(), &self.0[0]).cmp(&(other.spread(), &other.0[0]))
    }
}

impl PartialOrd for State {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Divides items among k ≥ 1 sets so that their sums are near each other: the indices of each
/// set, in order. With `equal_size` all sets get as many items, if `workloads` is a multiple of k;
/// a rest is then left out.
pub fn karmarkar_karp(workloads: &[u64], k: usize, equal_size: bool) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..workloads.len()).collect();
    order.sort_by_key(|&index| (workloads[index], index));
    let together = if equal_size { k } else { 1 };
    let mut states: BinaryHeap<State> = order
        .chunks_exact(together)
        .map(|few| State::of(few.iter().map(|&i| Set::one(i, workloads[i])), k))
        .collect();
    while states.len() > 1 {
        if let (Some(first), Some(second)) = (states.pop(), states.pop()) {
            states.push(first.merged(second));
        }
    }
    let last = states
        .pop()
        .unwrap_or_else(|| State::of(std::iter::empty(), k));
    let indices = last.0.into_iter().map(|set| {
        let mut indices: Vec<usize> = set.items.iter().map(|item| item.0).collect();
        indices.sort_unstable();
        indices
    });
    indices.collect()
}
