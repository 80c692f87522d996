//! `tests/utils/test_seqlen_balancing.py` of verl at 0db13434, and what its rules give by hand.

use equipoise_training::differencing::karmarkar_karp;
use equipoise_training::micro;
use equipoise_training::schedule::optimum;
use equipoise_training::sequences::{Division, loads, workload};
use equipoise_training::share;

/// The work of groups of `size` sequences of each of these lengths.
fn groups(lengths: &[u64], size: u64) -> Vec<u64> {
    lengths
        .iter()
        .map(|&tokens| size * workload(tokens))
        .collect()
}

#[test]
fn differencing_against_longest_first_and_the_optimum() {
    let jobs = [8, 7, 6, 5, 4];
    let parts = karmarkar_karp(&jobs, 2, false);
    assert_eq!(parts, [vec![1, 3, 4], vec![0, 2]]);
    assert_eq!(loads(&parts, &jobs), [16, 14]);
    let longest_first = Division::LongestFirst.divide(&jobs, 2);
    assert_eq!(loads(&longest_first, &jobs), [17, 13]);
    assert_eq!(optimum(&jobs, 2), 15);
}

#[test]
fn four_groups_of_four() {
    let work = groups(&[100, 200, 150, 50], 4);
    assert_eq!(work, [9_870_400, 19_820_800, 14_835_600, 4_925_200]);
    let parts = karmarkar_karp(&work, 2, true);
    assert_eq!(parts, [vec![1, 3], vec![0, 2]]);
    assert_eq!(loads(&parts, &work), [24_746_000, 24_706_000]);
}

#[test]
fn six_sequences_on_lengths_and_on_workloads() {
    let lengths = [100, 200, 150, 50, 300, 250];
    let unequal = karmarkar_karp(&lengths, 2, false);
    assert_eq!(unequal, [vec![1, 3, 4], vec![0, 2, 5]]);
    assert_eq!(loads(&unequal, &lengths), [550, 500]);
    let equal = karmarkar_karp(&lengths, 2, true);
    assert_eq!(equal, [vec![0, 2, 4], vec![1, 3, 5]]);
    assert_eq!(loads(&equal, &lengths), [550, 500]);
    let work = groups(&lengths, 1);
    let equal = karmarkar_karp(&work, 2, true);
    assert_eq!(equal, [vec![0, 1, 5], vec![2, 3, 4]]);
    assert_eq!(loads(&equal, &work), [13_629_300, 12_403_000]);
    let unequal = karmarkar_karp(&work, 2, false);
    assert_eq!(unequal, [vec![0, 2, 3, 5], vec![1, 4]]);
    assert_eq!(loads(&unequal, &work), [13_614_300, 12_418_000]);
}

/// Recorded with their `karmarkar_karp`: lengths by chance, with ties.
#[test]
fn recorded_divisions() {
    let lengths = [23, 51, 45, 54, 48, 42, 60, 34, 2, 54, 30, 50, 16, 42, 4, 58];
    let unequal = [[1, 13, 14, 15], [5, 6, 8, 11], [4, 7, 9, 12], [0, 2, 3, 10]];
    assert_eq!(karmarkar_karp(&lengths, 4, false), unequal);
    let equal = [[1, 6, 8, 13], [7, 9, 11, 12], [4, 5, 14, 15], [0, 2, 3, 10]];
    assert_eq!(karmarkar_karp(&lengths, 4, true), equal);
    let lengths = [16, 1, 47, 14, 27, 18, 12, 59];
    let unequal = [vec![3, 4, 7], vec![0, 1, 2, 5, 6]];
    assert_eq!(karmarkar_karp(&lengths, 2, false), unequal);
    let equal = [[2, 3, 4, 6], [0, 1, 5, 7]];
    assert_eq!(karmarkar_karp(&lengths, 2, true), equal);
}

#[test]
fn eight_groups_of_two() {
    let work = groups(&[100, 200, 150, 50, 300, 250, 180, 120], 2);
    let parts = karmarkar_karp(&work, 4, true);
    assert_eq!(parts, [vec![3, 4], vec![0, 5], vec![2, 6], vec![1, 7]]);
    let sums = [17_388_200, 17_348_200, 16_329_960, 15_837_440];
    assert_eq!(loads(&parts, &work), sums);
}

/// One sequence of 8192 tokens cannot be divided: differencing and the longest first agree.
#[test]
fn a_long_tail_on_four_ranks() {
    let lengths = [8192, 6000, 4096, 2048, 1024, 512, 512, 256];
    for division in [
        Division::Differencing { equal_size: false },
        Division::LongestFirst,
    ] {
        let mut sums = loads(&division.divide(&lengths, 4), &lengths);
        sums.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(sums, [8192, 6000, 4352, 4096], "{division:?}");
    }
}

/// Their issue 6786: parts of ⌈n/k⌉ leave the last rank without any.
#[test]
fn balanced_chunks() {
    assert_eq!(share::equal(9, 4), [(0, 3), (3, 5), (5, 7), (7, 9)]);
    for (samples, sizes) in [(10, [3, 3, 2, 2]), (2, [1, 1, 0, 0])] {
        let parts = share::equal(samples, 4).into_iter();
        assert_eq!(parts.map(|(from, to)| to - from).collect::<Vec<_>>(), sizes);
    }
}

/// By the rule: ⌈1500/400⌉ = 4 of one rank, ⌈2500/400⌉ = 7 but only 5 sequences of the
/// other.
#[test]
fn micro_batches_within_a_budget() {
    let ranks = [vec![500, 400, 300, 200, 100], vec![500; 5]];
    assert_eq!(micro::count(&ranks[..1], 400), 4);
    assert_eq!(micro::count(&ranks, 400), 5);
    let batches = micro::balanced(&ranks[0], 3);
    let tokens = loads(&batches, &ranks[0]);
    assert_eq!(tokens.iter().sum::<u64>(), 1500);
    // The largest is in the middle.
    assert_eq!(tokens.iter().max(), tokens.get(1));
    assert_eq!(
        micro::small_at_the_ends(vec![5, 4, 3, 2, 1]),
        [1, 3, 5, 4, 2]
    );
}

/// By the rule: 500 alone (1000 > 900), 400 with 300 (2·400), then 200 with 100.
#[test]
fn padded_micro_batches() {
    let batches = micro::padded(&[100, 500, 300, 400, 200], 900);
    assert_eq!(batches, [vec![1], vec![3, 2], vec![4, 0]]);
    assert_eq!(micro::padded(&[1000, 1], 900), [vec![0], vec![1]]);
}
