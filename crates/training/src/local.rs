//! Local steps: workers exchange only after every H steps of their own.
//!
//! The exchange is paid for once in H steps, and jitter averages out within a round, so that the
//! slowest of n sums is nearer to the mean. Source: Stich (2019), "Local SGD Converges Fast and
//! Communicates Little"; the times are those of the maximum of sums.

/// Intervals of Simpson's rule; even.
const INTERVALS: u32 = 4000;

/// The expected time of a step (s) where `workers` take exponential times with this mean (s) and
/// exchange for `exchange_s` after every `steps`: (E\[max of n Erlang sums\] + exchange)/H.
///
/// E\[max\] = ∫ (1 − (1 − P(sum > t))ⁿ) dt by Simpson's rule, to 1e-6 of the value.
pub fn expected_step_s(workers: u32, steps: u32, mean_s: f64, exchange_s: f64) -> f64 {
    let n = f64::from(workers);
    let h = f64::from(steps);
    // Beyond mean + 40 deviations and a log of the number of workers nothing is left.
    let most = h + 12.0 * h.sqrt() + 40.0 + 2.0 * libm::log(n);
    let width = most / f64::from(INTERVALS);
    let mut sum = 0.0;
    for k in 0..=INTERVALS {
        let weight = match k {
            0 | INTERVALS => 1.0,
            k if k % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let exceeds = erlang_exceeds(steps, width * f64::from(k));
        sum += weight * -libm::expm1(n * libm::log1p(-exceeds));
    }
    (sum * width / 3.0 * mean_s + exchange_s) / h
}

/// P(sum of `steps` exponential times of mean 1 > t) = e⁻ᵗ·Σ tⁱ/i!, i < steps.
fn erlang_exceeds(steps: u32, t: f64) -> f64 {
    let mut term = libm::exp(-t);
    let mut sum = term;
    for i in 1..steps {
        term *= t / f64::from(i);
        sum += term;
    }
    sum.min(1.0)
}

/// When each round of `steps` local steps ends, exchange included (s); `times[worker][step]`, a
/// last round of fewer steps left out.
pub fn round_ends_s(times: &[Vec<f64>], steps: usize, exchange_s: f64) -> Vec<f64> {
    let length = times.first().map_or(0, Vec::len);
    let mut now_s = 0.0;
    let mut ends = Vec::new();
    for round in 0..length / steps {
        let part = round * steps..(round + 1) * steps;
        let sums = times
            .iter()
            .map(|own| own[part.clone()].iter().sum::<f64>());
        now_s += sums.fold(0.0, f64::max) + exchange_s;
        ends.push(now_s);
    }
    ends
}
