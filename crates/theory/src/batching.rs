//! Dynamic batching on one accelerator: when it is free it takes all waiting requests, and a batch
//! of b takes α·b + τ_0.
//!
//! Poisson arrivals at λ = `rate_per_s`, one accelerator, a batch served as a whole. Stable if
//! λα < 1: the set-up time τ_0 costs time, not throughput. Source: Inoue (2021), Queueing
//! analysis of GPU-based inference servers with dynamic batching.

use crate::answer::Answer;
use crate::question::Question;
use crate::reason::Reason;

/// The service time of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchTime {
    /// α: time for each request of the batch (s).
    pub each_s: f64,
    /// τ_0: set-up time of the batch (s).
    pub setup_s: f64,
}

impl BatchTime {
    /// Two upper bounds on the mean response (s): φ_0, near at low load, and φ_1, near at high
    /// load. None if λα ≥ 1.
    pub fn response_bounds_s(&self, rate_per_s: f64) -> Option<(f64, f64)> {
        let a = self.each_s;
        let t = self.setup_s;
        let load = rate_per_s * a;
        let setup = rate_per_s * t;
        let low =
            (a + t) / (2.0 * (1.0 - load)) * (1.0 + 2.0 * setup + (1.0 - setup) / (1.0 + load));
        let high = 1.5 * t / (1.0 - load) + a / 2.0 * (load + 2.0) / (1.0 - load * load);
        (load < 1.0).then_some((low, high))
    }

    /// Mean response (s), exact given the measured mean batch B = `mean_batch`. None if λα ≥ 1.
    ///
    /// R = (1 + 2λ²ατ_0 + λ²τ_0²/B)/(1 − λ²α²) is E\[B²\]/E\[B\];
    /// E\[W\] = αR(1 + λα/2) + λτ_0(2α + τ_0/B)/2 + τ_0.
    pub fn response_s(&self, rate_per_s: f64, mean_batch: f64) -> Option<f64> {
        let a = self.each_s;
        let t = self.setup_s;
        let load = rate_per_s * a;
        let setup = rate_per_s * t;
        let second = (1.0 + 2.0 * load * setup + setup * setup / mean_batch) / (1.0 - load * load);
        (load < 1.0)
            .then(|| a * second * (1.0 + load / 2.0) + setup * (2.0 * a + t / mean_batch) / 2.0 + t)
    }

    /// Mean batch B (requests), with an error below 1e-9; its cost grows with the square of the
    /// batch. None if λα ≥ 1.
    ///
    /// It is the mean of a Markov chain: a batch of b is followed by the requests that arrive
    /// during its service, or by the next one to arrive.
    pub fn mean_batch(&self, rate_per_s: f64) -> Option<f64> {
        let load = rate_per_s * self.each_s;
        let setup = rate_per_s * self.setup_s;
        if load >= 1.0 {
            return None;
        }
        let centre = (1.0 + setup) / (1.0 - load);
        let sizes = (centre + 12.0 * (centre / (1.0 - load * load)).sqrt() + 30.0) as usize;
        let chain: Vec<Vec<f64>> = (0..sizes)
            .map(|b| next_batch(load * (b as f64 + 1.0) + setup, sizes))
            .collect();
        let mut distribution = vec![1.0 / sizes as f64; sizes];
        let mut mean = 0.0;
        for _ in 0..100_000 {
            distribution = step(&distribution, &chain);
            let now: f64 = distribution
                .iter()
                .enumerate()
                .map(|(b, p)| p * (b as f64 + 1.0))
                .sum();
            if (now - mean).abs() < 1e-12 * now {
                break;
            }
            mean = now;
        }
        Some(mean)
    }
}

/// The distribution of the next batch, from 1 request on, if `mean` requests arrive on average
/// during the service of this one.
fn next_batch(mean: f64, sizes: usize) -> Vec<f64> {
    let arrivals: Vec<f64> = (0..=sizes)
        .map(|k| libm::exp(k as f64 * libm::log(mean) - mean - libm::lgamma(k as f64 + 1.0)))
        .collect();
    let mut next = arrivals[1..].to_vec();
    // If no request arrives, the accelerator waits for one.
    next[0] += arrivals[0];
    next
}

/// The distribution after one more step of the chain.
fn step(distribution: &[f64], chain: &[Vec<f64>]) -> Vec<f64> {
    let mut next = vec![0.0; distribution.len()];
    for (p, row) in distribution.iter().zip(chain) {
        for (sum, q) in next.iter_mut().zip(row) {
            *sum += p * q;
        }
    }
    let sum: f64 = next.iter().sum();
    for p in &mut next {
        *p /= sum;
    }
    next
}

/// No server of a scenario serves a batch as a whole.
pub(crate) fn answer(_: &Question) -> Result<Answer, Reason> {
    Err(Reason::NoBatching)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// α, τ_0, λα, then W, E[B], φ_0, φ_1, by other code.
    const TABLE: &[([f64; 3], [f64; 4])] = &[
        ([0.1438, 1.8874, 0.05], [2.7059, 1.205, 2.8222, 3.1279]),
        ([0.1438, 1.8874, 0.8], [14.7147, 52.501, 84.9165, 14.7147]),
        ([1.0, 1.0, 0.2], [2.573, 1.077, 2.5833, 3.0208]),
        ([1.0, 1.0, 0.8], [11.3361, 4.315, 13.5556, 11.3889]),
        ([0.5, 0.1, 0.5], [1.0776, 1.216, 1.08, 1.1333]),
    ];

    #[test]
    fn batches_responses_and_bounds_agree_with_the_table() {
        for &([each_s, setup_s, load], [response, batch, low, high]) in TABLE {
            let time = BatchTime { each_s, setup_s };
            let rate = load / each_s;
            let mean = time.mean_batch(rate).expect("stable");
            assert!((mean - batch).abs() <= 6e-4, "{mean} against {batch}");
            let got = time.response_s(rate, mean).expect("stable");
            assert!((got - response).abs() <= 6e-5, "{got} against {response}");
            let (phi0, phi1) = time.response_bounds_s(rate).expect("stable");
            assert!(
                (phi0 - low).abs() <= 6e-5 && (phi1 - high).abs() <= 6e-5,
                "{phi0} {phi1}"
            );
            assert!(got <= phi0.min(phi1) + 1e-9);
        }
    }

    #[test]
    fn an_overload_has_no_mean() {
        let time = BatchTime {
            each_s: 0.5,
            setup_s: 1.0,
        };
        assert_eq!(time.response_s(2.0, 9.0), None);
        assert_eq!(time.response_bounds_s(2.0), None);
        assert_eq!(time.mean_batch(2.0), None);
    }
}
