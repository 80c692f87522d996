//! M/M/1: Poisson arrivals, exponential service, one server.
//!
//! λ is `rate_per_s`, μ `service_per_s`. The mean holds both in order of arrival and under
//! processor sharing. Source: Kleinrock (1975), Queueing Systems, vol. I, §3.2.

/// Mean time in the system (s): W = 1/(μ − λ). None if λ ≥ μ: the queue grows without
/// bound.
pub fn response_s(rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    (rate_per_s < service_per_s).then(|| 1.0 / (service_per_s - rate_per_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kleinrock (1975): ρ = 0.8, μ = 1 gives W = 5.
    #[test]
    fn four_fifths_busy() {
        assert!((response_s(0.8, 1.0).expect("stable") - 5.0).abs() < 1e-12);
        assert_eq!(response_s(1.0, 1.0), None);
    }
}
