//! M/M/1: Poisson arrivals, exponential service, one server.
//!
//! λ is `rate_per_s`, μ `service_per_s`, ρ = λ/μ. Means hold in order of arrival and under
//! processor sharing alike; the tail of the response holds in order of arrival. Every function
//! gives None if λ ≥ μ: the queue then grows without end. Source: Kleinrock (1975), Queueing
//! Systems, vol. I, §3.2.

/// Mean time in the system (s): W = 1/(μ − λ).
pub fn response_s(rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    (rate_per_s < service_per_s).then(|| 1.0 / (service_per_s - rate_per_s))
}

/// Mean number in the system (tasks): L = ρ/(1 − ρ).
pub fn present(utilisation: f64) -> Option<f64> {
    (utilisation < 1.0).then(|| utilisation / (1.0 - utilisation))
}

/// P(N = k) = (1 − ρ)·ρ^k: how likely k tasks are present at any moment, and what an arriving
/// task finds.
pub fn number_chance(utilisation: f64, tasks: u32) -> Option<f64> {
    (utilisation < 1.0).then(|| (1.0 - utilisation) * libm::pow(utilisation, f64::from(tasks)))
}

/// P(T > t) = e^(−(μ − λ)·t), in order of arrival; `time_s` is t (s).
pub fn response_exceeds(rate_per_s: f64, service_per_s: f64, time_s: f64) -> Option<f64> {
    response_s(rate_per_s, service_per_s).map(|mean_s| libm::exp(-time_s / mean_s))
}

/// The time that a part `share` of all responses stays below (s), in order of arrival: −ln(1 −
/// p)/(μ − λ).
pub fn response_quantile_s(rate_per_s: f64, service_per_s: f64, share: f64) -> Option<f64> {
    response_s(rate_per_s, service_per_s).map(|mean_s| -libm::log1p(-share) * mean_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kleinrock (1975): ρ = 0.8, μ = 1 gives W = 5 and L = 4.
    #[test]
    fn four_fifths_busy() {
        assert!((response_s(0.8, 1.0).expect("stable") - 5.0).abs() < 1e-12);
        assert!((present(0.8).expect("stable") - 4.0).abs() < 1e-12);
        assert_eq!((response_s(1.0, 1.0), present(1.0)), (None, None));
        let median_s = response_quantile_s(0.8, 1.0, 0.5).expect("stable");
        assert!((median_s - 5.0 * std::f64::consts::LN_2).abs() < 1e-12);
        assert!((response_exceeds(0.8, 1.0, median_s).expect("stable") - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_numbers_law_sums_to_one_and_has_the_mean() {
        let law = |k| number_chance(0.8, k).expect("stable");
        let (sum, mean) = (0..400).fold((0.0, 0.0), |(s, m), k| {
            (s + law(k), m + f64::from(k) * law(k))
        });
        assert!((sum - 1.0).abs() < 1e-12 && (mean - 4.0).abs() < 1e-9);
    }
}
