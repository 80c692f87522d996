//! Pipelines into an accelerator, and who reads which file.

use crate::sample::{is, rng};
use equipoise_engine::rng::Rng;
use equipoise_training::buffer::wait_s;
use equipoise_training::files::{Handing, Sharding, holds_back, visits};
use equipoise_training::pipeline::{Run, Stage, most_per_s, run, tuned};
use equipoise_training::schedule::{graham, optimum};

fn stage(workers: usize, room: usize) -> Stage {
    Stage { workers, room }
}

/// Stages of 1 s and 2 s with room for one: the second waits 1 s, the first is never blocked with
/// three elements, and for 1 s with four: its fourth is done at 4 s, and taken at 5 s.
#[test]
fn two_stages_by_hand() {
    let stages = [stage(1, 1), stage(1, 0)];
    let three = run(&stages, &[vec![1.0; 3], vec![2.0; 3]]);
    assert_eq!(three.took_s, 7.0);
    assert_eq!(
        [three.spent[1].waiting_s, three.spent[0].blocked_s],
        [1.0, 0.0]
    );
    let four = run(&stages, &[vec![1.0; 4], vec![2.0; 4]]);
    assert_eq!((four.took_s, four.spent[0].blocked_s), (9.0, 1.0));
    assert_eq!(four.bottleneck(&stages), 1);
    // One element is held from 2 to 3 s, 3 to 5 s and 5 to 7 s.
    is(four.held[0], 5.0 / 9.0, 12, "held");
}

/// Exponential times with these means.
fn times(means: &[f64], elements: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    means
        .iter()
        .map(|mean| (0..elements).map(|_| mean * rng.exponential()).collect())
        .collect()
}

/// All time of all workers is booked, to the end.
fn is_booked(run: &Run, stages: &[Stage]) {
    for (spent, stage) in run.spent.iter().zip(stages) {
        let booked = spent.busy_s + spent.blocked_s + spent.waiting_s;
        is(
            booked / (run.took_s * stage.workers as f64),
            1.0,
            9,
            "booked",
        );
    }
}

/// Read, decode, augment, accelerator: 40,000 elements, seed 41. With large buffers the line is as
/// fast as its bottleneck, the decoders at 2/0.25 = 8 a second, within 2 %; with small ones slower,
/// and never faster.
#[test]
fn a_line_is_as_fast_as_its_bottleneck_if_buffers_are_large() {
    let means = [0.1, 0.25, 0.3, 0.1];
    let all = times(&means, 40_000, &mut rng(41));
    let mut before = 0.0;
    for room in [1, 2, 8, 1000] {
        let stages = [stage(2, room), stage(2, room), stage(3, room), stage(1, 0)];
        let run = run(&stages, &all);
        is_booked(&run, &stages);
        let rate = 40_000.0 / run.took_s;
        assert!(rate > before, "room for {room}: {rate}");
        before = rate;
        assert_eq!(run.bottleneck(&stages), 1);
        is(most_per_s(&stages, &means), 8.0, 12, "bottleneck");
        assert!(rate < 8.0 * 1.02);
    }
    assert!(before > 8.0 * 0.98, "{before}");
}

/// One producer and the accelerator are M/M/1/n: a producer that holds its finished element is a
/// place more than the buffer has. 400,000 elements, seed 42, within 3 %.
#[test]
fn a_line_of_two_starves_as_the_buffers_law_says() {
    let mut rng = rng(42);
    for (make, used, room) in [(1.0, 1.0, 1), (1.0, 1.25, 3), (2.0, 1.0, 4)] {
        let stages = [stage(1, room), stage(1, 0)];
        let run = run(&stages, &times(&[make, used], 400_000, &mut rng));
        let wait = run.spent[1].waiting_s / 400_000.0;
        let law = wait_s(make, used, room as u32 + 1);
        assert!(
            (wait / law - 1.0).abs() < 0.03,
            "{make}, {used}, {room}: {wait}, {law}"
        );
    }
}

/// Twelve files on three workers, the long ones at the beginning.
#[test]
fn files_by_hand() {
    let sizes = [9, 8, 7, 6, 1, 1, 1, 1, 1, 1, 1, 1];
    for (handing, ends) in [
        (Handing::Static, [30, 4, 4]),
        (Handing::LongestFirst, [13, 13, 12]),
        (Handing::Pull { split: 1 }, [13, 12, 13]),
        (Handing::Pull { split: 4 }, [30, 4, 4]),
    ] {
        let mut got = handing.ends(&sizes, 3);
        let mut ends = ends.to_vec();
        got.sort_unstable();
        ends.sort_unstable();
        assert_eq!(got, ends, "{handing:?}");
    }
    // The first reads 9; the others have read their own after 4 and take 6 and 7 from its end.
    let mut stolen = Handing::Steal.ends(&sizes, 3);
    stolen.sort_unstable();
    assert_eq!(stolen, [10, 11, 17]);
}

/// 2,000 sets of files, seed 43: pulling and the longest first are list schedules, within Graham's
/// bound; all of them read everything, and nothing is faster than the optimum.
#[test]
fn handing_out_files_keeps_its_bounds() {
    let mut rng = rng(43);
    for _ in 0..2000 {
        let sizes: Vec<u64> = (0..1 + rng.below(9)).map(|_| 1 + rng.below(100)).collect();
        let workers = 1 + rng.below(4) as usize;
        let least = optimum(&sizes, workers);
        for handing in [
            Handing::Static,
            Handing::LongestFirst,
            Handing::Pull { split: 1 },
            Handing::Pull { split: 3 },
            Handing::Steal,
        ] {
            let ends = handing.ends(&sizes, workers);
            assert_eq!(ends.iter().sum::<u64>(), sizes.iter().sum::<u64>());
            let took = ends.iter().max().copied().unwrap_or(0);
            assert!(took >= least, "{handing:?}: {sizes:?}");
            // Stealing is one too: no worker is idle while a file is left.
            let is_list = !matches!(handing, Handing::Static | Handing::Pull { split: 3 });
            assert!(
                !is_list || took as f64 <= graham(&sizes, workers) + 1e-9,
                "{handing:?}"
            );
        }
    }
}

/// tf.data service: six files, two workers, the second restarts in its second file.
#[test]
fn what_a_restart_costs_by_sharding_policy() {
    assert_eq!(visits(Sharding::Dynamic, 6, 2, 1, 1), [1, 1, 1, 0, 1, 1]);
    assert_eq!(visits(Sharding::Static, 6, 2, 1, 1), [1, 2, 1, 1, 1, 1]);
    assert_eq!(visits(Sharding::Off, 6, 2, 1, 1), [3, 2, 2, 2, 2, 2]);
}

/// A stage that is held back takes nothing, so that the buffer before it is as full as without
/// backpressure, and no fuller.
#[test]
fn buffers_keep_their_room_under_backpressure() {
    let stages = [stage(2, 2), stage(1, 2), stage(1, 2), stage(1, 0)];
    let all = times(&[0.1, 0.1, 0.1, 1.0], 400, &mut rng(47));
    for ratio in [0.5, 1.0, 2.0] {
        let run = tuned(&stages, &all, None, Some(ratio));
        let most = run.held.iter().copied().fold(0.0, f64::max);
        assert!(most <= 2.0, "{most} at {ratio}");
    }
}

/// Ray: more than the ratio, with someone downstream, beyond the threshold of the budget.
#[test]
fn backpressure_by_downstream_capacity() {
    assert!(holds_back(21.0, 10.0, 2.0, 0.5, 0.0));
    assert!(!holds_back(20.0, 10.0, 2.0, 0.5, 0.0));
    assert!(!holds_back(21.0, 0.0, 2.0, 0.5, 0.0));
    assert!(!holds_back(21.0, 10.0, 2.0, 0.0, 0.0));
}
