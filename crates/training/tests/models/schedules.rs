//! Graham's bounds, over ten thousand batches by chance.

use crate::sample::rng;
use equipoise_engine::rng::Rng;
use equipoise_training::differencing::karmarkar_karp;
use equipoise_training::schedule::{graham, list, optimum};
use equipoise_training::sequences::{Division, loads};

fn makespan(loads: &[u64]) -> u64 {
    loads.iter().max().copied().unwrap_or(0)
}

/// Up to `jobs` jobs: half of the batches even, half with a few that are much longer.
fn batch(rng: &mut Rng, jobs: u64) -> Vec<u64> {
    let tail = rng.below(2) == 0;
    let count = 1 + rng.below(jobs);
    let jobs = (0..count).map(|_| {
        let long = tail && rng.below(6) == 0;
        1 + rng.below(if long { 1000 } else { 100 })
    });
    jobs.collect()
}

/// List schedules of 10,000 batches (seed 11) of up to 200 jobs on up to 16 machines stay below
/// Σp/m + (1 − 1/m)·max p.
#[test]
fn list_schedules_stay_below_grahams_bound_in_ten_thousand_batches() {
    let mut rng = rng(11);
    for _ in 0..10_000 {
        let jobs = batch(&mut rng, 200);
        let machines = 1 + rng.below(16) as usize;
        let took = makespan(&list(&jobs, machines)) as f64;
        assert!(
            took <= graham(&jobs, machines) + 1e-6,
            "{machines}: {jobs:?}"
        );
    }
}

/// 10,000 batches (seed 12) of up to 10 jobs on up to 4 machines, against exact optima: a list in
/// any order takes at most 2 − 1/m times the least, the longest first 4/3 − 1/(3m),
/// differencing the same as Michiels, Korst and Aarts (2003) prove for it; and the bound is at most
/// (2 − 1/m)·OPT.
#[test]
fn small_batches_against_exact_optima() {
    let mut rng = rng(12);
    let mut optimal = [0; 3];
    for _ in 0..10_000 {
        let jobs = batch(&mut rng, 10);
        let machines = 2 + rng.below(3) as usize;
        let m = machines as f64;
        let least = optimum(&jobs, machines);
        let took = [
            makespan(&list(&jobs, machines)),
            makespan(&loads(
                &Division::LongestFirst.divide(&jobs, machines),
                &jobs,
            )),
            makespan(&loads(&karmarkar_karp(&jobs, machines, false), &jobs)),
        ];
        let factors = [
            2.0 - 1.0 / m,
            4.0 / 3.0 - 1.0 / (3.0 * m),
            4.0 / 3.0 - 1.0 / (3.0 * m),
        ];
        assert!(graham(&jobs, machines) <= factors[0] * least as f64 + 1e-6);
        for (k, (took, factor)) in took.into_iter().zip(factors).enumerate() {
            let ratio = took as f64 / least as f64;
            assert!(
                (1.0..=factor + 1e-9).contains(&ratio),
                "{k}, {machines}: {jobs:?}"
            );
            optimal[k] += u32::from(took == least);
        }
    }
    // Which is how often the best: in any order least, by differencing most.
    assert!(
        optimal[0] < optimal[1] && optimal[1] < optimal[2],
        "{optimal:?}"
    );
}

/// The worst cases of the two rules, m(m − 1) jobs of 1 before one of m, and Graham's of 1969.
#[test]
fn worst_cases_reach_their_factors() {
    for machines in [2_usize, 3, 5] {
        let m = machines as u64;
        let mut jobs = vec![1; (m * (m - 1)) as usize];
        jobs.push(m);
        assert_eq!(makespan(&list(&jobs, machines)), 2 * m - 1);
        assert_eq!(optimum(&jobs, machines), m);
    }
    let jobs = [5, 5, 4, 4, 3, 3, 3];
    let longest_first = Division::LongestFirst.divide(&jobs, 3);
    assert_eq!(makespan(&loads(&longest_first, &jobs)), 11);
    assert_eq!(optimum(&jobs, 3), 9);
}

/// All divisions, by brute force: the search leaves none out.
#[test]
fn optima_are_those_of_brute_force() {
    let mut rng = rng(13);
    for _ in 0..300 {
        let jobs = batch(&mut rng, 6);
        for machines in 1..=3_usize {
            let ways = machines.pow(jobs.len() as u32);
            let best = (0..ways).map(|way| {
                let mut sums = vec![0; machines];
                let mut left = way;
                for job in &jobs {
                    sums[left % machines] += job;
                    left /= machines;
                }
                makespan(&sums)
            });
            assert_eq!(
                best.min(),
                Some(optimum(&jobs, machines)),
                "{machines}: {jobs:?}"
            );
        }
    }
}
