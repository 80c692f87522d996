//! How long a run must be, before it is run.

use super::models::single_m_m_1;
use super::{Answer, Kind, Question, Reason, show};

/// The relative half width ε that is asked for.
const WITHIN: f64 = 0.05;
pub(super) const FORMULA: &str = "(1.96/ε)²·2(1 + ρ) / (ρμ(1 − ρ)²)";

/// About how long (s) an M/M/1 queue must be watched for its mean number in the system to come
/// within a relative half width of 95 % of `relative` (0.01: ±1 %): (1.96/ε)²·2(1 + ρ)/(ρμ(1
/// − ρ)²).
///
/// `utilisation` is ρ, above 0 and below 1; `service_per_s` is μ. It follows from the asymptotic
/// variance 2ρ(1 + ρ)/(μ(1 − ρ)⁴) of the number in the system. Several servers with one
/// queue need less, uneven sizes or bursts more.
///
/// Source: Whitt (1989), "Planning queueing simulations", Management Science 35.
pub fn m_m_1_s(utilisation: f64, service_per_s: f64, relative: f64) -> f64 {
    let (z, idle) = (1.959_964 / relative, 1.0 - utilisation);
    z * z * 2.0 * (1.0 + utilisation) / (utilisation * service_per_s * idle * idle)
}

pub(super) fn answer(q: &Question) -> Result<Answer, Reason> {
    let m = single_m_m_1(q.queues()?).ok_or_else(|| Reason::new("one-queue-only"))?;
    let (mu, rho) = (m.service_per_s, m.rate_per_s / m.service_per_s);
    let (r, u) = (show(rho), show(mu));
    let filled = format!("(1.96 / {WITHIN})² · 2(1 + {r}) / ({r} · {u} · (1 − {r})²)");
    Ok(Answer::number(FORMULA, filled, m_m_1_s(rho, mu, WITHIN)).kind(Kind::Approximation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict;
    use equipoise_engine::scenario::presets;

    #[test]
    fn only_one_m_m_1_queue_has_it() {
        let of = |preset: &str| {
            let all = predict(&presets::find(preset).expect(preset));
            all.into_iter()
                .find(|p| p.id == "run-length")
                .expect("is listed")
                .value
        };
        let crate::Value::Number(seconds) = of("little").expect("M/M/1 at 0.8") else {
            panic!("a number")
        };
        assert!((seconds / m_m_1_s(0.8, 1.0, 0.05) - 1.0).abs() < 1e-12);
        for preset in ["mmc", "mg1", "random-split"] {
            assert_eq!(of(preset).expect_err(preset).id, "one-queue-only");
        }
    }

    /// 1 % at ρ = 0.9 takes sixteen million service times, and at ρ = 0.5 almost one.
    #[test]
    fn precision_is_dear_at_high_load() {
        assert!((m_m_1_s(0.9, 1.0, 0.01) / 1.622e7 - 1.0).abs() < 1e-3);
        assert!((m_m_1_s(0.5, 1.0, 0.01) / 9.22e5 - 1.0).abs() < 1e-3);
        assert_eq!(m_m_1_s(0.9, 2.0, 0.02) * 8.0, m_m_1_s(0.9, 1.0, 0.01));
    }
}
