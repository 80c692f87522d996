//! Rates that rise and fall in the course of a day.

use super::*;
use equipoise::scenario::RateCurve;

/// Two hundred tasks a second, four fifths more at the peak, days of 100 s with a peak at 20 s.
fn day(pattern: Pattern) -> Scenario {
    let mut s = Scenario {
        rate_curve: RateCurve {
            swing: 0.8,
            day_s: 100.0,
            peak_s: 20.0,
        },
        ..Scenario::default()
    };
    s.arrivals.pattern = pattern;
    s.arrivals.rate_per_s = 200.0;
    s.arrivals.burst_on_s = 0.1;
    s.arrivals.burst_off_s = 0.1;
    s.sizes.mean = 0.000_01;
    s
}

/// ∫ λ(1 + swing·cos(2π(t − peak)/day)) dt between two times (s).
fn integral(s: &Scenario, from_s: f64, to_s: f64) -> f64 {
    let curve = &s.rate_curve;
    let sine = |t_s: f64| libm::sin(std::f64::consts::TAU * (t_s - curve.peak_s) / curve.day_s);
    let wave = curve.swing * curve.day_s / std::f64::consts::TAU * (sine(to_s) - sine(from_s));
    s.arrivals.rate_per_s * (to_s - from_s + wave)
}

/// The tasks of each fifth of a day, over three days. The number of a Poisson process has its mean
/// as its variance: four standard deviations are allowed.
#[test]
fn arrivals_follow_the_integral_of_their_rate() {
    let s = day(Pattern::Poisson);
    assert_eq!(s.validate(), Ok(()));
    let mut engine = Engine::new(&s);
    let mut before = 0;
    for i in 0..15 {
        let from_s = 20.0 * f64::from(i);
        engine.run_until(from_s + 20.0, &mut ());
        let count = (engine.totals().arrived - before) as f64;
        before = engine.totals().arrived;
        let expected = integral(&s, from_s, from_s + 20.0);
        let error = (count - expected).abs();
        assert!(error < 4.0 * expected.sqrt(), "{i}: {count}, {expected}");
    }
    assert!((integral(&s, 0.0, 300.0) - 60_000.0).abs() < 1e-6);
}

/// Bursts keep their mean rate too. With times on and off of 0.1 s the covariance of the rate falls
/// as e^(−20 t), so a number of mean N in 20 s has the variance N + 0.1·N²/20; five standard
/// deviations are allowed.
#[test]
fn bursts_follow_the_curve_as_well() {
    let s = day(Pattern::Bursty);
    let [high, low] = [(10.0, 30.0), (60.0, 80.0)].map(|(from_s, to_s)| {
        let count = |until_s| run(&s, until_s).totals().arrived as f64;
        let found = count(to_s) - count(from_s);
        let expected = integral(&s, from_s, to_s);
        let variance = expected * (1.0 + 0.1 * expected / 20.0);
        assert!(
            (found - expected).abs() < 5.0 * variance.sqrt(),
            "{found}, {expected}"
        );
        found
    });
    assert!(high > 4.0 * low, "{high}, {low}");
}

/// Another rate in the middle of a run keeps the curve; another curve restarts it, and so does
/// another pattern.
#[test]
fn a_curve_stays_when_the_rate_changes() {
    let s = day(Pattern::Poisson);
    let mut engine = Engine::new(&s);
    engine.run_until(100.0, &mut ());
    let before = engine.totals().arrived;
    let mut next = s.clone();
    next.arrivals.rate_per_s = 400.0;
    assert!(!s.must_restart(&next));
    engine.reconfigure(&next, &mut ());
    engine.run_until(120.0, &mut ());
    let count = (engine.totals().arrived - before) as f64;
    let expected = integral(&next, 100.0, 120.0);
    assert!(
        (count - expected).abs() < 4.0 * expected.sqrt(),
        "{count}, {expected}"
    );
    next.rate_curve.swing = 0.5;
    assert!(s.must_restart(&next));
}

/// Without a swing nothing is left out, and a run is as if there were no curve.
#[test]
fn without_a_swing_there_is_no_curve() {
    let mut s = day(Pattern::Poisson);
    s.rate_curve.swing = 0.0;
    let plain = Scenario {
        rate_curve: RateCurve::default(),
        ..s.clone()
    };
    assert!(!s.needs_extras());
    let arrived = |s: &Scenario| run(s, 50.0).totals().arrived;
    assert_eq!(arrived(&s), arrived(&plain));
    // Fixed intervals have no chance in them, and so no curve.
    let mut fixed = day(Pattern::Fixed);
    assert!(!fixed.needs_extras());
    assert_eq!(run(&fixed, 9.9975).totals().arrived, 2000);
    fixed.rate_curve.swing = 2.0;
    assert!(
        fixed
            .validate()
            .expect_err("is out of range")
            .to_string()
            .contains("rate_curve.swing")
    );
}
