//! How long a run must be, before it is run.

/// About how long (s) an M/M/1 queue must be watched for its mean number in the system to come within a relative half
/// width of 95 % of `relative` (0.01: ±1 %): (1.96/ε)²·2(1 + ρ)/(ρμ(1 − ρ)²).
///
/// `utilisation` is ρ, above 0 and below 1; `service_per_s` is μ. It follows from the asymptotic variance
/// 2ρ(1 + ρ)/(μ(1 − ρ)⁴) of the number in the system. Several servers with one queue need less, uneven sizes or bursts
/// more.
///
/// Source: Whitt (1989), "Planning queueing simulations", Management Science 35.
pub fn m_m_1_s(utilisation: f64, service_per_s: f64, relative: f64) -> f64 {
    let (z, idle) = (1.959_964 / relative, 1.0 - utilisation);
    z * z * 2.0 * (1.0 + utilisation) / (utilisation * service_per_s * idle * idle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 % at ρ = 0.9 takes sixteen million service times, and at ρ = 0.5 almost one.
    #[test]
    fn precision_is_dear_at_high_load() {
        assert!((m_m_1_s(0.9, 1.0, 0.01) / 1.622e7 - 1.0).abs() < 1e-3);
        assert!((m_m_1_s(0.5, 1.0, 0.01) / 9.22e5 - 1.0).abs() < 1e-3);
        assert_eq!(m_m_1_s(0.9, 2.0, 0.02) * 8.0, m_m_1_s(0.9, 1.0, 0.01));
    }
}
