//! Bounded staleness and local steps.

use crate::sample::{is, meets, rng};
use equipoise_training::local;
use equipoise_training::order::harmonic;
use equipoise_training::stale::ends_s;

fn constant(seconds: &[f64], clocks: usize) -> Vec<Vec<f64>> {
    seconds.iter().map(|&time| vec![time; clocks]).collect()
}

/// Steps of 1 and 2 s: with s = 2 the fast worker runs ahead and is then held to every second.
#[test]
fn a_fast_worker_runs_ahead_by_its_bound() {
    let times = constant(&[1.0, 2.0], 8);
    assert_eq!(
        ends_s(&times, 2)[0],
        [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 11.0]
    );
    assert_eq!(ends_s(&times, 0)[0][..4], [1.0, 3.0, 5.0, 7.0]);
}

/// With constant speeds every bound ends at the slowest worker's rate.
#[test]
fn staleness_does_not_help_against_constant_speeds() {
    let times = constant(&[1.0, 2.0, 3.0], 50);
    for staleness in [0, 1, 4, 20] {
        let ends = ends_s(&times, staleness);
        assert_eq!(ends[2][49], 150.0, "s = {staleness}");
    }
}

/// Exponential times of mean 1, 8 workers, 4,000 clocks, seed 7.
fn jittered() -> Vec<Vec<f64>> {
    let mut rng = rng(7);
    (0..8)
        .map(|_| (0..4000).map(|_| rng.exponential()).collect())
        .collect()
}

/// When all workers have completed each clock, as the time of each.
fn steps_s(ends: &[Vec<f64>]) -> Vec<f64> {
    let all = (0..ends[0].len()).map(|clock| {
        let of_clock = ends.iter().map(|own| own[clock]);
        of_clock.fold(0.0, f64::max)
    });
    let mut last_s = 0.0;
    all.map(|end_s: f64| end_s - std::mem::replace(&mut last_s, end_s))
        .collect()
}

/// With s = 0 a clock takes E\[max of 8\] = H₈ = 2.718 s; each bound more takes less, and no
/// worker is ever ahead by more than the bound.
#[test]
fn staleness_absorbs_jitter() {
    let times = jittered();
    meets(&steps_s(&ends_s(&times, 0)), harmonic(8), 0.01, "s = 0");
    let mut before_s = f64::INFINITY;
    for staleness in [0, 1, 2, 4, 8, 16] {
        let ends = ends_s(&times, staleness);
        let all_s: f64 = steps_s(&ends).iter().sum();
        assert!(all_s < before_s, "s = {staleness}");
        before_s = all_s;
        for clock in staleness + 1..4000 {
            let behind = clock - staleness - 1;
            let slowest = ends.iter().map(|own| own[behind]).fold(0.0, f64::max);
            for (own, takes) in ends.iter().zip(&times) {
                let began_s = own[clock] - takes[clock];
                assert!(began_s >= slowest - 1e-6, "s = {staleness}, clock {clock}");
            }
        }
    }
    // Nearly the mean of a worker, 1 s.
    assert!(before_s / 4000.0 < 1.25, "{before_s}");
}

/// One step a round is the maximum, H_n; sums of many steps are near their mean.
#[test]
fn local_steps_pay_the_exchange_and_the_slowest_once_a_round() {
    is(
        local::expected_step_s(8, 1, 1.0, 0.5),
        harmonic(8) + 0.5,
        6,
        "one",
    );
    is(local::expected_step_s(1, 10, 2.0, 5.0), 2.5, 6, "alone");
    let times = jittered();
    let mut before_s = f64::INFINITY;
    for steps in [1_u32, 2, 4, 8, 16] {
        let predicted_s = local::expected_step_s(8, steps, 1.0, 0.5);
        let ends = local::round_ends_s(&times, steps as usize, 0.5);
        let mut last_s = 0.0;
        let each: Vec<f64> = ends
            .iter()
            .map(|&end_s| (end_s - std::mem::replace(&mut last_s, end_s)) / f64::from(steps))
            .collect();
        meets(&each, predicted_s, 0.02, &format!("H = {steps}"));
        assert!(predicted_s < before_s);
        before_s = predicted_s;
    }
    // Constant times: a round is as long as the slowest's steps.
    let ends = local::round_ends_s(&constant(&[1.0, 2.0], 9), 4, 1.0);
    assert_eq!(ends, [9.0, 18.0]);
}
