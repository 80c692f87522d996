use super::*;
use crate::rng::{Purpose, Rng};

/// Exponential values, independent: of 200 intervals for the 95 % point, ln 20, 90 to 98 % hold it
/// (seeds 1–200: 183).
#[test]
fn a_quantiles_interval_holds_what_it_says() {
    let holds = |seed: u64| {
        let mut rng = Rng::new(seed, Purpose::Sizes);
        let values: Vec<f64> = (0..4000).map(|_| rng.exponential()).collect();
        let e = quantile_of_batches(&values, 0.95, BATCHES_MIN).expect("has values");
        assert!(e.low <= e.value && e.value <= e.high);
        (e.low..=e.high).contains(&libm::log(20.0))
    };
    let held = (1..=200).filter(|&seed| holds(seed)).count();
    assert!((180..=196).contains(&held), "{held}");
}

/// Two runs that share their noise and differ by 1: pairs see the difference at once.
#[test]
fn pairs_of_one_run_are_compared_batch_by_batch() {
    let mut rng = Rng::new(5, Purpose::Sizes);
    let shared: Vec<f64> = (0..4000).map(|_| 10.0 * rng.exponential()).collect();
    let other: Vec<f64> = shared
        .iter()
        .map(|x| x + 1.0 + 0.1 * rng.normal())
        .collect();
    let p = paired_batches(&shared, &other, BATCHES_MIN).expect("has pairs");
    assert!(
        (p.difference.mean - 1.0).abs() < p.difference.half_width && p.difference.half_width < 0.01
    );
    // (10² + 10²) / 0.1², as far as twenty batches tell.
    let times = p.unpaired_runs / BATCHES_MIN as f64;
    assert!((5_000.0..80_000.0).contains(&times), "{times}");
    assert_eq!(
        paired_batches(&shared[..19], &other[..19], BATCHES_MIN),
        None
    );
}

/// M/M/1 at ρ = 0.8 and 0.95, runs of 20,000 tasks, seeds 7 to 16: the first are long enough, the
/// second are not, and hardly one of them shows it by itself.
#[test]
fn runs_show_together_what_none_shows_alone() {
    let at = |rho: f64| {
        let mut scenario = crate::scenario::presets::find("mm1").expect("preset");
        scenario.arrivals.rate_per_s = rho;
        let runs = (7..17).map(|seed| {
            crate::measure::observe(
                &crate::scenario::Scenario {
                    seed,
                    ..scenario.clone()
                },
                20_000,
            )
        });
        let (short, lags): (Vec<bool>, Vec<f64>) =
            runs.map(|o| (o.too_short.is_some(), o.batch_lag_1)).unzip();
        (
            short.into_iter().filter(|short| *short).count(),
            correlated_runs(lags, BATCHES_MIN),
        )
    };
    assert_eq!(at(0.8).1, None);
    let (short, together) = at(0.95);
    assert!(
        short <= 5 && matches!(together, Some(TooShort::Correlated { .. })),
        "{short} {together:?}"
    );
    assert_eq!(correlated_runs([f64::NAN], BATCHES_MIN), None);
}

/// The usual table of Student's t, two-sided 95 %.
#[test]
fn t_agrees_with_the_table() {
    for (v, t) in [
        (1, 12.706),
        (2, 4.303),
        (4, 2.776),
        (5, 2.571),
        (6, 2.447),
        (9, 2.262),
        (19, 2.093),
        (29, 2.045),
        (100, 1.984),
    ] {
        assert!((t_975(v) - t).abs() < 0.0015, "{v}: {}", t_975(v));
    }
}

/// Mean 3, standard deviation 1.5811, t with 4 degrees of freedom: 3 ± 2.776·1.5811/√5.
#[test]
fn five_replications_by_hand() {
    let i = of_replications(&[1.0, 2.0, 3.0, 4.0, 5.0], 0).expect("values");
    assert!(
        (i.mean - 3.0).abs() < 1e-12 && (i.half_width - 1.9632).abs() < 1e-3,
        "{i:?}"
    );
    assert_eq!(i.too_short, Some(TooShort::Few { have: 5, need: 10 }));
    assert_eq!(of_replications(&[], 0), None);
    assert_eq!(
        of_replications(&[2.0], 0).expect("a value").half_width,
        f64::INFINITY
    );
}

#[test]
fn many_short_runs_are_not_relied_on() {
    let trust = |short| {
        of_replications(&[1.0; 30], short)
            .expect("values")
            .too_short
    };
    assert_eq!((trust(0), trust(15)), (None, None));
    assert_eq!(trust(16), Some(TooShort::Runs { short: 16, of: 30 }));
}

/// Differences 1, 1, 1, 2: mean 1.25, s_d² = 0.25; s₁² = 5/3, s₂² = 35/12. Unpaired:
/// 4·(55/12)/0.25 = 73.3 runs.
#[test]
fn pairs_by_hand() {
    let p = paired(&[1.0, 2.0, 3.0, 4.0], &[2.0, 3.0, 4.0, 6.0], 0).expect("pairs");
    assert!((p.difference.mean - 1.25).abs() < 1e-12, "{p:?}");
    assert!(
        (p.difference.half_width - 3.1824 * 0.25).abs() < 1e-4,
        "{p:?}"
    );
    let apart: f64 = 5.0 / 3.0 + 35.0 / 12.0;
    assert!(
        (p.unpaired_half_width - 1.959_964 * (apart / 4.0).sqrt()).abs() < 1e-9,
        "{p:?}"
    );
    assert_eq!(p.unpaired_runs, (16.0 * apart).ceil());
}

/// Seeds 1 to 400 of 4,000 independent draws: the interval covers the true mean in about 95 of 100
/// (four standard errors: ±4.4), and the check for correlation gives a false alarm in about 5.
#[test]
fn batch_means_cover_the_mean_of_independent_values() {
    let mut covered = 0;
    let mut reliable = 0;
    for seed in 1..=400 {
        let mut rng = Rng::new(seed, Purpose::Sizes);
        let values: Vec<f64> = (0..4000).map(|_| rng.exponential()).collect();
        let i = of_batches(&values, 20).expect("values");
        covered += u32::from((i.mean - 1.0).abs() <= i.half_width);
        reliable += u32::from(i.too_short.is_none());
    }
    assert!(
        (362..=398).contains(&covered) && reliable >= 360,
        "{covered} covered, {reliable} reliable"
    );
}

/// A value that remembers its predecessor for about 100 steps, in batches of 50.
#[test]
fn correlated_batches_are_not_relied_on() {
    let mut rng = Rng::new(7, Purpose::Sizes);
    let mut x = 0.0;
    let values: Vec<f64> = (0..1000)
        .map(|_| {
            x = 0.99 * x + rng.normal();
            x
        })
        .collect();
    let too_short = of_batches(&values, 20).expect("values").too_short;
    assert!(
        matches!(too_short, Some(TooShort::Correlated { lag_1, .. }) if lag_1 > 0.4),
        "{too_short:?}"
    );
    assert_eq!(of_batches(&values[..10], 20), None);
    assert!((lag_1(&[1.0, -1.0, 1.0, -1.0]) + 0.75).abs() < 1e-12);
    assert_eq!(lag_1(&[2.0, 2.0]), 0.0);
}
