//! The k-th of n, and backup workers.

use crate::sample::{is, meets, rng};
use equipoise_training::backup;
use equipoise_training::law::Law;
use equipoise_training::order::{by_quadrature, expected, expected_maximum, harmonic};

const EXPONENTIAL: Law = Law::Exponential {
    shift: 0.0,
    mean: 1.0,
};

/// Mean 1 each.
const LAWS: [Law; 5] = [
    Law::Uniform {
        low: 0.5,
        high: 1.5,
    },
    Law::Exponential {
        shift: 0.8,
        mean: 0.2,
    },
    Law::Lognormal {
        mean: 1.0,
        sigma: 0.5,
    },
    Law::Weibull {
        scale: std::f64::consts::FRAC_2_SQRT_PI,
        shape: 2.0,
    },
    Law::Pareto {
        least: 0.75,
        shape: 4.0,
    },
];

#[test]
fn exponential_times_give_harmonic_differences() {
    for (k, n, table) in [
        (100, 100, 5.1874),
        (98, 100, 3.6874),
        (96, 100, 3.1040),
        (90, 100, 2.2584),
        (64, 64, 4.7439),
        (64, 68, 2.7207),
        (10, 10, 2.9290),
        (10, 11, 2.0199),
        (10, 12, 1.6032),
    ] {
        is(
            expected(EXPONENTIAL, k, n),
            table,
            4,
            &format!("{k} of {n}"),
        );
    }
    let shifted = Law::Exponential {
        shift: 3.0,
        mean: 2.0,
    };
    is(
        expected(shifted, 10, 12),
        3.0 + 2.0 * 1.603_210_7,
        6,
        "shifted",
    );
}

/// Closed forms exist for three laws, and for the least of Weibull times:
/// scale·n^(−1/shape)·Γ.
#[test]
fn quadrature_meets_the_closed_forms() {
    for (k, n) in [
        (1, 1),
        (1, 7),
        (4, 7),
        (7, 7),
        (96, 100),
        (100, 100),
        (1000, 1000),
    ] {
        for law in [LAWS[0], LAWS[1], LAWS[4], EXPONENTIAL] {
            let [numeric, exact] = [by_quadrature(law, k, n), expected(law, k, n)];
            let error = (numeric / exact - 1.0).abs();
            assert!(
                error < 1e-9,
                "{law:?}, {k} of {n}: {numeric} against {exact}"
            );
        }
    }
    for n in [1_u32, 5, 100] {
        let exact = LAWS[3].mean() / f64::from(n).sqrt();
        is(expected(LAWS[3], 1, n), exact, 10, "least of Weibull times");
    }
}

/// E\[max\] of lognormal times of mean 1, to four digits, as in `theory_tables` of this project.
#[test]
fn lognormal_maxima_are_the_tables() {
    for (sigma, n, table) in [
        (0.1, 1024, 1.3777),
        (0.5, 4, 1.5733),
        (0.5, 256, 3.701),
        (1.0, 64, 7.0731),
        (1.0, 1024, 16.7133),
    ] {
        let law = Law::Lognormal { mean: 1.0, sigma };
        is(
            expected_maximum(law, n),
            table,
            4,
            &format!("σ {sigma}, n {n}"),
        );
    }
}

/// The expected maximum of 64 and the 60th of 64, against 20,000 steps by chance; seeds 1 to 5.
#[test]
fn steps_by_chance_meet_the_expected_kth_of_n_for_five_laws() {
    for (law, seed) in LAWS.into_iter().zip(1..) {
        is(law.mean(), 1.0, 12, "mean");
        let mut rng = rng(seed);
        let mut maxima = Vec::new();
        let mut sixtieth = Vec::new();
        for _ in 0..20_000 {
            let mut times: Vec<f64> = (0..64).map(|_| law.draw(&mut rng)).collect();
            times.sort_by(f64::total_cmp);
            maxima.push(times[63]);
            sixtieth.push(times[59]);
        }
        meets(
            &maxima,
            expected_maximum(law, 64),
            0.006,
            &format!("{law:?}, last"),
        );
        meets(
            &sixtieth,
            expected(law, 60, 64),
            0.002,
            &format!("{law:?}, 60th"),
        );
    }
}

/// 100 machines, a step of 1 s and an exponential rest of 0.2 s.
const CURVE: Law = Law::Exponential {
    shift: 1.0,
    mean: 0.2,
};

#[test]
fn samples_per_second_of_a_hundred_machines() {
    for (backups, table) in [
        (0, 49.08),
        (1, 53.88),
        (2, 56.40),
        (3, 58.06),
        (4, 59.23),
        (5, 60.10),
        (6, 60.74),
        (8, 61.58),
        (10, 62.00),
    ] {
        is(
            backup::samples_per_s(CURVE, 100, backups),
            table,
            2,
            &format!("b = {backups}"),
        );
    }
}

/// The curve is flat at its top: from 8 to 16 backups it stays within 1 % of the best, 12.
#[test]
fn twelve_backups_are_best_for_that_curve() {
    assert_eq!(backup::best(CURVE, 100), 12);
    let best = backup::samples_per_s(CURVE, 100, 12);
    is(
        best,
        88.0 / (1.0 + 0.2 * (harmonic(100) - harmonic(12))),
        9,
        "by hand",
    );
    for backups in 8..=16 {
        assert!(backup::samples_per_s(CURVE, 100, backups) > 0.99 * best);
    }
    // Without variance none is worth its machine.
    let steady = Law::Uniform {
        low: 1.0,
        high: 1.0,
    };
    assert_eq!(backup::best(steady, 100), 0);
}

/// 20,000 steps of 100 machines, seed 6: each b meets its prediction, and the run's own best b is
/// within four of twelve.
#[test]
fn steps_by_chance_have_their_best_number_of_backups() {
    let mut rng = rng(6);
    let steps: Vec<Vec<f64>> = (0..20_000)
        .map(|_| {
            let mut times: Vec<f64> = (0..100).map(|_| CURVE.draw(&mut rng)).collect();
            times.sort_by(f64::total_cmp);
            times
        })
        .collect();
    let mut best = (0, 0.0);
    for backups in 0..30 {
        let kept = 100 - backups;
        let times: Vec<f64> = steps.iter().map(|times| times[kept - 1]).collect();
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        meets(
            &times,
            expected(CURVE, kept as u32, 100),
            0.002,
            &format!("b = {backups}"),
        );
        if kept as f64 / mean > best.1 {
            best = (backups, kept as f64 / mean);
        }
    }
    assert!((8..=16).contains(&best.0), "{best:?}");
}
