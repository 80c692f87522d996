//! Means of runs, with their standard errors.

use equipoise_engine::rng::{Purpose, Rng};

/// The generator of a test's run.
pub(crate) fn rng(seed: u64) -> Rng {
    Rng::new(seed, Purpose::Sizes)
}

/// The mean of values and its standard error, from 50 batches, so that it holds for correlated
/// values too.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let batches: Vec<f64> = values
        .chunks_exact(values.len() / 50)
        .map(|batch| batch.iter().sum::<f64>() / batch.len() as f64)
        .collect();
    let n = batches.len() as f64;
    let mean = batches.iter().sum::<f64>() / n;
    let squares: f64 = batches.iter().map(|b| (b - mean) * (b - mean)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// Asserts that the values' mean is the expected one within four standard errors, and that the run
/// was long enough for these to be at most `precise` of it.
pub(crate) fn meets(values: &[f64], expected: f64, precise: f64, what: &str) {
    let (mean, error) = mean(values);
    assert!(
        (mean - expected).abs() <= 4.0 * error,
        "{what}: {mean} ± {error} against {expected}"
    );
    assert!(error <= precise * expected, "{what}: {error} of {expected}");
}

/// Asserts that a number is the expected one to this number of digits behind the point.
pub(crate) fn is(got: f64, expected: f64, digits: i32, what: &str) {
    let half = 0.5 * libm::pow(10.0, -f64::from(digits));
    assert!(
        (got - expected).abs() <= half * 1.000_001,
        "{what}: {got} against {expected}"
    );
}
