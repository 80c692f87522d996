//! M/G/1: Poisson arrivals, any service distribution, one server.
//!
//! λ is `rate_per_s`, E\[S\] `service_s`, C_s = `cv` the coefficient of variation of service,
//! ρ = λ·E\[S\]. Sources: Pollaczek (1930), Khinchine (1932); Kleinrock (1975), vol. I, §5.6.

/// Mean wait (s) in order of arrival, and in any order that does not look at sizes:
/// Wq = λ·E\[S²\]/(2(1 − ρ)) = ρ/(1 − ρ)·(1 + C_s²)/2·E\[S\]. None if ρ ≥ 1.
///
/// Needs a finite E\[S²\]. Constant service waits half as long as exponential: M/D/1,
/// ρ/(2μ(1 − ρ)).
pub fn wait_s(rate_per_s: f64, service_s: f64, cv: f64) -> Option<f64> {
    let rho = rate_per_s * service_s;
    (rho < 1.0).then(|| rho / (1.0 - rho) * (1.0 + cv * cv) / 2.0 * service_s)
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
        }
        assert_eq!(wait_s(1.0, 1.0, 1.0), None);
    }

    /// λ·E[S²]/(2(1 − ρ)) with ρ = 0.5, C_s = 2: 0.5·5/(2·0.5) = 2.5.
    #[test]
    fn the_second_moment_decides() {
        assert!((wait_s(0.5, 1.0, 2.0).expect("stable") - 2.5).abs() < 1e-12);
        assert!((wait_s(0.25, 2.0, 2.0).expect("stable") - 5.0).abs() < 1e-12);
    }
}
