//! What tests ask of predictions.

use crate::{Prediction, PredictionId, Quantity, Reason};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Scenario, presets};

/// The preset `little`, an M/M/1 with λ = 0.8 and μ = 1, changed.
pub(crate) fn little(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut s = presets::find("little").expect("preset");
    change(&mut s);
    s
}

/// Replaces the servers by `n` copies of the first, and sets strategy and arrival rate (tasks/s).
pub(crate) fn copies(s: &mut Scenario, n: usize, id: StrategyId, rate_per_s: f64) {
    s.servers = vec![s.servers[0].clone(); n];
    s.balancer.strategy.id = id;
    s.arrivals.rate_per_s = rate_per_s;
}

/// A prediction that is a number.
pub(crate) fn number(scenario: &Scenario, id: PredictionId) -> f64 {
    match Prediction::of(scenario, id).value {
        Ok(Quantity::Number(x)) => x,
        other => panic!("{id}: {other:?}"),
    }
}

/// A prediction that is a number for each server.
pub(crate) fn per_server(scenario: &Scenario, id: PredictionId) -> Vec<f64> {
    match Prediction::of(scenario, id).value {
        Ok(Quantity::PerServer(values)) => values,
        other => panic!("{id}: {other:?}"),
    }
}

/// A prediction that is a pair of bounds.
pub(crate) fn bounds(scenario: &Scenario, id: PredictionId) -> (f64, f64) {
    match Prediction::of(scenario, id).value {
        Ok(Quantity::Bounds { low, high }) => (low, high),
        other => panic!("{id}: {other:?}"),
    }
}

/// Why a prediction does not apply.
pub(crate) fn why(scenario: &Scenario, id: PredictionId) -> Reason {
    match Prediction::of(scenario, id).value {
        Err(reason) => reason,
        Ok(value) => panic!("{id}: {value:?}"),
    }
}

/// Asserts that two numbers differ by at most `tolerance`.
#[track_caller]
pub(crate) fn close(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "{got} against {expected}"
    );
}
