//! M/G/1: Poisson arrivals, any law of service, one server.
//!
//! λ is `rate_per_s`, E\[S\] `service_s`, C_s the standard deviation of service over its mean, ρ
//! = λ·E\[S\]. None if ρ ≥ 1. Sources: Pollaczek (1930), Khinchine (1932); Kleinrock (1975),
//! vol. I, §5.6; processor sharing: Kleinrock (1967), Sakata, Noguchi and Oizumi (1971).

/// Mean wait (s) in order of arrival, for any order that does not look at sizes:
/// Wq = λ·E\[S²\]/(2(1 − ρ)) = ρ/(1 − ρ)·(1 + C_s²)/2·E\[S\].
///
/// Needs a finite E\[S²\]. Half of the variance's weight is why one long task delays so many.
/// Service of one length is half of exponential: M/D/1, ρ/(2μ(1 − ρ)).
pub fn wait_s(rate_per_s: f64, service_s: f64, cv: f64) -> Option<f64> {
    let rho = rate_per_s * service_s;
    (rho < 1.0).then(|| rho / (1.0 - rho) * (1.0 + cv * cv) / 2.0 * service_s)
}

/// Mean time in the system under processor sharing (s): E\[S\]/(1 − ρ), whatever the law of
/// service (insensitivity). A task of size x takes x/(1 − ρ) on average, so its slow-down is the
/// same for all.
pub fn sharing_response_s(rate_per_s: f64, service_s: f64) -> Option<f64> {
    let rho = rate_per_s * service_s;
    (rho < 1.0).then(|| service_s / (1.0 - rho))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mm1;

    #[test]
    fn exponential_service_is_the_mm1_and_constant_service_waits_half() {
        for rho in [0.3, 0.8, 0.95] {
            let mm1_wait_s = mm1::response_s(rho, 1.0).expect("stable") - 1.0;
            assert!((wait_s(rho, 1.0, 1.0).expect("stable") - mm1_wait_s).abs() < 1e-12);
            assert!((wait_s(rho, 1.0, 0.0).expect("stable") - mm1_wait_s / 2.0).abs() < 1e-12);
            assert_eq!(
                sharing_response_s(rho, 1.0),
                mm1::response_s(rho, 1.0).map(|_| 1.0 / (1.0 - rho))
            );
        }
        assert_eq!(
            (wait_s(1.0, 1.0, 1.0), sharing_response_s(2.0, 0.5)),
            (None, None)
        );
    }

    /// λ·E[S²]/(2(1 − ρ)) with ρ = 0.5, C_s = 2: 0.5·5/(2·0.5) = 2.5.
    #[test]
    fn the_second_moment_decides() {
        assert!((wait_s(0.5, 1.0, 2.0).expect("stable") - 2.5).abs() < 1e-12);
        assert!((wait_s(0.25, 2.0, 2.0).expect("stable") - 5.0).abs() < 1e-12);
    }
}
