//! Steps of a cluster.

use crate::sample::{is, meets, rng};
use equipoise_training::cluster::{Cluster, Failure, Spell, Step, Worker};
use equipoise_training::law::Law;
use equipoise_training::order::expected;
use equipoise_training::share::by_weight;

const STEADY: Law = Law::Uniform {
    low: 1.0,
    high: 1.0,
};

fn worker(speed: f64, jitter: Law) -> Worker {
    Worker {
        speed,
        jitter,
        spell: None,
        failure: None,
    }
}

/// Speeds 10, 20 and 30 with 20 samples each and an exchange of 0.5 s: the first takes 2 s, and an
/// even division 1 s.
#[test]
fn a_step_waits_for_the_slowest() {
    let workers = [10.0, 20.0, 30.0].map(|speed| worker(speed, STEADY));
    let mut cluster = Cluster::new(workers.to_vec(), rng(1));
    let equal = cluster.step(&[20.0; 3], 3, 0.5);
    assert_eq!((equal.took_s, equal.ideal_s), (2.5, 1.5));
    is(equal.slowdown(), 5.0 / 3.0, 12, "slowdown");
    for (idle, by_hand) in equal.idle_shares().into_iter().zip([0.2, 0.6, 11.0 / 15.0]) {
        is(idle, by_hand, 12, "idle");
    }
    let weighed = by_weight(60, &[10.0, 20.0, 30.0]).into_iter();
    let weighed: Vec<f64> = weighed.map(|part| part as f64).collect();
    let even = cluster.step(&weighed, 3, 0.5);
    assert_eq!((even.took_s, even.slowdown()), (1.5, 1.0));
    // Two of three are waited for: the slowest is dropped.
    let backup = cluster.step(&[20.0; 3], 2, 0.5);
    assert_eq!(
        (backup.took_s, backup.kept, backup.dropped),
        (1.5, 40.0, 20.0)
    );
}

fn steps(worker: Worker, waited: usize, seed: u64) -> Vec<Step> {
    let mut cluster = Cluster::new(vec![worker; 32], rng(seed));
    (0..20_000)
        .map(|_| cluster.step(&[10.0; 32], waited, 0.0))
        .collect()
}

/// 32 workers, 20,000 steps: all, seed 31, and the first 30, seed 32.
#[test]
fn jitter_gives_the_expected_kth_of_n() {
    let jitter = Law::Lognormal {
        mean: 1.0,
        sigma: 0.3,
    };
    for (waited, seed) in [(32, 31), (30, 32)] {
        let steps = steps(worker(10.0, jitter), waited, seed).into_iter();
        let took: Vec<f64> = steps.map(|step| step.took_s).collect();
        meets(
            &took,
            expected(jitter, waited as u32, 32),
            0.002,
            &format!("{waited} of 32"),
        );
    }
}

/// A worker is slow for a share begins/(begins + ends) = 0.2 of the steps, three times as long: a
/// step of four takes 3 s unless none is slow, which is so in 0.8⁴ of the steps, since the
/// workers do not depend on each other. Seed 33.
#[test]
fn slow_spells_come_as_often_as_their_chain_says() {
    let spell = Spell {
        begins: 0.05,
        ends: 0.2,
        factor: 3.0,
    };
    let slow = Worker {
        spell: Some(spell),
        ..worker(10.0, STEADY)
    };
    let mut cluster = Cluster::new(vec![slow; 4], rng(33));
    let took: Vec<f64> = (0..100_000)
        .map(|_| cluster.step(&[10.0; 4], 4, 0.0).took_s)
        .collect();
    let none = 0.8_f64 * 0.8 * 0.8 * 0.8;
    meets(&took, none + (1.0 - none) * 3.0, 0.01, "4 workers");
}

/// A failure loses half a part on average and 5 s. Seed 34.
#[test]
fn failures_cost_what_was_done_and_the_restart() {
    let fails = Worker {
        failure: Some(Failure {
            chance: 0.1,
            restart_s: 5.0,
        }),
        ..worker(10.0, STEADY)
    };
    let mut cluster = Cluster::new(vec![fails], rng(34));
    let took: Vec<f64> = (0..100_000)
        .map(|_| cluster.step(&[10.0], 1, 0.0).took_s)
        .collect();
    meets(&took, 1.0 + 0.1 * (0.5 + 5.0), 0.01, "one worker");
}
