//! Ways to divide a batch.

use equipoise_training::sequences::{Division, loads, workload};
use equipoise_training::share::{Measured, by_weight, pull};
use proptest::prelude::*;

#[test]
fn shares_by_weight_come_out_whole() {
    assert_eq!(by_weight(100, &[1.0, 1.0, 2.0]), [25, 25, 50]);
    assert_eq!(by_weight(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
    assert_eq!(by_weight(7, &[0.0, 5.0]), [0, 7]);
}

/// Workers of 10, 20 and 30 samples a second with 60 samples: 10, 20, 30 after one measurement,
/// and when the last becomes slow, equal times within a few steps.
#[test]
fn shares_by_measured_speed_follow_the_workers() {
    let mut measured = Measured::new(3, 0.5);
    let mut speeds = [10.0, 20.0, 30.0];
    let mut slowest_s = Vec::new();
    for step in 0..12 {
        if step == 4 {
            speeds[2] = 6.0;
        }
        let parts = by_weight(60, measured.speeds());
        let times = parts
            .iter()
            .zip(&speeds)
            .map(|(&part, speed)| part as f64 / speed);
        let times: Vec<f64> = times.collect();
        slowest_s.push(times.iter().copied().fold(0.0, f64::max));
        measured.note(&parts, &times, step == 0);
    }
    assert_eq!(slowest_s[0], 2.0);
    assert_eq!(slowest_s[1..4], [1.0; 3]);
    assert_eq!(slowest_s[4], 5.0);
    // The best division of 60 by 36 a second is 1.67 s; whole samples give 1.7 s.
    assert!(slowest_s[11] < 1.75, "{slowest_s:?}");
}

/// Micro-batches of 1 s and of 2 s a worker: twelve take 8 s, where an equal division takes 12 s.
#[test]
fn pulled_micro_batches_go_to_those_that_are_free() {
    let (taken, ends) = pull(12, 2, |worker, _| [1.0, 2.0][worker]);
    assert_eq!([taken[0].len(), taken[1].len()], [8, 4]);
    assert_eq!(ends, [8.0, 8.0]);
    assert_eq!(taken[0][..3], [0, 2, 3]);
}

/// Long and short in turn, two workers.
#[test]
fn divisions_of_one_batch() {
    let work = [9, 1, 8, 1, 7, 1];
    for (division, sums) in [
        (Division::InOrder, [18, 9]),
        (Division::Sorted, [9 + 7 + 1, 8 + 1 + 1]),
        (Division::Greedy, [11, 16]),
        (Division::LongestFirst, [9 + 1 + 1 + 1, 8 + 7]),
        (
            Division::Differencing { equal_size: true },
            [7 + 8 + 1, 1 + 9 + 1],
        ),
    ] {
        assert_eq!(
            loads(&division.divide(&work, 2), &work),
            sums,
            "{division:?}"
        );
    }
}

const ALL: [Division; 6] = [
    Division::InOrder,
    Division::Sorted,
    Division::Greedy,
    Division::LongestFirst,
    Division::Differencing { equal_size: false },
    Division::Differencing { equal_size: true },
];

proptest! {
    /// Each sequence is in one part, equal sizes are equal, and no part of a greedy division is
    /// above the least by more than one sequence.
    #[test]
    fn divisions_are_partitions(
        lengths in prop::collection::vec(1..9000_u64, 1..12),
        k in 1..6_usize,
    ) {
        let lengths = lengths.repeat(k);
        let work: Vec<u64> = lengths.iter().map(|&tokens| workload(tokens)).collect();
        for division in ALL {
            let parts = division.divide(&work, k);
            prop_assert_eq!(parts.len(), k);
            let mut all: Vec<usize> = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..work.len()).collect::<Vec<_>>());
            let sums = loads(&parts, &work);
            let spread = sums.iter().max().unwrap_or(&0) - sums.iter().min().unwrap_or(&0);
            let longest = work.iter().max().copied().unwrap_or(0);
            match division {
                Division::Differencing { equal_size: true } | Division::InOrder
                | Division::Sorted => {
                    prop_assert!(parts.iter().all(|part| part.len() * k == work.len()));
                }
                Division::Greedy | Division::LongestFirst
                | Division::Differencing { equal_size: false } => {
                    prop_assert!(spread <= longest, "{:?}: {:?}", division, sums);
                }
            }
        }
    }
}
