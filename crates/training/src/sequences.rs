//! Sequences of unequal length among workers.

use crate::differencing::karmarkar_karp;
use crate::share;

/// The work of a sequence with this number of tokens, in arbitrary units: 24576·s + s², in
/// proportion to 12h²·s + 2h·s² operations of a block of a transformer with h = 4096.
///
/// Source: `calculate_workload` in verl's `utils/seqlen_balancing.py`.
pub fn workload(tokens: u64) -> u64 {
    24_576 * tokens + tokens * tokens
}

/// How sequences are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// In order of their coming, in equal parts.
    InOrder,
    /// The longest first, dealt in turn.
    Sorted,
    /// In order, each to whoever has least so far, the first of equal ones.
    Greedy,
    /// Likewise, the longest first.
    LongestFirst,
    /// By Karmarkar and Karp.
    Differencing {
        /// As many sequences for each.
        equal_size: bool,
    },
}

impl Division {
    /// The indices of each worker's sequences, by their work.
    pub fn divide(self, work: &[u64], workers: usize) -> Vec<Vec<usize>> {
        match self {
            Self::InOrder => share::equal(work.len(), workers)
                .into_iter()
                .map(|(from, to)| (from..to).collect())
                .collect(),
            Self::Sorted => {
                let mut parts = vec![Vec::new(); workers];
                for (place, index) in longest_first(work).into_iter().enumerate() {
                    parts[place % workers].push(index);
                }
                parts
            }
            Self::Greedy => to_the_least(0..work.len(), work, workers),
            Self::LongestFirst => to_the_least(longest_first(work), work, workers),
            Self::Differencing { equal_size } => karmarkar_karp(work, workers, equal_size),
        }
    }
}

/// The work of each part.
pub fn loads(parts: &[Vec<usize>], work: &[u64]) -> Vec<u64> {
    let sums = parts.iter();
    sums.map(|part| part.iter().map(|&i| work[i]).sum())
        .collect()
}

/// Indices by falling work; equal ones in order.
fn longest_first(work: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..work.len()).collect();
    order.sort_by(|&a, &b| work[b].cmp(&work[a]));
    order
}

fn to_the_least(
    order: impl IntoIterator<Item = usize>,
    work: &[u64],
    workers: usize,
) -> Vec<Vec<usize>> {
    let mut parts = vec![Vec::new(); workers];
    let mut sums = vec![0; workers];
    for index in order {
        if let Some(least) = (0..workers).min_by_key(|&k| sums[k]) {
            parts[least].push(index);
            sums[least] += work[index];
        }
    }
    parts
}
