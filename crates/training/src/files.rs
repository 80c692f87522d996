//! Files of uneven size among the workers that read them.

use crate::sequences::{self, Division};
use crate::share;
use std::collections::VecDeque;

/// How files are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handing {
    /// Equal parts in order, fixed before (tf.data service's `FILE`).
    Static,
    /// The longest first to whoever has least, fixed before: it has to know the sizes.
    LongestFirst,
    /// The next files on request, a split at a time (tf.data service's `DYNAMIC`).
    Pull {
        /// Files of a split, at least 1.
        split: usize,
    },
    /// As static, but a worker that has none left takes the last file of the one with most left.
    Steal,
}

impl Handing {
    /// Each worker's files (indices into `sizes`), in the order in which it reads them, at a speed
    /// of 1.
    pub fn plan(self, sizes: &[u64], workers: usize) -> Vec<Vec<usize>> {
        match self {
            Self::Static => Division::InOrder.divide(sizes, workers),
            Self::LongestFirst => Division::LongestFirst.divide(sizes, workers),
            Self::Pull { split } => {
                let splits: Vec<u64> = sizes.chunks(split).map(|few| few.iter().sum()).collect();
                let taken = Division::Greedy.divide(&splits, workers).into_iter();
                let files = |k: usize| k * split..sizes.len().min((k + 1) * split);
                taken
                    .map(|own| own.into_iter().flat_map(files).collect())
                    .collect()
            }
            Self::Steal => stolen(sizes, workers),
        }
    }

    /// When each worker has read its files (units of size), at a speed of 1.
    pub fn ends(self, sizes: &[u64], workers: usize) -> Vec<u64> {
        sequences::loads(&self.plan(sizes, workers), sizes)
    }
}

fn stolen(sizes: &[u64], workers: usize) -> Vec<Vec<usize>> {
    let mut left: Vec<VecDeque<usize>> = share::equal(sizes.len(), workers)
        .into_iter()
        .map(|(from, to)| (from..to).collect())
        .collect();
    let mut ends = vec![0; workers];
    let mut taken = vec![Vec::new(); workers];
    loop {
        // Whoever is free first begins next.
        let Some(free) = (0..workers).min_by_key(|&worker| ends[worker]) else {
            return taken;
        };
        let own = left[free].pop_front();
        let most = (0..workers)
            .max_by_key(|&worker| -> u64 { left[worker].iter().map(|&file| sizes[file]).sum() });
        let next = own.or_else(|| left[most?].pop_back());
        let Some(file) = next else {
            return taken;
        };
        ends[free] += sizes[file];
        taken[free].push(file);
    }
}

/// What tf.data's service promises about each file (`ShardingPolicy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharding {
    /// Every worker reads all files.
    Off,
    /// A worker asks for the next split; at most once, so that a restart loses what it had.
    Dynamic,
    /// Each worker has its own files; after a restart it begins with them again.
    Static,
}

/// How often each file is read, in one epoch of workers that take turns, if `restarted` begins
/// again in the middle of its `at`-th file (counted from 0).
///
/// Source: tf.data service's documentation of processing modes.
pub fn visits(
    sharding: Sharding,
    files: usize,
    workers: usize,
    restarted: usize,
    at: usize,
) -> Vec<usize> {
    let mut visits = vec![0; files];
    for worker in 0..workers {
        let own: Vec<usize> = match sharding {
            Sharding::Off => (0..files).collect(),
            Sharding::Dynamic | Sharding::Static => (worker..files).step_by(workers).collect(),
        };
        for (place, &file) in own.iter().enumerate() {
            let restarts = worker == restarted;
            visits[file] += match sharding {
                Sharding::Dynamic => usize::from(!(restarts && place == at)),
                Sharding::Off | Sharding::Static => 1 + usize::from(restarts && place < at),
            };
        }
    }
    visits
}

/// Whether Ray Data stops an operator: while the bytes in its output queue are more than `ratio`
/// times the bytes that operators downstream work on. Not while no one works downstream, and not
/// while at most the share `threshold` of the budget is used.
///
/// Source: Ray's `DownstreamCapacityBackpressurePolicy`.
pub fn holds_back(queued: f64, downstream: f64, ratio: f64, used: f64, threshold: f64) -> bool {
    used > threshold && downstream > 0.0 && queued / downstream > ratio
}
