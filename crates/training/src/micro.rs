//! Micro-batches within a token budget.
//!
//! Source: `rearrange_micro_batches` and its padded form in verl's `utils/seqlen_balancing.py`.

use crate::differencing::karmarkar_karp;
use crate::sequences::workload;

/// How many micro-batches every rank makes: ⌈tokens/budget⌉ of the rank that needs most, but at
/// most as many as the rank has sequences. `ranks` has the lengths of each rank's sequences.
pub fn count(ranks: &[Vec<u64>], budget: u64) -> usize {
    let needed = ranks.iter().map(|lengths| {
        let whole = lengths.iter().sum::<u64>().div_ceil(budget) as usize;
        whole.min(lengths.len())
    });
    needed.max().unwrap_or(0)
}

/// The sequences of each of `count` micro-batches of one rank: by Karmarkar and Karp on workloads,
/// then the small ones to both ends, where a pipeline fills and drains.
pub fn balanced(lengths: &[u64], count: usize) -> Vec<Vec<usize>> {
    let work: Vec<u64> = lengths.iter().map(|&tokens| workload(tokens)).collect();
    let mut batches = karmarkar_karp(&work, count, false);
    batches.sort_by_cached_key(|batch| {
        let sum: u64 = batch.iter().map(|&i| work[i]).sum();
        std::cmp::Reverse((sum, batch.first().copied()))
    });
    small_at_the_ends(batches)
}

/// Every second of a falling sequence backwards, then the others.
pub fn small_at_the_ends<T: Clone>(falling: Vec<T>) -> Vec<T> {
    let first = falling.iter().step_by(2).rev();
    let second = falling.iter().skip(1).step_by(2);
    first.chain(second).cloned().collect()
}

/// Micro-batches that are padded to their longest sequence: the longest first, as long as
/// (count + 1) · longest is within the budget. A sequence beyond the budget is alone.
pub fn padded(lengths: &[u64], budget: u64) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by(|&a, &b| lengths[b].cmp(&lengths[a]));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match batches.last_mut() {
            Some(last) if (last.len() as u64 + 1) * lengths[last[0]] <= budget => last.push(index),
            _ => batches.push(vec![index]),
        }
    }
    batches
}
