//! The supermarket model: each task goes to the shortest of the queues of d random servers.
//!
//! N equal servers of rate μ, Poisson arrivals at ρ·N·μ, exponential service. The formulas are
//! limits for N → ∞, where it makes no difference whether the d servers are distinct or drawn
//! with replacement. At N = 100 it does: with replacement both draws may hit one server, and the
//! mean response is measurably longer (d = 2, ρ = 0.9: 2.659 against 2.645, where the limit is
//! 2.614). Sources: Vvedenskaya, Dobrushin and Karpelevich (1996); Mitzenmacher (2001); Gast (2017)
//! for the correction.

/// How the d servers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// d different servers.
    Distinct,
    /// Independently: the same server may be drawn twice.
    WithReplacement,
}

/// Mean response in the limit (s): T_d = (1/μ)·Σ_(i≥1) ρ^((d^i − d)/(d − 1)), with
/// d = `choices`. None if ρ ≥ 1.
///
/// With d = 1 it is that of the M/M/1. As ρ → 1, T_d grows like ln(1/(1 − ρ))/ln d, and T_1
/// like 1/(1 − ρ).
pub fn response_s(choices: u32, utilisation: f64, service_per_s: f64) -> Option<f64> {
    if choices <= 1 {
        return crate::mm1::response_s(utilisation * service_per_s, service_per_s);
    }
    let d = f64::from(choices);
    let mut exponent = 0.0;
    let mut sum = 0.0;
    loop {
        let term = libm::pow(utilisation, exponent);
        sum += term;
        if utilisation >= 1.0 || term < 1e-17 {
            return (utilisation < 1.0).then_some(sum / service_per_s);
        }
        exponent = d * exponent + d;
    }
}

/// Mean response for N = `servers` and d = 2 drawn with replacement (s): the mean queue of the
/// limit, ρ·μT_2 tasks a server, is too short by about ρ²/(2(1 − ρ)N). None if ρ ≥ 1.
///
/// Against simulations at ρ = 0.9 (Gast 2017): equal to three decimals from N = 50 on, 1.7 % low
/// at N = 10. For distinct servers or another d no such simple term is known.
pub fn two_with_replacement_response_s(
    servers: u32,
    utilisation: f64,
    service_per_s: f64,
) -> Option<f64> {
    let more = utilisation / (2.0 * (1.0 - utilisation) * f64::from(servers));
    response_s(2, utilisation, service_per_s).map(|limit_s| limit_s + more / service_per_s)
}

/// The best known value of the mean response for N = `servers` (s): corrected where a correction is
/// known, else the limit, which is at most 2.5 % low in simulations at N = 100 and ρ ≤ 0.9. None
/// if ρ ≥ 1.
pub fn known_response_s(
    choices: u32,
    draw: Sampling,
    servers: u32,
    utilisation: f64,
    service_per_s: f64,
) -> Option<f64> {
    match (choices, draw) {
        (2, Sampling::WithReplacement) => {
            two_with_replacement_response_s(servers, utilisation, service_per_s)
        }
        _ => response_s(choices, utilisation, service_per_s),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::close;

    /// d, ρ, the limit, and simulations at N = 100: distinct, with replacement.
    const TABLE: &[(u32, f64, f64, f64, f64)] = &[
        (2, 0.5, 1.26569, 1.26741, 1.27196),
        (2, 0.8, 1.94736, 1.95826, 1.96875),
        (2, 0.9, 2.61406, 2.64475, 2.65898),
        (3, 0.5, 1.12524, 1.12736, 1.1315),
        (3, 0.8, 1.58089, 1.59351, 1.60133),
        (3, 0.9, 2.02786, 2.061, 2.0747),
        (5, 0.5, 1.03125, 1.03379, 1.03697),
        (5, 0.8, 1.32892, 1.34188, 1.34968),
        (5, 0.9, 1.63288, 1.6721, 1.68251),
    ];

    #[test]
    fn the_limit_agrees_with_the_table_and_lies_below_finite_systems() {
        for (rho, expected) in [(0.5, 2.0), (0.8, 5.0), (0.9, 10.0)] {
            assert!((response_s(1, rho, 1.0).expect("stable") - expected).abs() < 1e-9);
        }
        for &(d, rho, limit, distinct, replaced) in TABLE {
            let got = response_s(d, rho, 1.0).expect("stable");
            assert!(
                (got - limit).abs() <= 6e-6,
                "d {d}, ρ {rho}: {got} against {limit}"
            );
            assert!(got < distinct && distinct < replaced, "d {d}, ρ {rho}");
            assert!(
                distinct / got < 1.025,
                "d {d}, ρ {rho}: the limit is near at N = 100"
            );
            assert_eq!(
                known_response_s(d, Sampling::Distinct, 100, rho, 1.0),
                Some(got)
            );
            let corrected =
                known_response_s(d, Sampling::WithReplacement, 100, rho, 1.0).expect("stable");
            assert_eq!(corrected > got, d == 2);
        }
        assert_eq!(response_s(2, 1.0, 1.0), None);
    }

    /// Simulated for d = 2 at N = 100 with replacement: 1.2720 to 5.961 (± 0.023 at 0.99).
    #[test]
    fn the_correction_meets_runs_of_a_hundred_servers() {
        for (rho, seen, tolerance) in [
            (0.5, 1.272, 0.003),
            (0.7, 1.6269, 0.003),
            (0.8, 1.9688, 0.003),
            (0.9, 2.659, 0.003),
            (0.95, 3.4807, 0.003),
            (0.99, 5.961, 0.015),
        ] {
            let got = two_with_replacement_response_s(100, rho, 1.0).expect("stable");
            assert!(
                (got / seen - 1.0).abs() < tolerance,
                "ρ {rho}: {got} against {seen}"
            );
        }
    }

    /// Gast (2017), Table 1: mean queue length for two choices with replacement at ρ = 0.9; the
    /// response is that over ρ.
    #[test]
    fn the_correction_meets_gasts_table() {
        for (servers, expected, tolerance) in [
            (50, 2.434, 6e-4),
            (100, 2.393, 6e-4),
            (300, 2.366, 6e-4),
            (1000, 2.357, 6e-4),
            // One term is not enough for ten.
            (10, 2.804, 0.018 * 2.804),
        ] {
            let length = 0.9 * two_with_replacement_response_s(servers, 0.9, 1.0).expect("stable");
            close(length, expected, tolerance);
        }
        let limit = 0.9 * response_s(2, 0.9, 1.0).expect("stable");
        assert!((limit - 2.352_651_639_591_488).abs() < 1e-12, "{limit}");
    }

    /// T_d/ln(1/(1 − ρ)) → 1/ln d, slowly: within 10 % at 1 − ρ = 1e-9.
    #[test]
    fn the_growth_near_full_load_is_logarithmic() {
        for d in [2, 3] {
            let ratio = response_s(d, 1.0 - 1e-9, 1.0).expect("stable") / libm::log(1e9);
            assert!(
                (ratio * libm::log(f64::from(d)) - 1.0).abs() < 0.1,
                "{d}: {ratio}"
            );
        }
    }
}
